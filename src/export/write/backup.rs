//! Backups of external files, each under a name of its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::failpoint;
use crate::plain_file::{self, Links};

use super::place::Place;

/// Backups of one path; one more is an error, and the file stays.
const MAX_BACKUPS: u32 = 10_000;

/// Copies the file to `backups/<path>`, or to `backups/<path>.1` and so on where that is taken.
pub(super) fn copy(place: &Place, backups: &Path, path: &str) -> io::Result<PathBuf> {
    failpoint::at("publish.keep")?;
    let mut source = plain_file::open(&place.path, Links::Refuse)?;
    let first = path.split('/').fold(backups.to_owned(), |folder, part| folder.join(part));
    if let Some(folder) = first.parent() {
        plain_file::make_folders(backups, folder)?;
    }
    let (to, mut copy) = new_file(&first)?;
    let copied = io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all());
    if let Err(error) = copied {
        let _ = fs::remove_file(&to);
        return Err(error);
    }
    Ok(to)
}

fn new_file(first: &Path) -> io::Result<(PathBuf, File)> {
    for n in 0..MAX_BACKUPS {
        let mut name = first.as_os_str().to_owned();
        if n > 0 {
            name.push(format!(".{n}"));
        }
        match plain_file::create_new(Path::new(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return Ok((name.into(), other?)),
        }
    }
    Err(io::Error::other(format!("there are {MAX_BACKUPS} backups of it already")))
}
