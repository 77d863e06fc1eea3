//! Sixel of images with few colours, each of which arrives as it is: general encoders quantize, and merge colours that are
//! near each other.

use std::collections::BTreeMap;
use std::fmt::Write;

use image::{Rgba, RgbaImage};
use ratatui::layout::Size;

/// Colours that a terminal has registers for.
const MOST: usize = 256;

/// A band has so many rows.
const BAND: u32 = 6;

/// The bytes that draw an image over the cells of an area, which are cleared first; nothing where it has too many colours.
pub(super) fn encode(image: &RgbaImage, cells: Size) -> Option<String> {
    let mut registers: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    image.pixels().filter_map(opaque).for_each(|color| _ = registers.insert(color, 0));
    if registers.len() > MOST {
        return None;
    }
    registers.values_mut().enumerate().for_each(|(n, register)| *register = n);
    let mut data = cleared(cells);
    let (width, height) = image.dimensions();
    // Pixels that are not drawn stay as they are.
    _ = write!(data, "\u{1b}P0;1;0q\"1;1;{width};{height}");
    for ([r, g, b], register) in &registers {
        let [r, g, b] = [r, g, b].map(|value| (u32::from(*value) * 100 + 127) / 255);
        _ = write!(data, "#{register};2;{r};{g};{b}");
    }
    for top in (0..height).step_by(BAND as usize) {
        band(image, top, &registers, &mut data);
        data.push('-');
    }
    data.push_str("\u{1b}\\");
    Some(data)
}

fn opaque(pixel: &Rgba<u8>) -> Option<[u8; 3]> {
    let Rgba([r, g, b, a]) = *pixel;
    (a >= 128).then_some([r, g, b])
}

/// Erases the cells and returns to the first one.
fn cleared(Size { width, height }: Size) -> String {
    let mut data = format!("\u{1b}[{width}X\u{1b}[1B").repeat(height.into());
    _ = write!(data, "\u{1b}[{height}A");
    data
}

/// Six rows, once for each colour that they have.
fn band(image: &RgbaImage, top: u32, registers: &BTreeMap<[u8; 3], usize>, data: &mut String) {
    let mut columns: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (row, x) in (0..BAND.min(image.height() - top)).flat_map(|row| (0..image.width()).map(move |x| (row, x))) {
        let Some(register) = opaque(image.get_pixel(x, top + row)).and_then(|color| registers.get(&color)) else {
            continue;
        };
        let bits = columns.entry(*register).or_insert_with(|| vec![0; image.width() as usize]);
        bits[x as usize] |= 1 << row;
    }
    for (register, bits) in columns {
        _ = write!(data, "#{register}");
        for run in bits.chunk_by(|a, b| a == b) {
            let sixel = char::from(63 + run[0]);
            match run.len() {
                1..4 => data.extend(std::iter::repeat_n(sixel, run.len())),
                count => _ = write!(data, "!{count}{sixel}"),
            }
        }
        data.push('$');
    }
}
