//! Palettes: ordered colours with a name, built-in palettes, and palette file formats.
//!
//! This module does no I/O: readers take bytes, [`write()`] returns bytes.

pub mod extract;

mod act;
mod adobe;
mod aseprite;
mod builtin;
mod cursor;
mod error;
mod gpl;
mod hex;
mod jasc;
mod json;
mod kind;
mod paint_net;
mod png;
mod riff;
mod write;

use std::collections::HashSet;

use serde::Serialize;

use crate::words::color::Rgb;

pub use builtin::{builtin, builtin_names};
pub use error::PaletteError;
pub use png::has_whole_colors;
pub use write::write;

/// The largest number of colours of a palette: all of a machine with four bits a channel.
pub const MAX_COLORS: usize = 4096;

/// How the files that are read usually end, for messages. What a file is, its first bytes say.
pub const EXTENSIONS: &str = ".gpl .hex .pal .json .png .txt .act .ase .aco .aseprite";

/// The largest palette file that is read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;

/// Colours in a fixed order, with their name and author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Palette {
    /// The name, such as `Endesga 32`.
    pub name: String,
    /// The author; empty if unknown.
    pub author: String,
    /// 1 to [`MAX_COLORS`] colours, each once.
    pub colors: Vec<Rgb>,
    /// How many colours of the file were left out because they had come before.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplicates: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A palette file format that is written.
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

/// Whether a text names a palette file rather than a built-in palette: it has a folder or a known extension.
pub fn is_file_name(text: &str) -> bool {
    let known = |extension: &str| EXTENSIONS.split(' ').any(|known| known[1..].eq_ignore_ascii_case(extension));
    text.contains(['/', '\\']) || text.rsplit_once('.').is_some_and(|(_, extension)| known(extension))
}

/// Parses a palette file. Its content determines the format; `file_name` only where the content says nothing, and the
/// name of a palette without one.
///
/// Duplicate colours are dropped and counted. An image yields its colours in reading order, an indexed image those of
/// its palette in order. Colours with alpha below 128 are ignored.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Palette, PaletteError> {
    if bytes.len() > MAX_BYTES {
        return Err(PaletteError::Long(bytes.len()));
    }
    let read = kind::read(file_name, bytes)?;
    let name = if read.name.is_empty() { stem(file_name) } else { read.name };
    let all = read.colors.len();
    let colors = distinct(read.colors)?;
    Ok(Palette { name, author: read.author, duplicates: all - colors.len(), colors })
}

/// The result of a reader; the name may be empty, colours may repeat or exceed the limit.
#[derive(Default)]
struct Parsed {
    name: String,
    author: String,
    colors: Vec<Rgb>,
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
