//! Aseprite files: chunks are walked here, for durations, tags and limits; `asefile` decodes and blends the layers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use asefile::AsepriteFile;
use flate2::read::ZlibDecoder;
use image::RgbaImage;

use super::bytes::Bytes;
use super::{DURATION, MOST_FRAMES, Outline, Problem, Tag};
use crate::words::image_file::MAX_PIXELS;
use crate::words::timing::Playback;

const FRAME: u16 = 0xF1FA;
const LAYER: u16 = 0x2004;
const CEL: u16 = 0x2005;
const TAGS: u16 = 0x2018;
const TILESET: u16 = 0x2023;
/// The length of the file's header.
const HEADER: usize = 128;
/// The type of a layer of tiles.
const TILEMAP_LAYER: u16 = 2;

/// What the chunks say.
struct Scan<'a> {
    size: [u32; 2],
    /// Bytes of a pixel.
    depth: u64,
    durations: Vec<u32>,
    tags: Vec<Tag>,
    /// What each frame shows on a layer, both from 0.
    cels: BTreeMap<(usize, u16), Cel>,
    /// Compressed images, with the length that they have to have.
    packed: Vec<(&'a [u8], u64)>,
    /// Pixels of all images.
    pixels: u64,
}

enum Cel {
    Image,
    Link(usize),
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Problem> {
    let Scan { size, durations, tags, .. } = Scan::of(bytes)?;
    Ok(Outline { size, durations, tags })
}

pub(super) fn frames(bytes: &[u8], wanted: &BTreeSet<usize>) -> Result<BTreeMap<usize, RgbaImage>, Problem> {
    let scan = Scan::of(bytes)?;
    scan.packed.iter().try_for_each(|(packed, length)| check_length(packed, *length))?;
    let file = AsepriteFile::read(bytes).map_err(|error| Problem::Damaged(error.to_string()))?;
    let [width, height] = scan.size;
    let frame = |&number: &usize| {
        let pixels = file.frame(number as u32).image().into_raw();
        let image = RgbaImage::from_raw(width, height, pixels);
        Ok((number, image.ok_or_else(|| Problem::Damaged("a frame has another size".to_owned()))?))
    };
    wanted.iter().filter(|number| **number < scan.durations.len()).map(frame).collect()
}

/// Whether an image unpacks to as many bytes as it has to, and no more.
fn check_length(packed: &[u8], length: u64) -> Result<(), Problem> {
    let unpacked = std::io::copy(&mut ZlibDecoder::new(packed).take(length + 1), &mut std::io::sink());
    match unpacked {
        Ok(found) if found == length => Ok(()),
        Ok(_) => Err(Problem::Damaged("an image has more or fewer pixels than it announces".to_owned())),
        Err(error) => Err(Problem::Damaged(format!("an image cannot be unpacked: {error}"))),
    }
}

impl<'a> Scan<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, Problem> {
        let mut rest = Bytes(bytes);
        let mut header = Bytes(rest.take(HEADER)?);
        header.take(6)?;
        let count = usize::from(header.word()?);
        let size = [header.word()?, header.word()?].map(u32::from);
        let depth = u64::from(header.word()? / 8);
        if count > MOST_FRAMES {
            return Err(Problem::Frames(count));
        }
        let (durations, tags, packed) = Default::default();
        let mut scan = Self { size, depth, durations, tags, cels: BTreeMap::new(), packed, pixels: 0 };
        for number in 0..count {
            scan.frame(number, &mut rest)?;
        }
        scan.check_links()?;
        scan.check_tags()?;
        Ok(scan)
    }

    fn frame(&mut self, number: usize, rest: &mut Bytes<'a>) -> Result<(), Problem> {
        let length = rest.dword()? as usize;
        let mut frame = Bytes(rest.take(length.checked_sub(4).ok_or_else(|| damaged("a frame has no length"))?)?);
        if frame.word()? != FRAME {
            return Err(damaged("a frame does not begin as one"));
        }
        let old = frame.word()?;
        let duration = u32::from(frame.word()?);
        frame.take(2)?;
        let new = frame.dword()?;
        self.durations.push(if duration == 0 { DURATION } else { duration });
        let chunks = if new == 0 { u32::from(old) } else { new };
        for _ in 0..chunks {
            let length = frame.dword()? as usize;
            let kind = frame.word()?;
            let body = frame.take(length.checked_sub(6).ok_or_else(|| damaged("a chunk has no length"))?)?;
            match kind {
                LAYER => layer(Bytes(body))?,
                CEL => self.cel(number, Bytes(body))?,
                TAGS if number == 0 => self.tags = tags(Bytes(body))?,
                TILESET => return Err(Problem::Tilemap),
                _ => {}
            }
        }
        Ok(())
    }

    fn cel(&mut self, number: usize, mut body: Bytes<'a>) -> Result<(), Problem> {
        let layer = body.word()?;
        body.take(5)?;
        let kind = body.word()?;
        if body.word()? != 0 {
            return Err(Problem::Order(number + 1));
        }
        body.take(5)?;
        let cel = match kind {
            0 | 2 => {
                let pixels = u64::from(body.word()?) * u64::from(body.word()?);
                self.pixels += pixels;
                if self.pixels > MAX_PIXELS {
                    return Err(Problem::Pixels);
                }
                let length = pixels * self.depth;
                if kind == 2 {
                    self.packed.push((body.0, length));
                } else if (body.0.len() as u64) < length {
                    return Err(Problem::Truncated);
                }
                Cel::Image
            }
            1 => Cel::Link(usize::from(body.word()?)),
            3 => return Err(Problem::Tilemap),
            _ => return Err(damaged("a cel is of no known type")),
        };
        self.cels.insert((number, layer), cel);
        Ok(())
    }

    /// A linked cel has to lead to an image.
    fn check_links(&self) -> Result<(), Problem> {
        for (&(from, layer), cel) in &self.cels {
            let Cel::Link(to) = cel else { continue };
            let mut seen = BTreeSet::from([from]);
            let mut at = *to;
            while let Some(Cel::Link(next)) = self.cels.get(&(at, layer)) {
                if !seen.insert(at) {
                    return Err(Problem::Cycle(from + 1));
                }
                at = *next;
            }
            if !matches!(self.cels.get(&(*to, layer)), Some(Cel::Image)) {
                return Err(Problem::Link { from: from + 1, to: to + 1 });
            }
        }
        Ok(())
    }

    fn check_tags(&self) -> Result<(), Problem> {
        let is_wrong = |tag: &&Tag| tag.first > tag.last || tag.last >= self.durations.len();
        match self.tags.iter().find(is_wrong) {
            Some(tag) => Err(Problem::Damaged(format!("its tag `{}` is on frames that it does not have", tag.name))),
            None => Ok(()),
        }
    }
}

fn layer(mut body: Bytes<'_>) -> Result<(), Problem> {
    body.word()?;
    if body.word()? == TILEMAP_LAYER { Err(Problem::Tilemap) } else { Ok(()) }
}

fn tags(mut body: Bytes<'_>) -> Result<Vec<Tag>, Problem> {
    let count = body.word()?;
    body.take(8)?;
    (0..count).map(|_| tag(&mut body)).collect()
}

/// A tag. One that plays to and fro counts both ways, and repeats without end if it counts none.
fn tag(body: &mut Bytes<'_>) -> Result<Tag, Problem> {
    let [first, last] = [body.word()?, body.word()?].map(usize::from);
    let playback = match body.byte()? {
        1 => Playback::Reverse,
        2 | 3 => Playback::Pingpong,
        _ => Playback::Forward,
    };
    let repeat = body.word()? == 0;
    body.take(10)?;
    let length = usize::from(body.word()?);
    let name = String::from_utf8_lossy(body.take(length)?).into_owned();
    Ok(Tag { name, first, last, playback, repeat })
}

fn damaged(why: &str) -> Problem {
    Problem::Damaged(why.to_owned())
}
