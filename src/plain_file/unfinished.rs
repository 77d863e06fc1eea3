//! Files that are still being written: temporary ones beside their places, which are locked as long as their process
//! lives, so that what a killed process left is told from what another one writes.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use super::{Links, create_new};

/// A file that gets its place when it is whole; dropping it before removes it.
#[derive(Debug)]
pub struct Unfinished(NamedTempFile);

impl Unfinished {
    /// A new file in that folder, with a name that begins so.
    pub fn new(folder: &Path, prefix: &str) -> io::Result<Self> {
        loop {
            let file = tempfile::Builder::new().prefix(prefix).make_in(folder, create_new)?;
            // Where the file system has no locks, only old files are swept.
            let _ = hold(file.as_file());
            // Another process may have swept it before it was locked.
            if is_linked(file.as_file())? {
                return Ok(Self(file));
            }
        }
    }

    /// Puts it in its place; what is there is replaced.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        let (file, _lock) = self.closed();
        Ok(file.persist(path)?)
    }

    /// Puts it in its place, if nothing is there.
    pub fn persist_noclobber(self, path: &Path) -> io::Result<()> {
        let (file, _lock) = self.closed();
        Ok(file.persist_noclobber(path)?)
    }

    /// The open file.
    pub fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Closes it for writing before it gets its place: to who watches a folder, a file that is renamed first and closed
    /// then has changed twice. A handle that only reads keeps it locked meanwhile.
    fn closed(self) -> (TempPath, Option<File>) {
        let reader = super::open(self.0.path(), Links::Refuse).ok();
        if cfg!(unix)
            && let Some(reader) = &reader
        {
            let _ = hold(reader);
        }
        (self.0.into_temp_path(), reader)
    }
}

/// Locks a file against being swept. The lock is shared, so that two handles of one process hold it; elsewhere a shared
/// lock would forbid writing.
fn hold(file: &File) -> io::Result<()> {
    if cfg!(unix) { file.lock_shared() } else { file.lock() }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(unix)]
fn is_linked(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.metadata()?.nlink() > 0)
}

#[cfg(not(unix))]
fn is_linked(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Removes the unfinished files of killed processes from a folder. Those that a process still writes stay.
pub fn sweep(folder: &Path, prefix: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && entry.file_name().to_string_lossy().starts_with(prefix) && is_abandoned(&entry.path()) {
            match std::fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether no process has the file open to write it.
pub fn is_abandoned(path: &Path) -> bool {
    const LONG_AGO: std::time::Duration = std::time::Duration::from_secs(3600);
    let Ok(file) = super::open(path, Links::Refuse) else { return false };
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        // Without locks its age has to do.
        Err(TryLockError::Error(_)) => file
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LONG_AGO)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_written_is_not_swept_and_what_was_left_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut writing = Unfinished::new(folder.path(), ".unfinished-").unwrap();
        std::fs::write(folder.path().join(".unfinished-left"), "half").unwrap();
        std::fs::write(folder.path().join("mine"), "mine").unwrap();
        sweep(folder.path(), ".unfinished-").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        writing.write_all(b"whole").unwrap();
        writing.persist(&folder.path().join("done")).unwrap();
        assert_eq!(std::fs::read(folder.path().join("done")).unwrap(), b"whole");
    }
}
