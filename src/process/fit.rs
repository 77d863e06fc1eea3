//! Fitting: the frame that the game sees. All frames of a group share one reduction and one place.

use rayon::prelude::*;

use crate::words::color::Lab;
use crate::words::recipe::{Anchor, Fit, Framing, Outline, Recipe, Size};

use super::picture::{Area, Picture};
use super::reduce::{Kept, Raster, raster, reduced};
use super::{Base, ProcessError, tile};

/// No picture is reduced by a larger step.
const MOST: u32 = 8;

/// Pictures in their frame.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub pictures: Vec<Picture>,
    /// The whole-step reduction.
    pub reduced: u32,
    /// The row, from the top, on which the subject stands.
    pub baseline: u32,
    /// By how many pixels the subject is larger than its room.
    pub overflow: u32,
    /// The features that the reduction kept, of all pictures.
    pub features: Kept,
}

/// Lays the pictures of a group into the frame.
pub(super) fn fit(
    pictures: &[Picture],
    labs: &[Lab],
    recipe: &Recipe,
    base: Option<&Base>,
) -> Result<Fitted, ProcessError> {
    let fixed = base.map(|base| base.reduced).or(recipe.scale).map(|step| step.clamp(1, MOST));
    match (recipe.size, recipe.framing) {
        (Size::Found, _) => found(pictures, labs, fixed.unwrap_or(1)),
        (Size::Frame(size), Framing::Subject) => subject(pictures, labs, size.map(|s| s as usize), recipe, base, fixed),
        (Size::Frame(size), framing) => whole(pictures, labs, size.map(|s| s as usize), framing, fixed),
    }
}

/// The pictures as they were found.
fn found(pictures: &[Picture], labs: &[Lab], step: u32) -> Result<Fitted, ProcessError> {
    let size = pictures.first().map_or([0, 0], |picture| [picture.width, picture.height]);
    let area = Area { left: 0, top: 0, right: size[0], bottom: size[1] };
    let raster = raster(pictures, area, step as usize, size.map(|length| length.div_ceil(step as usize)));
    let (pictures, features) = all(pictures, labs, &raster);
    let baseline = union(&pictures).map_or(raster.size[1], |area| area.bottom) as u32;
    Ok(Fitted { pictures, reduced: step, baseline, overflow: 0, features })
}

/// All pictures reduced over one raster.
fn all(pictures: &[Picture], labs: &[Lab], raster: &Raster) -> (Vec<Picture>, Kept) {
    let (small, kept): (Vec<Picture>, Vec<Kept>) =
        pictures.par_iter().map(|picture| reduced(picture, labs, raster)).unzip();
    let sum = |count: fn(&Kept) -> usize| kept.iter().map(count).sum();
    (small, Kept { kept: sum(|kept| kept.kept), of: sum(|kept| kept.of) })
}

/// The box of what any picture shows.
fn union(pictures: &[Picture]) -> Option<Area> {
    pictures.iter().filter_map(Picture::area).reduce(Area::union)
}

/// The box of the subject, padded and anchored; reduced if it is larger than its room.
fn subject(
    pictures: &[Picture],
    labs: &[Lab],
    size: [usize; 2],
    recipe: &Recipe,
    base: Option<&Base>,
    fixed: Option<u32>,
) -> Result<Fitted, ProcessError> {
    let area = union(pictures).ok_or(ProcessError::Empty)?;
    // An outline that is yet to be drawn round the subject needs a pixel on every side.
    let margin = recipe.margin as usize + usize::from(recipe.outline == Outline::Outer);
    let room = size.map(|length| length.saturating_sub(2 * margin).max(1));
    let step = match (fixed, recipe.fit) {
        (Some(step), _) => step,
        (None, Fit::Exact) => 1,
        (None, Fit::Reduce) => {
            let [w, h] = area.size();
            (w.div_ceil(room[0]).max(h.div_ceil(room[1])) as u32).clamp(1, MOST)
        }
    };
    let raster = raster(pictures, area, step as usize, room);
    let (small, features) = all(pictures, labs, &raster);
    let area = union(&small).ok_or(ProcessError::Empty)?;
    let [w, h] = area.size();
    let left = (size[0] as isize - w as isize).div_euclid(2);
    let spare = size[1] as isize - h as isize;
    let top = match (base, recipe.anchor) {
        (Some(base), _) => base.baseline as isize - h as isize,
        (None, Anchor::Bottom) => spare - margin as isize,
        (None, Anchor::Center) => spare.div_euclid(2),
        (None, Anchor::Top) => margin as isize,
    };
    let from = [area.left as isize - left, area.top as isize - top];
    let cut_off = (-top).max(top + h as isize - size[1] as isize).max(0) as usize;
    let overflow = w.saturating_sub(room[0]).max(h.saturating_sub(room[1])).max(cut_off);
    Ok(Fitted {
        pictures: small.iter().map(|picture| picture.cut(from[0], from[1], size)).collect(),
        reduced: step,
        baseline: (top + h as isize).clamp(0, size[1] as isize) as u32,
        overflow: overflow as u32,
        features,
    })
}

/// A texture or a scene: reduced as often as it is larger than the frame, then cut.
fn whole(
    pictures: &[Picture],
    labs: &[Lab],
    size: [usize; 2],
    framing: Framing,
    fixed: Option<u32>,
) -> Result<Fitted, ProcessError> {
    let first = pictures.first().ok_or(ProcessError::NoPixels)?;
    let cells = [first.width, first.height];
    let step = fixed.unwrap_or((cells[0] / size[0]).min(cells[1] / size[1]).min(MOST as usize) as u32) as usize;
    if step == 0 || cells[0] / step < size[0] || cells[1] / step < size[1] {
        return Err(ProcessError::Small { cells: cells.map(|c| c as u32), size: size.map(|s| s as u32) });
    }
    let [from, blocks] = match framing {
        // A scene keeps its middle: what is cut off is taken from all sides, in pixels before they are reduced.
        Framing::Crop | Framing::Subject => [[0, 1].map(|axis| (cells[axis] - size[axis] * step) / 2), size],
        Framing::Tile => [[0, 0], cells.map(|count| count / step)],
    };
    let raster = Raster { step, from: from.map(|f| f as isize), size: blocks };
    let (small, features) = all(pictures, labs, &raster);
    let [x, y] = match framing {
        Framing::Tile => tile::best_cut(&small[0], labs, size),
        Framing::Crop | Framing::Subject => [0, 0],
    };
    let pictures = small.iter().map(|picture| picture.cut(x as isize, y as isize, size)).collect();
    Ok(Fitted { pictures, reduced: step as u32, baseline: size[1] as u32, overflow: 0, features })
}
