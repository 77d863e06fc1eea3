//! The journal of the running build: requests and their captures, before anything else is written.
//!
//! A journal that is not empty at the start of a build shows that the last one was cut off. When a build ends, only
//! attempts of unknown outcome stay: the next build recovers their images from the servers.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::records::append_line;
use super::{read_if_there, sync, write_whole};
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
    /// Held while it is written; whether the build has cleared it.
    cleared: Arc<Mutex<bool>>,
}

impl Journal {
    /// The journal of a project.
    pub fn new(work: &Path) -> Self {
        Self { path: work.join("journal"), cleared: Arc::default() }
    }

    /// The notes of a build that was cut off; torn lines are skipped.
    pub fn left(&self) -> io::Result<Vec<Note>> {
        let bytes = read_if_there(&self.path)?.unwrap_or_default();
        Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// Appends notes, in one write.
    pub fn note(&self, notes: &[Note]) -> io::Result<()> {
        let mut text = String::new();
        for note in notes {
            text.push_str(&serde_json::to_string(note)?);
            text.push('\n');
        }
        if text.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.writing();
        append_line(&self.path, text.as_bytes(), "journal")
    }

    fn writing(&self) -> MutexGuard<'_, bool> {
        self.cleared.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Removes all but attempts of unknown outcome: the rest is in the lock and the store.
    pub fn clear(&self) -> io::Result<()> {
        let mut cleared = self.writing();
        *cleared = true;
        if !self.path.exists() {
            return Ok(());
        }
        let mut text = String::new();
        for sent in self.open()? {
            text.push_str(&serde_json::to_string(&Note::Sent(sent))?);
            text.push('\n');
        }
        write_whole(&self.path, text.as_bytes(), "journal.clear")
    }
}

impl AttemptLog for Journal {
    fn record(&self, attempt: &LoggedAttempt) -> io::Result<()> {
        self.note(&[Note::Sent(attempt.clone())])?;
        sync(&self.path)
    }

    fn close(&self, prompt: &str) -> io::Result<()> {
        let cleared = *self.writing();
        // A withdrawal may end after the build: then it only matters to an attempt that the journal still names.
        if cleared && !self.open()?.iter().any(|sent| sent.prompt == prompt) {
            return Ok(());
        }
        self.note(&[Note::Abandoned { prompt: prompt.to_owned() }])
    }

    fn unfinished(&self) -> Vec<LoggedAttempt> {
        self.open().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::asset::{GroupId, Kind};

    #[test]
    fn a_withdrawal_after_the_end_adds_nothing_but_news() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path());
        let slot = SlotId::only(GroupId::new(Kind::Sprite, "knight"));
        let [done, open] = ["done", "open"].map(|prompt| LoggedAttempt {
            request: Digest::of(prompt.as_bytes()),
            slot: slot.clone(),
            n: 1,
            attempt: 1,
            server: "http://one".to_owned(),
            prompt: prompt.to_owned(),
            prefix: prompt.to_owned(),
        });
        [&done, &open].into_iter().for_each(|attempt| journal.record(attempt).unwrap());
        journal.note(&[Note::Captured { request: done.request }]).unwrap();
        journal.clear().unwrap();
        journal.close("done").unwrap();
        assert_eq!(journal.left().unwrap(), [Note::Sent(open)]);
        journal.close("open").unwrap();
        assert!(journal.unfinished().is_empty());
    }
}
