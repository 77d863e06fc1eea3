//! The conductor carries out a plan: plan, permit, preflight, loop, fill, close.
//!
//! Nothing here decides what is made: the planner says what is ready, the loop has it done, folds the result in and asks
//! the planner again.

mod atlases;
mod batch;
mod close;
mod dispatch;
mod entry;
mod fill;
mod frames;
pub(in crate::session) mod images;
mod inputs;
mod judge;
mod make;
mod moved;
mod needed;
mod permit;
mod preflight;
mod progress;
mod prune;
mod publish;
mod refuted;
mod render;
mod restore;
mod run;
mod shared;
mod stored;
mod work;
mod workers;

use std::sync::Arc;

use self::progress::Progress;
use self::work::Work;
use super::backends::Backends;
use super::options::{BuildOptions, Generation};
use super::workspace::Workspace;
use super::{Cancel, InProgress, Outcome, Result};
use crate::plan::{ItemPlan, Planner, Reason, State, Step};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};

pub use close::{gated, held};
pub(in crate::session) use frames::{failures_alone, verdict, verdict_moved};
pub(in crate::session) use judge::key as judged_key;
pub(in crate::session) use moved::moved;
pub use restore::{explain, pixels, restore};
pub(in crate::session) use restore::{lattice, restore_group, tiles};
pub use shared::{Lists, lists};

/// Delivers the files of a group that was made, for callers that want them elsewhere.
pub type Deliver<'a> = dyn Fn(&GroupId, &State, &mut Outcome) + 'a;

/// What is given to a build and stays the same while it runs.
pub(super) struct Site<'a> {
    pub planner: &'a Planner<'a>,
    pub options: &'a BuildOptions,
    pub backends: &'a Backends,
    pub observer: Arc<dyn Observer>,
    pub cancel: &'a Cancel,
    /// The requests that have no answer yet.
    pub requests: InProgress,
    /// Is called for each group whose files were just written.
    pub deliver: Option<&'a Deliver<'a>>,
}

impl Site<'_> {
    /// Whether nothing is requested for a slot, because a server would have to generate it.
    fn withholds(&self, slot: &SlotId) -> bool {
        let costs_gpu = || self.planner.slot(slot).is_some_and(|slot| slot.ask.costs_gpu());
        self.options.generation == Generation::Withhold && costs_gpu()
    }
}

/// A build in its loop.
pub(super) struct Build<'a> {
    site: &'a Site<'a>,
    workspace: &'a mut Workspace,
    progress: &'a mut Progress,
    work: Work,
}

/// Carries out the plan of an open workspace with these backends.
///
/// # Errors
/// What concerns the project as a whole, such as a lock that cannot be written. What concerns one asset is in the
/// outcome, and the others go on.
pub fn build_with(
    workspace: &mut Workspace,
    state: State,
    options: &BuildOptions,
    backends: &Backends,
    observer: Arc<dyn Observer>,
    cancel: &Cancel,
) -> Result<Outcome> {
    let (manifest, inputs) = (Arc::clone(&workspace.manifest), Arc::clone(&workspace.inputs));
    let planner = Planner::new(&manifest, &inputs);
    let requests = InProgress::default();
    let site = Site { planner: &planner, options, backends, observer, cancel, requests, deliver: None };
    carry_out(&site, workspace, state)
}

/// Plan, permit, preflight, loop, fill, close.
pub(super) fn carry_out(site: &Site, workspace: &mut Workspace, state: State) -> Result<Outcome> {
    // From here to the end a cancellation ends the build in good order.
    let _listening = site.cancel.on_cancel(|| {});
    let mut progress = Progress::plan(site, workspace, state)?;
    permit::check(site, &progress, workspace.profile.as_deref())?;
    begin(site, workspace, &progress)?;
    let unable = preflight::preflight(site, workspace, &progress);
    let ran = run::until_nothing_is_ready(site, workspace, &mut progress, unable);
    site.requests.clear();
    ran?;
    close::count(site, &mut progress);
    fill::missing(site, workspace, &mut progress)?;
    close::close(site, workspace, progress)
}

/// The outcome of a build that changes nothing; `None` if it would change anything.
pub(super) fn nothing_to_do(site: &Site, workspace: &Workspace, state: State) -> Result<Option<Outcome>> {
    let mut progress = Progress::plan(site, workspace, state)?;
    permit::check(site, &progress, workspace.profile.as_deref())?;
    let selected = progress.plan.items.values().filter(|item| progress.selected.contains(&item.id));
    let is_idle =
        |item: &ItemPlan| !item.is_stale_by_slots() && !matches!(item.step, Step::Make(_) | Step::Recapture(..));
    if !selected.into_iter().all(is_idle) || !prune::unwanted(workspace, &progress).is_empty() {
        return Ok(None);
    }
    close::count(site, &mut progress);
    for (name, diagnostic) in progress.outcome.failed.clone() {
        site.observer.on(&Event::Failed { name, diagnostic });
    }
    Ok(Some(progress.outcome))
}

/// Warns of what the user should know first, and removes what a killed build left.
fn begin(site: &Site, workspace: &mut Workspace, progress: &Progress) -> Result<()> {
    workspace.remove_noop_record()?;
    let outdated = |step: &Step| matches!(step, Step::Make(Reason::Outdated) | Step::Recapture(_, Reason::Outdated));
    let selected = progress.selected.iter().filter_map(|id| progress.plan.items.get(id));
    let outdated = selected.filter(|item| outdated(&item.step)).count();
    let outdated = (outdated > 0).then(|| {
        let message = format!("{outdated} made by an older version of the restoration are made anew");
        Diagnostic::warning("process-version", message)
    });
    for diagnostic in outdated.into_iter().chain(workspace.cut_off()) {
        site.observer.on(&Event::warned("", diagnostic));
    }
    Ok(workspace.sweep()?)
}
