//! Grid detection: one pitch for all raws of a group, and the grid lines of each raw.
//!
//! [`detect`] goes from edge profiles over candidate pitches to lines; [`given`] places the lines of a grid that the
//! recipe gives; [`nearest`] solves pictures that were enlarged without loss, and [`native`] recognises those that never
//! were.

mod belief_propagation;
mod changes;
mod cholesky;
mod comb;
mod confidence;
mod description;
mod detect;
mod drawn_box;
mod equal_cells;
mod explained;
mod given;
mod grid_lines;
mod harmonics;
mod kriging;
mod layout;
mod logarithm;
mod native;
mod nearest;
mod objects;
mod pitch;
mod pitch_track;
mod profile;
mod residual;
mod scope;
mod second_look;
mod transitions;
mod uniform_pitch;
mod variance_table;
mod warp;

use std::collections::{BTreeMap, BTreeSet};

use image::RgbaImage;

use crate::words::raw::Raw;
use crate::words::recipe::GridChoice;

use super::ProcessError;
use super::canvas::Canvas;

use changes::Changes;
use native::Look;
use nearest::Lattice;

pub(super) use objects::{Part, Sheet};
pub(super) use warp::Warp;

/// A detected grid with less evidence (0 to 1) is no better than the default cells.
const WEAK: f64 = 0.1;
/// The evidence that a picture without noise needs to have cells larger than a pixel.
const STRONG: f64 = 0.5;
/// The same for pictures that look like pixel art at its native size. Restored sprites reach 0.32, grids of models
/// about 0.9.
const CERTAIN: f64 = 0.7;
/// Cells of pictures that look native have at least so many pixels.
const SMALL: f64 = 3.0;
/// Frames of one animation differ in their scale by at most this share.
const ZOOM: f64 = 0.1;
/// The share of its variance that a picture without noise may have within its cells, and any in cells of the default size.
const UNEXPLAINED: f64 = 0.3;
/// The same for a grid of a picture with noise whose confidence is below [`LIKELY`]. Right grids of raws leave 0.22 at most,
/// those of the tiles on a painterly sheet 0.35.
const DETAILED: f64 = 0.25;
const LIKELY: i64 = 960;
/// The share of the clear steps between pixels that may lie off the lines in a picture that looks native: right grids have
/// 0.016 at most, those that were found in skylines and caves 0.10 and more.
const OFF_LINES: f64 = 0.04;
/// The largest confidence in a picture that stays as it is because nothing is known about it.
const DOUBT: i64 = 300;
/// A grid with less confidence is unsure.
const SURE: i64 = 600;

/// A grid of fewer cells than this along the longer side is used only with a confidence of at least [`UNSURE`].
const FEW: f64 = 24.0;
const UNSURE: i64 = 100;

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
    /// The pictures are finished: every cell has one colour, and keeps it.
    pub finished: bool,
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

/// What pixels say before anything is estimated.
pub(super) enum FirstLook {
    /// The pictures were enlarged without loss.
    Enlarged(Vec<[Lattice; 2]>),
    /// The pictures stay as they are, with this confidence.
    Kept(i64),
    /// The same, of coarse copies whose colours and alpha will be replaced.
    Coarse(i64),
    /// Anything else.
    Looks(Look),
}

impl FirstLook {
    /// Whether the pictures are finished art, so that nothing has to be estimated.
    pub(super) fn is_finished(&self) -> bool {
        matches!(self, Self::Enlarged(_) | Self::Kept(_) | Self::Coarse(_))
    }
}

/// What is said of pictures with noise, and of those that lost a painted ground: what is left says nothing about noise.
pub(super) const NOISY: FirstLook = FirstLook::Looks(Look::Noisy);

/// The first look at the raws of a group. It does not matter where the grid is given.
pub(super) fn first_look(raws: &[Raw], choice: GridChoice) -> FirstLook {
    if choice != GridChoice::Auto {
        return NOISY;
    }
    let images: Vec<_> = raws.iter().map(|raw| &raw.pixels).collect();
    match lattices(&images) {
        Some(lattices) => FirstLook::Enlarged(lattices),
        None => match native::look(&images) {
            Look::Native => FirstLook::Kept(1000),
            look => FirstLook::Looks(look),
        },
    }
}

/// Whether raws have no noise: their cells are found without an estimate, and no ground is peeled off.
pub(super) fn is_clean(raws: &[Raw]) -> bool {
    !matches!(first_look(raws, GridChoice::Auto), FirstLook::Looks(Look::Noisy))
}

/// Whether a picture looks like pixel art at its native size.
pub(super) fn is_native(image: &RgbaImage) -> bool {
    matches!(native::look(&[image]), Look::Native | Look::Likely)
}

/// The grid that all raws of a group share.
pub(super) fn vote(
    raws: &[Raw],
    canvases: &[Canvas<'_>],
    choice: GridChoice,
    first: FirstLook,
) -> Result<Grid, ProcessError> {
    match (choice, first) {
        (GridChoice::Cells(cells), _) => {
            given::grid(canvases, |axis, length| length / f64::from(cells[axis]), Some(cells))
        }
        (GridChoice::Pitch(pitch), _) => given::grid(canvases, |axis, _| f64::from(pitch[axis]) / 1000.0, None),
        (GridChoice::Auto, FirstLook::Enlarged(lattices)) => Ok(solved(canvases, lattices)),
        (GridChoice::Auto, FirstLook::Kept(confidence) | FirstLook::Coarse(confidence)) => {
            Ok(as_it_is(canvases, confidence))
        }
        (GridChoice::Auto, FirstLook::Looks(look)) => Ok(estimated(raws, canvases, look)),
    }
}

/// The detected grid if its evidence suffices. Without evidence, pictures that look like pixel art, pictures without noise
/// and those too detailed for the default cells stay as they are, and others have these.
fn estimated(raws: &[Raw], canvases: &[Canvas<'_>], look: Look) -> Grid {
    let default = default_pitch(canvases);
    let detected = objects::or_own(raws, canvases, second_look::grid(canvases, default), default);
    let doubt = detected.as_ref().map_or(0, |(grid, _)| grid.confidence).min(DOUBT);
    let least = match look {
        Look::Native | Look::Likely => CERTAIN,
        Look::Clean => STRONG,
        Look::Noisy => WEAK,
    };
    let default =
        || uniform(canvases, default_pitch(canvases), detected.as_ref().map_or(0, |(grid, _)| grid.confidence));
    let details = |grid: &Grid| -> Vec<f64> {
        let of_frame = |(frame, canvas): (usize, &Canvas<'_>)| match grid.sheets.get(frame) {
            Some(sheet) => sheet.unexplained(canvas.least()),
            None => explained::unexplained(canvas.pixels(), canvas.size(), &grid.lines[frame]),
        };
        let mut all: Vec<f64> = canvases.iter().enumerate().map(of_frame).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    // A picture without a grid does not outvote the others.
    let usual = |grid: &Grid| details(grid).get((canvases.len().max(1) - 1) / 2).copied().unwrap_or(0.0);
    let most = |grid: &Grid| details(grid).last().copied().unwrap_or(0.0);
    let is_off = |grid: &Grid| {
        let frames = canvases.iter().zip(&grid.lines).filter(|_| grid.sheets.is_empty());
        let mut shares =
            frames.map(|(canvas, lines)| explained::off_lines(canvas.pixels(), canvas.size(), lines, grid.pitch));
        shares.any(|share| share > OFF_LINES)
    };
    // Cells of the right grid have hardly any detail. Without noise, small ones would have been solved.
    let explains = |grid: &Grid| match look {
        Look::Noisy => grid.confidence >= LIKELY || usual(grid) < DETAILED,
        Look::Likely if grid.pitch.iter().any(|pitch| *pitch < SMALL) || is_off(grid) => false,
        _ => most(grid) < UNEXPLAINED,
    };
    // The frames of a group say more together than the confidence in the worst of them.
    let stays =
        |confidence: i64| matches!(raws, [raw] if confidence < SURE && native::stays_in_doubt(&raw.pixels, confidence));
    let is_texture = match (&detected, raws) {
        (Some((grid, _)), [raw]) => match grid.sheets.first() {
            Some(sheet) => {
                explained::is_texture(&raw.pixels, sheet.parts.iter().map(|part| (&part.raw.pixels, &part.lines)))
            }
            None => explained::is_texture(&raw.pixels, [(&raw.pixels, &grid.lines[0])]),
        },
        _ => false,
    };
    match &detected {
        Some((grid, strength))
            if *strength >= least
                && !grid.is_too_coarse(canvases)
                && explains(grid)
                && !is_texture
                && !stays(grid.confidence) =>
        {
            grid.clone()
        }
        _ if look == Look::Likely => as_it_is(canvases, 1000),
        _ if look == Look::Clean || is_texture || stays(doubt) => as_it_is(canvases, doubt),
        _ => Some(default()).filter(|grid| usual(grid) < UNEXPLAINED).unwrap_or_else(|| as_it_is(canvases, doubt)),
    }
}

/// The lattices of pictures that were enlarged without loss.
fn lattices(images: &[&RgbaImage]) -> Option<Vec<[Lattice; 2]>> {
    common(images).or_else(|| zoomed(images))
}

/// The lattices of pictures that were enlarged by the same factors.
fn common(images: &[&RgbaImage]) -> Option<Vec<[Lattice; 2]>> {
    let sizes: BTreeSet<[u32; 2]> = images.iter().map(|image| image.dimensions().into()).collect();
    let of_size = |size: &[u32; 2]| {
        let alike: Vec<_> =
            images.iter().copied().filter(|image| *size == <[u32; 2]>::from(image.dimensions())).collect();
        changes::changes(&alike)
    };
    let changes: Vec<[Changes; 2]> = sizes.iter().map(of_size).collect::<Option<_>>()?;
    let sure = changes.iter().find_map(|[x, y]| nearest::solve([x, y]))?;
    let factors = sure.map(|lattice| lattice.factor);
    let all = changes.iter().map(|[x, y]| nearest::solve_like([x, y], factors));
    let by_size: BTreeMap<_, _> =
        sizes.iter().zip(all).map(|(size, found)| Some((size, found?))).collect::<Option<_>>()?;
    images.iter().map(|image| by_size.get(&<[u32; 2]>::from(image.dimensions())).cloned()).collect()
}

/// The lattices of frames that were enlarged without loss, each by a factor of its own that is close to the others.
fn zoomed(images: &[&RgbaImage]) -> Option<Vec<[Lattice; 2]>> {
    if images.len() < 2 {
        return None;
    }
    let own = |image: &&RgbaImage| {
        let [x, y] = changes::changes(&[*image])?;
        nearest::solve([&x, &y])
    };
    let all: Vec<[Lattice; 2]> = images.iter().map(own).collect::<Option<_>>()?;
    let close = |lattice: &Lattice, other: &Lattice| (lattice.factor / other.factor - 1.0).abs() <= ZOOM;
    let first = all.first()?;
    all.iter().all(|of| (0..2).all(|axis| close(&of[axis], &first[axis]))).then_some(all)
}

/// The grid of lattices.
fn solved(canvases: &[Canvas<'_>], lattices: Vec<[Lattice; 2]>) -> Grid {
    let pitch = lattices.first().map_or([1.0; 2], |lattices| lattices.each_ref().map(|lattice| lattice.factor));
    let lines = |lattice: Lattice| lattice.lines.into_iter().map(f64::from).collect();
    let lines = lattices.into_iter().map(|lattices| lattices.map(lines)).collect();
    Grid { pitch, lines, warps: straight(canvases), confidence: 1000, finished: true, sheets: Vec::new() }
}

/// A grid of one cell per pixel: the pictures stay as they are.
fn as_it_is(canvases: &[Canvas<'_>], confidence: i64) -> Grid {
    Grid { finished: true, ..uniform(canvases, 1.0, confidence) }
}

/// The pitch that diffusion models draw most often: SDXL draws about 128 cells across, so that smaller pictures have
/// smaller cells.
fn default_pitch(canvases: &[Canvas<'_>]) -> f64 {
    let longest = canvases.iter().map(|canvas| canvas.width.max(canvas.height)).max().unwrap_or(1);
    ((longest + 64) / 128).max(1) as f64
}

/// A grid of equal square cells.
fn uniform(canvases: &[Canvas<'_>], pitch: f64, confidence: i64) -> Grid {
    let lines = |length: usize| -> Vec<f64> {
        (1..).map(|i| f64::from(i) * pitch).take_while(|line| *line < length as f64 - 0.25 * pitch).collect()
    };
    let lines = canvases.iter().map(|c| [lines(c.width), lines(c.height)]).collect();
    Grid { pitch: [pitch; 2], lines, warps: straight(canvases), confidence, finished: false, sheets: Vec::new() }
}

fn straight(canvases: &[Canvas<'_>]) -> Vec<Warp> {
    canvases.iter().map(|canvas| Warp::identity(canvas.width, canvas.height)).collect()
}
