//! Raws by digest: our own PNG of the pixels, in the store and, for committed ones, in `raws/`.
//!
//! A name is no promise: a file counts if it looks whole, and its pixels are compared with its name before they are used.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use image::RgbaImage;
use rayon::prelude::*;

use super::{write_unflushed, write_whole};
use crate::draft;
use crate::plain_file::{self, Links};
use crate::words::digest::Digest;
use crate::words::image_file::{self, encode};
use crate::words::raw::Raw;

/// How a file ends that has other content than its name says.
const DAMAGED: &str = "damaged";
/// No blob is longer, in bytes.
const LONGEST: u64 = 512 << 20;

/// Raws on disk.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: PathBuf,
    committed: Option<PathBuf>,
    /// Raws in `raws/` that look whole and are not.
    damaged: Arc<Mutex<HashSet<Digest>>>,
}

/// What a raw's file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// It begins and ends as a PNG does.
    Whole,
    /// Git LFS did not fetch it.
    Pointer,
    /// It is missing, cut off, something else, or no plain file.
    Nothing,
}

impl Blobs {
    /// Raws under `store`, and beside it those of the project's `raws/`.
    pub fn new(store: &Path, committed: Option<PathBuf>) -> Self {
        Self { store: store.join("blobs"), committed, damaged: Arc::default() }
    }

    /// Every raw that has a file which looks whole.
    pub fn list(&self) -> HashSet<Digest> {
        self.found(Found::Whole, self.committed.iter().cloned().chain(self.shards()).collect())
    }

    /// Raws in `raws/` whose content Git LFS did not fetch.
    pub fn pointers(&self) -> HashSet<Digest> {
        self.found(Found::Pointer, self.committed.iter().cloned().collect())
    }

    fn found(&self, wanted: Found, folders: Vec<PathBuf>) -> HashSet<Digest> {
        let files = folders.into_par_iter().flat_map_iter(|folder| {
            let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
            files.filter_map(|file| Some((digest_of_name(&file.path())?, file.path())))
        });
        files.filter(|(_, path)| look(path) == wanted).map(|(digest, _)| digest).collect()
    }

    /// The folders of the files.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.committed.iter().cloned().chain([self.store.clone()]).chain(self.shards()).collect()
    }

    /// Every file that is called as a raw.
    pub fn paths(&self) -> Vec<PathBuf> {
        let folders = self.committed.iter().cloned().chain(self.shards());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        files.map(|file| file.path()).filter(|path| digest_of_name(path).is_some()).collect()
    }

    fn shards(&self) -> impl Iterator<Item = PathBuf> {
        let shards = std::fs::read_dir(&self.store).into_iter().flatten().flatten();
        shards.filter(|shard| shard.file_type().is_ok_and(|kind| kind.is_dir())).map(|shard| shard.path())
    }

    /// The files of the store, with their lengths.
    pub fn files(&self) -> Vec<(Digest, PathBuf, u64)> {
        let files = self.shards().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        let mut files: Vec<_> = files
            .filter_map(|file| Some((digest_of_name(&file.path())?, file.path(), file.metadata().ok()?.len())))
            .collect();
        files.sort();
        files
    }

    /// The files of `raws/`, with their lengths.
    pub fn committed_files(&self) -> Vec<(Digest, PathBuf, u64)> {
        let files = self.committed.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        let mut files: Vec<_> = files
            .filter_map(|file| Some((digest_of_name(&file.path())?, file.path(), file.metadata().ok()?.len())))
            .collect();
        files.sort();
        files
    }

    /// The files that were found damaged and put aside, with their lengths.
    pub fn put_aside(&self) -> Vec<(PathBuf, u64)> {
        let files = self.shards().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        let files = files.filter(|file| file.path().extension().is_some_and(|extension| extension == DAMAGED));
        let mut files: Vec<_> = files.filter_map(|file| Some((file.path(), file.metadata().ok()?.len()))).collect();
        files.sort();
        files
    }

    /// Whether the store has a file of a raw that looks whole.
    pub fn is_stored(&self, digest: &Digest) -> bool {
        look(&self.path(digest)) == Found::Whole
    }

    /// Reads a raw; a file with other content than its name says counts as absent, and one of the store is renamed.
    pub fn read(&self, digest: &Digest) -> io::Result<Option<Raw>> {
        let committed = self.committed_path(digest).map_or(Ok(None), |path| read(&path, digest));
        match committed {
            Ok(Some(raw)) => return Ok(Some(raw)),
            _ => drop(self.damaged().insert(*digest)),
        }
        let path = self.path(digest);
        match read(&path, digest)? {
            Some(raw) => Ok(Some(raw)),
            None => {
                if path.symlink_metadata().is_ok() {
                    let _ = std::fs::rename(&path, path.with_extension(DAMAGED));
                }
                committed
            }
        }
    }

    /// The file of a raw as it is, if it looks whole: for those who check it by its name.
    pub fn bytes(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        let places = self.committed_path(digest).into_iter().chain([self.path(digest)]);
        let Some(path) = places.into_iter().find(|path| look(path) == Found::Whole) else { return Ok(None) };
        plain_file::read_own(&path, LONGEST)
    }

    /// The number of a raw's pixels; 0 if it has no file.
    pub fn pixels(&self, digest: &Digest) -> u64 {
        let mut places = self.committed_path(digest).into_iter().chain([self.path(digest)]);
        let head = |path: PathBuf| {
            let mut head = Vec::new();
            plain_file::open(&path, Links::Refuse).and_then(|file| file.take(64).read_to_end(&mut head)).ok()?;
            image_file::pixels(&head)
        };
        places.find_map(head).unwrap_or(0)
    }

    /// Stores a raw that can be made again without a server, unless it is stored already, whole and with these pixels.
    pub fn keep(&self, raw: &Raw) -> io::Result<()> {
        let path = self.path(&raw.digest);
        if holds(&path, &raw.digest) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.store);
        plain_file::make_folders(self.store.parent().unwrap_or(&self.store), folder)?;
        write_unflushed(&path, &encode(&raw.pixels)?, "blob")
    }

    /// Stores a raw that cost time on a server: when this returns, a power cut does not lose it.
    pub fn keep_durably(&self, raw: &Raw) -> io::Result<()> {
        // The name is that of the content: no other file is replaced, and one that is empty after a power cut is noticed.
        self.keep(raw)?;
        draft::flush(&self.path(&raw.digest))
    }

    /// Copies a raw into `raws/`, if the project has that folder and not this raw; a power cut does not lose it.
    pub fn commit(&self, raw: &Raw) -> io::Result<()> {
        let Some(path) = self.committed_path(&raw.digest) else { return Ok(()) };
        if !holds(&path, &raw.digest) {
            write_whole(&path, &encode(&raw.pixels)?, "raws")?;
        }
        self.damaged().remove(&raw.digest);
        Ok(())
    }

    /// Whether the project has `raws/` and this raw is not in it, or not whole.
    pub fn lacks_committed(&self, digest: &Digest) -> bool {
        self.committed_path(digest).is_some_and(|path| look(&path) != Found::Whole || self.damaged().contains(digest))
    }

    fn damaged(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn committed_path(&self, digest: &Digest) -> Option<PathBuf> {
        Some(self.committed.as_ref()?.join(format!("{digest}.png")))
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.store.join(&name[..2]).join(format!("{name}.png"))
    }
}

fn digest_of_name(path: &Path) -> Option<Digest> {
    let is_png = path.extension().is_some_and(|extension| extension == "png");
    path.file_stem().filter(|_| is_png)?.to_str()?.parse().ok()
}

/// The raw in a file; `None` if the file is missing, no plain file, or has other content.
fn read(path: &Path, digest: &Digest) -> io::Result<Option<Raw>> {
    let bytes = match plain_file::read_own(path, LONGEST) {
        Err(error) if plain_file::Refused::of(&error).is_some() => return Ok(None),
        other => other?,
    };
    Ok(bytes.and_then(|bytes| decode(&bytes)).map(Raw::new).filter(|raw| raw.digest == *digest))
}

fn holds(path: &Path, digest: &Digest) -> bool {
    look(path) == Found::Whole && read(path, digest).is_ok_and(|raw| raw.is_some())
}

/// The first bytes of a PNG.
const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Its last chunk.
const END: &[u8] = b"\0\0\0\0IEND\xaeB\x60\x82";

/// Looks at both ends of a file: a kill of the machine leaves empty and cut files, Git LFS pointers.
fn look(path: &Path) -> Found {
    match plain_file::open(path, Links::Refuse) {
        Ok(file) => ends(file).unwrap_or(Found::Nothing),
        Err(_) => Found::Nothing,
    }
}

fn ends(mut file: File) -> io::Result<Found> {
    let mut head = [0; 64];
    let mut read = 0;
    while read < head.len() {
        match file.read(&mut head[read..])? {
            0 => break,
            count => read += count,
        }
    }
    if plain_file::is_lfs_pointer(&head[..read]) {
        return Ok(Found::Pointer);
    }
    let mut end = [0; END.len()];
    file.seek(SeekFrom::End(-(END.len() as i64)))?;
    file.read_exact(&mut end)?;
    Ok(if head.starts_with(MAGIC) && end == END { Found::Whole } else { Found::Nothing })
}

/// Reads what [`encode`] wrote; anything else is `None`.
pub fn decode(bytes: &[u8]) -> Option<RgbaImage> {
    const MOST: usize = 64 << 20;
    let mut decoder = png::Decoder::new_with_limits(io::Cursor::new(bytes), png::Limits { bytes: 4 * MOST });
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().ok()?;
    let info = reader.info();
    let (width, height, size) = (info.width, info.height, info.width as usize * info.height as usize);
    if size > MOST || (info.color_type, info.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
        return None;
    }
    let mut pixels = vec![0; size * 4];
    reader.next_frame(&mut pixels).ok()?;
    RgbaImage::from_raw(width, height, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> Raw {
        Raw::new(RgbaImage::from_fn(32, 32, |x, y| image::Rgba([x as u8 * 7, y as u8 * 5, 9, 255])))
    }

    /// A blob's file with other content counts as absent, and storing the raw brings the content back.
    #[test]
    fn content_counts_and_not_the_name() {
        let (folder, raw) = (tempfile::tempdir().unwrap(), raw());
        let blobs = Blobs::new(folder.path(), Some(folder.path().join("raws")));
        blobs.keep(&raw).unwrap();
        blobs.commit(&raw).unwrap();
        let whole = std::fs::read(blobs.path(&raw.digest)).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n";
        for damaged in [&b""[..], &whole[..whole.len() - 1], &flipped, pointer, b"text"] {
            for path in [blobs.path(&raw.digest), blobs.committed_path(&raw.digest).unwrap()] {
                std::fs::write(path, damaged).unwrap();
            }
            assert_eq!(blobs.list().contains(&raw.digest), damaged == flipped);
            assert_eq!(blobs.pointers().contains(&raw.digest), damaged == pointer);
            blobs.keep(&raw).unwrap();
            assert_eq!(blobs.read(&raw.digest).unwrap().map(|raw| raw.digest), Some(raw.digest));
            blobs.commit(&raw).unwrap();
            assert!(!blobs.lacks_committed(&raw.digest));
            assert_eq!(std::fs::read(blobs.committed_path(&raw.digest).unwrap()).unwrap(), whole);
        }
    }
}
