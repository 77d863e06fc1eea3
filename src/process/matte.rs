//! Matting: which cells are subject. It works on the logical picture, where a border's colour is one colour and not noise.

use crate::words::color::{Lab, distance};
use crate::words::recipe::{Holes, Matte, Recipe};

use super::even::{TOE, even};
use super::snap::{self, Cells};

/// A border has one colour if so many of its cells are so near to their median, and half of them even nearer..
const AGREEMENT: f32 = 0.75;
const NEAR: f32 = 0.045;
const TIGHT: f32 = 0.02;
/// .. or if nearly all are near enough: a background may be shaded.
const SHADED: f32 = 0.85;
const SHADE: f32 = 0.08;
/// In either case most neighbours on the border must be so alike; in a scene of low contrast they are not.
const SMOOTH: f32 = 0.04;
/// On black, what is so far away in even colours is subject: about level 4.
const BLACK: f32 = 0.022;
/// What takes one part in so many of two opposite sides crosses the picture.
const CROSSED: usize = 7;
/// The mean of a hole is at least so near to the background, or as near as three times its noise.
const EXACT: f32 = 0.012;
/// Shading leads from cell to cell by at most so much, and nowhere farther from the background than this.
const SLOPE: f32 = 0.03;
const FAR: f32 = 0.12;
/// Enclosed regions of at most so many cells are details of the subject, such as the glint of an eye ..
const DETAIL: usize = 4;
/// .. and up to so many if they have not the background's very colour: a highlight is smaller than what shading changes ..
const LARGE: usize = 24;
/// .. but nobody draws a glint in a key colour: where the background has at least this chroma, every hole is one.
const VIVID: f32 = 0.2;

/// For each cell whether it is opaque.
pub(super) fn matte(cells: &Cells, recipe: &Recipe) -> Vec<bool> {
    if cells.clear.contains(&true) {
        return cells.clear.iter().map(|clear| !clear).collect();
    }
    let opaque = vec![true; cells.lab.len()];
    match recipe.matte {
        Matte::None => opaque,
        Matte::Auto => {
            // On black, noise is even in even colours only; elsewhere these would bring a black outline near to a dark key.
            let evened = Cells { lab: cells.lab.iter().map(|lab| even(*lab)).collect(), ..cells.clone() };
            match background(&evened).filter(|back| back.color[0] < TOE) {
                Some(back) => without(&evened, Background { reach: BLACK, far: BLACK, ..back }, recipe.holes),
                None => background(cells).map_or(opaque, |back| without(cells, back, recipe.holes)),
            }
        }
    }
}

/// The background's colour and how far from it still counts.
struct Background {
    color: Lab,
    reach: f32,
    /// How far shading leads.
    far: f32,
    /// How far the mean of a hole may be from the colour.
    exact: f32,
}

/// The colour that the outermost cells agree on.
fn background(cells: &Cells) -> Option<Background> {
    let ring: Vec<Lab> = ring(cells.width, cells.height).map(|i| cells.lab[i]).collect();
    let color = [0, 1, 2].map(|channel| quantile(ring.iter().map(|lab| lab[channel]).collect(), 0.5));
    let far: Vec<f32> = ring.iter().map(|lab| distance(*lab, color)).collect();
    let share = |reach: f32| far.iter().filter(|d| **d < reach).count() as f32 / far.len() as f32;
    let agrees = share(NEAR) >= AGREEMENT && quantile(far.clone(), 0.5) <= TIGHT;
    let steps = ring.windows(2).map(|pair| distance(pair[0], pair[1])).collect();
    if !(agrees || share(SHADE) >= SHADED) || quantile(steps, 0.7) > SMOOTH {
        return None;
    }
    let touched: Vec<bool> = far.iter().map(|d| *d >= SHADE).collect();
    if crossed(cells, &touched) {
        return None;
    }
    let noise = quantile(far.into_iter().filter(|d| *d < 0.06).collect(), 0.5);
    Some(Background { color, reach: (5.0 * noise).clamp(0.035, 0.09), far: FAR, exact: (3.0 * noise).max(EXACT) })
}

/// Whether something lies on two opposite sides of the border, as a horizon does: that is a scene, whatever its sky.
fn crossed(cells: &Cells, touched: &[bool]) -> bool {
    let (width, height) = (cells.width, cells.height);
    let mut sides = [0; 4];
    for (i, _) in ring(width, height).zip(touched).filter(|(_, touched)| **touched) {
        let (x, y) = (i % width, i / width);
        let on = [x == 0, x + 1 == width, y == 0, y + 1 == height];
        sides.iter_mut().zip(on).for_each(|(side, on)| *side += usize::from(on));
    }
    let [left, right, top, bottom] = sides;
    let crosses = |one: usize, other: usize, length: usize| CROSSED * one.min(other) >= length;
    crosses(left, right, height) || crosses(top, bottom, width)
}

/// The outermost cells, once round.
pub(super) fn ring(width: usize, height: usize) -> impl Iterator<Item = usize> {
    let (right, bottom) = (width - 1, height - 1);
    let sides = (0..width).chain((1..height).map(move |y| y * width + right));
    let back = (0..right).rev().filter(move |_| bottom > 0).map(move |x| bottom * width + x);
    sides.chain(back).chain((1..bottom.max(1)).rev().filter(move |_| right > 0).map(move |y| y * width))
}

/// The value that a share of the values lies below.
fn quantile(mut values: Vec<f32>, share: f32) -> f32 {
    let place = ((values.len() as f32 * share) as usize).min(values.len().saturating_sub(1));
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(place, f32::total_cmp).1 }
}

/// Floods the background from the border, then looks at the holes.
fn without(cells: &Cells, back: Background, holes: Holes) -> Vec<bool> {
    let far: Vec<f32> = cells.lab.iter().map(|lab| distance(*lab, back.color)).collect();
    let mut opaque = vec![true; far.len()];
    let [_, a, b] = back.color;
    let vivid = a * a + b * b >= VIVID * VIVID;
    let slopes = |from: usize, to: usize| far[to] < back.far && distance(cells.lab[from], cells.lab[to]) < SLOPE;
    let outside = |from: usize, to: usize| far[to] < back.reach || slopes(from, to);
    for start in ring(cells.width, cells.height).filter(|i| far[*i] < back.reach) {
        flood(&mut opaque, cells.width, start, outside);
    }
    let inside = |_: usize, to: usize| far[to] < 0.75 * back.reach;
    for start in (0..far.len()).filter(|i| holes != Holes::Keep && inside(*i, *i)) {
        let hole = flood(&mut opaque, cells.width, start, inside);
        let mean = snap::mean(hole.iter().map(|i| &cells.lab[*i])).unwrap_or(back.color);
        let near = hole.len() > LARGE || distance(mean, back.color) <= back.exact;
        let detail = hole.len() <= DETAIL || !near;
        if holes == Holes::Auto && !vivid && detail {
            hole.into_iter().for_each(|i| opaque[i] = true);
        }
    }
    opaque
}

/// Clears the cells that are connected with `start` by their sides, where `joins` holds from one to the next; tells which.
fn flood(opaque: &mut [bool], width: usize, start: usize, joins: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut cleared = Vec::new();
    if std::mem::replace(&mut opaque[start], false) {
        cleared.push(start);
    }
    let mut next = 0;
    while let Some(&i) = cleared.get(next) {
        next += 1;
        let x = i % width;
        let sides = [(x > 0).then(|| i - 1), (x + 1 < width).then_some(i + 1), i.checked_sub(width), Some(i + width)];
        for side in sides.into_iter().flatten() {
            if opaque.get(side) == Some(&true) && joins(i, side) {
                opaque[side] = false;
                cleared.push(side);
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
        let count = width * height;
        Cells { width, height, lab: lab.collect(), spread: vec![0.0; count], clear: vec![false; count] }
    }

    fn matted(rows: &[&str], holes: Holes) -> String {
        let recipe = Recipe { holes, ..crate::process::tests::recipe() };
        matte(&cells(rows), &recipe).iter().map(|opaque| if *opaque { '#' } else { '.' }).collect()
    }

    #[test]
    fn the_ring_goes_round_once() {
        assert_eq!(ring(3, 3).collect::<Vec<_>>(), [0, 1, 2, 5, 8, 7, 6, 3]);
        for (width, height) in [(1, 1), (1, 4), (4, 1), (2, 2), (3, 2)] {
            let mut round: Vec<usize> = ring(width, height).collect();
            round.sort_unstable();
            assert_eq!(round, (0..width * height).collect::<Vec<_>>());
        }
    }

    #[test]
    fn holes_go_by_their_size() {
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
        let count = lab.len();
        let cells = Cells { width, height, lab, spread: vec![0.0; count], clear: vec![false; count] };
        matte(&cells, &crate::process::tests::recipe()).into_iter().filter(|opaque| *opaque).count()
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
    fn a_hole_has_the_colour_of_the_background_and_a_highlight_only_nearly() {
        let ring = |x: usize, y: usize, inner: Lab| match (x, y) {
            (8..12, 8..12) => inner,
            (5..15, 5..15) => [0.3, 0.1, 0.1],
            _ => SKY,
        };
        assert_eq!(opaque(20, 20, |x, y| ring(x, y, SKY)), 84);
        assert_eq!(opaque(20, 20, |x, y| ring(x, y, [0.82, -0.05, 0.02])), 100);
    }

    #[test]
    fn noise_on_black_leaves_no_specks() {
        let level = |x: usize, y: usize| {
            crate::words::color::Rgb([(x * 7 + y * 3) % 4, (x * 5 + y) % 3, (x + y * 11) % 4].map(|v| v as u8))
        };
        let figure = |x: usize, y: usize| (8..12).contains(&x) && (8..12).contains(&y);
        let color = |x, y| if figure(x, y) { [0.6, 0.1, 0.1] } else { crate::words::color::oklab(level(x, y)) };
        assert_eq!(opaque(24, 24, color), 16);
    }

    #[test]
    fn black_on_a_dark_key_stays() {
        let [key, black] =
            [[20, 20, 24], [1, 0, 0]].map(|color| crate::words::color::oklab(crate::words::color::Rgb(color)));
        assert_eq!(opaque(20, 20, |x, y| if (6..14).contains(&x) && (6..14).contains(&y) { black } else { key }), 64);
    }
}
