//! The loop: ready work goes out, results are folded in, and the planner says what is ready now.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use super::dispatch::Dispatch;
use super::preflight::Unable;
use super::progress::Progress;
use super::work::Work;
use super::workers::{Message, Workers};
use super::{Build, Site, dispatch, judge, make, stored};
use crate::plan::Step;
use crate::session::Result;
use crate::session::workspace::Workspace;
use crate::words::asset::GroupId;

/// How often the lock is written while a build runs.
const LOCK_EVERY: Duration = Duration::from_secs(5);

/// Carries out what is ready until nothing is.
pub(super) fn until_nothing_is_ready(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    unable: Unable,
) -> Result<()> {
    let (mailbox, messages) = channel();
    let cancelled = mailbox.clone();
    let _listening = site.cancel.on_cancel(move || cancelled.send(Message::Cancelled).unwrap_or_default());
    let dispatch = Dispatch::new(site, workspace, unable, mailbox.clone())?;
    let mut build = Build { site, workspace, progress, work: Work::new(Workers::new(mailbox), dispatch) };
    let build = &mut build;
    let mut saved = Instant::now();
    // One that was cancelled before it began launches nothing.
    build.progress.outcome.interrupted = site.cancel.is_cancelled();
    loop {
        while let Some(id) = build.progress.next() {
            launch(build, &id);
        }
        build.work.dispatch.submit_ready(site, &mut build.progress.outcome);
        if build.work.workers.is_idle() {
            break;
        }
        let Some(message) = next(build.workspace, &messages)? else { break };
        let touched = fold(build, message);
        build.work.workers.launch();
        build.progress.update(site.planner, &touched);
        save_lock(build, &mut saved)?;
    }
    build.workspace.commit_captures()?;
    // The last answers may have come before the message of the cancellation.
    build.progress.outcome.interrupted |= site.cancel.is_cancelled();
    // An estimate that cannot be saved is measured again.
    let _ = build.workspace.durations.save();
    Ok(())
}

/// The next message. Captures are committed while there is none, so that those that came together need one flush.
fn next(workspace: &mut Workspace, messages: &Receiver<Message>) -> Result<Option<Message>> {
    match messages.try_recv() {
        Ok(message) => Ok(Some(message)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            workspace.commit_captures()?;
            Ok(messages.recv().ok())
        }
    }
}

/// Sends out everything of one item that is ready.
fn launch(build: &mut Build, id: &GroupId) {
    if build.progress.outcome.interrupted {
        return;
    }
    build.progress.commit_picks(id, &*build.site.observer);
    let Some(item) = build.progress.plan.items.get(id).cloned() else { return };
    for slot in &item.slots {
        for want in &slot.adopt {
            judge::start(build, &slot.id, *want);
        }
        let withheld = build.site.withholds(&slot.id);
        for want in slot.requests.iter().filter(|_| !withheld) {
            dispatch::request(build, id, &slot.id, want);
        }
    }
    match &item.step {
        Step::Make(_) => make::start(build, id),
        Step::Recapture(wants, _) => {
            let wants = wants.iter().filter(|(slot, _)| !build.site.withholds(slot)).collect::<Vec<_>>();
            wants.into_iter().for_each(|(slot, want)| dispatch::request(build, id, slot, want));
        }
        Step::Fresh | Step::Wait | Step::Fail(_) => {}
    }
}

/// Folds one message in; returns the groups that it touched.
fn fold(build: &mut Build, message: Message) -> BTreeSet<GroupId> {
    match message {
        Message::Arrived(arrival) => stored::arrived(build, arrival),
        Message::Stored { request, result } => {
            build.work.workers.end(1);
            build.work.dispatch.release(&request);
            stored::stored(build, request, result)
        }
        Message::Judged { slot, want, raw, result } => {
            build.work.workers.end(1);
            judge::fold(build, (&slot, want, raw), result);
            BTreeSet::from([slot.group])
        }
        Message::Made { id, key, result } => {
            build.work.workers.end(1);
            build.work.making.remove(&id);
            make::fold(build, (&id, key), result);
            BTreeSet::from([id])
        }
        Message::Cancelled => {
            build.progress.outcome.interrupted = true;
            build.work.workers.end(build.work.dispatch.drop_queued());
            BTreeSet::new()
        }
    }
}

fn save_lock(build: &mut Build, saved: &mut Instant) -> Result<()> {
    if saved.elapsed() > LOCK_EVERY && build.site.options.lock.may_change() {
        build.workspace.commit_captures()?;
        build.workspace.write_lock(&build.progress.state.lock)?;
        *saved = Instant::now();
    }
    Ok(())
}
