//! The place of an output: every part of its path is checked, so that it leads nowhere else.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::failpoint;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::file_error::{Access, FileResult};

/// The checked place of an output.
pub(super) struct Place {
    /// The project's folder.
    root: PathBuf,
    /// The folders below the root, then the file.
    parts: Vec<String>,
    /// How many of these are the output folder.
    out: usize,
    /// All of it.
    pub path: PathBuf,
}

impl Place {
    /// Checks that `path` is plain and below `out`, and that no link or file is where a folder is needed.
    pub(super) fn of(root: &Path, out: &str, path: &str) -> Result<Self, Diagnostic> {
        let out: Vec<_> = out.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let parts: Vec<_> = path.split('/').map(str::to_owned).collect();
        if let Some(part) = parts.iter().find(|part| !is_plain(part)) {
            let message = format!("`{path}` is not a path below the output folder: `{part}` is not a name");
            return Err(refused(path, message));
        }
        if parts.len() <= out.len() || !out.iter().zip(&parts).all(|(out, part)| out == part) {
            return Err(refused(path, format!("`{path}` does not lie in the output folder `{}`", out.join("/"))));
        }
        let whole = parts.iter().fold(root.to_owned(), |path, part| path.join(part));
        let place = Self { root: root.to_owned(), out: out.len(), parts, path: whole };
        place.check()?;
        Ok(place)
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.root)
    }

    /// The folders between the root and the file, outermost first.
    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let mut folder = self.root.clone();
        self.parts[..self.parts.len() - 1].iter().map(move |part| {
            folder.push(part);
            folder.clone()
        })
    }

    /// The folders inside the output folder, innermost first.
    pub(super) fn inner_folders(&self) -> Vec<PathBuf> {
        let mut folders: Vec<_> = self.folders().skip(self.out).collect();
        folders.reverse();
        folders
    }

    /// Checks every part as it is now: folders, and a file or nothing at the end.
    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        for folder in self.folders() {
            match self.look(&folder)? {
                None => return Ok(()),
                Some(what) if what.is_symlink() => return Err(self.wrong(&folder, "is a symbolic link")),
                Some(what) if !what.is_dir() => return Err(self.wrong(&folder, "is no folder")),
                Some(_) => {}
            }
        }
        match self.look(&self.path)? {
            Some(what) if what.is_symlink() => Err(self.wrong(&self.path, "is a symbolic link")),
            Some(what) if what.is_dir() => Err(self.wrong(&self.path, "is a folder")),
            Some(what) if !what.is_file() => Err(self.wrong(&self.path, "is no plain file")),
            _ => Ok(()),
        }
    }

    /// Creates the missing folders, one by one.
    pub(super) fn make_folders(&self) -> Result<(), Diagnostic> {
        for folder in self.folders() {
            let made = match fs::symlink_metadata(&folder) {
                Ok(_) => Ok(()),
                Err(_) => failpoint::at("publish.mkdir").and_then(|()| fs::create_dir(&folder)),
            };
            match made {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made.accessing(Access::CreateFolder, super::shown(&folder, &self.root))?,
            }
        }
        self.check()
    }

    fn look(&self, path: &Path) -> Result<Option<Metadata>, Diagnostic> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            found => Ok(Some(found.reading(super::shown(path, &self.root))?)),
        }
    }

    /// Something else is where a plain folder or file belongs.
    fn wrong(&self, path: &Path, what: &str) -> Diagnostic {
        let path = super::shown(path, &self.root);
        let hint =
            "move it away: only plain folders and files are written, so that nothing outside of the output changes";
        refused(&path, format!("`{path}` {what}")).hint(hint)
    }
}

/// A name that means one file or folder on every system.
fn is_plain(part: &str) -> bool {
    !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0'])
}

fn refused(path: &str, message: String) -> Diagnostic {
    Diagnostic::error("output-write", message).about(Subject::File(path.to_owned()))
}
