//! The index: a stat cache (path to digest), and the seal of the last good build, so that a build with nothing to do
//! parses nothing. Deleting it changes speed only.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use super::{read_if_there, write_whole};
use crate::words::asset::{GroupId, Kind};
use crate::words::digest::Digest;

/// What the file system says of a file without reading it; all zero if it is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: i64,
    changed: i64,
    inode: u64,
}

impl Stamp {
    /// Asks the file system.
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

    /// Whether the file was changed so shortly ago that another change could leave the same stamp.
    pub fn is_young(&self) -> bool {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos() as i64;
        self.length > 0 && now - self.modified.max(self.changed) < TICK.as_nanos() as i64
    }

    /// Whether the file was changed after `when`, or so shortly before that nobody can tell.
    pub fn is_younger_than(&self, when: SystemTime) -> bool {
        let when = when.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos() as i64;
        self.length > 0 && self.modified.max(self.changed) > when - TICK.as_nanos() as i64
    }

    /// Whether the file is there.
    pub fn is_there(&self) -> bool {
        self.length > 0
    }

    fn write(&self, out: &mut Vec<u8>) {
        for value in [self.length, self.modified as u64, self.changed as u64, self.inode] {
            out.extend(value.to_le_bytes());
        }
    }

    fn read(reader: &mut Reader) -> Option<Self> {
        let (length, modified, changed, inode) = (reader.uint()?, reader.uint()?, reader.uint()?, reader.uint()?);
        Some(Self { length, modified: modified as i64, changed: changed as i64, inode })
    }
}

/// Longer than the clock tick of any file system that is in use.
const TICK: Duration = Duration::from_millis(20);

/// Digests of files by path and stamp, and the file keys of groups.
#[derive(Debug, Default)]
pub struct Index {
    path: PathBuf,
    files: HashMap<String, (Stamp, Digest)>,
    /// Files of this run that are too young to be remembered yet.
    young: HashMap<String, (Stamp, Digest)>,
    /// Digests of decoded pixels by digest of bytes.
    pub pixels: HashMap<Digest, Digest>,
    /// The file key with which this checkout last wrote a group's files.
    pub exported: HashMap<GroupId, Digest>,
    changed: bool,
}

const MAGIC: &[u8] = b"dgx-pixels index 1\n";

impl Index {
    /// Reads the index of a project and profile; a damaged one counts as none.
    pub fn load(work: &Path, profile: Option<&str>) -> Self {
        let path = work.join(profile.map_or_else(|| "index".to_owned(), |profile| format!("index.{profile}")));
        let bytes = read_if_there(&path).ok().flatten().unwrap_or_default();
        let mut index = Self::parse(&bytes).unwrap_or_default();
        index.path = path;
        index
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes.strip_prefix(MAGIC)?);
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
        let found: Vec<(Stamp, Option<Digest>)> = paths
            .par_iter()
            .map(|path| {
                let full = root.join(path);
                let stamp = Stamp::of(&full);
                match self.files.get(path) {
                    Some((known, digest)) if *known == stamp && stamp.is_there() => (stamp, Some(*digest)),
                    _ if !stamp.is_there() => (stamp, None),
                    _ => (stamp, std::fs::read(&full).ok().map(|bytes| Digest::of(&bytes))),
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

    /// Remembers the stamp of a file that this process wrote, now that its tick is over.
    pub fn confirm(&mut self, path: &str, stamp: Stamp) {
        if let Some((known, digest)) = self.young.get(path).copied().filter(|(known, _)| *known == stamp) {
            self.know(path, known, Some(digest));
        }
    }

    /// Whether the stamp is that of the content that was last read or written.
    pub fn is_known(&self, path: &str, stamp: Stamp) -> bool {
        self.files.get(path).is_some_and(|(known, _)| *known == stamp)
    }

    /// Remembers a file that was just read or written.
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

    /// Remembers the digest of decoded pixels.
    pub fn know_pixels(&mut self, bytes: Digest, pixels: Digest) {
        self.changed |= self.pixels.insert(bytes, pixels) != Some(pixels);
    }

    /// Remembers the key with which a group's files were written.
    pub fn export(&mut self, id: &GroupId, key: Digest) {
        self.changed |= self.exported.insert(id.clone(), key) != Some(key);
    }

    /// Writes the index if anything changed.
    pub fn save(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let mut out = MAGIC.to_vec();
        let files: BTreeMap<_, _> = self.files.iter().collect();
        uint(&mut out, files.len());
        for (path, (stamp, digest)) in files {
            text(&mut out, path);
            stamp.write(&mut out);
            out.extend(digest.0);
        }
        let pixels: BTreeMap<_, _> = self.pixels.iter().collect();
        uint(&mut out, pixels.len());
        for (bytes, pixels) in pixels {
            out.extend(bytes.0.iter().chain(&pixels.0));
        }
        let exported: BTreeMap<_, _> = self.exported.iter().collect();
        uint(&mut out, exported.len());
        for (id, key) in exported {
            uint(&mut out, Kind::ALL.iter().position(|kind| *kind == id.kind).unwrap_or(0));
            text(&mut out, &id.name);
            out.extend(key.0);
        }
        write_whole(&self.path, &out, "index")
    }
}

/// What the last good build looked at, and what it said: while every stamp is the same, so is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Version of the binary, options and environment of the build.
    pub question: Digest,
    /// Files and folders relative to the project.
    pub stamps: Vec<(String, Stamp)>,
    /// The exit code.
    pub exit: u8,
    /// The closing lines.
    pub answer: String,
}

const SEAL: &[u8] = b"dgx-pixels seal 1\n";

impl Seal {
    fn file(work: &Path, profile: Option<&str>) -> PathBuf {
        work.join(profile.map_or_else(|| "seal".to_owned(), |profile| format!("seal.{profile}")))
    }

    /// The answer of the last build, if nothing that it looked at has changed since.
    pub fn answer(root: &Path, work: &Path, profile: Option<&str>, question: &Digest) -> Option<(u8, String)> {
        let bytes = read_if_there(&Self::file(work, profile)).ok()??;
        let mut reader = Reader(bytes.strip_prefix(SEAL)?);
        if reader.digest()? != *question {
            return None;
        }
        let exit = reader.uint()? as u8;
        let answer = reader.text()?.to_owned();
        let count = reader.uint()? as usize;
        let mut stamps = Vec::with_capacity(count.min(1 << 20));
        for _ in 0..count {
            stamps.push((reader.text()?, Stamp::read(&mut reader)?));
        }
        let same = |(path, stamp): &(&str, Stamp)| Stamp::of(&root.join(path)) == *stamp;
        let all =
            if stamps.len() < 256 { stamps.iter().all(same) } else { stamps.par_iter().with_min_len(64).all(same) };
        all.then_some((exit, answer))
    }

    /// Writes the seal; a file that was changed within the last clock tick cannot be sealed.
    pub fn save(&self, work: &Path, profile: Option<&str>) -> io::Result<()> {
        let mut out = SEAL.to_vec();
        out.extend(self.question.0);
        uint(&mut out, self.exit as usize);
        text(&mut out, &self.answer);
        uint(&mut out, self.stamps.len());
        for (path, stamp) in &self.stamps {
            text(&mut out, path);
            stamp.write(&mut out);
        }
        write_whole(&Self::file(work, profile), &out, "seal")
    }

    /// Breaks the seal.
    pub fn remove(work: &Path, profile: Option<&str>) -> io::Result<()> {
        match std::fs::remove_file(Self::file(work, profile)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn uint(out: &mut Vec<u8>, value: usize) {
    out.extend((value as u64).to_le_bytes());
}

fn text(out: &mut Vec<u8>, text: &str) {
    uint(out, text.len());
    out.extend(text.as_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn uint(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.uint()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn digest(&mut self) -> Option<Digest> {
        Some(Digest(self.take(32)?.try_into().ok()?))
    }
}
