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
        let path = work.join(profile.map_or_else(|| "written".to_owned(), |profile| format!("written.{profile}")));
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
        let files = std::fs::read_dir(work).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        let profiles = names.filter_map(|name| match name.strip_prefix("written") {
            Some("") => Some(None),
            Some(profile) => profile.strip_prefix('.').map(|profile| Some(profile.to_owned())),
            None => None,
        });
        profiles.filter_map(|profile| Self::load(work, profile.as_deref()).ok()).flat_map(|list| list.digests).collect()
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
