//! Digests and paths of every file that this checkout wrote: it may replace and remove these, and no others.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::{lines, read_if_there};
use crate::words::digest::Short;

/// The append-only list of owned files.
#[derive(Debug)]
pub struct OwnedFiles {
    path: PathBuf,
    /// Digests of contents.
    pub digests: HashSet<Short>,
    /// Paths relative to the project.
    pub paths: BTreeSet<String>,
    lines: HashSet<(Short, String)>,
}

impl OwnedFiles {
    /// Reads the list of a profile; torn lines are skipped.
    pub fn load(work: &Path, profile: Option<&str>) -> io::Result<Self> {
        Self::read(work.join(profile.map_or_else(|| "written".to_owned(), |profile| format!("written.{profile}"))))
    }

    fn read(path: PathBuf) -> io::Result<Self> {
        let text = String::from_utf8_lossy(&read_if_there(&path)?.unwrap_or_default()).into_owned();
        let mut owned = Self { path, digests: HashSet::new(), paths: BTreeSet::new(), lines: HashSet::new() };
        for line in text.lines() {
            if let Some((Ok(digest), file)) = line.split_once(' ').map(|(digest, file)| (digest.parse::<Short>(), file))
            {
                owned.insert(digest, file);
            }
        }
        Ok(owned)
    }

    /// The digests in the lists of all profiles.
    pub fn all_digests(work: &Path) -> HashSet<Short> {
        Self::paths(work).into_iter().filter_map(|path| Self::read(path).ok()).flat_map(|list| list.digests).collect()
    }

    /// The lists of all profiles.
    pub fn paths(work: &Path) -> Vec<PathBuf> {
        let files = std::fs::read_dir(work).into_iter().flatten().flatten();
        let is_list =
            |name: &str| name.strip_prefix("written").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        files.filter(|file| file.file_name().to_str().is_some_and(is_list)).map(|file| file.path()).collect()
    }

    /// Adds files before they are written.
    pub fn add(&mut self, files: &[(Short, String)]) -> io::Result<()> {
        let mut text = String::new();
        for (digest, file) in files {
            if !self.lines.contains(&(*digest, file.clone())) {
                text.push_str(&format!("{digest} {file}\n"));
                self.insert(*digest, file);
            }
        }
        if text.is_empty() { Ok(()) } else { lines::append(&self.path, text.as_bytes(), "written") }
    }

    fn insert(&mut self, digest: Short, file: &str) {
        self.digests.insert(digest);
        self.paths.insert(file.to_owned());
        self.lines.insert((digest, file.to_owned()));
    }
}
