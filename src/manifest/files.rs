//! The files of a project behind one trait: on disk, or in memory for tests.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::plain_file::Refused;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// It does not exist.
    Absent,
    /// It is a folder or a device.
    NoFile,
    /// A symbolic link leads out of the project.
    Outside,
    /// It is larger than its kind may be.
    TooLarge(u64),
    /// Git LFS did not fetch its content.
    LfsPointer,
    /// The operating system refused; the text says why.
    Failed(String),
}

impl Missing {
    /// The code and the reason, which follows the file's name.
    pub(super) fn reason(&self) -> (&'static str, String) {
        match self {
            Self::Absent => ("missing-file", "does not exist".to_owned()),
            Self::NoFile => ("not-a-file", "is not a file".to_owned()),
            Self::Outside => ("outside-project", "is a symbolic link that leads out of the project".to_owned()),
            Self::TooLarge(bytes) => ("file-too-large", format!("is too large: {bytes} bytes")),
            Self::LfsPointer => {
                (Refused::LfsPointer.code(), "is a Git LFS pointer, its content is not on this machine".to_owned())
            }
            Self::Failed(error) => ("unreadable-file", format!("cannot be read: {error}")),
        }
    }
}

impl Missing {
    /// The next step: that of a Git LFS pointer, else `otherwise`.
    pub(super) fn hint<'a>(&self, otherwise: &'a str) -> &'a str {
        if *self == Self::LfsPointer { crate::plain_file::FETCH } else { otherwise }
    }
}

/// Which files of a folder to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Its own.
    Flat,
    /// Those of its subfolders too.
    Deep,
}

/// A project's files; all paths are relative to it, with `/`.
pub(super) trait Files {
    /// The bytes of a file of at most `limit` bytes.
    fn read(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, Missing>;

    /// Whether a regular file exists inside the project; its path as the disk spells it.
    fn look(&mut self, path: &str) -> Result<String, Missing>;

    /// The first bytes of a file; fewer if it is shorter, none if it cannot be read.
    fn head(&mut self, path: &str, length: usize) -> Vec<u8>;

    /// The files of a folder in byte order; none if the folder does not exist.
    fn list(&mut self, folder: &str, depth: Depth) -> Result<Rc<[String]>, Missing>;
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(pub(super) BTreeMap<String, Vec<u8>>);

impl Files for Memory {
    fn read(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, Missing> {
        let bytes = self.0.get(path).ok_or(Missing::Absent)?;
        if bytes.len() as u64 > limit { Err(Missing::TooLarge(bytes.len() as u64)) } else { Ok(bytes.clone()) }
    }

    fn look(&mut self, path: &str) -> Result<String, Missing> {
        self.0.contains_key(path).then(|| path.to_owned()).ok_or(Missing::Absent)
    }

    fn head(&mut self, path: &str, length: usize) -> Vec<u8> {
        self.0.get(path).map_or_else(Vec::new, |bytes| bytes[..bytes.len().min(length)].to_vec())
    }

    fn list(&mut self, folder: &str, depth: Depth) -> Result<Rc<[String]>, Missing> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside =
            |path: &&String| path.strip_prefix(&prefix).is_some_and(|rest| depth == Depth::Deep || !rest.contains('/'));
        Ok(self.0.keys().filter(inside).cloned().collect())
    }
}
