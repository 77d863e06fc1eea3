//! Metrics: integers that measure the quality of a restoration.

use crate::words::color::{Lab, distance};
use crate::words::recipe::{Framing, Recipe};
use crate::words::sprite::Metrics;

use super::cells::Cells;
use super::cleanup::is_orphan;
use super::fit::Fitted;
use super::grid::Grid;
use super::matte::Masks;
use super::picture::{CLEAR, Picture};
use super::steady::Unsteady;
use super::{matte, steady, tile};

/// A group before it is fitted into the frame.
pub(super) struct Unfitted<'a> {
    pub grid: &'a Grid,
    pub cells: &'a [Cells],
    pub masks: &'a Masks,
    /// Columns and rows of cells of the raws as they are.
    pub size: [usize; 2],
    /// Number of colours before mapping to a palette.
    pub colors: usize,
    /// [`residue`] of the mapped pictures.
    pub residue: i64,
}

/// All metrics of a group; [`super::gate`] documents them.
pub(super) fn metrics(unfitted: &Unfitted<'_>, fitted: &Fitted, labs: &[Lab], recipe: &Recipe) -> Metrics {
    let frames = &fitted.pictures;
    let [w, h] = unfitted.size;
    let seams = frames.iter().map(|frame| tile::seam(frame, labs)).max().filter(|_| recipe.framing == Framing::Tile);
    let unsteady = steady::unsteady(frames);
    let values = [
        ("grid", unfitted.grid.confidence),
        ("colors", unfitted.colors as i64),
        ("coverage", share(frames.iter().flat_map(|frame| &frame.pixels).map(|index| *index != CLEAR))),
        ("border", border(unfitted)),
        ("orphans", orphans(frames)),
        ("residue", unfitted.residue),
        ("reduced", fitted.factor.div_ceil(1000).into()),
        ("features", features(fitted)),
        ("baseline", off_baseline(fitted).map_or(0, |(off, _)| off)),
        ("flicker", unsteady.flicker),
        ("seam", seams.unwrap_or(0)),
        ("fit", fitted.overflow.into()),
        ("cells_w", w as i64),
        ("cells_h", h as i64),
        ("spread", spread(unfitted)),
    ];
    let key = unfitted.masks.key.map(|key| ("key", key));
    let together = of_frames(&unsteady, fitted);
    values.into_iter().chain(key).chain(together).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What only several frames have: the numbers, from 1, of those that flicker, stray or leave the frame most, whether the
/// loop closes, and how far they stray.
fn of_frames(unsteady: &Unsteady, fitted: &Fitted) -> impl Iterator<Item = (&'static str, i64)> {
    let count = fitted.pictures.len();
    let number = |frame: usize| frame as i64 + 1;
    let flickers = Some(number(unsteady.frame)).filter(|_| unsteady.flicker > 0);
    let (strays, straying) = (unsteady.strays, Some(number(unsteady.straying)));
    let moving = [
        ("flicker_frame", flickers),
        ("loop", Some(unsteady.looped)),
        ("strays", Some(strays).filter(|_| strays > 0)),
        ("strays_frame", straying.filter(|_| strays > 0)),
    ];
    let off = off_baseline(fitted).filter(|(off, _)| *off > 0).map(|(_, frame)| number(frame));
    let still = [("baseline_frame", off), ("fit_frame", fitted.leaves.map(number))];
    let moving = moving.into_iter().filter(move |_| count > 2);
    moving.chain(still.into_iter().filter(move |_| count > 1)).filter_map(|(name, value)| Some((name, value?)))
}

/// The share of `true` values, in per mille.
fn share(values: impl Iterator<Item = bool>) -> i64 {
    let (all, set) = values.fold((0, 0), |(all, set), value| (all + 1, set + i64::from(value)));
    if all == 0 { 0 } else { set * 1000 / all }
}

fn border(unfitted: &Unfitted<'_>) -> i64 {
    let pairs = unfitted.cells.iter().zip(&unfitted.masks.opaque);
    share(pairs.flat_map(|(cells, opaque)| matte::border(cells.width, cells.height).map(|i| opaque[i])))
}

fn orphans(frames: &[Picture]) -> i64 {
    let pixels = frames.iter().flat_map(|frame| frame.enumerate_pixels().map(move |pixel| (frame, pixel)));
    let opaque = pixels.filter(|(_, (_, _, index))| *index != CLEAR);
    share(opaque.map(|(frame, (x, y, _))| is_orphan(frame, x, y)))
}

/// A picture without features keeps all of them: 1000.
fn features(fitted: &Fitted) -> i64 {
    (fitted.features.kept * 1000).checked_div(fitted.features.total).unwrap_or(1000) as i64
}

/// The largest distance of a frame's lowest pixel from the baseline, and the first frame that has it.
fn off_baseline(fitted: &Fitted) -> Option<(i64, usize)> {
    let bottoms =
        fitted.pictures.iter().enumerate().filter_map(|(at, frame)| Some((at, frame.bounds()?.bottom as i64)));
    let off = bottoms.map(|(at, bottom)| ((bottom - i64::from(fitted.baseline)).abs(), at));
    off.reduce(|a, b| if b.0 > a.0 { b } else { a })
}

/// The median spread of the opaque cells, in thousandths of OKLab.
fn spread(unfitted: &Unfitted<'_>) -> i64 {
    if unfitted.cells.iter().all(Cells::is_uniform) {
        return 0;
    }
    let pairs = unfitted.cells.iter().zip(&unfitted.masks.opaque);
    let mut spreads: Vec<f32> =
        pairs.flat_map(|(cells, opaque)| (0..cells.len()).filter(|i| opaque[*i]).map(|i| cells.spread(i))).collect();
    let middle = spreads.len() / 2;
    if spreads.is_empty() { 0 } else { (1000.0 * *spreads.select_nth_unstable_by(middle, f32::total_cmp).1) as i64 }
}

/// The mean colour distance between the mapped pictures and the cells they come from, in thousandths of OKLab.
pub(super) fn residue(cells: &[Cells], pictures: &[Picture], labs: &[Lab]) -> i64 {
    let (mut sum, mut count) = (0.0, 0.0f64);
    for (cells, picture) in cells.iter().zip(pictures) {
        for (lab, index) in cells.labs().zip(&picture.pixels).filter(|(_, index)| **index != CLEAR) {
            sum += f64::from(distance(lab, labs[usize::from(*index)]));
            count += 1.0;
        }
    }
    (1000.0 * sum / count.max(1.0)) as i64
}
