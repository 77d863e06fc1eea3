//! Drop shadows that a model painted on the ground below a subject.
//!
//! A shadow on a flat ground is the ground's own colour, darker: in OKLab such colours lie on the line from the ground's
//! colour to black. In art with an alpha channel it is half-transparent black. Either way it is a wide, low region beside
//! what was cut out, in the lower half of the subject.

use crate::process::picture::beside;
use crate::process::toe::toe_decode;
use crate::process::turn::Turn;
use crate::words::color::{Lab, distance};

use super::{View, chroma, region};

/// The largest distance of a shadow's colour from the line between the ground's colour and black, in OKLab,
const OFF_LINE: f32 = 0.05;
/// and the range of its place there: 0 is black, 1 the ground.
const DARKEST: f32 = 0.45;
const LIGHTEST: f32 = 0.97;
/// Half-transparent cells of at most this alpha, lightness and chroma are shadows.
const SHEER: u8 = 224;
const DARK: f32 = 0.35;
const GREY: f32 = 0.04;
/// A shadow is at least so many times as wide as it is high,
const WIDE: usize = 3;
const HIGH: usize = 2;
/// it begins below this share of the subject's height, in percent,
const BELOW: usize = 50;
/// and it is at most this share of the subject, in percent.
const MOST: usize = 45;

/// For each cell whether it belongs to a shadow. `ground`: the colour of what was cut out; `back` turns the cells upright.
pub(super) fn cells(view: &View<'_>, ground: Option<Lab>, opaque: &[bool], back: Turn) -> Vec<bool> {
    let own = view.size();
    let ground = ground.map(toe_decode);
    let looks = |cell: usize| {
        // Cells without alpha are opaque.
        let (color, alpha) = (view.cells.lab(cell), view.cells.alpha.get(cell).copied().unwrap_or(255));
        let sheer = alpha < SHEER && color[0] < DARK && chroma(color) < GREY;
        opaque[cell] && (sheer || ground.is_some_and(|ground| is_darker(color, ground)))
    };
    let like: Vec<bool> = (0..view.len()).map(looks).collect();
    let [width, height] = back.size(own);
    let upright = Upright { width, height, opaque: back.turned(opaque, own), like: back.turned(&like, own) };
    back.inverse().turned(&upright.shadows(), [width, height])
}

/// Whether a colour is that of the ground in a shadow.
pub(super) fn is_darker(color: Lab, ground: Lab) -> bool {
    let dot = |a: Lab, b: Lab| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let share = dot(color, ground) / dot(ground, ground).max(1e-6);
    (DARKEST..=LIGHTEST).contains(&share) && distance(color, ground.map(|value| share * value)) <= OFF_LINE
}

/// Masks of a picture that stands upright.
struct Upright {
    width: usize,
    height: usize,
    opaque: Vec<bool>,
    /// Cells in the colour of a shadow.
    like: Vec<bool>,
}

impl Upright {
    fn shadows(&self) -> Vec<bool> {
        let mut shadows = vec![false; self.opaque.len()];
        let rows = |cells: &mut dyn Iterator<Item = usize>| {
            cells.map(|cell| cell / self.width).fold(None, |range: Option<[usize; 2]>, row| {
                Some(range.map_or([row; 2], |[top, bottom]| [top.min(row), bottom.max(row)]))
            })
        };
        let body = rows(&mut (0..self.opaque.len()).filter(|cell| self.opaque[*cell] && !self.like[*cell]));
        let Some([top, bottom]) = body else { return shadows };
        let count = self.opaque.iter().filter(|opaque| **opaque).count();
        let highest = top + (bottom + 1 - top) * BELOW / 100;
        let mut seen: Vec<bool> = self.like.iter().map(|like| !like).collect();
        for start in 0..seen.len() {
            if seen[start] {
                continue;
            }
            let region = region([self.width, self.height], start, &mut seen);
            let columns = region.iter().map(|cell| cell % self.width);
            let across = columns.clone().max().unwrap_or(0) + 1 - columns.min().unwrap_or(0);
            let Some([first, last]) = rows(&mut region.iter().copied()) else { continue };
            let is_low = HIGH * across >= WIDE * (last + 1 - first) && first >= highest;
            let is_beside =
                region.iter().any(|cell| beside([self.width, self.height], *cell).any(|other| !self.opaque[other]));
            if is_low && is_beside && region.len() * 100 <= count * MOST {
                region.into_iter().for_each(|cell| shadows[cell] = true);
            }
        }
        shadows
    }
}
