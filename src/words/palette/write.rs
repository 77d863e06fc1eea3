//! Writes palette files.

use super::{Format, Palette, gpl, hex, jasc, json, png};

/// Encodes a palette. Name and author are kept if the format has a field for them.
pub fn write(palette: &Palette, format: Format) -> Vec<u8> {
    match format {
        Format::Gpl => gpl::write(palette).into_bytes(),
        Format::Hex => hex::write(palette).into_bytes(),
        Format::Jasc => jasc::write(palette).into_bytes(),
        Format::Lospec => json::write(palette).into_bytes(),
        Format::Png => png::write(palette),
    }
}
