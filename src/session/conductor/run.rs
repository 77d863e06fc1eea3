//! The loop: ready work goes out, results are folded in, and the planner says what is ready now.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::dispatch::Dispatch;
use super::preflight::Unable;
use super::progress::Progress;
use super::workers::{Message, Stop, Workers};
use super::{Site, judge, make, stored};
use crate::plan::{Step, Want};
use crate::session::workspace::Workspace;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::lock::Lock;
use crate::words::raw::Raw;
use crate::words::sprite::Sprites;

/// How often the lock is written while a build runs.
const LOCK_EVERY: Duration = Duration::from_secs(5);

/// Work in progress, and what it needs in memory.
pub struct Work {
    pub workers: Workers,
    pub dispatch: Dispatch,
    /// Candidates that are or were judged.
    pub judging: HashSet<(SlotId, Digest)>,
    /// Groups that are being made.
    pub making: HashSet<GroupId>,
    /// Raws that were just captured, until they are judged.
    pub fresh_raws: HashMap<Digest, Arc<Raw>>,
    /// Sprites that were made in this build, as long as others need them.
    pub sprites: HashMap<Digest, Arc<Sprites>>,
    /// Raws and cached sprites that were found damaged, with the groups that found it.
    damaged: HashMap<Digest, BTreeSet<GroupId>>,
}

/// Carries out what is ready until nothing is.
pub fn until_nothing_is_ready(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    unable: Unable,
) -> anyhow::Result<()> {
    let (mailbox, messages) = channel();
    let cancelled = mailbox.clone();
    let _listening = site.cancel.on_cancel(move || cancelled.send(Message::Cancelled).unwrap_or_default());
    let dispatch = Dispatch::new(site, workspace, unable, mailbox.clone());
    let mut work = Work::new(Workers::new(mailbox), dispatch);
    let mut saved = Instant::now();
    loop {
        while let Some(id) = progress.next() {
            launch(site, workspace, progress, &mut work, &id);
        }
        work.dispatch.submit_ready(site, &mut progress.outcome);
        if work.workers.is_idle() {
            break;
        }
        let touched = match messages.recv() {
            Ok(message) => fold(site, workspace, progress, &mut work, message),
            Err(_) => break,
        };
        progress.update(site.planner, &touched);
        save_lock(site, workspace, &progress.state.lock, &mut saved)?;
    }
    // An estimate that cannot be saved is measured again.
    let _ = workspace.paces.save();
    Ok(())
}

/// Sends out everything of one item that is ready.
fn launch(site: &Site, workspace: &mut Workspace, progress: &mut Progress, work: &mut Work, id: &GroupId) {
    if progress.outcome.interrupted {
        return;
    }
    progress.commit_picks(id, &*site.observer);
    let Some(item) = progress.plan.items.get(id).cloned() else { return };
    for slot in &item.slots {
        for want in &slot.adopt {
            judge::start(site, workspace, progress, work, &slot.id, *want);
        }
        for want in &slot.requests {
            request(site, workspace, progress, work, id, &slot.id, want);
        }
    }
    match &item.step {
        Step::Make(_) => make::start(site, workspace, progress, work, id),
        Step::Recapture(wants, _) => {
            wants.iter().for_each(|(slot, want)| request(site, workspace, progress, work, id, slot, want));
        }
        Step::Fresh | Step::Wait | Step::Fail(_) => {}
    }
}

fn request(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    work: &mut Work,
    id: &GroupId,
    slot: &SlotId,
    want: &Want,
) {
    work.dispatch.request(site, workspace, progress, &mut work.workers, id, slot, want);
}

/// Folds one message in; returns the groups that it touched.
fn fold(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    work: &mut Work,
    message: Message,
) -> BTreeSet<GroupId> {
    match message {
        Message::Arrived(arrival) => stored::arrived(site, workspace, progress, work, arrival),
        Message::Stored { request, result } => {
            work.workers.end(1);
            stored::stored(site, workspace, progress, work, request, result)
        }
        Message::Judged { slot, want, raw, result } => {
            work.workers.end(1);
            judge::fold(site, workspace, progress, work, (&slot, want, raw), result);
            BTreeSet::from([slot.group])
        }
        Message::Made { id, key, result } => {
            work.workers.end(1);
            work.making.remove(&id);
            make::fold(site, workspace, progress, work, (&id, key), result);
            BTreeSet::from([id])
        }
        Message::Cancelled => {
            progress.outcome.interrupted = true;
            work.workers.end(work.dispatch.drop_queued());
            BTreeSet::new()
        }
    }
}

fn save_lock(site: &Site, workspace: &Workspace, lock: &Lock, saved: &mut Instant) -> anyhow::Result<()> {
    if saved.elapsed() > LOCK_EVERY && site.options.lock.may_change() {
        workspace.write_lock(lock)?;
        *saved = Instant::now();
    }
    Ok(())
}

impl Work {
    fn new(workers: Workers, dispatch: Dispatch) -> Self {
        Self {
            workers,
            dispatch,
            judging: HashSet::new(),
            making: HashSet::new(),
            fresh_raws: HashMap::new(),
            sprites: HashMap::new(),
            damaged: HashMap::new(),
        }
    }

    /// What is damaged is no longer available, and the planner decides what follows. A group that finds the same one
    /// damaged twice fails, as with any other error.
    pub fn stopped(&mut self, progress: &mut Progress, who: &GroupId, stop: Stop) -> Option<Diagnostic> {
        let Stop::Damaged(digest) = stop else { return Some(stop.diagnostic()) };
        let found_by = self.damaged.entry(digest).or_default();
        if found_by.is_empty() {
            progress.state.raws.remove(&digest);
            progress.state.sprites.remove(&digest);
        }
        // It may have been made again since the first group found it.
        (!found_by.insert(who.clone())).then(|| stop.diagnostic())
    }
}
