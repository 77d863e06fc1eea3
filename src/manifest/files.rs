//! The files of a project, behind one small seam: on disk, or in memory for tests.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// There is none.
    Absent,
    /// It is a folder or a device.
    NoFile,
    /// A symbolic link leads out of the project.
    Outside,
    /// It is larger than its kind may be.
    TooLarge(u64),
    /// The operating system says why.
    Failed(String),
}

/// Which files of a folder are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Those in it.
    Flat,
    /// Those in its folders, too.
    Deep,
}

/// A project's files; all paths are relative to it, with `/`.
pub(super) trait Files {
    /// The bytes of a file that is not longer than `limit`.
    fn read(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, Missing>;

    /// Whether a regular file is there, inside the project.
    fn look(&mut self, path: &str) -> Result<(), Missing>;

    /// The files of a folder in byte order; none if there is no such folder.
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

    fn look(&mut self, path: &str) -> Result<(), Missing> {
        self.0.contains_key(path).then_some(()).ok_or(Missing::Absent)
    }

    fn list(&mut self, folder: &str, depth: Depth) -> Result<Rc<[String]>, Missing> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside =
            |path: &&String| path.strip_prefix(&prefix).is_some_and(|rest| depth == Depth::Deep || !rest.contains('/'));
        Ok(self.0.keys().filter(inside).cloned().collect())
    }
}
