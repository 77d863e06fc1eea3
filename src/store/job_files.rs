//! Jobs on disk: what each one was asked for, how it ended, and its events, so that it survives its process.
//!
//! A job has a folder, whose creation reserves its number. Whoever runs the job holds a lock on a file in it: a job that is
//! not over and whose lock is free was cut off.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{FOLDER, Folders, lines, read_if_there, write_unflushed, write_whole};
use crate::plain_file;

/// The longest list of events that is read, in bytes.
const LONGEST: u64 = 256 << 20;

/// The jobs of a project.
#[derive(Clone, Debug)]
pub struct JobFiles {
    root: PathBuf,
}

/// The right to run a job; dropping it gives the right back.
#[derive(Debug)]
pub struct Claim {
    _file: File,
}

impl JobFiles {
    /// The jobs of the project in a folder; nothing is created yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn all(&self) -> PathBuf {
        self.root.join(FOLDER).join("jobs")
    }

    /// The folder of a job.
    pub fn folder(&self, id: u64) -> PathBuf {
        self.all().join(id.to_string())
    }

    /// The numbers of all jobs, ascending.
    pub fn ids(&self) -> Vec<u64> {
        let entries = fs::read_dir(self.all()).into_iter().flatten().flatten();
        let mut ids: Vec<u64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        ids.sort_unstable();
        ids
    }

    /// Reserves a number, which is at least `least`, and claims the job.
    pub fn create(&self, least: u64) -> io::Result<(u64, Claim)> {
        Folders::make_work(&self.root)?;
        plain_file::make_folders(&self.root, &self.all())?;
        let mut id = self.ids().last().map_or(1, |last| last + 1).max(least);
        loop {
            match fs::create_dir(self.folder(id)) {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => id += 1,
                Err(error) => return Err(error),
            }
        }
        let claim = self.claim(id)?.ok_or_else(|| io::Error::other("a new job is claimed already"))?;
        Ok((id, claim))
    }

    /// Claims a job; `None` if another process runs it.
    pub fn claim(&self, id: u64) -> io::Result<Option<Claim>> {
        plain_file::refuse_links(&self.root, &self.folder(id))?;
        let file = plain_file::open_to_change(&self.folder(id).join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Claim { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Writes a job's record; a power cut does not lose it.
    pub fn write(&self, id: u64, record: &impl Serialize) -> io::Result<()> {
        write_whole(&self.folder(id).join("job.json"), &serde_json::to_vec(record)?, "job")
    }

    /// A job's record; `None` if it has none that can be read.
    pub fn read<T: DeserializeOwned>(&self, id: u64) -> io::Result<Option<T>> {
        let bytes = read_if_there(&self.folder(id).join("job.json"))?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Appends an event.
    pub fn append(&self, id: u64, event: &impl Serialize) -> io::Result<()> {
        lines::append(&self.folder(id).join("events"), lines::line(event)?.as_bytes(), "job-event")
    }

    /// The events of a job; torn lines are skipped.
    pub fn events<T: DeserializeOwned>(&self, id: u64) -> io::Result<Vec<T>> {
        let bytes = plain_file::read_own(&self.folder(id).join("events"), LONGEST)?.unwrap_or_default();
        Ok(lines::parse(&bytes))
    }

    /// Writes a file that a job works on or was given.
    pub fn write_file(&self, id: u64, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.folder(id).join(name);
        plain_file::make_folders(&self.root, path.parent().unwrap_or(&path))?;
        write_unflushed(&path, bytes, "job-file")?;
        Ok(path)
    }

    /// A file that a job made; `None` if it has none of that name.
    pub fn made(&self, id: u64, name: &str) -> io::Result<Option<Vec<u8>>> {
        if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
            return Ok(None);
        }
        read_if_there(&self.folder(id).join("made").join(name))
    }

    /// Removes a job that is over.
    pub fn remove(&self, id: u64) -> io::Result<()> {
        plain_file::refuse_links(&self.root, &self.folder(id))?;
        fs::remove_dir_all(self.folder(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_used_once_and_a_job_is_claimed_once() {
        let folder = tempfile::tempdir().unwrap();
        let files = JobFiles::new(folder.path());
        let (first, held) = files.create(1).unwrap();
        let (second, _other) = files.create(1).unwrap();
        let (third, _last) = files.create(7).unwrap();
        assert_eq!((first, second, third, files.ids()), (1, 2, 7, vec![1, 2, 7]));
        assert!(files.claim(1).unwrap().is_none());
        drop(held);
        assert!(files.claim(1).unwrap().is_some());
        files.remove(1).unwrap();
        assert_eq!(files.create(1).unwrap().0, 8);
    }

    #[test]
    fn only_files_that_the_job_made_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let files = JobFiles::new(folder.path());
        let (id, _claim) = files.create(1).unwrap();
        files.write_file(id, "made/a.png", b"a").unwrap();
        assert_eq!(files.made(id, "a.png").unwrap().as_deref(), Some(b"a".as_slice()));
        for name in ["../lock", "..", "a\0", "none.png", ".", "/etc/passwd"] {
            assert_eq!(files.made(id, name).unwrap(), None, "{name}");
        }
    }
}
