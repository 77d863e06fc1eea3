//! What this machine stores: captures, cached sprites, keys, the index, the journal, and the project's lock.
//!
//! Every file is written to a temporary one and renamed, or appended to by one line, which a reader skips if it is
//! torn. Every file has a checksum: a flipped bit in it costs time, and nothing else. The list of owned files needs none,
//! since it consists of digests: a damaged one owns nothing.

mod binary;
mod blobs;
mod durations;
mod index;
mod job_files;
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

use crate::draft::behind_links_in;
use crate::plain_file::{self, LONGEST_OWN};
use crate::words::file_error::{Access, FileError, FileResult};

pub use crate::draft::{UNFINISHED, write_in_project, write_unflushed, write_whole};
pub use crate::words::image_file::encode;
pub use blobs::{Blobs, decode};
pub use durations::DurationStats;
pub use index::{Index, Stamp};
pub use job_files::{Claim, JobFiles};
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

    /// Refuses links among the folders that a build writes into: a checkout comes from others, and a link in it would lead
    /// what is written elsewhere. A store elsewhere is a setting of this machine.
    pub fn refuse_links(&self, raws: Option<&str>) -> io::Result<()> {
        let own = ["store/blobs", "store/sprites", "stage", "kept", "profiles", "once", "candidates", "compare"]
            .map(|name| self.work.join(name));
        let raws = raws.map(|raws| self.root.join(raws));
        own.iter().chain(&raws).try_for_each(|folder| plain_file::refuse_links(&self.root, folder))?;
        let inside = self.store.starts_with(&self.root);
        if inside { plain_file::refuse_links(&self.root, &self.store) } else { Ok(()) }
    }

    /// Creates `.dgx-pixels`, no link, which git ignores by itself.
    pub fn make_work(root: &Path) -> io::Result<PathBuf> {
        let work = root.join(FOLDER);
        plain_file::make_folders(root, &work)?;
        let ignore = work.join(".gitignore");
        if ignore.symlink_metadata().is_err() {
            // Without it git only lists what is there.
            let _ = write_unflushed(&ignore, b"*\n", "ignore");
        }
        Ok(work)
    }

    /// The store as messages name it: relative to the project where it is inside of it.
    pub fn shown_store(&self) -> String {
        self.store.strip_prefix(&self.root).unwrap_or(&self.store).to_string_lossy().into_owned()
    }

    /// The lock file of a profile; the default's is committed.
    pub fn lock(&self, profile: Option<&str>) -> PathBuf {
        match profile {
            None => self.root.join("pixels.lock"),
            Some(profile) => self.work.join("profiles").join(format!("{profile}.lock")),
        }
    }
}

/// Removes the unfinished files of killed processes from a folder.
pub fn sweep(folder: &Path) -> Result<(), FileError> {
    plain_file::sweep(folder, UNFINISHED).accessing(Access::Remove, folder)
}

/// Unfinished files that no running process writes, with their lengths: a store may serve several projects at once.
pub fn abandoned(store: &Path) -> Vec<(PathBuf, u64)> {
    let files = walkdir::WalkDir::new(store).into_iter().filter_map(Result::ok);
    let unfinished = files.filter(|file| file.file_name().to_string_lossy().starts_with(UNFINISHED));
    unfinished
        .filter_map(|file| {
            let length = file.metadata().ok().filter(|found| found.is_file())?.len();
            plain_file::is_abandoned(file.path()).then(|| (file.into_path(), length))
        })
        .collect()
}

/// Reads a file of the project that only this tool writes, or one of its own; `None` if it is absent.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    plain_file::read_own(path, LONGEST_OWN)
}

/// Appends whole lines to a file of the project; a torn line before them is ended first.
pub fn append_lines(path: &Path, text: &str, point: &str) -> io::Result<()> {
    lines::append(path, text.as_bytes(), point)
}

/// As [`read_if_there`], for a file that may be a link inside its folder, as a lock may.
pub fn read_behind_links(path: &Path) -> io::Result<Option<Vec<u8>>> {
    read_if_there(&behind_links_in(path.parent().unwrap_or(Path::new(".")), path)?)
}
