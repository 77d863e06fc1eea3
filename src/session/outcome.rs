//! What came of a build, in numbers and names.

use crate::plan::Trouble;
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;

use super::Exit;

/// What came of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Groups and tilesets that were made.
    pub made: usize,
    /// Groups and tilesets that were up to date.
    pub fresh: usize,
    /// Images that were asked for.
    pub asked: usize,
    /// Images that were had already.
    pub adopted: usize,
    /// Files that were written.
    pub wrote: usize,
    /// Files that were removed.
    pub pruned: usize,
    /// Placeholders that stand for missing pictures.
    pub filled: usize,
    /// Files of somebody else that were in the way and stay.
    pub kept: Vec<String>,
    /// What failed, by name.
    pub failed: Vec<(String, Trouble)>,
    /// Groups that a gate failed and nobody picked, with the verdict.
    pub gated: Vec<(GroupId, String)>,
    /// Slots whose pick is held.
    pub held: Vec<String>,
    /// Selected groups that wait for a pick of another.
    pub waiting: Vec<String>,
    /// The lock would change, and may not.
    pub stale: bool,
    /// A signal ended it.
    pub interrupted: bool,
}

impl Outcome {
    /// The exit code, the most serious reason first.
    pub fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if !self.failed.is_empty() || !self.kept.is_empty() {
            Exit::Failed
        } else if !self.gated.is_empty() {
            Exit::Gate
        } else if self.stale {
            Exit::Stale
        } else {
            Exit::Success
        }
    }
}

/// Why a build did not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The lock would change under `--locked` or `--frozen`: the names.
    Stale(Vec<String>),
    /// More GPU images than `max_images`.
    TooMany {
        /// How many are wanted.
        images: usize,
        /// How many are allowed.
        most: u32,
    },
    /// Placeholders would replace captures: the slots.
    SketchesOver(Vec<String>),
    /// A target names nothing.
    Target(Diagnostic),
}
