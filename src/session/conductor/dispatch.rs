//! Requests: checked, journalled, queued and handed to the backends.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::batch::batch;
use super::inputs::{files_of, inputs};
use super::preflight::Unable;
use super::progress::Progress;
use super::workers::Message;
use super::{Build, Outcome, Site};
use crate::generate::{Arrival, Batch, Request};
use crate::plan::{Step, Want};
use crate::session::Error;
use crate::session::job::no_threads;
use crate::session::memory;
use crate::session::options::Consent;
use crate::session::workspace::Workspace;
use crate::store::Note;
use crate::threads;
use crate::words::ask::Input;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::project::Slot;

/// Local backends get so many requests at a time, which bounds the images in memory.
pub(super) const LOCAL_AT_ONCE: usize = 16;

/// A request that was queued or sent.
pub(super) struct Requested {
    /// The groups that want it.
    pub who: BTreeSet<GroupId>,
    /// The slot that wanted it first.
    pub slot: SlotId,
    pub local: bool,
    /// Pixels that a local backend has in memory for it.
    pub pixels: u64,
    /// Files of the project that the answer rests on.
    pub files: Vec<String>,
}

/// The requests of a build.
pub(super) struct Dispatch {
    batch: Batch,
    /// What no server can do, by slot.
    unable: Unable,
    /// Every request of this build, by key.
    requested: HashMap<Digest, Requested>,
    /// Requests for servers so far; re-rolls count against `max_images` as well.
    remote_count: usize,
    /// Requests for servers that were not handed over yet.
    remote: Vec<Request>,
    /// Requests for local backends that wait for their turn.
    local: VecDeque<Request>,
    local_running: usize,
    local_pixels: u64,
    /// The project's folder.
    root: PathBuf,
}

impl Dispatch {
    /// No requests yet; answers go to `mailbox`.
    pub(super) fn new(
        site: &Site,
        workspace: &Workspace,
        unable: Unable,
        mailbox: Sender<Message>,
    ) -> Result<Self, Error> {
        Ok(Self {
            batch: batch(site, workspace, forward(mailbox)?),
            unable,
            requested: HashMap::new(),
            remote_count: 0,
            remote: Vec::new(),
            local: VecDeque::new(),
            local_running: 0,
            local_pixels: 0,
            root: workspace.folders.root.clone(),
        })
    }

    /// A request of this build.
    pub(super) fn requested(&self, request: &Digest) -> Option<&Requested> {
        self.requested.get(request)
    }

    fn queue(&mut self, request: Request, who: GroupId) {
        let (slot, local) = (request.slot.clone(), !request.ask.costs_gpu());
        let files = files_of(&request.ask, request.n);
        let paths = files.iter().filter(|_| local).map(|file| self.root.join(file));
        let pixels = paths.fold(0u64, |sum, path| sum.saturating_add(memory::pixels_of(&path))).min(memory::most());
        self.requested.insert(request.key, Requested { who: BTreeSet::from([who]), slot, local, pixels, files });
        if local { self.local.push_back(request) } else { self.remote.push(request) }
    }

    fn may_request(&mut self, site: &Site, workspace: &Workspace, slot: &Slot) -> Result<(), Diagnostic> {
        let backend = slot.ask.backend();
        if !site.options.lock.may_change() && !is_local(slot) {
            return Err(lost_and_frozen(&slot.id));
        }
        if let Some(why) = self.unable.get(&slot.id) {
            return Err(why.clone());
        }
        if !site.backends.contains_key(backend) {
            return Err(no_backend(backend));
        }
        if !is_local(slot) {
            let most = workspace.manifest.project.max_images as usize;
            if site.options.consent == Consent::Required && self.remote_count >= most {
                return Err(too_many(most));
            }
            if let Some(agreed) = site.options.most_images.filter(|agreed| self.remote_count >= *agreed) {
                return Err(beyond_agreed(agreed));
            }
            self.remote_count += 1;
        }
        Ok(())
    }

    /// Hands requests over: to servers all of them, which the scheduler orders itself; to local backends a few at a time.
    pub(super) fn submit_ready(&mut self, site: &Site, outcome: &mut Outcome) {
        let mut ready: BTreeMap<&str, Vec<Request>> = BTreeMap::new();
        for request in self.remote.drain(..) {
            ready.entry(request.ask.backend()).or_default().push(request);
        }
        while self.local_running < LOCAL_AT_ONCE
            && let Some(request) = self.local.front()
            && let pixels = self.requested.get(&request.key).map_or(0, |requested| requested.pixels)
            && self.local_pixels + pixels <= memory::most()
            && let Some(request) = self.local.pop_front()
        {
            self.local_running += 1;
            self.local_pixels += pixels;
            ready.entry(request.ask.backend()).or_default().push(request);
        }
        for (backend, requests) in ready {
            self.submit(site, outcome, backend, requests);
        }
    }

    fn submit(&self, site: &Site, outcome: &mut Outcome, backend: &str, requests: Vec<Request>) {
        for Request { slot, n, seed, .. } in &requests {
            outcome.asked += 1;
            let (slot, backend) = (slot.clone(), backend.to_owned());
            site.observer.on(&Event::Asked { slot, n: *n, seed: *seed, backend });
        }
        let Some(backend) = site.backends.get(backend) else { return };
        let submitted: Vec<(SlotId, u32, Digest)> = requests.iter().map(|r| (r.slot.clone(), r.n, r.key)).collect();
        let handle = backend.submit(requests, &self.batch);
        submitted.iter().for_each(|(slot, n, request)| site.requests.add(slot, *n, *request, &handle));
    }

    /// A request has its answer; returns who wants it, and whether a local backend made it.
    pub(super) fn answered(&mut self, site: &Site, request: &Digest) -> (BTreeSet<GroupId>, bool) {
        site.requests.remove(request);
        let requested = self.requested.get(request);
        requested.map(|one| (one.who.clone(), one.local)).unwrap_or_default()
    }

    /// A request has no image in memory any more.
    pub(super) fn release(&mut self, request: &Digest) {
        if let Some(requested) = self.requested.get(request).filter(|requested| requested.local) {
            self.local_running = self.local_running.saturating_sub(1);
            self.local_pixels = self.local_pixels.saturating_sub(requested.pixels);
        }
    }

    /// Drops what was not handed over; returns how many requests that are. The batch cancels the others itself.
    pub(super) fn drop_queued(&mut self) -> usize {
        let dropped = self.local.len() + self.remote.len();
        self.local.clear();
        self.remote.clear();
        dropped
    }
}

/// Queues a request, once; what stands against it fails it.
pub(super) fn request(build: &mut Build, id: &GroupId, slot_id: &SlotId, want: &Want) {
    let Build { site, workspace, progress, work } = build;
    let Some(slot) = site.planner.slot(slot_id) else { return };
    if let Some(requested) = work.dispatch.requested.get_mut(&want.request) {
        requested.who.insert(id.clone());
        return;
    }
    if let Some(of) = input_without_raw(progress, slot) {
        return provide_input(site, progress, &of, id, want);
    }
    let prepared = work.dispatch.may_request(site, workspace, slot).and_then(|()| {
        workspace.note(&[Note::Asked { request: want.request, slot: slot.id.clone(), n: want.n }])?;
        inputs(workspace, &slot.ask, &progress.plan)
    });
    match prepared {
        Ok(inputs) => {
            let n = source_number(site, progress, slot_id, want).unwrap_or(want.n);
            let (slot, ask) = (slot_id.clone(), Arc::new(slot.ask.clone()));
            let request = Request { key: want.request, slot, n, seed: want.seed, ask, inputs };
            work.dispatch.queue(request, id.clone());
            work.workers.begin();
        }
        Err(why) => progress.fail_request(site.planner, id, want, why),
    }
}

/// Backends answer with arrivals, which join the other messages here.
fn forward(mailbox: Sender<Message>) -> Result<Sender<Arrival>, Error> {
    let (arrivals, received) = std::sync::mpsc::channel();
    let pass_on = move || drop(received.into_iter().try_for_each(|arrival| mailbox.send(Message::Arrived(arrival))));
    threads::spawn("arrivals", pass_on).map_err(|error| no_threads(&error))?;
    Ok(arrivals)
}

/// Whether this process answers the slot's ask by itself, without a network.
fn is_local(slot: &Slot) -> bool {
    !slot.ask.costs_gpu()
}

/// An input of the slot whose picked raw is not on this machine.
fn input_without_raw(progress: &Progress, slot: &Slot) -> Option<SlotId> {
    let slots = slot.ask.inputs().values().filter_map(|input| match input {
        Input::Slot(of) => Some(of),
        Input::File(_) | Input::Skeleton(_) => None,
    });
    let gone = |of: &&SlotId| {
        let item = progress.plan.items.get(&of.group);
        let planned = item.and_then(|item| item.slots.iter().find(|slot| slot.id == **of));
        let pick = planned.and_then(|slot| slot.pick.as_ref());
        pick.is_some_and(|pick| !progress.state.raws.contains(&pick.raw))
    };
    slots.into_iter().find(gone).cloned()
}

/// Has an input's raw made or requested again; the request that needs it is planned again when it is there.
fn provide_input(site: &Site, progress: &mut Progress, of: &SlotId, id: &GroupId, want: &Want) {
    if progress.state.wanted.insert(of.group.clone()) {
        progress.select([of.group.clone()]);
        progress.reopen(site.planner, &of.group);
    }
    if let Some(Step::Fail(why)) = progress.plan.items.get(&of.group).map(|item| item.step.clone()) {
        let message = format!("its input `{of}` is not available: {}", why.message);
        progress.fail_request(site.planner, id, want, Diagnostic { message, ..why });
    }
}

/// The place of a file among the sources of its slot: other files may have come before it since its capture.
fn source_number(site: &Site, progress: &Progress, slot: &SlotId, want: &Want) -> Option<u32> {
    let planned = progress.plan.items.get(&slot.group)?.slots.iter().find(|planned| planned.id == *slot)?;
    let at = planned.keys.as_ref()?.asks.iter().position(|ask| *ask == want.ask)?;
    site.planner.slot(slot)?.ask.sources().map(|_| at as u32 + 1)
}

fn too_many(most: usize) -> Diagnostic {
    let message = format!("`max_images = {most}` images were requested, and re-rolls need more");
    let hint = "build again to go on, agree with `--yes`, or raise `max_images` in `[project]`";
    Diagnostic::error("max-images", message).hint(hint)
}

fn beyond_agreed(agreed: usize) -> Diagnostic {
    let message = format!("{agreed} images were agreed to and requested, and more are needed");
    Diagnostic::error("images-agreed", message)
        .hint("plan again: what was captured is kept, and the plan says what is left")
}

fn no_backend(backend: &str) -> Diagnostic {
    let hint = "build placeholders with `--fill sketch`, or set `backend = \"sketch\"` in `[project]`";
    Diagnostic::error("no-backend", format!("the backend `{backend}` is not available here")).hint(hint)
}

fn lost_and_frozen(slot: &SlotId) -> Diagnostic {
    let message = format!("the raw of `{slot}` is lost, and a frozen build uses no server");
    Diagnostic::error("raw-lost", message).hint("bring it with `dgx-pixels cache import FILE` or the folder `raws/`")
}
