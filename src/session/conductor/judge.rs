//! Judging: a candidate is restored alone under its asset's recipe and checked by the gates; its line goes into the lock.

use std::sync::Arc;

use super::inputs::read;
use super::restore::restore_group;
use super::workers::{Judgement, Message, Stop};
use super::{Build, frames};
use crate::plan::{State, Want, keys};
use crate::process::{self, gate};
use crate::session::workspace::Workspace;
use crate::store::Judged;
use crate::words::asset::SlotId;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::lock::{Candidate, Provenance};
use crate::words::project::Group;
use crate::words::raw::Raw;
use crate::words::sprite::{Metrics, Verdict};

/// Starts judging a captured candidate, once.
pub(super) fn start(build: &mut Build, slot: &SlotId, want: Want) {
    let Some((raw, _)) = build.progress.state.records.get(&want.request).cloned() else { return };
    let Some(group) = build.site.planner.group(&slot.group) else { return };
    if !build.work.judging.insert((slot.clone(), want.request)) {
        return;
    }
    if build.work.dispatch.requested(&want.request).is_some() {
        build.site.observer.on(&Event::Captured { slot: slot.clone(), n: want.n, raw });
    } else {
        build.progress.outcome.adopted += 1;
        build.site.observer.on(&Event::Adopted { slot: slot.clone(), n: want.n, raw });
    }
    let group = group.clone();
    let known = build.workspace.records.judged.get(&key(&group, raw)).cloned();
    let (blobs, pixels, slot) = (Arc::clone(&build.workspace.blobs), build.work.fresh_raws.remove(&raw), slot.clone());
    let size = match (&known, &pixels) {
        (Some(_), _) => 0,
        (None, Some(raw)) => raw.area(),
        (None, None) => build.workspace.blobs.pixels(&raw),
    };
    let work = move || match known {
        // What was judged may have been damaged since.
        Some(judged) => read(&blobs, &raw, pixels).map(|_| (judged, None)),
        None => read(&blobs, &raw, pixels).map(|pixels| judge(&pixels, &group)),
    };
    build.work.workers.spawn(size, "judging it", work, move |result| Message::Judged { slot, want, raw, result });
}

/// The key under which a judgement is remembered.
pub(in crate::session) fn key(group: &Group, raw: Digest) -> Digest {
    keys::group(process::VERSION, group, &[raw], None)
}

/// Restores a raw alone and checks it by the gates.
fn judge(raw: &Raw, group: &Group) -> Judgement {
    let recipe = &group.recipe;
    let key = key(group, raw.digest);
    match restore_group(std::slice::from_ref(raw), group, None) {
        Ok(sprites) => {
            let metrics = sprites.found.metrics.clone();
            let (verdict, score) = (frames::verdict_alone(&metrics, recipe), gate::score(&metrics));
            (Judged { key, verdict, score, metrics }, Some(Arc::new(sprites)))
        }
        Err(why) => (Judged { key, verdict: Verdict::Fail(why.message), score: 0, metrics: Metrics::new() }, None),
    }
}

/// Folds a judgement in: the candidate gets its line.
pub(super) fn fold(build: &mut Build, (slot, want, raw): (&SlotId, Want, Digest), result: Result<Judgement, Stop>) {
    let (judged, sprites) = match result {
        Ok(judgement) => judgement,
        Err(stop) => {
            build.progress.state.records.remove(&want.request);
            build.work.judging.remove(&(slot.clone(), want.request));
            if let Some(why) = build.work.stopped(build.progress, &slot.group, stop) {
                build.progress.state.failed.insert(want.request, why);
            }
            return;
        }
    };
    if let Some(sprites) = sprites {
        // A group of one without a base is made of exactly what was restored here.
        let group = build.site.planner.group(&slot.group);
        if group.is_some_and(|group| group.base.is_none() && group.slots().len() == 1) {
            build.work.sprites.insert(judged.key, sprites);
        }
        // A judgement that cannot be remembered is made again next time.
        let _ = build.workspace.records.judge(judged.clone());
    }
    let Judged { verdict, score, .. } = judged;
    build.site.observer.on(&Event::Judged { slot: slot.clone(), n: want.n, verdict: verdict.clone(), score });
    let state = &mut build.progress.state;
    let (from, provenance) = provenance(build.workspace, state, want.request);
    state.lock.provenance.insert(from.clone(), provenance);
    let candidate = Candidate { ask: want.ask.short(), n: want.n, seed: want.seed, raw, from, verdict, score };
    state.lock.slot_mut(slot).add(candidate);
}

fn provenance(workspace: &Workspace, state: &State, request: Digest) -> (String, Provenance) {
    let record = workspace.records.captures.get(&request);
    let provenance = record.map(|record| record.provenance.clone()).unwrap_or_default();
    let from = state.records.get(&request).map_or_else(|| provenance.id(), |(_, from)| from.clone());
    (from, provenance)
}
