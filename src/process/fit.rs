//! Fitting: lays the pictures into the output frame. All frames of a group share one reduction factor and one position.

use rayon::prelude::*;

use crate::words::color::Lab;
use crate::words::recipe::{Anchor, Fit, Framing, Outline, Recipe, Size};

use super::picture::{Picture, Rect};
use super::reduce::{FeatureCount, Raster, raster, reduced};
use super::{Base, ProcessError, tile};

/// The largest reduction factor.
const MAX_STEP: u32 = 8;

/// The pictures of a group in their frame.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub pictures: Vec<Picture>,
    /// The reduction factor, 1 to 8.
    pub reduced: u32,
    /// The row on which the subject stands, counted from the top.
    pub baseline: u32,
    /// By how many pixels the subject exceeds the frame without its margins.
    pub overflow: u32,
    /// The features before and after the reduction, summed over all pictures.
    pub features: FeatureCount,
}

/// Lays the pictures of a group into the frame of the recipe.
pub(super) fn fit(
    pictures: &[Picture],
    labs: &[Lab],
    recipe: &Recipe,
    base: Option<&Base>,
) -> Result<Fitted, ProcessError> {
    let fixed = base.map(|base| base.reduced).or(recipe.scale).map(|step| step.clamp(1, MAX_STEP));
    match (recipe.size, recipe.framing) {
        (Size::Found, _) => unframed(pictures, labs, fixed.unwrap_or(1)),
        (Size::Frame(size), Framing::Placed) if stays(pictures, size, recipe) && fixed.unwrap_or(1) == 1 => {
            unframed(pictures, labs, 1)
        }
        (Size::Frame(size), Framing::Subject | Framing::Placed) => {
            fit_subject(pictures, labs, size.map(|s| s as usize), recipe, base, fixed)
        }
        (Size::Frame(size), framing) => fit_whole(pictures, labs, size.map(|s| s as usize), framing, fixed),
    }
}

/// Whether pictures fill the frame cell by cell and keep its margin free, so that nothing has to move.
fn stays(pictures: &[Picture], size: [u32; 2], recipe: &Recipe) -> bool {
    let size = size.map(|length| length as usize);
    let margin = margin(recipe);
    let area = union(pictures);
    pictures.iter().all(|picture| [picture.width, picture.height] == size)
        && area.is_some_and(|area| {
            let ends = area.right + margin <= size[0] && area.bottom + margin <= size[1];
            area.left >= margin && area.top >= margin && ends
        })
}

/// The pixels that stay empty on every side: an outer outline, which is drawn later, needs one.
fn margin(recipe: &Recipe) -> usize {
    recipe.margin as usize + usize::from(recipe.outline == Outline::Outer)
}

/// Without a frame: the whole pictures, reduced by `step`.
fn unframed(pictures: &[Picture], labs: &[Lab], step: u32) -> Result<Fitted, ProcessError> {
    let size = pictures.first().map_or([0, 0], |picture| [picture.width, picture.height]);
    let area = Rect { left: 0, top: 0, right: size[0], bottom: size[1] };
    let raster = raster(pictures, area, step as usize, size.map(|length| length.div_ceil(step as usize)));
    let (pictures, features) = reduce_all(pictures, labs, &raster);
    let baseline = union(&pictures).map_or(raster.size[1], |area| area.bottom) as u32;
    Ok(Fitted { pictures, reduced: step, baseline, overflow: 0, features })
}

/// Reduces all pictures with one raster.
fn reduce_all(pictures: &[Picture], labs: &[Lab], raster: &Raster) -> (Vec<Picture>, FeatureCount) {
    let (small, counts): (Vec<Picture>, Vec<FeatureCount>) =
        pictures.par_iter().map(|picture| reduced(picture, labs, raster)).unzip();
    let sum = |count: fn(&FeatureCount) -> usize| counts.iter().map(count).sum();
    (small, FeatureCount { kept: sum(|count| count.kept), total: sum(|count| count.total) })
}

/// The bounding box of the opaque pixels of all pictures.
fn union(pictures: &[Picture]) -> Option<Rect> {
    pictures.iter().filter_map(Picture::bounds).reduce(Rect::union)
}

/// Fits the subject: its bounding box is reduced if it exceeds the frame without margins, then padded and anchored.
fn fit_subject(
    pictures: &[Picture],
    labs: &[Lab],
    size: [usize; 2],
    recipe: &Recipe,
    base: Option<&Base>,
    fixed: Option<u32>,
) -> Result<Fitted, ProcessError> {
    let area = union(pictures).ok_or(ProcessError::Empty)?;
    let margin = margin(recipe);
    let room = size.map(|length| length.saturating_sub(2 * margin).max(1));
    let step = match (fixed, recipe.fit) {
        (Some(step), _) => step,
        (None, Fit::Exact) => 1,
        (None, Fit::Reduce) => {
            let [w, h] = area.size();
            (w.div_ceil(room[0]).max(h.div_ceil(room[1])) as u32).clamp(1, MAX_STEP)
        }
    };
    let raster = raster(pictures, area, step as usize, room);
    let (small, features) = reduce_all(pictures, labs, &raster);
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
        pictures: small.iter().map(|picture| picture.crop(from[0], from[1], size)).collect(),
        reduced: step,
        baseline: (top + h as isize).clamp(0, size[1] as isize) as u32,
        overflow: overflow as u32,
        features,
    })
}

/// Fits a texture or a scene: reduced by floor(cells / size), then cropped.
fn fit_whole(
    pictures: &[Picture],
    labs: &[Lab],
    size: [usize; 2],
    framing: Framing,
    fixed: Option<u32>,
) -> Result<Fitted, ProcessError> {
    let first = pictures.first().ok_or(ProcessError::NoPixels)?;
    let cells = [first.width, first.height];
    let is_uncut = framing == Framing::Tile && tile::has_period(first, size);
    let fixed = fixed.or(is_uncut.then_some(1));
    let step = fixed.unwrap_or((cells[0] / size[0]).min(cells[1] / size[1]).min(MAX_STEP as usize) as u32) as usize;
    if step == 0 || cells[0] / step < size[0] || cells[1] / step < size[1] {
        return Err(ProcessError::Small { cells: cells.map(|c| c as u32), size: size.map(|s| s as u32) });
    }
    let [from, blocks] = match framing {
        // A scene is cropped around its centre, in pixels before the reduction.
        Framing::Crop | Framing::Subject | Framing::Placed => {
            [[0, 1].map(|axis| (cells[axis] - size[axis] * step) / 2), size]
        }
        Framing::Tile => [[0, 0], cells.map(|count| count / step)],
    };
    let raster = Raster { step, from: from.map(|f| f as isize), size: blocks };
    let (small, features) = reduce_all(pictures, labs, &raster);
    let cut = |picture: &Picture| match framing {
        Framing::Tile => tile::repeating(picture, labs, size),
        Framing::Crop | Framing::Subject | Framing::Placed => picture.crop(0, 0, size),
    };
    let pictures = small.iter().map(cut).collect();
    Ok(Fitted { pictures, reduced: step as u32, baseline: size[1] as u32, overflow: 0, features })
}
