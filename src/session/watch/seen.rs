//! The content of the files that a build rests on, as it was looked at last.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::plain_file;
use crate::store::Stamp;
use crate::words::digest::Digest;

/// No input is longer, in bytes.
const LONGEST: u64 = 512 << 20;

/// Files and folders with their content.
#[derive(Debug, Default)]
pub(super) struct Seen {
    files: BTreeMap<PathBuf, Content>,
    folders: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    grew: bool,
}

/// What a file was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    /// Nothing while the file may still change under the same stamp.
    stamp: Option<Stamp>,
    /// Nothing for a file that is absent or cannot be read.
    digest: Option<Digest>,
}

impl Content {
    fn of(path: &Path) -> Self {
        let stamp = Stamp::of(path);
        let digest = plain_file::read(path, LONGEST).ok().map(|bytes| Digest::of(&bytes));
        Self { stamp: (!stamp.is_young()).then_some(stamp), digest }
    }
}

/// What [`Seen::changes`] found; paths relative to the project.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Files with another content, and folders with other files.
    pub(super) changed: Vec<String>,
    /// Files that were written with the content that they had.
    pub(super) resaved: Vec<String>,
}

impl Seen {
    /// Compares everything with what it was, which is then what it is now.
    pub(super) fn changes(&mut self, root: &Path) -> Change {
        let mut found = Change::default();
        for (path, content) in &mut self.files {
            let full = root.join(path);
            if content.stamp == Some(Stamp::of(&full)) {
                continue;
            }
            let now = Content::of(&full);
            if now.digest != content.digest {
                found.changed.push(shown(path));
            } else if content.stamp.is_some() && now.digest.is_some() {
                found.resaved.push(shown(path));
            }
            *content = now;
        }
        for (path, names) in &mut self.folders {
            let now = list(&root.join(path));
            if now != *names {
                found.changed.push(shown(path));
                *names = now;
            }
        }
        found
    }

    /// Whether everything still is what it was when it was looked at last.
    pub(super) fn is_current(&self, root: &Path) -> bool {
        let is_same = |path: &Path, seen: &Content| {
            seen.stamp == Some(Stamp::of(path)) || Content::of(path).digest == seen.digest
        };
        self.files.iter().all(|(path, seen)| is_same(&root.join(path), seen))
    }

    /// Adds files as they are now.
    pub(super) fn add_files<P: AsRef<Path>>(&mut self, root: &Path, files: impl IntoIterator<Item = P>) {
        for path in files {
            let path = relative(root, path.as_ref());
            if !self.files.contains_key(&path) && !self.folders.contains_key(&path) {
                self.files.insert(path.clone(), Content::of(&root.join(path)));
                self.grew = true;
            }
        }
    }

    /// Adds folders as they are now.
    pub(super) fn add_folders<P: AsRef<Path>>(&mut self, root: &Path, folders: impl IntoIterator<Item = P>) {
        for path in folders {
            let path = relative(root, path.as_ref());
            self.files.remove(&path);
            if !self.folders.contains_key(&path) {
                self.folders.insert(path.clone(), list(&root.join(path)));
                self.grew = true;
            }
        }
    }

    /// Whether anything was added since this was asked last.
    pub(super) fn grew(&mut self) -> bool {
        std::mem::take(&mut self.grew)
    }

    /// How many files there are.
    pub(super) fn count(&self) -> usize {
        self.files.values().filter(|content| content.digest.is_some()).count()
    }

    /// The folders to watch: those of all files and all above them, since editors replace files and people folders. A
    /// link is watched at both of its ends.
    pub(super) fn watched(&self, root: &Path) -> BTreeSet<PathBuf> {
        let mut watched = BTreeSet::from([root.to_owned()]);
        let mut add = |folder: &Path| {
            let below = folder.ancestors().take_while(|above| !above.as_os_str().is_empty());
            watched.extend(below.map(|above| root.join(above)));
        };
        self.folders.keys().for_each(|folder| add(folder));
        self.files.keys().filter_map(|file| file.parent()).for_each(&mut add);
        let links = self.files.keys().map(|file| root.join(file)).filter(|file| file.is_symlink());
        let ends = links.filter_map(|link| Some(link.canonicalize().ok()?.parent()?.to_owned()));
        watched.extend(ends.collect::<Vec<_>>());
        watched
    }

    /// Whether a path is that of a file or may be that of one of a folder.
    pub(super) fn concerns(&self, root: &Path, path: &Path) -> bool {
        let path = relative(root, path);
        self.files.contains_key(&path) || path.parent().is_some_and(|folder| self.folders.contains_key(folder))
    }
}

fn list(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().into()).collect()
}

fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
