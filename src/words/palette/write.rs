//! A palette as the bytes of a file.

use super::{Format, Palette, gpl, hex, jasc, lospec, png};

/// The bytes of a file in that format. Names and authors are kept where the format has a place for them.
pub fn write(palette: &Palette, format: Format) -> Vec<u8> {
    match format {
        Format::Gpl => gpl::write(palette).into_bytes(),
        Format::Hex => hex::write(palette).into_bytes(),
        Format::Jasc => jasc::write(palette).into_bytes(),
        Format::Lospec => lospec::write(palette).into_bytes(),
        Format::Png => png::write(palette),
    }
}
