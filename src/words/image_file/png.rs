//! PNG, row by row: an image of 16 bits a channel is never in memory with all of them.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, RgbaImage};
use png::{BitDepth, ColorType, Decoder, DecodingError, InterlaceInfo, Limits, Reader, Transformations};

use super::outline::big_endian;
use super::{Decoded, Problem, check_size};
use crate::words::palette;

/// The most memory for chunks that hold no pixels, in bytes.
const MAX_CHUNKS: usize = 64 << 20;

/// Width and height from the first chunk, IHDR.
pub(super) fn size(bytes: &[u8]) -> Option<[u32; 2]> {
    let ihdr = bytes.get(12..24).filter(|chunk| chunk.starts_with(b"IHDR"))?;
    Some([big_endian(&ihdr[4..8]), big_endian(&ihdr[8..12])])
}

pub(super) fn read(bytes: &[u8]) -> Result<Decoded, Problem> {
    // Read here, the size is known even where the decoder would only report a limit.
    if let Some([width, height]) = size(bytes) {
        check_size(width, height)?;
    }
    if !palette::has_whole_colors(bytes) {
        return Err(Problem::Damaged("its palette ends within a colour".to_owned()));
    }
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_CHUNKS });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(problem)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    check_size(width, height)?;
    if info.animation_control.is_some() {
        return Err(Problem::Animated("PNG"));
    }
    // Unreadable metadata is no reason to reject the image.
    let orientation = info.exif_metadata.as_deref().and_then(Orientation::from_exif_chunk);
    let mut image = DynamicImage::ImageRgba8(pixels(&mut reader, [width, height])?);
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(Decoded { pixels: image.into_rgba8(), lossy: false })
}

/// All pixels as RGBA8. A row that is missing is an error.
fn pixels(reader: &mut Reader<Cursor<&[u8]>>, [width, height]: [u32; 2]) -> Result<RgbaImage, Problem> {
    let form = reader.output_color_type();
    let mut image = RgbaImage::new(width, height);
    let stride = width as usize * 4;
    let (mut line, mut next) = (vec![0; stride], 0);
    while let Some(row) = reader.next_interlaced_row().map_err(problem)? {
        match row.interlace() {
            InterlaceInfo::Adam7(pass) => {
                let count = convert(row.data(), form, &mut line);
                png::expand_interlaced_row(&mut image, stride, &line[..4 * count], pass, 32);
            }
            InterlaceInfo::Null(_) => {
                let place = image.get_mut(next..next + stride).ok_or(Problem::Size(width, height))?;
                convert(row.data(), form, place);
                next += stride;
            }
        }
    }
    Ok(image)
}

/// Converts the pixels of a row to RGBA8; returns how many there are.
fn convert(row: &[u8], (color, depth): (ColorType, BitDepth), line: &mut [u8]) -> usize {
    let line = line.as_chunks_mut::<4>().0;
    // 16 bits are rounded to 8.
    let wide = |high: u8, low: u8| ((u32::from(u16::from_be_bytes([high, low])) + 128) / 257) as u8;
    match (color, depth) {
        (ColorType::Grayscale, BitDepth::Sixteen) => each(row, line, |&[a, b]: &[u8; 2]| {
            let value = wide(a, b);
            [value, value, value, 255]
        }),
        (ColorType::GrayscaleAlpha, BitDepth::Sixteen) => each(row, line, |&[a, b, c, d]: &[u8; 4]| {
            let value = wide(a, b);
            [value, value, value, wide(c, d)]
        }),
        (ColorType::Rgb, BitDepth::Sixteen) => {
            each(row, line, |&[a, b, c, d, e, f]: &[u8; 6]| [wide(a, b), wide(c, d), wide(e, f), 255])
        }
        (ColorType::Rgba, BitDepth::Sixteen) => {
            each(row, line, |&[a, b, c, d, e, f, g, h]: &[u8; 8]| [wide(a, b), wide(c, d), wide(e, f), wide(g, h)])
        }
        (ColorType::Grayscale, _) => each(row, line, |&[value]: &[u8; 1]| [value, value, value, 255]),
        (ColorType::GrayscaleAlpha, _) => each(row, line, |&[value, alpha]: &[u8; 2]| [value, value, value, alpha]),
        (ColorType::Rgb | ColorType::Indexed, _) => each(row, line, |&[r, g, b]: &[u8; 3]| [r, g, b, 255]),
        (ColorType::Rgba, _) => each(row, line, |pixel: &[u8; 4]| *pixel),
    }
}

fn each<const N: usize>(row: &[u8], line: &mut [[u8; 4]], pixel: impl Fn(&[u8; N]) -> [u8; 4]) -> usize {
    let row = row.as_chunks::<N>().0;
    line.iter_mut().zip(row).for_each(|(to, from)| *to = pixel(from));
    row.len().min(line.len())
}

fn problem(error: DecodingError) -> Problem {
    match &error {
        DecodingError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => Problem::Truncated,
        other => Problem::Damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(color: ColorType, depth: BitDepth, [width, height]: [u32; 2]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette((0..48).map(|i| i * 5).collect::<Vec<u8>>());
            encoder.set_trns(vec![0, 90, 255]);
        }
        let row = (width as usize * color.samples() * depth as usize).div_ceil(8);
        let data: Vec<u8> = (0..row * height as usize).map(|i| (i * i + i / 3) as u8).collect();
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        bytes
    }

    /// Every form of a PNG has the pixels that `image` decodes.
    #[test]
    fn rows_have_the_pixels_of_the_whole_image() {
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        for (color, depths) in [
            (Grayscale, &[1, 2, 4, 8, 16][..]),
            (Rgb, &[8, 16]),
            (Indexed, &[1, 2, 4]),
            (GrayscaleAlpha, &[8, 16]),
            (Rgba, &[8, 16]),
        ] {
            for depth in depths {
                let bytes = encoded(color, BitDepth::from_u8(*depth).unwrap(), [13, 9]);
                let whole = image::load_from_memory(&bytes).unwrap().into_rgba8();
                assert_eq!(read(&bytes).unwrap().pixels, whole, "{color:?} {depth}");
            }
        }
    }
}
