//! `pixels.lock`: what was captured, picked and made, in a form that branches merge.
//!
//! The data is here; `lock/text.rs` reads and writes it, `lock/merge.rs` unites the two sides of a conflict.

mod merge;
mod parts;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::words::asset::{GroupId, SlotId};
use crate::words::digest::{Digest, Encoder, Short};
use crate::words::proof::Certificate;
use crate::words::sprite::Verdict;

pub use merge::{Side, Undecided, merge, sides};
pub use parts::Parts;
pub use text::LockError;

/// The newest version of the file format that this binary reads. It writes the oldest that has what a lock holds:
/// version 2 has the proofs of tilesets, version 3 frames that are shown together.
pub const VERSION: u32 = 3;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// One entry a group or tileset.
    pub entries: BTreeMap<GroupId, Entry>,
    /// Files made from several assets, relative to the output folder.
    pub shared: BTreeSet<String>,
    /// What raws were made with, by [`Provenance::id`].
    pub provenance: BTreeMap<String, Provenance>,
}

/// One group or tileset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// 16 bits for each group of fields, so that `why` can name what changed in any clone.
    pub parts: Parts,
    /// The built-ins that it was resolved with, by version.
    pub with: Vec<String>,
    /// The last result; `None` before the first.
    pub made: Option<Made>,
    /// Its slots by frame number; a group of one has the single number 0.
    pub slots: BTreeMap<u32, SlotEntry>,
}

/// The files of a group and what they were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The sprite key.
    pub sprite: Digest,
    /// The digest of the sprites' pixels: every machine must compute these.
    pub pixels: Digest,
    /// The version of the process that made them.
    pub process: u32,
    /// The gates' verdict on the group.
    pub verdict: Verdict,
    /// File digests by path relative to the output folder.
    pub files: BTreeMap<String, Short>,
    /// The proof that the tiles of a set join; `None` for anything else, and where an older version made them.
    pub proof: Option<Certificate>,
    /// Frames, counted from 0, that equal the ones before and are shown with them.
    pub merged: Vec<u32>,
}

/// Candidates and pick of one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotEntry {
    /// The candidate that the sprite is made from.
    pub pick: Option<Pick>,
    /// Re-rolls, by ask.
    pub rerolls: BTreeMap<Short, Reroll>,
    /// Captured raws, sorted by (ask, n).
    pub candidates: Vec<Candidate>,
}

/// A re-roll: earlier candidates of the ask no longer count, except the kept ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reroll {
    /// The first number that counts.
    pub first: u32,
    /// Earlier numbers that still count, sorted.
    #[serde(default)]
    pub keep: Vec<u32>,
}

/// The chosen candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// The ask that it answers.
    pub ask: Short,
    /// Its number.
    pub n: u32,
    /// Its raw.
    pub raw: Digest,
    /// Who picked it.
    pub by: By,
}

/// Who made a pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// A user; only a user undoes it.
    User,
    /// The gates: the best score.
    Gates,
}

/// One captured raw of a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidate {
    /// The ask that it answers.
    pub ask: Short,
    /// Its number within (slot, ask), from 1.
    pub n: u32,
    /// Its seed.
    pub seed: u64,
    /// Its raw.
    pub raw: Digest,
    /// [`Provenance::id`] of what made it.
    pub from: String,
    /// The gates' verdict on it alone, at its capture, or among the other frames of its group.
    pub verdict: Verdict,
    /// 0 to 1000, higher is better.
    pub score: i64,
}

/// What a raw was made with: content-addressed, written at capture, never updated.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Provenance {
    /// The backend and its version (`comfyui 0.44.1`, `sketch 1`, `files`).
    pub backend: String,
    /// The device, if the backend reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The library that the backend computes with (`torch 2.9.0+cu130`), if it reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// Options of the backend that change pixels, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The checkpoint, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<ModelFound>,
    /// The VAE, if it has a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vae: Option<ModelFound>,
    /// The LoRAs, in the order in which they are applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loras: Vec<ModelFound>,
}

/// A model file as it was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ModelFound {
    /// Its name.
    pub file: String,
    /// SHA-256, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Provenance {
    /// Whether the backend of that word made it.
    pub fn is_from(&self, backend: &str) -> bool {
        self.backend.split(' ').next() == Some(backend)
    }

    /// Eight hexadecimal digits of its content.
    pub fn id(&self) -> String {
        let mut encoder = Encoder::new("dgx-pixels provenance v1");
        encoder.text(&self.backend).text(self.device.as_deref().unwrap_or(""));
        let mut model = |model: &ModelFound| {
            encoder.text(&model.file).text(model.sha256.as_deref().unwrap_or(""));
        };
        self.checkpoint.iter().for_each(&mut model);
        if let Some(library) = &self.library {
            self.vae.iter().chain(&self.loras).for_each(&mut model);
            encoder.text(library).list(self.flags.iter(), |e, flag| {
                e.text(flag);
            });
        }
        encoder.finish().to_string()[..8].to_owned()
    }
}

impl Lock {
    /// The candidates and the pick of a slot, if it has an entry.
    pub fn slot(&self, id: &SlotId) -> Option<&SlotEntry> {
        self.entries.get(&id.group)?.slots.get(&id.frame.unwrap_or(0))
    }

    /// The candidates and the pick of a slot, to be changed.
    pub fn slot_mut(&mut self, id: &SlotId) -> &mut SlotEntry {
        self.entries.entry(id.group.clone()).or_default().slots.entry(id.frame.unwrap_or(0)).or_default()
    }

    /// Every raw that a candidate names.
    pub fn raws(&self) -> BTreeSet<Digest> {
        let slots = self.entries.values().flat_map(|entry| entry.slots.values());
        slots
            .flat_map(|slot| slot.candidates.iter().map(|c| c.raw).chain(slot.pick.iter().map(|pick| pick.raw)))
            .collect()
    }

    /// Every raw that is picked.
    pub fn picked(&self) -> BTreeSet<Digest> {
        let slots = self.entries.values().flat_map(|entry| entry.slots.values());
        slots.filter_map(|slot| slot.pick.as_ref()).map(|pick| pick.raw).collect()
    }

    /// Every slot that has an entry.
    pub fn slots(&self) -> impl Iterator<Item = (SlotId, &SlotEntry)> {
        self.entries.iter().flat_map(|(id, entry)| {
            entry.slots.iter().map(|(number, slot)| {
                let frame = (*number > 0).then_some(*number);
                (SlotId { group: id.clone(), frame }, slot)
            })
        })
    }

    /// The raws that are picked, with their slots, but for those that this machine draws again at no cost.
    pub fn costly_picks(&self) -> impl Iterator<Item = (Digest, SlotId)> {
        let is_sketch = |from: &str| self.provenance.get(from).is_some_and(|provenance| provenance.is_from("sketch"));
        self.slots().filter_map(move |(id, slot)| {
            let raw = slot.pick.as_ref()?.raw;
            let line = slot.candidates.iter().find(|line| line.raw == raw);
            (!line.is_some_and(|line| is_sketch(&line.from))).then_some((raw, id))
        })
    }

    /// Every file that it names, relative to the output folder, with its digest.
    pub fn files(&self) -> impl Iterator<Item = (&str, Short)> {
        let made = self.entries.values().filter_map(|entry| entry.made.as_ref());
        made.flat_map(|made| made.files.iter().map(|(path, digest)| (path.as_str(), *digest)))
    }

    /// Removes provenance that no candidate names any more.
    pub fn tidy(&mut self) {
        let slots = self.entries.values().flat_map(|entry| entry.slots.values());
        let used: BTreeSet<&str> = slots.flat_map(|slot| slot.candidates.iter().map(|c| c.from.as_str())).collect();
        let used: BTreeSet<String> = used.into_iter().map(str::to_owned).collect();
        self.provenance.retain(|id, _| used.contains(id));
    }
}

impl SlotEntry {
    /// Inserts a captured raw in order; one with the same (ask, n) is replaced.
    pub fn add(&mut self, candidate: Candidate) {
        match self.candidates.binary_search_by_key(&(candidate.ask, candidate.n), |c| (c.ask, c.n)) {
            Ok(at) => self.candidates[at] = candidate,
            Err(at) => self.candidates.insert(at, candidate),
        }
    }

    /// Whether a number of an ask counts: from the re-roll on, and the kept ones.
    pub fn counts(&self, ask: Short, n: u32) -> bool {
        self.rerolls.get(&ask).is_none_or(|reroll| n >= reroll.first || reroll.keep.contains(&n))
    }

    /// The first number of an ask that is wanted.
    pub fn first(&self, ask: Short) -> u32 {
        self.rerolls.get(&ask).map_or(1, |reroll| reroll.first)
    }
}
