//! `plan`: what a build would do, as a value.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{BuildOptions, Gated, Look, Opened, Operation, Options, Result, gated, select};
use crate::plan::{ItemPlan, Plan, Planner, Reason, SlotPlan, State, Step};
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::lock::By;
use crate::words::offer::PlannedStep;

/// The version of [`PlanReport`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// What a build would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlanReport {
    /// The version of this form.
    pub version: u32,
    /// The selected groups and tilesets.
    pub items: Vec<PlannedItem>,
    /// What the lock has and the manifest does not: its files are removed.
    pub remove: Vec<String>,
    /// Selected groups whose files failed a gate that no user's pick overrules.
    pub gated: Vec<Gated>,
}

/// What a build would do with a group or a tileset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlannedItem {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What is next.
    pub step: PlannedStep,
    /// A stable name of the reason, if it is made or cannot be: `new`, `changed`, `export-changed`, `outputs-differ`,
    /// `needed`, `outdated`, or the code of the diagnostic.
    pub code: Option<String>,
    /// The reason as a sentence.
    pub why: Option<String>,
    /// Whether the lock would change.
    pub stale: bool,
    /// How many lost raws are generated again, with the seeds that they had.
    pub recapture: usize,
    /// Its slots in frame order.
    pub slots: Vec<PlannedSlot>,
    /// The sprite key, once every pick that it rests on is known.
    pub sprite: Option<Digest>,
    /// The files that it makes, relative to the output folder.
    pub files: Vec<String>,
    /// Why it cannot be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<Diagnostic>,
}

/// What a build would do with a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlannedSlot {
    /// Its name.
    pub id: String,
    /// The digest of its prompt, style and inputs, once those are known.
    pub ask: Option<Digest>,
    /// Images that are generated.
    pub generate: Vec<PlannedImage>,
    /// Numbers of candidates that are taken from the store.
    pub adopt: Vec<u32>,
    /// How many candidates the lock has.
    pub captured: usize,
    /// The choice, if there is one.
    pub pick: Option<PlannedPick>,
    /// The pick is a user's for an earlier prompt or style: `reroll` or `unpick` releases it.
    pub held: bool,
    /// The slots whose picks it waits for.
    pub waits: Vec<String>,
}

/// An image that is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlannedImage {
    /// The candidate's number.
    pub n: u32,
    /// The seed.
    pub seed: u64,
}

/// The choice among the candidates of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlannedPick {
    /// The candidate's number.
    pub n: u32,
    /// Who chose it.
    pub by: By,
    /// Whether its raw is on this machine.
    pub available: bool,
    /// Whether it passed the gates when it was captured; a choice among candidates that all fail is the best of them.
    pub passes: bool,
}

/// What a build of the targets would do; nothing is changed.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn plan(operation: &Operation, targets: &[String]) -> Result<PlanReport> {
    plan_build(operation, &BuildOptions { targets: targets.to_vec(), ..BuildOptions::default() })
}

/// What a build with these options would do; nothing is changed.
///
/// # Errors
/// As of [`plan`].
pub fn plan_build(operation: &Operation, options: &BuildOptions) -> Result<PlanReport> {
    let targets = &options.targets;
    let opened = operation.read(Options::of_build(options), Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    workspace.check_formats()?;
    operation.warn_of_manifest(workspace);
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let selected = select(&planner, targets)?;
    let plan = opened.plan(&planner);
    let items = plan.items.values().filter(|item| selected.contains(&item.id));
    let remove = state.lock.entries.keys().filter(|id| !plan.items.contains_key(id));
    Ok(PlanReport {
        version: VERSION,
        items: items.map(|item| planned_item(item, state)).collect(),
        remove: remove.map(|id| id.name.clone()).collect(),
        gated: gated_groups(plan, state, &selected),
    })
}

/// One group or tileset as a value.
pub(super) fn planned_item(item: &ItemPlan, state: &State) -> PlannedItem {
    let because = |why: &Reason| {
        let (code, why) = reason(*why);
        (Some(code.to_owned()), Some(why.to_owned()))
    };
    let (step, (code, why)) = match &item.step {
        Step::Fresh => (PlannedStep::Fresh, (None, None)),
        Step::Wait => (PlannedStep::Wait, (None, None)),
        Step::Make(why) => (PlannedStep::Make, because(why)),
        Step::Recapture(_, why) => (PlannedStep::Recapture, because(why)),
        Step::Fail(found) => {
            let found = failure(&item.id, found);
            (PlannedStep::Fail, (Some(found.code.into_owned()), Some(found.message)))
        }
    };
    PlannedItem {
        kind: item.id.kind,
        name: item.id.name.clone(),
        step,
        code,
        why,
        stale: item.is_stale(),
        recapture: if let Step::Recapture(wants, _) = &item.step { wants.len() } else { 0 },
        slots: item.slots.iter().map(|slot| planned_slot(slot, state)).collect(),
        sprite: item.key,
        files: item.outputs.iter().map(|output| output.path.clone()).collect(),
        diagnostic: if let Step::Fail(found) = &item.step { Some(failure(&item.id, found)) } else { None },
    }
}

fn planned_slot(slot: &SlotPlan, state: &State) -> PlannedSlot {
    let pick = slot.pick.as_ref();
    let lines = state.lock.slot(&slot.id).into_iter().flat_map(|entry| &entry.candidates);
    let failed: Vec<_> = lines.filter(|line| !line.verdict.passes()).map(|line| (line.ask, line.n)).collect();
    PlannedSlot {
        id: slot.id.to_string(),
        ask: slot.keys.as_ref().and_then(|keys| keys.asks.first()).copied(),
        generate: slot.requests.iter().map(|want| PlannedImage { n: want.n, seed: want.seed }).collect(),
        adopt: slot.adopt.iter().map(|want| want.n).collect(),
        captured: state.lock.slot(&slot.id).map_or(0, |entry| entry.candidates.len()),
        pick: pick.map(|pick| PlannedPick {
            n: pick.n,
            by: pick.by,
            available: state.raws.contains(&pick.raw),
            passes: !failed.contains(&(pick.ask, pick.n)),
        }),
        held: slot.held,
        waits: slot.waits.iter().map(ToString::to_string).collect(),
    }
}

/// Selected groups whose files failed a gate that no user's pick overrules.
pub(super) fn gated_groups(plan: &Plan, state: &State, selected: &BTreeSet<GroupId>) -> Vec<Gated> {
    let mut gated = gated(plan, state);
    gated.retain(|(id, _)| selected.contains(id));
    Gated::list(&gated)
}

/// The stable name and the sentence of a reason.
pub(super) fn reason(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::New => ("new", "it was never made"),
        Reason::Changed => ("changed", "its raws, its recipe or its base changed"),
        Reason::Export => ("export-changed", "names or options of its files changed"),
        Reason::Outputs => ("outputs-differ", "files are missing or are not what the lock says"),
        Reason::Needed => ("needed", "others are made from it"),
        Reason::Outdated => ("outdated", "an older version of the restoration made it"),
    }
}

/// Why a group cannot be made.
pub(super) fn failure(id: &GroupId, found: &Diagnostic) -> Diagnostic {
    let found = found.clone();
    if found.subject.is_none() { found.about(Subject::Asset(id.name.clone())) } else { found }
}
