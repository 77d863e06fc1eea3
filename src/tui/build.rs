//! A build as it goes: its requests, the queue, servers and what was said.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Art;
use super::effect::{Effect, Machine, Tried};
use super::text_field::line;
use crate::session::{PlanReport, PlannedItem, PlannedStep, RequestChange, RequestProgress, Snapshot};
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::event::Event;
use crate::words::job::{JobId, JobPhase};
use crate::words::text::count;

/// Lines that are kept of what was said.
const LINES: usize = 200;

/// Throughput is that of the last so many seconds.
const WINDOW: Duration = Duration::from_secs(60);

/// How often the machine is looked at while its figures are seen.
const MACHINE: Duration = Duration::from_secs(2);

/// A request by slot and candidate number.
pub(super) type Request = (SlotId, u32);

/// What a plan counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) fresh: usize,
    pub(super) make: usize,
    pub(super) generate: usize,
    pub(super) waiting: usize,
    pub(super) failing: usize,
}

/// The build.
#[derive(Default)]
pub(super) struct Build {
    pub(super) snapshot: Snapshot,
    pub(super) plan: Option<Planned>,
    pub(super) plan_error: Option<String>,
    pub(super) said: VecDeque<(Severity, String)>,
    pub(super) previews: BTreeMap<Request, Arc<Art>>,
    pub(super) machine: Option<Machine>,
    /// The place in [`Build::rows`].
    pub(super) at: usize,
    /// When a request was first seen to move, and at which step.
    began: BTreeMap<Request, (Duration, u32)>,
    /// Previews that were asked for.
    asked: BTreeSet<Request>,
    /// Requests that wait, in the order of the user.
    order: Vec<Request>,
    captured: VecDeque<Duration>,
    started: Duration,
    now: Duration,
    next_machine: Duration,
    next_second: Duration,
    refusal: Option<Diagnostic>,
    starting: Starting,
}

/// A build that was asked for and that no snapshot shows yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Starting {
    #[default]
    None,
    Asked,
    As(JobId),
}

impl Build {
    /// A build is asked for.
    pub(super) fn ask(&mut self) {
        self.starting = Starting::Asked;
    }

    /// What became of it.
    pub(super) fn asked_for(&mut self, job: Option<JobId>) {
        let seen = job.is_none_or(|id| self.snapshot.jobs.contains_key(&id));
        self.starting = job.filter(|_| !seen).map_or(Starting::None, Starting::As);
    }

    pub(super) fn planned(&mut self, plan: Tried<PlanReport>) {
        match plan {
            Ok(plan) => {
                let steps = |step: PlannedStep| plan.items.iter().filter(|item| item.step == step).count();
                let images = plan.items.iter().flat_map(|item| &item.slots).map(|slot| slot.generate.len()).sum();
                let waits = |item: &&PlannedItem| item.slots.iter().any(|slot| !slot.waits.is_empty());
                let waiting = plan.items.iter().filter(|item| item.step == PlannedStep::Wait).filter(waits).count();
                self.plan = Some(Planned {
                    fresh: steps(PlannedStep::Fresh),
                    make: steps(PlannedStep::Make) + steps(PlannedStep::Recapture) + steps(PlannedStep::Wait) - waiting,
                    generate: images,
                    waiting,
                    failing: steps(PlannedStep::Fail),
                });
                self.plan_error = None;
            }
            Err(errors) => self.plan_error = errors.first().map(|error| line(&error.message)),
        }
    }

    pub(super) fn is_running(&self) -> bool {
        let runs = self.snapshot.jobs.values().any(|job| job.phase != JobPhase::Over && job.command == "build");
        runs || self.starting != Starting::None
    }

    pub(super) fn jobs_in_progress(&self) -> usize {
        let starting = usize::from(self.starting != Starting::None);
        self.snapshot.jobs.values().filter(|job| !job.is_over()).count() + starting
    }

    fn running_job(&self) -> Option<JobId> {
        let active = |phase: JobPhase| self.snapshot.jobs.iter().find(|(_, job)| job.phase == phase).map(|(id, _)| *id);
        active(JobPhase::Running).or_else(|| active(JobPhase::Queued))
    }

    /// Requests on a server, then those that wait, in their order.
    pub(super) fn rows(&self) -> Vec<&RequestProgress> {
        let requests = &self.snapshot.requests;
        let mut rows: Vec<&RequestProgress> = requests.iter().filter(|one| is_drawn(one)).collect();
        let place = |one: &RequestProgress| self.order.iter().position(|(slot, n)| *n == one.n && *slot == one.slot);
        let mut waiting: Vec<&RequestProgress> = requests.iter().filter(|one| !is_drawn(one)).collect();
        waiting.sort_by_cached_key(|one| place(one));
        rows.extend(waiting);
        rows
    }

    /// The project as it stands.
    pub(super) fn snapshot(&mut self, snapshot: Snapshot, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        self.snapshot = snapshot;
        if matches!(self.starting, Starting::As(id) if self.snapshot.jobs.contains_key(&id)) {
            self.starting = Starting::None;
        }
        let there: BTreeSet<Request> = self.snapshot.requests.iter().map(|one| (one.slot.clone(), one.n)).collect();
        let waits: Vec<Request> =
            self.snapshot.requests.iter().filter(|one| !is_drawn(one)).map(|one| (one.slot.clone(), one.n)).collect();
        let wanted: BTreeSet<&Request> = waits.iter().collect();
        self.order.retain(|one| wanted.contains(one));
        let known: BTreeSet<Request> = self.order.iter().cloned().collect();
        self.order.extend(waits.into_iter().filter(|one| !known.contains(one)));
        self.previews.retain(|one, _| there.contains(one));
        self.asked.retain(|one| there.contains(one));
        self.began.retain(|one, _| there.contains(one));
        for one in self.snapshot.requests.iter().filter(|one| one.step > 0) {
            self.began.entry((one.slot.clone(), one.n)).or_insert((now, one.step));
        }
        self.at = self.at.min(self.snapshot.requests.len().saturating_sub(1));
        _ = effects;
    }

    pub(super) fn event(&mut self, event: &Event, now: Duration, effects: &mut Vec<Effect>) {
        match event {
            Event::Planned { .. } => {
                self.started = now;
                self.captured.clear();
            }
            Event::Captured { .. } => self.captured.push_back(now),
            Event::Preview { slot, n, .. } if self.asked.insert((slot.clone(), *n)) => {
                effects.push(Effect::Preview(slot.clone(), *n));
            }
            Event::Waiting { holder } => self.say(Severity::Note, &format!("waits for {holder}")),
            Event::Server { server, diagnostic, .. } if diagnostic.message.is_empty() => {
                self.say(diagnostic.severity, server);
            }
            Event::Server { server, diagnostic, .. } => {
                self.say(diagnostic.severity, &format!("{server}: {}", diagnostic.message));
            }
            Event::Unable { diagnostic, .. } => self.tell("", diagnostic),
            Event::Failed { name, diagnostic } | Event::Warned { name, diagnostic } => self.tell(name, diagnostic),
            Event::Finished(outcome) => {
                let failed = outcome.failed.len() + outcome.kept.len() + outcome.gated.len();
                let severity = if failed > 0 { Severity::Warning } else { Severity::Note };
                let images = count(outcome.asked, "image", "images");
                let text = format!("build ended: {} made, {images}, {failed} to look at", outcome.made);
                self.say(severity, &text);
            }
            Event::Job { state, .. } if state.is_over() => {
                state.diagnostics.iter().for_each(|diagnostic| self.tell("", diagnostic));
                if let Some(first) = state.diagnostics.first() {
                    self.refusal = Some(first.clone());
                }
            }
            _ => {}
        }
    }

    fn tell(&mut self, name: &str, diagnostic: &Diagnostic) {
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let hint = diagnostic.hint.as_deref().map_or_else(String::new, |hint| format!(" ({hint})"));
        self.say(diagnostic.severity, &format!("{name}{}{hint}", diagnostic.message));
    }

    fn say(&mut self, severity: Severity, text: &str) {
        if self.said.len() == LINES {
            self.said.pop_front();
        }
        self.said.push_back((severity, line(text)));
    }

    /// Why the last job did not begin.
    pub(super) fn take_refusal(&mut self) -> Option<Diagnostic> {
        self.refusal.take()
    }

    pub(super) fn preview(&mut self, slot: SlotId, n: u32, art: Option<Arc<Art>>) {
        let request = (slot, n);
        self.asked.remove(&request);
        let is_there = self.snapshot.requests.iter().any(|one| one.slot == request.0 && one.n == n);
        if let Some(art) = art.filter(|_| is_there) {
            self.previews.insert(request, art);
        }
    }

    pub(super) fn tick(&mut self, now: Duration, seen: bool, effects: &mut Vec<Effect>) {
        self.now = now;
        while self.captured.front().is_some_and(|at| *at + WINDOW < now) {
            self.captured.pop_front();
        }
        if seen && self.next_machine <= now {
            self.next_machine = now + MACHINE;
            effects.push(Effect::Machine);
        }
        if self.next_second <= now {
            self.next_second = now + Duration::from_secs(1);
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let second = (self.jobs_in_progress() > 0).then_some(self.next_second);
        Some(second.map_or(self.next_machine, |second| second.min(self.next_machine)))
    }

    /// Images a minute.
    pub(super) fn rate(&self) -> Option<u64> {
        let passed = self.now.saturating_sub(self.started).min(WINDOW).as_secs();
        (passed > 0 && !self.captured.is_empty()).then(|| self.captured.len() as u64 * 60 / passed)
    }

    /// Seconds until the build has its images.
    pub(super) fn remaining(&self) -> Option<u64> {
        let counts = self.snapshot.counts;
        let left = counts.to_generate.saturating_sub(counts.captured) as u64;
        self.rate().filter(|rate| *rate > 0 && left > 0).map(|rate| left * 60 / rate)
    }

    /// Seconds until a request is done, by the steps that it made.
    pub(super) fn estimate(&self, one: &RequestProgress) -> Option<u64> {
        let (began, first) = self.began.get(&(one.slot.clone(), one.n))?;
        let made = one.step.checked_sub(*first).filter(|made| *made > 0)?;
        let passed = self.now.saturating_sub(*began).as_millis() as u64;
        Some((passed * u64::from(one.steps.saturating_sub(one.step)) / u64::from(made)).div_ceil(1000))
    }

    pub(super) fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        let last = self.snapshot.requests.len().saturating_sub(1);
        match key.code {
            KeyCode::Up if shift => self.shift(-1, effects),
            KeyCode::Down if shift => self.shift(1, effects),
            KeyCode::Char(',') => self.shift(-1, effects),
            KeyCode::Char('.') => self.shift(1, effects),
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(last),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = last,
            KeyCode::Char('x') => effects.extend(self.change(RequestChange::Cancel)),
            KeyCode::Char('t') => effects.extend(self.change(RequestChange::Retry)),
            KeyCode::Char('n') => self.next(effects),
            KeyCode::Char('X') => effects.extend(self.running_job().map(Effect::Cancel)),
            _ => {}
        }
    }

    fn chosen(&self) -> Option<Request> {
        self.rows().get(self.at).map(|one| (one.slot.clone(), one.n))
    }

    fn change(&self, change: RequestChange) -> Option<Effect> {
        self.chosen().map(|(slot, n)| Effect::Change(slot, n, change))
    }

    /// The chosen request is drawn before all that wait.
    fn next(&mut self, effects: &mut Vec<Effect>) {
        let Some(place) = self.chosen().and_then(|chosen| self.order.iter().position(|one| *one == chosen)) else {
            return;
        };
        self.place(place, 0, effects);
    }

    /// The chosen request changes places with its neighbour.
    fn shift(&mut self, by: isize, effects: &mut Vec<Effect>) {
        let Some(place) = self.chosen().and_then(|chosen| self.order.iter().position(|one| *one == chosen)) else {
            return;
        };
        let to = place.saturating_add_signed(by).min(self.order.len() - 1);
        self.place(place, to, effects);
    }

    /// The session moves requests to the front only: all up to the later place go there in reverse order.
    fn place(&mut self, from: usize, to: usize, effects: &mut Vec<Effect>) {
        let moved = self.order.remove(from);
        self.order.insert(to, moved);
        // The cursor goes with it.
        self.at = (self.at + to).saturating_sub(from);
        let last = if to == 0 { 0 } else { from.max(to) };
        let change = |(slot, n): &Request| Effect::Change(slot.clone(), *n, RequestChange::MoveToFront);
        effects.extend(self.order[..=last].iter().rev().map(change));
    }
}

fn is_drawn(one: &RequestProgress) -> bool {
    one.server.is_some() || one.step > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::asset::{GroupId, Kind};

    fn slot(name: &str) -> SlotId {
        SlotId::only(GroupId::new(Kind::Sprite, name))
    }

    fn build(names: &[&str]) -> Build {
        let request = |name: &&str| RequestProgress { slot: slot(name), n: 1, step: 0, steps: 0, server: None };
        let snapshot = Snapshot { requests: names.iter().map(request).collect(), ..Snapshot::default() };
        let mut build = Build::default();
        build.snapshot(snapshot, Duration::ZERO, &mut Vec::new());
        build
    }

    fn names(build: &Build) -> String {
        build.rows().iter().map(|one| one.slot.to_string()).collect()
    }

    /// What the scheduler's queue is after the moves.
    fn queue(before: &str, effects: &[Effect]) -> String {
        let mut queue: Vec<String> = before.chars().map(String::from).collect();
        for effect in effects {
            let Effect::Change(slot, _, RequestChange::MoveToFront) = effect else { panic!("{effect:?}") };
            queue.retain(|name| *name != slot.to_string());
            queue.insert(0, slot.to_string());
        }
        queue.concat()
    }

    #[test]
    fn the_queue_is_as_it_is_shown() {
        for (at, key, shown) in
            [(2, 'n', "cabde"), (3, ',', "abdce"), (1, '.', "acbde"), (0, ',', "abcde"), (4, '.', "abcde")]
        {
            let mut build = build(&["a", "b", "c", "d", "e"]);
            build.at = at;
            let mut effects = Vec::new();
            build.key(KeyEvent::from(KeyCode::Char(key)), &mut effects);
            assert_eq!((names(&build).as_str(), queue("abcde", &effects).as_str()), (shown, shown), "{at} {key}");
            assert_eq!(build.chosen().map(|(slot, _)| slot.to_string()), shown_at(at, "abcde"));
        }
    }

    fn shown_at(at: usize, names: &str) -> Option<String> {
        names.chars().nth(at).map(String::from)
    }

    #[test]
    fn an_estimate_follows_the_steps() {
        let mut build = build(&["a"]);
        let mut snapshot = build.snapshot.clone();
        for (seconds, step) in [(1, 2), (3, 4)] {
            snapshot.requests[0] =
                RequestProgress { step, steps: 10, server: Some("s".to_owned()), ..snapshot.requests[0].clone() };
            build.snapshot(snapshot.clone(), Duration::from_secs(seconds), &mut Vec::new());
        }
        assert_eq!(build.estimate(&build.snapshot.requests[0]), Some(6));
    }
}
