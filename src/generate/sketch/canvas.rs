//! Paper, pen and outline on a small grid: integers only, so that every machine draws the same.
//!
//! Shapes are given in units: 480 across and down the frame. A mask is shaded by its own form, with the light from
//! the upper left, and joined to what lies under it; the outline comes last.

use image::{Rgba, RgbaImage};

use crate::generate::sketch::mask::level;
pub(crate) use crate::generate::sketch::mask::{Mask, Shade};
use crate::generate::sketch::ramp::{Ramp, away_from};
use crate::words::color::Rgb;

/// Units across and down the frame.
pub(crate) const UNITS: i32 = 480;

/// One coloured cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ink {
    /// Its material.
    pub ramp: Ramp,
    /// Step of the ramp, 0 (outline) to 4 (shine).
    pub level: u8,
}

/// How a mask meets what is under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// It does not.
    Bare,
    /// It casts a shadow to the lower right.
    Shadow,
    /// It has an outline.
    Line,
    /// An outline on large images, a shadow on small ones.
    Auto,
}

/// A grid of cells and the frame in it that units refer to.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    /// Cells across.
    pub w: i32,
    /// Cells down.
    pub h: i32,
    frame: [i32; 4],
    cells: Vec<Option<Ink>>,
}

impl Canvas {
    /// An empty canvas that keeps room for the outline and a ring of background where it is large enough.
    pub(super) fn cut_out(w: i32, h: i32) -> Self {
        let (mx, my) = ((w / 6).min(2), (h / 6).min(2));
        Self::framed(w, h, [mx, my, w - 2 * mx, h - 2 * my])
    }

    /// An empty canvas that is drawn on to its edges.
    pub(super) fn full(w: i32, h: i32) -> Self {
        Self::framed(w, h, [0, 0, w, h])
    }

    /// An empty canvas with its frame: left, top, width and height.
    pub(super) fn framed(w: i32, h: i32, frame: [i32; 4]) -> Self {
        Self { w, h, frame, cells: vec![None; (w * h) as usize] }
    }

    /// Left, top, width and height of the frame.
    pub(super) fn frame(&self) -> [i32; 4] {
        self.frame
    }

    /// The same cells with a frame that reaches to the edges.
    pub(super) fn unframed(&self) -> Self {
        Self { frame: [0, 0, self.w, self.h], ..self.clone() }
    }

    /// Left, top, right and bottom (inclusive) of what is drawn.
    pub(super) fn bounds(&self) -> Option<[i32; 4]> {
        Mask::of(self.w, self.h, |x, y| self.get(x, y).is_some()).bounds()
    }

    /// Whether there is room for detail.
    pub(super) fn is_large(&self) -> bool {
        self.frame[2].min(self.frame[3]) >= 24
    }

    /// Keeps the frame's top row free, and moves the frame up into it by `by`.
    pub(super) fn lift(&mut self, by: i32) {
        let [x, y, w, h] = self.frame;
        if h > 4 {
            self.frame = [x, y + 1 - by.clamp(0, 1), w, h - 1];
        }
    }

    /// The same canvas with rows kept free above the frame.
    pub(super) fn with_room_above(mut self, rows: i32) -> Self {
        let [x, y, w, h] = self.frame;
        let rows = rows.min(h - 4).max(0);
        self.frame = [x, y + rows, w, h - rows];
        self
    }

    /// Moved up.
    pub(super) fn raised(self, rows: i32) -> Self {
        self.remapped(|x, y| (x, y + rows))
    }

    /// Leaning to the right (or the left): `slope` columns in 256 rows above the lowest one.
    pub(super) fn leaning(self, slope: i32) -> Self {
        let Some([.., ground]) = self.bounds() else { return self };
        self.remapped(|x, y| (x - (ground - y) * slope / 256, y))
    }

    /// Pressed down to `share` of 256 of its height.
    pub(super) fn flattened(self, share: i32) -> Self {
        let Some([_, top, _, ground]) = self.bounds() else { return self };
        let kept = ((ground - top + 1) * share / 256).max(2);
        self.remapped(|x, y| {
            let up = ground - y;
            (x, if (0..kept).contains(&up) { ground - up * (ground - top + 1) / kept } else { -1 })
        })
    }

    /// Pressed together to `share` of 256 of its width, round its middle.
    pub(super) fn narrowed(self, share: i32) -> Self {
        let Some([left, _, right, _]) = self.bounds() else { return self };
        let middle2 = left + right;
        self.remapped(|x, y| {
            let column = (middle2 + (2 * x - middle2) * 256 / share).div_euclid(2);
            (if (left..=right).contains(&column) { column } else { -1 }, y)
        })
    }

    /// Turned over, on the row where it stood.
    pub(super) fn upside_down(self) -> Self {
        let Some([_, top, _, ground]) = self.bounds() else { return self };
        self.remapped(|x, y| (x, ground + top - y))
    }

    /// Lying on the ground, its head to the right (1) or the left (-1).
    pub(super) fn fallen(self, side: i32) -> Self {
        let Some([left, top, right, ground]) = self.bounds() else { return self };
        // What was the height lies across the middle of the frame.
        let start = (self.w - (ground - top + 1)) / 2;
        self.remapped(|x, y| {
            let (along, up) = (x - start, ground - y);
            let column = if side > 0 { left + up } else { right - up };
            let inside = (0..=ground - top).contains(&along) && (left..=right).contains(&column);
            let row = if side > 0 { ground - along } else { top + along };
            if inside { (column, row) } else { (-1, -1) }
        })
    }

    /// The same cells at other places: `from` names the place that each cell is taken from.
    fn remapped(self, from: impl Fn(i32, i32) -> (i32, i32)) -> Self {
        let places = (0..self.h).flat_map(|y| (0..self.w).map(move |x| (x, y)));
        let cells = places.map(|(x, y)| from(x, y)).map(|(x, y)| self.get(x, y)).collect();
        Self { cells, ..self }
    }

    /// The cell at a place in units.
    pub(super) fn at(&self, x: i32, y: i32) -> (i32, i32) {
        let [fx, fy, fw, fh] = self.frame;
        (fx + (x * fw).div_euclid(UNITS), fy + (y * fh).div_euclid(UNITS))
    }

    /// What a cell holds.
    pub(super) fn get(&self, x: i32, y: i32) -> Option<Ink> {
        if self.inside(x, y) { self.cells[(y * self.w + x) as usize] } else { None }
    }

    fn inside(&self, x: i32, y: i32) -> bool {
        x >= 0 && y >= 0 && x < self.w && y < self.h
    }

    /// Sets a cell inside the frame.
    pub(super) fn set(&mut self, x: i32, y: i32, ramp: Ramp, level: u8) {
        let [fx, fy, fw, fh] = self.frame;
        if (fx..fx + fw).contains(&x) && (fy..fy + fh).contains(&y) {
            self.put(x, y, Ink { ramp, level: level.min(4) });
        }
    }

    fn put(&mut self, x: i32, y: i32, ink: Ink) {
        if self.inside(x, y) {
            self.cells[(y * self.w + x) as usize] = Some(ink);
        }
    }

    /// A shape from a test in units; it is cut at the frame.
    pub(super) fn shape(&self, inside: impl Fn(i64, i64) -> bool) -> Mask {
        let [fx, fy, fw, fh] = self.frame;
        // Counted from the middle, so that rounding is the same on both sides of it.
        let units = |cell: i32, cells: i32| i64::from(UNITS * 8 + (2 * cell + 1 - cells) * UNITS * 8 / cells);
        self.cells_shape(|x, y| inside(units(x - fx, fw), units(y - fy, fh)))
    }

    /// An ellipse by centre and radii, in units.
    pub(super) fn ellipse(&self, cx: i32, cy: i32, rx: i32, ry: i32) -> Mask {
        let [cx, cy, rx, ry] = [cx, cy, rx.max(1), ry.max(1)].map(|v| i64::from(v) * 16);
        self.shape(|x, y| {
            let (dx, dy) = ((x - cx) * 4096 / rx, (y - cy) * 4096 / ry);
            dx * dx + dy * dy <= 4096 * 4096
        })
    }

    /// A box by left, top, right and bottom, in units.
    pub(super) fn rect(&self, x0: i32, y0: i32, x1: i32, y1: i32) -> Mask {
        let [x0, y0, x1, y1] = [x0, y0, x1, y1].map(|v| i64::from(v) * 16);
        self.shape(|x, y| x >= x0 && x < x1 && y >= y0 && y < y1)
    }

    /// A polygon, in units.
    pub(super) fn polygon(&self, points: &[(i32, i32)]) -> Mask {
        let edges: Vec<_> = (0..points.len()).map(|i| (points[i], points[(i + 1) % points.len()])).collect();
        self.shape(|x, y| edges.iter().filter(|(a, b)| crosses(scaled(*a), scaled(*b), x, y)).count() % 2 == 1)
    }

    /// A thick line with round ends, in units; never thinner than a cell.
    pub(super) fn line(&self, a: (i32, i32), b: (i32, i32), width: i32) -> Mask {
        let thinnest = UNITS * 16 * 3 / (5 * self.frame[2].min(self.frame[3]).max(1));
        let reach = i64::from((width * 8).max(thinnest));
        let ((ax, ay), (bx, by)) = (scaled(a), scaled(b));
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).max(1);
        self.shape(|x, y| {
            let along = ((x - ax) * dx + (y - ay) * dy).clamp(0, length);
            let (px, py) = (ax + dx * along / length, ay + dy * along / length);
            (x - px) * (x - px) + (y - py) * (y - py) <= reach * reach
        })
    }

    /// A box of cells with corners cut by `round` cells.
    pub(super) fn cells_rect(&self, x: i32, y: i32, w: i32, h: i32, round: i32) -> Mask {
        let [fx, fy, fw, fh] = self.frame;
        Mask::of(self.w, self.h, |px, py| {
            let (left, right, top, bottom) = (px - x, x + w - 1 - px, py - y, y + h - 1 - py);
            let corner = (round - left.min(right)).max(0) + (round - top.min(bottom)).max(0);
            let framed = (fx..fx + fw).contains(&px) && (fy..fy + fh).contains(&py);
            framed && left.min(right).min(top).min(bottom) >= 0 && corner <= round
        })
    }

    /// A shape from a test of cells; it is cut at the frame.
    pub(super) fn cells_shape(&self, inside: impl Fn(i32, i32) -> bool) -> Mask {
        let [fx, fy, fw, fh] = self.frame;
        Mask::of(self.w, self.h, |x, y| (fx..fx + fw).contains(&x) && (fy..fy + fh).contains(&y) && inside(x, y))
    }

    /// Lays a shaded mask over what is there.
    pub(super) fn stamp(&mut self, mask: &Mask, ramp: Ramp, shade: Shade, join: Join) {
        self.join(mask, join);
        let bounds = mask.bounds().unwrap_or_default();
        for (x, y) in mask.cells() {
            self.put(x, y, Ink { ramp, level: level(mask, bounds, shade, x, y) });
        }
    }

    /// Lays a mask of one step over what is there.
    pub(super) fn fill(&mut self, mask: &Mask, ramp: Ramp, level: u8) {
        self.stamp(mask, ramp, Shade::Flat(level), Join::Bare);
    }

    /// Changes the step of the cells that are there by `by`, within 1 to 4.
    pub(super) fn tone(&mut self, mask: &Mask, by: i32) {
        for (x, y) in mask.cells() {
            if let Some(ink) = self.get(x, y).filter(|ink| ink.level > 0) {
                self.put(x, y, Ink { level: (i32::from(ink.level) + by).clamp(1, 4) as u8, ..ink });
            }
        }
    }

    fn join(&mut self, mask: &Mask, join: Join) {
        let line = join == Join::Line || join == Join::Auto && self.is_large();
        if join == Join::Bare {
            return;
        }
        let around: &[(i32, i32)] = if line { &[(1, 0), (-1, 0), (0, 1), (0, -1)] } else { &[(1, 0), (0, 1)] };
        let edge: Vec<_> =
            mask.cells().flat_map(|(x, y)| around.iter().map(move |(dx, dy)| (x + dx, y + dy))).collect();
        for (x, y) in edge {
            if let Some(ink) = self.get(x, y).filter(|_| !mask.has(x, y)) {
                let level = if line { 0 } else { ink.level.min(1) };
                self.put(x, y, Ink { level, ..ink });
            }
        }
    }

    /// Draws the outline: dark, a little lighter where the light falls on it.
    pub(super) fn outline(&mut self) {
        let drawn = self.clone();
        for y in 0..self.h {
            for x in 0..self.w {
                if drawn.get(x, y).is_some() {
                    continue;
                }
                let shadow = drawn.get(x, y - 1).or_else(|| drawn.get(x - 1, y));
                if let Some(ink) = shadow.or_else(|| drawn.get(x + 1, y)).or_else(|| drawn.get(x, y + 1)) {
                    let ramp = if shadow.is_some() { ink.ramp } else { lit_line(ink.ramp) };
                    self.put(x, y, Ink { ramp, level: 0 });
                }
            }
        }
    }

    /// The canvas on a background, eight pixels a cell times `zoom`.
    pub(super) fn picture(&self, zoom: u32, size: [u32; 2], key: Option<Rgb>) -> RgbaImage {
        let Rgb(back) = key.unwrap_or(Rgb([0, 0, 0]));
        let pixels = self.colors(key);
        let step = 8 * zoom;
        // What is not filled by whole steps is background: at the sides by halves, above all of it.
        let left = (size[0] * 8 - self.w as u32 * step) / 2 / 8 * 8;
        let top = size[1] * 8 - self.h as u32 * step;
        RgbaImage::from_fn(size[0] * 8, size[1] * 8, |x, y| {
            let cell = x.checked_sub(left).zip(y.checked_sub(top)).map(|(x, y)| (x / step, y / step));
            let color =
                cell.filter(|&(x, _)| x < self.w as u32).and_then(|(x, y)| pixels[(y * self.w as u32 + x) as usize]);
            let [r, g, b] = color.unwrap_or(back);
            Rgba([r, g, b, 255])
        })
    }

    /// The colours of the cells, none of them near the key.
    fn colors(&self, key: Option<Rgb>) -> Vec<Option<[u8; 3]>> {
        self.cells.iter().map(|cell| cell.map(|ink| away_from(ink.ramp.0[usize::from(ink.level)], key))).collect()
    }
}

/// The ramp with an outline half way to its shadow.
fn lit_line(ramp: Ramp) -> Ramp {
    let mut steps = ramp.0;
    let [line, shadow, ..] = ramp.0;
    steps[0] = [0, 1, 2].map(|channel| ((u16::from(line[channel]) * 2 + u16::from(shadow[channel])) / 3) as u8);
    Ramp(steps)
}

fn scaled((x, y): (i32, i32)) -> (i64, i64) {
    (i64::from(x) * 16, i64::from(y) * 16)
}

/// Whether a ray from the point to the right crosses the edge.
fn crosses((ax, ay): (i64, i64), (bx, by): (i64, i64), x: i64, y: i64) -> bool {
    if (ay > y) == (by > y) {
        return false;
    }
    let side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if by > ay { side > 0 } else { side < 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::sketch::ramp::STEEL;

    #[test]
    fn an_ellipse_in_the_middle_is_symmetrical() {
        for size in [16, 24, 32, 48, 64] {
            let mask = Canvas::cut_out(size, size).ellipse(240, 240, 200, 150);
            assert!(mask.cells().count() > 50, "{size}");
            assert!(mask.cells().all(|(x, y)| mask.has(size - 1 - x, y) && mask.has(x, size - 1 - y)), "{size}");
        }
    }

    #[test]
    fn a_ring_of_background_is_left_free() {
        let mut canvas = Canvas::cut_out(16, 16);
        let all = canvas.rect(0, 0, 480, 480);
        canvas.stamp(&all, STEEL, Shade::Bevel, Join::Auto);
        canvas.outline();
        assert!((0..16).all(|i| canvas.get(i, 0).is_none() && canvas.get(0, i).is_none()));
        assert!(canvas.get(1, 2).is_some());
    }
}
