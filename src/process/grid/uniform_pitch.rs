//! The simplest grid: equal square cells, three parameters for both axes of a picture. Where many edges are missing or
//! blurred, lines that follow the edges drift by whole cells; the phase of all edges together does not.
//!
//! A period counts by its coherence over the whole length of both axes, as in a periodogram (A. Schuster 1898): the
//! length of the mean phasor of all edges. How far it stands out from all other periods is the confidence.

use rayon::prelude::*;

use crate::process::canvas::Canvas;

use super::variance_table::VarianceTable;
use super::warp::Warp;
use super::{Grid, comb, confidence, explained, given, grid_lines, pitch};

/// The shortest period, in pixels, and the ratio of neighbouring ones: a tenth of a cell over 120 cells.
const SHORTEST: f64 = 2.0;
const STEP: f64 = 1.0008;
/// The least number of cells along the shorter side.
const CELLS: f64 = 9.0;
/// Twice and three times the period are taken where they keep this share of the coherence: edges at every line of a grid
/// are as coherent at its fractions.
const FUNDAMENTAL: f64 = 0.8;
/// Periods within this share of each other, or of a multiple, are one.
const APART: f64 = 0.02;
/// The largest edge of one pixel, as the sum of three channels, so that strong edges do not outweigh the others.
const CAP: u32 = 120;
/// Slow changes of the number of edges over twice as many pixels are no edges.
const SLOW: usize = 2;
/// Phases that are compared.
const PHASES: usize = 64;
/// Lines of cells from so many pixels on are moved to nearby edges.
const SNAPPED: f64 = 4.0;
/// The confidence by the ratio of the coherences of the best and the best other period. From 1.25 up, 23 of 25 real
/// pictures with unsure edges had the right pitch; of others, which had no part in this, five got a wrong one, twice as
/// fine in two of them. Therefore it never makes a grid certain.
const MEASURED: [(f64, f64); 6] = [(1.0, 0.0), (1.1, 150.0), (1.25, 400.0), (1.5, 500.0), (2.0, 550.0), (4.0, 590.0)];

/// The least contrast of two or three times as long cells, as a share of that of the others.
const EXPLAINS: f64 = 0.2;

/// Below this pitch, chroma subsampling and steps of a gradient look like cells; so much confidence and contrast are
/// needed.
const SMALL: f64 = 2.5;
const SURE: i64 = 560;
const SMALL_CLEAR: f64 = 1.5;
/// The least contrast of a uniform grid; as a share of that of another one that has some confidence; and of one below so
/// much.
const CLEAR: f64 = 1.15;
const EQUAL: f64 = 0.95;
const CLOSE: f64 = 0.75;
const UNSURE: i64 = 100;

/// A period that all edges keep.
#[derive(Clone, Copy, Debug)]
struct Period {
    /// In pixels.
    pitch: f64,
    /// Its coherence, as a multiple of that of the best other one.
    ratio: f64,
}

/// The uniform grid that all pictures share. `edges` are the edge profiles that lines are moved to.
pub(super) fn grid(canvases: &[Canvas<'_>], edges: &[[Vec<f32>; 2]]) -> Option<Grid> {
    let plain: Vec<[Vec<f32>; 2]> = canvases.par_iter().map(profiles).collect();
    let Period { pitch, ratio } = find(&plain)?;
    let grid = |pitch: f64| of_pitch(canvases, &plain, edges, pitch, ratio);
    let fine = grid(pitch);
    let coarse = coarser(&plain, pitch).map(grid);
    let explains = |coarse: &Grid| contrast(canvases, coarse) >= EXPLAINS * contrast(canvases, &fine);
    Some(coarse.filter(explains).unwrap_or(fine))
}

/// Cells two or three times as long, if the lines of a pitch are those of longer cells and others between.
fn coarser(profiles: &[[Vec<f32>; 2]], pitch: f64) -> Option<f64> {
    let of_axis = |profile: &Vec<f32>| -> Vec<f64> {
        let first = phase(profile, pitch);
        (0..).map(|i| first + f64::from(i) * pitch).take_while(|line| *line < profile.len() as f64).collect()
    };
    let lines: Vec<[Vec<f64>; 2]> = profiles.iter().map(|axes| axes.each_ref().map(of_axis)).collect();
    let pictures: Vec<[comb::Axis<'_>; 2]> = profiles
        .iter()
        .zip(&lines)
        .map(|(edges, lines)| [0, 1].map(|axis| (&edges[axis][..], &lines[axis][..])))
        .collect();
    let [x, y] = comb::coarser(&pictures, [pitch; 2])?.factors;
    (x == y).then_some(x * pitch)
}

/// The uniform grid of a pitch, whose coherence is `ratio` times that of others.
fn of_pitch(canvases: &[Canvas<'_>], plain: &[[Vec<f32>; 2]], edges: &[[Vec<f32>; 2]], pitch: f64, ratio: f64) -> Grid {
    let lines = |axis: usize, (plain, edges): (&[Vec<f32>; 2], &[Vec<f32>; 2])| {
        let equal = equal_lines(&plain[axis], pitch);
        match pitch < SNAPPED {
            true => equal,
            false => given::snapped_to_edges(&grid_lines::edge_scores(&edges[axis]), equal, pitch),
        }
    };
    Grid {
        pitch: [pitch; 2],
        lines: plain.iter().zip(edges).map(|pair| [0, 1].map(|axis| lines(axis, pair))).collect(),
        warps: canvases.iter().map(|canvas| Warp::identity(canvas.width, canvas.height)).collect(),
        confidence: confidence::share(&MEASURED, ratio) as i64,
        finished: false,
        sheets: Vec::new(),
    }
}

/// Whether a uniform grid is likelier than what was found otherwise: its confidence is higher, and its cells stand out
/// as clearly from cells shifted by half a cell. Lines that follow a varying pitch make that worse for uniform ones.
pub(super) fn is_better(canvases: &[Canvas<'_>], uniform: &Grid, found: Option<&Grid>) -> bool {
    let known = found.map_or(0, |found| found.confidence);
    let is_small = uniform.pitch[0] < SMALL;
    if uniform.confidence <= known || (is_small && uniform.confidence < SURE) {
        return false;
    }
    let tables: Vec<VarianceTable> = canvases.iter().map(VarianceTable::of).collect();
    let tables: Vec<&VarianceTable> = tables.iter().collect();
    let evidence = confidence::evidence(&tables, &uniform.lines, uniform.pitch, 1.0, 0.0);
    if confidence::is_block(uniform.pitch) && evidence.strength <= 0.0 && evidence.inner <= 0.0 {
        return false;
    }
    let share = if known < UNSURE { CLOSE } else { EQUAL };
    let least = found.map_or(0.0, |found| share * contrast(canvases, found));
    contrast(canvases, uniform) >= least.max(if is_small { SMALL_CLEAR } else { CLEAR })
}

/// The ratio of what is left of the pictures' variance within cells shifted by half a cell to what is left within cells.
fn contrast(canvases: &[Canvas<'_>], grid: &Grid) -> f64 {
    let sum = |share: f64| -> f64 {
        let shifted = |axis: usize, lines: &[f64]| lines.iter().map(|line| line + share * grid.pitch[axis]).collect();
        let each = canvases.iter().zip(&grid.lines).map(|(canvas, lines)| {
            let lines = [0, 1].map(|axis| shifted(axis, &lines[axis]));
            explained::unexplained(canvas.pixels(), canvas.size(), &lines)
        });
        each.sum()
    };
    sum(0.5) / sum(0.0).max(1e-9)
}

/// The most coherent period of the edges of all pictures.
fn find(profiles: &[[Vec<f32>; 2]]) -> Option<Period> {
    let shortest = profiles.iter().flatten().map(Vec::len).min()? as f64;
    let periods: Vec<f64> =
        std::iter::successors(Some(SHORTEST), |p| Some(p * STEP)).take_while(|p| *p < shortest / CELLS).collect();
    let all: Vec<Vec<f64>> =
        profiles.par_iter().flatten().map(|profile| pitch::whole_coherences(profile, &periods)).collect();
    let joint: Vec<f64> = (0..periods.len()).map(|i| all.iter().map(|axis| axis[i]).sum()).collect();
    let highest = |from: f64, to: f64| -> Option<usize> {
        let range = periods.partition_point(|p| *p < from)..periods.partition_point(|p| *p < to);
        range.reduce(|a, b| if joint[b] > joint[a] { b } else { a })
    };
    let best = highest(0.0, f64::INFINITY)?;
    let fundamental = [3.0, 2.0].into_iter().find_map(|times| {
        let long = times * periods[best];
        let near = highest(long * (1.0 - APART / 4.0), long * (1.0 + APART / 4.0))?;
        (joint[near] >= FUNDAMENTAL * joint[best]).then_some(near)
    });
    let best = fundamental.unwrap_or(best);
    let pitch = periods[best];
    let is_other = |&i: &usize| {
        let ratio = periods[i] / pitch;
        let harmonic = if ratio < 1.0 { 1.0 / (1.0 / ratio + 0.5).floor() } else { (ratio + 0.5).floor() };
        (ratio / harmonic - 1.0).abs() > APART
    };
    let other = (0..periods.len()).filter(is_other).map(|i| joint[i]).fold(0.0, f64::max);
    (joint[best] > 0.0).then(|| Period { pitch, ratio: joint[best] / other.max(1e-9) })
}

/// The edges between neighbouring columns, and rows: plain sums of differences, in which the phase of small cells is left.
fn profiles(canvas: &Canvas<'_>) -> [Vec<f32>; 2] {
    let (width, height) = (canvas.width, canvas.height);
    let mut sums = [vec![0u32; width], vec![0u32; height]];
    let seen = |[r, g, b, alpha]: [u8; 4]| if alpha < canvas.least() { [0; 3] } else { [r, g, b] };
    let step = |a: [u8; 4], b: [u8; 4]| {
        let (a, b) = (seen(a), seen(b));
        (0..3).map(|i| u32::from(a[i].abs_diff(b[i]))).sum::<u32>().min(CAP)
    };
    for (y, row) in canvas.pixels().chunks_exact(width).enumerate() {
        for x in 1..width {
            sums[0][x] += step(row[x - 1], row[x]);
        }
        if y > 0 {
            let above = &canvas.pixels()[(y - 1) * width..y * width];
            sums[1][y] = above.iter().zip(row).map(|(a, b)| step(*a, *b)).sum();
        }
    }
    sums.map(|sums| without_slow(&sums))
}

/// The profile less its mean around each place; what is left is at least 0.
fn without_slow(sums: &[u32]) -> Vec<f32> {
    let around = |i: usize| {
        let near = &sums[i.saturating_sub(SLOW)..(i + SLOW + 1).min(sums.len())];
        near.iter().sum::<u32>() as f32 / near.len() as f32
    };
    sums.iter().enumerate().map(|(i, sum)| (*sum as f32 - around(i)).max(0.0)).collect()
}

/// Lines of a pitch at the phase of the edges, without slivers at the borders.
pub(super) fn equal_lines(profile: &[f32], pitch: f64) -> Vec<f64> {
    let phase = phase(profile, pitch);
    let first = if phase < given::SLIVER * pitch { phase + pitch } else { phase };
    let last = profile.len() as f64 - given::SLIVER * pitch;
    (0..).map(|i| first + f64::from(i) * pitch).take_while(|line| *line < last).collect()
}

/// The phase at which the edges are closest to lines of a pitch, in pixels.
fn phase(profile: &[f32], pitch: f64) -> f64 {
    let value = |phase: f64| -> f64 {
        let at = |(i, edge): (usize, &f32)| {
            let off = (i as f64 - phase) / pitch;
            let off = (off - (off + 0.5).floor()).abs();
            f64::from(*edge) * (0.25 - off)
        };
        profile.iter().enumerate().map(at).sum()
    };
    let phases = (0..PHASES).map(|i| i as f64 * pitch / PHASES as f64);
    phases
        .map(|phase| (value(phase), phase))
        .reduce(|a, b| if b.0 > a.0 { b } else { a })
        .map_or(0.0, |(_, phase)| phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges at one line of three of a grid, off by up to half a pixel.
    fn edges(length: usize, pitch: f64, first: f64) -> Vec<f32> {
        let mut profile = vec![0.0; length];
        let mut state = 1u32;
        for i in 0..(length as f64 / pitch) as usize {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 == 0 {
                profile[(first + i as f64 * pitch + 0.5) as usize] = 1.0 + (state >> 20 & 7) as f32;
            }
        }
        profile
    }

    #[test]
    fn few_edges_tell_a_period_that_does_not_vary() {
        for pitch in [2.86, 5.07, 13.3] {
            let profile = [edges(1000, pitch, 1.3), edges(800, pitch, 0.4)];
            let found = find(&[profile]).unwrap();
            assert!((found.pitch / pitch - 1.0).abs() < 0.002 && found.ratio > 1.3, "{pitch}: {found:?}");
        }
    }

    /// Details at half the size put weak edges between the lines.
    #[test]
    fn half_size_details_do_not_halve_the_cells() {
        let detailed = |weak: f32| {
            let mut profile = vec![0.0; 960];
            for i in 1..80 {
                profile[12 * i] = (if i % 2 == 0 { 1.0 } else { weak }) * (0.5 + (i * 37 % 50) as f32 / 50.0);
            }
            [profile.clone(), profile]
        };
        assert_eq!(coarser(&[detailed(0.2)], 12.0), Some(24.0));
        assert_eq!(coarser(&[detailed(1.0)], 12.0), None);
    }

    #[test]
    fn edges_at_random_tell_none() {
        let mut state = 7u32;
        let mut random = |length: usize| -> Vec<f32> {
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if state >> 28 == 0 { 1.0 } else { 0.0 }
            };
            (0..length).map(next).collect()
        };
        let profile = [random(1000), random(800)];
        assert!(find(&[profile]).unwrap().ratio < 1.2);
        assert!(find(&[[vec![0.0; 100], vec![0.0; 100]]]).is_none());
    }

    #[test]
    fn the_phase_is_that_of_the_edges() {
        assert!((phase(&edges(600, 12.4, 5.0), 12.4) - 5.0).abs() < 0.5);
    }
}
