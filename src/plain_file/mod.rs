//! Opens files: plain files of a bounded length only, and through no link where something of the project is written.
//!
//! A checkout comes from others. Its files may be links that lead elsewhere, named pipes and devices that never end,
//! sparse files of any length, and pointers of Git LFS in place of content. Every file is opened here, so that all of
//! these are refused with their reason. An [`io::Error`] that this module makes holds a [`Refused`].

mod folders;
mod system;
mod unfinished;

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

pub use folders::{make_folders, refuse_links};
pub use unfinished::{Unfinished, is_abandoned, sweep};

/// The longest file of the tool's own: locks, records, indices.
pub const LONGEST_OWN: u64 = 1 << 30;

/// The longest text that a person wrote: manifests, recipes, lists of ignored files.
pub const LONGEST_TEXT: u64 = 16 << 20;

/// Why a file is not opened or read.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A symbolic link where something is written, or where only the tool itself writes.
    #[error("it is a symbolic link")]
    Link,
    /// Anything but a plain file; the text says what.
    #[error("it is {0}, not a plain file")]
    NoFile(&'static str),
    /// Longer than its kind may be, in bytes.
    #[error("it has more than {} MiB", .0.div_ceil(1 << 20))]
    TooLong(u64),
    /// Git LFS did not fetch the content.
    #[error("it is a Git LFS pointer, its content is not on this machine")]
    LfsPointer,
    /// A folder on the way is a link or no folder; the text has its path.
    #[error("{0}")]
    Folder(String),
}

impl Refused {
    /// The refusal in an error of this module.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LfsPointer => "lfs-pointer",
            Self::Link | Self::Folder(_) => "symbolic-link",
            Self::NoFile(_) => "not-a-file",
            Self::TooLong(_) => "file-too-large",
        }
    }

    /// The next step, if one helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::LfsPointer => Some(FETCH),
            Self::Link | Self::Folder(_) => Some(NO_LINKS),
            Self::NoFile(_) | Self::TooLong(_) => None,
        }
    }
}

/// What brings the content of a Git LFS pointer.
pub const FETCH: &str = "`git lfs pull` fetches it";

const NO_LINKS: &str = "put a plain file or folder there; a store elsewhere is `store` in `pixels.local.toml` or \
                        DGX_PIXELS_STORE";

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        Self::new(io::ErrorKind::InvalidInput, refused)
    }
}

/// The next step after an error: the refusal's own, else `otherwise`.
pub fn hint<'a>(error: &io::Error, otherwise: &'a str) -> &'a str {
    Refused::of(error).and_then(Refused::hint).unwrap_or(otherwise)
}

/// The code of an error: that of a Git LFS pointer, else `otherwise`.
pub fn code(error: &io::Error, otherwise: &'static str) -> &'static str {
    Refused::of(error).filter(|refused| matches!(refused, Refused::LfsPointer)).map_or(otherwise, Refused::code)
}

/// Whether links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// What a person names may be a link.
    Follow,
    /// What only the tool itself writes is none.
    Refuse,
}

/// Reads a file that a person named or made; links are followed.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_opened(open(path, Links::Follow)?, limit)
}

/// Reads a file of the tool itself, or one of the project that the tool writes; `None` if it is absent.
pub fn read_own(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    match open(path, Links::Refuse).and_then(|file| read_opened(file, limit)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a text of the project that the tool writes.
pub fn read_own_text(path: &Path, limit: u64) -> io::Result<String> {
    text(read_opened(open(path, Links::Refuse)?, limit)?)
}

/// Reads a text that a person named or made.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    text(read(path, limit)?)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(bytes).map_err(not_text)
}

/// Opens a plain file for reading. What is read from it is for the caller to bound.
pub fn open(path: &Path, links: Links) -> io::Result<File> {
    look(path, links)?;
    plain(system::options(links).read(true).open(path))
}

/// Opens a file of the tool itself to append lines; creates it if it is absent.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    open_or_create(path, system::options(Links::Refuse).read(true).append(true))
}

/// Opens a file of the tool itself to change it in place; creates it if it is absent.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    open_or_create(path, system::options(Links::Refuse).read(true).write(true))
}

/// Creates a file; one that exists is an error, a link too.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = system::options(Links::Refuse);
    system::readable_by_all(&mut options);
    options.read(true).write(true).create_new(true).open(path)
}

/// As [`create_new`], for a file that only its owner may read.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = system::options(Links::Refuse);
    system::readable_by_owner(&mut options);
    options.read(true).write(true).create_new(true).open(path)
}

/// Flushes the names in a folder to the disk.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    system::options(Links::Follow).read(true).open(folder)?.sync_all()
}

fn open_or_create(path: &Path, options: &mut std::fs::OpenOptions) -> io::Result<File> {
    match look(path, Links::Refuse) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => other?,
    }
    plain(options.create(true).open(path))
}

/// What is there before it is opened: opening a device may already do something, a pipe may wait for its other end.
fn look(path: &Path, links: Links) -> io::Result<()> {
    let found = std::fs::symlink_metadata(path)?;
    if !found.is_symlink() {
        return require_plain(&found);
    }
    match links {
        Links::Refuse => Err(Refused::Link.into()),
        Links::Follow => require_plain(&std::fs::metadata(path)?),
    }
}

/// What was opened may be another file than the one that was looked at.
fn plain(opened: io::Result<File>) -> io::Result<File> {
    let file = opened?;
    require_plain(&file.metadata()?)?;
    Ok(file)
}

fn require_plain(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(Refused::NoFile(system::kind(found)).into()) }
}

fn read_opened(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    if length > limit {
        return Err(Refused::TooLong(limit).into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Refused::TooLong(limit).into());
    }
    if is_lfs_pointer(&bytes) { Err(Refused::LfsPointer.into()) } else { Ok(bytes) }
}

/// The first line of a Git LFS pointer.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1";

/// A Git LFS pointer is shorter, by its specification.
const LFS_LONGEST: usize = 1024;

/// Whether Git LFS left a pointer in place of the content.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < LFS_LONGEST && bytes.starts_with(LFS)
}

/// The SHA-256 of the content that a Git LFS pointer stands for, in hexadecimal.
pub fn lfs_digest(path: &Path) -> Option<String> {
    let mut pointer = Vec::new();
    open(path, Links::Refuse).ok()?.take(LFS_LONGEST as u64).read_to_end(&mut pointer).ok()?;
    let text = std::str::from_utf8(&pointer).ok().filter(|_| is_lfs_pointer(&pointer))?;
    Some(text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why<T>(result: io::Result<T>) -> String {
        result.err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn a_plain_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "knight").unwrap();
        assert_eq!(read(&path, 6).unwrap(), b"knight");
        assert_eq!(why(read(&path, 5)), "it has more than 1 MiB");
        assert_eq!(why(read(folder.path(), 6)), "it is a folder, not a plain file");
        assert_eq!(read_own(&folder.path().join("b"), 6).unwrap(), None);
    }

    #[test]
    fn a_pointer_is_no_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        std::fs::write(&path, text).unwrap();
        let error = read(&path, 1 << 20).unwrap_err();
        assert_eq!(hint(&error, "otherwise"), FETCH);
        assert_eq!(lfs_digest(&path).as_deref(), Some("4d7a"));
        std::fs::write(&path, "knight").unwrap();
        assert_eq!(lfs_digest(&path), None);
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_written_through_and_no_pipe_or_device_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [mine, link, pipe] = ["mine", "link", "pipe"].map(|name| folder.path().join(name));
        std::fs::write(&mine, "mine").unwrap();
        std::os::unix::fs::symlink(&mine, &link).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&link, 10).unwrap(), b"mine");
        for open in [open_to_append, open_to_change] {
            assert_eq!(why(open(&link)), "it is a symbolic link");
            assert_eq!(why(open(&pipe)), "it is a named pipe, not a plain file");
        }
        assert_eq!(why(read_own(&link, 10)), "it is a symbolic link");
        assert_eq!(why(read(&pipe, 10)), "it is a named pipe, not a plain file");
        assert_eq!(why(read(Path::new("/dev/zero"), 10)), "it is a device, not a plain file");
        assert_eq!(std::fs::read(&mine).unwrap(), b"mine");
    }
}
