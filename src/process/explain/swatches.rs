//! The palette overlay: the colours of a frame with their pixel counts.

use image::{Rgba, RgbaImage};

use super::digits;
use crate::words::color::Rgb;

const BACKGROUND: Rgba<u8> = Rgba([24, 26, 34, 255]);
const TEXT: Rgba<u8> = Rgba([222, 224, 232, 255]);
/// Swatches per column.
const COLUMN: usize = 32;
/// The size of a swatch with its text, and of the swatch alone, in pixels.
const ENTRY: [u32; 2] = [160, 18];
const SWATCH: [u32; 2] = [30, 14];
const GAP: u32 = 4;
/// The offsets of the value and of the count within an entry.
const VALUE: u32 = SWATCH[0] + 2 * GAP;
const COUNT: u32 = VALUE + 6 * digits::ADVANCE + 2 * GAP;

/// A swatch for each colour, followed by its value as RRGGBB and its pixel count; 32 per column.
pub fn palette(colors: &[(Rgb, usize)]) -> RgbaImage {
    let [width, height] = [colors.len().div_ceil(COLUMN), colors.len().min(COLUMN)].map(|count| count.max(1) as u32);
    let mut image = RgbaImage::from_pixel(width * ENTRY[0] + GAP, height * ENTRY[1] + GAP, BACKGROUND);
    for (i, (Rgb([r, g, b]), count)) in colors.iter().enumerate() {
        let (x, y) = (GAP + (i / COLUMN) as u32 * ENTRY[0], GAP + (i % COLUMN) as u32 * ENTRY[1]);
        for (dx, dy) in (0..SWATCH[1]).flat_map(|dy| (0..SWATCH[0]).map(move |dx| (dx, dy))) {
            image.put_pixel(x + dx, y + dy, Rgba([*r, *g, *b, 255]));
        }
        digits::write(&mut image, [x + VALUE, y + 2], &format!("{r:02x}{g:02x}{b:02x}"), TEXT);
        digits::write(&mut image, [x + COUNT, y + 2], &count.to_string(), TEXT);
    }
    image
}
