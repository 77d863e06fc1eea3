//! Matting: which cells are subject. It works on the logical picture, where a border's colour is one colour and not noise.

use crate::color::{Lab, distance, distance2};
use crate::manifest::{Holes, Matte, Recipe};

use super::snap::Cells;

/// A border has one colour if so many of its cells are so near to their median.
const AGREEMENT: f32 = 0.75;
const NEAR: f32 = 0.045;
/// And if half of them are even nearer: a scene of low contrast is not.
const TIGHT: f32 = 0.02;
/// Enclosed regions of at most so many cells are details of the subject.
const DETAIL: usize = 4;

/// For each cell whether it is opaque.
pub(super) fn matte(cells: &Cells, recipe: &Recipe) -> Vec<bool> {
    if cells.clear.contains(&true) {
        return cells.clear.iter().map(|clear| !clear).collect();
    }
    let opaque = vec![true; cells.lab.len()];
    match recipe.matte {
        Matte::None => opaque,
        Matte::Auto => background(cells).map_or(opaque, |back| without(cells, back, recipe.holes)),
    }
}

/// The background's colour and how far from it still counts.
struct Background {
    color: Lab,
    reach: f32,
}

/// The colour that the outermost cells agree on.
fn background(cells: &Cells) -> Option<Background> {
    let ring: Vec<Lab> = ring(cells.width, cells.height).map(|i| cells.lab[i]).collect();
    let color = [0, 1, 2].map(|channel| median(ring.iter().map(|lab| lab[channel]).collect()));
    let far: Vec<f32> = ring.iter().map(|lab| distance(*lab, color)).collect();
    let near = far.iter().filter(|d| **d < NEAR).count() as f32;
    if near < AGREEMENT * far.len() as f32 || median(far.clone()) > TIGHT {
        return None;
    }
    let noise = median(far.into_iter().filter(|d| *d < 0.06).collect());
    Some(Background { color, reach: (5.0 * noise).clamp(0.035, 0.09) })
}

/// The outermost cells.
pub(super) fn ring(width: usize, height: usize) -> impl Iterator<Item = usize> {
    (0..width * height).filter(move |i| {
        let (x, y) = (i % width, i / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    })
}

fn median(mut values: Vec<f32>) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
}

/// Floods the background from the border, then looks at the holes.
fn without(cells: &Cells, back: Background, holes: Holes) -> Vec<bool> {
    let far: Vec<f32> = cells.lab.iter().map(|lab| distance2(*lab, back.color)).collect();
    let mut opaque = vec![true; far.len()];
    let like = |reach: f32| -> Vec<bool> { far.iter().map(|d| *d < reach * reach).collect() };
    let outer = like(back.reach);
    for start in ring(cells.width, cells.height) {
        flood(&outer, &mut opaque, cells.width, start);
    }
    let inner = like(0.75 * back.reach);
    for start in (0..far.len()).filter(|_| holes != Holes::Keep) {
        let hole = flood(&inner, &mut opaque, cells.width, start);
        if holes == Holes::Auto && hole.len() <= DETAIL {
            hole.into_iter().for_each(|i| opaque[i] = true);
        }
    }
    opaque
}

/// Clears the cells connected with `start`, by their sides, that are like the background, and tells which these were.
fn flood(like: &[bool], opaque: &mut [bool], width: usize, start: usize) -> Vec<usize> {
    let mut left = vec![start];
    let mut cleared = Vec::new();
    while let Some(i) = left.pop() {
        if !like[i] || !std::mem::replace(&mut opaque[i], false) {
            continue;
        }
        cleared.push(i);
        let x = i % width;
        left.extend((x > 0).then(|| i - 1));
        left.extend((x + 1 < width).then_some(i + 1));
        left.extend(i.checked_sub(width));
        left.extend(Some(i + width).filter(|i| *i < like.len()));
    }
    cleared
}
