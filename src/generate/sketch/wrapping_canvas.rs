//! The canvas of textures: it wraps at its edges, and so does every lattice on it.

use crate::generate::sketch::canvas::Canvas;
use crate::generate::sketch::ramp::Ramp;
use crate::generate::sketch::subject::mix;

/// A canvas that wraps, with the hash that its details come from.
pub(crate) struct WrappingCanvas {
    /// What it is drawn on.
    pub canvas: Canvas,
    hash: u64,
}

impl WrappingCanvas {
    /// An empty canvas.
    pub(super) fn new(w: i32, h: i32, hash: u64) -> Self {
        Self { canvas: Canvas::full(w, h), hash }
    }

    /// Cells across and down.
    pub(super) fn size(&self) -> (i32, i32) {
        (self.canvas.w, self.canvas.h)
    }

    /// Sets a cell; what leaves at one edge comes in at the other.
    pub(super) fn set(&mut self, x: i32, y: i32, ramp: Ramp, level: i32) {
        let (w, h) = self.size();
        self.canvas.set(x.rem_euclid(w), y.rem_euclid(h), ramp, level.clamp(0, 4) as u8);
    }

    /// Paints every cell.
    pub(super) fn each(&mut self, paint: impl Fn(&Self, i32, i32) -> (Ramp, i32)) {
        let (w, h) = self.size();
        for (x, y) in (0..h).flat_map(|y| (0..w).map(move |x| (x, y))) {
            let (ramp, level) = paint(self, x, y);
            self.set(x, y, ramp, level);
        }
    }

    /// A number below `below` for a place of a lattice.
    pub(super) fn dice(&self, salt: i32, x: i32, y: i32, below: i32) -> i32 {
        let place = (x as u32 as u64) << 32 | y as u32 as u64;
        (mix(self.hash ^ mix(place ^ mix(salt as u64))) % below.max(1) as u64) as i32
    }

    /// Smooth noise of 0 to 255 on a wrapping lattice with cells of about `cell` cells.
    pub(super) fn noise(&self, salt: i32, cell: i32, x: i32, y: i32) -> i32 {
        let (w, h) = self.size();
        let (nx, ny) = (count(w, cell), count(h, cell));
        let (px, py) = (x * nx * 256 / w, y * ny * 256 / h);
        let (ix, iy, fx, fy) = (px >> 8, py >> 8, ease(px & 255), ease(py & 255));
        let corner = |dx: i32, dy: i32| self.dice(salt, (ix + dx) % nx, (iy + dy) % ny, 256);
        let row = |dy: i32| corner(0, dy) * (256 - fx) + corner(1, dy) * fx;
        (row(0) * (256 - fy) + row(1) * fy) >> 16
    }

    /// One jittered point in each cell of a wrapping lattice.
    pub(super) fn points(&self, salt: i32, cell: i32) -> Vec<(i32, i32, i32)> {
        let (w, h) = self.size();
        let (nx, ny) = (count(w, cell), count(h, cell));
        let cells = (0..ny).flat_map(|iy| (0..nx).map(move |ix| (ix, iy)));
        cells
            .map(|(ix, iy)| {
                let at = |i: i32, n: i32, size: i32, axis: i32| {
                    (i * 256 + self.dice(salt + axis, ix, iy, 256)) * size / (n * 256)
                };
                (at(ix, nx, w, 0), at(iy, ny, h, 1), self.dice(salt + 2, ix, iy, 256))
            })
            .collect()
    }

    /// Stones: their lattice, staggered by rows; the nearest and second nearest centre of every cell.
    pub(super) fn stones(&self, cell: i32) -> Stones {
        let (w, h) = self.size();
        let (nx, ny) = (count(w, cell), count(h, cell));
        Stones { w, h, nx, ny }
    }
}

/// A lattice of jittered centres.
pub(crate) struct Stones {
    w: i32,
    h: i32,
    nx: i32,
    ny: i32,
}

impl Stones {
    /// Squared distances (in sixteenths of a cell) to the two nearest centres, the offset from the nearest, its number.
    pub(super) fn nearest(&self, weave: &WrappingCanvas, x: i32, y: i32) -> (i64, i64, (i32, i32), i32) {
        let (ix, iy) = (x * self.nx / self.w, y * self.ny / self.h);
        let mut best = (i64::MAX, i64::MAX, (0, 0), 0);
        for (jx, jy) in (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (ix + dx, iy + dy))) {
            let (kx, ky) = (jx.rem_euclid(self.nx), jy.rem_euclid(self.ny));
            // Rows are staggered only where their number is even, else they would not join.
            let stagger = if self.ny % 2 == 0 { (ky % 2) * 128 } else { 0 };
            let jitter = |salt: i32| 128 + weave.dice(salt, kx, ky, 110) - 55;
            let cx = (jx * 256 + jitter(41) + stagger) * self.w / (self.nx * 16);
            let cy = (jy * 256 + jitter(42)) * self.h / (self.ny * 16);
            let (dx, dy) = (x * 16 + 8 - cx, y * 16 + 8 - cy);
            let distance = i64::from(dx) * i64::from(dx) + i64::from(dy) * i64::from(dy);
            if distance < best.0 {
                best = (distance, best.0, (dx, dy), kx + ky * self.nx);
            } else if distance < best.1 {
                best.1 = distance;
            }
        }
        best
    }
}

/// How many cells of about `cell` fit.
pub(crate) fn count(size: i32, cell: i32) -> i32 {
    ((size + cell / 2) / cell).max(1)
}

fn ease(t: i32) -> i32 {
    (t * t * (768 - 2 * t)) >> 16
}

/// Steps of noise: how many of the thresholds it passes.
pub(crate) fn step(noise: i32, thresholds: &[i32]) -> i32 {
    thresholds.iter().filter(|&&threshold| noise >= threshold).count() as i32
}

/// The size of a detail: larger textures have larger details, but never blown up.
pub(crate) fn detail(weave: &WrappingCanvas, small: i32, large: i32) -> i32 {
    let (w, h) = weave.size();
    if w.min(h) >= 32 { large } else { small }
}
