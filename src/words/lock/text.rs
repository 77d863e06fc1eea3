//! The lock's text form: sorted, one line a candidate, nothing that changes on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;

use super::{By, Candidate, Entry, Lock, Made, ModelFound, Parts, Pick, Provenance, Reroll, SlotEntry, VERSION};
use crate::words::asset::{GroupId, Kind};
use crate::words::digest::{Digest, Short};
use crate::words::proof::Certificate;
use crate::words::sprite::Verdict;

/// Why a lock cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It has conflict markers.
    #[error("it holds an unresolved merge")]
    Conflict,
    /// A newer binary wrote it.
    #[error("it has version {0}, this binary reads up to {VERSION}")]
    Newer(u32),
    /// It is not a lock.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl LockError {
    /// The stable code of its diagnostic.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict => "lock-conflict",
            Self::Newer(_) => "lock-newer",
            Self::Damaged(_) => "lock-damaged",
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Conflict => "run `dgx-pixels lock resolve`",
            Self::Newer(_) => "install the version of dgx-pixels that wrote it",
            Self::Damaged(_) => {
                "take it back from version control, or delete it: a build finds its captures again in `.dgx-pixels/`, but not its picks"
            }
        }
    }
}

#[derive(Deserialize)]
struct Header {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    animation: BTreeMap<String, FileEntry>,
    #[serde(default)]
    sprite: BTreeMap<String, FileEntry>,
    #[serde(default)]
    texture: BTreeMap<String, FileEntry>,
    #[serde(default)]
    tileset: BTreeMap<String, FileEntry>,
    #[serde(default)]
    shared: FileShared,
    #[serde(default)]
    provenance: BTreeMap<String, Provenance>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShared {
    files: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    #[serde(default)]
    parts: String,
    #[serde(default)]
    with: Vec<String>,
    sprite: Option<Digest>,
    pixels: Option<Digest>,
    process: Option<u32>,
    verdict: Option<Verdict>,
    #[serde(default)]
    files: BTreeMap<String, Short>,
    proof: Option<Certificate>,
    #[serde(default)]
    merged: Vec<u32>,
    ask: Option<Short>,
    pick: Option<FilePick>,
    #[serde(default)]
    reroll: BTreeMap<Short, Reroll>,
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default)]
    slot: BTreeMap<String, FileSlot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSlot {
    ask: Option<Short>,
    pick: Option<FilePick>,
    #[serde(default)]
    reroll: BTreeMap<Short, Reroll>,
    #[serde(default)]
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePick {
    n: u32,
    raw: Digest,
    by: By,
}

impl FileSlot {
    fn checked(mut self) -> Result<SlotEntry, String> {
        let pick = match (self.ask, self.pick) {
            (Some(ask), Some(FilePick { n, raw, by })) => Some(Pick { ask, n, raw, by }),
            (None, None) => None,
            _ => return Err("`ask` and `pick` go together".to_owned()),
        };
        self.candidates.sort();
        Ok(SlotEntry { pick, rerolls: self.reroll, candidates: self.candidates })
    }
}

impl FileEntry {
    fn checked(self) -> Result<Entry, String> {
        let made = match (self.sprite, self.pixels, self.process, self.verdict) {
            (Some(sprite), Some(pixels), Some(process), Some(verdict)) => {
                let (files, proof, merged) = (self.files, self.proof, self.merged);
                Some(Made { sprite, pixels, process, verdict, files, proof, merged })
            }
            (None, None, None, None) => None,
            _ => return Err("`sprite`, `pixels`, `process` and `verdict` go together".to_owned()),
        };
        let only =
            FileSlot { ask: self.ask, pick: self.pick, reroll: self.reroll, candidates: self.candidates }.checked()?;
        let mut slots = BTreeMap::new();
        if only != SlotEntry::default() {
            slots.insert(0, only);
        }
        for (number, slot) in self.slot {
            let number = number.parse().ok().filter(|n| (1..=4096).contains(n));
            slots.insert(number.ok_or("a slot's name is the number of its frame")?, slot.checked()?);
        }
        Ok(Entry { parts: Parts::from(self.parts.as_str()), with: self.with, made, slots })
    }
}

impl Lock {
    /// Parses a lock.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        if text.lines().any(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) {
            return Err(LockError::Conflict);
        }
        let damaged = |error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            LockError::Damaged(match line {
                Some(line) => format!("line {line}: {}", error.message()),
                None => error.message().to_owned(),
            })
        };
        let header: Header = toml::from_str(text).map_err(damaged)?;
        if header.version > VERSION {
            return Err(LockError::Newer(header.version));
        }
        let file: File = toml::from_str(text).map_err(damaged)?;
        let kinds = [
            (Kind::Animation, file.animation),
            (Kind::Sprite, file.sprite),
            (Kind::Texture, file.texture),
            (Kind::Tileset, file.tileset),
        ];
        let mut lock = Self { entries: BTreeMap::new(), shared: file.shared.files, provenance: file.provenance };
        for (kind, entries) in kinds {
            for (name, entry) in entries {
                let entry = entry.checked().map_err(|why| LockError::Damaged(format!("[{kind}.\"{name}\"]: {why}")))?;
                lock.entries.insert(GroupId::new(kind, name), entry);
            }
        }
        Ok(lock)
    }

    /// The oldest version of the format that has everything in it.
    fn version(&self) -> u32 {
        let needed = |made: &Made| match made {
            Made { merged, .. } if !merged.is_empty() => 3,
            Made { proof: Some(_), .. } => 2,
            _ => 1,
        };
        self.entries.values().filter_map(|entry| entry.made.as_ref()).map(needed).max().unwrap_or(1)
    }

    /// The text of `pixels.lock`.
    pub fn text(&self) -> String {
        let mut out = String::from("# Written by dgx-pixels; commit it. Merge conflicts: dgx-pixels lock resolve\n");
        let _ = writeln!(out, "version = {}", self.version());
        for (id, entry) in &self.entries {
            let _ = writeln!(out, "\n[{}.{}]", id.kind, quoted(&id.name));
            write_entry(&mut out, entry);
            for (number, slot) in entry.slots.iter().filter(|(number, _)| **number > 0) {
                let _ = writeln!(out, "\n[{}.{}.slot.{number}]", id.kind, quoted(&id.name));
                write_slot(&mut out, slot);
            }
        }
        if !self.shared.is_empty() {
            let files: Vec<String> = self.shared.iter().map(|path| quoted(path)).collect();
            let _ = writeln!(out, "\n[shared]\nfiles = [{}]", files.join(", "));
        }
        for (id, provenance) in &self.provenance {
            write_provenance(&mut out, id, provenance);
        }
        out
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn write_entry(out: &mut String, entry: &Entry) {
    if let Some(pick) = entry.slots.get(&0).and_then(|slot| slot.pick.as_ref()) {
        let _ = writeln!(out, "ask = \"{}\"", pick.ask);
    }
    let _ = writeln!(out, "parts = {}", quoted(&entry.parts.to_string()));
    let with: Vec<String> = entry.with.iter().map(|name| quoted(name)).collect();
    let _ = writeln!(out, "with = [{}]", with.join(", "));
    if let Some(made) = &entry.made {
        let _ = writeln!(out, "sprite = \"{}\"\npixels = \"{}\"\nprocess = {}", made.sprite, made.pixels, made.process);
        let _ = writeln!(out, "verdict = {}", quoted(&made.verdict.to_string()));
        let files: Vec<String> =
            made.files.iter().map(|(path, digest)| format!("{} = \"{digest}\"", quoted(path))).collect();
        let _ = writeln!(out, "files = {{ {} }}", files.join(", "));
        if let Some(Certificate { tiles, ways, seams, digest }) = &made.proof {
            let counts = format!("tiles = {tiles}, ways = {ways}, seams = {seams}");
            let _ = writeln!(out, "proof = {{ {counts}, digest = \"{digest}\" }}");
        }
        if !made.merged.is_empty() {
            let frames: Vec<String> = made.merged.iter().map(u32::to_string).collect();
            let _ = writeln!(out, "merged = [{}]", frames.join(", "));
        }
    }
    if let Some(slot) = entry.slots.get(&0) {
        write_decisions(out, slot);
    }
}

fn write_slot(out: &mut String, slot: &SlotEntry) {
    if let Some(pick) = &slot.pick {
        let _ = writeln!(out, "ask = \"{}\"", pick.ask);
    }
    write_decisions(out, slot);
}

fn write_decisions(out: &mut String, slot: &SlotEntry) {
    if let Some(Pick { n, raw, by, .. }) = &slot.pick {
        let by = if *by == By::User { "user" } else { "gates" };
        let _ = writeln!(out, "pick = {{ raw = \"{raw}\", n = {n}, by = \"{by}\" }}");
    }
    for (ask, Reroll { first, keep }) in &slot.rerolls {
        let _ = writeln!(out, "reroll.\"{ask}\" = {{ first = {first}, keep = {keep:?} }}");
    }
    if slot.candidates.is_empty() {
        return;
    }
    out.push_str("candidates = [\n");
    for Candidate { ask, n, seed, raw, from, verdict, score } in &slot.candidates {
        let verdict = quoted(&verdict.to_string());
        let from = quoted(from);
        let _ = writeln!(
            out,
            "  {{ ask = \"{ask}\", n = {n}, seed = {seed}, raw = \"{raw}\", from = {from}, verdict = {verdict}, score = {score} }},"
        );
    }
    out.push_str("]\n");
}

fn write_provenance(out: &mut String, id: &str, provenance: &Provenance) {
    let _ = writeln!(out, "\n[provenance.{}]\nbackend = {}", quoted(id), quoted(&provenance.backend));
    if let Some(device) = &provenance.device {
        let _ = writeln!(out, "device = {}", quoted(device));
    }
    if let Some(library) = &provenance.library {
        let _ = writeln!(out, "library = {}", quoted(library));
    }
    if !provenance.flags.is_empty() {
        let flags: Vec<String> = provenance.flags.iter().map(|flag| quoted(flag)).collect();
        let _ = writeln!(out, "flags = [{}]", flags.join(", "));
    }
    if let Some(checkpoint) = &provenance.checkpoint {
        let _ = writeln!(out, "checkpoint = {}", found(checkpoint));
    }
    if let Some(vae) = &provenance.vae {
        let _ = writeln!(out, "vae = {}", found(vae));
    }
    if !provenance.loras.is_empty() {
        let loras: Vec<String> = provenance.loras.iter().map(found).collect();
        let _ = writeln!(out, "loras = [{}]", loras.join(", "));
    }
}

fn found(model: &ModelFound) -> String {
    let sha256 = model.sha256.as_ref().map_or_else(String::new, |hex| format!(", sha256 = {}", quoted(hex)));
    format!("{{ file = {}{sha256} }}", quoted(&model.file))
}
