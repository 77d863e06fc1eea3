//! Palettes as PNG: the palette of an indexed image, otherwise its colours in reading order.

use std::collections::HashSet;

use png::{ColorType, Transformations};

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed};

/// The largest number of pixels of a palette image.
const MAX_PIXELS: u64 = 1 << 24;
const MAX_DECODED: usize = 128 << 20;

/// Whether the PLTE chunk, if present, holds whole RGB triples. The decoder panics if it does not.
pub fn has_whole_colors(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]);
        match &kind {
            b"PLTE" if length % 3 != 0 => return false,
            b"IDAT" => break,
            _ => rest = after.get(length as usize + 4..).unwrap_or_default(),
        }
    }
    true
}

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, PaletteError> {
    if !has_whole_colors(bytes) {
        return Err(PaletteError::Image("its palette ends within a colour".to_owned()));
    }
    let wrong = |error: png::DecodingError| PaletteError::Image(error.to_string());
    let limits = png::Limits { bytes: MAX_DECODED };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(wrong)?;
    let info = reader.info();
    if u64::from(info.width) * u64::from(info.height) > MAX_PIXELS {
        return Err(PaletteError::Image(format!("{} x {} pixels are too many", info.width, info.height)));
    }
    if let (ColorType::Indexed, Some(palette)) = (info.color_type, &info.palette) {
        return Ok(indexed(palette, info.trns.as_deref().unwrap_or_default()));
    }
    let length = reader.output_buffer_size().ok_or_else(|| PaletteError::Image("it is too large".to_owned()))?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(wrong)?;
    Ok(Parsed { colors: opaque(&pixels[..frame.buffer_size()], frame.color_type), ..Parsed::default() })
}

fn indexed(palette: &[u8], alpha: &[u8]) -> Parsed {
    let is_color = |i: usize| alpha.get(i).is_none_or(|&alpha| alpha >= 128);
    let entries = palette.as_chunks::<3>().0.iter().enumerate();
    Parsed { colors: entries.filter(|(i, _)| is_color(*i)).map(|(_, rgb)| Rgb(*rgb)).collect(), ..Parsed::default() }
}

/// The distinct colours in reading order. Duplicates are removed here because an image may have millions of pixels.
fn opaque(pixels: &[u8], kind: ColorType) -> Vec<Rgb> {
    let mut seen = HashSet::new();
    let mut colors = Vec::new();
    let mut see = |rgb, alpha: u8| {
        if alpha >= 128 && seen.insert(Rgb(rgb)) {
            colors.push(Rgb(rgb));
        }
    };
    match kind {
        ColorType::GrayscaleAlpha => pixels.as_chunks().0.iter().for_each(|&[v, a]| see([v; 3], a)),
        _ => pixels.as_chunks().0.iter().for_each(|&[r, g, b, a]| see([r, g, b], a)),
    }
    colors
}

/// An indexed image of one row, in the order of the palette.
pub(super) fn write(palette: &Palette) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, palette.colors.len() as u32, 1);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.colors.iter().flat_map(|color| color.0).collect::<Vec<_>>());
    encoder.set_filter(png::Filter::NoFilter);
    let row: Vec<u8> = (0..palette.colors.len()).map(|i| i as u8).collect();
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&row)?;
        writer.finish()
    });
    debug_assert!(written.is_ok() || palette.colors.is_empty() || palette.colors.len() > super::MAX_COLORS);
    bytes
}
