//! A palette: named colours in an order that has meaning; the built-in ones, and the files that hold others.
//!
//! Nothing here touches a disk: readers take bytes, [`write()`] gives bytes.

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

/// The most colours that a palette may have.
pub const MAX_COLORS: usize = 256;

/// The longest palette file that is read, in bytes; an image of this length holds any palette.
const MAX_BYTES: usize = 16 << 20;

/// Colours in a fixed order, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Palette {
    /// Its name, such as `Endesga 32`.
    pub name: String,
    /// Who made it; empty if unknown.
    pub author: String,
    /// 1 to 256 colours.
    pub colors: Vec<Rgb>,
}

/// A file format of palettes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GIMP's `.gpl`.
    Gpl,
    /// One `rrggbb` a line.
    Hex,
    /// Paint Shop Pro's `.pal`.
    Jasc,
    /// Lospec's `.json`.
    Lospec,
    /// An image of the colours.
    Png,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Gpl, Self::Hex, Self::Jasc, Self::Lospec, Self::Png];

    /// The end of its file names, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gpl => "gpl",
            Self::Hex => "hex",
            Self::Jasc => "pal",
            Self::Lospec => "json",
            Self::Png => "png",
        }
    }

    /// The format of a file, by the end of its name.
    pub fn of(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// Reads a palette file; `file_name` tells the format, and the name where the file has none.
///
/// Colours that come again are left out. An image gives its colours in reading order, an indexed one in the order of
/// its palette; what is more than half transparent is no colour.
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

/// What a reader found: perhaps without a name, with colours that come again, or with too many.
#[derive(Default)]
struct Found {
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

/// Leaves out what comes again, then checks the number.
fn distinct(colors: Vec<Rgb>) -> Result<Vec<Rgb>, PaletteError> {
    let mut seen = HashSet::new();
    let distinct: Vec<_> = colors.into_iter().filter(|&color| seen.insert(color)).collect();
    match distinct.len() {
        0 => Err(PaletteError::Empty),
        count if count > MAX_COLORS => Err(PaletteError::Many(count)),
        _ => Ok(distinct),
    }
}

/// Reads `r g b`, and a fourth number where there is one; anything after it is the colour's name.
fn decimal(line: &str) -> Option<([u8; 3], Option<u8>)> {
    let mut words = line.split_whitespace();
    let mut next = || words.next().and_then(|word| word.parse::<u8>().ok());
    let rgb = [next()?, next()?, next()?];
    Some((rgb, next()))
}
