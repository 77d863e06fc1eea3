//! One writer at a time in a project: an advisory lock on a file that names its holder.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use crate::plain_file;

/// The project's lock; dropping it releases the lock.
#[derive(Debug)]
pub struct ProjectLock {
    _file: File,
}

/// Why a project's lock was not acquired.
#[derive(Debug, thiserror::Error)]
pub enum AcquireError {
    /// The caller cancelled the wait.
    #[error("cancelled")]
    Cancelled,
    /// The lock file cannot be opened or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// No holder's name is longer.
const LONGEST_HOLDER: u64 = 1024;

/// No system tells when an advisory lock becomes free without blocking until then, which nothing could cancel.
const POLL: Duration = Duration::from_millis(20);

impl ProjectLock {
    /// Acquires the lock in the folder `work`. While another process has it, `waiting` is called once with the holder,
    /// and `cancelled` ends the wait.
    pub fn acquire(
        work: &Path,
        command: &str,
        waiting: impl FnOnce(&str),
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, AcquireError> {
        std::fs::create_dir_all(work)?;
        let mut file = plain_file::open_to_change(&work.join("lock"))?;
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if cancelled() => return Err(AcquireError::Cancelled),
                Err(TryLockError::WouldBlock) => {
                    if let Some(waiting) = waiting.take() {
                        // Any bytes may be there after a crash of the machine.
                        let mut bytes = Vec::new();
                        (&file).take(LONGEST_HOLDER).read_to_end(&mut bytes)?;
                        let holder = String::from_utf8_lossy(&bytes);
                        waiting(holder.trim());
                    }
                    std::thread::sleep(POLL);
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "`dgx-pixels {command}` (process {})", std::process::id())?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::mpsc::channel;

    use super::*;

    fn first(folder: &Path) -> ProjectLock {
        ProjectLock::acquire(folder, "build", |_| panic!("the lock is free"), &|| false).unwrap()
    }

    #[test]
    fn a_wait_names_the_holder_and_can_be_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let held = first(folder.path());
        let (holder, polls) = (Cell::new(String::new()), Cell::new(0));
        let cancelled = || {
            polls.set(polls.get() + 1);
            polls.get() > 2
        };
        let acquired = ProjectLock::acquire(folder.path(), "check", |text| holder.set(text.to_owned()), &cancelled);
        assert!(matches!(acquired, Err(AcquireError::Cancelled)));
        assert_eq!(holder.take(), format!("`dgx-pixels build` (process {})", std::process::id()));
        drop(held);
        first(folder.path());
    }

    #[test]
    fn a_wait_ends_when_the_lock_is_released() {
        let folder = tempfile::tempdir().unwrap();
        let held = first(folder.path());
        let (sender, waits) = channel();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let waiting = move |_: &str| sender.send(()).unwrap_or_default();
                ProjectLock::acquire(folder.path(), "check", waiting, &|| false).is_ok()
            });
            waits.recv().unwrap();
            drop(held);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn cancelling_does_not_matter_while_the_lock_is_free() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ProjectLock::acquire(folder.path(), "check", |_| {}, &|| true).is_ok());
    }
}
