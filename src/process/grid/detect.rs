//! Detects the grid of a group from the edges of its pictures.

use rayon::prelude::*;

use crate::process::canvas::Canvas;

use super::confidence::{self, Evidence};
use super::given::lines_of_pitch;
use super::harmonics;
use super::profile::{self, Bands, total};
use super::variance_table::VarianceTable;
use super::warp::Warp;
use super::{Grid, grid_lines, layout, pitch, pitch_track};

/// A picture whose pitch differs from the group's by more than this share has no grid of its own.
const STRAY: f64 = 0.08;

/// The grid that the edges of all pictures agree on, and the strength of the evidence (0 to 1); `None` without edges.
///
/// `default_pitch` is the most likely pitch in raw pixels.
pub(super) fn grid(canvases: &[Canvas<'_>], default_pitch: f64) -> Option<(Grid, f64)> {
    let bands: Vec<[Bands; 2]> = canvases.par_iter().map(profile::bands).collect();
    let profiles: Vec<[Vec<f32>; 2]> = bands.iter().map(|bands| bands.each_ref().map(|axis| total(axis))).collect();
    let scores: Vec<[Vec<f64>; 2]> =
        profiles.iter().map(|p| [0, 1].map(|axis| grid_lines::edge_scores(&p[axis]))).collect();
    let tables: Vec<VarianceTable> = canvases.par_iter().map(VarianceTable::of).collect();
    let pitch = common_pitch(canvases, &profiles, &scores, &tables, default_pitch)?;
    let pairs: Vec<(&VarianceTable, &[Bands; 2])> = tables.iter().zip(&bands).collect();
    let mut detected: Vec<Detected> = pairs.into_par_iter().map(|(table, bands)| lines(table, bands, pitch)).collect();
    replace_strays(&mut detected, &scores);
    Some(merged(detected, &tables))
}

/// The pitch that fits all pictures best.
fn common_pitch(
    canvases: &[Canvas<'_>],
    profiles: &[[Vec<f32>; 2]],
    scores: &[[Vec<f64>; 2]],
    tables: &[VarianceTable],
    default_pitch: f64,
) -> Option<[f64; 2]> {
    let shortest = canvases.iter().map(|canvas| canvas.width.min(canvas.height)).min()?;
    let periods = pitch::periods(shortest);
    let votes: Vec<[Vec<f64>; 2]> =
        profiles.par_iter().map(|p| [0, 1].map(|axis| pitch::coherences(&p[axis], &periods))).collect();
    let sum =
        |axis: usize| -> Vec<f64> { (0..periods.len()).map(|i| votes.iter().map(|v| v[axis][i]).sum()).collect() };
    let coherences = [sum(0), sum(1)];
    let candidates = pitch::candidates(&coherences[0], &coherences[1], &periods);
    let weight = |pitch: [f64; 2]| pitch::weight(&coherences, &periods, pitch) * pitch::prior(default_pitch, pitch);
    harmonics::best(tables, scores, &candidates, weight)
}

/// The grid and the evidence of the group from what was detected in its pictures.
fn merged(detected: Vec<Detected>, tables: &[VarianceTable]) -> (Grid, f64) {
    let frames = detected.len() as f64;
    let pitch = [0, 1].map(|axis| detected.iter().map(|d| d.axes[axis].pitch).sum::<f64>() / frames);
    let unevenness = detected.iter().flat_map(|d| &d.axes).map(|axis| axis.unevenness).sum::<f64>() / (2.0 * frames);
    let lines: Vec<[Vec<f64>; 2]> = detected.iter().map(|d| d.axes.each_ref().map(|axis| axis.lines.clone())).collect();
    let doubts: Vec<[f64; 2]> = detected.iter().map(|d| d.axes.each_ref().map(|axis| axis.doubt)).collect();
    let unwarped: Vec<&VarianceTable> =
        detected.iter().zip(tables).map(|(d, table)| d.unwarped.as_ref().unwrap_or(table)).collect();
    let evidence =
        Evidence { doubt: confidence::worst(&doubts), ..confidence::evidence(&unwarped, &lines, pitch, unevenness) };
    let confidence = evidence.confidence();
    let warps = detected.into_iter().map(|d| d.warp).collect();
    (Grid { pitch, lines, warps, confidence, sheets: Vec::new() }, evidence.strength)
}

/// The grid of one picture.
struct Detected {
    axes: [AxisLines; 2],
    warp: Warp,
    /// The variances of the picture without its warp; `None` for straight lines.
    unwarped: Option<VarianceTable>,
}

/// The lines of one axis.
struct AxisLines {
    /// Positions in raw pixels, ascending.
    lines: Vec<f64>,
    /// The mean pitch in raw pixels.
    pitch: f64,
    /// [`grid_lines::unevenness`].
    unevenness: f64,
    /// [`confidence::doubt`].
    doubt: f64,
}

/// Gives pictures whose pitch is not the median pitch of the group lines of that pitch.
fn replace_strays(detected: &mut [Detected], scores: &[[Vec<f64>; 2]]) {
    let voted = [0, 1].map(|axis| {
        let mut pitches: Vec<f64> = detected.iter().map(|detected| detected.axes[axis].pitch).collect();
        pitches.sort_by(f64::total_cmp);
        pitches[pitches.len() / 2]
    });
    for (detected, scores) in detected.iter_mut().zip(scores) {
        let strays = |axis: usize| (detected.axes[axis].pitch / voted[axis] - 1.0).abs() > STRAY;
        if strays(0) || strays(1) {
            detected.warp = Warp::identity(scores[0].len(), scores[1].len());
            detected.unwarped = None;
            for (axis, lines) in detected.axes.iter_mut().enumerate() {
                lines.lines = lines_of_pitch(&scores[axis], voted[axis], None);
                lines.pitch = voted[axis];
            }
        }
    }
}

/// The lines of one picture: warped if these fit better than straight ones.
fn lines(table: &VarianceTable, bands: &[Bands; 2], pitch: [f64; 2]) -> Detected {
    let size = bands.each_ref().map(|bands| bands.first().map_or(0, Vec::len));
    let lines =
        |warp: &Warp| axis_lines([0, 1].map(|axis| grid_lines::edge_scores(&warp.unwarped(axis, &bands[axis]))), pitch);
    let identity = Warp::identity(size[0], size[1]);
    let warp = Warp::estimate(bands.each_ref().map(|bands| &bands[..]), pitch);
    let (straight, warped) = (lines(&identity), lines(&warp));
    let unwarped = table.unwarped(&warp);
    if merit(&unwarped, &warped) > merit(table, &straight) {
        Detected { axes: warped, warp, unwarped: Some(unwarped) }
    } else {
        Detected { axes: straight, warp: identity, unwarped: None }
    }
}

fn merit(table: &VarianceTable, axes: &[AxisLines; 2]) -> f64 {
    let [x, y] = axes.each_ref().map(|axis| axis.lines.iter().map(|line| (line + 0.5) as usize).collect::<Vec<_>>());
    let [between_x, between_y] = [&x, &y].map(|lines| harmonics::midpoints(lines));
    harmonics::merit(table.variance(&x, &y) + 1e-7, table.variance(&between_x, &between_y))
}

/// The lines of both axes from their edge scores and an initial pitch.
fn axis_lines(scores: [Vec<f64>; 2], pitch: [f64; 2]) -> [AxisLines; 2] {
    let anchored = [0, 1].map(|axis| {
        let tracked = pitch_track::track(&scores[axis], pitch[axis]);
        let local = grid_lines::smoothed_pitch(&tracked, &vec![pitch[axis]; scores[axis].len()]);
        grid_lines::anchored(&scores[axis], &tracked, local)
    });
    let length = |axis: usize| scores[axis].len() as f64;
    let lines: [Vec<f64>; 2] = match anchored.each_ref().map(|(anchors, _)| anchors.as_ref()) {
        [Some(x), Some(y)] => layout::lay_out([x, y]),
        [Some(x), None] => layout::lay_out_one(x, length(1)).into(),
        [None, Some(y)] => {
            let (y, x) = layout::lay_out_one(y, length(0));
            [x, y]
        }
        [None, None] => {
            [0, 1].map(|axis| layout::uniform(length(axis), anchored[axis].1.first().copied().unwrap_or(pitch[axis])))
        }
    };
    let mut lines = lines.into_iter();
    [0, 1].map(|axis| {
        let lines = lines.next().unwrap_or_default();
        let (scores, local) = (&scores[axis], &anchored[axis].1);
        let unevenness = grid_lines::unevenness(scores, &lines, local);
        let doubt = confidence::doubt(scores, &lines, local);
        let pitch = match lines[..] {
            [first, .., last] => (last - first) / (lines.len() - 1) as f64,
            _ => pitch[axis],
        };
        AxisLines { lines, pitch, unevenness, doubt }
    })
}
