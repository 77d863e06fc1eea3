//! Writing files: the one place where the order of write, flush and rename is decided.
//!
//! A file is written beside the one that it replaces and renamed, so that a kill leaves the old file or the new one. A
//! power cut leaves one of them too if the content is flushed before the rename (else some file systems keep the new name
//! with nothing in it) and the folder after it (else the name may be lost). [`Draft::replace`] and [`Draft::create`] do
//! that. [`Draft::replace_unflushed`] is for what can be made again on this machine, where a flush would cost time and save
//! nothing.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failpoint;
use crate::plain_file::{self, Unfinished};

/// The prefix of files that are still being written.
pub const UNFINISHED: &str = ".dgx-pixels-unfinished-";

/// More links than this, one behind the other, form a cycle.
const MAX_LINKS: usize = 40;

/// A file that is being written; dropped before its end, it leaves what was there.
#[derive(Debug)]
pub struct Draft<'a> {
    file: Unfinished,
    path: PathBuf,
    /// The folders whose names are new, or into which the file goes.
    folders: Vec<PathBuf>,
    point: &'a str,
}

impl<'a> Draft<'a> {
    /// Begins the file that will be at `path`. Missing folders are made. An existing file hands its permissions on; a link
    /// is replaced, not followed. `point` names the failpoint.
    pub fn new(path: &Path, point: &'a str) -> io::Result<Self> {
        let folder = folder_of(path);
        let folders = make_folders(folder)?;
        failpoint::at(point)?;
        let file = Unfinished::new(folder, UNFINISHED)?;
        match fs::symlink_metadata(path) {
            Ok(existing) if existing.is_file() => keep_attributes(&file, &existing)?,
            _ => {}
        }
        Ok(Self { file, path: path.to_owned(), folders, point })
    }

    /// Begins a new version of a user's own file: where `path` is a link, the file behind it is meant.
    pub fn through_links(path: &Path, point: &'a str) -> io::Result<Self> {
        Self::new(&behind_links(path)?, point)
    }

    /// Puts the file into its place; when this returns, a power cut does not lose it.
    pub fn replace(self) -> io::Result<()> {
        self.flush_content()?;
        let folders = self.rename()?;
        folders.iter().try_for_each(|folder| flush_folder(folder))
    }

    /// Puts a file that can be made again into its place; a power cut may leave nothing in it.
    pub fn replace_unflushed(self) -> io::Result<()> {
        self.rename().map(drop)
    }

    /// Like [`Self::replace`], but a file that is there by now stays, and is an error.
    pub fn create(self) -> io::Result<()> {
        self.flush_content()?;
        failpoint::at(&format!("{}.rename", self.point))?;
        self.file.persist_noclobber(&self.path)?;
        self.folders.iter().try_for_each(|folder| flush_folder(folder))
    }

    fn flush_content(&self) -> io::Result<()> {
        failpoint::at(&format!("{}.flush", self.point))?;
        self.file.file().sync_all()
    }

    fn rename(self) -> io::Result<Vec<PathBuf>> {
        failpoint::at(&format!("{}.rename", self.point))?;
        self.file.persist(&self.path)?;
        Ok(self.folders)
    }
}

impl Write for Draft<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Replaces a file of ours whole or not at all, also in a power cut; `point` names the failpoint.
pub fn write_whole(path: &Path, bytes: &[u8], point: &str) -> io::Result<()> {
    let mut draft = Draft::new(path, point)?;
    draft.write_all(bytes)?;
    draft.replace()
}

/// Like [`write_whole`], for a user's file in a project: where it is a link, the file behind it is written and the link
/// stays, but only inside the project, since a checkout comes from others.
pub fn write_in_project(root: &Path, path: &Path, bytes: &[u8], point: &str) -> io::Result<()> {
    write_whole(&behind_links_in(root, path)?, bytes, point)
}

/// Replaces a file that can be made again; a kill leaves it whole, a power cut may leave nothing in it.
pub fn write_unflushed(path: &Path, bytes: &[u8], point: &str) -> io::Result<()> {
    let mut draft = Draft::new(path, point)?;
    draft.write_all(bytes)?;
    draft.replace_unflushed()
}

/// Flushes a file that was appended to or copied, its name, and that of its folder.
pub fn flush(path: &Path) -> io::Result<()> {
    // Not every system flushes what is open for reading.
    plain_file::open_to_append(path)?.sync_all()?;
    let folder = folder_of(path);
    flush_folder(folder)?;
    flush_folder(folder_of(folder))
}

/// Makes a folder and those that are missing above it; returns what a flush must reach for a file in it to last.
fn make_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    fs::create_dir_all(folder)?;
    let above = missing.into_iter().map(folder_of);
    Ok(std::iter::once(folder).chain(above).map(Path::to_owned).collect())
}

/// Flushes the names in a folder, on systems that can.
fn flush_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match plain_file::sync_folder(folder) {
        Err(error) => {
            use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
            // Some file systems flush names by themselves, and a folder may be writable without being readable.
            let is_no_failure = matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported);
            if is_no_failure { Ok(()) } else { Err(error) }
        }
        done => done,
    }
    #[cfg(not(unix))]
    Ok(drop(folder))
}

/// The file that a path in a project means; a link that leads to no file of the project is an error.
pub fn behind_links_in(root: &Path, path: &Path) -> io::Result<PathBuf> {
    if !path.is_symlink() {
        return Ok(path.to_owned());
    }
    match path.canonicalize() {
        Ok(real) if real.starts_with(root.canonicalize()?) => behind_links(path),
        _ => Err(io::Error::other("it is a link that leads to no file of the project")),
    }
}

/// The file that a path means once every link is followed, whether it exists or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => path = folder_of(&path).join(fs::read_link(&path)?),
            Ok(found) if !found.is_file() => return Err(io::Error::other("it is no plain file")),
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("its links form a cycle"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The new version of a file is as private as the old one, and has its owner as far as this user may say so.
fn keep_attributes(file: &Unfinished, existing: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::{MetadataExt, PermissionsExt};

        let own = file.file().metadata()?;
        if (own.uid(), own.gid()) != (existing.uid(), existing.gid()) {
            let _ = std::os::unix::fs::fchown(file.file(), Some(existing.uid()), Some(existing.gid()));
        }
        let mode = existing.permissions().mode() & 0o777;
        if own.permissions().mode() & 0o777 != mode {
            file.file().set_permissions(Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (file, existing);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_that_is_dropped_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/a");
        write_whole(&path, b"old", "").unwrap();
        let mut draft = Draft::new(&path, "").unwrap();
        draft.write_all(b"half of the ne").unwrap();
        drop(draft);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(&folder.path().join("new")), ["a"]);
    }

    #[test]
    fn what_exists_stays_unless_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let create = |bytes: &[u8]| {
            let mut draft = Draft::new(&path, "").unwrap();
            draft.write_all(bytes).unwrap();
            draft.create()
        };
        create(b"first").unwrap();
        assert_eq!(create(b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write_unflushed(&path, b"third", "").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for mode in [0o600, 0o644, 0o755, 0o666] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            write_whole(&path, b"new", "").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_for_a_users_file_and_replaced_for_ours() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/real"), "old").unwrap();
        symlink("sub/middle", at("link")).unwrap();
        symlink("real", at("sub/middle")).unwrap();
        write_in_project(folder.path(), &at("link"), b"new", "").unwrap();
        assert_eq!(fs::read(at("sub/real")).unwrap(), b"new");
        assert!(at("link").is_symlink() && at("sub/middle").is_symlink());
        write_whole(&at("link"), b"own", "").unwrap();
        assert!(!at("link").is_symlink());
        assert_eq!(fs::read(at("sub/real")).unwrap(), b"new");
        symlink("../sub/real", at("sub/up")).unwrap();
        symlink("/dev/null", at("sub/out")).unwrap();
        assert!(write_in_project(&at("sub"), &at("sub/out"), b"x", "").is_err());
        symlink("circle", at("circle")).unwrap();
        symlink("sub", at("folder")).unwrap();
        for path in ["circle", "folder"].map(at) {
            assert!(write_in_project(&at("sub"), &path, b"x", "").is_err());
        }
        assert!(Draft::through_links(&at("folder"), "").is_err());
    }
}
