//! One build at a time in a project: an advisory lock that says who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// The project is held until this is dropped.
#[derive(Debug)]
pub struct Hold {
    _file: File,
}

/// Takes the project; while another process has it, `waiting` is told once whom it is.
pub fn hold(work: &Path, command: &str, waiting: impl FnOnce(&str)) -> io::Result<Hold> {
    std::fs::create_dir_all(work)?;
    let mut file = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(work.join("lock"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            waiting(holder.trim());
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "`dgx-pixels {command}` (process {})", std::process::id())?;
    Ok(Hold { _file: file })
}
