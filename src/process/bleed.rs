//! Chroma bleeding: models and codecs store colour more coarsely than brightness (a VAE, or 4:2:0 subsampling), so that the
//! hue of a strongly coloured cell seeps into the cells beside it, most of all that of a key into the outline. Brightness
//! stays. It is taken back out before colours are chosen.
//!
//! Colours are in Y'CbCr (ITU-T T.871, the matrix of JPEG): of neighbouring cells of one material, Y' is equal, and their
//! chroma differs by what bleeds in from around each.

use crate::words::color::{Rgb, from_oklab, oklab};

use super::cells::Cells;
use super::picture::{NEIGHBORS_4, offset};

/// The least distance of the chroma of cells between which bleeding is seen, in levels of 8 bits.
const APART: f32 = 30.0;
/// Cells of one material differ in brightness by at most this, in levels.
const ALIKE: f32 = 6.0;
/// The least difference of what surrounds two cells of one material that says how much bleeds, in levels.
const TELLING: f32 = 60.0;
/// The least number of such pairs.
const FEW: usize = 40;
/// The least share that is taken back: less is noise. The largest: more is no bleeding.
const LEAST: f32 = 0.01;
const MOST: f32 = 0.2;

/// A channel within this many levels of its limit is at it.
const CUT: u8 = 2;

/// A colour in Y'CbCr, in levels; its chroma is around 0.
type Ycc = [f32; 3];

fn ycc(Rgb(rgb): Rgb) -> Ycc {
    let [r, g, b] = rgb.map(f32::from);
    [
        0.299 * r + 0.587 * g + 0.114 * b,
        -0.168_736 * r - 0.331_264 * g + 0.5 * b,
        0.5 * r - 0.418_688 * g - 0.081_312 * b,
    ]
}

/// A colour without what bled into its chroma. A channel that bleeding drove to its limit was cut off there: it is taken to
/// have been there before.
fn without(Rgb(rgb): Rgb, [cb, cr]: [f32; 2]) -> Rgb {
    let bled = [1.402 * cr, -0.344_136 * cb - 0.714_136 * cr, 1.772 * cb];
    let channel = |value: u8, bled: f32| {
        let is_cut = value <= CUT && bled < 0.0 || value >= u8::MAX - CUT && bled > 0.0;
        if is_cut { value } else { (f32::from(value) - bled + 0.5).clamp(0.0, 255.0) as u8 }
    };
    Rgb([0, 1, 2].map(|i| channel(rgb[i], bled[i])))
}

/// Whether a channel is at its limit, so that less than what bled into it is seen.
fn is_cut(Rgb(rgb): Rgb) -> bool {
    rgb.iter().any(|value| !(CUT + 1..u8::MAX - CUT).contains(value))
}

/// Takes the bleeding back out of the opaque cells of a group. Cells without noise do not bleed.
pub(super) fn removed(cells: &mut [Cells], opaque: &[Vec<bool>]) {
    if cells.iter().all(Cells::is_uniform) {
        return;
    }
    let frames: Vec<Frame> = cells.iter().zip(opaque).map(|(cells, opaque)| Frame::of(cells, opaque)).collect();
    let Some(share) = share(&frames) else { return };
    for (cells, frame) in cells.iter_mut().zip(&frames) {
        for (cell, pull) in frame.pulls.iter().enumerate() {
            if *pull != [0.0; 2] {
                let color = without(from_oklab(cells.lab(cell)), pull.map(|pull| share * pull));
                cells.set(cell, oklab(color));
            }
        }
    }
}

/// The cells of one picture.
struct Frame<'a> {
    size: [usize; 2],
    colors: Vec<Ycc>,
    /// For each cell, whether [`is_cut`].
    cut: Vec<bool>,
    /// For each opaque cell, the sum of the differences of chroma to those neighbours that are far from it.
    pulls: Vec<[f32; 2]>,
    opaque: &'a [bool],
}

impl<'a> Frame<'a> {
    fn of(cells: &Cells, opaque: &'a [bool]) -> Self {
        let size = [cells.width, cells.height];
        let mut frame = Self { size, colors: Vec::new(), cut: Vec::new(), pulls: Vec::new(), opaque };
        // Of the ground only what is beside the subject is looked at.
        let is_near = |cell: usize| {
            opaque[cell] || NEIGHBORS_4.iter().filter_map(|by| frame.beside(cell, *by)).any(|other| opaque[other])
        };
        let color = |cell: usize| if is_near(cell) { from_oklab(cells.lab(cell)) } else { Rgb([0; 3]) };
        let (colors, cut) = (0..cells.len()).map(color).map(|color| (ycc(color), is_cut(color))).unzip();
        (frame.colors, frame.cut) = (colors, cut);
        let pull = |cell: usize| {
            let beside =
                NEIGHBORS_4.iter().filter_map(|by| frame.beside(cell, *by)).filter(|other| !cells.clear[*other]);
            let far = beside.map(|other| difference(frame.colors[other], frame.colors[cell]));
            far.filter(|[b, r]| b * b + r * r > APART * APART)
                .fold([0.0; 2], |sum, far| [sum[0] + far[0], sum[1] + far[1]])
        };
        frame.pulls = (0..cells.len()).map(|cell| if opaque[cell] { pull(cell) } else { [0.0; 2] }).collect();
        frame
    }

    fn beside(&self, cell: usize, (dx, dy): (isize, isize)) -> Option<usize> {
        let [x, y] = [cell % self.size[0], cell / self.size[0]].map(|at| at as isize);
        offset(self.size, x + dx, y + dy)
    }

    /// What pairs of neighbours of one material say of the share that bleeds, each with whether a channel was cut off.
    fn shares(&self) -> impl Iterator<Item = (f32, bool)> {
        let pairs = (0..self.colors.len()).flat_map(move |cell| {
            [(1, 0), (0, 1), (1, 1), (-1, 1)].into_iter().filter_map(move |by| Some((cell, self.beside(cell, by)?)))
        });
        pairs.filter(|(one, other)| self.opaque[*one] && self.opaque[*other]).filter_map(|(one, other)| {
            let (a, b) = (self.colors[one], self.colors[other]);
            let [u, v] = difference(a, b);
            let [p, q] = [0, 1].map(|i| self.pulls[one][i] - self.pulls[other][i]);
            let length = p * p + q * q;
            let alike = (a[0] - b[0]).abs() <= ALIKE && u * u + v * v <= APART * APART;
            let cut = self.cut[one] || self.cut[other];
            (alike && length >= TELLING * TELLING).then(|| ((u * p + v * q) / length, cut))
        })
    }
}

fn difference(a: Ycc, b: Ycc) -> [f32; 2] {
    [a[1] - b[1], a[2] - b[2]]
}

/// The share of the difference of chroma to a neighbour that bleeds into a cell: the median over the pairs, without those
/// that show only a part of it if there are enough others.
fn share(frames: &[Frame<'_>]) -> Option<f32> {
    let all: Vec<(f32, bool)> = frames.iter().flat_map(Frame::shares).collect();
    let whole: Vec<f32> = all.iter().filter(|(_, cut)| !cut).map(|(share, _)| *share).collect();
    let mut shares = if whole.len() >= FEW { whole } else { all.into_iter().map(|(share, _)| share).collect() };
    if shares.len() < FEW {
        return None;
    }
    let middle = shares.len() / 2;
    let share = *shares.select_nth_unstable_by(middle, f32::total_cmp).1;
    (share >= LEAST).then(|| share.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::cells::Builder;
    use crate::words::color::{Lab, distance};

    const KEY: Rgb = Rgb([0, 255, 0]);
    const SIDE: usize = 24;

    /// A ring of an outline around a fill on a key, and whether each cell is one of them.
    fn drawn() -> (Vec<Rgb>, Vec<bool>) {
        let color = |i: usize| {
            let (x, y) = ((i % SIDE) as isize - 12, (i / SIDE) as isize - 12);
            match x * x + y * y {
                ..64 => Rgb([200, 150, 120]),
                64..100 => Rgb([63, 38, 49]),
                _ => KEY,
            }
        };
        let colors: Vec<Rgb> = (0..SIDE * SIDE).map(color).collect();
        let opaque = colors.iter().map(|color| *color != KEY).collect();
        (colors, opaque)
    }

    /// The colours after this share of the difference of chroma to each neighbour has bled into the cells.
    fn bled(colors: &[Rgb], share: f32) -> Vec<Rgb> {
        let mixed = |i: usize| {
            let [x, y] = [i % SIDE, i / SIDE].map(|at| at as isize);
            let own = ycc(colors[i]);
            let around = NEIGHBORS_4.iter().filter_map(|(dx, dy)| {
                let beside = offset([SIDE; 2], x + dx, y + dy)?;
                Some(difference(ycc(colors[beside]), own))
            });
            let pull = around.fold([0.0; 2], |sum, far| [sum[0] - share * far[0], sum[1] - share * far[1]]);
            let Rgb(rgb) = colors[i];
            let [cb, cr] = pull;
            let by = [1.402 * cr, -0.344_136 * cb - 0.714_136 * cr, 1.772 * cb];
            Rgb([0, 1, 2].map(|k| (f32::from(rgb[k]) - by[k] + 0.5).clamp(0.0, 255.0) as u8))
        };
        (0..colors.len()).map(mixed).collect()
    }

    fn cells(colors: &[Rgb]) -> Cells {
        let mut cells = Builder::new(SIDE, SIDE);
        colors.iter().for_each(|color| cells.push(oklab(*color), 0.004).unwrap());
        cells.build()
    }

    /// The largest distance of an opaque cell from what was drawn.
    fn off(found: &Cells, drawn: &[Rgb], opaque: &[bool]) -> f32 {
        let far = |i: usize| distance(found.lab(i), oklab(drawn[i]));
        (0..drawn.len()).filter(|i| opaque[*i]).map(far).fold(0.0, f32::max)
    }

    #[test]
    fn what_bled_in_is_taken_out() {
        let (colors, opaque) = drawn();
        for share in [0.04, 0.08] {
            let before = cells(&bled(&colors, share));
            let mut after = [before.clone()];
            removed(&mut after, std::slice::from_ref(&opaque));
            let [was, is] = [&before, &after[0]].map(|cells| off(cells, &colors, &opaque));
            assert!(was > 0.03 && is < 0.4 * was, "{share}: {was} {is}");
        }
    }

    #[test]
    fn what_did_not_bleed_stays() {
        let (colors, opaque) = drawn();
        let before = cells(&colors);
        let mut after = [before.clone()];
        removed(&mut after, std::slice::from_ref(&opaque));
        assert_eq!(after[0], before);
    }

    #[test]
    fn a_channel_at_its_limit_stays_there() {
        let black: Lab = oklab(Rgb([0; 3]));
        let seen = without(Rgb([15, 0, 16]), [15.0 / 1.772, 15.0 / 1.402]);
        assert!(distance(oklab(seen), black) < 0.1 && seen.0[1] == 0, "{seen:?}");
        assert_eq!(without(Rgb([100, 100, 100]), [0.0; 2]), Rgb([100, 100, 100]));
    }
}
