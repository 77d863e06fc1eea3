//! A job as a value: what it was asked for, where it stands, and what came of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::done::Done;
use super::work::Work;
use crate::session::Error;
use crate::session::job::Ended;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::exit::Exit;
use crate::words::job::{JobId, JobPhase};

/// The version of [`JobReport`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobReport {
    /// The version of this form.
    pub version: u32,
    /// Its number in the project; it stays the same over restarts.
    pub id: JobId,
    /// What it was asked for.
    pub work: Work,
    /// Queued, running or over.
    pub phase: JobPhase,
    /// The exit code that the command line would end with; once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<u8>,
    /// Why it did not happen at all; what concerns single assets was sent as events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Diagnostic>")]
    pub diagnostics: Vec<Value>,
    /// What came of it; once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Done>")]
    pub result: Option<Value>,
    /// The number of its last event.
    #[serde(default)]
    pub events: u64,
    /// Its process ended before it did, and another one went on with it.
    #[serde(default)]
    pub resumed: bool,
}

impl JobReport {
    pub(super) fn new(id: u64, work: Work) -> Self {
        Self {
            version: VERSION,
            id: JobId(id),
            work,
            phase: JobPhase::Queued,
            exit: None,
            diagnostics: Vec::new(),
            result: None,
            events: 0,
            resumed: false,
        }
    }

    /// Whether it ended.
    pub fn is_over(&self) -> bool {
        self.phase == JobPhase::Over
    }

    pub(super) fn end(&mut self, ended: &Result<Done, Error>) {
        self.phase = JobPhase::Over;
        match ended {
            Ok(done) => {
                self.exit = Some(done.exit() as u8);
                self.result = serde_json::to_value(done).ok();
            }
            Err(error) => {
                self.exit = Some(error.exit() as u8);
                let diagnostics = error.diagnostics();
                self.diagnostics = diagnostics.iter().filter_map(|one| serde_json::to_value(one).ok()).collect();
            }
        }
    }

    pub(super) fn was_cancelled(&self) -> bool {
        self.exit == Some(Exit::Interrupted as u8)
    }
}

/// A job as its file has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) report: JobReport,
    /// The caller's own name for its request.
    #[serde(default)]
    pub(super) key: Option<String>,
    /// The digest of what was asked: a key stands for one request.
    pub(super) digest: Digest,
    /// Images that the token of its plan allowed, once that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) agreed: Option<usize>,
    /// A user cancelled it; no restart goes on with it.
    #[serde(default)]
    pub(super) cancelled: bool,
}

impl Record {
    /// Whether it was asked for under this key.
    pub(super) fn has_key(&self, key: &str) -> bool {
        self.key.as_deref() == Some(key)
    }
}
