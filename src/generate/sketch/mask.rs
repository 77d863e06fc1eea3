//! Sets of cells, and how their own form takes the light: from the upper left.

/// How a mask is lit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shade {
    /// One step all over.
    Flat(u8),
    /// As an ellipsoid in the mask's box.
    Ball,
    /// As an ellipsoid with a shine.
    Gloss,
    /// As if blown up: by the place in each row and column of the mask.
    Round,
    /// As an upright cylinder.
    Column,
    /// Flat with a lit upper left and a dark lower right edge.
    Bevel,
    /// Light above, dark below.
    Fall,
}

/// Cells that belong to a shape.
#[derive(Clone, Debug)]
pub(crate) struct Mask {
    w: i32,
    h: i32,
    bits: Vec<bool>,
}

impl Mask {
    /// The cells of a grid that pass a test.
    pub(super) fn of(w: i32, h: i32, inside: impl Fn(i32, i32) -> bool) -> Self {
        let bits = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).map(|(x, y)| inside(x, y)).collect();
        Self { w, h, bits }
    }

    /// Whether the cell belongs to it; cells beyond the canvas do not.
    pub(super) fn has(&self, x: i32, y: i32) -> bool {
        x >= 0 && y >= 0 && x < self.w && y < self.h && self.bits[(y * self.w + x) as usize]
    }

    /// The cells of either.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self::of(self.w, self.h, |x, y| self.has(x, y) || other.has(x, y))
    }

    /// The cells of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self::of(self.w, self.h, |x, y| self.has(x, y) && other.has(x, y))
    }

    /// The cells of this that the other has not.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self::of(self.w, self.h, |x, y| self.has(x, y) && !other.has(x, y))
    }

    /// Moved by whole cells.
    pub(super) fn moved(&self, dx: i32, dy: i32) -> Self {
        Self::of(self.w, self.h, |x, y| self.has(x - dx, y - dy))
    }

    /// Its cells, row by row.
    pub(super) fn cells(&self) -> impl Iterator<Item = (i32, i32)> + '_ {
        (0..self.h).flat_map(move |y| (0..self.w).map(move |x| (x, y))).filter(|&(x, y)| self.has(x, y))
    }

    /// Left, top, right and bottom (inclusive) of its cells.
    pub(super) fn bounds(&self) -> Option<[i32; 4]> {
        self.cells().fold(None, |found: Option<[i32; 4]>, (x, y)| {
            let [x0, y0, x1, y1] = found.unwrap_or([x, y, x, y]);
            Some([x0.min(x), y0.min(y), x1.max(x), y1.max(y)])
        })
    }

    /// How far the cell is from the middle of its run, -256 to 256; `dx`, `dy` give the run's direction.
    fn place_in_run(&self, x: i32, y: i32, dx: i32, dy: i32) -> i32 {
        let reach = |sign: i32| (1..).take_while(|i| self.has(x + dx * i * sign, y + dy * i * sign)).count() as i32;
        let (before, after) = (reach(-1), reach(1));
        (before - after) * 256 / (before + after + 1)
    }
}

/// The step of a cell of a mask with these bounds.
pub(crate) fn level(mask: &Mask, [x0, y0, x1, y1]: [i32; 4], shade: Shade, x: i32, y: i32) -> u8 {
    let in_box = |v: i32, a: i32, b: i32| (2 * v - a - b) * 256 / (b - a + 1);
    match shade {
        Shade::Flat(level) => level,
        Shade::Ball => lit(in_box(x, x0, x1), in_box(y, y0, y1)).min(3),
        Shade::Gloss => lit(in_box(x, x0, x1), in_box(y, y0, y1)),
        Shade::Round => lit(mask.place_in_run(x, y, 1, 0), mask.place_in_run(x, y, 0, 1)).min(3),
        Shade::Column => match in_box(x, x0, x1) {
            ..-190 => 2,
            -190..-20 => 3,
            -20..110 => 2,
            _ => 1,
        },
        Shade::Bevel => match (mask.has(x, y - 1) && mask.has(x - 1, y), mask.has(x, y + 1) && mask.has(x + 1, y)) {
            (false, true) => 3,
            (_, false) => 1,
            (true, true) => 2,
        },
        Shade::Fall => match in_box(y, y0, y1) {
            ..-90 => 3,
            -90..120 => 2,
            _ => 1,
        },
    }
}

/// The step of a ball's surface at (nx, ny), each -256 to 256, lit from the upper left.
fn lit(nx: i32, ny: i32) -> u8 {
    let nz = (65_536 - nx * nx - ny * ny).max(0).isqrt();
    match (-nx * 115 - ny * 140 + nz * 180) / 256 {
        ..20 => 1,
        20..150 => 2,
        150..236 => 3,
        _ => 4,
    }
}
