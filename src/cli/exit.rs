//! What the process says to scripts.

use std::process::ExitCode;

/// The exit codes, a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything is made and passes.
    Made = 0,
    /// Some assets failed, or a file of somebody else was in the way.
    Failed = 1,
    /// The manifest or the command line is wrong.
    Usage = 2,
    /// A gate failed, and nobody picked.
    Gate = 3,
    /// The lock or an output is not up to date.
    Stale = 4,
    /// A signal ended it.
    Interrupted = 130,
}

impl Exit {
    /// From the number that an outcome has.
    pub fn of(code: u8) -> Self {
        match code {
            0 => Self::Made,
            2 => Self::Usage,
            3 => Self::Gate,
            4 => Self::Stale,
            130 => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
