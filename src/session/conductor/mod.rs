//! The conductor: plan, run, fold, until nothing is ready; then files, lock and seal.
//!
//! It alone knows both planner and store. Nothing here decides what is made: it carries out what the planner says and
//! tells the planner what came of it.

mod arrive;
mod close;
mod fill;
mod make;
mod preflight;
mod publish;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::generate::Backend;
use crate::plan::{Plan, Planner, Reason, State, Step, Trouble};
use crate::words::event::{Event, Observer};

pub use close::{Answer, Lists, gated, held, lists};
pub use make::{explain, pixels, restore};

use super::open::{self, Workspace};
use super::outcome::{Outcome, Refusal};
use super::select::permitted;
use super::targets::select;

/// What answers asks, by the backend's word in the manifest.
pub type Backends = BTreeMap<&'static str, Arc<dyn Backend>>;

/// How a build is carried out.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Names, globs and `tag:` words; empty for everything.
    pub targets: Vec<String>,
    /// The lock may not change.
    pub locked: bool,
    /// Neither network nor a change of the lock.
    pub frozen: bool,
    /// Files that are not ours are copied aside and overwritten.
    pub overwrite: bool,
    /// More images than `max_images` are agreed to, and placeholders over captures.
    pub yes: bool,
    /// Missing pictures are filled with placeholder art that the lock never knows.
    pub fill: bool,
}

/// Asked for an end by a signal; shared with whoever listens for it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Carries out the plan of a workspace.
///
/// # Errors
/// What concerns the project as a whole, such as a lock that cannot be written. What concerns one asset is in the
/// outcome, and the others go on.
pub fn build(
    workspace: &mut Workspace,
    mut state: State,
    options: &BuildOptions,
    backends: &Backends,
    observer: Arc<dyn Observer>,
    cancel: &Cancel,
) -> anyhow::Result<Result<Outcome, Refusal>> {
    let manifest = Arc::clone(&workspace.manifest);
    let inputs = Arc::clone(&workspace.inputs);
    let planner = Planner::new(&manifest, &inputs);
    let plan = planner.plan(&state);
    observer.on(&planned(&plan, workspace.expected(&planner, &plan)));
    let selected = match select(&planner, &options.targets) {
        Ok(selected) => selected,
        Err(no_such) => return Ok(Err(Refusal::Target(no_such))),
    };
    let profile = workspace.profile.as_deref();
    if let Err(refusal) = permitted(&planner, &plan, &selected, &state, profile, options) {
        return Ok(Err(refusal));
    }
    workspace.break_seal()?;
    let outdated = |item: &&crate::plan::ItemPlan| {
        matches!(item.step, Step::Make(Reason::Outdated) | Step::Recapture(_, Reason::Outdated))
    };
    let outdated = plan.items.values().filter(outdated).count();
    if outdated > 0 {
        let message = format!("{outdated} made by an older version of the restoration are made anew");
        observer.on(&Event::Warned { name: String::new(), message, hint: None });
    }
    if let Some(message) = workspace.cut_off() {
        observer.on(&Event::Warned { name: String::new(), message, hint: None });
    }
    workspace.sweep()?;
    let before = state.lock.clone();
    let mut run = run::Run::new(&planner, workspace, plan, selected, options, backends, Arc::clone(&observer), cancel);
    run.preflight();
    run.until_nothing_is_ready(&mut state)?;
    let run::Run { plan, mut outcome, .. } = run;
    // An estimate that is not remembered is measured again.
    let _ = workspace.paces.save();
    if options.fill {
        fill::missing(workspace, &planner, &plan, &state, &mut outcome, &*observer)?;
    }
    for (name, Trouble { message, hint }) in outcome.failed.clone() {
        observer.on(&Event::Failed { name, message, hint });
    }
    close::close(workspace, &planner, &plan, &mut state, &before, options, &mut outcome, &*observer)?;
    Ok(Ok(outcome))
}

fn planned(plan: &Plan, expected: Option<Duration>) -> Event {
    let count = |wanted: fn(&Step) -> bool| plan.items.values().filter(|item| wanted(&item.step)).count();
    let waiting = plan.items.values().flat_map(|item| &item.slots).filter(|slot| !slot.waits.is_empty()).count();
    Event::Planned {
        fresh: count(|step| matches!(step, Step::Fresh)),
        make: count(|step| !matches!(step, Step::Fresh)),
        process: count(|step| matches!(step, Step::Make(_) | Step::Recapture(..))),
        generate: plan.requests().count(),
        waiting,
        seconds: expected.map(|expected| expected.as_secs().max(1)),
    }
}
