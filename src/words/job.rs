//! Jobs: what a project's session runs one after the other.

use serde::{Deserialize, Serialize};

use super::diagnostic::Diagnostic;

/// A job's number in its project, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct JobId(pub u64);

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct JobState {
    /// What it does, such as `build`.
    pub command: String,
    /// Queued, running or over.
    pub phase: JobPhase,
    /// The exit code that the command line would end with; once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<u8>,
    /// Why it did not happen at all; what concerns single assets was sent as events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

/// The phases of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobPhase {
    /// It waits for the jobs before it.
    Queued,
    /// It runs.
    Running,
    /// It ended: done, failed or cancelled.
    Over,
}

impl JobState {
    /// A job that waits for its turn.
    pub fn queued(command: &str) -> Self {
        Self { command: command.to_owned(), phase: JobPhase::Queued, exit: None, diagnostics: Vec::new() }
    }

    /// The same job, running.
    #[must_use]
    pub fn running(&self) -> Self {
        Self { phase: JobPhase::Running, ..self.clone() }
    }

    /// The same job, over.
    #[must_use]
    pub fn over(&self, exit: u8, diagnostics: Vec<Diagnostic>) -> Self {
        Self { phase: JobPhase::Over, exit: Some(exit), diagnostics, ..self.clone() }
    }

    /// Whether it ended.
    pub fn is_over(&self) -> bool {
        self.phase == JobPhase::Over
    }
}
