//! The exit codes, a promise to scripts.

use serde::Serialize;

/// How an operation ended. The discriminant is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
#[repr(u8)]
pub enum Exit {
    /// Everything is made and passes.
    Success = 0,
    /// Some assets failed, or a file that is not ours was in the way.
    Failed = 1,
    /// The manifest or the command line is wrong.
    Usage = 2,
    /// A gate failed and no user picked.
    Gate = 3,
    /// The lock or an output is not up to date.
    Stale = 4,
    /// A signal or a caller ended it.
    Interrupted = 130,
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> Self {
        exit as Self
    }
}
