//! The simpler model: whether equal cells explain pictures as well as lines that follow the edges.
//!
//! Lines that follow edges have a parameter each. Where there are many edges that are none of the grid's (stripes,
//! dithering, halos), some follow those, so that a row of cells is lost or one too many. Equal cells have a pitch and a
//! phase along each axis, and no more. By the Bayesian information criterion (G. Schwarz, "Estimating the dimension of a
//! model", 1978) they are taken unless they leave more unexplained than their fewer parameters are worth: a drift
//! of a quarter of a cell does.

use super::logarithm::ln;
use super::residual::{EQUAL, LINES, Residual};
use super::variance_table::VarianceTable;
use super::{pitch, uniform_pitch};

/// Pitches up to this share shorter or longer than that of the lines are compared, in steps of so much of a cell over the
/// length of the axis.
const REACH: f64 = 0.12;
const STEP: f64 = 0.1;
/// The edges of an axis that are less coherent than this have no common pitch.
const COHERENT: f64 = 0.15;

/// A picture with the lines that were found in it.
pub(super) struct Found<'a> {
    /// The edge profiles of both axes.
    pub profiles: &'a [Vec<f32>; 2],
    pub table: &'a VarianceTable,
    /// The lines of both axes in raw pixels, ascending.
    pub lines: [&'a [f64]; 2],
    /// The variance within the cells between them.
    pub within: f64,
}

/// The lines of equal cells in all pictures, if these are likelier than the lines that were found, whose mean pitch is
/// `pitch`.
pub(super) fn likelier(found: &[Found<'_>], pitch: [f64; 2]) -> Option<Vec<[Vec<f64>; 2]>> {
    let pitch = [common_pitch(found, 0, pitch[0])?, common_pitch(found, 1, pitch[1])?];
    let lines: Vec<[Vec<f64>; 2]> = found
        .iter()
        .map(|found| [0, 1].map(|axis| uniform_pitch::equal_lines(&found.profiles[axis], pitch[axis])))
        .collect();
    let of_found = found.iter().map(|found| residual(found.table, found.lines, found.within));
    let of_equal = found.iter().zip(&lines).map(|(found, [x, y])| {
        let [columns, rows] = [x, y].map(|lines| lines.iter().map(|line| (line + 0.5) as usize).collect::<Vec<_>>());
        residual(found.table, [x, y], found.table.variance(&columns, &rows))
    });
    let (theirs, ours) =
        (of_found.fold(Residual::default(), Residual::plus), of_equal.fold(Residual::default(), Residual::plus));
    // The pixels of a cell are wrong together: each cell is one observation.
    let lost = theirs.cells * ln(ours.variance() / theirs.variance());
    let saved = (theirs.lines / LINES - EQUAL * found.len() as f64) * ln(theirs.cells);
    (lost < saved).then_some(lines)
}

/// What the cells between lines leave unexplained of a picture.
fn residual(table: &VarianceTable, [x, y]: [&[f64]; 2], within: f64) -> Residual {
    let pixels = table.pixels() as f64;
    Residual {
        squares: within * pixels,
        pixels,
        cells: ((x.len() + 1) * (y.len() + 1)) as f64,
        lines: (x.len() + y.len()) as f64,
    }
}

/// The pitch near another one at which the edges of all pictures are most coherent along an axis.
fn common_pitch(found: &[Found<'_>], axis: usize, near: f64) -> Option<f64> {
    let length = found.iter().map(|found| found.profiles[axis].len()).max()? as f64;
    let ratio = 1.0 + STEP * near / length;
    let pitches: Vec<f64> = std::iter::successors(Some(near * (1.0 - REACH)), |pitch| Some(pitch * ratio))
        .take_while(|pitch| *pitch <= near * (1.0 + REACH))
        .collect();
    let mut sums = vec![0.0; pitches.len()];
    for found in found {
        let coherences = pitch::whole_coherences(&found.profiles[axis], &pitches);
        sums.iter_mut().zip(coherences).for_each(|(sum, coherence)| *sum += coherence);
    }
    let best = (0..pitches.len()).reduce(|a, b| if sums[b] > sums[a] { b } else { a })?;
    (sums[best] >= COHERENT * found.len() as f64).then(|| pitches[best])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::canvas::Canvas;
    use crate::process::grid::profile;
    use crate::words::raw::Raw;
    use image::{Rgba, RgbaImage};

    const SIDE: u32 = 192;

    /// Cells of pseudo-random colours, 8 pixels wide; those of the rows are bounded by `rows`.
    fn drawn(rows: &[u32]) -> Raw {
        Raw::new(RgbaImage::from_fn(SIDE, SIDE, |x, y| {
            let (column, row) = (x / 8, rows.partition_point(|line| *line <= y) as u32);
            let value =
                |seed: u32| (column * 7919 + row * 104_729 + column * row * 31 + seed).wrapping_mul(2_654_435) >> 8;
            Rgba([value(1) as u8, value(2) as u8, value(3) as u8, 255])
        }))
    }

    /// The rows that are likelier than `found` ones.
    fn rows_of(raw: &Raw, found: &[u32]) -> Option<Vec<f64>> {
        let canvas = Canvas::of(raw, 128);
        let table = VarianceTable::of(&canvas);
        let profiles = profile::bands(&canvas).map(|bands| profile::total(&bands));
        let [x, y] = [(1..SIDE / 8).map(|i| 8 * i).collect::<Vec<_>>(), found.to_vec()]
            .map(|lines| lines.into_iter().map(|line| line as usize).collect::<Vec<usize>>());
        let within = table.variance(&x, &y);
        let [x, y] = [x, y].map(|lines| lines.into_iter().map(|line| line as f64).collect::<Vec<f64>>());
        let pitch = [8.0, f64::from(SIDE) / (y.len() + 1) as f64];
        let found = Found { profiles: &profiles, table: &table, lines: [&x, &y], within };
        likelier(&[found], pitch).map(|lines| lines[0][1].clone())
    }

    #[test]
    fn a_lost_row_comes_back() {
        let even: Vec<u32> = (1..SIDE / 8).map(|i| 8 * i).collect();
        let lost: Vec<u32> = even.iter().copied().filter(|line| *line != 96).collect();
        let rows = rows_of(&drawn(&even), &lost).unwrap();
        assert!(rows.len() == 23 && rows.iter().zip(&even).all(|(row, line)| (row - f64::from(*line)).abs() < 0.6));
    }

    #[test]
    fn cells_that_are_not_equal_stay() {
        let uneven: Vec<u32> = (1..SIDE / 8).map(|i| 8 * i + [0, 1, 2, 2, 1, 0][(i / 4) as usize]).collect();
        assert_eq!(rows_of(&drawn(&uneven), &uneven), None);
    }
}
