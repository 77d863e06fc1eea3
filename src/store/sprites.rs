//! Restored sprites by sprite key: a cache, so that exports, mirrors and tilesets need no raw again.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use image::RgbaImage;
use serde::{Deserialize, Serialize};

use super::{read_if_there, write_unflushed};
use crate::words::checksum;
use crate::words::digest::Digest;
use crate::words::sprite::{Restoration, Sprites};

/// Sprites on disk.
#[derive(Clone, Debug)]
pub struct SpriteCache {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Header {
    width: u32,
    height: u32,
    frames: usize,
    digest: Digest,
    found: Restoration,
}

impl SpriteCache {
    /// The cache of a store.
    pub fn new(store: &Path) -> Self {
        Self { folder: store.join("sprites") }
    }

    /// Every key that has a file.
    pub fn list(&self) -> HashSet<Digest> {
        let shards = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = shards.flat_map(|shard| std::fs::read_dir(shard.path()).into_iter().flatten().flatten());
        files.filter_map(|file| file.file_name().to_str()?.parse().ok()).collect()
    }

    /// The folders of the files.
    pub fn folders(&self) -> Vec<PathBuf> {
        let shards = std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|shard| shard.path());
        std::iter::once(self.folder.clone()).chain(shards).collect()
    }

    /// Every file of it.
    pub fn files(&self) -> Vec<(Digest, PathBuf, u64)> {
        let shards = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = shards.flat_map(|shard| std::fs::read_dir(shard.path()).into_iter().flatten().flatten());
        let mut files: Vec<_> = files
            .filter_map(|file| {
                Some((file.file_name().to_str()?.parse().ok()?, file.path(), file.metadata().ok()?.len()))
            })
            .collect();
        files.sort();
        files
    }

    /// Reads sprites; a damaged file counts as absent.
    pub fn read(&self, key: &Digest) -> io::Result<Option<Sprites>> {
        Ok(read_if_there(&self.path(key))?.and_then(|bytes| decode(&bytes)))
    }

    /// Stores sprites.
    pub fn keep(&self, key: &Digest, sprites: &Sprites) -> io::Result<()> {
        let Some(bytes) = encode(sprites)? else { return Ok(()) };
        write_unflushed(&self.path(key), &bytes, "sprite")
    }

    fn path(&self, key: &Digest) -> PathBuf {
        let name = key.to_string();
        self.folder.join(&name[..2]).join(name)
    }
}

fn encode(sprites: &Sprites) -> io::Result<Option<Vec<u8>>> {
    let Some(first) = sprites.frames.first() else { return Ok(None) };
    let pixels: Vec<u8> = sprites.frames.iter().flat_map(|frame| frame.as_raw().iter().copied()).collect();
    let header = Header {
        width: first.width(),
        height: first.height(),
        frames: sprites.frames.len(),
        digest: Digest::of(&pixels),
        found: sprites.found.clone(),
    };
    let mut bytes = checksum::seal(&serde_json::to_string(&header)?).into_bytes();
    bytes.push(b'\n');
    bytes.extend(pixels);
    Ok(Some(bytes))
}

fn decode(bytes: &[u8]) -> Option<Sprites> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let header: Header = serde_json::from_slice(&checksum::unseal(&bytes[..end])?).ok()?;
    let pixels = &bytes[end + 1..];
    let size = (header.width as usize).checked_mul(header.height as usize)?.checked_mul(4)?;
    if size == 0 || pixels.len() != size.checked_mul(header.frames)? || Digest::of(pixels) != header.digest {
        return None;
    }
    let frames =
        pixels.chunks_exact(size).map(|frame| RgbaImage::from_raw(header.width, header.height, frame.to_vec()));
    Some(Sprites { frames: frames.collect::<Option<_>>()?, found: header.found })
}
