//! Aseprite's own file of a sprite or an animation: one layer, a cel a frame, durations, a tag, the pivot, the palette.
//!
//! After the description of the format in Aseprite's repository (`docs/ase-file-specs.md`). Only chunks that Aseprite
//! 1.3.2 knows are written, for LDtk reads no newer ones. Frames have indices where the palette fits, else four channels.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::scale;
use crate::words::timing::{Playback, Timing};

use super::png::{MAX_INDEXED, indices, is_soft};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "aseprite-file",
    version: 1,
    files: &[FileSpec { suffix: ".aseprite", kinds: &[Kind::Animation, Kind::Sprite], scope: Scope::Asset }],
    shared: &[],
};

const FILE: u16 = 0xA5E0;
const FRAME: u16 = 0xF1FA;
const LAYER: u16 = 0x2004;
const CEL: u16 = 0x2005;
const PROFILE: u16 = 0x2007;
const TAGS: u16 = 0x2018;
const PALETTE: u16 = 0x2019;
const SLICE: u16 = 0x2022;
/// The length of the file's header.
const HEADER: usize = 128;
/// The most frames that the format counts.
const MAX_FRAMES: usize = u16::MAX as usize;

/// An `.aseprite` file of every sprite and animation.
pub(super) struct AsepriteFile;

impl Format for AsepriteFile {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let shown =
            if asset.kind == Kind::Animation { asset.frames } else { &asset.frames[..asset.frames.len().min(1)] };
        let frames: Vec<RgbaImage> = shown.iter().map(|frame| scale(frame, output.scale)).collect();
        let first = frames.first().ok_or(ExportError::Empty)?;
        let size = [side(first.width())?, side(first.height())?];
        if frames.len() > MAX_FRAMES {
            return Err(ExportError::Frames(frames.len()));
        }
        let soft = frames.iter().flat_map(RgbaImage::pixels).any(|pixel| is_soft(&pixel.0));
        let indexed = !soft && asset.palette.len() <= MAX_INDEXED;
        let mut file = header(size, frames.len() as u16, indexed, asset.palette.len());
        for (i, frame) in frames.iter().enumerate() {
            let mut chunks = Chunks::default();
            if i == 0 {
                chunks.describe(asset, output.scale, frames.len() as u16, size);
            }
            let pixels = if indexed { indices(frame, asset.palette, &[])? } else { frame.as_raw().clone() };
            chunks.cel(size, &pixels)?;
            file.extend(chunks.frame(asset.duration(i).min(u16::MAX.into()) as u16));
        }
        let length = (file.len() as u32).to_le_bytes();
        file[..4].copy_from_slice(&length);
        Ok(file)
    }
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
    fn describe(&mut self, asset: &Asset<'_>, scale: u32, frames: u16, size: [u16; 2]) {
        let mut profile = Bytes::default();
        self.add(PROFILE, profile.word(1).zeros(14));
        self.add(PALETTE, &palette(asset.palette));
        let mut layer = Bytes::default();
        // Visible and editable, a normal layer that blends normally and is opaque.
        layer.word(3).zeros(10).byte(255).zeros(3).text("sprite");
        self.add(LAYER, &layer);
        if let Some(timing) = asset.timing {
            self.add(TAGS, &tag(timing, frames));
        }
        self.add(SLICE, &pivot(asset, scale, size));
    }

    fn cel(&mut self, [width, height]: [u16; 2], pixels: &[u8]) -> Result<(), ExportError> {
        let mut cel = Bytes::default();
        // On layer 0 at 0, 0, opaque, compressed.
        cel.word(0).word(0).word(0).byte(255).word(2).zeros(7).word(width).word(height);
        let mut encoder = ZlibEncoder::new(&mut cel.0, Compression::new(6));
        encoder.write_all(pixels).and_then(|()| encoder.finish()).map_err(ExportError::Deflate)?;
        self.add(CEL, &cel);
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

/// One tag for all frames; ping-pong counts both ways as repetitions.
fn tag(timing: &Timing, frames: u16) -> Bytes {
    let (direction, once) = match timing.playback {
        Playback::Forward => (0, 1),
        Playback::Reverse => (1, 1),
        Playback::Pingpong => (2, 2),
    };
    let mut chunk = Bytes::default();
    chunk.word(1).zeros(8).word(0).word(frames - 1).byte(direction);
    chunk.word(if timing.repeat { 0 } else { once }).zeros(10).text(&timing.tag);
    chunk
}

/// A slice of the whole frame with its pivot where the subject stands: the middle of the baseline.
fn pivot(asset: &Asset<'_>, scale: u32, [width, height]: [u16; 2]) -> Bytes {
    let [width, height] = [width, height].map(u32::from);
    let mut chunk = Bytes::default();
    chunk.dword(1).dword(2).dword(0).text("pivot");
    chunk.dword(0).dword(0).dword(0).dword(width).dword(height);
    chunk.dword(width / 2).dword((asset.baseline * scale).min(height));
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

    /// Its length, then its bytes; names of assets are shorter than the length can say.
    fn text(&mut self, text: &str) -> &mut Self {
        self.word(text.len() as u16).raw(text.as_bytes())
    }
}
