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

use rayon::prelude::*;

use crate::words::color::{Lab, distance, oklab};
use crate::words::recipe::{Alpha, Matte, Recipe};

use super::ProcessError;
use super::cells::Cells;
use super::toe::toe_encode;

use ground::{Ground, Wanted};

/// The key metric where no ground was found.
const NO_GROUND: i64 = 1000;

/// The masks of a group's frames.
pub(super) struct Masks {
    /// For each cell of each frame, whether it is opaque.
    pub opaque: Vec<Vec<bool>>,
    /// The largest distance of a ground's colour from the one that was asked for, in thousandths of OKLab; 0 if none
    /// was asked for, or where the raw is transparent itself.
    pub key: i64,
}

/// The masks of all frames.
pub(super) fn masks(cells: &[Cells], recipe: &Recipe) -> Result<Masks, ProcessError> {
    let (opaque, keys): (Vec<Vec<bool>>, Vec<i64>) = cells.par_iter().map(|cells| mask(cells, recipe)).unzip();
    match opaque.iter().flatten().any(|&opaque| opaque) {
        true => Ok(Masks { opaque, key: keys.into_iter().max().unwrap_or(0) }),
        false if cells.iter().all(|cells| !cells.clear.contains(&false)) => Err(ProcessError::Transparent),
        false => Err(ProcessError::Empty),
    }
}

/// For each cell whether it is opaque, and the distance of the ground's colour from the one that was asked for.
fn mask(cells: &Cells, recipe: &Recipe) -> (Vec<bool>, i64) {
    let soft = cells.alpha.iter().any(|alpha| *alpha < 255);
    if recipe.alpha != Alpha::Binary && soft || cells.clear.contains(&true) {
        let mut opaque: Vec<bool> = cells.clear.iter().map(|clear| !clear).collect();
        if recipe.alpha == Alpha::Binary && soft {
            fringe::cut(&View::of(cells), &mut opaque);
        }
        return (opaque, 0);
    }
    let color = |rgb| toe_encode(oklab(rgb));
    let wanted = match recipe.matte {
        Matte::None => return (vec![true; cells.len()], 0),
        Matte::Auto => Wanted::Any,
        Matte::Key => Wanted::Vivid,
        Matte::Expected(rgb) => Wanted::Expected(color(rgb)),
        Matte::Color(rgb) => Wanted::Color(color(rgb)),
    };
    let view = View::of(cells);
    let ground = ground::find(&view, wanted);
    let asked = match wanted {
        Wanted::Expected(color) | Wanted::Color(color) => Some(color),
        Wanted::Any | Wanted::Vivid => None,
    };
    let far = |ground: &Ground, color| (1000.0 * distance(ground.color, color)) as i64;
    let key = asked.map(|color| ground.as_ref().map_or(NO_GROUND, |ground| far(ground, color).min(NO_GROUND)));
    let opaque = ground.map_or_else(|| vec![true; cells.len()], |ground| holes::opaque(&view, &ground, recipe.holes));
    (opaque, key.unwrap_or(0))
}

/// Cells with their toe-coded colours.
struct View<'a> {
    cells: &'a Cells,
    table: Vec<Lab>,
}

impl<'a> View<'a> {
    fn of(cells: &'a Cells) -> Self {
        Self { cells, table: cells.table().iter().map(|lab| toe_encode(*lab)).collect() }
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
        let ([width, height], [x, y]) = (self.size(), self.place(cell));
        let left = (x > 0).then(|| cell - 1);
        let right = (x + 1 < width).then_some(cell + 1);
        let above = (y > 0).then(|| cell - width);
        let below = (y + 1 < height).then_some(cell + width);
        [left, right, above, below].into_iter().flatten()
    }

    /// The connected cells from `start` that were not seen.
    fn region(&self, start: usize, seen: &mut [bool]) -> Vec<usize> {
        let mut region = vec![start];
        seen[start] = true;
        let mut next = 0;
        while let Some(cell) = region.get(next).copied() {
            next += 1;
            for beside in self.beside(cell) {
                if !seen[beside] {
                    seen[beside] = true;
                    region.push(beside);
                }
            }
        }
        region
    }

    fn place(&self, cell: usize) -> [usize; 2] {
        [cell % self.cells.width, cell / self.cells.width]
    }
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
