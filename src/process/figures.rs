//! Figures: integers that tell how a restoration went.

use crate::words::color::{Lab, distance};
use crate::words::recipe::{Framing, Recipe};
use crate::words::sprite::Figures;

use super::cleanup::is_orphan;
use super::fit::Fitted;
use super::grid::Grid;
use super::picture::{CLEAR, Picture};
use super::snap::Cells;
use super::{matte, tile};

/// What is known of a group before it is fitted.
pub(super) struct Restored<'a> {
    pub grid: &'a Grid,
    pub cells: &'a [Cells],
    pub opaque: &'a [Vec<bool>],
    /// Colours before a palette was mapped.
    pub colors: usize,
    /// Mean distance of the mapped pictures from the cells.
    pub residue: i64,
}

/// All figures of a group; [`super::gate`] documents them.
pub(super) fn figures(restored: &Restored<'_>, fitted: &Fitted, labs: &[Lab], recipe: &Recipe) -> Figures {
    let frames = &fitted.pictures;
    let (w, h) = restored.cells.first().map_or((0, 0), |cells| (cells.width, cells.height));
    let seams = frames.iter().map(|frame| tile::seam(frame, labs)).max().filter(|_| recipe.framing == Framing::Tile);
    let values = [
        ("grid", restored.grid.confidence),
        ("colors", restored.colors as i64),
        ("coverage", share(frames.iter().flat_map(|frame| &frame.pixels).map(|index| *index != CLEAR))),
        ("border", border(restored)),
        ("orphans", orphans(frames)),
        ("residue", restored.residue),
        ("reduced", fitted.reduced.into()),
        ("features", features(fitted)),
        ("baseline", baseline(fitted)),
        ("flicker", flicker(frames)),
        ("seam", seams.unwrap_or(0)),
        ("fit", fitted.overflow.into()),
        ("cells_w", w as i64),
        ("cells_h", h as i64),
        ("spread", spread(restored)),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Per mille of what is true.
fn share(values: impl Iterator<Item = bool>) -> i64 {
    let (all, true_ones) = values.fold((0, 0), |(all, ones), value| (all + 1, ones + i64::from(value)));
    if all == 0 { 0 } else { true_ones * 1000 / all }
}

fn border(restored: &Restored<'_>) -> i64 {
    let pairs = restored.cells.iter().zip(restored.opaque);
    share(pairs.flat_map(|(cells, opaque)| matte::ring(cells.width, cells.height).map(|i| opaque[i])))
}

fn orphans(frames: &[Picture]) -> i64 {
    let opaque = |frame: &'_ Picture| -> Vec<bool> {
        frame.places().filter(|(_, _, index)| *index != CLEAR).map(|(x, y, _)| is_orphan(frame, x, y)).collect()
    };
    share(frames.iter().flat_map(opaque))
}

/// What has no features loses none.
fn features(fitted: &Fitted) -> i64 {
    (fitted.features.kept * 1000).checked_div(fitted.features.of).unwrap_or(1000) as i64
}

fn baseline(fitted: &Fitted) -> i64 {
    let feet = fitted.pictures.iter().filter_map(|frame| Some(frame.area()?.bottom as i64));
    feet.map(|bottom| (bottom - i64::from(fitted.baseline)).abs()).max().unwrap_or(0)
}

/// Pixels of inner frames that differ from the frames before and after, which agree.
fn flicker(frames: &[Picture]) -> i64 {
    let ever = |i: &usize| frames.iter().any(|frame| frame.pixels[*i] != CLEAR);
    let places: Vec<usize> = (0..frames.first().map_or(0, |frame| frame.pixels.len())).filter(ever).collect();
    let flickers = |three: &[Picture], i: usize| {
        let [before, now, after] = [0, 1, 2].map(|t| three[t].pixels[i]);
        before == after && now != before
    };
    share(frames.windows(3).flat_map(|three| places.iter().map(move |&i| flickers(three, i))))
}

fn spread(restored: &Restored<'_>) -> i64 {
    let pairs = restored.cells.iter().zip(restored.opaque);
    let mut spreads: Vec<f32> = pairs
        .flat_map(|(cells, opaque)| cells.spread.iter().zip(opaque).filter(|(_, opaque)| **opaque).map(|(s, _)| *s))
        .collect();
    let middle = spreads.len() / 2;
    if spreads.is_empty() { 0 } else { (1000.0 * *spreads.select_nth_unstable_by(middle, f32::total_cmp).1) as i64 }
}

/// Mean distance of the mapped pictures from the cells that they were made of, in thousandths of OKLab.
pub(super) fn residue(cells: &[Cells], pictures: &[Picture], labs: &[Lab]) -> i64 {
    let (mut sum, mut count) = (0.0, 0.0f64);
    for (cells, picture) in cells.iter().zip(pictures) {
        for (lab, index) in cells.lab.iter().zip(&picture.pixels).filter(|(_, index)| **index != CLEAR) {
            sum += f64::from(distance(*lab, labs[usize::from(*index)]));
            count += 1.0;
        }
    }
    (1000.0 * sum / count.max(1.0)) as i64
}
