//! Grid detection: one pitch for all raws of a group, and the grid lines of each raw.
//!
//! [`detect`] goes from edge profiles over candidate pitches to lines; [`given`] places the lines of a grid that the
//! recipe gives; [`exact`] recognises pictures that were enlarged by a whole factor.

mod belief_propagation;
mod cholesky;
mod confidence;
mod detect;
mod exact;
mod given;
mod grid_lines;
mod harmonics;
mod kriging;
mod layout;
mod objects;
mod pitch;
mod pitch_track;
mod profile;
mod transitions;
mod variance_table;
mod warp;

use image::RgbaImage;

use crate::words::raw::Raw;
use crate::words::recipe::GridChoice;

use super::ProcessError;
use super::canvas::Canvas;

pub(super) use objects::{Part, Sheet};
pub(super) use warp::Warp;

/// A detected grid with less evidence (0 to 1) is no better than the default cells.
const WEAK: f64 = 0.1;
/// The evidence that a small picture needs to have cells larger than a pixel.
const STRONG: f64 = 0.5;
/// The same for pictures that look like pixel art at its native size. Restored sprites reach 0.32, grids of models
/// about 0.9.
const CERTAIN: f64 = 0.7;

/// A grid of fewer cells than this along the longer side is used only with a confidence of at least [`UNSURE`].
const FEW: f64 = 24.0;
const UNSURE: i64 = 15;

/// The grid of a group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// Mean width and height of a cell in raw pixels.
    pub pitch: [f64; 2],
    /// For each raw the positions of the inner vertical and horizontal lines in raw pixels, ascending.
    pub lines: Vec<[Vec<f64>; 2]>,
    /// For each raw how its lines deviate from straight ones.
    pub warps: Vec<Warp>,
    /// Confidence in the grid, 0 to 1000.
    pub confidence: i64,
    /// For each raw its objects, if these have lattices of their own; nothing otherwise. Lines and warps are then those
    /// of the ground between them.
    pub sheets: Vec<Sheet>,
}

impl Grid {
    /// Whether so few cells would be left that an unreliable grid would destroy the picture.
    fn is_too_coarse(&self, canvases: &[Canvas<'_>]) -> bool {
        let cells =
            |canvas: &Canvas<'_>| (canvas.width as f64 / self.pitch[0]).max(canvas.height as f64 / self.pitch[1]);
        self.confidence < UNSURE && canvases.iter().any(|canvas| cells(canvas) < FEW)
    }
}

/// The grid that all raws of a group share.
pub(super) fn vote(raws: &[Raw], canvases: &[Canvas<'_>], choice: GridChoice) -> Result<Grid, ProcessError> {
    match choice {
        GridChoice::Cells(cells) => given::grid(canvases, |axis, length| length / f64::from(cells[axis]), Some(cells)),
        GridChoice::Pitch(pitch) => given::grid(canvases, |axis, _| f64::from(pitch[axis]) / 1000.0, None),
        GridChoice::Auto => Ok(automatic(raws, canvases)),
    }
}

/// Exact blocks if the pictures consist of them; otherwise the detected grid if its evidence suffices; otherwise one
/// cell per pixel if the pictures look like pixel art at its native size; otherwise the default cells.
///
/// Few colours alone are no sign of pixel art: any grey or quantised picture has few.
fn automatic(raws: &[Raw], canvases: &[Canvas<'_>]) -> Grid {
    let images: Vec<_> = raws.iter().map(|raw| &raw.pixels).collect();
    if let Some(blocks) = exact::blocks(&images) {
        return uniform(canvases, f64::from(blocks.size), blocks.phase.map(f64::from), 1000);
    }
    let all = |is: fn(&RgbaImage) -> bool| images.iter().all(|image| is(image));
    if all(exact::is_tiny) {
        return uniform(canvases, 1.0, [0.0; 2], 1000);
    }
    let native = all(exact::is_native);
    let small = all(exact::is_small);
    let least = match (native, small) {
        (true, _) => CERTAIN,
        (false, true) => STRONG,
        (false, false) => WEAK,
    };
    let default = default_pitch(canvases);
    match objects::or_own(raws, canvases, detect::grid(canvases, default), default) {
        Some((grid, strength)) if strength >= least && !grid.is_too_coarse(canvases) => grid,
        _ if native || small => uniform(canvases, 1.0, [0.0; 2], 1000),
        other => uniform(canvases, default_pitch(canvases), [0.0; 2], other.map_or(0, |(grid, _)| grid.confidence)),
    }
}

/// The pitch that diffusion models draw most often: SDXL draws about 128 cells across, so that smaller pictures have
/// smaller cells.
fn default_pitch(canvases: &[Canvas<'_>]) -> f64 {
    let longest = canvases.iter().map(|canvas| canvas.width.max(canvas.height)).max().unwrap_or(1);
    ((longest + 64) / 128).max(1) as f64
}

/// A grid of equal square cells. `phase` is the position of the first line; 0 means one pitch from the edge.
fn uniform(canvases: &[Canvas<'_>], pitch: f64, phase: [f64; 2], confidence: i64) -> Grid {
    let lines = |length: usize, phase: f64| -> Vec<f64> {
        let first = if phase > 0.0 { phase } else { pitch };
        (0..).map(|i| first + f64::from(i) * pitch).take_while(|line| *line < length as f64 - 0.25 * pitch).collect()
    };
    let lines = canvases.iter().map(|c| [lines(c.width, phase[0]), lines(c.height, phase[1])]).collect();
    Grid { pitch: [pitch; 2], lines, warps: straight(canvases), confidence, sheets: Vec::new() }
}

fn straight(canvases: &[Canvas<'_>]) -> Vec<Warp> {
    canvases.iter().map(|canvas| Warp::identity(canvas.width, canvas.height)).collect()
}
