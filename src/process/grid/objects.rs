//! Sheets whose objects have grids of their own, as image models draw them: each object has its own pitch, within a few
//! per cent of the others, and its own phase.
//!
//! The objects are treated as the frames of a group: they vote on the pitch together and get lines each. The lines are
//! used where they explain the objects better than one grid for the whole sheet does, by the Bayesian information
//! criterion (G. Schwarz, "Estimating the dimension of a model", 1978). The objects are then placed on one sheet of
//! cells.

mod placement;
mod unexplained;

use std::ops::Range;

use image::RgbaImage;
use image::imageops::crop_imm;
use rayon::prelude::*;

use crate::process::canvas::Canvas;
use crate::process::ground::Regions;
use crate::process::picture::Rect;
use crate::words::raw::Raw;

use super::residual::Residual;
use super::warp::Warp;
use super::{Grid, explained, given, grid_lines, profile, second_look};

/// Objects whose shorter side is at least this share of the largest such side vote.
const VOTES: f64 = 1.0 / 3.0;
/// Objects whose longer side is at most this share of the largest shorter side, or this many blocks, belong to the
/// nearest object: sparks, drops.
const SPARK: f64 = 1.0 / 12.0;
const SPARK_BLOCKS: usize = 4;
/// The ground round an object that is cut out with it, as a share of its longer side.
const MARGIN: f64 = 0.2;
/// More objects than this are no sheet but a texture.
const MANY: usize = 256;
/// With this confidence in one grid for the sheet, objects are not looked for.
const SURE: i64 = 950;
/// The largest difference of an object's pitch from the common one, as a share.
const SPREAD: f64 = 0.1;
/// How far the pitches of a sheet's objects are from their middle, as a share: what is known of such sheets counts as much as
/// so many of its objects, since a few of them may be alike by chance. Chosen on 235 sheets that were drawn with this range.
const RANGE: f64 = 0.05;
const PRIOR: f64 = 4.0;
/// Pitches that differ by less than this share have the same cells.
const SAME: f64 = 0.08;

/// A raw as objects with lattices of their own.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::process) struct Sheet {
    /// The raw with its objects replaced by ground.
    pub ground: Raw,
    pub parts: Vec<Part>,
}

impl Sheet {
    /// [`explained::unexplained`] of its objects, each by lines of its own: the mean over their pixels.
    pub(super) fn unexplained(&self, least: u8) -> f64 {
        let (mut sum, mut pixels) = (0.0, 0.0);
        for part in &self.parts {
            let canvas = Canvas::of(&part.raw, least);
            let weight = (canvas.width * canvas.height) as f64;
            sum += weight * explained::unexplained(canvas.pixels(), canvas.size(), &part.lines);
            pixels += weight;
        }
        sum / f64::max(pixels, 1.0)
    }
}

/// An object of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::process) struct Part {
    /// The object alone on its ground.
    pub raw: Raw,
    /// The position of `raw` on the whole raw, in pixels.
    pub origin: [usize; 2],
    /// The inner lines of `raw` and how they deviate from straight ones.
    pub lines: [Vec<f64>; 2],
    pub warp: Warp,
    /// The columns and rows of `raw` that may show the object, and row by row which of them do.
    pub cells: [Range<usize>; 2],
    pub drawn: Vec<bool>,
    /// The columns and rows that the object spans, and where the first of them are on the sheet.
    pub body: [Range<usize>; 2],
    pub at: [usize; 2],
}

impl Part {
    /// The position of a line of an axis in pixels of `raw`, counted from the border.
    pub(in crate::process) fn edge(&self, axis: usize, line: usize) -> f64 {
        let length = [self.raw.pixels.width(), self.raw.pixels.height()][axis];
        match line.checked_sub(1) {
            None => 0.0,
            Some(inner) => self.lines[axis].get(inner).copied().unwrap_or(f64::from(length)),
        }
    }
}

/// The grid of sheets of objects with grids of their own and its evidence, if it explains the raws better than `first`
/// does; otherwise `first`.
pub(super) fn or_own(
    raws: &[Raw],
    canvases: &[Canvas<'_>],
    first: Option<(Grid, f64)>,
    default_pitch: f64,
) -> Option<(Grid, f64)> {
    if first.as_ref().is_some_and(|(grid, _)| grid.confidence >= SURE) {
        return first;
    }
    own(raws, canvases, first.as_ref(), default_pitch).or(first)
}

fn own(raws: &[Raw], canvases: &[Canvas<'_>], first: Option<&(Grid, f64)>, default_pitch: f64) -> Option<(Grid, f64)> {
    let found: Vec<Regions> =
        raws.par_iter().zip(canvases).map(|(raw, canvas)| regions(raw, canvas)).collect::<Option<_>>()?;
    let shorter = |area: &Rect| area.size()[0].min(area.size()[1]) as f64;
    let areas = || found.iter().flat_map(|regions| &regions.boxes);
    let largest = areas().map(shorter).fold(0.0, f64::max);
    let votes = |area: &Rect| shorter(area) >= VOTES * largest;
    if areas().filter(|area| votes(area)).count() < 2 * raws.len() {
        return None;
    }
    let sheets: Vec<Objects> = raws.par_iter().zip(found).map(|(raw, regions)| Objects::of(raw, regions)).collect();
    let cuts = sheets.iter().enumerate().flat_map(|(frame, sheet)| sheet.cuts.iter().map(move |cut| (frame, cut)));
    let (voters, others): (Vec<_>, Vec<_>) = cuts.partition(|(_, cut)| votes(&cut.area));
    let least = canvases.first()?.least();
    let crops: Vec<Canvas<'_>> = voters.iter().map(|(_, cut)| Canvas::of(&cut.raw, least)).collect();
    let (mut grid, strength) = second_look::grid(&crops, default_pitch)?;
    let lattices = || voters.iter().zip(grid.lines.iter().zip(&grid.warps));
    if let Some((whole, _)) = first {
        let residuals = lattices().map(|((frame, cut), own)| {
            let (canvas, regions) = (&canvases[*frame], &sheets[*frame].regions);
            let common = (&whole.lines[*frame], &whole.warps[*frame]);
            [(common, [0, 0]), (own, cut.origin)]
                .map(|(lines, origin)| unexplained::residual(canvas, regions, cut, lines, origin))
        });
        if !is_better(&grid, whole, &residuals.collect::<Vec<_>>()) {
            return None;
        }
    }
    let alone: Vec<Option<(Grid, f64)>> =
        crops.par_iter().map(|crop| second_look::grid(std::slice::from_ref(crop), default_pitch)).collect();
    for (i, ((frame, cut), alone)) in voters.iter().zip(alone).enumerate() {
        let Some((alone, _)) = alone.filter(|(alone, _)| is_near(alone.pitch, grid.pitch)) else { continue };
        let (canvas, regions) = (&canvases[*frame], &sheets[*frame].regions);
        let residual =
            |of: &Grid, i: usize| unexplained::residual(canvas, regions, cut, (&of.lines[i], &of.warps[i]), cut.origin);
        if unexplained::is_likelier(residual(&alone, 0), residual(&grid, i)) {
            (grid.lines[i], grid.warps[i]) = (alone.lines[0].clone(), alone.warps[0].clone());
        }
    }
    let lattices = || voters.iter().zip(grid.lines.iter().zip(&grid.warps));
    let own = lattices().map(|((frame, cut), (lines, warp))| (*frame, *cut, lines.clone(), warp.clone()));
    let rest = others.iter().map(|(frame, cut)| {
        let (width, height) = cut.raw.pixels.dimensions();
        let lines = lines_of(&Canvas::of(&cut.raw, least), grid.pitch);
        (*frame, *cut, lines, Warp::identity(width as usize, height as usize))
    });
    let part = |(frame, cut, lines, warp): (usize, &Cut, _, _)| (frame, sheets[frame].part(cut, lines, warp));
    let parts = own.chain(rest).map(part).collect();
    let longest = canvases.iter().map(|canvas| canvas.width.max(canvas.height)).max()?;
    let grid = with_middle_pitch(grid, longest as f64);
    Some((placement::placed(canvases, &grid, sheets.into_iter().map(|sheet| sheet.bare).collect(), parts), strength))
}

/// Whether the cells of an object have about the size of the others.
fn is_near(pitch: [f64; 2], common: [f64; 2]) -> bool {
    (0..2).all(|axis| (pitch[axis] / common[axis] - 1.0).abs() < SPREAD)
}

/// The grid with the pitch of the sheet in place of the mean: the middle between the smallest and the largest cells of
/// its objects, with the mean ratio of their sides. Of evenly distributed sizes the middle is a better estimate.
///
/// Its standard deviation makes the number of cells of the sheet uncertain.
fn with_middle_pitch(grid: Grid, sheet: f64) -> Grid {
    let pitch = |lines: &Vec<f64>| match lines[..] {
        [first, .., last] => Some((last - first) / (lines.len() - 1) as f64),
        _ => None,
    };
    let pitches: Vec<[f64; 2]> = grid.lines.iter().filter_map(|[x, y]| Some([pitch(x)?, pitch(y)?])).collect();
    let sides = || pitches.iter().map(|[x, y]| (x * y).sqrt());
    let (least, most) = (sides().fold(f64::INFINITY, f64::min), sides().fold(0.0, f64::max));
    let count = pitches.len() as f64;
    if count < 2.0 {
        return grid;
    }
    let middle = (least + most) / 2.0;
    let ratio = pitches.iter().map(|[x, y]| x / y).sum::<f64>() / count;
    let seen = (most - least) / 2.0 / middle * (count + 1.0) / (count - 1.0);
    let range = (((count - 1.0) * seen * seen + PRIOR * RANGE * RANGE) / (count - 1.0 + PRIOR)).sqrt();
    let doubt = sheet / middle * range * (2.0 / ((count + 1.0) * (count + 2.0))).sqrt();
    let confidence = (grid.confidence as f64 / (1.0 + doubt * doubt) + 0.5) as i64;
    Grid { pitch: [middle * ratio.sqrt(), middle / ratio.sqrt()], confidence, ..grid }
}

/// Lines of the common pitch at the phase of the object's edges.
fn lines_of(canvas: &Canvas<'_>, pitch: [f64; 2]) -> [Vec<f64>; 2] {
    let bands = profile::bands(canvas);
    [0, 1].map(|axis| given::lines_of_pitch(&grid_lines::edge_scores(&profile::total(&bands[axis])), pitch[axis], None))
}

/// Whether the lattices of the objects explain them better than the grid of the whole sheet. Where both have cells of
/// one size, the Bayesian information criterion decides; otherwise the confidence, since fewer cells explain less.
fn is_better(own: &Grid, whole: &Grid, residuals: &[[Residual; 2]]) -> bool {
    let same = (0..2).all(|axis| (own.pitch[axis] / whole.pitch[axis] - 1.0).abs() < SAME);
    if !same {
        return own.confidence > whole.confidence;
    }
    let (gain, cost) = unexplained::gain(residuals);
    gain > cost
}

/// Where the objects of a raw are; `None` unless there are several on a flat ground.
fn regions(raw: &Raw, canvas: &Canvas<'_>) -> Option<Regions> {
    let mut regions = Regions::of(&raw.pixels, canvas.least()).filter(|regions| regions.boxes.len() > 1)?;
    let owners = owners(&regions);
    regions.join(&owners, [canvas.width, canvas.height]);
    (2..=MANY).contains(&regions.boxes.len()).then_some(regions)
}

/// The objects of a raw.
struct Objects {
    regions: Regions,
    bare: Raw,
    cuts: Vec<Cut>,
}

/// An object cut out of its raw.
struct Cut {
    /// The number of the object in its regions, from 1.
    label: usize,
    /// Its bounding box in whole blocks, and without their ground.
    area: Rect,
    body: Rect,
    /// The object alone on its ground, with a margin, and its position on the whole raw.
    raw: Raw,
    origin: [usize; 2],
}

impl Objects {
    fn of(raw: &Raw, regions: Regions) -> Self {
        let bare = Raw { pixels: regions.bare(&raw.pixels), digest: raw.digest };
        let cuts = (1..=regions.boxes.len()).map(|label| Cut::of(raw, &bare, &regions, label)).collect();
        Self { regions, bare, cuts }
    }

    /// The part of a cut with these lines.
    fn part(&self, cut: &Cut, lines: [Vec<f64>; 2], warp: Warp) -> Part {
        let size = [cut.raw.pixels.width(), cut.raw.pixels.height()].map(f64::from);
        let cells = |area: Rect| {
            let ends = [[area.left, area.right], [area.top, area.bottom]];
            [0, 1].map(|axis| {
                let [from, to] = ends[axis].map(|end| (end - cut.origin[axis]) as f64);
                covered(&lines[axis], size[axis], from, to)
            })
        };
        let (cells, body) = (cells(cut.area), cells(cut.body));
        let mut part =
            Part { raw: cut.raw.clone(), origin: cut.origin, lines, warp, cells, drawn: Vec::new(), body, at: [0, 0] };
        let [columns, rows] = [0, 1].map(|axis| {
            let inner = |cell: usize| {
                let [from, to] = [cell, cell + 1].map(|edge| part.edge(axis, edge));
                [0.25, 0.5, 0.75].map(|share| cut.origin[axis] + (from + share * (to - from)) as usize)
            };
            part.cells[axis].clone().map(inner).collect::<Vec<_>>()
        });
        let shows = |xs: &[usize; 3], ys: &[usize; 3]| {
            ys.iter().any(|&y| xs.iter().any(|&x| self.regions.at(x, y) == cut.label))
        };
        part.drawn = rows.iter().flat_map(|ys| columns.iter().map(move |xs| shows(xs, ys))).collect();
        part
    }
}

/// The cells of which at least half lies between two positions.
fn covered(lines: &[f64], length: f64, from: f64, to: f64) -> Range<usize> {
    let edges: Vec<f64> = [0.0].into_iter().chain(lines.iter().copied()).chain([length]).collect();
    let is_in = |pair: &[f64]| {
        let middle = (pair[0] + pair[1]) / 2.0;
        middle > from && middle < to
    };
    let first = edges.windows(2).position(is_in).unwrap_or(0);
    let last = edges.windows(2).rposition(is_in).unwrap_or(first);
    first..last + 1
}

impl Cut {
    fn of(raw: &Raw, bare: &Raw, regions: &Regions, label: usize) -> Self {
        let area = regions.boxes[label - 1];
        let body = trimmed(area, &raw.pixels, &bare.pixels, regions.step());
        let [width, height] = area.size();
        let margin = (MARGIN * width.max(height) as f64) as usize;
        let (left, top) = (area.left.saturating_sub(margin), area.top.saturating_sub(margin));
        let right = (area.right + margin).min(raw.pixels.width() as usize);
        let bottom = (area.bottom + margin).min(raw.pixels.height() as usize);
        let [x, y, w, h] = [left, top, right - left, bottom - top].map(|length| length as u32);
        let mut pixels = crop_imm(&bare.pixels, x, y, w, h).to_image();
        for y in area.top..area.bottom {
            for x in (area.left..area.right).filter(|&x| regions.at(x, y) == label) {
                pixels.put_pixel((x - left) as u32, (y - top) as u32, *raw.pixels.get_pixel(x as u32, y as u32));
            }
        }
        Self { label, area, body, raw: Raw { pixels, digest: raw.digest }, origin: [left, top] }
    }
}

/// A bounding box of blocks, trimmed to pixels: each side moves in to where the object begins, at half of the contrast
/// between it and the ground.
fn trimmed(area: Rect, raw: &RgbaImage, bare: &RgbaImage, step: usize) -> Rect {
    let contrast = |x: usize, y: usize| {
        let [a, b] = [raw, bare].map(|image| image.get_pixel(x as u32, y as u32).0);
        a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>()
    };
    let [width, height] = area.size();
    let column = |x: usize| (area.top..area.bottom).map(|y| contrast(x, y)).max().unwrap_or(0);
    let row = |y: usize| (area.left..area.right).map(|x| contrast(x, y)).max().unwrap_or(0);
    let inset = |length: usize, line: &dyn Fn(usize) -> u32| {
        let lines: Vec<u32> = (0..(3 * step).min(length / 2)).map(line).collect();
        let most = lines.iter().copied().max().unwrap_or(0);
        lines.iter().position(|contrast| 2 * contrast >= most).unwrap_or(0)
    };
    Rect {
        left: area.left + inset(width, &|i| column(area.left + i)),
        right: area.right - inset(width, &|i| column(area.right - 1 - i)),
        top: area.top + inset(height, &|i| row(area.top + i)),
        bottom: area.bottom - inset(height, &|i| row(area.bottom - 1 - i)),
    }
}

/// For each object the one that it belongs to, counted from 0: small ones to the nearest of the others.
fn owners(regions: &Regions) -> Vec<usize> {
    let boxes = &regions.boxes;
    let largest = boxes.iter().map(|area| area.size()[0].min(area.size()[1])).max().unwrap_or(0);
    let spark = ((SPARK * largest as f64) as usize).max(SPARK_BLOCKS * regions.step());
    let is_spark = |area: &Rect| area.size().iter().all(|side| *side <= spark);
    let large: Vec<usize> = (0..boxes.len()).filter(|&i| !is_spark(&boxes[i])).collect();
    let owner = |i: usize| {
        let nearest = large.iter().copied().min_by_key(|&other| apart(boxes[i], boxes[other]));
        if is_spark(&boxes[i]) { nearest.unwrap_or(i) } else { i }
    };
    (0..boxes.len()).map(owner).collect()
}

/// The squared distance of two boxes.
fn apart(a: Rect, b: Rect) -> usize {
    let x = b.left.saturating_sub(a.right).max(a.left.saturating_sub(b.right));
    let y = b.top.saturating_sub(a.bottom).max(a.top.saturating_sub(b.bottom));
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// Cells of a pitch in pixels, of pseudo-random colours.
    fn cells(size: u32, pitch: u32) -> RgbaImage {
        let value = |x: u32, y: u32| (x * 7919 + y * 104_729 + x * y * 31) % 251;
        RgbaImage::from_fn(size, size, |x, y| Rgba([value(x / pitch, y / pitch) as u8, 90, 40, 255]))
    }

    #[test]
    fn each_object_is_explained_by_its_own_lines() {
        let part = |pitch: u32, by: u32| Part {
            raw: Raw::new(cells(120, pitch)),
            origin: [0, 0],
            lines: [(); 2].map(|()| (1..120 / by).map(|i| f64::from(i * by)).collect()),
            warp: Warp::identity(120, 120),
            cells: [0..1, 0..1],
            drawn: Vec::new(),
            body: [0..1, 0..1],
            at: [0, 0],
        };
        let sheet = |parts: Vec<Part>| Sheet { ground: Raw::new(cells(8, 1)), parts }.unexplained(128);
        assert_eq!(sheet(vec![part(10, 10), part(12, 12)]), 0.0);
        assert!(sheet(vec![part(10, 10), part(12, 10)]) > 0.1);
    }
}
