//! Pixels in a terminal: two of them a letter as half blocks, or shades where there is no colour.

use anstyle::{RgbColor, Style};
use image::{Rgba, RgbaImage};

/// The columns between two images.
const GAP: usize = 2;

/// From dark to bright.
const SHADES: [char; 9] = ['.', ':', '-', '=', '+', '*', '#', '%', '@'];

/// Images in lines of at most so many columns: side by side, each pixel a square of a whole number of columns, or every
/// so many pixels one where even that is too wide.
pub(super) fn lines(images: &[RgbaImage], columns: usize, colored: bool) -> Vec<String> {
    let widest = images.iter().map(|image| image.width() as usize).max().unwrap_or(1).max(1);
    // A pixel without colour takes two columns and a line: letters are twice as high as wide.
    let across = if colored { 1 } else { 2 };
    let k = (columns / (widest * across)).min(if colored && widest <= 16 { 2 } else { 1 });
    let step = (widest * across).div_ceil(columns.max(1));
    let sized: Vec<RgbaImage> = images.iter().map(|image| sized(image, k.max(1), step)).collect();
    let mut lines = Vec::new();
    let mut row: Vec<&RgbaImage> = Vec::new();
    let mut used = 0;
    for image in &sized {
        let width = image.width() as usize * across;
        if !row.is_empty() && used + GAP + width > columns {
            lines.extend(side_by_side(&std::mem::take(&mut row), colored));
            used = 0;
        }
        used += width + if row.is_empty() { 0 } else { GAP };
        row.push(image);
    }
    lines.extend(side_by_side(&row, colored));
    lines
}

/// The image enlarged `k` times, or with one of `step` pixels along each axis.
fn sized(image: &RgbaImage, k: usize, step: usize) -> RgbaImage {
    let (k, step) = (k as u32, step as u32);
    let side = |pixels: u32| if step > 1 { pixels.div_ceil(step) } else { pixels * k };
    RgbaImage::from_fn(side(image.width()), side(image.height()), |x, y| *image.get_pixel(x * step / k, y * step / k))
}

fn side_by_side(images: &[&RgbaImage], colored: bool) -> Vec<String> {
    let high = images.iter().map(|image| image.height()).max().unwrap_or(0);
    let line = |y: u32| {
        let parts: Vec<String> =
            images.iter().map(|image| if colored { half_blocks(image, y) } else { shades(image, y) }).collect();
        parts.join(&" ".repeat(GAP)).trim_end_matches(' ').to_owned()
    };
    (0..high).step_by(if colored { 2 } else { 1 }).map(line).collect()
}

/// Rows `y` and `y + 1` of an image.
fn half_blocks(image: &RgbaImage, y: u32) -> String {
    let color = |x: u32, y: u32| {
        let Rgba([r, g, b, a]) = *image.get_pixel_checked(x, y)?;
        (a >= 128).then_some(RgbColor(r, g, b))
    };
    let cell = |x: u32| match (color(x, y), color(x, y + 1)) {
        (None, None) => " ".to_owned(),
        (Some(top), None) => painted(Style::new().fg_color(Some(top.into())), '▀'),
        (None, Some(bottom)) => painted(Style::new().fg_color(Some(bottom.into())), '▄'),
        (Some(top), Some(bottom)) => {
            painted(Style::new().fg_color(Some(top.into())).bg_color(Some(bottom.into())), '▀')
        }
    };
    (0..image.width()).map(cell).collect()
}

fn painted(style: Style, block: char) -> String {
    format!("{style}{block}{style:#}")
}

/// Row `y` of an image, by brightness.
fn shades(image: &RgbaImage, y: u32) -> String {
    let shade = |x: u32| match image.get_pixel_checked(x, y) {
        Some(Rgba([r, g, b, a])) if *a >= 128 => {
            let bright = (299 * usize::from(*r) + 587 * usize::from(*g) + 114 * usize::from(*b)) / 1000;
            SHADES[bright * SHADES.len() / 256]
        }
        _ => ' ',
    };
    (0..image.width()).map(shade).flat_map(|shade| [shade, shade]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
    const NONE: Rgba<u8> = Rgba([0; 4]);

    fn image(rows: &[&[Rgba<u8>]]) -> RgbaImage {
        RgbaImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| rows[y as usize][x as usize])
    }

    #[test]
    fn two_pixels_are_one_letter() {
        let art = image(&[&[RED, NONE], &[NONE, RED], &[RED, RED]]);
        let red = "\u{1b}[38;2;255;0;0m";
        assert_eq!(
            lines(std::slice::from_ref(&art), 2, true),
            [format!("{red}▀\u{1b}[0m{red}▄\u{1b}[0m"), format!("{red}▀\u{1b}[0m{red}▀\u{1b}[0m")]
        );
        assert_eq!(lines(&[art], 4, false), ["--", "  --", "----"]);
    }

    #[test]
    fn what_is_too_wide_goes_on_below_or_shows_one_pixel_of_several() {
        let art = image(&[&[RED; 17]]);
        assert_eq!(lines(&[art.clone(), art.clone()], 40, true).len(), 1);
        assert_eq!(lines(&[art.clone(), art.clone()], 30, true).len(), 2);
        assert_eq!(lines(&[art], 10, true)[0].matches('▀').count(), 9);
        assert!(lines(&[], 80, true).is_empty());
    }
}
