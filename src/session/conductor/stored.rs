//! Captures: raws go to the store, their records and the lock's lines follow; and what reads raws again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::dispatch::{Dispatch, LOCAL_AT_ONCE};
use super::workers::Message;
use super::{Build, Site, judge};
use crate::generate::{Arrival, Captured, Failure};
use crate::plan::Step;
use crate::session::memory;
use crate::session::workspace::{Cost, Workspace};
use crate::store::Blobs;
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

/// A backend answered: an image goes to the store on a worker thread; a failure ends its request.
pub(super) fn arrived(build: &mut Build, arrival: Arrival) -> BTreeSet<GroupId> {
    let (who, local) = build.work.dispatch.answered(build.site, &arrival.key);
    match arrival.result {
        Ok(captured) => {
            learn(build.site, build.workspace, &build.work.dispatch, &arrival.key, captured.took);
            let (blobs, request) = (Arc::clone(&build.workspace.blobs), arrival.key);
            let store = build.workspace.folders.shown_store();
            let keep = move || keep(&blobs, &store, captured, local);
            build.work.workers.pass_on("storing it", keep, move |result| Message::Stored { request, result });
            BTreeSet::new()
        }
        Err(failure) => {
            build.work.workers.end(1);
            build.work.dispatch.release(&arrival.key);
            let whole_build = failure == Failure::Cancelled && build.site.cancel.is_cancelled();
            if !whole_build {
                build.progress.state.failed.insert(arrival.key, why(failure));
            }
            who
        }
    }
}

/// Why a request has no image. One that was cancelled alone fails its asset, so that the build does not end as complete.
fn why(failure: Failure) -> Diagnostic {
    match failure {
        Failure::Cancelled => {
            Diagnostic::error("request-cancelled", "its request was cancelled").hint("build again to request it")
        }
        failure => failure.diagnostic(),
    }
}

fn keep(blobs: &Blobs, store: &str, captured: Captured, local: bool) -> Result<(Arc<Raw>, Provenance), Diagnostic> {
    // An image that cost GPU time must survive a power cut.
    let kept = if local { blobs.keep(&captured.raw) } else { blobs.keep_durably(&captured.raw) };
    let kept = kept.and_then(|()| match captured.lossy {
        // Another machine may decode other pixels, so that these are all there is.
        true => blobs.commit(&captured.raw),
        false => Ok(()),
    });
    kept.accessing(Access::WriteStore, store)?;
    Ok((Arc::new(captured.raw), captured.provenance))
}

/// Remembers how long a server took, for estimates and for the record.
fn learn(site: &Site, workspace: &mut Workspace, dispatch: &Dispatch, request: &Digest, took: Option<Duration>) {
    if let Some(millis) = took.and_then(|took| u64::try_from(took.as_millis()).ok()) {
        workspace.took.insert(*request, millis);
    }
    let slot = dispatch.requested(request).and_then(|requested| site.planner.slot(&requested.slot));
    if let Some((style, took)) = slot.and_then(|slot| slot.ask.style()).zip(took) {
        workspace.durations.add(style, took);
    }
}

/// A raw is in the store: it is recorded and the groups that want it are planned again.
pub(super) fn stored(
    build: &mut Build,
    request: Digest,
    result: Result<(Arc<Raw>, Provenance), Diagnostic>,
) -> BTreeSet<GroupId> {
    let requested = build.work.dispatch.requested(&request);
    let cost = if requested.is_some_and(|one| one.local) { Cost::Nothing } else { Cost::Request };
    let (who, files) = requested.map(|one| (one.who.clone(), one.files.clone())).unwrap_or_default();
    let recorded = result.and_then(|(raw, provenance)| {
        build.workspace.unchanged(&files)?;
        build.workspace.record(request, raw.digest, &provenance, cost)?;
        Ok((raw, provenance))
    });
    match recorded {
        Ok((raw, provenance)) => {
            let state = &mut build.progress.state;
            state.records.insert(request, (raw.digest, provenance.id()));
            state.raws.insert(raw.digest);
            state.lock.provenance.insert(provenance.id(), provenance);
            let fresh = &build.work.fresh_raws;
            let pixels = fresh.values().fold(raw.area(), |sum, raw| sum + raw.area());
            if fresh.len() < LOCAL_AT_ONCE && pixels <= memory::most() {
                build.work.fresh_raws.insert(raw.digest, Arc::clone(&raw));
            }
            if recaptured(build, (request, raw.digest), &who) {
                build.work.fresh_raws.remove(&raw.digest);
            }
        }
        Err(why) => drop(build.progress.state.failed.insert(request, why)),
    }
    who
}

/// A lost raw came again: an exact backend must hit the digest, a server's answer takes its place. Returns whether any
/// group had lost it.
fn recaptured(build: &mut Build, (request, raw): (Digest, Digest), who: &BTreeSet<GroupId>) -> bool {
    let steps = who.iter().filter_map(|id| build.progress.plan.items.get(id));
    let wants = steps.filter_map(|item| if let Step::Recapture(wants, _) = &item.step { Some(wants) } else { None });
    let wants: Vec<_> = wants.flatten().filter(|(_, want)| want.request == request).cloned().collect();
    for (slot, want) in &wants {
        let exact = build.site.planner.slot(slot).is_some_and(|slot| slot.ask.is_exact());
        let entry = build.progress.state.lock.slot_mut(slot);
        let line = entry.candidates.iter_mut().find(|c| c.ask == want.ask.short() && c.n == want.n);
        let Some(line) = line.filter(|line| line.raw != raw) else { continue };
        if exact {
            let (before, now) = (line.raw.to_string(), raw.to_string());
            let message =
                format!("`{slot}` was captured as {before:.12}, and this machine makes {now:.12} of the same source");
            let hint = "bring the raw with `cache import` or `raws/`, or take the new one with `reroll`";
            build.progress.state.failed.insert(request, Diagnostic::error("raw-differs", message).hint(hint));
            continue;
        }
        line.raw = raw;
        if let Some(pick) = entry.pick.as_mut().filter(|pick| pick.ask == want.ask.short() && pick.n == want.n) {
            pick.raw = raw;
        }
        judge::start(build, slot, *want);
    }
    !wants.is_empty()
}
