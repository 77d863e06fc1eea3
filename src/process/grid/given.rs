//! A grid that the recipe gives: the pitch is fixed, the phase is detected.
//!
//! The number of cells is that of the picture's length in cells, rounded: a part of a cell at the border is none.

use crate::process::ProcessError;
use crate::process::canvas::Canvas;

use super::profile::{self, total};
use super::variance_table::VarianceTable;
use super::{Grid, confidence, grid_lines, straight};

/// What is left of a cell at a border is a cell from this share on.
pub(super) const SLIVER: f64 = 0.3;

/// By how many pixels the length of an enlarged picture may differ from that of its cells: lengths are whole pixels.
const ROUNDED: f64 = 0.51;
/// How much higher the edge scores of another phase must be than those of phase 0.
const CLEARLY: f64 = 1.5;

/// The grid of a given pitch, in raw pixels by axis and length of the axis. `cells` are the columns and rows, if these
/// were given.
pub(super) fn grid(
    canvases: &[Canvas<'_>],
    pitch: impl Fn(usize, f64) -> f64,
    cells: Option<[u32; 2]>,
) -> Result<Grid, ProcessError> {
    let mut lines = Vec::new();
    let mut mean = [0.0; 2];
    for canvas in canvases {
        let profiles = profile::bands(canvas).map(|bands| total(&bands));
        let lengths = [canvas.width, canvas.height];
        let pitches = [0, 1].map(|axis| pitch(axis, lengths[axis] as f64));
        if [0, 1].iter().any(|&axis| pitches[axis] < 1.0 || pitches[axis] > lengths[axis] as f64) {
            return Err(ProcessError::GridTooFine { asked: cells, pixels: lengths.map(|l| l as u32) });
        }
        mean = [0, 1].map(|axis| mean[axis] + pitches[axis] / canvases.len() as f64);
        lines.push([0, 1].map(|axis| {
            let scores = grid_lines::edge_scores(&profiles[axis]);
            match cells {
                Some(cells) => lines_of_pitch(&scores, pitches[axis], Some(cells[axis] as usize)),
                None => whole_cells(&scores, pitches[axis]),
            }
        }));
    }
    let tables: Vec<VarianceTable> = canvases.iter().map(VarianceTable::of).collect();
    let confidence = confidence::evidence(&tables.iter().collect::<Vec<_>>(), &lines, mean, 1.0, 0.0).confidence();
    Ok(Grid {
        pitch: mean,
        lines,
        warps: straight(canvases),
        confidence,
        finished: mean == [1.0; 2],
        sheets: Vec::new(),
    })
}

/// Lines of a given pitch that bound `round(length / pitch)` cells.
///
/// Where that many cells fill the picture, it begins at a line, unless the edges clearly say otherwise: most pictures
/// were enlarged as a whole, few are a part of a larger one.
fn whole_cells(scores: &[f64], pitch: f64) -> Vec<f64> {
    let length = scores.len() as f64;
    let count = ((length / pitch + 0.5) as usize).max(1);
    let best = best_phase(scores, pitch);
    let fills = (length - count as f64 * pitch).abs() <= ROUNDED;
    if fills && phase_score(scores, pitch, best) <= CLEARLY * phase_score(scores, pitch, 0.0) {
        return lines_of_pitch(scores, length / count as f64, Some(count));
    }
    let first = if best > 0.0 { best } else { pitch };
    let mut lines: Vec<f64> =
        (0..).map(|i| first + f64::from(i) * pitch).take_while(|line| *line < length - 0.01 * pitch).collect();
    // The smaller part at a border joins its neighbour until no part is left over.
    while lines.len() >= count {
        let at_end = lines.last().is_some_and(|last| length - last < lines[0]);
        lines.remove(if at_end { lines.len() - 1 } else { 0 });
    }
    if pitch < 3.0 { lines } else { snapped_to_edges(scores, lines, pitch) }
}

/// The sum of the edge scores at the lines of a phase.
fn phase_score(scores: &[f64], pitch: f64, phase: f64) -> f64 {
    let lines = (0..).map(|i| (phase + f64::from(i) * pitch + 0.5) as usize).take_while(|&x| x < scores.len());
    lines.filter(|&x| x > 0).map(|x| scores[x]).sum()
}

/// The phase with the highest edge scores, in quarters of a pixel; the lowest of equals.
fn best_phase(scores: &[f64], pitch: f64) -> f64 {
    let phases = ((4.0 * pitch) as usize).max(1);
    let scored =
        (0..phases).map(|i| i as f64 * pitch / phases as f64).map(|phase| (phase, phase_score(scores, pitch, phase)));
    scored.reduce(|best, other| if other.1 > best.1 { other } else { best }).map_or(0.0, |(phase, _)| phase)
}

/// Lines of a given pitch at the phase with the highest edge scores, each then moved to a nearby edge. `count` fixes
/// the number of cells.
pub(super) fn lines_of_pitch(scores: &[f64], pitch: f64, count: Option<usize>) -> Vec<f64> {
    let length = scores.len() as f64;
    // With a given count the cells fill the picture, so that the phase is 0.
    let best = if count.is_some() { 0.0 } else { best_phase(scores, pitch) };
    let first = if best < SLIVER * pitch { best + pitch } else { best };
    let count = count.map_or(((length - first) / pitch + 0.7) as usize, |count| count - 1);
    let lines: Vec<f64> = (0..count).map(|i| first + i as f64 * pitch).collect();
    if pitch < 3.0 { lines } else { snapped_to_edges(scores, lines, pitch) }
}

/// Moves each line to the best edge within a fifth of a cell.
pub(super) fn snapped_to_edges(scores: &[f64], lines: Vec<f64>, pitch: f64) -> Vec<f64> {
    let reach = (0.2 * pitch) as usize;
    let value = |x: usize, line: f64| scores[x] - (x as f64 - line) * (x as f64 - line) / (pitch * pitch) * 4.0;
    let best = |line: f64| {
        let near = (line + 0.5) as usize;
        let range = near.saturating_sub(reach).max(1)..(near + reach + 1).min(scores.len());
        let x =
            range.fold(near.min(scores.len() - 1), |best, x| if value(x, line) > value(best, line) { x } else { best });
        if scores[x] > 0.2 { x as f64 } else { line }
    };
    lines.into_iter().map(best).collect()
}
