//! Captures (request, raw, provenance), judgements and picks, one appended line each.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{lines, read_if_there, write_whole};
use crate::draft;
use crate::words::digest::Digest;
use crate::words::lock::Provenance;
use crate::words::sprite::{Metrics, Verdict};

/// A capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The key of (ask, seed).
    pub request: Digest,
    /// Its raw.
    pub raw: Digest,
    /// What made it.
    pub provenance: Provenance,
    /// How many milliseconds a server worked on it, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millis: Option<u64>,
}

/// The gates' verdict on a raw under a recipe and a process version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The sprite key of the raw alone.
    pub key: Digest,
    /// The verdict.
    pub verdict: Verdict,
    /// 0 to 1000.
    pub score: i64,
    /// The metrics that the gates judged.
    #[serde(rename = "figures")]
    pub metrics: Metrics,
}

/// A raw that was a slot's pick at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Picked {
    picked: Digest,
    slot: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Record(Box<Record>),
    Judged(Judged),
    Picked(Picked),
}

/// The captures and judgements of a store.
#[derive(Debug)]
pub struct Records {
    path: PathBuf,
    /// Captures by request; the newest counts.
    pub captures: HashMap<Digest, Record>,
    /// Judgements by sprite key.
    pub judged: HashMap<Digest, Judged>,
    /// Raws that were ever picked, with the slot that last picked them.
    pub picked: BTreeMap<Digest, String>,
}

impl Records {
    /// Reads the file; a torn or damaged line is skipped.
    pub fn load(store: &Path) -> io::Result<Self> {
        let path = store.join("records.jsonl");
        let bytes = read_if_there(&path)?.unwrap_or_default();
        let mut records = Self { path, captures: HashMap::new(), judged: HashMap::new(), picked: BTreeMap::new() };
        for line in lines::parse(&bytes) {
            match line {
                Line::Record(record) => drop(records.captures.insert(record.request, *record)),
                Line::Judged(one) => drop(records.judged.insert(one.key, one)),
                Line::Picked(one) => drop(records.picked.insert(one.picked, one.slot)),
            }
        }
        Ok(records)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a capture; only [`Self::flush`] saves it from a power cut.
    pub fn keep(&mut self, record: Record) -> io::Result<()> {
        self.append(&[Line::Record(Box::new(record.clone()))])?;
        self.captures.insert(record.request, record);
        Ok(())
    }

    /// Appends a judgement.
    pub fn judge(&mut self, judged: Judged) -> io::Result<()> {
        self.append(&[Line::Judged(judged.clone())])?;
        self.judged.insert(judged.key, judged);
        Ok(())
    }

    /// Appends picks, as far as they are not there yet.
    pub fn pick(&mut self, picks: impl IntoIterator<Item = (Digest, String)>) -> io::Result<()> {
        let new: Vec<_> = picks.into_iter().filter(|(raw, _)| !self.picked.contains_key(raw)).collect();
        let line = |(picked, slot): &(Digest, String)| Line::Picked(Picked { picked: *picked, slot: slot.clone() });
        self.append(&new.iter().map(line).collect::<Vec<_>>())?;
        self.picked.extend(new);
        Ok(())
    }

    /// Saves what was appended from a power cut.
    pub fn flush(&self) -> io::Result<()> {
        draft::flush(&self.path)
    }

    /// Rewrites the file with the captures and picks of raws that `keep` accepts, and without judgements, which are made
    /// again.
    pub fn retain(&mut self, keep: impl Fn(&Digest) -> bool) -> io::Result<()> {
        self.captures.retain(|_, record| keep(&record.raw));
        self.picked.retain(|raw, _| keep(raw));
        self.judged.clear();
        let captures = self.captures.values().map(|record| Line::Record(Box::new(record.clone())));
        let picked = self.picked.iter().map(|(picked, slot)| Picked { picked: *picked, slot: slot.clone() });
        let mut lines =
            captures.chain(picked.map(Line::Picked)).map(|line| lines::line(&line)).collect::<io::Result<Vec<_>>>()?;
        lines.sort();
        write_whole(&self.path, lines.concat().as_bytes(), "records")
    }

    fn append(&self, values: &[Line]) -> io::Result<()> {
        let text: String = values.iter().map(lines::line).collect::<io::Result<_>>()?;
        if text.is_empty() { Ok(()) } else { lines::append(&self.path, text.as_bytes(), "record") }
    }
}
