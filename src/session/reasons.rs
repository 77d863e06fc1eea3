//! `reasons`: why assets would be made again or failed their gates, a few at a time.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ChangedPart, Drift, ExplainedItem, Operation, PlannedStep, Result, list, why};
use crate::plan::Change;
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;
use crate::words::sprite::Verdict;
use crate::words::text::shortened;

/// The version of [`Reasons`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// So many changed fields of an asset are listed.
const CHANGES: usize = 12;

/// Why assets are as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reasons {
    /// The version of this form.
    pub version: u32,
    /// The groups and tilesets that the target means, from the place that was asked for.
    pub items: Vec<ReasonsOf>,
    /// The place of the first one that is not listed.
    pub next: Option<usize>,
}

/// Why one group or tileset is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonsOf {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What a build would do with it next.
    pub step: PlannedStep,
    /// The reason as a sentence.
    pub why: Option<String>,
    /// The gates that what was made last failed.
    pub failed: Option<String>,
    /// Fields that changed since it was last made, with their values.
    pub changes: Vec<Change>,
    /// Parts that changed and whose old values this machine does not know.
    pub changed_parts: Vec<ChangedPart>,
    /// What it waits for.
    pub waits_for: Vec<String>,
    /// Slots whose pick is for an earlier prompt or style; `reroll` releases it.
    pub held: Vec<String>,
    /// Model files that changed since its picks were captured; they make nothing stale.
    pub drift: Vec<Drift>,
    /// Why it cannot be made, with the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<Diagnostic>,
}

/// Explains what a target means, from one place on and at most so many.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn reasons(operation: &Operation, target: &str, from: usize, most: usize) -> Result<Reasons> {
    let explained = why(operation, target)?.items;
    let end = from.saturating_add(most);
    let next = (end < explained.len()).then_some(end);
    let page: Vec<ExplainedItem> = explained.into_iter().skip(from).take(most).collect();
    let targets: Vec<String> = page.iter().map(|item| format!("{}:{}", item.planned.kind, item.planned.name)).collect();
    let listed = if targets.is_empty() { Vec::new() } else { list(operation, &targets)?.items };
    let verdict = |item: &ExplainedItem| {
        let same = |other: &&super::ListedItem| other.kind == item.planned.kind && other.name == item.planned.name;
        listed.iter().find(same).and_then(|item| item.verdict.clone())
    };
    let items = page.into_iter().map(|item| {
        let failed = verdict(&item);
        reasons_of(item, failed)
    });
    Ok(Reasons { version: VERSION, items: items.collect(), next })
}

fn reasons_of(item: ExplainedItem, verdict: Option<Verdict>) -> ReasonsOf {
    let ExplainedItem { planned, waits_for, changes, changed_parts, drift, .. } = item;
    let short = |text: &str| shortened(text).into_owned();
    let changes = changes.iter().take(CHANGES);
    let slots = planned.slots.iter().flat_map(|slot| &slot.waits).cloned();
    ReasonsOf {
        kind: planned.kind,
        name: planned.name,
        step: planned.step,
        why: planned.why,
        failed: if let Some(Verdict::Fail(why)) = verdict { Some(why) } else { None },
        changes: changes
            .map(|change| Change { before: short(&change.before), after: short(&change.after), ..change.clone() })
            .collect(),
        changed_parts,
        waits_for: slots.chain(waits_for).collect(),
        held: planned.slots.iter().filter(|slot| slot.held).map(|slot| slot.id.clone()).collect(),
        drift,
        diagnostic: planned.diagnostic,
    }
}
