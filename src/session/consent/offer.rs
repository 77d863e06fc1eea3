//! A plan as it is offered: counts first, then what is made, as many as fit in an answer.

use std::borrow::Cow;

use super::token;
use crate::plan::{ItemPlan, Step};
use crate::session::conductor::images;
use crate::session::plan::planned_item;
use crate::session::planned::Planned;
use crate::session::{BuildOptions, Consent, LockMode, Operation, PlannedItem, Result, select};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::offer::{Allowed, Offer, OfferedItem};

/// The version of [`Offer`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The offer of what is planned, without a token.
pub(super) fn offered(options: &BuildOptions, planned: &Planned, ceiling: Option<usize>) -> Result<Offer> {
    let Planned { workspace, planner, state, opened } = planned;
    let selected = select(planner, &options.targets)?;
    let plan = opened.map_or_else(|| Cow::Owned(planner.plan(state)), |opened| Cow::Borrowed(opened.plan(planner)));
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    let open: Vec<&ItemPlan> = items.iter().copied().filter(|item| is_open(item)).collect();
    let drawn: usize = items.iter().map(|item| images::of_item(planner, item)).sum();
    let rerolls: usize = items.iter().map(|item| images::rerolls(planner, item)).sum();
    let made = open.iter().filter(|item| !matches!(item.step, Step::Fail(_))).count();
    let asked: usize = open.iter().flat_map(|item| &item.slots).map(|slot| slot.requests.len()).sum();
    let most = planner.manifest.project.max_images;
    let refusal = images::refusal(options, items.iter().copied(), drawn, most, workspace.profile.as_deref());
    let refused = refusal.map(|refusal| refusal.diagnostic()).or_else(|| beyond(drawn, ceiling));
    let most = cap(options, most).min(ceiling.unwrap_or(usize::MAX));
    Ok(Offer {
        version: VERSION,
        assets: made,
        fresh: items.len() - open.len(),
        images: drawn,
        at_most: Allowed { assets: made, images: (drawn + rerolls).min(most) },
        sketches: asked.saturating_sub(images::requested(planner, open.iter().copied())),
        seconds: workspace.expected(planner, &plan).filter(|_| drawn > 0).map(|time| time.as_secs().max(1)),
        items: open.iter().map(|item| item_of(planned_item(item, state))).collect(),
        next: None,
        remove: state.lock.entries.keys().filter(|id| !plan.items.contains_key(id)).map(|id| id.name.clone()).collect(),
        plan_token: None,
        expires_in: token::LIFE.as_secs(),
        refused,
    })
}

fn item_of(item: PlannedItem) -> OfferedItem {
    OfferedItem {
        images: item.slots.iter().map(|slot| slot.generate.len()).sum::<usize>() + item.recapture,
        kind: item.kind,
        name: item.name,
        step: item.step,
        code: item.code,
        diagnostic: item.diagnostic,
    }
}

fn is_open(item: &ItemPlan) -> bool {
    item.is_stale_by_slots() || item.step != Step::Fresh
}

/// `max_images` holds for rerolls as well, unless a user agreed to more.
fn cap(options: &BuildOptions, most: u32) -> usize {
    if options.consent == Consent::Required { most as usize } else { usize::MAX }
}

/// More images than the caller may ever spend.
fn beyond(images: usize, ceiling: Option<usize>) -> Option<Diagnostic> {
    let left = ceiling.filter(|left| images > *left)?;
    let message = format!("{images} images are wanted, and {left} are left of the budget");
    let hint = "build fewer targets, or start the server with a larger `--budget`";
    Some(Diagnostic::error("budget-spent", message).hint(hint))
}

/// All that a plan rests on: the project, the options, the texts of the manifest, the inputs and the lock.
pub(super) fn digest(operation: &Operation, options: &BuildOptions, planned: &Planned) -> Digest {
    const LOCAL: &str = "pixels.local.toml";
    let Planned { workspace, state, opened, .. } = planned;
    let mut encoder = Encoder::new("dgx-pixels consent@1");
    encoder.text(&operation.root.to_string_lossy()).text(operation.profile.unwrap_or_default());
    encoder.list(options.targets.iter(), |encoder, target| _ = encoder.text(target));
    let other = [options.lock == LockMode::Update, options.is_plain(), options.consent == Consent::Given];
    encoder.list(other.iter(), |encoder, is| _ = encoder.uint(u64::from(*is)));
    let sources: Vec<(&str, &str)> = workspace.loaded.sources.files().filter(|(name, _)| *name != LOCAL).collect();
    encoder.list(sources.iter(), |encoder, (name, text)| _ = encoder.text(name).text(text));
    encoder.list(workspace.inputs.files.iter(), |encoder, (path, file)| {
        let bytes = file.as_ref().map_or_else(|why| why.code.to_string(), |file| file.bytes.to_string());
        encoder.text(path).text(&bytes);
    });
    encoder.list(workspace.inputs.workflows.iter(), |encoder, (name, graph)| {
        encoder.text(name).text(&graph.to_string());
    });
    match opened {
        Some(opened) => encoder.text(opened.lock_text()),
        None => encoder.text(&state.lock.text()),
    };
    encoder.finish()
}
