//! The loop: ready work goes out, results are folded in, and the planner says what is ready now.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use super::dispatch::Dispatch;
use super::preflight::Unable;
use super::progress::Progress;
use super::work::Work;
use super::workers::{Message, Workers};
use super::{Site, judge, make, stored};
use crate::plan::{Step, Want};
use crate::session::workspace::Workspace;
use crate::words::asset::{GroupId, SlotId};
use crate::words::lock::Lock;

/// How often the lock is written while a build runs.
const LOCK_EVERY: Duration = Duration::from_secs(5);

/// Carries out what is ready until nothing is.
pub(super) fn until_nothing_is_ready(
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
    // One that was cancelled before it began launches nothing.
    progress.outcome.interrupted = site.cancel.is_cancelled();
    loop {
        while let Some(id) = progress.next() {
            launch(site, workspace, progress, &mut work, &id);
        }
        work.dispatch.submit_ready(site, &mut progress.outcome);
        if work.workers.is_idle() {
            break;
        }
        let Some(message) = next(workspace, &messages)? else { break };
        let touched = fold(site, workspace, progress, &mut work, message);
        progress.update(site.planner, &touched);
        save_lock(site, workspace, &progress.state.lock, &mut saved)?;
    }
    workspace.settle_captures()?;
    // The last answers may have come before the message of the cancellation.
    progress.outcome.interrupted |= site.cancel.is_cancelled();
    // An estimate that cannot be saved is measured again.
    let _ = workspace.durations.save();
    Ok(())
}

/// The next message. Captures are settled while there is none, so that those that came together need one flush.
fn next(workspace: &mut Workspace, messages: &Receiver<Message>) -> anyhow::Result<Option<Message>> {
    match messages.try_recv() {
        Ok(message) => Ok(Some(message)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            workspace.settle_captures()?;
            Ok(messages.recv().ok())
        }
    }
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

fn save_lock(site: &Site, workspace: &mut Workspace, lock: &Lock, saved: &mut Instant) -> anyhow::Result<()> {
    if saved.elapsed() > LOCK_EVERY && site.options.lock.may_change() {
        workspace.settle_captures()?;
        workspace.write_lock(lock)?;
        *saved = Instant::now();
    }
    Ok(())
}
