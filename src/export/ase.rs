//! The writer of `.aseprite` files: one layer, a cel a frame, durations, tags, a pivot, the palette.
//!
//! After the description of the format in Aseprite's repository (`docs/ase-file-specs.md`). Only chunks that Aseprite
//! 1.3.2 knows are written, for LDtk reads no newer ones. Frames have indices where the palette fits, else four channels.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::RgbaImage;

use crate::words::color::Rgb;
use crate::words::digest::Digest;
use crate::words::timing::{Playback, Timing};

use super::ExportError;
use super::png::{MAX_INDEXED, indices, is_soft};

const FILE: u16 = 0xA5E0;
const FRAME: u16 = 0xF1FA;
const LAYER: u16 = 0x2004;
const CEL: u16 = 0x2005;
const PROFILE: u16 = 0x2007;
const TAGS: u16 = 0x2018;
const PALETTE: u16 = 0x2019;
const USER_DATA: u16 = 0x2020;
const SLICE: u16 = 0x2022;
/// The length of the file's header.
const HEADER: usize = 128;
/// The most frames that the format counts.
const MAX_FRAMES: usize = u16::MAX as usize;
/// What user data of the layer begins with; the digest of the file without it stands behind.
const MARK: &[u8] = b"dgx-pixels ";
/// Digits of a digest.
const DIGITS: usize = 64;

/// What a file shows.
pub(super) struct Picture<'a> {
    /// Width and height of the canvas.
    pub(super) size: [u32; 2],
    /// The colours, in the order of the file's own palette.
    pub(super) palette: &'a [Rgb],
    /// The frames, in order.
    pub(super) cels: Vec<Cel>,
    /// Frames that belong together.
    pub(super) tags: Vec<Tag>,
    /// Where the subject stands.
    pub(super) pivot: [u32; 2],
    /// Whether the file says that it was written here and not changed since.
    pub(super) marked: bool,
}

/// The image of a frame.
pub(super) struct Cel {
    pub(super) image: RgbaImage,
    /// Where it lies on the canvas.
    pub(super) at: [u32; 2],
    /// Milliseconds.
    pub(super) duration: u32,
}

/// Frames that belong together.
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) playback: Playback,
    pub(super) repeat: bool,
}

impl Tag {
    /// The tag of an animation.
    pub(super) fn of(timing: &Timing, first: usize, last: usize) -> Self {
        Self { name: timing.tag.clone(), first, last, playback: timing.playback, repeat: timing.repeat }
    }
}

/// The bytes of a file.
pub(super) fn bytes(picture: &Picture<'_>) -> Result<Vec<u8>, ExportError> {
    let cels = &picture.cels;
    if cels.is_empty() {
        return Err(ExportError::Empty);
    }
    let size = [side(picture.size[0])?, side(picture.size[1])?];
    if cels.len() > MAX_FRAMES {
        return Err(ExportError::Frames(cels.len()));
    }
    let soft = cels.iter().flat_map(|cel| cel.image.pixels()).any(|pixel| is_soft(&pixel.0));
    let indexed = !soft && picture.palette.len() <= MAX_INDEXED;
    let mut file = header(size, cels.len() as u16, indexed, picture.palette.len());
    for (i, cel) in cels.iter().enumerate() {
        let mut chunks = Chunks::default();
        if i == 0 {
            chunks.describe(picture);
        }
        let pixels = if indexed { indices(&cel.image, picture.palette, &[])? } else { cel.image.as_raw().clone() };
        chunks.cel(cel, &pixels)?;
        file.extend(chunks.frame(cel.duration.min(u16::MAX.into()) as u16));
    }
    let length = (file.len() as u32).to_le_bytes();
    file[..4].copy_from_slice(&length);
    if let Some(at) = mark(&file).filter(|_| picture.marked) {
        let digest = Digest::of(&file).to_string();
        file[at..at + DIGITS].copy_from_slice(digest.as_bytes());
    }
    Ok(file)
}

/// Whether a marked file is as it was written.
pub(super) fn is_unchanged(file: &[u8]) -> bool {
    let Some(at) = mark(file) else { return false };
    let mut blank = file.to_vec();
    blank[at..at + DIGITS].fill(b'0');
    Digest::of(&blank).to_string().as_bytes() == &file[at..at + DIGITS]
}

/// Where the digest of a marked file stands.
fn mark(file: &[u8]) -> Option<usize> {
    let head = u16::from_le_bytes([*file.get(4)?, *file.get(5)?]);
    let at = file.windows(MARK.len()).position(|window| window == MARK)? + MARK.len();
    (head == FILE && file.len() >= at + DIGITS).then_some(at)
}

fn side(length: u32) -> Result<u16, ExportError> {
    u16::try_from(length).map_err(|_| ExportError::AsepriteSide(length))
}

/// The header without the file's length, which is known at the end.
fn header([width, height]: [u16; 2], frames: u16, indexed: bool, colors: usize) -> Vec<u8> {
    let mut bytes = Bytes::default();
    let depth = if indexed { 8 } else { 32 };
    bytes.dword(0).word(FILE).word(frames).word(width).word(height).word(depth);
    // The opacity of layers is valid; a speed that frames with durations replace.
    bytes.dword(1).word(100).zeros(8);
    // The transparent index, the number of colours, square pixels, no grid.
    bytes.zeros(4).word(if indexed { colors as u16 + 1 } else { 0 }).byte(1).byte(1);
    let filled = bytes.0.len();
    bytes.zeros(HEADER - filled);
    bytes.0
}

/// The chunks of a frame.
#[derive(Default)]
struct Chunks {
    bytes: Bytes,
    count: u32,
}

impl Chunks {
    fn add(&mut self, kind: u16, data: &Bytes) {
        self.bytes.dword(data.0.len() as u32 + 6).word(kind).raw(&data.0);
        self.count += 1;
    }

    /// What the first frame says of the whole file.
    fn describe(&mut self, picture: &Picture<'_>) {
        let mut profile = Bytes::default();
        self.add(PROFILE, profile.word(1).zeros(14));
        self.add(PALETTE, &palette(picture.palette));
        let mut layer = Bytes::default();
        // Visible and editable, a normal layer that blends normally and is opaque.
        layer.word(3).zeros(10).byte(255).zeros(3).text("sprite");
        self.add(LAYER, &layer);
        if picture.marked {
            let mut data = Bytes::default();
            let text = [MARK, &[b'0'; DIGITS]].concat();
            self.add(USER_DATA, data.dword(1).word(text.len() as u16).raw(&text));
        }
        if !picture.tags.is_empty() {
            self.add(TAGS, &tags(&picture.tags));
        }
        self.add(SLICE, &pivot(picture));
    }

    fn cel(&mut self, cel: &Cel, pixels: &[u8]) -> Result<(), ExportError> {
        let [x, y] = [side(cel.at[0])?, side(cel.at[1])?];
        let [width, height] = [side(cel.image.width())?, side(cel.image.height())?];
        let mut chunk = Bytes::default();
        // On layer 0, opaque, compressed.
        chunk.word(0).word(x).word(y).byte(255).word(2).zeros(7).word(width).word(height);
        let mut encoder = ZlibEncoder::new(&mut chunk.0, Compression::new(6));
        encoder.write_all(pixels).and_then(|()| encoder.finish()).map_err(ExportError::Deflate)?;
        self.add(CEL, &chunk);
        Ok(())
    }

    /// The frame with its header.
    fn frame(self, duration: u16) -> Vec<u8> {
        let mut frame = Bytes::default();
        frame.dword(self.bytes.0.len() as u32 + 16).word(FRAME).word(self.count as u16).word(duration).zeros(2);
        frame.dword(self.count).raw(&self.bytes.0);
        frame.0
    }
}

/// The transparent colour, then the palette in its own order.
fn palette(colors: &[Rgb]) -> Bytes {
    let mut chunk = Bytes::default();
    let count = colors.len() as u32 + 1;
    chunk.dword(count).dword(0).dword(count - 1).zeros(8);
    chunk.zeros(6);
    for Rgb([r, g, b]) in colors {
        chunk.word(0).byte(*r).byte(*g).byte(*b).byte(255);
    }
    chunk
}

/// Ping-pong counts both ways as repetitions.
fn tags(tags: &[Tag]) -> Bytes {
    let mut chunk = Bytes::default();
    chunk.word(tags.len() as u16).zeros(8);
    for tag in tags {
        let (direction, once) = match tag.playback {
            Playback::Forward => (0, 1),
            Playback::Reverse => (1, 1),
            Playback::Pingpong => (2, 2),
        };
        chunk.word(tag.first as u16).word(tag.last as u16).byte(direction);
        chunk.word(if tag.repeat { 0 } else { once }).zeros(10).text(&tag.name);
    }
    chunk
}

/// A slice of the whole canvas with its pivot.
fn pivot(picture: &Picture<'_>) -> Bytes {
    let ([width, height], [x, y]) = (picture.size, picture.pivot);
    let mut chunk = Bytes::default();
    chunk.dword(1).dword(2).dword(0).text("pivot");
    chunk.dword(0).dword(0).dword(0).dword(width).dword(height);
    chunk.dword(x).dword(y);
    chunk
}

/// Little-endian numbers, one after the other.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn byte(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    fn word(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn dword(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn zeros(&mut self, count: usize) -> &mut Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    /// Its length, then its bytes: as much of it as the length can say.
    fn text(&mut self, text: &str) -> &mut Self {
        let bytes = &text.as_bytes()[..text.floor_char_boundary(u16::MAX.into())];
        self.word(bytes.len() as u16).raw(bytes)
    }
}
