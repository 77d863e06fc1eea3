//! Fitting: lays the pictures into the output frame. All frames of a group share one reduction factor and one position.

use crate::words::color::Lab;
use crate::words::recipe::{Anchor, Fit, Framing, Outline, Recipe, Size};

use super::picture::{Picture, Rect};
use super::reduce::{FeatureCount, Raster, filled, raster, reduced};
use super::{Base, ProcessError, tile};

/// The largest reduction factor, in thousandths.
const MOST: u32 = 8000;
/// The largest whole reduction factor.
const MAX_STEP: u32 = MOST / 1000;

/// What the pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Art {
    /// The artist's own pixels: where these fill the frame, they lie as they were meant to.
    Finished,
    /// Cells of raws.
    Restored,
}

/// The pictures of a group in their frame.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub pictures: Vec<Picture>,
    /// The reduction factor in thousandths, 1000 to 8000.
    pub factor: u32,
    /// The row on which the subject stands, counted from the top.
    pub baseline: u32,
    /// By how many pixels the subject exceeds the frame without its margins.
    pub overflow: u32,
    /// The picture that exceeds it most, where several share the frame.
    pub leaves: Option<usize>,
    /// The features before and after the reduction, summed over all pictures.
    pub features: FeatureCount,
    /// The number of pictures that were moved before.
    pub moved: usize,
}

/// Lays the pictures of a group into the frame of the recipe.
pub(super) fn fit(
    pictures: &[Picture],
    labs: &[Lab],
    recipe: &Recipe,
    base: Option<&Base>,
    art: Art,
) -> Result<Fitted, ProcessError> {
    let scale = recipe.scale.map(|step| 1000 * step.min(MAX_STEP));
    let fixed = base.and_then(|base| base.factor).or(scale).map(|factor| factor.clamp(1000, MOST));
    match (recipe.size, recipe.framing) {
        (Size::Found, _) => Ok(unframed(pictures, labs, fixed.unwrap_or(1000))),
        (Size::Frame(size), framing)
            if (framing == Framing::Placed || art == Art::Finished)
                && fixed.unwrap_or(1000) == 1000
                && stays(pictures, size, recipe) =>
        {
            Ok(unframed(pictures, labs, 1000))
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

/// Without a frame: the whole pictures, reduced by `factor`.
fn unframed(pictures: &[Picture], labs: &[Lab], factor: u32) -> Fitted {
    let size = pictures.first().map_or([0, 0], |picture| [picture.width, picture.height]);
    let area = Rect { left: 0, top: 0, right: size[0], bottom: size[1] };
    let step = (factor / 1000) as usize;
    let (pictures, features) = match factor % 1000 {
        0 => reduced(pictures, labs, &raster(pictures, area, step, size.map(|length| length.div_ceil(step)))),
        _ => filled(pictures, labs, area, size.map(|length| shortened(length, factor))),
    };
    let baseline = union(&pictures).map_or(pictures[0].height, |area| area.bottom) as u32;
    Fitted { pictures, factor, baseline, overflow: 0, leaves: None, features, moved: 0 }
}

/// A length after a reduction by `factor`.
fn shortened(length: usize, factor: u32) -> usize {
    let factor = factor as usize;
    ((2000 * length + factor) / (2 * factor)).clamp(1, length.max(1))
}

/// The factor, in thousandths, by which a subject fills the room; 1000 if it is not larger.
fn filling(size: [usize; 2], room: [usize; 2]) -> u32 {
    let along = |axis: usize| (2000 * size[axis] + room[axis]) / (2 * room[axis]);
    (along(0).max(along(1)) as u32).clamp(1000, MOST)
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
    let [w, h] = area.size();
    let factor = match (fixed, recipe.fit) {
        (Some(factor), _) => factor,
        (None, Fit::Exact) => 1000,
        (None, Fit::Step) => 1000 * (w.div_ceil(room[0]).max(h.div_ceil(room[1])) as u32).clamp(1, MAX_STEP),
        (None, Fit::Fill) => filling([w, h], room),
    };
    let whole = || raster(pictures, area, (factor / 1000) as usize, room);
    let (small, features) = match factor % 1000 {
        0 => reduced(pictures, labs, &whole()),
        _ => filled(pictures, labs, area, [w, h].map(|length| shortened(length, factor))),
    };
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
        factor,
        baseline: (top + h as isize).clamp(0, size[1] as isize) as u32,
        overflow: overflow as u32,
        leaves: leaving(&small, from, size, margin).filter(|_| overflow > 0),
        features,
        moved: 0,
    })
}

/// The picture, of several, that exceeds the frame without its margins most, once they lie in it.
fn leaving(pictures: &[Picture], from: [isize; 2], size: [usize; 2], margin: usize) -> Option<usize> {
    let margin = margin as isize;
    let beyond = |area: Rect| {
        let [left, right] = [area.left, area.right].map(|at| at as isize - from[0]);
        let [top, bottom] = [area.top, area.bottom].map(|at| at as isize - from[1]);
        let [width, height] = size.map(|length| length as isize - margin);
        [margin - left, right - width, margin - top, bottom - height].into_iter().max().unwrap_or(0)
    };
    let found = pictures.iter().enumerate().filter_map(|(at, picture)| Some((beyond(picture.bounds()?), at)));
    let most = found.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    (pictures.len() > 1).then_some(most.1)
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
    let fixed = fixed.map(|factor| (factor + 500) / 1000);
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
    let raster = Raster::even(step, from.map(|f| f as isize), blocks);
    let (small, features) = reduced(pictures, labs, &raster);
    let cut = |picture: &Picture| match framing {
        Framing::Tile => tile::repeating(picture, labs, size),
        Framing::Crop | Framing::Subject | Framing::Placed => picture.crop(0, 0, size),
    };
    let pictures = small.iter().map(cut).collect();
    Ok(Fitted {
        pictures,
        factor: 1000 * step as u32,
        baseline: size[1] as u32,
        overflow: 0,
        leaves: None,
        features,
        moved: 0,
    })
}
