//! Captures: raws go to the store, their records and the lock's lines follow; and what reads raws again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::dispatch::{Dispatch, LOCAL_AT_ONCE};
use super::progress::Progress;
use super::run::Work;
use super::workers::{Message, Stop};
use super::{Site, judge};
use crate::generate::{Arrival, Captured, Failure};
use crate::plan::{Plan, Step};
use crate::session::workspace::{Workspace, cannot_store};
use crate::store::Blobs;
use crate::words::ask::{Ask, Input};
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::image_file;
use crate::words::lock::Provenance;
use crate::words::project::Slot;
use crate::words::raw::Raw;

/// A backend answered: an image goes to the store on a worker thread; a failure ends its request.
pub fn arrived(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    work: &mut Work,
    arrival: Arrival,
) -> BTreeSet<GroupId> {
    let (who, local) = work.dispatch.answered(&arrival.key);
    match arrival.result {
        Ok(captured) => {
            learn(site, workspace, &work.dispatch, &arrival.key, captured.took);
            let (blobs, request) = (Arc::clone(&workspace.blobs), arrival.key);
            work.workers.pass_on(move || Message::Stored { request, result: keep(&blobs, captured, local) });
            BTreeSet::new()
        }
        Err(failure) => {
            work.workers.end(1);
            if failure != Failure::Cancelled {
                progress.state.failed.insert(arrival.key, failure.diagnostic());
            }
            who
        }
    }
}

fn keep(blobs: &Blobs, captured: Captured, local: bool) -> Result<(Arc<Raw>, Provenance), Diagnostic> {
    // An image that cost GPU time must survive a power cut.
    let kept = if local { blobs.keep(&captured.raw) } else { blobs.keep_durably(&captured.raw) };
    let kept = kept.and_then(|()| match captured.lossy {
        // Another machine may decode other pixels, so that these are all there is.
        true => blobs.commit(&captured.raw),
        false => Ok(()),
    });
    kept.map(|()| (Arc::new(captured.raw), captured.provenance)).map_err(|error| cannot_store(&error))
}

/// Remembers how long a server took, for estimates.
fn learn(site: &Site, workspace: &mut Workspace, dispatch: &Dispatch, request: &Digest, took: Option<Duration>) {
    let slot = dispatch.requested(request).and_then(|requested| site.planner.slot(&requested.slot));
    if let (Some(Slot { ask: Ask::Comfyui(ask), .. }), Some(took)) = (slot, took) {
        workspace.paces.learn(&ask.style, took);
    }
}

/// A raw is in the store: it is recorded and the groups that want it are planned again.
pub fn stored(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    work: &mut Work,
    request: Digest,
    result: Result<(Arc<Raw>, Provenance), Diagnostic>,
) -> BTreeSet<GroupId> {
    let requested = work.dispatch.requested(&request);
    let (who, files) = requested.map(|one| (one.who.clone(), one.files.clone())).unwrap_or_default();
    let recorded = result.and_then(|(raw, provenance)| {
        workspace.unchanged(&files)?;
        workspace.record(request, raw.digest, &provenance)?;
        Ok((raw, provenance))
    });
    match recorded {
        Ok((raw, provenance)) => {
            let state = &mut progress.state;
            state.records.insert(request, (raw.digest, provenance.id()));
            state.raws.insert(raw.digest);
            state.lock.provenance.insert(provenance.id(), provenance);
            if work.fresh_raws.len() < LOCAL_AT_ONCE {
                work.fresh_raws.insert(raw.digest, Arc::clone(&raw));
            }
            if recaptured(site, workspace, progress, work, (request, raw.digest), &who) {
                work.fresh_raws.remove(&raw.digest);
            }
        }
        Err(why) => drop(progress.state.failed.insert(request, why)),
    }
    who
}

/// A lost raw came again: an exact backend must hit the digest, a server's answer takes its place. Returns whether any
/// group had lost it.
fn recaptured(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    work: &mut Work,
    (request, raw): (Digest, Digest),
    who: &BTreeSet<GroupId>,
) -> bool {
    let steps = who.iter().filter_map(|id| progress.plan.items.get(id));
    let wants = steps.filter_map(|item| if let Step::Recapture(wants, _) = &item.step { Some(wants) } else { None });
    let wants: Vec<_> = wants.flatten().filter(|(_, want)| want.request == request).cloned().collect();
    for (slot, want) in &wants {
        let exact = site.planner.slot(slot).is_some_and(|slot| !matches!(slot.ask, Ask::Comfyui(_)));
        let entry = progress.state.lock.slot_mut(slot);
        let line = entry.candidates.iter_mut().find(|c| c.ask == want.ask.short() && c.n == want.n);
        let Some(line) = line.filter(|line| line.raw != raw) else { continue };
        if exact {
            let (before, now) = (line.raw.to_string(), raw.to_string());
            let message =
                format!("`{slot}` was captured as {before:.12}, and this machine makes {now:.12} of the same source");
            let hint = "bring the raw with `cache import` or `raws/`, or take the new one with `reroll`";
            progress.state.failed.insert(request, Diagnostic::error("raw-differs", message).hint(hint));
            continue;
        }
        line.raw = raw;
        if let Some(pick) = entry.pick.as_mut().filter(|pick| pick.ask == want.ask.short() && pick.n == want.n) {
            pick.raw = raw;
        }
        judge::start(site, workspace, progress, work, slot, *want);
    }
    !wants.is_empty()
}

/// A raw from memory or the store.
pub fn read(blobs: &Blobs, digest: &Digest, known: Option<Arc<Raw>>) -> Result<Arc<Raw>, Stop> {
    if let Some(raw) = known {
        return Ok(raw);
    }
    match blobs.read(digest) {
        Ok(Some(raw)) => Ok(Arc::new(raw)),
        Ok(None) => Err(Stop::Damaged(*digest)),
        Err(error) => {
            let message = format!("the raw {:.12} cannot be read: {error}", digest.to_string());
            Err(Diagnostic::error("store-read", message).hint("check the disk and its permissions").into())
        }
    }
}

/// The pixels of an ask's inputs.
pub fn inputs(
    workspace: &Workspace,
    ask: &Ask,
    plan: &Plan,
    shared: &mut HashMap<Input, Weak<Raw>>,
) -> Result<BTreeMap<String, Arc<Raw>>, Diagnostic> {
    let mut inputs = BTreeMap::new();
    for (role, input) in ask.inputs() {
        // A picture that many requests take as input is in memory once.
        let known = shared.get(input).and_then(Weak::upgrade);
        let raw = match (input, known) {
            (Input::Slot(slot), known) => {
                let planned = plan.items.get(&slot.group).into_iter().flat_map(|item| &item.slots);
                let pick = planned.into_iter().find(|planned| planned.id == *slot).and_then(|slot| slot.pick.as_ref());
                let no_pick = || Diagnostic::error("input-not-ready", format!("its input `{slot}` has no pick"));
                let pick = pick.ok_or_else(no_pick)?;
                let known = known.filter(|known| known.digest == pick.raw);
                read(&workspace.blobs, &pick.raw, known).map_err(Stop::diagnostic)?
            }
            (Input::File(_), Some(known)) => known,
            (Input::File(path), None) => Arc::new(input_file(workspace, path)?),
        };
        shared.insert(input.clone(), Arc::downgrade(&raw));
        inputs.insert(role.clone(), raw);
    }
    Ok(inputs)
}

fn input_file(workspace: &Workspace, path: &str) -> Result<Raw, Diagnostic> {
    let bytes = std::fs::read(workspace.folders.root.join(path)).map_err(|error| {
        let message = format!("`{path}` cannot be read: {error}");
        Diagnostic::error("input-file", message).hint("put the file there")
    })?;
    let image = image_file::decode(&bytes, path);
    image.map(|image| Raw::new(image.pixels)).map_err(|error| Diagnostic::error("input-file", error.to_string()))
}

/// The files of the project that an ask reads: the source of its candidate, and its inputs.
pub fn files_of(ask: &Ask, n: u32) -> Vec<String> {
    let source = match ask {
        Ask::Files(ask) => ask.sources.get((n as usize).saturating_sub(1)).map(|source| source.path.clone()),
        _ => None,
    };
    let inputs = ask.inputs().values().filter_map(|input| match input {
        Input::File(path) => Some(path.clone()),
        Input::Slot(_) => None,
    });
    source.into_iter().chain(inputs).collect()
}
