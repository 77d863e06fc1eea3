//! The journal of the running build: what was asked for and what came, before anything else is written.
//!
//! It is emptied when a build ends. What it holds at the start of the next one tells what was cut off.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::records::append_line;
use super::{read_if_there, write_whole};
use crate::asset::SlotId;
use crate::digest::Digest;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// A request goes out.
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
}

/// The file.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// The journal of a project.
    pub fn new(work: &Path) -> Self {
        Self { path: work.join("journal") }
    }

    /// What a build that was cut off left; torn lines are skipped.
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
        if text.is_empty() { Ok(()) } else { append_line(&self.path, text.as_bytes(), "journal") }
    }

    /// Everything it holds is in the lock and the store.
    pub fn clear(&self) -> io::Result<()> {
        if self.path.exists() { write_whole(&self.path, b"", "journal.clear") } else { Ok(()) }
    }
}
