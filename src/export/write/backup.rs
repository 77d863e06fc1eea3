//! Copies of somebody else's files, each under a name of its own.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::failpoint;

use super::place::Place;

/// So many copies of one path are kept; the next is an error, and the file stays.
const MOST: u32 = 10_000;

/// Copies the file to `kept/<path>`, or to `kept/<path>.1` and so on where there is a copy already.
pub(super) fn copy(place: &Place, kept: &Path, path: &str) -> io::Result<PathBuf> {
    failpoint::at("publish.keep")?;
    let mut source = File::open(&place.path)?;
    let first = path.split('/').fold(kept.to_owned(), |folder, part| folder.join(part));
    if let Some(folder) = first.parent() {
        fs::create_dir_all(folder)?;
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
    for n in 0..MOST {
        let mut name = first.as_os_str().to_owned();
        if n > 0 {
            name.push(format!(".{n}"));
        }
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return Ok((name.into(), other?)),
        }
    }
    Err(io::Error::other(format!("there are {MOST} copies of it already")))
}
