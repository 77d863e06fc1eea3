//! Why an operation of the session did not happen: one error for all use cases.

use serde::Serialize;

use super::refusal::Refusal;
use crate::export::ExportError;
use crate::manifest::Problems;
use crate::words::diagnostic::Diagnostic;
use crate::words::exit::Exit;
use crate::words::file_error::FileError;

/// Why an operation did not happen. What concerns single assets is in the operation's result instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The manifest has problems; each carries its place, and they render with the lines that they are in.
    #[error("the manifest has problems")]
    Manifest(Box<Problems>),
    /// The call is wrong or needs a decision: an unknown target, a lock that cannot be read, too many images.
    #[error("{0}")]
    Usage(Diagnostic),
    /// A build was refused: the lock would change and must not, or the user has to agree first.
    #[error("{}", .0.diagnostic())]
    Refused(Refusal),
    /// The file system, a server or this machine refused something.
    #[error("{0}")]
    Failed(Diagnostic),
    /// The caller cancelled it before it began.
    #[error("cancelled")]
    Cancelled,
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of usage with the next step.
    pub fn usage(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage(Diagnostic::error(code, message).hint(hint))
    }

    /// The current folder was removed or cannot be entered.
    pub(super) fn no_current_folder(error: &std::io::Error) -> Self {
        let diagnostic = Diagnostic::error("no-current-folder", format!("cannot use the current folder: {error}"));
        Self::Failed(diagnostic.hint("change to a folder that exists"))
    }

    /// A bug: something that cannot fail did.
    pub fn internal(message: impl Into<String>) -> Self {
        let diagnostic = Diagnostic::error("internal", message);
        Self::Failed(diagnostic.hint("this is a bug of dgx-pixels: report it with the command and the manifest"))
    }

    /// The exit code of a process that ends with this error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Manifest(_) | Self::Usage(_) => Exit::Usage,
            Self::Refused(Refusal::Stale(_)) => Exit::Stale,
            Self::Refused(_) => Exit::Usage,
            Self::Failed(_) => Exit::Failed,
            Self::Cancelled => Exit::Interrupted,
        }
    }

    /// All that is wrong, as data.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Manifest(problems) => problems.diagnostics(),
            Self::Usage(diagnostic) | Self::Failed(diagnostic) => vec![diagnostic.clone()],
            Self::Refused(refusal) => vec![refusal.diagnostic()],
            Self::Cancelled => vec![Diagnostic::error("cancelled", "cancelled")],
        }
    }
}

impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.diagnostics().serialize(serializer)
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::Manifest(Box::new(problems))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(diagnostic)
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ExportError> for Error {
    fn from(error: ExportError) -> Self {
        Self::Failed(error.into())
    }
}
