//! What is on this machine: captures, cached sprites, the index, the journal, and the lock file. Known to the conductor
//! alone.
//!
//! Everything is written to a temporary file and renamed, or appended as one line that a reader skips when it is torn.

mod blobs;
mod hold;
mod index;
mod journal;
mod pace;
mod records;
mod sprites;
mod written;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failpoint;

pub use crate::words::image_file::encode;
pub use blobs::{Blobs, decode};
pub use hold::{Hold, hold};
pub use index::{Index, Seal, Stamp};
pub use journal::{Journal, Note};
pub use pace::Paces;
pub use records::{Judged, Record, Records};
pub use sprites::SpriteCache;
pub use written::Written;

/// The folder of everything that is not committed.
pub const FOLDER: &str = ".dgx-pixels";

/// Where the parts of a store lie.
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

/// What a file holds, and that it is there, is on the disk when this returns.
pub fn sync(path: &Path) -> io::Result<()> {
    // Not every system flushes what is open for reading.
    std::fs::File::options().append(true).open(path)?.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// How files begin that are not whole yet.
const UNFINISHED: &str = ".dgx-pixels-unfinished-";

/// Removes what a killed process left unfinished in a folder. Call it while no other process writes there.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Unfinished files of a store that nobody can be writing any more, with their lengths: a store may serve several
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

/// Temporary files are private by default; ours become files of the project.
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

/// Reads a file; `None` if it is not there.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
