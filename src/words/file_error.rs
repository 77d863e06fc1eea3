//! Why the operating system refused an operation on a file, with the file and the operation.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::plain_file::Refused;
use crate::words::diagnostic::{Diagnostic, Subject};

/// What was to be done with a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read a file, or list a folder.
    Read,
    /// Write a file.
    Write,
    /// Create a folder.
    CreateFolder,
    /// Remove a file.
    Remove,
    /// Read a file that an asset is made from.
    ReadInput,
    /// Read captures, records or keys of the store.
    ReadStore,
    /// Write them.
    WriteStore,
    /// Write the journal of the running build.
    WriteJournal,
    /// Write an output file.
    WriteOutput,
}

/// The operating system refused an operation on a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {} `{path}`: {error}", .access.verb())]
pub struct FileError {
    /// The file or folder as the user knows it; relative to the project where it is inside of it.
    path: String,
    access: Access,
    error: io::Error,
}

/// Adds the file and the operation to an I/O error.
pub trait FileResult<T> {
    /// The error of an operation on `path`.
    fn accessing(self, access: Access, path: impl AsRef<Path>) -> Result<T, FileError>;

    /// The error of reading `path`.
    fn reading(self, path: impl AsRef<Path>) -> Result<T, FileError>
    where
        Self: Sized,
    {
        self.accessing(Access::Read, path)
    }

    /// The error of writing `path`.
    fn writing(self, path: impl AsRef<Path>) -> Result<T, FileError>
    where
        Self: Sized,
    {
        self.accessing(Access::Write, path)
    }
}

impl<T, E: Into<io::Error>> FileResult<T> for Result<T, E> {
    fn accessing(self, access: Access, path: impl AsRef<Path>) -> Result<T, FileError> {
        self.map_err(|error| FileError::new(access, path, error.into()))
    }
}

impl Access {
    fn verb(self) -> &'static str {
        match self {
            Self::Read | Self::ReadInput | Self::ReadStore => "read",
            Self::Write | Self::WriteStore | Self::WriteJournal | Self::WriteOutput => "write",
            Self::CreateFolder => "create",
            Self::Remove => "remove",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Read => "unreadable-file",
            Self::Write => "not-written",
            Self::CreateFolder => "not-created",
            Self::Remove => "not-removed",
            Self::ReadInput => "input-file",
            Self::ReadStore => "store-read",
            Self::WriteStore => "store-write",
            Self::WriteJournal => "journal-write",
            Self::WriteOutput => "output-write",
        }
    }

    fn changes(self) -> bool {
        !matches!(self, Self::Read | Self::ReadInput | Self::ReadStore)
    }
}

impl FileError {
    /// The error of an operation on `path`.
    pub fn new(access: Access, path: impl AsRef<Path>, error: io::Error) -> Self {
        let path = path.as_ref().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        Self { path, access, error }
    }

    /// A stable code: what was not done.
    pub fn code(&self) -> &'static str {
        if let Some(refused @ (Refused::LfsPointer | Refused::Link | Refused::Folder(_))) = Refused::of(&self.error) {
            return refused.code();
        }
        match self.error.kind() {
            ErrorKind::InvalidData if self.access == Access::Read => "not-utf8",
            _ => self.access.code(),
        }
    }

    /// The error with its path relative to a folder, where the path is inside of it.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        let relative = Path::new(&self.path).strip_prefix(folder).map(|path| path.to_string_lossy().into_owned());
        if let Ok(relative) = relative {
            self.path = relative;
        }
        self
    }

    /// The next step: what removes the cause.
    pub fn hint(&self) -> String {
        let refused = Refused::of(&self.error).and_then(Refused::hint);
        refused.map_or_else(|| next_step(self.error.kind(), self.access), str::to_owned)
    }
}

fn next_step(kind: ErrorKind, access: Access) -> String {
    match kind {
        ErrorKind::PermissionDenied if access.changes() => "check the permissions of the file and of its folder",
        ErrorKind::PermissionDenied => "check its permissions",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only: mount it for writing, or work on a copy",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some disk space: `dgx-pixels cache gc --all --dry-run` shows what the store could do without"
        }
        ErrorKind::NotFound if access.changes() => "check that its folder exists",
        ErrorKind::NotFound => "check its name, or bring the file back from version control",
        ErrorKind::IsADirectory => "move the folder away: a file belongs there",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "move the file away: a folder belongs there",
        ErrorKind::InvalidData => "save it as UTF-8 text",
        _ if access.changes() => "check the free space of the disk and the permissions of the folder",
        _ => "check the disk and the file's permissions",
    }
    .to_owned()
}

impl From<FileError> for Diagnostic {
    fn from(error: FileError) -> Self {
        let diagnostic = Self::error(error.code(), error.to_string()).hint(error.hint());
        diagnostic.about(Subject::File(error.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ErrorKind, access: Access) -> Diagnostic {
        let refused: io::Result<()> = Err(kind.into());
        refused.accessing(access, "assets/a.png").unwrap_err().into()
    }

    #[test]
    fn the_code_says_what_was_not_done_and_the_hint_removes_the_cause() {
        let read = of(ErrorKind::PermissionDenied, Access::Read);
        assert_eq!((&*read.code, &*read.message), ("unreadable-file", "cannot read `assets/a.png`: permission denied"));
        assert_eq!(read.hint.as_deref(), Some("check its permissions"));
        assert_eq!(read.subject, Some(Subject::File("assets/a.png".to_owned())));
        let full = of(ErrorKind::StorageFull, Access::Write);
        assert_eq!(full.code, "not-written");
        assert!(full.hint.is_some_and(|hint| hint.starts_with("free some disk space")));
        assert_eq!(of(ErrorKind::InvalidData, Access::Read).code, "not-utf8");
        assert_eq!(of(ErrorKind::PermissionDenied, Access::Remove).code, "not-removed");
    }
}
