//! Places objects with lattices of their own on one sheet of cells.

use crate::process::canvas::Canvas;
use crate::words::raw::Raw;

use super::super::{Grid, straight};
use super::{Part, Sheet};

/// The least number of cells between two objects.
const GAP: usize = 1;
/// Objects of one size are in one row (column) if they share at least this part of it.
const SHARED: f64 = 0.75;

/// The grid of sheets with these parts, each with the frame that it belongs to. `voted` has the pitch and the
/// confidence.
pub(super) fn placed(canvases: &[Canvas<'_>], voted: &Grid, bare: Vec<Raw>, parts: Vec<(usize, Part)>) -> Grid {
    let mut sheets: Vec<Sheet> = bare.into_iter().map(|ground| Sheet { ground, parts: Vec::new() }).collect();
    for (frame, part) in parts {
        sheets[frame].parts.push(part);
    }
    let mut cells = [0, 1].map(|axis| {
        let length = |canvas: &Canvas<'_>| [canvas.width, canvas.height][axis] as f64;
        canvases.iter().map(|canvas| ((length(canvas) / voted.pitch[axis] + 0.5) as usize).max(1)).collect::<Vec<_>>()
    });
    for (frame, sheet) in sheets.iter_mut().enumerate() {
        for axis in [0, 1] {
            cells[axis][frame] = place(&mut sheet.parts, axis, voted.pitch[axis], cells[axis][frame]);
        }
    }
    let lines = |frame: usize| {
        [0, 1].map(|axis| {
            let (length, count) = ([canvases[frame].width, canvases[frame].height][axis] as f64, cells[axis][frame]);
            (1..count).map(|i| length * i as f64 / count as f64).collect()
        })
    };
    let lines = (0..canvases.len()).map(lines).collect();
    let warps = straight(canvases);
    Grid { pitch: voted.pitch, lines, warps, confidence: voted.confidence, finished: false, sheets }
}

/// Places parts along an axis of `cells` cells: as near to their place on the raw as whole cells allow, in their order,
/// without overlaps. Returns the number of cells, which grows if they do not fit.
///
/// Objects of one height beside each other share their rows, and objects of one width above each other their columns:
/// they are frames of a sheet.
fn place(parts: &mut [Part], axis: usize, pitch: f64, mut cells: usize) -> usize {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let [spans, others] = [axis, 1 - axis].map(|axis| parts.iter().map(|part| part.span(axis)).collect::<Vec<_>>());
    order.sort_by(|&a, &b| spans[a][0].total_cmp(&spans[b][0]).then(a.cmp(&b)));
    let length = |part: usize| parts[part].body[axis].len();
    let middles: Vec<f64> = spans.iter().map(|[from, to]| (from + to) / 2.0 / pitch).collect();
    let ideal = |part: usize| {
        let row = (0..parts.len()).filter(|&other| length(other) == length(part) && shares(spans[part], spans[other]));
        let (count, sum) = row.fold((0.0, 0.0), |(count, sum), other| (count + 1.0, sum + middles[other]));
        (sum / count - length(part) as f64 / 2.0 + 0.5).max(0.0) as usize
    };
    // Objects beside each other that share rows (columns) keep their order along this axis.
    let precedes =
        |a: usize, b: usize| spans[a][1] <= spans[b][0] && others[a][0] < others[b][1] && others[b][0] < others[a][1];
    let mut starts = vec![0; parts.len()];
    for (i, &part) in order.iter().enumerate() {
        let before = order[..i].iter().filter(|&&other| precedes(other, part));
        starts[part] = before.map(|&other| starts[other] + length(other) + GAP).fold(ideal(part), usize::max);
    }
    // What exceeds the sheet moves back as far as the objects before it leave room.
    let mut least = vec![0; parts.len()];
    for (i, &part) in order.iter().enumerate() {
        let before = order[..i].iter().filter(|&&other| precedes(other, part));
        least[part] = before.map(|&other| least[other] + length(other) + GAP).max().unwrap_or(0);
        cells = cells.max(least[part] + length(part));
    }
    for (i, &part) in order.iter().enumerate().rev() {
        let after = order[i + 1..].iter().filter(|&&other| precedes(part, other));
        let most = after.map(|&other| starts[other] - GAP.min(starts[other])).fold(cells, usize::min);
        starts[part] = starts[part].min(most.saturating_sub(length(part))).max(least[part]);
    }
    for (part, start) in parts.iter_mut().zip(starts) {
        part.at[axis] = start;
    }
    cells
}

/// Whether two spans overlap for the most part.
fn shares(a: [f64; 2], b: [f64; 2]) -> bool {
    let overlap = a[1].min(b[1]) - a[0].max(b[0]);
    overlap >= SHARED * (a[1] - a[0]).min(b[1] - b[0])
}

impl Part {
    /// Where the object begins and ends along an axis of the whole raw, in pixels.
    fn span(&self, axis: usize) -> [f64; 2] {
        [self.body[axis].start, self.body[axis].end].map(|i| self.origin[axis] as f64 + self.edge(axis, i))
    }
}
