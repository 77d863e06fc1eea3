//! Explaining: what a restoration found, drawn where it was found.
//!
//! [`explain`] restores as [`process`](super::process()) does and keeps what it saw on the way. [`Explanation::overlays`]
//! draws that as four pictures; each is a pure function of its own, too: [`grid`], [`confidence`], [`palette`], [`residue`].

mod digits;
mod lattice;
mod overlay;
mod support;
mod swatches;

use image::{Rgba, RgbaImage};

use crate::words::color::Rgb;
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;
use crate::words::sprite::Sprites;

use super::picture::Picture;
use super::snap;
use super::{Base, ProcessError, Traced};

pub use lattice::Lattice;
pub use overlay::{confidence, grid, residue};
pub use support::support;
pub use swatches::palette;

/// What was seen in one raw.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Where the raw's cells lie.
    pub lattice: Lattice,
    /// The restored picture with one pixel a cell of the lattice: before it was fitted, reduced and cleaned up.
    pub cells: RgbaImage,
    /// The colours of the finished frame with the pixels that each has, most first, ties by value.
    pub colors: Vec<(Rgb, usize)>,
}

/// The four pictures that explain a restoration.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlays {
    /// [`grid`].
    pub grid: RgbaImage,
    /// [`confidence`].
    pub confidence: RgbaImage,
    /// [`palette`].
    pub palette: RgbaImage,
    /// [`residue`].
    pub residue: RgbaImage,
}

impl Overlays {
    /// The names of the pictures.
    pub const NAMES: [&'static str; 4] = ["grid", "confidence", "palette", "residue"];

    /// Every picture with its name, in the order of [`Self::NAMES`].
    pub fn named(&self) -> [(&'static str, &RgbaImage); 4] {
        let pictures = [&self.grid, &self.confidence, &self.palette, &self.residue];
        [0, 1, 2, 3].map(|i| (Self::NAMES[i], pictures[i]))
    }
}

impl Explanation {
    /// Draws what was seen in `raw`, which is the one that this explanation is of.
    pub fn overlays(&self, raw: &Raw) -> Overlays {
        Overlays {
            grid: grid(raw, &self.lattice),
            confidence: confidence(raw, &self.lattice),
            palette: palette(&self.colors),
            residue: residue(raw, &self.lattice, &self.cells),
        }
    }
}

/// Restores a group as [`process`](super::process()) does, with an explanation for each of its raws.
pub fn explain(
    raws: &[Raw],
    recipe: &Recipe,
    base: Option<&Base>,
) -> Result<(Sprites, Vec<Explanation>), ProcessError> {
    let (sprites, traced) = super::traced(raws, recipe, base)?;
    let explained = raws.iter().enumerate().map(|(i, raw)| explained(raw, i, &traced, &sprites)).collect();
    Ok((sprites, explained))
}

fn explained(raw: &Raw, frame: usize, traced: &Traced, sprites: &Sprites) -> Explanation {
    let lattice = Lattice::of(&traced.grid, frame, [raw.pixels.width(), raw.pixels.height()]);
    let cells = own_cells(&traced.pictures[frame], traced, frame, lattice.cells()).colored(&traced.palette);
    Explanation { lattice, cells, colors: sprites.frames.get(frame).map(counted).unwrap_or_default() }
}

/// The cells that a raw has itself: those of a group are aligned, and filled up where a raw has fewer than others.
fn own_cells(picture: &Picture, traced: &Traced, frame: usize, cells: [usize; 2]) -> Picture {
    if [picture.width, picture.height] == cells {
        return picture.clone();
    }
    let [x, y] = [0, 1].map(|axis| snap::offset(&traced.grid.cuts[frame][axis], traced.grid.pitch[axis]));
    picture.cut(x, y, cells)
}

fn counted(frame: &RgbaImage) -> Vec<(Rgb, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for Rgba([r, g, b, alpha]) in frame.pixels() {
        if *alpha > 0 {
            *counts.entry(Rgb([*r, *g, *b])).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<(Rgb, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}
