//! The grid of a group: one pitch for all its raws, and the cuts of each.

mod bend;
mod confidence;
mod cuts;
mod drift;
mod exact;
mod field;
mod harmonics;
mod layout;
mod pitch;
mod profile;
mod steps;
mod tempo;

use image::RgbaImage;
use rayon::prelude::*;

use crate::words::raw::Raw;
use crate::words::recipe::GridChoice;

use super::ProcessError;
use super::canvas::Canvas;
pub(super) use bend::Bend;
use confidence::Evidence;
use harmonics::Thin;
use profile::{Bands, total};

/// With weaker evidence the usual cells are as good as what was found.
const FEEBLE: f64 = 0.1;

/// With this evidence a longer period explains small pictures better than that every pixel is a cell.
const SURE: f64 = 0.5;
/// The same for pictures that look like pixel art as it is: restored sprites have up to 0.32, drawn grids about 0.9.
const CERTAIN: f64 = 0.7;

/// A picture whose pitch differs by more from the one of its group has another one.
const STRAY: f64 = 0.08;

/// Fewer cells than this, along the longer side, need a confidence of at least that.
const FEW: f64 = 24.0;
const UNSURE: i64 = 15;

/// The grid of a group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// Width and height of a cell in raw pixels.
    pub pitch: [f64; 2],
    /// Inner cuts of each raw, columns and rows, rising.
    pub cuts: Vec<[Vec<f64>; 2]>,
    /// How the lines of each raw bend.
    pub bends: Vec<Bend>,
    /// Confidence that the raws are drawn on this grid, 0 to 1000.
    pub confidence: i64,
}

impl Grid {
    /// So few cells keep nothing of a picture: who is not sure of them must not make them.
    fn throws_away(&self, canvases: &[Canvas]) -> bool {
        let cells = |canvas: &Canvas| (canvas.width as f64 / self.pitch[0]).max(canvas.height as f64 / self.pitch[1]);
        self.confidence < UNSURE && canvases.iter().any(|canvas| cells(canvas) < FEW)
    }
}

/// Finds the grid that all raws of a group share.
pub(super) fn vote(raws: &[Raw], canvases: &[Canvas], choice: GridChoice) -> Result<Grid, ProcessError> {
    match choice {
        GridChoice::Cells(cells) => asked(canvases, |axis, length| length / f64::from(cells[axis]), Some(cells)),
        GridChoice::Pitch(pitch) => asked(canvases, |axis, _| f64::from(pitch[axis]) / 1000.0, None),
        GridChoice::Auto => Ok(found(raws, canvases)),
    }
}

/// Exact blocks if the pictures have them, else what the edges say, else pixel art as it is, else cells such as these models
/// draw. Few colours alone say nothing: any picture that is grey or quantised has few.
fn found(raws: &[Raw], canvases: &[Canvas]) -> Grid {
    let images: Vec<_> = raws.iter().map(|raw| &raw.pixels).collect();
    if let Some(blocks) = exact::blocks(&images) {
        return even(canvases, f64::from(blocks.size), blocks.phase.map(f64::from), 1000);
    }
    let all = |is: fn(&RgbaImage) -> bool| images.iter().all(|image| is(image));
    if all(exact::is_tiny) {
        return even(canvases, 1.0, [0.0; 2], 1000);
    }
    let native = all(exact::is_native);
    let small = all(exact::is_small);
    let least = match (native, small) {
        (true, _) => CERTAIN,
        (false, true) => SURE,
        (false, false) => FEEBLE,
    };
    match measured(canvases) {
        Some((grid, strength)) if strength >= least && !grid.throws_away(canvases) => grid,
        _ if native || small => even(canvases, 1.0, [0.0; 2], 1000),
        other => even(canvases, usual_pitch(canvases), [0.0; 2], other.map_or(0, |(grid, _)| grid.confidence)),
    }
}

/// SDXL draws about 128 cells across; smaller pictures have smaller cells.
fn usual_pitch(canvases: &[Canvas]) -> f64 {
    let longest = canvases.iter().map(|canvas| canvas.width.max(canvas.height)).max().unwrap_or(1);
    ((longest + 64) / 128).max(1) as f64
}

/// Equal cells from a first cut on.
fn even(canvases: &[Canvas], pitch: f64, phase: [f64; 2], confidence: i64) -> Grid {
    let lines = |length: usize, phase: f64| -> Vec<f64> {
        let first = if phase > 0.0 { phase } else { pitch };
        (0..).map(|i| first + f64::from(i) * pitch).take_while(|line| *line < length as f64 - 0.25 * pitch).collect()
    };
    let cuts = canvases.iter().map(|c| [lines(c.width, phase[0]), lines(c.height, phase[1])]).collect();
    Grid { pitch: [pitch; 2], cuts, bends: straight(canvases), confidence }
}

fn straight(canvases: &[Canvas]) -> Vec<Bend> {
    canvases.iter().map(|canvas| Bend::none(canvas.width, canvas.height)).collect()
}

/// The grid that the edges of all pictures agree on, and the strength of the evidence; `None` if there are no edges.
fn measured(canvases: &[Canvas]) -> Option<(Grid, f64)> {
    let bands: Vec<[Bands; 2]> = canvases.par_iter().map(profile::bands).collect();
    let totals: Vec<[Vec<f32>; 2]> = bands.iter().map(|bands| bands.each_ref().map(|axis| total(axis))).collect();
    let shortest = canvases.iter().map(|canvas| canvas.width.min(canvas.height)).min()?;
    let periods = pitch::periods(shortest);
    let votes: Vec<[Vec<f64>; 2]> =
        totals.par_iter().map(|p| [0, 1].map(|axis| pitch::coherences(&p[axis], &periods))).collect();
    let sum =
        |axis: usize| -> Vec<f64> { (0..periods.len()).map(|i| votes.iter().map(|v| v[axis][i]).sum()).collect() };
    let thin: Vec<Thin> = canvases.par_iter().map(Thin::of).collect();
    let coherences = [sum(0), sum(1)];
    let candidates = pitch::candidates(&coherences[0], &coherences[1], &periods);
    let rewards: Vec<[Vec<f64>; 2]> = totals.iter().map(|p| [0, 1].map(|axis| cuts::rewards(&p[axis]))).collect();
    let usual = usual_pitch(canvases);
    let weight = |pitch: [f64; 2]| pitch::weight(&coherences, &periods, pitch) * pitch::prior(usual, pitch);
    let pitch = harmonics::best(&thin, &rewards, &candidates, weight)?;
    let pairs: Vec<(&Thin, &[Bands; 2])> = thin.iter().zip(&bands).collect();
    let mut found: Vec<Found> = pairs.into_par_iter().map(|(thin, bands)| bent_lines(thin, bands, pitch)).collect();
    outvote(&mut found, &rewards);
    let frames = found.len() as f64;
    let pitch = [0, 1].map(|axis| found.iter().map(|f| f.lines[axis].pitch).sum::<f64>() / frames);
    let uneven = found.iter().flat_map(|f| &f.lines).map(|l| l.uneven).sum::<f64>() / (2.0 * frames);
    let cuts: Vec<[Vec<f64>; 2]> = found.iter().map(|f| f.lines.each_ref().map(|axis| axis.cuts.clone())).collect();
    let lines: Vec<&[Lines; 2]> = found.iter().map(|f| &f.lines).collect();
    let thin: Vec<&Thin> = found.iter().zip(&thin).map(|(f, thin)| f.thin.as_ref().unwrap_or(thin)).collect();
    let evidence = Evidence { doubt: confidence::worst(&lines), ..confidence::evidence(&thin, &cuts, pitch, uneven) };
    let confidence = evidence.confidence();
    let bends = found.into_iter().map(|f| f.bend).collect();
    Some((Grid { pitch, cuts, bends, confidence }, evidence.strength))
}

/// What is found in one picture.
struct Found {
    lines: [Lines; 2],
    bend: Bend,
    /// The picture without its bends.
    thin: Option<Thin>,
}

/// Gives the pictures whose own pitch is not that of most of the group lines of that pitch: they have no grid of their own.
fn outvote(found: &mut [Found], rewards: &[[Vec<f64>; 2]]) {
    let voted = [0, 1].map(|axis| {
        let mut pitches: Vec<f64> = found.iter().map(|found| found.lines[axis].pitch).collect();
        pitches.sort_by(f64::total_cmp);
        pitches[pitches.len() / 2]
    });
    for (found, rewards) in found.iter_mut().zip(rewards) {
        let strays = |axis: usize| (found.lines[axis].pitch / voted[axis] - 1.0).abs() > STRAY;
        if strays(0) || strays(1) {
            found.bend = Bend::none(rewards[0].len(), rewards[1].len());
            found.thin = None;
            for (axis, lines) in found.lines.iter_mut().enumerate() {
                lines.cuts = asked_lines(&rewards[axis], voted[axis], None);
                lines.pitch = voted[axis];
            }
        }
    }
}

/// The lines of a picture, bent where that explains it better.
fn bent_lines(thin: &Thin, bands: &[Bands; 2], pitch: [f64; 2]) -> Found {
    let size = bands.each_ref().map(|bands| bands.first().map_or(0, Vec::len));
    let lines = |bend: &Bend| lines([0, 1].map(|axis| cuts::rewards(&bend.straightened(axis, &bands[axis]))), pitch);
    let none = Bend::none(size[0], size[1]);
    let bend = Bend::of(bands.each_ref().map(|bands| &bands[..]), pitch);
    let (straight, bent) = (lines(&none), lines(&bend));
    let straightened = thin.straightened(&bend);
    if merit(&straightened, &bent) > merit(thin, &straight) {
        Found { lines: bent, bend, thin: Some(straightened) }
    } else {
        Found { lines: straight, bend: none, thin: None }
    }
}

fn merit(thin: &Thin, lines: &[Lines; 2]) -> f64 {
    let [x, y] = lines.each_ref().map(|lines| lines.cuts.iter().map(|cut| (cut + 0.5) as usize).collect::<Vec<_>>());
    harmonics::merit(thin.variance(&x, &y) + 1e-7, thin.variance(&harmonics::between(&x), &harmonics::between(&y)))
}

/// The lines of one axis.
struct Lines {
    cuts: Vec<f64>,
    /// The mean pitch.
    pitch: f64,
    /// [`cuts::unevenness`].
    uneven: f64,
    /// [`confidence::doubt`].
    doubt: f64,
}

/// The cuts of both axes from their rewards and a first pitch, and the pitch that they have.
fn lines(rewards: [Vec<f64>; 2], pitch: [f64; 2]) -> [Lines; 2] {
    let told = [0, 1].map(|axis| {
        let followed = tempo::cuts(&rewards[axis], pitch[axis]);
        let local = cuts::steps(&followed, &vec![pitch[axis]; rewards[axis].len()]);
        cuts::drawn(&rewards[axis], &followed, local)
    });
    let length = |axis: usize| rewards[axis].len() as f64;
    let cuts: [Vec<f64>; 2] = match told.each_ref().map(|(drawn, _)| drawn.as_ref()) {
        [Some(x), Some(y)] => layout::laid_out([x, y]),
        [Some(x), None] => layout::told_by_one(x, length(1)).into(),
        [None, Some(y)] => {
            let (y, x) = layout::told_by_one(y, length(0));
            [x, y]
        }
        [None, None] => {
            [0, 1].map(|axis| layout::even(length(axis), told[axis].1.first().copied().unwrap_or(pitch[axis])))
        }
    };
    let mut cuts = cuts.into_iter();
    [0, 1].map(|axis| {
        let cuts = cuts.next().unwrap_or_default();
        let (rewards, local) = (&rewards[axis], &told[axis].1);
        let uneven = cuts::unevenness(rewards, &cuts, local);
        let doubt = confidence::doubt(rewards, &cuts, local);
        let pitch = match cuts[..] {
            [first, .., last] => (last - first) / (cuts.len() - 1) as f64,
            _ => pitch[axis],
        };
        Lines { cuts, pitch, uneven, doubt }
    })
}

/// A grid that is asked for: its pitch is given, its phase is looked for. `cells`: so many, whatever the edges say.
fn asked(
    canvases: &[Canvas],
    pitch: impl Fn(usize, f64) -> f64,
    cells: Option<[u32; 2]>,
) -> Result<Grid, ProcessError> {
    let mut cuts = Vec::new();
    let mut mean = [0.0; 2];
    for canvas in canvases {
        let profiles = profile::bands(canvas).map(|bands| total(&bands));
        let lengths = [canvas.width, canvas.height];
        let pitches = [0, 1].map(|axis| pitch(axis, lengths[axis] as f64));
        if [0, 1].iter().any(|&axis| pitches[axis] < 1.0 || pitches[axis] > lengths[axis] as f64) {
            return Err(ProcessError::GridTooFine { asked: cells, pixels: lengths.map(|l| l as u32) });
        }
        mean = [0, 1].map(|axis| mean[axis] + pitches[axis] / canvases.len() as f64);
        cuts.push([0, 1].map(|axis| {
            let count = cells.map(|cells| cells[axis] as usize);
            asked_lines(&cuts::rewards(&profiles[axis]), pitches[axis], count)
        }));
    }
    let thin: Vec<Thin> = canvases.iter().map(Thin::of).collect();
    let confidence = confidence::evidence(&thin.iter().collect::<Vec<_>>(), &cuts, mean, 0.0).confidence();
    Ok(Grid { pitch: mean, cuts, bends: straight(canvases), confidence })
}

/// Lines of a given pitch, drawn to nearby edges; with a given count, as many as that takes.
fn asked_lines(rewards: &[f64], pitch: f64, count: Option<usize>) -> Vec<f64> {
    let length = rewards.len() as f64;
    let gain = |phase: f64| -> f64 {
        let lines = (0..).map(|i| (phase + f64::from(i) * pitch + 0.5) as usize).take_while(|&x| x < rewards.len());
        lines.filter(|&x| x > 0).map(|x| rewards[x]).sum()
    };
    // A count fills the picture, so its phase is nothing; a pitch may begin anywhere within the first cell.
    let tries = if count.is_some() { 1 } else { (4.0 * pitch) as usize };
    let phase = (0..tries.max(1)).map(|i| i as f64 * pitch / tries.max(1) as f64);
    let best =
        phase.fold((0.0, gain(0.0)), |best, phase| if gain(phase) > best.1 { (phase, gain(phase)) } else { best }).0;
    let first = if best < 0.3 * pitch { best + pitch } else { best };
    let count = count.map_or(((length - first) / pitch + 0.7) as usize, |count| count - 1);
    let even: Vec<f64> = (0..count).map(|i| first + i as f64 * pitch).collect();
    if pitch < 3.0 { even } else { drawn(rewards, even, pitch) }
}

/// Moves each line to the best edge within a fifth of a cell.
fn drawn(rewards: &[f64], lines: Vec<f64>, pitch: f64) -> Vec<f64> {
    let reach = (0.2 * pitch) as usize;
    let value = |x: usize, line: f64| rewards[x] - (x as f64 - line) * (x as f64 - line) / (pitch * pitch) * 4.0;
    let best = |line: f64| {
        let near = (line + 0.5) as usize;
        let range = near.saturating_sub(reach).max(1)..(near + reach + 1).min(rewards.len());
        let x = range
            .fold(near.min(rewards.len() - 1), |best, x| if value(x, line) > value(best, line) { x } else { best });
        if rewards[x] > 0.2 { x as f64 } else { line }
    };
    lines.into_iter().map(best).collect()
}
