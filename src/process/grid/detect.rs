//! Detects the grid of a group from the edges of its pictures.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use crate::process::canvas::Canvas;

use super::confidence::{self, Evidence};
use super::equal_cells::{self, Found};
use super::given::lines_of_pitch;
use super::harmonics::{self, Rated};
use super::profile::{self, Bands, total};
use super::scope::Scope;
use super::variance_table::VarianceTable;
use super::warp::Warp;
use super::{Grid, comb, drawn_box, grid_lines, layout, pitch, pitch_track};

/// A picture whose pitch differs from the group's by more than this share has no grid of its own.
const STRAY: f64 = 0.08;

/// The largest number of times that the cells turn out to be two or three times as long.
const COARSER: usize = 2;
/// The least merit of two or three times as long cells, as a share of that of the others: halos and half-size details
/// cost the right cells up to a half of it, and wrong cells leave hundredths.
const EXPLAINS: f64 = 0.05;
/// The share of the comb test from which longer cells need not explain what is between their lines: on a clean picture
/// half-size details make any merit vanish. Of 60 longer cells with this share that were found in generated raws, 59
/// were the true ones, and one still too short; a sword drawn in steps of two cells stays below it.
const DECISIVE: f64 = 0.4;
/// Lines whose mean pitch differs from the initial one by more than this share follow other edges.
const ASTRAY: f64 = 0.12;
/// Of the small cells of an enlarged picture at least this share of the lines has edges: enough of any texture's edges
/// lie on some lines of so fine a grid.
const SUPPORTED: f64 = 0.2;
/// Fewer edges than this along both axes, as at the sides of a dot or of a plain square, have no pitch: on the ground
/// beside them, lines lie on noise.
const EDGES: f64 = 2.5;
/// Lines of equal cells follow edges by up to this share of a cell.
const NEAR: f64 = 0.2;
/// The largest ratio of the two sides of a cell.
const SQUARE: f64 = 1.12;

/// The edge profiles of both axes of a picture.
type Profiles = [Vec<f32>; 2];

/// The grid that the edges of all pictures agree on and the strength of its evidence (0 to 1), `None` without edges; and
/// the edge profiles of the pictures.
///
/// `default_pitch` is the most likely pitch in pixels of the canvases.
pub(super) fn grid(canvases: &[Canvas<'_>], scope: Scope, default_pitch: f64) -> (Option<(Grid, f64)>, Vec<Profiles>) {
    let mut bands: Vec<[Bands; 2]> = canvases.par_iter().map(profile::bands).collect();
    bands.iter_mut().flatten().for_each(profile::clear_noise);
    let profiles: Vec<Profiles> = bands.iter().map(|bands| bands.each_ref().map(|axis| total(axis))).collect();
    let tables: Vec<VarianceTable> = canvases.par_iter().map(VarianceTable::of).collect();
    let pitches = pitches(canvases, &profiles, &tables, scope, default_pitch);
    let pairs: Vec<(&VarianceTable, &[Bands; 2])> = tables.iter().zip(&bands).collect();
    let detect = |pitch: [f64; 2]| -> Vec<Detected> {
        pairs.par_iter().map(|(table, bands)| lines(table, bands, pitch)).collect()
    };
    // Straight lines do not tell bent coarse cells from fine ones; warped lines do.
    let mut rated = pitches.iter().map(|(pitch, weight)| (detect(*pitch), *weight));
    let Some(first) = rated.next() else { return (None, profiles) };
    let value = |(detected, weight): &(Vec<Detected>, f64)| {
        group_merit(detected) * weight * confidence::evenness(unevenness(detected))
    };
    let (mut detected, _) = rated.fold(first, |best, other| if value(&other) > value(&best) { other } else { best });
    for _ in 0..COARSER {
        let Some((pitch, share)) = coarser(&detected, &bands) else { break };
        let coarse = detect(pitch);
        if share < DECISIVE && group_merit(&coarse) < EXPLAINS * group_merit(&detected) {
            break;
        }
        detected = coarse;
    }
    let edges = edges(&detected, &bands);
    replace_strays(&mut detected, &profiles);
    with_equal_cells(&mut detected, &profiles, &tables);
    (Some(merged(detected, &tables, scope, edges)), profiles)
}

/// The pitches that fit what is drawn in all pictures best: one, or a few that straight lines do not decide on.
fn pitches(
    canvases: &[Canvas<'_>],
    profiles: &[Profiles],
    tables: &[VarianceTable],
    scope: Scope,
    default_pitch: f64,
) -> Vec<Rated> {
    let shortest = canvases.iter().map(|canvas| canvas.width.min(canvas.height)).min().unwrap_or(0);
    let boxes: Vec<[Range<usize>; 2]> =
        profiles.iter().map(|p| p.each_ref().map(|profile| drawn_box::range(profile))).collect();
    let drawn: Vec<[&[f32]; 2]> =
        profiles.iter().zip(&boxes).map(|(p, b)| [0, 1].map(|axis| &p[axis][b[axis].clone()])).collect();
    let parts: Vec<Cow<'_, VarianceTable>> =
        tables.iter().zip(&boxes).map(|(table, b)| table.part(&b[0], &b[1])).collect();
    let scores: Vec<[Vec<f64>; 2]> = drawn.iter().map(|p| p.map(grid_lines::edge_scores)).collect();
    let periods = pitch::periods(shortest, scope.pitches);
    let votes: Vec<[Vec<f64>; 2]> = drawn.par_iter().map(|p| p.map(|p| pitch::coherences(p, &periods))).collect();
    let sum =
        |axis: usize| -> Vec<f64> { (0..periods.len()).map(|i| votes.iter().map(|v| v[axis][i]).sum()).collect() };
    let coherences = [sum(0), sum(1)];
    let candidates = pitch::candidates(&coherences[0], &coherences[1], &periods);
    let weights = |pitch: [f64; 2]| {
        let prior = pitch::prior(default_pitch, pitch);
        pitch::weights(&coherences, &periods, pitch).map(|weight| weight * prior)
    };
    harmonics::best(&parts, &scores, &candidates, scope, weights)
}

/// The pitch of a coarser grid, if the lines are those of the grid and others between them, and [`comb::Coarser::share`].
fn coarser(detected: &[Detected], bands: &[[Bands; 2]]) -> Option<([f64; 2], f64)> {
    let profiles = unwarped(detected, bands);
    let pitch = mean_pitch(detected);
    let pictures: Vec<[comb::Axis<'_>; 2]> = detected
        .iter()
        .zip(&profiles)
        .map(|(d, profiles)| [0, 1].map(|axis| (&profiles[axis][..], &d.axes[axis].lines[..])))
        .collect();
    let coarser = comb::coarser(&pictures, pitch)?;
    Some(([0, 1].map(|axis| pitch[axis] * coarser.factors[axis]), coarser.share))
}

/// The edge profiles without the warps of the pictures.
fn unwarped(detected: &[Detected], bands: &[[Bands; 2]]) -> Vec<Profiles> {
    detected.iter().zip(bands).map(|(d, bands)| [0, 1].map(|axis| d.warp.unwarped(axis, &bands[axis]))).collect()
}

/// The effective number of lines that have edges, along the axis of a picture that has most: the participation ratio of
/// their squares, which is the number of lines if all are equally strong, and hardly more with faint ones beside them.
fn edges(detected: &[Detected], bands: &[[Bands; 2]]) -> f64 {
    let of_axis = |profile: &[f32], lines: &[f64]| {
        let edge = |line: &f64| {
            let at = (*line + 0.5) as usize;
            let edge: f64 =
                profile[at.saturating_sub(1)..(at + 2).min(profile.len())].iter().copied().map(f64::from).sum();
            edge * edge
        };
        let (sum, squares) = lines.iter().map(edge).fold((0.0, 0.0), |(sum, squares), e| (sum + e, squares + e * e));
        sum * sum / f64::max(squares, f64::MIN_POSITIVE)
    };
    let profiles = unwarped(detected, bands);
    let axes = detected.iter().zip(&profiles).flat_map(|(d, profiles)| d.axes.iter().zip(profiles));
    axes.map(|(axis, profile)| of_axis(profile, &axis.lines)).fold(0.0, f64::max)
}

fn mean_pitch(detected: &[Detected]) -> [f64; 2] {
    [0, 1].map(|axis| detected.iter().map(|d| d.axes[axis].pitch).sum::<f64>() / detected.len() as f64)
}

/// The mean unevenness of the lines of both axes.
fn unevenness(detected: &[Detected]) -> f64 {
    detected.iter().flat_map(|d| &d.axes).map(|axis| axis.unevenness).sum::<f64>() / (2.0 * detected.len() as f64)
}

/// The grid and the evidence of the group from what was detected in its pictures, with the number of [`edges`].
fn merged(detected: Vec<Detected>, tables: &[VarianceTable], scope: Scope, edges: f64) -> (Grid, f64) {
    let pitch = mean_pitch(&detected);
    let unevenness = unevenness(&detected);
    let lines: Vec<[Vec<f64>; 2]> = detected.iter().map(|d| d.axes.each_ref().map(|axis| axis.lines.clone())).collect();
    let doubts: Vec<[f64; 2]> = detected.iter().map(|d| d.axes.each_ref().map(|axis| axis.doubt)).collect();
    let unwarped: Vec<&VarianceTable> =
        detected.iter().zip(tables).map(|(d, table)| d.unwarped.as_ref().unwrap_or(table)).collect();
    let evidence = match squareness(pitch).min(squareness(counted(&lines, tables))) {
        ratio if ratio > SQUARE || edges < EDGES || is_without_support(&detected, scope) => Evidence::default(),
        _ => Evidence {
            doubt: confidence::worst(&doubts),
            ..confidence::evidence(&unwarped, &lines, pitch, scope.scale, unevenness)
        },
    };
    let confidence = evidence.confidence();
    let warps = detected.into_iter().map(|d| d.warp).collect();
    (Grid { pitch, lines, warps, confidence, finished: false, sheets: Vec::new() }, evidence.strength)
}

/// Whether most lines of an enlarged picture have no edges.
fn is_without_support(detected: &[Detected], scope: Scope) -> bool {
    let mean = |axis: usize| detected.iter().map(|d| d.axes[axis].supported).sum::<f64>() / detected.len() as f64;
    scope.scale > 1.0 && (0..2).any(|axis| mean(axis) < SUPPORTED)
}

/// The ratio of the sides of a cell, at least 1.
fn squareness([width, height]: [f64; 2]) -> f64 {
    (width / height).max(height / width)
}

/// The mean size of a cell by the number of cells: the lines of a drifting picture may be those of its narrow part.
fn counted(lines: &[[Vec<f64>; 2]], tables: &[VarianceTable]) -> [f64; 2] {
    let cells = |axis: usize| lines.iter().map(|lines| lines[axis].len() as f64 + 1.0).sum::<f64>();
    let lengths = tables.iter().map(VarianceTable::size).fold([0.0, 0.0], |[x, y], [w, h]| [x + w, y + h]);
    [lengths[0] / cells(0), lengths[1] / cells(1)]
}

/// The grid of one picture.
struct Detected {
    axes: [AxisLines; 2],
    warp: Warp,
    /// The variances of the picture without its warp; `None` for straight lines.
    unwarped: Option<VarianceTable>,
    /// [`variances`].
    variances: [f64; 2],
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
    /// [`grid_lines::supported_share`].
    supported: f64,
}

impl AxisLines {
    /// `local` is the pitch at every pixel.
    fn of(scores: &[f64], lines: Vec<f64>, local: &[f64], pitch: f64) -> Self {
        Self {
            unevenness: grid_lines::unevenness(scores, &lines, local),
            doubt: confidence::doubt(scores, &lines, local),
            supported: grid_lines::supported_share(scores, &lines),
            lines,
            pitch,
        }
    }
}

/// The mean length of the cells between lines.
fn mean_length(lines: &[f64]) -> Option<f64> {
    let [first, .., last] = lines[..] else { return None };
    Some((last - first) / (lines.len() - 1) as f64)
}

/// Lines without those that are nearer to a border than half a cell and that no edge supports.
fn without_slivers(scores: &[f64], mut lines: Vec<f64>, half: f64) -> Vec<f64> {
    let end = scores.len() as f64 - half;
    lines.retain(|&line| (line >= half && line <= end) || grid_lines::is_supported(scores, line));
    lines
}

/// Lines, each moved to the nearest of others that is near.
fn moved(lines: Vec<f64>, others: &[f64], near: f64) -> Vec<f64> {
    let nearest = |line: f64| {
        let after = others.partition_point(|other| *other < line);
        let around = after.saturating_sub(1)..(after + 1).min(others.len());
        around.map(|i| others[i]).min_by(|a, b| (a - line).abs().total_cmp(&(b - line).abs()))
    };
    lines.into_iter().map(|line| nearest(line).filter(|other| (other - line).abs() < near).unwrap_or(line)).collect()
}

/// Gives pictures equal cells where these explain them as well.
fn with_equal_cells(detected: &mut [Detected], profiles: &[Profiles], tables: &[VarianceTable]) {
    let pitch = mean_pitch(detected);
    let found: Vec<Found<'_>> = detected
        .iter()
        .zip(profiles)
        .zip(tables)
        .map(|((d, profiles), table)| Found {
            profiles,
            table,
            lines: [0, 1].map(|axis| &d.axes[axis].lines[..]),
            within: d.variances[0],
        })
        .collect();
    let Some(lines) = equal_cells::likelier(&found, pitch) else { return };
    for ((detected, profiles), lines) in detected.iter_mut().zip(profiles).zip(lines) {
        let is_straight = detected.unwarped.is_none();
        detected.warp = Warp::identity(profiles[0].len(), profiles[1].len());
        detected.unwarped = None;
        for (axis, lines) in lines.into_iter().enumerate() {
            let scores = grid_lines::edge_scores(&profiles[axis]);
            let pitch = mean_length(&lines).unwrap_or(detected.axes[axis].pitch);
            let lines = without_slivers(&scores, lines, 0.5 * pitch);
            let lines = if is_straight { moved(lines, &detected.axes[axis].lines, NEAR * pitch) } else { lines };
            detected.axes[axis] = AxisLines::of(&scores, lines, &vec![pitch; scores.len()], pitch);
        }
    }
}

/// Gives pictures whose pitch is not the median pitch of the group lines of that pitch.
fn replace_strays(detected: &mut [Detected], profiles: &[Profiles]) {
    let voted = [0, 1].map(|axis| {
        let mut pitches: Vec<f64> = detected.iter().map(|detected| detected.axes[axis].pitch).collect();
        pitches.sort_by(f64::total_cmp);
        pitches[pitches.len() / 2]
    });
    for (detected, profiles) in detected.iter_mut().zip(profiles) {
        let strays = |axis: usize| (detected.axes[axis].pitch / voted[axis] - 1.0).abs() > STRAY;
        if strays(0) || strays(1) {
            detected.warp = Warp::identity(profiles[0].len(), profiles[1].len());
            detected.unwarped = None;
            for (axis, lines) in detected.axes.iter_mut().enumerate() {
                lines.lines = lines_of_pitch(&grid_lines::edge_scores(&profiles[axis]), voted[axis], None);
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
    let (of_straight, of_warped) = (variances(table, &straight), variances(&unwarped, &warped));
    if merit(of_warped) > merit(of_straight) {
        Detected { axes: warped, warp, unwarped: Some(unwarped), variances: of_warped }
    } else {
        Detected { axes: straight, warp: identity, unwarped: None, variances: of_straight }
    }
}

fn merit([within, shifted]: [f64; 2]) -> f64 {
    harmonics::merit(within + 1e-7, shifted)
}

/// The merit of the lines of all pictures.
fn group_merit(detected: &[Detected]) -> f64 {
    merit(detected.iter().map(|detected| detected.variances).fold([0.0; 2], |[a, b], [c, d]| [a + c, b + d]))
}

/// The variance within the cells, and within cells shifted by half a cell.
fn variances(table: &VarianceTable, axes: &[AxisLines; 2]) -> [f64; 2] {
    let [x, y] = axes.each_ref().map(|axis| axis.lines.iter().map(|line| (line + 0.5) as usize).collect::<Vec<_>>());
    let [between_x, between_y] = [&x, &y].map(|lines| harmonics::midpoints(lines));
    [table.variance(&x, &y), table.variance(&between_x, &between_y)]
}

/// The lines of both axes from their edge scores and an initial pitch.
fn axis_lines(scores: [Vec<f64>; 2], pitch: [f64; 2]) -> [AxisLines; 2] {
    let anchored = [0, 1].map(|axis| {
        let mut tracked = pitch_track::track(&scores[axis], pitch[axis]);
        let mean = mean_length(&tracked.iter().map(|line| *line as f64).collect::<Vec<_>>());
        if (mean.unwrap_or(pitch[axis]) / pitch[axis] - 1.0).abs() > ASTRAY {
            tracked = grid_lines::best_lines(&scores[axis], pitch[axis]);
        }
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
        let pitch = mean_length(&lines).unwrap_or(pitch[axis]);
        AxisLines::of(&scores[axis], lines, &anchored[axis].1, pitch)
    })
}
