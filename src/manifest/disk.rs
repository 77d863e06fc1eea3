//! The files of a project on disk; only this file and `load` do I/O.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use super::files::{Depth, Files, Missing};
use crate::plain_file::{self, Links, Refused};

/// The most files of a folder that are listed.
const LISTED: usize = 200_000;

/// A project's folder, and the files and folders that were read.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// The root without symbolic links.
    real_root: PathBuf,
    /// Whether a folder lies inside the project, by its path.
    inside: BTreeMap<PathBuf, bool>,
    lists: BTreeMap<(String, Depth), Rc<[String]>>,
    /// Texts in place of those on disk.
    edited: BTreeMap<String, String>,
    /// Every file that was read.
    pub(super) files: BTreeSet<PathBuf>,
    /// Every folder that was listed.
    pub(super) folders: BTreeSet<PathBuf>,
}

impl Disk {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            real_root: root.canonicalize().unwrap_or_else(|_| root.to_owned()),
            inside: BTreeMap::new(),
            lists: BTreeMap::new(),
            edited: BTreeMap::new(),
            files: BTreeSet::new(),
            folders: BTreeSet::new(),
        }
    }

    /// The same folder after an edit of some of its texts.
    pub(super) fn with(self, edited: &BTreeMap<String, String>) -> Self {
        Self { edited: edited.clone(), ..self }
    }

    /// The metadata of a regular file that lies inside the project once every symbolic link is followed.
    fn file(&mut self, path: &str) -> Result<fs::Metadata, Missing> {
        let full = self.root.join(path);
        let link = fs::symlink_metadata(&full).map_err(missing)?;
        let inside = if link.is_symlink() {
            full.canonicalize().map_err(missing)?.starts_with(&self.real_root)
        } else {
            self.is_inside(full.parent().unwrap_or(&full))?
        };
        if !inside {
            return Err(Missing::Outside);
        }
        let metadata = fs::metadata(&full).map_err(missing)?;
        if metadata.is_file() { Ok(metadata) } else { Err(Missing::NoFile) }
    }

    /// The path as the disk spells it. A letter with a mark is one character or two: macOS writes names one way, a
    /// manifest the other.
    fn spelled<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if path.is_ascii() || fs::symlink_metadata(self.root.join(path)).is_ok() {
            return Cow::Borrowed(path);
        }
        let mut spelled = String::new();
        for part in path.split('/') {
            let folder = self.root.join(&spelled);
            let there = part.is_ascii() || fs::symlink_metadata(folder.join(part)).is_ok();
            let same = |name: &String| name.nfc().eq(part.nfc());
            let entries = || fs::read_dir(&folder).into_iter().flatten().flatten().take(LISTED);
            let names = || entries().filter_map(|entry| entry.file_name().into_string().ok());
            let name = if there { None } else { names().find(same) };
            let slash = if spelled.is_empty() { "" } else { "/" };
            spelled = format!("{spelled}{slash}{}", name.as_deref().unwrap_or(part));
        }
        Cow::Owned(spelled)
    }

    fn is_inside(&mut self, folder: &Path) -> Result<bool, Missing> {
        if let Some(inside) = self.inside.get(folder) {
            return Ok(*inside);
        }
        let inside = folder.canonicalize().map_err(missing)?.starts_with(&self.real_root);
        self.inside.insert(folder.to_owned(), inside);
        Ok(inside)
    }

    fn walk(&mut self, folder: &str, depth: Depth) -> Vec<String> {
        let levels = if depth == Depth::Deep { 32 } else { 1 };
        let walk = WalkDir::new(self.root.join(folder)).min_depth(1).max_depth(levels).follow_links(false);
        let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
        let walk = walk.into_iter().filter_entry(|entry| depth == Depth::Flat || !hidden(entry.file_name()));
        let mut files = Vec::new();
        for entry in walk.flatten().take(LISTED) {
            let Some(path) = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str) else { continue };
            let path = path.replace(std::path::MAIN_SEPARATOR, "/");
            if entry.file_type().is_dir() {
                if depth == Depth::Deep {
                    self.folders.insert(path.into());
                }
            } else {
                files.push(path);
            }
        }
        files.sort();
        files
    }
}

impl Files for Disk {
    fn read(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, Missing> {
        let path = &*self.spelled(path);
        self.files.insert(path.into());
        if let Some(text) = self.edited.get(path) {
            return Ok(text.clone().into_bytes());
        }
        let metadata = self.file(path)?;
        if metadata.len() > limit {
            return Err(Missing::TooLarge(metadata.len()));
        }
        plain_file::read(&self.root.join(path), limit).map_err(missing)
    }

    fn look(&mut self, path: &str) -> Result<String, Missing> {
        let path = self.spelled(path).into_owned();
        self.files.insert(path.as_str().into());
        self.file(&path).map(|_| path)
    }

    fn head(&mut self, path: &str, length: usize) -> Vec<u8> {
        let path = &*self.spelled(path);
        self.files.insert(path.into());
        let mut head = Vec::new();
        if self.file(path).is_ok()
            && let Ok(file) = plain_file::open(&self.root.join(path), Links::Follow)
        {
            // What cannot be read is reported where all of it is.
            let _ = file.take(length as u64).read_to_end(&mut head);
        }
        head
    }

    fn list(&mut self, folder: &str, depth: Depth) -> Result<Rc<[String]>, Missing> {
        let folder = &*self.spelled(folder);
        let key = (folder.to_owned(), depth);
        if let Some(list) = self.lists.get(&key) {
            return Ok(list.clone());
        }
        self.folders.insert(folder.into());
        match self.is_inside(&self.root.join(folder)) {
            Ok(true) | Err(Missing::Absent) => {}
            Ok(false) => return Err(Missing::Outside),
            Err(missing) => return Err(missing),
        }
        let list: Rc<[String]> = self.walk(folder, depth).into();
        self.lists.insert(key, list.clone());
        Ok(list)
    }
}

fn missing(error: io::Error) -> Missing {
    match Refused::of(&error) {
        Some(Refused::LfsPointer) => return Missing::LfsPointer,
        Some(Refused::TooLong(limit)) => return Missing::TooLarge(limit + 1),
        Some(_) => return Missing::NoFile,
        None => {}
    }
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Missing::Absent,
        _ => Missing::Failed(error.to_string()),
    }
}
