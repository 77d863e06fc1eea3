//! What changes while a build runs: the plan, the state that it was made from, and the outcome so far.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Site, needed};
use crate::plan::{Plan, Planner, State, Step, Want};
use crate::session::workspace::Workspace;
use crate::session::{Outcome, Result, select};
use crate::words::asset::GroupId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::event::{Event, Observer};
use crate::words::lock::Lock;

/// Plan, state and outcome of a running build.
pub(super) struct Progress {
    pub plan: Plan,
    pub state: State,
    pub outcome: Outcome,
    /// Items that the build carries out; grows when one turns out to need another.
    pub selected: BTreeSet<GroupId>,
    /// Selected items whose plan changed since they were looked at.
    open: BTreeSet<GroupId>,
    /// The lock as the build found it.
    pub before: Lock,
}

impl Progress {
    /// Plans everything and selects the targets.
    pub(super) fn plan(site: &Site, workspace: &Workspace, mut state: State) -> Result<Self> {
        let mut selected = select(site.planner, &site.options.targets)?;
        let mut plan = site.planner.plan(&state);
        let needed = needed::needed(workspace, site.planner, &plan, &state);
        if !needed.is_empty() {
            selected.extend(needed.iter().cloned());
            state.needed.extend(needed);
            plan = site.planner.plan(&state);
        }
        site.observer.on(&planned(&plan, workspace.expected(site.planner, &plan)));
        let (open, before) = (selected.clone(), state.lock.clone());
        Ok(Self { plan, state, outcome: Outcome::default(), selected, open, before })
    }

    /// The next item that may have ready work.
    pub(super) fn next(&mut self) -> Option<GroupId> {
        self.open.pop_first()
    }

    /// Plans again what a change of `touched` can reach.
    pub(super) fn update(&mut self, planner: &Planner, touched: &BTreeSet<GroupId>) {
        if !touched.is_empty() {
            let reached = planner.update(&mut self.plan, touched, &self.state);
            self.open.extend(reached.into_iter().filter(|id| self.selected.contains(id)));
        }
    }

    /// Plans one item again.
    pub(super) fn reopen(&mut self, planner: &Planner, id: &GroupId) {
        self.update(planner, &BTreeSet::from([id.clone()]));
    }

    /// A request failed before it was sent; its group is planned again.
    pub(super) fn fail_request(&mut self, planner: &Planner, id: &GroupId, want: &Want, why: Diagnostic) {
        self.state.failed.insert(want.request, why);
        self.reopen(planner, id);
    }

    /// A group cannot be made; it is planned again.
    pub(super) fn fail_group(&mut self, planner: &Planner, id: &GroupId, why: Diagnostic) {
        self.state.broken.insert(id.clone(), why);
        self.reopen(planner, id);
    }

    /// A file that belongs to no asset in particular could not be written.
    pub(super) fn fail_file(&mut self, site: &Site, path: &str, why: Diagnostic) {
        let subject = why.subject.clone().unwrap_or_else(|| Subject::File(path.to_owned()));
        let diagnostic = why.about(subject);
        site.observer.on(&Event::Failed { name: path.to_owned(), diagnostic: diagnostic.clone() });
        self.outcome.failed.push((path.to_owned(), diagnostic));
    }

    /// Adds items to the build.
    pub(super) fn select(&mut self, ids: impl IntoIterator<Item = GroupId>) {
        self.selected.extend(ids);
    }

    /// Writes the planner's choices for an item into the lock.
    pub(super) fn commit_picks(&mut self, id: &GroupId, observer: &dyn Observer) {
        let slots = self.plan.items.get_mut(id).into_iter().flat_map(|item| &mut item.slots);
        for slot in slots.filter(|slot| slot.pick_is_new) {
            slot.pick_is_new = false;
            let Some(pick) = slot.pick.clone() else { continue };
            observer.on(&Event::Picked { slot: slot.id.clone(), n: pick.n });
            self.state.lock.slot_mut(&slot.id).pick = Some(pick);
        }
    }
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
