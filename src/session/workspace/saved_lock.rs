//! Writing a lock, with a copy, and reading one that a power cut may have left empty or cut off.

use std::io;
use std::path::{Path, PathBuf};

use crate::session::Error;
use crate::store::{Folders, read_behind_links, read_if_there, write_in_project, write_unflushed};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::file_error::FileResult;
use crate::words::lock::{Lock, LockError};
use crate::words::text::with_line_ends_of;

/// Writes the text of a lock, and a copy of it that serves if the lock is lost. The lock may be a link inside the project.
pub(in crate::session) fn save_lock(folders: &Folders, path: &Path, text: &str) -> io::Result<()> {
    let before = read_behind_links(path).ok().flatten().unwrap_or_default();
    let text = with_line_ends_of(&before, text);
    // The copy is a help; without room for it the lock is written.
    let _ = write_unflushed(&copy_of(folders, path), sealed(&text).as_bytes(), "lock.copy");
    write_in_project(&folders.root, path, text.as_bytes(), "lock")
}

/// Reads one lock file; `None` if there is none.
pub fn read_lock(path: &Path) -> Result<Option<Lock>, Error> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = read_behind_links(path).reading(&name)?;
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| LockError::Damaged("it is not UTF-8 text".to_owned()));
    text.and_then(|text| Lock::parse(&text)).map(Some).map_err(|error| {
        let message = format!("`{name}` cannot be read: {error}");
        Error::Usage(Diagnostic::error(error.code(), message).hint(error.hint()).about(Subject::File(name)))
    })
}

/// A lock that was read, or rebuilt.
#[derive(Debug, Default)]
pub(super) struct ReadLock {
    pub(super) lock: Lock,
    /// What to say if it was rebuilt.
    pub(super) rebuilt: Option<Diagnostic>,
}

/// Reads a lock. One that is empty or cut off, as a power cut can leave it, is the copy of what was written last, or
/// nothing: then a build finds its captures again in the store. `None` if there is no file.
pub(super) fn read_or_rebuild(folders: &Folders, path: &Path) -> Result<Option<ReadLock>, Error> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = read_lock(path).map(|lock| lock.map(|lock| ReadLock { lock, rebuilt: None }));
    let (Err(_), Ok(Some(bytes))) = (&read, read_behind_links(path)) else { return read };
    // Some file systems end a file that was cut off with zeros.
    let text = bytes.iter().rposition(|byte| *byte != 0).map_or(&[][..], |last| &bytes[..=last]);
    let copy = read_if_there(&copy_of(folders, path)).ok().flatten().and_then(|copy| unsealed(&copy));
    let copy = copy.filter(|copy| copy.as_bytes().starts_with(text));
    if !text.is_empty() && copy.is_none() {
        return read;
    }
    let what = if text.is_empty() { "is empty" } else { "is cut off" };
    let rebuilt = |from: &str, hint: &str| {
        let message = format!("`{name}` {what}, as a power cut can leave it: it is rebuilt from {from}");
        Some(Diagnostic::warning("lock-rebuilt", message).hint(hint).about(Subject::File(name.clone())))
    };
    Ok(Some(match copy.and_then(|copy| Lock::parse(&copy).ok()) {
        Some(lock) => {
            let rebuilt = rebuilt(
                "the copy of what this checkout wrote last",
                "compare it with version control after the next build",
            );
            ReadLock { lock, rebuilt }
        }
        None => {
            let hint = "take it back from version control, or build and pick again what a user picked";
            ReadLock {
                lock: Lock::default(),
                rebuilt: rebuilt("the captures in the store, without the users' picks", hint),
            }
        }
    }))
}

fn copy_of(folders: &Folders, path: &Path) -> PathBuf {
    folders.work.join("copies").join(path.file_name().unwrap_or_default())
}

const CHECKSUM: &str = "# checksum ";

/// The copy says whether it is whole itself.
fn sealed(text: &str) -> String {
    format!("{text}{CHECKSUM}{:08x}\n", crc32fast::hash(text.as_bytes()))
}

fn unsealed(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (text, sum) = text.trim_end().rsplit_once(CHECKSUM)?;
    (u32::from_str_radix(sum, 16).ok()? == crc32fast::hash(text.as_bytes())).then(|| text.to_owned())
}
