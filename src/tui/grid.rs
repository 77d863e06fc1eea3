//! A raw under the grid that restoration finds in it: a part of it as large as the room allows, with as many lines as
//! stay apart.

use image::{Rgba, RgbaImage};
use ratatui::crossterm::event::KeyCode;

use crate::session::FoundGrid;

/// The greatest zoom: each step doubles it.
const NEAREST: u32 = 7;

/// Lines that are drawn have so many pixels of the screen between them.
const APART: f64 = 4.0;

/// A raw, and the grid that is found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gridded {
    /// The raw.
    pub raw: RgbaImage,
    /// Its grid, or why none is found.
    pub grid: Result<FoundGrid, String>,
}

/// Which part of a raw is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    zoom: u32,
    /// The middle, in shares of width and height.
    middle: [f64; 2],
}

impl Default for Part {
    fn default() -> Self {
        Self { zoom: 0, middle: [0.5; 2] }
    }
}

impl Part {
    /// Takes a key.
    pub(super) fn key(&mut self, key: KeyCode) {
        let step = 0.25 / f64::from(1 << self.zoom);
        match key {
            KeyCode::Left => self.middle[0] -= step,
            KeyCode::Right => self.middle[0] += step,
            KeyCode::Up => self.middle[1] -= step,
            KeyCode::Down => self.middle[1] += step,
            KeyCode::Char('+' | '=') => self.zoom = (self.zoom + 1).min(NEAREST),
            KeyCode::Char('-') => self.zoom = self.zoom.saturating_sub(1),
            KeyCode::Home => *self = Self::default(),
            _ => {}
        }
        self.middle = self.middle.map(|share| share.clamp(0.0, 1.0));
    }
}

/// Where a part of a raw lies on an image of the screen.
struct Window {
    /// Pixels of the raw for one of the image.
    scale: f64,
    corner: [f64; 2],
    size: [u32; 2],
}

impl Window {
    fn of(raw: [u32; 2], room: [u32; 2], part: Part) -> Self {
        let whole = (0..2).map(|axis| f64::from(raw[axis]) / f64::from(room[axis].max(1))).fold(0.0, f64::max);
        let scale = whole / f64::from(1 << part.zoom);
        let size = [0, 1].map(|axis| room[axis].min((f64::from(raw[axis]) / scale).round() as u32).max(1));
        let corner = [0, 1].map(|axis| {
            let (whole, seen) = (f64::from(raw[axis]), f64::from(size[axis]) * scale);
            (whole * part.middle[axis] - seen / 2.0).clamp(0.0, (whole - seen).max(0.0))
        });
        Self { scale, corner, size }
    }

    /// The pixel of the raw in the middle of a pixel of the image.
    fn back(&self, axis: usize, at: u32) -> f64 {
        self.corner[axis] + (f64::from(at) + 0.5) * self.scale
    }

    /// The place on the image of a place in the raw.
    fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(x - self.corner[0]) / self.scale, (y - self.corner[1]) / self.scale]
    }
}

impl Gridded {
    /// One of so many lines is drawn.
    pub(super) fn every(&self, room: [u32; 2], part: Part) -> usize {
        let Ok(grid) = &self.grid else { return 1 };
        let scale = Window::of(self.raw.dimensions().into(), room, part).scale;
        let pitch = f64::from(self.raw.width()) / grid.cells[0].max(1) as f64 / scale;
        let most = grid.cells[0].max(grid.cells[1]).max(1);
        std::iter::successors(Some(1), |every| Some(every * 2))
            .find(|every| pitch * *every as f64 >= APART || *every >= most)
            .unwrap_or(1)
    }

    /// The part with its lines, at most as large as the room.
    pub(super) fn drawn(&self, room: [u32; 2], part: Part) -> RgbaImage {
        let window = Window::of(self.raw.dimensions().into(), room, part);
        let sample = |x: u32, y: u32| {
            let (x, y) = (window.back(0, x) as u32, window.back(1, y) as u32);
            *self.raw.get_pixel(x.min(self.raw.width() - 1), y.min(self.raw.height() - 1))
        };
        let plain = RgbaImage::from_fn(window.size[0], window.size[1], sample);
        let Ok(grid) = &self.grid else { return plain };
        let mut image = plain.clone();
        let every = self.every(room, part);
        let [columns, rows] = grid.cells;
        let corner = |column: usize, row: usize| {
            let [x, y] = grid.corners.get(row * (columns + 1) + column).copied().unwrap_or_default();
            window.place([f64::from(x) / 100.0, f64::from(y) / 100.0])
        };
        for row in (0..=rows).step_by(every) {
            (0..columns).for_each(|column| line(&mut image, &plain, corner(column, row), corner(column + 1, row)));
        }
        for column in (0..=columns).step_by(every) {
            (0..rows).for_each(|row| line(&mut image, &plain, corner(column, row), corner(column, row + 1)));
        }
        image
    }
}

/// A line from one place up to the other, dark on light pixels and light on dark ones.
fn line(image: &mut RgbaImage, plain: &RgbaImage, from: [f64; 2], to: [f64; 2]) {
    let far = (to[0] - from[0]).abs().max((to[1] - from[1]).abs());
    let [width, height] = [image.width(), image.height()].map(f64::from);
    let is_seen = |[x, y]: [f64; 2]| (0.0..width).contains(&x) && (0.0..height).contains(&y);
    if far > 4.0 * (width + height) || !(far.is_finite()) {
        return;
    }
    let steps = far.ceil() as u32;
    for step in 0..steps.max(1) {
        let share = f64::from(step) / f64::from(steps.max(1));
        let place = [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share);
        if is_seen(place) {
            let [x, y] = place.map(|side| side as u32);
            image.put_pixel(x, y, against(*plain.get_pixel(x, y)));
        }
    }
}

fn against(Rgba([r, g, b, _]): Rgba<u8>) -> Rgba<u8> {
    const DARK: Rgba<u8> = Rgba([0, 0, 0, 255]);
    const LIGHT: Rgba<u8> = Rgba([255, 255, 255, 255]);
    if u32::from(r) * 3 + u32::from(g) * 6 + u32::from(b) > 1280 { DARK } else { LIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::digest::Digest;

    const GREY: Rgba<u8> = Rgba([40, 40, 40, 255]);

    /// A raw of 4 x 4 cells of 8 pixels.
    fn gridded() -> Gridded {
        let corners = (0..=4).flat_map(|row| (0..=4).map(move |column| [column * 800, row * 800])).collect();
        let grid = FoundGrid { raw: Digest::of(b""), size: [32; 2], cells: [4; 2], corners };
        Gridded { raw: RgbaImage::from_pixel(32, 32, GREY), grid: Ok(grid) }
    }

    fn columns(image: &RgbaImage) -> Vec<u32> {
        (0..image.width()).filter(|x| *image.get_pixel(*x, 1) != GREY).collect()
    }

    #[test]
    fn lines_lie_on_the_grid_and_stay_apart() {
        let gridded = gridded();
        let drawn = |side: u32, part: Part| gridded.drawn([side; 2], part);
        assert_eq!(columns(&drawn(32, Part::default())), [0, 8, 16, 24]);
        assert_eq!(gridded.every([8; 2], Part::default()), 2, "lines two pixels apart are too close");
        assert_eq!(columns(&drawn(8, Part::default())), [0, 4]);
    }

    #[test]
    fn a_part_is_larger_and_moves_no_further_than_the_raw() {
        let gridded = gridded();
        let mut part = Part::default();
        part.key(KeyCode::Char('+'));
        assert_eq!(columns(&gridded.drawn([32; 2], part)), [0, 16]);
        (0..9).for_each(|_| part.key(KeyCode::Left));
        assert_eq!(columns(&gridded.drawn([32; 2], part)), [0, 16], "the left edge");
        assert_eq!(gridded.drawn([64, 16], Part::default()).dimensions(), (16, 16), "the shape stays");
    }

    #[test]
    fn a_raw_without_a_grid_is_shown_alone() {
        let gridded = Gridded { grid: Err("no grid".to_owned()), ..gridded() };
        assert!(columns(&gridded.drawn([32; 2], Part::default())).is_empty());
    }
}
