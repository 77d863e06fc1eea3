//! The loop: what is ready goes out, what comes back is folded in, and the planner says what is ready now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::arrive::Stop;
use super::make::{Job, Product};
use super::{Backends, BuildOptions, Cancel, Outcome, Workspace};
use crate::generate::{Arrival, Batch, Context, Failure, Request};
use crate::plan::{Plan, Planner, State, Step, Trouble, Want};
use crate::store::{Judged, Note};
use crate::words::ask::{Ask, Input};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::{Event, Observer};
use crate::words::lock::Provenance;
use crate::words::project::Slot;
use crate::words::raw::Raw;
use crate::words::sprite::Sprites;

/// What comes back from where work is done.
pub enum Message {
    /// A backend answered.
    Arrived(Arrival),
    /// A raw is in the store, or could not be put there.
    Stored { request: Digest, result: Result<(Arc<Raw>, Provenance), Trouble> },
    /// A candidate was looked at.
    Judged { slot: SlotId, want: Want, raw: Digest, result: Result<(Judged, Option<Arc<Sprites>>), Stop> },
    /// Sprites and files are made.
    Made { id: GroupId, key: Digest, result: Result<Product, Stop> },
}

/// Local backends get so many requests at a time, so that pictures do not pile up in memory.
const LOCAL_AT_ONCE: usize = 16;

/// How often the lock is written while a build goes on.
const LOCK_EVERY: Duration = Duration::from_secs(5);

/// A request that went out.
struct Asked {
    who: BTreeSet<GroupId>,
    /// The slot, where a server was asked.
    slot: Option<SlotId>,
    local: bool,
    /// Files of the project that the answer rests on.
    files: Vec<String>,
}

/// A build that goes on.
pub struct Run<'a> {
    pub planner: &'a Planner<'a>,
    pub workspace: &'a mut Workspace,
    pub plan: Plan,
    pub outcome: Outcome,
    pub selected: BTreeSet<GroupId>,
    pub options: &'a BuildOptions,
    pub observer: Arc<dyn Observer>,
    pub backends: &'a Backends,
    pub cancel: &'a Cancel,
    sender: Sender<Message>,
    receiver: Receiver<Message>,
    pub batch: Batch,
    /// What no server can do, found before anything was asked.
    pub unable: HashMap<SlotId, Trouble>,
    running: usize,
    /// Requests that went out.
    asked: HashMap<Digest, Asked>,
    /// Requests for servers so far; re-rolls count against `max_images` as well.
    remote_asked: usize,
    /// Requests for servers, until all that are ready are known.
    remote: Vec<Request>,
    /// Requests for local artists that wait for their turn.
    held_back: VecDeque<Request>,
    local_out: usize,
    pub judging: HashSet<(SlotId, Digest)>,
    /// Raws and cached sprites that were found damaged, with those who found it.
    pub damaged: HashMap<Digest, BTreeSet<GroupId>>,
    making: HashSet<GroupId>,
    /// Pictures that requests take in, as long as one of them is on its way.
    inputs: HashMap<Input, Weak<Raw>>,
    /// Raws that were just captured, until they are judged.
    fresh_raws: HashMap<Digest, Arc<Raw>>,
    /// Sprites that were made in this run.
    pub sprites: HashMap<Digest, Arc<Sprites>>,
    open: BTreeSet<GroupId>,
    lock_written: Instant,
}

impl<'a> Run<'a> {
    /// A build that has not begun yet.
    #[allow(clippy::too_many_arguments, reason = "one caller, and each is a part of the world")]
    pub fn new(
        planner: &'a Planner<'a>,
        workspace: &'a mut Workspace,
        plan: Plan,
        selected: BTreeSet<GroupId>,
        options: &'a BuildOptions,
        backends: &'a Backends,
        observer: Arc<dyn Observer>,
        cancel: &'a Cancel,
    ) -> Self {
        let (sender, receiver) = channel();
        let batch = Batch::new(Context {
            root: workspace.folders.root.as_path().into(),
            workflows: workspace.inputs.workflows.clone(),
            sources: workspace.loaded.sources.clone(),
            observer: Arc::clone(&observer),
            replies: forward(&sender),
            ledger: Arc::new(workspace.journal.clone()),
            cancel: cancel.clone(),
        });
        Self {
            planner,
            workspace,
            plan,
            outcome: Outcome::default(),
            open: selected.clone(),
            selected,
            options,
            observer,
            backends,
            cancel,
            sender,
            receiver,
            batch,
            unable: HashMap::new(),
            running: 0,
            asked: HashMap::new(),
            remote_asked: 0,
            remote: Vec::new(),
            held_back: VecDeque::new(),
            local_out: 0,
            judging: HashSet::new(),
            damaged: HashMap::new(),
            making: HashSet::new(),
            inputs: HashMap::new(),
            fresh_raws: HashMap::new(),
            sprites: HashMap::new(),
            lock_written: Instant::now(),
        }
    }

    /// Carries out what is ready until nothing is.
    pub fn until_nothing_is_ready(&mut self, state: &mut State) -> anyhow::Result<()> {
        loop {
            self.launch(state);
            self.submit_held_back();
            if self.running == 0 {
                break;
            }
            let touched = match self.receiver.recv_timeout(Duration::from_millis(100)) {
                Ok(message) => self.fold(message, state),
                Err(RecvTimeoutError::Timeout) => BTreeSet::new(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            self.stop_if_cancelled();
            self.update(&touched, state);
            if self.lock_written.elapsed() > LOCK_EVERY && !self.options.locked && !self.options.frozen {
                self.workspace.write_lock(&state.lock)?;
                self.lock_written = Instant::now();
            }
        }
        self.close(state);
        Ok(())
    }

    fn update(&mut self, touched: &BTreeSet<GroupId>, state: &State) {
        if !touched.is_empty() {
            let reached = self.planner.update(&mut self.plan, touched, state);
            self.open.extend(reached.into_iter().filter(|id| self.selected.contains(id)));
        }
    }

    fn stop_if_cancelled(&mut self) {
        if self.cancel.is_cancelled() && !self.outcome.interrupted {
            self.outcome.interrupted = true;
            self.running -= self.held_back.len() + self.remote.len();
            self.held_back.clear();
            self.remote.clear();
        }
    }

    /// Sends out everything that is ready among the items that changed.
    fn launch(&mut self, state: &mut State) {
        while let Some(id) = self.open.pop_first() {
            if self.outcome.interrupted {
                continue;
            }
            let Some(plan) = self.plan.items.get(&id).cloned() else { continue };
            self.settle(&id, state);
            for slot in &plan.slots {
                for want in &slot.adopt {
                    self.judge(&slot.id, *want, state);
                }
                self.ask(&id, &slot.id, &slot.requests, state);
            }
            match &plan.step {
                Step::Make(_) => self.make(&id, state),
                Step::Recapture(wants, _) => {
                    wants.iter().for_each(|(slot, want)| self.ask(&id, slot, std::slice::from_ref(want), state));
                }
                Step::Fresh | Step::Wait | Step::Fail(_) => {}
            }
        }
    }

    fn ask(&mut self, id: &GroupId, slot_id: &SlotId, wants: &[Want], state: &mut State) {
        let Some(slot) = self.planner.slot(slot_id) else { return };
        for want in wants {
            if let Some(asked) = self.asked.get_mut(&want.request) {
                asked.who.insert(id.clone());
                continue;
            }
            if let Some(of) = self.input_without_raw(slot, state) {
                self.bring(&of, id, want, state);
                continue;
            }
            let inputs = match self.may_ask(slot, want) {
                Ok(inputs) => inputs,
                Err(trouble) => {
                    state.failed.insert(want.request, trouble);
                    self.open_again(id, state);
                    continue;
                }
            };
            let local = is_local(slot);
            let n = self.source_number(slot_id, want).unwrap_or(want.n);
            let files = super::arrive::files_of(&slot.ask, n);
            let asked =
                Asked { who: BTreeSet::from([id.clone()]), slot: (!local).then(|| slot_id.clone()), local, files };
            self.asked.insert(want.request, asked);
            let ask = Arc::new(slot.ask.clone());
            let request = Request { key: want.request, slot: slot_id.clone(), n, seed: want.seed, ask, inputs };
            self.running += 1;
            if local { self.held_back.push_back(request) } else { self.remote.push(request) }
        }
    }

    /// An input of the slot whose picked raw is not on this machine.
    fn input_without_raw(&self, slot: &Slot, state: &State) -> Option<SlotId> {
        let inputs =
            slot.ask.inputs().values().filter_map(|input| if let Input::Slot(of) = input { Some(of) } else { None });
        let gone = |of: &&SlotId| {
            let planned =
                self.plan.items.get(&of.group).and_then(|item| item.slots.iter().find(|slot| slot.id == **of));
            let pick = planned.and_then(|slot| slot.pick.as_ref());
            pick.is_some_and(|pick| !state.raws.contains(&pick.raw))
        };
        inputs.into_iter().find(gone).cloned()
    }

    /// Has an input's raw made or asked for again; once that is settled, the request that needs it is looked at again.
    fn bring(&mut self, of: &SlotId, id: &GroupId, want: &Want, state: &mut State) {
        if state.wanted.insert(of.group.clone()) {
            self.selected.insert(of.group.clone());
            self.open_again(&of.group, state);
        }
        if let Some(Step::Fail(trouble)) = self.plan.items.get(&of.group).map(|item| &item.step) {
            let message = format!("its input `{of}` cannot be had: {}", trouble.message);
            state.failed.insert(want.request, Trouble { message, hint: trouble.hint.clone() });
            self.open_again(id, state);
        }
    }

    /// The pixels that go with a request; it is in the journal before it goes out.
    fn may_ask(&mut self, slot: &Slot, want: &Want) -> Result<BTreeMap<String, Arc<Raw>>, Trouble> {
        if (self.options.locked || self.options.frozen) && !is_local(slot) {
            return Err(super::arrive::lost_and_frozen(&slot.id));
        }
        if let Some(trouble) = self.unable.get(&slot.id) {
            return Err(trouble.clone());
        }
        if !self.backends.contains_key(slot.ask.backend()) {
            return Err(super::arrive::no_backend(slot.ask.backend()));
        }
        if !is_local(slot) && !self.options.yes {
            let most = self.workspace.manifest.project.max_images as usize;
            if self.remote_asked >= most {
                return Err(super::arrive::too_many(most));
            }
            self.remote_asked += 1;
        }
        let note = Note::Asked { request: want.request, slot: slot.id.clone(), n: want.n };
        let noted = self.workspace.journal.note(&[note]);
        noted.map_err(|error| self.workspace.cannot_write("the journal", &error))?;
        super::arrive::inputs(self.workspace, &slot.ask, &self.plan, &mut self.inputs)
    }

    /// The place of a file among the sources of its slot: other files may have come before it since its capture.
    fn source_number(&self, slot: &SlotId, want: &Want) -> Option<u32> {
        let planned = self.plan.items.get(&slot.group)?.slots.iter().find(|planned| planned.id == *slot)?;
        let at = planned.keys.as_ref()?.asks.iter().position(|ask| *ask == want.ask)?;
        matches!(self.planner.slot(slot)?.ask, Ask::Files(_)).then_some(at as u32 + 1)
    }

    /// Plans an item again at once, after something that was to go out could not.
    fn open_again(&mut self, id: &GroupId, state: &State) {
        self.update(&BTreeSet::from([id.clone()]), state);
    }

    /// Remote servers get everything and order it themselves; local artists get a few at a time.
    fn submit_held_back(&mut self) {
        if !self.remote.is_empty() {
            let remote = std::mem::take(&mut self.remote);
            self.submit("comfyui", remote);
        }
        let mut local: BTreeMap<&str, Vec<Request>> = BTreeMap::new();
        while self.local_out < LOCAL_AT_ONCE
            && let Some(request) = self.held_back.pop_front()
        {
            self.local_out += 1;
            local.entry(request.ask.backend()).or_default().push(request);
        }
        for (backend, requests) in local {
            self.submit(backend, requests);
        }
    }

    fn submit(&mut self, backend: &str, requests: Vec<Request>) {
        for Request { slot, n, seed, .. } in &requests {
            self.outcome.asked += 1;
            let (slot, backend) = (slot.clone(), backend.to_owned());
            self.observer.on(&Event::Asked { slot, n: *n, seed: *seed, backend });
        }
        if let Some(backend) = self.backends.get(backend) {
            backend.submit(requests, &self.batch);
        }
    }

    /// One message back: one piece of work less.
    fn fold(&mut self, message: Message, state: &mut State) -> BTreeSet<GroupId> {
        match message {
            Message::Arrived(arrival) => self.arrived(arrival, state),
            Message::Stored { request, result } => {
                self.running -= 1;
                self.stored(request, result, state)
            }
            Message::Judged { slot, want, raw, result } => {
                self.running -= 1;
                self.judged(&slot, want, raw, result, state)
            }
            Message::Made { id, key, result } => {
                self.running -= 1;
                self.making.remove(&id);
                self.made(&id, key, result, state);
                BTreeSet::from([id])
            }
        }
    }

    /// An image goes to the store on a thread that computes; a failure is the end of its request.
    fn arrived(&mut self, arrival: Arrival, state: &mut State) -> BTreeSet<GroupId> {
        let (who, local) =
            self.asked.get(&arrival.key).map(|asked| (asked.who.clone(), asked.local)).unwrap_or_default();
        self.local_out = self.local_out.saturating_sub(usize::from(local));
        match arrival.result {
            Ok(captured) => {
                self.learn(&arrival.key, captured.took);
                let (blobs, sender, request) = (Arc::clone(&self.workspace.blobs), self.sender.clone(), arrival.key);
                rayon::spawn(move || {
                    // What a server drew is not drawn twice, whatever happens to this machine.
                    let kept = if local { blobs.keep(&captured.raw) } else { blobs.keep_durably(&captured.raw) };
                    let kept = kept.and_then(|()| match captured.lossy {
                        // Another machine may decode other pixels, so that these are all there is.
                        true => blobs.commit(&captured.raw),
                        false => Ok(()),
                    });
                    let result = kept.map(|()| (Arc::new(captured.raw), captured.provenance));
                    let result = result.map_err(|error| super::arrive::cannot_store(&error));
                    let _ = sender.send(Message::Stored { request, result });
                });
                BTreeSet::new()
            }
            Err(failure) => {
                self.running -= 1;
                if let Failure::Failed(diagnostic) = failure {
                    let Diagnostic { message, hint, .. } = *diagnostic;
                    state.failed.insert(arrival.key, Trouble { message, hint });
                }
                who
            }
        }
    }

    /// Remembers how long a server took, for estimates.
    fn learn(&mut self, request: &Digest, took: Option<Duration>) {
        let slot = self.asked.get(request).and_then(|asked| asked.slot.clone());
        let asked = slot.and_then(|slot| self.planner.slot(&slot));
        if let (Some(Slot { ask: Ask::Comfyui(ask), .. }), Some(took)) = (asked, took) {
            self.workspace.paces.learn(&ask.style, took);
        }
    }

    fn stored(
        &mut self,
        request: Digest,
        result: Result<(Arc<Raw>, Provenance), Trouble>,
        state: &mut State,
    ) -> BTreeSet<GroupId> {
        let who = self.asked.get(&request).map(|asked| asked.who.clone()).unwrap_or_default();
        let files = self.asked.get(&request).map(|asked| asked.files.clone()).unwrap_or_default();
        let unchanged = self.workspace.unchanged(&files);
        let recorded = result.and_then(|made| unchanged.map(|()| made)).and_then(|(raw, provenance)| {
            self.workspace.record(request, raw.digest, &provenance).map(|()| (raw, provenance))
        });
        match recorded {
            Ok((raw, provenance)) => {
                state.records.insert(request, (raw.digest, provenance.id()));
                state.raws.insert(raw.digest);
                state.lock.provenance.insert(provenance.id(), provenance);
                if self.fresh_raws.len() < LOCAL_AT_ONCE {
                    self.fresh_raws.insert(raw.digest, Arc::clone(&raw));
                }
                if self.recaptured(request, raw.digest, &who, state) {
                    self.fresh_raws.remove(&raw.digest);
                }
            }
            Err(trouble) => {
                state.failed.insert(request, trouble);
            }
        }
        who
    }

    /// Puts a candidate before the gates, once.
    pub fn judge(&mut self, slot_id: &SlotId, want: Want, state: &State) {
        let Some((raw, _)) = state.records.get(&want.request).cloned() else { return };
        let Some(group) = self.planner.group(&slot_id.group) else { return };
        if !self.judging.insert((slot_id.clone(), want.request)) {
            return;
        }
        if !self.asked.contains_key(&want.request) {
            self.outcome.adopted += 1;
            self.observer.on(&Event::Adopted { slot: slot_id.clone(), n: want.n, raw });
        } else {
            self.observer.on(&Event::Captured { slot: slot_id.clone(), n: want.n, raw });
        }
        self.running += 1;
        let job = super::arrive::Judge {
            slot: slot_id.clone(),
            want,
            raw,
            pixels: self.fresh_raws.remove(&raw),
            recipe: group.recipe.clone(),
            known: self.workspace.records.judged.get(&super::arrive::judge_key(&group.recipe, raw)).cloned(),
            blobs: Arc::clone(&self.workspace.blobs),
        };
        let sender = self.sender.clone();
        rayon::spawn(move || {
            let _ = sender.send(job.run());
        });
    }

    fn make(&mut self, id: &GroupId, state: &mut State) {
        if self.making.contains(id) {
            return;
        }
        let Some(item) = self.planner.item(id) else { return };
        let missing: Vec<GroupId> =
            item.made_from().into_iter().filter(|of| !self.has_sprites(of, state)).cloned().collect();
        if !missing.is_empty() {
            // They are up to date, but nobody has their pixels: they are made for us first, and then we are asked again.
            let new: BTreeSet<GroupId> =
                missing.iter().filter(|of| state.needed.insert((*of).clone())).cloned().collect();
            let lost = missing.iter().find_map(|of| match &self.plan.items.get(of)?.step {
                Step::Fail(trouble) => Some((of.clone(), trouble.clone())),
                _ => None,
            });
            if let Some((of, Trouble { message, hint })) = lost {
                let message = format!("`{of}`, which it is made from, cannot be had: {message}");
                state.broken.insert(id.clone(), Trouble { message, hint });
                self.open_again(id, state);
                return;
            }
            self.selected.extend(new.iter().cloned());
            self.update(&new, state);
            return;
        }
        match Job::new(self, id, state) {
            Ok(job) => {
                self.making.insert(id.clone());
                self.running += 1;
                let sender = self.sender.clone();
                rayon::spawn(move || {
                    let _ = sender.send(job.run());
                });
            }
            Err(trouble) => {
                state.broken.insert(id.clone(), trouble);
                self.open_again(id, state);
            }
        }
    }

    fn has_sprites(&self, id: &GroupId, state: &State) -> bool {
        let Some(plan) = self.plan.items.get(id) else { return false };
        let settled = matches!(plan.step, Step::Fresh | Step::Make(crate::plan::Reason::Outputs));
        plan.key.is_some_and(|key| self.sprites.contains_key(&key) || (settled && state.sprites.contains(&key)))
    }
}

/// Whether this process answers the slot's ask by itself, without a network.
fn is_local(slot: &Slot) -> bool {
    !matches!(slot.ask, Ask::Comfyui(_))
}

/// Backends answer with arrivals; here they join everything else that comes back.
fn forward(sender: &Sender<Message>) -> Sender<Arrival> {
    let (arrivals, received) = channel();
    let sender = sender.clone();
    std::thread::spawn(move || {
        for arrival in received {
            if sender.send(Message::Arrived(arrival)).is_err() {
                break;
            }
        }
    });
    arrivals
}
