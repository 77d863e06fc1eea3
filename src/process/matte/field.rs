//! The ground as a field: it is followed from cell to cell, so that it may carry a vignette, a glow or a shadow.
//!
//! All sums are of integers, and cells join in rounds, so that the result does not depend on a direction.

use std::collections::BTreeSet;

use super::View;
use crate::words::color::{Lab, distance};

/// Half the side of the window over which the ground is averaged.
const WINDOW: usize = 2;
/// A step between cells is at most so many times the spread of their samples where a slope goes through both. Of a linear
/// slope, whose samples are those of the inner half of a cell, it is 8 times the spread.
const SLOPE: f32 = 8.0;
/// Colours as integers, so that their sums are exact.
const UNIT: f32 = 65_536.0;

/// The sum of some colours, exact in any order.
#[derive(Clone, Copy, Default)]
struct Sum {
    color: [i64; 3],
    count: i64,
}

impl Sum {
    fn add(&mut self, color: Lab) {
        self.color.iter_mut().zip(color).for_each(|(sum, value)| *sum += (value * UNIT) as i64);
        self.count += 1;
    }

    fn mean(self) -> Option<Lab> {
        (self.count > 0).then(|| self.color.map(|sum| sum as f32 / self.count as f32 / UNIT))
    }
}

/// Region growing (R. Adams, L. Bischof, *Seeded region growing*, 1994) from the seeds: a cell joins if it differs by
/// less than `link` from a cell of the region beside it, or from the mean of the region around it, and by less than
/// `far` from `color`.
pub(super) fn grow(view: &View<'_>, seeds: &[usize], color: Lab, [link, far]: [f32; 2]) -> Vec<bool> {
    let mut region = vec![false; view.len()];
    seeds.iter().for_each(|seed| region[*seed] = true);
    let mut rim = seeds.to_vec();
    let mut tried = vec![u32::MAX; view.len()];
    for round in 0.. {
        let mut joined = Vec::new();
        for cell in rim.iter().flat_map(|cell| view.beside(*cell)) {
            // Each cell is judged once a round.
            if region[cell] || std::mem::replace(&mut tried[cell], round) == round {
                continue;
            }
            let lab = view.lab(cell);
            let near = |cell: usize| region[cell] && distance(view.lab(cell), lab) < link;
            let joins = || {
                view.beside(cell).any(near) || mean(view, &region, cell).is_some_and(|mean| distance(mean, lab) < link)
            };
            if distance(lab, color) < far && joins() {
                joined.push(cell);
            }
        }
        if joined.is_empty() {
            break;
        }
        joined.iter().for_each(|cell| region[*cell] = true);
        rim = joined;
    }
    region
}

/// Region growing over a slope: a cell joins if it `may`, and if its step from a cell of the region beside it is as small as
/// what goes on within both. Cells that were drawn are flat, whatever the step between them. Whether any cell joined.
pub(super) fn follow(view: &View<'_>, region: &mut [bool], least: f32, may: impl Fn(Lab) -> bool) -> bool {
    let mut rim: Vec<usize> = (0..view.len()).filter(|cell| region[*cell]).collect();
    for round in 0.. {
        let joins = |from: usize, to: usize| {
            let spread = view.cells.spread(from).min(view.cells.spread(to));
            let slopes = view.cells.spread(to) > least && distance(view.lab(from), view.lab(to)) < SLOPE * spread;
            !region[to] && slopes && may(view.lab(to))
        };
        let beside = rim.iter().flat_map(|from| view.beside(*from).filter(|to| joins(*from, *to)));
        let joined: BTreeSet<usize> = beside.collect();
        if joined.is_empty() {
            return round > 0;
        }
        joined.iter().for_each(|cell| region[*cell] = true);
        rim = joined.into_iter().collect();
    }
    false
}

/// The mean colour of the region's cells in the window around a cell.
fn mean(view: &View<'_>, region: &[bool], cell: usize) -> Option<Lab> {
    let ([width, height], [x, y]) = (view.size(), view.place(cell));
    let mut sum = Sum::default();
    for y in y.saturating_sub(WINDOW)..(y + WINDOW + 1).min(height) {
        for x in x.saturating_sub(WINDOW)..(x + WINDOW + 1).min(width) {
            if region[y * width + x] {
                sum.add(view.lab(y * width + x));
            }
        }
    }
    sum.mean()
}

/// The colour that the ground has, or would have, at every cell: the mean around it on the ground; elsewhere what the
/// nearest ground has. With it the distance of every cell from the ground, in steps from cell to cell.
pub(super) fn extended(view: &View<'_>, region: &[bool]) -> (Vec<Lab>, Vec<u32>) {
    let mut depth = vec![0; view.len()];
    let mut field = vec![[0.0; 3]; view.len()];
    let mut known = region.to_vec();
    let mut rim: Vec<usize> = (0..view.len()).filter(|cell| region[*cell]).collect();
    for cell in &rim {
        field[*cell] = mean(view, region, *cell).unwrap_or_default();
    }
    for steps in 1.. {
        let mut next: Vec<usize> =
            rim.iter().flat_map(|cell| view.beside(*cell)).filter(|cell| !known[*cell]).collect();
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            break;
        }
        for cell in &next {
            let mut sum = Sum::default();
            view.beside(*cell).filter(|cell| known[*cell]).for_each(|cell| sum.add(field[cell]));
            field[*cell] = sum.mean().unwrap_or_default();
        }
        next.iter().for_each(|cell| (known[*cell], depth[*cell]) = (true, steps));
        rim = next;
    }
    (field, depth)
}
