//! Palettes: ordered colours with a name, built-in palettes, and palette file formats.
//!
//! This module does no I/O: readers take bytes, [`write()`] returns bytes.

pub mod extract;

mod builtin;
mod error;
mod gpl;
mod hex;
mod jasc;
mod lospec;
mod png;
mod write;

use std::collections::HashSet;

use serde::Serialize;

use crate::words::color::Rgb;

pub use builtin::{builtin, builtin_names};
pub use error::PaletteError;
pub use png::has_whole_colors;
pub use write::write;

/// The largest number of colours of a palette.
pub const MAX_COLORS: usize = 256;

/// The largest palette file that is read, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Colours in a fixed order, with their name and author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Palette {
    /// The name, such as `Endesga 32`.
    pub name: String,
    /// The author; empty if unknown.
    pub author: String,
    /// 1 to 256 colours.
    pub colors: Vec<Rgb>,
}

/// A palette file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GIMP's `.gpl`.
    Gpl,
    /// `.hex`: one `rrggbb` per line.
    Hex,
    /// Paint Shop Pro's `.pal`.
    Jasc,
    /// Lospec's `.json`.
    Lospec,
    /// A PNG image of the colours.
    Png,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Gpl, Self::Hex, Self::Jasc, Self::Lospec, Self::Png];

    /// The file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gpl => "gpl",
            Self::Hex => "hex",
            Self::Jasc => "pal",
            Self::Lospec => "json",
            Self::Png => "png",
        }
    }

    /// The format of a file by its extension.
    pub fn of(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// Parses a palette file. `file_name` determines the format, and the name of a palette without one.
///
/// Duplicate colours are dropped. An image yields its colours in reading order, an indexed image those of its palette
/// in order. Colours with alpha below 128 are ignored.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Palette, PaletteError> {
    let format = Format::of(file_name).ok_or_else(|| PaletteError::Format(file_name.to_owned()))?;
    if bytes.len() > MAX_BYTES {
        return Err(PaletteError::Long(bytes.len()));
    }
    let read = match format {
        Format::Gpl => gpl::read(text(bytes)?),
        Format::Hex => hex::read(text(bytes)?),
        Format::Jasc => jasc::read(text(bytes)?),
        Format::Lospec => lospec::read(text(bytes)?),
        Format::Png => png::read(bytes),
    }?;
    let name = if read.name.is_empty() { stem(file_name) } else { read.name };
    Ok(Palette { name, author: read.author, colors: distinct(read.colors)? })
}

/// The result of a reader; the name may be empty, colours may repeat or exceed the limit.
#[derive(Default)]
struct Parsed {
    name: String,
    author: String,
    colors: Vec<Rgb>,
}

fn text(bytes: &[u8]) -> Result<&str, PaletteError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        PaletteError::line(line, "is not UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn stem(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem).to_owned()
}

/// Removes duplicates, then checks the number of colours.
fn distinct(colors: Vec<Rgb>) -> Result<Vec<Rgb>, PaletteError> {
    let mut seen = HashSet::new();
    let distinct: Vec<_> = colors.into_iter().filter(|&color| seen.insert(color)).collect();
    match distinct.len() {
        0 => Err(PaletteError::Empty),
        count if count > MAX_COLORS => Err(PaletteError::Many(count)),
        _ => Ok(distinct),
    }
}

/// Parses `r g b` with an optional fourth number; the rest of the line is the colour's name.
fn decimal(line: &str) -> Option<([u8; 3], Option<u8>)> {
    let mut words = line.split_whitespace();
    let mut next = || words.next().and_then(|word| word.parse::<u8>().ok());
    let rgb = [next()?, next()?, next()?];
    Some((rgb, next()))
}
