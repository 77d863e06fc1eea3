//! Reduction along one axis by less than a whole factor: which neighbouring columns become one, and which of their
//! pixels each row keeps.
//!
//! As in seam carving (Avidan and Shamir 2007), columns go where this loses least, but whole columns go, so that straight
//! edges stay straight; dynamic programming finds the best set. A column is chosen for each block, and a row departs
//! from it where a run of pixels would vanish that is worth more, such as an outline, an eye or a gap.

use crate::process::picture::{CLEAR, Picture};
use crate::words::color::{Lab, distance};

/// The OKLab distance between a colour and transparency.
const CLEAR_DISTANCE: f32 = 0.5;
/// The loss of a pixel of a run that goes on elsewhere, relative to that of a run that vanishes.
const SHORTENED: f32 = 0.25;
/// The loss per row of a line that is a pixel off its even position; it grows with the square of the distance.
const UNEVEN: f32 = 0.1;
/// How far lines may be off their even positions.
const OFF: f32 = 2.5;

/// Pictures with fewer columns.
pub(super) struct Squeezed {
    pub pictures: Vec<Picture>,
    /// The first column of every block, and the end.
    pub lines: Vec<usize>,
}

/// Merges the columns of pictures into so many blocks, at most as many as there are columns. `class` tells for every
/// index which of them look alike. The blocks of symmetric pictures are symmetric.
pub(super) fn squeezed(pictures: &[Picture], labs: &[Lab], class: &[u16], blocks: usize, symmetric: bool) -> Squeezed {
    let width = pictures.first().map_or(0, |picture| picture.width);
    let rows: Vec<Row> = pictures.iter().flat_map(|picture| rows(picture, labs, class)).collect();
    let columns = Columns { rows, width, symmetric, longest: width.div_ceil(blocks) + 1 };
    let costs = columns.costs();
    let lines = columns.lines(&costs, blocks);
    let kept = |block: &[usize]| costs[block[0]][block[1] - block[0] - 1].column;
    let columns_kept: Vec<usize> = lines.windows(2).map(kept).collect();
    let mut rows = columns.rows.iter();
    let squeezed = |picture: &Picture| {
        let mut pixels = Vec::with_capacity(blocks * picture.height);
        for (row, own) in rows.by_ref().take(picture.height).zip(picture.pixels.chunks(width)) {
            let blocks = lines.windows(2).zip(&columns_kept);
            pixels.extend(blocks.map(|(block, &column)| own[row.kept(block[0], block[1], column).0]));
        }
        Picture { width: blocks, height: picture.height, pixels }
    };
    Squeezed { pictures: pictures.iter().map(squeezed).collect(), lines }
}

/// A row of a picture as runs of colours that look alike.
struct Row {
    /// For every column its run.
    run: Vec<usize>,
    runs: Vec<Run>,
}

struct Run {
    first: usize,
    end: usize,
    /// The OKLab distance to the nearer of the runs beside it.
    contrast: f32,
    /// It goes on outside the picture.
    endless: bool,
}

fn rows(picture: &Picture, labs: &[Lab], class: &[u16]) -> Vec<Row> {
    let of = |index: u16| if index == CLEAR { CLEAR } else { class[usize::from(index)] };
    let far = |a: u16, b: u16| match (labs.get(usize::from(a)), labs.get(usize::from(b))) {
        (Some(a), Some(b)) => distance(*a, *b),
        (None, None) => 0.0,
        _ => CLEAR_DISTANCE,
    };
    let row = |pixels: &[u16]| {
        let classes: Vec<u16> = pixels.iter().map(|index| of(*index)).collect();
        let (mut run, mut runs, mut first) = (Vec::with_capacity(classes.len()), Vec::new(), 0);
        for same in classes.chunk_by(|a, b| a == b) {
            let end = first + same.len();
            let beside = |at: Option<usize>| far(same[0], at.and_then(|at| classes.get(at)).copied().unwrap_or(CLEAR));
            let contrast = beside(first.checked_sub(1)).min(beside(Some(end)));
            let endless = same[0] == CLEAR && (first == 0 || end == classes.len());
            run.extend(same.iter().map(|_| runs.len()));
            runs.push(Run { first, end, contrast, endless });
            first = end;
        }
        Row { run, runs }
    };
    picture.pixels.chunks(picture.width.max(1)).map(row).collect()
}

impl Row {
    /// The column that a block keeps in this row if `column` is the block's own, and what the others lose.
    fn kept(&self, from: usize, to: usize, column: usize) -> (usize, f32) {
        let own = self.run[column];
        let (mut best, mut all) = ((own, self.runs[own].loss(from, to)), 0.0);
        for run in self.run[from]..=self.run[to - 1] {
            let loss = self.runs[run].loss(from, to);
            all += loss;
            if self.runs[run].vanishes(from, to) && loss > best.1 {
                best = (run, loss);
            }
        }
        let run = &self.runs[best.0];
        (column.clamp(run.first.max(from), run.end.min(to) - 1), all - best.1 + run.shortened(from, to))
    }
}

impl Run {
    fn within(&self, from: usize, to: usize) -> usize {
        self.end.min(to) - self.first.max(from)
    }

    fn vanishes(&self, from: usize, to: usize) -> bool {
        self.first >= from && self.end <= to && !self.endless
    }

    /// What is lost without its pixels in a block.
    fn loss(&self, from: usize, to: usize) -> f32 {
        let lost = self.within(from, to) as f32;
        match self.vanishes(from, to) {
            true => self.contrast * lost,
            false if self.endless => 0.0,
            false => SHORTENED * self.contrast * lost / (self.end - self.first) as f32,
        }
    }

    /// What is lost if its pixels in a block become one.
    fn shortened(&self, from: usize, to: usize) -> f32 {
        let lost = (self.within(from, to) - 1) as f32;
        if self.endless { 0.0 } else { SHORTENED * self.contrast * lost / (self.end - self.first) as f32 }
    }
}

/// All rows of some pictures, whose columns become blocks.
struct Columns {
    rows: Vec<Row>,
    width: usize,
    symmetric: bool,
    /// The most columns of a block.
    longest: usize,
}

/// What a block loses, and the column that it keeps.
#[derive(Clone, Copy)]
struct Cost {
    loss: f32,
    column: usize,
}

impl Columns {
    /// The costs of all blocks by their first column and their length less one.
    fn costs(&self) -> Vec<Vec<Cost>> {
        let block = |from: usize, length: usize| self.cost(from, from + length);
        let of = |from: usize| (1..=self.longest.min(self.width - from)).map(|length| block(from, length)).collect();
        (0..self.width).map(of).collect()
    }

    /// The cost of a block of these columns; of symmetric pictures, the mean of both sides.
    fn cost(&self, from: usize, to: usize) -> Cost {
        let mut columns: Vec<usize> = (from..to).collect();
        columns.sort_by_key(|column| (2 * column + 1).abs_diff(self.width));
        let loss = |column: usize| {
            let own: f32 = self.rows.iter().map(|row| row.kept(from, to, column).1).sum();
            if !self.symmetric {
                return own;
            }
            let (from, to, column) = (self.width - to, self.width - from, self.width - 1 - column);
            let other: f32 = self.rows.iter().map(|row| row.kept(from, to, column).1).sum();
            (own + other) / 2.0
        };
        let costs = columns.into_iter().map(|column| Cost { loss: loss(column), column });
        costs.reduce(|a, b| if b.loss < a.loss { b } else { a }).unwrap_or(Cost { loss: 0.0, column: from })
    }

    /// The lines between the blocks that lose least.
    fn lines(&self, costs: &[Vec<Cost>], blocks: usize) -> Vec<usize> {
        let mirrored = |half: Vec<usize>| -> Vec<usize> {
            let other = half.iter().rev().map(|line| self.width - line);
            let mut lines: Vec<usize> = half.iter().copied().chain(other).collect();
            lines.dedup();
            lines
        };
        if !self.symmetric || (self.width % 2 == 1 && blocks % 2 == 0) {
            return self
                .path(costs, blocks, self.width, blocks)
                .map_or_else(|| (0..=blocks).collect(), |(_, path)| path);
        }
        if blocks % 2 == 0 {
            let half = self.path(costs, blocks / 2, self.width / 2, blocks);
            return half.map_or_else(|| (0..=blocks).collect(), |(_, half)| mirrored(half));
        }
        let middle = (1..=self.longest.min(self.width)).filter(|length| length % 2 == self.width % 2);
        let with = |length: usize| {
            let side = (self.width - length) / 2;
            let (loss, half) = self.path(costs, blocks / 2, side, blocks)?;
            Some((2.0 * loss + costs[side][length - 1].loss, half))
        };
        let best = middle.filter_map(with).reduce(|a, b| if b.0 < a.0 { b } else { a });
        best.map_or_else(|| (0..=blocks).collect(), |(_, half)| mirrored(half))
    }

    /// The lines of the first `blocks` of `all` blocks that cover the first `width` columns and lose least: dynamic
    /// programming over the lines.
    fn path(&self, costs: &[Vec<Cost>], blocks: usize, width: usize, all: usize) -> Option<(f32, Vec<usize>)> {
        let uneven = UNEVEN * self.rows.len() as f32;
        let mut best = vec![vec![(f32::INFINITY, 0usize); width + 1]; blocks + 1];
        best[0][0] = (0.0, 0);
        for i in 1..=blocks {
            let even = (i * self.width) as f32 / all as f32;
            let (low, high) = ((even - OFF).max(i as f32) as usize, ((even + OFF) as usize).min(width));
            for at in low..=high {
                let off = at as f32 - even;
                for length in 1..=self.longest.min(at) {
                    let before = best[i - 1][at - length].0;
                    let loss = before + costs[at - length][length - 1].loss + uneven * off * off;
                    if loss < best[i][at].0 {
                        best[i][at] = (loss, length);
                    }
                }
            }
        }
        let loss = best[blocks][width].0;
        let mut lines = vec![width];
        for i in (1..=blocks).rev() {
            let at = lines[lines.len() - 1];
            lines.push(at - best[i][at].1);
        }
        lines.reverse();
        loss.is_finite().then_some((loss, lines))
    }
}
