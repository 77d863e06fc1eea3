//! Captures (request, raw, provenance) and judgements, one appended line each.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::read_if_there;
use crate::failpoint;
use crate::plain_file;
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

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Record(Record),
    Judged(Judged),
}

/// The captures and judgements of a store.
#[derive(Debug)]
pub struct Records {
    path: PathBuf,
    append: Mutex<()>,
    /// Captures by request; the newest counts.
    pub captures: HashMap<Digest, Record>,
    /// Judgements by sprite key.
    pub judged: HashMap<Digest, Judged>,
}

impl Records {
    /// Reads the file; a torn or damaged line is skipped.
    pub fn load(store: &Path) -> io::Result<Self> {
        let path = store.join("records.jsonl");
        let bytes = read_if_there(&path)?.unwrap_or_default();
        let (mut captures, mut judged) = (HashMap::new(), HashMap::new());
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Line::Record(record)) => {
                    captures.insert(record.request, record);
                }
                Ok(Line::Judged(one)) => {
                    judged.insert(one.key, one);
                }
                Err(_) => {}
            }
        }
        Ok(Self { path, append: Mutex::new(()), captures, judged })
    }

    /// Appends a capture.
    pub fn keep(&mut self, record: Record) -> io::Result<()> {
        self.append(&Line::Record(record.clone()))?;
        self.captures.insert(record.request, record);
        Ok(())
    }

    /// Appends a judgement.
    pub fn judge(&mut self, judged: Judged) -> io::Result<()> {
        self.append(&Line::Judged(judged.clone()))?;
        self.judged.insert(judged.key, judged);
        Ok(())
    }

    /// Rewrites the file with the captures that `keep` accepts, and without judgements, which are made again.
    pub fn retain(&mut self, keep: impl Fn(&Record) -> bool) -> io::Result<()> {
        self.captures.retain(|_, record| keep(record));
        self.judged.clear();
        let line = |record: &Record| serde_json::to_string(&Line::Record(record.clone())).map(|line| line + "\n");
        let mut lines = self.captures.values().map(line).collect::<Result<Vec<String>, _>>()?;
        lines.sort();
        super::write_whole(&self.path, lines.concat().as_bytes(), "records")
    }

    fn append(&self, line: &Line) -> io::Result<()> {
        let text = format!("{}\n", serde_json::to_string(line)?);
        let _one_at_a_time = self.append.lock();
        append_line(&self.path, text.as_bytes(), "record")
    }
}

/// Appends lines in one write; a torn line before them is ended first.
pub(super) fn append_line(path: &Path, line: &[u8], point: &str) -> io::Result<()> {
    failpoint::at(point)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = plain_file::open_to_append(path)?;
    if is_torn(&mut file)? {
        file.write_all(&[b"\n", line].concat())?;
    } else {
        file.write_all(line)?;
    }
    failpoint::at(&format!("{point}.done"))
}

/// Whether the last line has no end, because its write was cut off.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
