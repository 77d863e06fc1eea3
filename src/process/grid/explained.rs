//! How much of a picture the cells of a grid explain: what of its variance is left within them, and how many of its edges
//! are off their lines.

use image::RgbaImage;

use crate::process::picture::beside;

use super::changes::same;
use super::native::{FEW, has_at_most, seen};

/// Without the transparency, right grids of raws leave 0.32 within cells at most, where they leave 0.14 with it; those of
/// the tiles on painted sheets 0.40 and 0.22.
const VISIBLE: f64 = 0.73;
/// The share of the variance beside edges that may be left within the cells of a picture of at most [`FEW`] colours. Grids
/// of 265 raws that were reduced to 16 to 200 colours, half of them with dithering, leave 0.21 at most, except five with
/// a confidence below 500; those of 63 sheets of dithered tiles 0.24 and more, except two.
const TEXTURE: f64 = 0.22;
/// The edges of what an artist drew at its own size differ by more than so many levels; raws of few colours have noise of
/// less.
const CLEAR_STEP: u8 = 16;
/// The sum of the squares of so many values has 32 bits.
const SHORT: usize = 1 << 14;

/// The share of the picture's variance that is left within cells, over all of them: that of all pixels, or [`VISIBLE`] of
/// that of the visible ones alone, whichever is larger. What is drawn differs so much from the transparency round it that
/// any lattice of tiles would explain a sheet of paintings.
pub(super) fn unexplained(pixels: &[[u8; 4]], size: [usize; 2], lines: &[Vec<f64>; 2]) -> f64 {
    let [across, down] = cells_along(size, lines);
    let columns = lines[0].len() + 1;
    let mut cells = vec![[Moments::default(), Moments::default()]; columns * (lines[1].len() + 1)];
    for (row, down) in pixels.chunks_exact(size[0].max(1)).zip(down) {
        let (cells, mut rest) = (&mut cells[down * columns..][..columns], row);
        for across in across.chunk_by(|a, b| a == b) {
            let (run, after) = rest.split_at(across.len());
            let [all, visible] = &mut cells[across[0]];
            all.add(run, |_| true);
            visible.add(run, |pixel| pixel[3] > 0);
            rest = after;
        }
    }
    let share = |of: usize| {
        let all = cells.iter().map(|cell| &cell[of]).fold(Moments::default(), Moments::plus);
        cells.iter().map(|cell| cell[of].spread()).sum::<f64>() / all.spread().max(1.0)
    };
    share(0).max(VISIBLE * share(1))
}

/// Whether lines cannot be those of a picture of few colours: they explain too little of what is beside its edges. `parts`
/// are the objects of a sheet with lines of their own, or the picture.
///
/// A flat ground round dithered tiles differs so much from them that any lattice seems to explain the whole.
pub(super) fn is_texture<'a>(
    image: &RgbaImage,
    parts: impl IntoIterator<Item = (&'a RgbaImage, &'a [Vec<f64>; 2])>,
) -> bool {
    if !has_at_most(image, FEW) {
        return false;
    }
    let [mut left, mut all] = [0.0; 2];
    for (image, lines) in parts {
        let cells = at_edges(image, lines);
        left += cells.iter().map(Moments::spread).sum::<f64>();
        all += cells.iter().fold(Moments::default(), Moments::plus).spread();
    }
    left > TEXTURE * all
}

/// The pixels of each cell with an unequal one beside them. Those of a soft edge, which are half-transparent, are of no cell.
fn at_edges(image: &RgbaImage, lines: &[Vec<f64>; 2]) -> Vec<Moments> {
    let (pixels, size) = (image.as_raw().as_chunks::<4>().0, [image.width() as usize, image.height() as usize]);
    let [across, down] = cells_along(size, lines);
    let columns = lines[0].len() + 1;
    let mut cells = vec![Moments::default(); columns * (lines[1].len() + 1)];
    for (at, pixel) in pixels.iter().enumerate() {
        if matches!(pixel[3], 0 | 255) && beside(size, at).any(|other| !same(*pixel, pixels[other])) {
            cells[down[at / size[0]] * columns + across[at % size[0]]].add(&[*pixel], |_| true);
        }
    }
    cells
}

/// The number of the cell in which each column and each row lies.
fn cells_along(size: [usize; 2], lines: &[Vec<f64>; 2]) -> [Vec<usize>; 2] {
    [0, 1].map(|axis| (0..size[axis]).map(|x| lines[axis].partition_point(|line| *line <= x as f64 + 0.5)).collect())
}

/// The share of the clear steps between pixels that lie farther than a quarter of a cell from the lines.
pub(super) fn off_lines(pixels: &[[u8; 4]], size: [usize; 2], lines: &[Vec<f64>; 2], pitch: [f64; 2]) -> f64 {
    let is_off = |axis: usize| -> Vec<bool> {
        let near = |line: &f64, x: usize| (line - x as f64).abs() <= pitch[axis] / 4.0;
        (0..size[axis]).map(|x| !lines[axis].iter().any(|line| near(line, x))).collect()
    };
    let is_clear = |a: [u8; 4], b: [u8; 4]| {
        let (a, b) = (seen(a), seen(b));
        (0..4).any(|i| a[i].abs_diff(b[i]) > CLEAR_STEP)
    };
    let (mut steps, mut off) = (0u32, 0u32);
    let mut count = |a, b, is_off: bool| {
        if is_clear(a, b) {
            steps += 1;
            off += u32::from(is_off);
        }
    };
    let (columns, rows) = (is_off(0), is_off(1));
    for (y, row) in pixels.chunks_exact(size[0].max(1)).enumerate() {
        for (x, pair) in row.windows(2).enumerate() {
            count(pair[0], pair[1], columns[x + 1]);
        }
        let above = if y == 0 { &[][..] } else { &pixels[(y - 1) * size[0]..][..size[0]] };
        above.iter().zip(row).for_each(|(above, pixel)| count(*above, *pixel, rows[y]));
    }
    f64::from(off) / f64::from(steps.max(1))
}

/// The sums of the values and of their squares.
#[derive(Clone, Default)]
struct Moments {
    count: u64,
    sum: [u64; 4],
    squares: u64,
}

impl Moments {
    fn add(&mut self, pixels: &[[u8; 4]], counts: impl Fn([u8; 4]) -> bool) {
        for pixels in pixels.chunks(SHORT) {
            let (mut sum, mut squares) = ([0u32; 4], [0u32; 4]);
            for pixel in pixels.iter().filter(|pixel| counts(**pixel)).map(|pixel| seen(*pixel).map(u32::from)) {
                self.count += 1;
                (0..4).for_each(|i| (sum[i], squares[i]) = (sum[i] + pixel[i], squares[i] + pixel[i] * pixel[i]));
            }
            (0..4).for_each(|i| self.sum[i] += u64::from(sum[i]));
            self.squares += squares.into_iter().map(u64::from).sum::<u64>();
        }
    }

    fn plus(mut self, other: &Self) -> Self {
        (self.count, self.squares) = (self.count + other.count, self.squares + other.squares);
        self.sum.iter_mut().zip(other.sum).for_each(|(sum, value)| *sum += value);
        self
    }

    /// The sum of the squared distances from the mean.
    fn spread(&self) -> f64 {
        let means = self.sum.iter().map(|sum| (*sum as f64) * (*sum as f64)).sum::<f64>() / self.count.max(1) as f64;
        self.squares as f64 - means
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// A drawing of 2x2 cells with its lines, whose edge fades over six pixels, and the same with dithering in place of it.
    #[test]
    fn a_soft_edge_is_no_texture() {
        let lines = [(); 2].map(|()| vec![20.0, 40.0, 60.0]);
        let drawn = |outside: &dyn Fn(u32, u32) -> u8| {
            RgbaImage::from_fn(80, 80, |x, y| {
                let far = [x, y].map(|at| 20u32.saturating_sub(at).max(at.saturating_sub(59)));
                let alpha = match far[0].max(far[1]) {
                    0 => 255,
                    far @ 1..7 => outside(far, x + y),
                    _ => 0,
                };
                Rgba([200, 90, (x / 20 * 60) as u8, alpha])
            })
        };
        let soft = drawn(&|far, _| 255 - 36 * far as u8);
        let dithered = drawn(&|_, at| if at % 2 == 0 { 255 } else { 0 });
        assert_eq!([&soft, &dithered].map(|image| is_texture(image, [(image, &lines)])), [false, true]);
    }
}
