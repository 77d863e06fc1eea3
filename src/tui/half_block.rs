//! Exact pixels in every terminal: two of them a cell, in colours of the cell. Transparent ones show the screen's own ground.

use image::{Rgba, RgbaImage};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::theme::Depth;

/// How often a pixel is drawn along each axis, or of how many one is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    /// Whole times its size.
    Times(u32),
    /// One of so many.
    OneOf(u32),
}

impl Factor {
    /// The greatest factor with which an image of a size has room.
    pub(super) fn fitting([width, height]: [u32; 2], room: [u32; 2]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let times = (room[0] / width).min(room[1] / height);
        if times > 0 {
            return Self::Times(times);
        }
        let step = |side: u32, room: u32| side.div_ceil(room.max(1));
        Self::OneOf(step(width, room[0]).max(step(height, room[1])))
    }

    /// An image's size by the factor.
    pub(super) fn apply(self, size: [u32; 2]) -> [u32; 2] {
        match self {
            Self::Times(k) => size.map(|side| side * k),
            Self::OneOf(k) => size.map(|side| side.div_ceil(k)),
        }
    }

    /// The place in the image of a place on the screen.
    fn back(self, at: u32) -> u32 {
        match self {
            Self::Times(k) => at / k,
            Self::OneOf(k) => at * k,
        }
    }

    /// `x4` or `1:3`.
    pub(super) fn text(self) -> String {
        match self {
            Self::Times(k) => format!("x{k}"),
            Self::OneOf(k) => format!("1:{k}"),
        }
    }
}

/// Paints an image into the middle of an area by the greatest whole factor; returns the factor as text.
pub fn paint(buffer: &mut Buffer, area: Rect, image: &RgbaImage, depth: Depth) -> String {
    let area = area.intersection(buffer.area);
    let size: [u32; 2] = image.dimensions().into();
    let factor = Factor::fitting(size, [area.width.into(), u32::from(area.height) * 2]);
    let [width, height] = factor.apply(size);
    let rows = height.div_ceil(2);
    let left = area.x + area.width.saturating_sub(short(width)) / 2;
    let top = area.y + area.height.saturating_sub(short(rows)) / 2;
    let color = |x: u32, y: u32| {
        let Rgba([r, g, b, a]) = *image.get_pixel_checked(factor.back(x), factor.back(y))?;
        (a >= 128).then(|| color(r, g, b, depth))
    };
    for row in 0..rows.min(area.height.into()) {
        for column in 0..width.min(area.width.into()) {
            let Some(cell) = buffer.cell_mut((left + short(column), top + short(row))) else { continue };
            let (upper, lower) = (color(column, 2 * row), color(column, 2 * row + 1).filter(|_| 2 * row + 1 < height));
            match (upper, lower) {
                (Some(upper), Some(lower)) => cell.set_char('▀').set_fg(upper).set_bg(lower),
                (Some(upper), None) => cell.set_char('▀').set_fg(upper).set_bg(Color::Reset),
                (None, Some(lower)) => cell.set_char('▄').set_fg(lower).set_bg(Color::Reset),
                (None, None) => cell.set_char(' ').set_fg(Color::Reset).set_bg(Color::Reset),
            };
        }
    }
    factor.text()
}

fn short(n: u32) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

pub(super) fn color(r: u8, g: u8, b: u8, depth: Depth) -> Color {
    if depth == Depth::True { Color::Rgb(r, g, b) } else { Color::Indexed(indexed([r, g, b])) }
}

/// The nearest of xterm's 256 colours that no user changes: its cube and its greys.
fn indexed(rgb: [u8; 3]) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| (0..6_u8).min_by_key(|at| STEPS[usize::from(*at)].abs_diff(value)).unwrap_or(0);
    let cube = rgb.map(nearest);
    let mean = rgb.iter().map(|value| u32::from(*value)).sum::<u32>() / 3;
    let step = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    let distance =
        |other: [u8; 3]| -> u32 { other.iter().zip(rgb).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let of_cube = distance(cube.map(|at| STEPS[usize::from(at)]));
    let of_grey = distance([8 + 10 * step; 3]);
    if of_grey < of_cube { 232 + step } else { 16 + 36 * cube[0] + 6 * cube[1] + cube[2] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba<u8> = Rgba([255, 0, 0, 255]);
    const NONE: Rgba<u8> = Rgba([9, 9, 9, 0]);

    #[test]
    fn every_pixel_is_where_it_belongs() {
        let art = RgbaImage::from_fn(2, 3, |x, y| if (x + y) % 2 == 0 { RED } else { NONE });
        let area = Rect::new(0, 0, 2, 2);
        let mut buffer = Buffer::empty(area);
        assert_eq!(paint(&mut buffer, area, &art, Depth::True), "x1");
        let symbols: Vec<&str> = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(symbols, ["▀", "▄", "▀", " "]);
        assert_eq!(buffer.content[0].fg, Color::Rgb(255, 0, 0));
        assert!(buffer.content.iter().all(|cell| cell.bg == Color::Reset));
    }

    #[test]
    fn factors_are_whole() {
        assert_eq!(Factor::fitting([16, 16], [70, 48]), Factor::Times(3));
        assert_eq!(Factor::fitting([64, 16], [32, 40]), Factor::OneOf(2));
        assert_eq!(Factor::OneOf(3).apply([64, 16]), [22, 6]);
    }

    #[test]
    fn colours_of_256_are_the_nearest() {
        assert_eq!((indexed([255, 0, 0]), indexed([8, 8, 8]), indexed([128, 128, 128])), (196, 232, 244));
    }
}
