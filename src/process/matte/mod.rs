//! Matting: separates the subject from its ground.
//!
//! It works on cells, where a ground is one colour or a slow gradient instead of noise. [`ground`] decides from the
//! border whether there is a ground at all, [`field`] follows it inwards, and [`holes`] decides for every enclosed
//! region of its colour whether it is a part of the subject. Colours are toe-coded, so that noise has one size in
//! shadows and highlights.

mod field;
mod fringe;
mod ground;
mod holes;
mod shadow;

use rayon::prelude::*;

use crate::words::color::{Lab, distance, oklab};
use crate::words::recipe::{Alpha, Matte, Recipe, Shadow};

use super::ProcessError;
use super::cells::Cells;
use super::picture::beside;
use super::toe::toe_encode;
use super::turn::Turn;

use ground::{Ground, Wanted};

/// The key metric where no ground was found.
const NO_GROUND: i64 = 1000;

/// The masks of a group's frames.
pub(super) struct Masks {
    /// For each cell of each frame, whether it is opaque.
    pub opaque: Vec<Vec<bool>>,
    /// The largest distance of a ground's colour from the one that was asked for, in thousandths of OKLab; `None` if none
    /// was asked for, or where the raw is transparent itself.
    pub key: Option<i64>,
    /// For each cell of each frame, whether it is a shadow that gets a colour of its own; empty where shadows stay as they
    /// are.
    pub shadow: Vec<Vec<bool>>,
}

/// What is found of one frame.
struct Mask {
    opaque: Vec<bool>,
    key: Option<i64>,
    shadow: Vec<bool>,
}

/// The masks of all frames, whose cells are about `pitch` raw pixels long. `back` turns the cells upright. Of an artist's
/// pictures at their `own` size, only a ground goes that nobody would have drawn.
pub(super) fn masks(
    cells: &[Cells],
    pitch: [f64; 2],
    own: bool,
    recipe: &Recipe,
    back: Turn,
) -> Result<Masks, ProcessError> {
    let shorter = pitch[0].min(pitch[1]) as f32;
    let found: Vec<Mask> = cells.par_iter().map(|cells| mask(View::of(cells, shorter, own), recipe, back)).collect();
    let mut masks =
        Masks { opaque: Vec::new(), key: found.iter().filter_map(|mask| mask.key).max(), shadow: Vec::new() };
    for mask in found {
        masks.opaque.push(mask.opaque);
        masks.shadow.push(mask.shadow);
    }
    match masks.opaque.iter().flatten().any(|&opaque| opaque) {
        true => Ok(masks),
        false if cells.iter().all(|cells| !cells.clear.contains(&false)) => Err(ProcessError::Transparent),
        false => Err(ProcessError::Empty),
    }
}

/// For each cell whether it is opaque, and a shadow; and the distance of the ground's colour from the one that was asked
/// for.
fn mask(view: View<'_>, recipe: &Recipe, back: Turn) -> Mask {
    let (mut opaque, ground, key) = cut_out(&view, recipe);
    let mut shadow = Vec::new();
    if recipe.shadow != Shadow::Keep {
        shadow = shadow::cells(&view, ground, &opaque, back);
    }
    if recipe.shadow == Shadow::Remove {
        opaque.iter_mut().zip(&shadow).for_each(|(opaque, shadow)| *opaque &= !shadow);
        shadow.clear();
    }
    Mask { opaque, key, shadow }
}

/// For each cell whether it is opaque, the colour of the ground, and its distance from the one that was asked for.
fn cut_out(view: &View<'_>, recipe: &Recipe) -> (Vec<bool>, Option<Lab>, Option<i64>) {
    let cells = view.cells;
    let soft = cells.alpha.iter().any(|alpha| *alpha < 255);
    if recipe.alpha != Alpha::Binary && soft || cells.clear.contains(&true) {
        let mut opaque: Vec<bool> = cells.clear.iter().map(|clear| !clear).collect();
        if recipe.alpha == Alpha::Binary && soft {
            fringe::cut(view, &mut opaque);
        }
        return (opaque, None, None);
    }
    let color = |rgb| toe_encode(oklab(rgb));
    let wanted = match recipe.matte {
        Matte::None => return (vec![true; cells.len()], None, None),
        Matte::Auto => Wanted::Any,
        Matte::Key => Wanted::Vivid,
        Matte::Expected(rgb) => Wanted::Expected(color(rgb)),
        Matte::Color(rgb) => Wanted::Color(color(rgb)),
    };
    let ground = ground::find(view, wanted);
    let asked = match wanted {
        Wanted::Expected(color) | Wanted::Color(color) => Some(color),
        Wanted::Any | Wanted::Vivid => None,
    };
    let far = |ground: &Ground, color| (1000.0 * distance(ground.color, color)) as i64;
    let key = asked.map(|color| ground.as_ref().map_or(NO_GROUND, |ground| far(ground, color).min(NO_GROUND)));
    let opaque =
        ground.as_ref().map_or_else(|| vec![true; cells.len()], |ground| holes::opaque(view, ground, recipe.holes));
    (opaque, ground.map(|ground| ground.color), key)
}

/// Cells with their toe-coded colours.
struct View<'a> {
    cells: &'a Cells,
    table: Vec<Lab>,
    /// The length of a cell in raw pixels.
    pitch: f32,
    /// An artist drew the picture at its own size.
    own: bool,
}

impl<'a> View<'a> {
    fn of(cells: &'a Cells, pitch: f32, own: bool) -> Self {
        Self { cells, table: cells.table().iter().map(|lab| toe_encode(*lab)).collect(), pitch, own }
    }

    fn lab(&self, cell: usize) -> Lab {
        self.table[self.cells.slot(cell)]
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn size(&self) -> [usize; 2] {
        [self.cells.width, self.cells.height]
    }

    /// The cells beside a cell, at most four.
    fn beside(&self, cell: usize) -> impl Iterator<Item = usize> + use<> {
        beside(self.size(), cell)
    }

    /// The connected cells from `start` that were not seen.
    fn region(&self, start: usize, seen: &mut [bool]) -> Vec<usize> {
        region(self.size(), start, seen)
    }

    fn place(&self, cell: usize) -> [usize; 2] {
        [cell % self.cells.width, cell / self.cells.width]
    }
}

/// The connected cells from `start` that were not seen.
fn region(size: [usize; 2], start: usize, seen: &mut [bool]) -> Vec<usize> {
    let mut region = vec![start];
    seen[start] = true;
    let mut next = 0;
    while let Some(cell) = region.get(next).copied() {
        next += 1;
        for beside in beside(size, cell) {
            if !std::mem::replace(&mut seen[beside], true) {
                region.push(beside);
            }
        }
    }
    region
}

/// The length of a difference of colours.
fn length(lab: Lab) -> f32 {
    distance(lab, [0.0; 3])
}

/// The offsets of the border cells, clockwise, each once.
pub(super) fn border(width: usize, height: usize) -> impl Iterator<Item = usize> {
    let (right, bottom) = (width - 1, height - 1);
    let sides = (0..width).chain((1..height).map(move |y| y * width + right));
    let back = (0..right).rev().filter(move |_| bottom > 0).map(move |x| bottom * width + x);
    sides.chain(back).chain((1..bottom.max(1)).rev().filter(move |_| right > 0).map(move |y| y * width))
}

/// The quantile of the values; `share` is 0 to 1.
fn quantile(mut values: Vec<f32>, share: f32) -> f32 {
    let position = ((values.len() as f32 * share) as usize).min(values.len().saturating_sub(1));
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(position, f32::total_cmp).1 }
}

/// The median of each channel.
fn median(colors: &[Lab]) -> Lab {
    [0, 1, 2].map(|channel| quantile(colors.iter().map(|lab| lab[channel]).collect(), 0.5))
}

/// Colourfulness: the distance from grey.
fn chroma([_, a, b]: Lab) -> f32 {
    (a * a + b * b).sqrt()
}

#[cfg(test)]
mod tests;
