//! What a palette file is, by its first bytes. Its name decides only where these say nothing.

use super::{Format, PaletteError, Parsed, act, adobe, aseprite, gpl, hex, jasc, json, paint_net, png, riff};

/// The largest text that is read, in bytes: far more than the most colours take.
const MAX_TEXT: usize = 1 << 20;

/// Reads a palette in any known format.
pub(super) fn read(file_name: &str, bytes: &[u8]) -> Result<Parsed, PaletteError> {
    if bytes.starts_with(b"\x89PNG") {
        png::read(bytes)
    } else if bytes.starts_with(b"version https://git-lfs") {
        Err(PaletteError::Pointer)
    } else if riff::is(bytes) {
        riff::read(bytes)
    } else if adobe::is_ase(bytes) {
        adobe::read_ase(bytes)
    } else if aseprite::is(bytes) {
        aseprite::read(bytes)
    } else if adobe::is_aco(bytes) {
        adobe::read_aco(bytes)
    } else if act::is(file_name, bytes) {
        Ok(act::read(bytes))
    } else {
        read_text(file_name, text(file_name, bytes)?)
    }
}

fn read_text(file_name: &str, text: &str) -> Result<Parsed, PaletteError> {
    let start = text.trim_start();
    if start.starts_with("GIMP Palette") {
        gpl::read(text)
    } else if start.starts_with("JASC-PAL") {
        jasc::read(text)
    } else if start.starts_with(['{', '[']) {
        json::read(text)
    } else if paint_net::is(text) {
        paint_net::read(text)
    } else if hex::is(text) {
        hex::read(text)
    } else {
        // None of them; the error is that of the format that the name promises.
        match Format::of(file_name) {
            Some(Format::Gpl) => gpl::read(text),
            Some(Format::Jasc) => jasc::read(text),
            Some(Format::Lospec) => json::read(text),
            _ => hex::read(text),
        }
    }
}

/// The file as text. What is no text at all is no palette; one wrong byte has a line.
fn text<'a>(file_name: &str, bytes: &'a [u8]) -> Result<&'a str, PaletteError> {
    if let Ok(format) = image::guess_format(bytes) {
        let format = format.extensions_str().first().map_or("image", |extension| extension).to_ascii_uppercase();
        return Err(PaletteError::Picture(format));
    }
    if bytes.contains(&0) || Format::of(file_name) == Some(Format::Png) {
        return Err(PaletteError::Unknown);
    }
    if bytes.len() > MAX_TEXT {
        return Err(PaletteError::Long(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        PaletteError::line(line, "is not UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
