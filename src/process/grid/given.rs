//! A grid that the recipe gives: the pitch is fixed, the phase is detected.

use crate::process::ProcessError;
use crate::process::canvas::Canvas;

use super::profile::{self, total};
use super::variance_table::VarianceTable;
use super::{Grid, confidence, grid_lines, straight};

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
            let count = cells.map(|cells| cells[axis] as usize);
            lines_of_pitch(&grid_lines::edge_scores(&profiles[axis]), pitches[axis], count)
        }));
    }
    let tables: Vec<VarianceTable> = canvases.iter().map(VarianceTable::of).collect();
    let confidence = confidence::evidence(&tables.iter().collect::<Vec<_>>(), &lines, mean, 0.0).confidence();
    Ok(Grid { pitch: mean, lines, warps: straight(canvases), confidence })
}

/// Lines of a given pitch at the phase with the highest edge scores, each then moved to a nearby edge. `count` fixes
/// the number of cells.
pub(super) fn lines_of_pitch(scores: &[f64], pitch: f64, count: Option<usize>) -> Vec<f64> {
    let length = scores.len() as f64;
    let score = |phase: f64| -> f64 {
        let lines = (0..).map(|i| (phase + f64::from(i) * pitch + 0.5) as usize).take_while(|&x| x < scores.len());
        lines.filter(|&x| x > 0).map(|x| scores[x]).sum()
    };
    // With a given count the cells fill the picture, so that the phase is 0.
    let phases = if count.is_some() { 1 } else { (4.0 * pitch) as usize }.max(1);
    let phase = (0..phases).map(|i| i as f64 * pitch / phases as f64);
    let best =
        phase.fold((0.0, score(0.0)), |best, phase| if score(phase) > best.1 { (phase, score(phase)) } else { best }).0;
    let first = if best < 0.3 * pitch { best + pitch } else { best };
    let count = count.map_or(((length - first) / pitch + 0.7) as usize, |count| count - 1);
    let lines: Vec<f64> = (0..count).map(|i| first + i as f64 * pitch).collect();
    if pitch < 3.0 { lines } else { snapped_to_edges(scores, lines, pitch) }
}

/// Moves each line to the best edge within a fifth of a cell.
fn snapped_to_edges(scores: &[f64], lines: Vec<f64>, pitch: f64) -> Vec<f64> {
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
