//! Palettes as PNG: the palette of an indexed image, otherwise its colours in reading order.

use std::collections::HashSet;

use png::{ColorType, Transformations};

use crate::words::color::Rgb;

use super::{MAX_COLORS, Palette, PaletteError, Parsed};

/// The largest number of pixels of a palette image.
const MAX_PIXELS: u64 = 1 << 24;
const MAX_DECODED: usize = 128 << 20;
/// The largest number of colours of an indexed image.
const MAX_INDEXED: usize = 256;

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
    let interlaced = info.interlaced;
    let (kind, _) = reader.output_color_type();
    let mut colors = Colors::default();
    if interlaced {
        // Its rows come in seven passes, so that reading order needs the whole image.
        let length = reader.output_buffer_size().ok_or_else(|| PaletteError::Image("it is too large".to_owned()))?;
        let mut pixels = vec![0; length];
        let frame = reader.next_frame(&mut pixels).map_err(wrong)?;
        colors.add(&pixels[..frame.buffer_size()], kind)?;
    } else {
        while let Some(row) = reader.next_row().map_err(wrong)? {
            colors.add(row.data(), kind)?;
        }
    }
    Ok(Parsed { colors: colors.list, ..Parsed::default() })
}

fn indexed(palette: &[u8], alpha: &[u8]) -> Parsed {
    let is_color = |i: usize| alpha.get(i).is_none_or(|&alpha| alpha >= 128);
    let entries = palette.as_chunks::<3>().0.iter().enumerate();
    Parsed { colors: entries.filter(|(i, _)| is_color(*i)).map(|(_, rgb)| Rgb(*rgb)).collect(), ..Parsed::default() }
}

/// The distinct opaque colours in reading order. Duplicates are dropped at once: an image may have millions of pixels.
#[derive(Default)]
struct Colors {
    seen: HashSet<Rgb>,
    list: Vec<Rgb>,
}

impl Colors {
    fn add(&mut self, pixels: &[u8], kind: ColorType) -> Result<(), PaletteError> {
        match kind {
            ColorType::GrayscaleAlpha => pixels.as_chunks().0.iter().try_for_each(|&[v, a]| self.see([v; 3], a)),
            _ => pixels.as_chunks().0.iter().try_for_each(|&[r, g, b, a]| self.see([r, g, b], a)),
        }
    }

    fn see(&mut self, rgb: [u8; 3], alpha: u8) -> Result<(), PaletteError> {
        if alpha >= 128 && self.seen.insert(Rgb(rgb)) {
            self.list.push(Rgb(rgb));
        }
        if self.list.len() > MAX_COLORS { Err(PaletteError::Crowded) } else { Ok(()) }
    }
}

/// An image of one row, in the order of the palette; indexed if its colours have an index.
pub(super) fn write(palette: &Palette) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, palette.colors.len() as u32, 1);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::NoFilter);
    let colors: Vec<u8> = palette.colors.iter().flat_map(|color| color.0).collect();
    let row = if palette.colors.len() > MAX_INDEXED {
        encoder.set_color(ColorType::Rgb);
        colors
    } else {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(colors);
        (0..palette.colors.len()).map(|i| i as u8).collect()
    };
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&row)?;
        writer.finish()
    });
    debug_assert!(written.is_ok() || palette.colors.is_empty());
    bytes
}
