//! The palette of an `.aseprite` (or `.ase`) file: that of its first frame. Pixels are not decoded.

use crate::words::color::Rgb;

use super::cursor::Cursor;
use super::{PaletteError, Parsed};

const NAME: &str = "Aseprite file";
/// The length of the header, and of that of a frame.
const HEADER: usize = 128;
const FRAME: usize = 16;

/// Whether the file has Aseprite's magic number.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.get(4..6) == Some(&[0xe0, 0xa5]) && bytes.len() >= HEADER
}

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, PaletteError> {
    let colors = first_frame(bytes).ok_or_else(|| PaletteError::damaged(NAME, "its first frame is cut off"))?;
    Ok(Parsed { colors, ..Parsed::default() })
}

fn first_frame(bytes: &[u8]) -> Option<Vec<Rgb>> {
    let mut rest = Cursor(bytes.get(HEADER..)?);
    let length = rest.len_le()?.checked_sub(4)?;
    let mut frame = Cursor(rest.take(length.min(rest.0.len()))?);
    frame.take(FRAME - 4)?;
    let (mut entries, mut old): (Vec<Option<Rgb>>, Vec<Option<Rgb>>) = (Vec::new(), Vec::new());
    while let Some(length) = frame.len_le() {
        let mut chunk = Cursor(frame.take(length.checked_sub(4)?)?);
        match chunk.u16_le()? {
            0x2019 => palette(&mut chunk, &mut entries)?,
            // Written for readers older than 2019's, and the only palette of files from then.
            0x0004 => packets(&mut chunk, 1, &mut old)?,
            0x0011 => packets(&mut chunk, 4, &mut old)?,
            _ => {}
        }
    }
    let entries = if entries.is_empty() { old } else { entries };
    Some(entries.into_iter().flatten().collect())
}

/// Entries with alpha and, some of them, a name.
fn palette(chunk: &mut Cursor<'_>, entries: &mut Vec<Option<Rgb>>) -> Option<()> {
    let (_size, first, last) = (chunk.len_le()?, chunk.len_le()?, chunk.len_le()?);
    chunk.take(8)?;
    for at in first..=last {
        let flags = chunk.u16_le()?;
        let &[r, g, b, alpha] = chunk.take(4)? else { return None };
        if flags & 1 != 0 {
            let name = chunk.u16_le()?;
            chunk.take(name.into())?;
        }
        put(entries, at, Rgb([r, g, b]), alpha >= 128)?;
    }
    Some(())
}

/// Runs of colours; `scale` is 4 for values of six bits.
fn packets(chunk: &mut Cursor<'_>, scale: u8, entries: &mut Vec<Option<Rgb>>) -> Option<()> {
    let mut at = 0;
    for _ in 0..chunk.u16_le()? {
        at += usize::from(chunk.byte()?);
        let count = match chunk.byte()? {
            0 => 256,
            count => usize::from(count),
        };
        for _ in 0..count {
            let &[r, g, b] = chunk.take(3)? else { return None };
            put(entries, at, Rgb([r, g, b].map(|value| value.saturating_mul(scale))), true)?;
            at += 1;
        }
    }
    Some(())
}

/// Sets an entry. Its number may be anything, so that it must not decide how much memory is used.
fn put(entries: &mut Vec<Option<Rgb>>, at: usize, color: Rgb, is_opaque: bool) -> Option<()> {
    if at >= 1 << 16 {
        return None;
    }
    if entries.len() <= at {
        entries.resize(at + 1, None);
    }
    entries[at] = is_opaque.then_some(color);
    Some(())
}
