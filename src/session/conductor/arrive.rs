//! What comes in: captures go to the store, candidates before the gates, judgements into the lock.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Weak};

use super::Workspace;
use super::run::{Message, Run};
use crate::plan::{Plan, State, Step, Trouble, Want, keys};
use crate::process::{self, gate};
use crate::store::{Blobs, Judged, Note, Record};
use crate::words::ask::{Ask, Input};
use crate::words::asset::{GroupId, SlotId};
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::image_file;
use crate::words::lock::{Candidate, Provenance};
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;
use crate::words::sprite::{Metrics, Sprites, Verdict};

/// A candidate before the gates: alone, as a group of one, under its asset's recipe.
pub struct Judge {
    pub slot: SlotId,
    pub want: Want,
    pub raw: Digest,
    pub pixels: Option<Arc<Raw>>,
    pub recipe: Recipe,
    pub known: Option<Judged>,
    pub blobs: Arc<Blobs>,
}

/// The key under which a judgement is remembered.
pub fn judge_key(recipe: &Recipe, raw: Digest) -> Digest {
    keys::sprite(process::VERSION, recipe, &[raw], None)
}

impl Judge {
    /// Restores the raw alone and asks the gates; what was judged before is not judged again.
    pub fn run(self) -> Message {
        let Self { slot, want, raw, .. } = self;
        let slot_id = slot.clone();
        let result = match self.known {
            Some(judged) => Ok((judged, None)),
            None => read(&self.blobs, &raw, self.pixels).map(|pixels| judge(&pixels, &self.recipe)),
        };
        Message::Judged { slot: slot_id, want, raw, result }
    }
}

fn judge(raw: &Raw, recipe: &Recipe) -> (Judged, Option<Arc<Sprites>>) {
    let key = judge_key(recipe, raw.digest);
    match super::make::restore(std::slice::from_ref(raw), recipe, None) {
        Ok(sprites) => {
            let metrics = sprites.found.metrics.clone();
            let judged =
                Judged { key, verdict: gate::verdict(&metrics, recipe), score: gate::score(&metrics), metrics };
            (judged, Some(Arc::new(sprites)))
        }
        Err(trouble) => {
            (Judged { key, verdict: Verdict::Fail(trouble.message), score: 0, metrics: Metrics::new() }, None)
        }
    }
}

/// Why something cannot go on.
pub enum Stop {
    /// The raw or the cached sprite of that digest turned out not to be had; the planner is asked again without it.
    Damaged(Digest),
    /// Anything else.
    Trouble(Trouble),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Stop {
    /// For those who cannot ask the planner again.
    pub fn trouble(self) -> Trouble {
        match self {
            Self::Damaged(digest) => Trouble::new(
                format!("`{:.12}` in the store is damaged and was put aside", digest.to_string()),
                "build again: what can be made again is, and what cannot is named",
            ),
            Self::Trouble(trouble) => trouble,
        }
    }
}

/// A raw from memory or the store.
pub fn read(blobs: &Blobs, digest: &Digest, known: Option<Arc<Raw>>) -> Result<Arc<Raw>, Stop> {
    if let Some(raw) = known {
        return Ok(raw);
    }
    match blobs.read(digest) {
        Ok(Some(raw)) => Ok(Arc::new(raw)),
        Ok(None) => Err(Stop::Damaged(*digest)),
        Err(error) => Err(Stop::Trouble(Trouble::new(
            format!("the raw {:.12} cannot be read: {error}", digest.to_string()),
            "check the disk and its permissions",
        ))),
    }
}

/// The pixels of an ask's inputs.
pub fn inputs(
    workspace: &Workspace,
    ask: &Ask,
    plan: &Plan,
    shared: &mut HashMap<Input, Weak<Raw>>,
) -> Result<BTreeMap<String, Arc<Raw>>, Trouble> {
    let mut inputs = BTreeMap::new();
    for (role, input) in ask.inputs() {
        // One picture that many requests take in is in memory once.
        let known = shared.get(input).and_then(Weak::upgrade);
        let raw = match (input, known) {
            (Input::Slot(slot), known) => {
                let planned = plan.items.get(&slot.group).into_iter().flat_map(|item| &item.slots);
                let pick = planned.into_iter().find(|planned| planned.id == *slot).and_then(|slot| slot.pick.as_ref());
                let pick =
                    pick.ok_or_else(|| Trouble { message: format!("its input `{slot}` has no pick"), hint: None })?;
                let known = known.filter(|known| known.digest == pick.raw);
                read(&workspace.blobs, &pick.raw, known).map_err(Stop::trouble)?
            }
            (Input::File(_), Some(known)) => known,
            (Input::File(path), None) => {
                let bytes = std::fs::read(workspace.folders.root.join(path));
                let bytes = bytes
                    .map_err(|error| Trouble::new(format!("`{path}` cannot be read: {error}"), "put the file there"))?;
                let image = image_file::decode(&bytes, path)
                    .map_err(|error| Trouble { message: error.to_string(), hint: None })?;
                Arc::new(Raw::new(image.pixels))
            }
        };
        shared.insert(input.clone(), Arc::downgrade(&raw));
        inputs.insert(role.clone(), raw);
    }
    Ok(inputs)
}

/// The files of the project that an ask reads: the source of its candidate, and its inputs.
pub fn files_of(ask: &Ask, n: u32) -> Vec<String> {
    let source = match ask {
        Ask::Files(ask) => ask.sources.get((n as usize).saturating_sub(1)).map(|source| source.path.clone()),
        _ => None,
    };
    let inputs =
        ask.inputs().values().filter_map(|input| if let Input::File(path) = input { Some(path.clone()) } else { None });
    source.into_iter().chain(inputs).collect()
}

/// More images than anybody agreed to.
pub fn too_many(most: usize) -> Trouble {
    let message = format!("`max_images = {most}` images were asked for, and re-rolls want more");
    Trouble::new(message, "build again to go on, agree with `--yes`, or raise `max_images` in `[project]`")
}

/// The answer for a backend that this binary or this call does not have.
pub fn no_backend(backend: &str) -> Trouble {
    let message = format!("nothing here answers for `{backend}`");
    Trouble::new(message, "build placeholders with `--fill sketch`, or set `backend = \"sketch\"` in `[project]`")
}

/// A raw that only a server could make again, in a build that may ask none.
pub fn lost_and_frozen(slot: &SlotId) -> Trouble {
    let message = format!("the raw of `{slot}` is lost, and a frozen build asks no server");
    Trouble::new(message, "bring it with `dgx-pixels cache import FILE` or the folder `raws/`")
}

/// A capture that the store could not take.
pub fn cannot_store(error: &io::Error) -> Trouble {
    Trouble::new(
        format!("the capture cannot be stored: {error}"),
        "make room in `.dgx-pixels/store` (`dgx-pixels cache size`), then build again",
    )
}

impl Workspace {
    /// What the journal tells of a build that did not come to its end.
    pub fn cut_off(&self) -> Option<String> {
        let left = self.journal.left().ok()?;
        let came = left.iter().filter(|note| matches!(note, Note::Captured { .. })).count();
        let asked = left.iter().filter(|note| matches!(note, Note::Asked { .. })).count();
        (asked > 0).then(|| format!("the last build was cut off: {came} of {asked} images had come, and are kept"))
    }

    /// Whether files that were read are still what their keys say; what was read of others is nobody's answer.
    pub fn unchanged(&mut self, files: &[String]) -> Result<(), Trouble> {
        let now = self.index.digests(&self.folders.root, files);
        let changed = files.iter().zip(now).find(|(path, now)| self.inputs.bytes(path).ok() != *now);
        match changed {
            None => Ok(()),
            Some((path, _)) => Err(Trouble::new(format!("`{path}` changed while the build read it"), "build again")),
        }
    }

    /// Trouble of a write to the folder of this machine.
    pub fn cannot_write(&self, what: &str, error: &io::Error) -> Trouble {
        Trouble::new(
            format!("{what} cannot be written: {error}"),
            "check room and permissions of `.dgx-pixels`, then build again",
        )
    }

    /// Records a capture; from here on it is never asked for again.
    pub fn record(&mut self, request: Digest, raw: Digest, provenance: &Provenance) -> Result<(), Trouble> {
        let record = Record { request, raw, provenance: provenance.clone() };
        self.records.keep(record).map_err(|error| cannot_store(&error))?;
        self.journal.note(&[Note::Captured { request }]).map_err(|error| self.cannot_write("the journal", &error))
    }
}

impl Run<'_> {
    /// Folds a judgement in: the candidate gets its line.
    pub fn judged(
        &mut self,
        slot: &SlotId,
        want: Want,
        raw: Digest,
        result: Result<(Judged, Option<Arc<Sprites>>), Stop>,
        state: &mut State,
    ) -> BTreeSet<GroupId> {
        match result {
            Ok((judged, sprites)) => {
                if let Some(sprites) = sprites {
                    // Only a group of one without a base is made of what its judge has restored.
                    let group = self.planner.group(&slot.group);
                    if group.is_some_and(|group| group.base.is_none() && group.slots().len() == 1) {
                        self.sprites.insert(judged.key, sprites);
                    }
                    // A judgement that cannot be remembered is made again next time.
                    let _ = self.workspace.records.judge(judged.clone());
                }
                self.observer.on(&Event::Judged {
                    slot: slot.clone(),
                    n: want.n,
                    verdict: judged.verdict.clone(),
                    score: judged.score,
                });
                let (from, provenance) = self.provenance(want.request, state);
                state.lock.provenance.insert(from.clone(), provenance);
                let Judged { verdict, score, .. } = judged;
                let candidate =
                    Candidate { ask: want.ask.short(), n: want.n, seed: want.seed, raw, from, verdict, score };
                state.lock.slot_mut(slot).add(candidate);
            }
            Err(stop) => {
                state.records.remove(&want.request);
                self.judging.remove(&(slot.clone(), want.request));
                if let Some(trouble) = self.doubt(&slot.group, stop, state) {
                    state.failed.insert(want.request, trouble);
                }
            }
        }
        BTreeSet::from([slot.group.clone()])
    }

    /// What is damaged is no longer had, and the planner decides what becomes of that. Whoever finds the same one
    /// damaged twice is in trouble, as with anything else.
    pub fn doubt(&mut self, who: &GroupId, stop: Stop, state: &mut State) -> Option<Trouble> {
        let Stop::Damaged(digest) = stop else { return Some(stop.trouble()) };
        let found_by = self.damaged.entry(digest).or_default();
        if found_by.is_empty() {
            state.raws.remove(&digest);
            state.sprites.remove(&digest);
        }
        // It may have been made again since the first one found it.
        (!found_by.insert(who.clone())).then(|| stop.trouble())
    }

    fn provenance(&self, request: Digest, state: &State) -> (String, Provenance) {
        let record = self.workspace.records.captures.get(&request);
        let provenance = record.map(|record| record.provenance.clone()).unwrap_or_default();
        let from = state.records.get(&request).map_or_else(|| provenance.id(), |(_, from)| from.clone());
        (from, provenance)
    }

    /// Writes the planner's choices for an item into the lock.
    pub fn settle(&mut self, id: &GroupId, state: &mut State) {
        let slots = self.plan.items.get_mut(id).into_iter().flat_map(|item| &mut item.slots);
        for slot in slots.filter(|slot| slot.settles) {
            slot.settles = false;
            let Some(pick) = slot.pick.clone() else { continue };
            self.observer.on(&Event::Picked { slot: slot.id.clone(), n: pick.n });
            state.lock.slot_mut(&slot.id).pick = Some(pick);
        }
    }

    /// A raw that was lost came again: what makes equal pixels must hit the digest, a server's answer takes its place.
    /// Says whether anybody had lost it.
    pub fn recaptured(&mut self, request: Digest, raw: Digest, who: &BTreeSet<GroupId>, state: &mut State) -> bool {
        let mut any = false;
        for id in who {
            let Some(Step::Recapture(wants, _)) = self.plan.items.get(id).map(|item| item.step.clone()) else {
                continue;
            };
            for (slot, want) in wants.into_iter().filter(|(_, want)| want.request == request) {
                any = true;
                let exact = self.planner.slot(&slot).is_some_and(|slot| !matches!(slot.ask, Ask::Comfyui(_)));
                let entry = state.lock.slot_mut(&slot);
                let line = entry.candidates.iter_mut().find(|c| c.ask == want.ask.short() && c.n == want.n);
                let Some(line) = line.filter(|line| line.raw != raw) else { continue };
                if exact {
                    let message = format!(
                        "`{slot}` was captured as {:.12}, and this machine makes {:.12} of the same source",
                        line.raw.to_string(),
                        raw.to_string()
                    );
                    let hint = "bring the raw with `cache import` or `raws/`, or take the new one with `reroll`";
                    state.failed.insert(request, Trouble::new(message, hint));
                    continue;
                }
                line.raw = raw;
                if let Some(pick) = entry.pick.as_mut().filter(|pick| pick.ask == want.ask.short() && pick.n == want.n)
                {
                    pick.raw = raw;
                }
                self.judge(&slot, want, state);
            }
        }
        any
    }
}
