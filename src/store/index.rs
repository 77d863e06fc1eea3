//! The index: digests of files by path and stamp, so that a file is read again only when it changed. Deleting it
//! changes speed only.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use super::binary::{Reader, Writer};
use super::{read_if_there, write_whole};
use crate::plain_file;
use crate::words::asset::{GroupId, Kind};
use crate::words::digest::Digest;

/// What the file system says of a file without reading it; all zero if it is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: i64,
    changed: i64,
    inode: u64,
}

impl Stamp {
    /// The stamp of a file, with links followed.
    pub fn of(path: &Path) -> Self {
        std::fs::symlink_metadata(path)
            .and_then(|found| if found.is_symlink() { std::fs::metadata(path) } else { Ok(found) })
            .map_or_else(|_| Self::default(), |found| Self::from_metadata(&found))
    }

    #[cfg(unix)]
    fn from_metadata(found: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanos = |seconds: i64, nanos: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(nanos);
        Self {
            length: found.len() + 1,
            modified: nanos(found.mtime(), found.mtime_nsec()),
            changed: nanos(found.ctime(), found.ctime_nsec()),
            inode: found.ino(),
        }
    }

    #[cfg(not(unix))]
    fn from_metadata(found: &std::fs::Metadata) -> Self {
        let modified = found.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        Self { length: found.len() + 1, modified: modified.map_or(0, |at| at.as_nanos() as i64), changed: 0, inode: 0 }
    }

    /// Whether the file changed so recently that another change could leave the same stamp.
    pub fn is_young(&self) -> bool {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos() as i64;
        self.length > 0 && now - self.modified.max(self.changed) < TICK.as_nanos() as i64
    }

    /// Whether the file changed after `when`, or so shortly before that the clock cannot tell.
    pub fn is_younger_than(&self, when: SystemTime) -> bool {
        let when = when.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos() as i64;
        self.length > 0 && self.modified.max(self.changed) > when - TICK.as_nanos() as i64
    }

    /// Whether the file exists.
    pub fn is_there(&self) -> bool {
        self.length > 0
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        for value in [self.length, self.modified as u64, self.changed as u64, self.inode] {
            writer.uint(value);
        }
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let (length, modified, changed, inode) = (reader.uint()?, reader.uint()?, reader.uint()?, reader.uint()?);
        Some(Self { length, modified: modified as i64, changed: changed as i64, inode })
    }
}

/// No input and no output is longer, in bytes.
const LONGEST: u64 = 512 << 20;

fn digest_of(path: &Path) -> io::Result<Digest> {
    plain_file::read(path, LONGEST).map(|bytes| Digest::of(&bytes))
}

/// Longer than a clock tick of any common file system.
const TICK: Duration = Duration::from_millis(20);

/// Digests of files by path and stamp, and the file key of each group.
#[derive(Debug, Default)]
pub struct Index {
    path: PathBuf,
    files: HashMap<String, (Stamp, Digest)>,
    /// Files of this run that changed too recently to be saved yet.
    young: HashMap<String, (Stamp, Digest)>,
    /// Digests of decoded pixels by digest of bytes.
    pub pixels: HashMap<Digest, Digest>,
    /// The file key with which this checkout last wrote a group's files.
    pub exported: HashMap<GroupId, Digest>,
    changed: bool,
}

const MAGIC: &[u8] = b"dgx-pixels index 2\n";

impl Index {
    /// Reads the index of a project and profile; a damaged one counts as empty.
    pub fn load(work: &Path, profile: Option<&str>) -> Self {
        let path = work.join(profile.map_or_else(|| "index".to_owned(), |profile| format!("index.{profile}")));
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        let mut index = Self::parse(&bytes).unwrap_or_default();
        index.path = path;
        index
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::of(bytes, MAGIC)?;
        let mut index = Self::default();
        for _ in 0..reader.uint()? {
            let path = reader.text()?.to_owned();
            index.files.insert(path, (Stamp::read(&mut reader)?, reader.digest()?));
        }
        for _ in 0..reader.uint()? {
            index.pixels.insert(reader.digest()?, reader.digest()?);
        }
        for _ in 0..reader.uint()? {
            let kind = Kind::ALL.get(reader.uint()? as usize)?;
            let name = reader.text()?.to_owned();
            index.exported.insert(GroupId::new(*kind, name), reader.digest()?);
        }
        Some(index)
    }

    /// The digests of files under `root`, read only where the stamp changed; `None` for what is not a readable file.
    pub fn digests(&mut self, root: &Path, paths: &[String]) -> Vec<Option<Digest>> {
        self.digests_by(root, paths, |path| digest_of(path).ok())
    }

    /// The digests of outputs, without regard to the line ends of text. What is there and cannot be read, such as a
    /// pointer of Git LFS, has the digest of no output.
    pub fn output_digests(&mut self, root: &Path, paths: &[String]) -> Vec<Option<Digest>> {
        self.digests_by(root, paths, |path| match plain_file::read(path, LONGEST) {
            Ok(bytes) => Some(Digest::of_output(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => Some(Digest::of(b"dgx-pixels: unreadable")),
        })
    }

    fn digests_by(
        &mut self,
        root: &Path,
        paths: &[String],
        digest: impl Fn(&Path) -> Option<Digest> + Sync,
    ) -> Vec<Option<Digest>> {
        let found: Vec<(Stamp, Option<Digest>)> = paths
            .par_iter()
            .map(|path| {
                let full = root.join(path);
                let stamp = Stamp::of(&full);
                match self.files.get(path) {
                    Some((known, digest)) if *known == stamp && stamp.is_there() => (stamp, Some(*digest)),
                    _ if !stamp.is_there() => (stamp, None),
                    _ => (stamp, digest(&full)),
                }
            })
            .collect();
        let mut digests = Vec::with_capacity(paths.len());
        for (path, (stamp, digest)) in paths.iter().zip(found) {
            self.know(path, stamp, digest);
            digests.push(digest);
        }
        digests
    }

    /// Saves the stamp of a file that this process wrote, now that its clock tick is over.
    pub fn confirm(&mut self, path: &str, stamp: Stamp) {
        if let Some((known, digest)) = self.young.get(path).copied().filter(|(known, _)| *known == stamp) {
            self.know(path, known, Some(digest));
        }
    }

    /// Whether the stamp is that of the content that was last read or written.
    pub fn is_known(&self, path: &str, stamp: Stamp) -> bool {
        self.files.get(path).is_some_and(|(known, _)| *known == stamp)
    }

    /// Records a file that was just read or written.
    pub fn know(&mut self, path: &str, stamp: Stamp, digest: Option<Digest>) {
        let young = stamp.is_young();
        if let Some(digest) = digest.filter(|_| young) {
            self.young.insert(path.to_owned(), (stamp, digest));
        }
        let known = digest.filter(|_| !young).map(|digest| (stamp, digest));
        self.changed |= self.files.get(path).copied() != known;
        match known {
            Some(known) => self.files.insert(path.to_owned(), known),
            None => self.files.remove(path),
        };
    }

    /// Records the digest of decoded pixels.
    pub fn know_pixels(&mut self, bytes: Digest, pixels: Digest) {
        self.changed |= self.pixels.insert(bytes, pixels) != Some(pixels);
    }

    /// Records the key with which a group's files were written.
    pub fn export(&mut self, id: &GroupId, key: Digest) {
        self.changed |= self.exported.insert(id.clone(), key) != Some(key);
    }

    /// Writes the index if anything changed.
    pub fn save(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let mut writer = Writer::default();
        let files: BTreeMap<_, _> = self.files.iter().collect();
        writer.uint(files.len() as u64);
        for (path, (stamp, digest)) in files {
            writer.text(path);
            stamp.write(&mut writer);
            writer.digest(digest);
        }
        let pixels: BTreeMap<_, _> = self.pixels.iter().collect();
        writer.uint(pixels.len() as u64);
        for (bytes, pixels) in pixels {
            writer.digest(bytes);
            writer.digest(pixels);
        }
        let exported: BTreeMap<_, _> = self.exported.iter().collect();
        writer.uint(exported.len() as u64);
        for (id, key) in exported {
            writer.uint(Kind::ALL.iter().position(|kind| *kind == id.kind).unwrap_or(0) as u64);
            writer.text(&id.name);
            writer.digest(key);
        }
        write_whole(&self.path, &writer.file(MAGIC), "index")
    }
}
