//! Matting: separates the subject from a uniform background.
//!
//! It works on cells, where a background is one colour instead of noise: it finds the colour that the border agrees on,
//! flood fills it from the border, then decides for every enclosed region of that colour whether it is a hole.
//! Distances are OKLab.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::words::color::{Lab, distance};
use crate::words::recipe::{Alpha, Holes, Matte, Recipe};

use super::ProcessError;
use super::cells::Cells;
use super::snap;
use super::toe::{TOE, toe_encode};

/// A border has one colour if this share of its cells is within `NEAR` of their median colour, and half of them within
/// `TIGHT`,
const AGREEMENT: f32 = 0.75;
const NEAR: f32 = 0.045;
const TIGHT: f32 = 0.02;
/// or if this share is within `SHADE`: the background may be shaded.
const SHADED: f32 = 0.85;
const SHADE: f32 = 0.08;
/// In either case 70 % of the neighbours along the border must differ by at most this; in low-contrast scenes they
/// differ more.
const SMOOTH: f32 = 0.04;
/// On a black background, cells farther than this in toe-coded colours are subject: about 8-bit level 4.
const BLACK: f32 = 0.022;
/// An object that covers at least 1/7 of two opposite sides spans the picture.
const SPAN: usize = 7;
/// The mean colour of a hole is within this of the background, or within three times the background's noise.
const EXACT: f32 = 0.012;
/// The flood follows shading: steps below `SLOPE` from cell to cell, up to `FAR` from the background colour.
const SLOPE: f32 = 0.03;
const FAR: f32 = 0.12;
/// Enclosed regions of at most this many cells are details of the subject, such as the glint of an eye,
const DETAIL: usize = 4;
/// and regions of at most this many cells if their mean colour differs from the background (highlights),
const LARGE: usize = 24;
/// unless the background has at least this chroma: artists do not draw details in a vivid key colour.
const VIVID: f32 = 0.2;

/// The masks of all frames: for each cell whether it is opaque.
pub(super) fn masks(cells: &[Cells], recipe: &Recipe) -> Result<Vec<Vec<bool>>, ProcessError> {
    let masks: Vec<Vec<bool>> = cells.par_iter().map(|cells| mask(cells, recipe)).collect();
    match masks.iter().flatten().any(|&opaque| opaque) {
        true => Ok(masks),
        false if cells.iter().all(|cells| !cells.clear.contains(&false)) => Err(ProcessError::Transparent),
        false => Err(ProcessError::Empty),
    }
}

fn mask(cells: &Cells, recipe: &Recipe) -> Vec<bool> {
    let soft = recipe.alpha != Alpha::Binary && cells.alpha.iter().any(|alpha| *alpha < 255);
    if soft || cells.clear.contains(&true) {
        return cells.clear.iter().map(|clear| !clear).collect();
    }
    let opaque = || vec![true; cells.len()];
    match recipe.matte {
        Matte::None => opaque(),
        Matte::Auto => {
            // On black, noise is uniform in toe-coded colours only. On a dark key these would bring a black outline too
            // near.
            let encoded = View { cells, table: cells.table().iter().map(|lab| toe_encode(*lab)).collect() };
            match background(&encoded).filter(|back| back.color[0] < TOE) {
                Some(back) => {
                    remove_background(&encoded, Background { reach: BLACK, far: BLACK, ..back }, recipe.holes)
                }
                None => {
                    let plain = View { cells, table: Cow::Borrowed(cells.table()) };
                    background(&plain).map_or_else(opaque, |back| remove_background(&plain, back, recipe.holes))
                }
            }
        }
    }
}

/// Cells with their colours as they are, or toe-coded.
struct View<'a> {
    cells: &'a Cells,
    table: Cow<'a, [Lab]>,
}

impl View<'_> {
    fn lab(&self, cell: usize) -> Lab {
        self.table[self.cells.slot(cell)]
    }

    fn size(&self) -> [usize; 2] {
        [self.cells.width, self.cells.height]
    }
}

/// The background: its colour and the distances from it that belong to it.
struct Background {
    color: Lab,
    /// Cells within this distance are background.
    reach: f32,
    /// The flood follows shading up to this distance.
    far: f32,
    /// The largest distance of the mean colour of a small hole.
    exact: f32,
}

/// The colour that the border cells agree on; `None` if they do not, or if an object spans the picture.
fn background(cells: &View<'_>) -> Option<Background> {
    let [width, height] = cells.size();
    let rim: Vec<Lab> = border(width, height).map(|i| cells.lab(i)).collect();
    let color = [0, 1, 2].map(|channel| quantile(rim.iter().map(|lab| lab[channel]).collect(), 0.5));
    let far: Vec<f32> = rim.iter().map(|lab| distance(*lab, color)).collect();
    let share = |reach: f32| far.iter().filter(|d| **d < reach).count() as f32 / far.len() as f32;
    let agrees = share(NEAR) >= AGREEMENT && quantile(far.clone(), 0.5) <= TIGHT;
    let steps = rim.windows(2).map(|pair| distance(pair[0], pair[1])).collect();
    if !(agrees || share(SHADE) >= SHADED) || quantile(steps, 0.7) > SMOOTH {
        return None;
    }
    let covered: Vec<bool> = far.iter().map(|d| *d >= SHADE).collect();
    if spans([width, height], &covered) {
        return None;
    }
    let noise = quantile(far.into_iter().filter(|d| *d < 0.06).collect(), 0.5);
    Some(Background { color, reach: (5.0 * noise).clamp(0.035, 0.09), far: FAR, exact: (3.0 * noise).max(EXACT) })
}

/// Whether an object covers parts of two opposite sides, as a horizon does. Such a picture is a scene, whatever its
/// sky.
fn spans([width, height]: [usize; 2], covered: &[bool]) -> bool {
    let mut sides = [0; 4];
    for (i, _) in border(width, height).zip(covered).filter(|(_, covered)| **covered) {
        let (x, y) = (i % width, i / width);
        let on = [x == 0, x + 1 == width, y == 0, y + 1 == height];
        sides.iter_mut().zip(on).for_each(|(side, on)| *side += usize::from(on));
    }
    let [left, right, top, bottom] = sides;
    let spans = |one: usize, other: usize, length: usize| SPAN * one.min(other) >= length;
    spans(left, right, height) || spans(top, bottom, width)
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

/// Flood fills the background from the border, then removes the holes.
fn remove_background(cells: &View<'_>, back: Background, holes: Holes) -> Vec<bool> {
    let ([width, height], count) = (cells.size(), cells.cells.len());
    let by_color: Vec<f32> = cells.table.iter().map(|lab| distance(*lab, back.color)).collect();
    let far = |cell: usize| by_color[cells.cells.slot(cell)];
    let mut opaque = vec![true; count];
    let [_, a, b] = back.color;
    let vivid = a * a + b * b >= VIVID * VIVID;
    let slopes = |from: usize, to: usize| far(to) < back.far && distance(cells.lab(from), cells.lab(to)) < SLOPE;
    let outside = |from: usize, to: usize| far(to) < back.reach || slopes(from, to);
    for start in border(width, height).filter(|i| far(*i) < back.reach) {
        flood(&mut opaque, width, start, outside);
    }
    let inside = |_: usize, to: usize| far(to) < 0.75 * back.reach;
    for start in (0..count).filter(|i| holes != Holes::Keep && inside(*i, *i)) {
        let hole = flood(&mut opaque, width, start, inside);
        let colors: Vec<Lab> = hole.iter().map(|i| cells.lab(*i as usize)).collect();
        let mean = snap::mean(colors.iter()).unwrap_or(back.color);
        let near = hole.len() > LARGE || distance(mean, back.color) <= back.exact;
        let detail = hole.len() <= DETAIL || !near;
        if holes == Holes::Auto && !vivid && detail {
            hole.into_iter().for_each(|i| opaque[i as usize] = true);
        }
    }
    opaque
}

/// Flood fill with 4-connectivity from `start`: clears the opaque cells for which `joins(from, to)` holds, and returns
/// them. There are fewer cells than a `u32` counts.
fn flood(opaque: &mut [bool], width: usize, start: usize, joins: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut cleared = Vec::new();
    if std::mem::replace(&mut opaque[start], false) {
        cleared.push(start as u32);
    }
    let mut next = 0;
    while let Some(&i) = cleared.get(next) {
        next += 1;
        let i = i as usize;
        let x = i % width;
        let neighbors =
            [(x > 0).then(|| i - 1), (x + 1 < width).then_some(i + 1), i.checked_sub(width), Some(i + width)];
        for side in neighbors.into_iter().flatten() {
            if opaque.get(side) == Some(&true) && joins(i, side) {
                opaque[side] = false;
                cleared.push(side as u32);
            }
        }
    }
    cleared
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `#` is subject, `.` and `,` are background of two shades.
    fn cells(rows: &[&str]) -> Cells {
        let lab = rows.iter().flat_map(|row| row.bytes()).map(|c| match c {
            b'#' => [0.3, 0.1, 0.1],
            b',' => [0.87, 0.0, 0.0],
            _ => [0.9, 0.0, 0.0],
        });
        let (width, height) = (rows[0].len(), rows.len());
        Cells::mixed(width, height, lab.collect())
    }

    fn matted(rows: &[&str], holes: Holes) -> String {
        let recipe = Recipe { holes, ..crate::process::tests::recipe() };
        mask(&cells(rows), &recipe).iter().map(|opaque| if *opaque { '#' } else { '.' }).collect()
    }

    #[test]
    fn the_border_is_walked_once() {
        assert_eq!(border(3, 3).collect::<Vec<_>>(), [0, 1, 2, 5, 8, 7, 6, 3]);
        for (width, height) in [(1, 1), (1, 4), (4, 1), (2, 2), (3, 2)] {
            let mut all: Vec<usize> = border(width, height).collect();
            all.sort_unstable();
            assert_eq!(all, (0..width * height).collect::<Vec<_>>());
        }
    }

    #[test]
    fn small_holes_stay_and_large_ones_go() {
        let rows = ["..........", ".########.", ".#.##...#.", ".####...#.", ".########.", ",,,,,,,,,."];
        let (keep, auto, cut) = (matted(&rows, Holes::Keep), matted(&rows, Holes::Auto), matted(&rows, Holes::Cut));
        let count = |text: &str| text.matches('#').count();
        assert_eq!([count(&keep), count(&auto), count(&cut)], [32, 26, 25]);
    }

    #[test]
    fn a_border_of_many_colours_is_a_scene() {
        assert_eq!(matted(&["#.#.#.", ".#.#.#", "#.#.#."], Holes::Auto), "#".repeat(18));
    }

    fn opaque(width: usize, height: usize, color: impl Fn(usize, usize) -> Lab) -> usize {
        let lab: Vec<Lab> = (0..width * height).map(|i| color(i % width, i / width)).collect();
        let cells = Cells::mixed(width, height, lab);
        mask(&cells, &crate::process::tests::recipe()).into_iter().filter(|opaque| *opaque).count()
    }

    const SKY: Lab = [0.8, -0.05, 0.02];

    #[test]
    fn a_horizon_makes_a_scene() {
        let sea = |y: usize| if (10..14).contains(&y) { [0.5, -0.05, -0.03] } else { SKY };
        assert_eq!(opaque(20, 20, |_, y| sea(y)), 400);
        let bar = |x: usize, y: usize| if x < 12 { sea(y) } else { SKY };
        assert_eq!(opaque(20, 20, bar), 48);
    }

    #[test]
    fn a_highlight_close_to_the_background_colour_is_no_hole() {
        let frame = |x: usize, y: usize, inner: Lab| match (x, y) {
            (8..12, 8..12) => inner,
            (5..15, 5..15) => [0.3, 0.1, 0.1],
            _ => SKY,
        };
        assert_eq!(opaque(20, 20, |x, y| frame(x, y, SKY)), 84);
        assert_eq!(opaque(20, 20, |x, y| frame(x, y, [0.82, -0.05, 0.02])), 100);
    }

    #[test]
    fn noise_on_black_leaves_no_specks() {
        let level = |x: usize, y: usize| {
            crate::words::color::Rgb([(x * 7 + y * 3) % 4, (x * 5 + y) % 3, (x + y * 11) % 4].map(|v| v as u8))
        };
        let subject = |x: usize, y: usize| (8..12).contains(&x) && (8..12).contains(&y);
        let color = |x, y| if subject(x, y) { [0.6, 0.1, 0.1] } else { crate::words::color::oklab(level(x, y)) };
        assert_eq!(opaque(24, 24, color), 16);
    }

    #[test]
    fn black_on_a_dark_key_stays() {
        let [key, black] =
            [[20, 20, 24], [1, 0, 0]].map(|color| crate::words::color::oklab(crate::words::color::Rgb(color)));
        assert_eq!(opaque(20, 20, |x, y| if (6..14).contains(&x) && (6..14).contains(&y) { black } else { key }), 64);
    }
}
