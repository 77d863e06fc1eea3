//! The parsed manifest of an open project, read again when a file that it rests on changed.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::manifest::{self, LoadOptions, Loaded, Problems};
use crate::store::Stamp;

/// The manifest that was loaded last.
#[derive(Default)]
pub struct Loader(Mutex<Option<Entry>>);

struct Entry {
    options: LoadOptions,
    stamps: Vec<(PathBuf, Stamp)>,
    loaded: Loaded,
}

impl Loader {
    /// Loads the manifest, or takes the last one if nothing that it was read from has changed since.
    pub fn load(&self, root: &Path, options: &LoadOptions) -> Result<Loaded, Problems> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = last.as_ref().filter(|entry| entry.options == *options && entry.is_current()) {
            return Ok(entry.loaded.clone());
        }
        *last = None;
        let began = SystemTime::now();
        let loaded = manifest::load(root, options)?;
        let paths = loaded.files.iter().chain(&loaded.folders).map(|path| root.join(path));
        let stamps: Vec<(PathBuf, Stamp)> = paths.map(|path| (path.clone(), Stamp::of(&path))).collect();
        // A file that changed while it was read, or just before, may change again under the same stamp.
        if !stamps.iter().any(|(_, stamp)| stamp.is_younger_than(began)) {
            *last = Some(Entry { options: options.clone(), stamps, loaded: loaded.clone() });
        }
        Ok(loaded)
    }
}

impl Entry {
    fn is_current(&self) -> bool {
        self.stamps.iter().all(|(path, stamp)| Stamp::of(path) == *stamp)
    }
}
