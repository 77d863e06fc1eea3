//! What this machine stores: captures, cached sprites, keys, the index, the journal, and the project's lock.
//!
//! Every file is written to a temporary one and renamed, or appended to by one line, which a reader skips if it is
//! torn. Every file has a checksum: a flipped bit in it costs time, and nothing else. The list of owned files needs none,
//! since it consists of digests: a damaged one owns nothing.

mod binary;
mod blobs;
mod durations;
mod index;
mod journal;
mod keys;
mod lines;
mod noop_record;
mod owned_files;
mod project_lock;
mod records;
mod sprites;

use std::io;
use std::path::{Path, PathBuf};

use crate::draft::UNFINISHED;

pub use crate::draft::{write_through_links, write_unflushed, write_whole};
pub use crate::words::image_file::encode;
pub use blobs::{Blobs, decode};
pub use durations::DurationStats;
pub use index::{Index, Stamp};
pub use journal::{Journal, Note};
pub use keys::Keys;
pub use noop_record::NoopRecord;
pub use owned_files::OwnedFiles;
pub use project_lock::{AcquireError, ProjectLock};
pub use records::{Judged, Record, Records};
pub use sprites::SpriteCache;

/// The folder of everything that is not committed.
pub const FOLDER: &str = ".dgx-pixels";

/// Where a project stores things.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The project.
    pub root: PathBuf,
    /// `.dgx-pixels` of the project.
    pub work: PathBuf,
    /// Blobs, records and cached sprites; a folder of its own if `pixels.local.toml` says so.
    pub store: PathBuf,
}

impl Folders {
    /// The folders of a project; `store` overrides where captures lie.
    pub fn new(root: &Path, store: Option<&Path>) -> Self {
        let work = root.join(FOLDER);
        let store = store.map_or_else(|| work.join("store"), |store| root.join(store));
        Self { root: root.to_owned(), work, store }
    }

    /// The lock file of a profile; the default's is committed.
    pub fn lock(&self, profile: Option<&str>) -> PathBuf {
        match profile {
            None => self.root.join("pixels.lock"),
            Some(profile) => self.work.join("profiles").join(format!("{profile}.lock")),
        }
    }
}

/// Removes the unfinished files of killed processes from a folder. No other process may be writing there.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Unfinished files that are too old to belong to a running process, with their lengths: a store may serve several
/// projects at once.
pub fn abandoned(store: &Path) -> Vec<(PathBuf, u64)> {
    const LONG_AGO: std::time::Duration = std::time::Duration::from_secs(3600);
    let files = walkdir::WalkDir::new(store).into_iter().filter_map(Result::ok);
    let unfinished = files.filter(|file| file.file_name().to_string_lossy().starts_with(UNFINISHED));
    unfinished
        .filter_map(|file| {
            let found = file.metadata().ok()?;
            (found.modified().ok()?.elapsed().ok()? > LONG_AGO).then(|| (file.into_path(), found.len()))
        })
        .collect()
}

/// Reads a file; `None` if it is absent.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
