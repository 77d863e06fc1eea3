//! The journal of the running build: requests and their captures, before anything else is written.
//!
//! A journal that is not empty at the start of a build shows that the last one was cut off. When a build ends, only
//! attempts of unknown outcome stay: the next build recovers their images from the servers.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{lines, read_if_there, write_unflushed, write_whole};
use crate::draft;
use crate::words::asset::SlotId;
use crate::words::attempt::{AttemptLog, LoggedAttempt};
use crate::words::digest::Digest;

/// The most attempts of unknown outcome that are kept; older ones are dropped.
const MAX_LEFT: usize = 4096;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// A request is about to be sent.
    Asked {
        /// Its key.
        request: Digest,
        /// The slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
    },
    /// Its raw is in the store.
    Captured {
        /// The request's key.
        request: Digest,
    },
    /// An attempt is about to be sent to a server.
    Sent(LoggedAttempt),
    /// An attempt was abandoned: its server will never have an image of it.
    #[serde(rename = "settled")]
    Abandoned {
        /// The id under which the server knew it.
        prompt: String,
    },
}

/// The file.
#[derive(Clone, Debug)]
pub struct Journal {
    path: PathBuf,
    append: Arc<Mutex<()>>,
}

impl Journal {
    /// The journal of a project.
    pub fn new(work: &Path) -> Self {
        Self { path: work.join("journal"), append: Arc::default() }
    }

    /// The notes of a build that was cut off; torn lines are skipped.
    pub fn left(&self) -> io::Result<Vec<Note>> {
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        Ok(lines::parse(&bytes))
    }

    /// Appends notes, in one write.
    pub fn note(&self, notes: &[Note]) -> io::Result<()> {
        let text: String = notes.iter().map(lines::line).collect::<io::Result<_>>()?;
        if text.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.append.lock().unwrap_or_else(PoisonError::into_inner);
        lines::append(&self.path, text.as_bytes(), "journal")
    }

    /// Attempts of unknown outcome: neither captured nor abandoned.
    fn open(&self) -> io::Result<Vec<LoggedAttempt>> {
        let notes = self.left()?;
        let mut sent: Vec<LoggedAttempt> = Vec::new();
        let (mut captured, mut abandoned) = (HashSet::new(), HashSet::new());
        for note in notes {
            match note {
                Note::Sent(one) => sent.push(one),
                Note::Captured { request } => drop(captured.insert(request)),
                Note::Abandoned { prompt } => drop(abandoned.insert(prompt)),
                Note::Asked { .. } => {}
            }
        }
        sent.retain(|one| !captured.contains(&one.request) && !abandoned.contains(&one.prompt));
        let old = sent.len().saturating_sub(MAX_LEFT);
        Ok(sent.split_off(old))
    }

    /// Removes all but attempts of unknown outcome. The rest must be in the lock and the store by now, saved from a power
    /// cut; `is_captured` says for which requests the store has it.
    pub fn clear(&self, is_captured: impl Fn(&Digest) -> bool) -> io::Result<()> {
        if !self.path.exists() {
            return Ok(());
        }
        let open = self.open()?.into_iter().filter(|sent| !is_captured(&sent.request));
        let text: String = open.map(|sent| lines::line(&Note::Sent(sent))).collect::<io::Result<_>>()?;
        let write = if text.is_empty() { write_unflushed } else { write_whole };
        write(&self.path, text.as_bytes(), "journal.clear")
    }
}

impl AttemptLog for Journal {
    fn record(&self, attempt: &LoggedAttempt) -> io::Result<()> {
        self.note(&[Note::Sent(attempt.clone())])?;
        draft::flush(&self.path)
    }

    fn close(&self, prompt: &str) -> io::Result<()> {
        self.note(&[Note::Abandoned { prompt: prompt.to_owned() }])
    }

    fn unfinished(&self) -> Vec<LoggedAttempt> {
        self.open().unwrap_or_default()
    }
}
