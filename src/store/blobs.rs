//! Raws by digest: our own PNG of the pixels, in the store and, for committed ones, in `raws/`.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use image::RgbaImage;

use super::{read_if_there, write_whole};
use crate::words::digest::Digest;
use crate::words::image_file::{self, encode};
use crate::words::raw::Raw;

/// Raws on disk.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: PathBuf,
    committed: Option<PathBuf>,
}

impl Blobs {
    /// Raws under `store`, and beside it those of the project's `raws/`.
    pub fn new(store: &Path, committed: Option<PathBuf>) -> Self {
        Self { store: store.join("blobs"), committed }
    }

    /// Every raw that has a file.
    pub fn list(&self) -> HashSet<Digest> {
        let shards = std::fs::read_dir(&self.store).into_iter().flatten().flatten().map(|shard| shard.path());
        let folders = shards.chain(self.committed.clone());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        files.filter_map(|file| digest_of_name(&file.path())).collect()
    }

    /// The files of the store, with their lengths.
    pub fn files(&self) -> Vec<(Digest, PathBuf, u64)> {
        let shards = std::fs::read_dir(&self.store).into_iter().flatten().flatten().map(|shard| shard.path());
        let files = shards.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        let mut files: Vec<_> = files
            .filter_map(|file| Some((digest_of_name(&file.path())?, file.path(), file.metadata().ok()?.len())))
            .collect();
        files.sort();
        files
    }

    /// Reads a raw; a file with other content than its name says is renamed and counts as absent.
    pub fn read(&self, digest: &Digest) -> io::Result<Option<Raw>> {
        let name = format!("{digest}.png");
        let places = self.committed.iter().map(|folder| folder.join(&name)).chain([self.path(digest)]);
        for path in places {
            let Some(bytes) = read_if_there(&path)? else { continue };
            match decode(&bytes).map(Raw::new) {
                Some(raw) if raw.digest == *digest => return Ok(Some(raw)),
                _ if path.starts_with(&self.store) => {
                    let _ = std::fs::rename(&path, path.with_extension("damaged"));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// The number of a raw's pixels; 0 if it has no file.
    pub fn pixels(&self, digest: &Digest) -> u64 {
        let name = format!("{digest}.png");
        let mut places = self.committed.iter().map(|folder| folder.join(&name)).chain([self.path(digest)]);
        let head = |path: PathBuf| {
            let mut head = Vec::new();
            File::open(path).and_then(|file| file.take(64).read_to_end(&mut head)).ok()?;
            image_file::pixels(&head)
        };
        places.find_map(head).unwrap_or(0)
    }

    /// Stores a raw, unless it is stored already.
    pub fn keep(&self, raw: &Raw) -> io::Result<()> {
        let path = self.path(&raw.digest);
        if path.exists() { Ok(()) } else { write_whole(&path, &encode(&raw.pixels)?, "blob") }
    }

    /// Stores a raw that cost time on a server: when this returns, a power cut does not lose it.
    pub fn keep_durably(&self, raw: &Raw) -> io::Result<()> {
        let path = self.path(&raw.digest);
        if !path.exists() {
            write_whole(&path, &encode(&raw.pixels)?, "blob")?;
        }
        super::sync(&path)
    }

    /// Copies a raw into `raws/`, if the project has that folder.
    pub fn commit(&self, raw: &Raw) -> io::Result<()> {
        let Some(folder) = &self.committed else { return Ok(()) };
        let path = folder.join(format!("{}.png", raw.digest));
        if path.exists() { Ok(()) } else { write_whole(&path, &encode(&raw.pixels)?, "raws") }
    }

    /// Whether the project has `raws/` and this raw is not in it.
    pub fn lacks_committed(&self, digest: &Digest) -> bool {
        self.committed.as_ref().is_some_and(|folder| !folder.join(format!("{digest}.png")).exists())
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
