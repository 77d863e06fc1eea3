//! What this machine stores: captures, cached sprites, keys, the index, the journal, and the project's lock.
//!
//! Every file is written to a temporary one and renamed, or appended to by one line, which a reader skips if it is
//! torn.

mod binary;
mod blobs;
mod durations;
mod index;
mod journal;
mod keys;
mod noop_record;
mod owned_files;
mod project_lock;
mod records;
mod sprites;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failpoint;
use crate::words::file_error::{Access, FileError, FileResult};

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

/// Writes a file whole or not at all; `point` names the failpoint.
pub fn write_whole(path: &Path, bytes: &[u8], point: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    failpoint::at(point)?;
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).permissions_of_a_file().tempfile_in(folder)?;
    file.write_all(bytes)?;
    failpoint::at(&format!("{point}.rename"))?;
    file.persist(path)?;
    Ok(())
}

/// Flushes a file and its name to the disk.
pub fn sync(path: &Path) -> io::Result<()> {
    // Not every system flushes what is open for reading.
    std::fs::File::options().append(true).open(path)?.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The prefix of files that are still being written.
const UNFINISHED: &str = ".dgx-pixels-unfinished-";

/// Removes the unfinished files of killed processes from a folder. No other process may be writing there.
pub fn sweep(folder: &Path) -> Result<(), FileError> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_file(entry.path()).accessing(Access::Remove, entry.path())?;
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

/// Temporary files are private by default; these become files of the project.
trait ProjectFile {
    fn permissions_of_a_file(&mut self) -> &mut Self;
}

impl ProjectFile for tempfile::Builder<'_, '_> {
    fn permissions_of_a_file(&mut self) -> &mut Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            self.permissions(std::fs::Permissions::from_mode(0o644));
        }
        self
    }
}

/// Reads a file; `None` if it is absent.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
