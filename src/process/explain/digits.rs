//! A bitmap font for hexadecimal digits, 3x5 dots, the only text in overlays.

use image::{Rgba, RgbaImage};

/// The side of a dot in pixels.
const DOT: u32 = 2;
/// The distance from one digit to the next, in pixels.
pub(super) const ADVANCE: u32 = 4 * DOT;

/// The rows of each digit from the top, three bits each.
const SHAPES: [[u8; 5]; 16] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 2, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
    [2, 5, 7, 5, 5],
    [6, 5, 6, 5, 6],
    [3, 4, 4, 4, 3],
    [6, 5, 5, 5, 6],
    [7, 4, 6, 4, 7],
    [7, 4, 6, 4, 4],
];

/// Writes hexadecimal digits at `(x, y)`, clipped to the image. Other characters are spaces.
pub(super) fn write(image: &mut RgbaImage, [x, y]: [u32; 2], text: &str, color: Rgba<u8>) {
    for (digit, left) in text.chars().zip((x..).step_by(ADVANCE as usize)) {
        let Some(shape) = digit.to_digit(16).map(|value| SHAPES[value as usize]) else { continue };
        for (dx, dy) in (0..5 * DOT).flat_map(|dy| (0..3 * DOT).map(move |dx| (dx, dy))) {
            let is_set = shape[(dy / DOT) as usize] >> (2 - dx / DOT) & 1 == 1;
            if let Some(pixel) = image.get_pixel_mut_checked(left + dx, y + dy).filter(|_| is_set) {
                *pixel = color;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_is_a_bar_with_a_foot() {
        let mut image = RgbaImage::new(6, 10);
        write(&mut image, [0, 0], "1", Rgba([255; 4]));
        let row = |y: u32| (0..3).map(|x| if image.get_pixel(2 * x, 2 * y)[3] > 0 { '#' } else { '.' }).collect();
        let rows: Vec<String> = (0..5).map(row).collect();
        assert_eq!(rows, [".#.", "##.", ".#.", ".#.", "###"]);
    }
}
