//! Draws the intermediate results of a restoration over the raw.
//!
//! [`explain`] restores as [`process`](super::process()) does and returns the intermediate results.
//! [`Explanation::overlays`] draws them as four images. Each is also a pure function: [`grid`], [`confidence`],
//! [`palette`], [`residue`].

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
use super::{Base, Detail, ProcessError, Trace, ground};

pub use lattice::Lattice;
pub use overlay::{confidence, grid, residue};
pub use support::support;
pub use swatches::palette;

/// The intermediate results of one raw.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The corners of the raw's cells.
    pub lattice: Lattice,
    /// One pixel per cell of the lattice: quantized, not yet fitted, reduced or cleaned up.
    pub cells: RgbaImage,
    /// The width of the drawn frame that was cut off the raw, which has no cells.
    pub frame_width: u32,
    /// The colours of the finished frame and their pixel counts, the most frequent first, ties by value.
    pub colors: Vec<(Rgb, usize)>,
}

/// The four overlays of a restoration.
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
    /// The names of the overlays.
    pub const NAMES: [&'static str; 4] = ["grid", "confidence", "palette", "residue"];

    /// Every overlay with its name, in the order of [`Self::NAMES`].
    pub fn named(&self) -> [(&'static str, &RgbaImage); 4] {
        let pictures = [&self.grid, &self.confidence, &self.palette, &self.residue];
        [0, 1, 2, 3].map(|i| (Self::NAMES[i], pictures[i]))
    }
}

impl Explanation {
    /// Draws the overlays. `raw` must be the raw that this explanation belongs to.
    pub fn overlays(&self, raw: &Raw) -> Overlays {
        let cropped = ground::cropped(raw, self.frame_width);
        let raw = cropped.as_ref().unwrap_or(raw);
        Overlays {
            grid: grid(raw, &self.lattice),
            confidence: confidence(raw, &self.lattice),
            palette: palette(&self.colors),
            residue: residue(raw, &self.lattice, &self.cells),
        }
    }
}

/// Restores a group as [`process`](super::process()) does and explains each of its raws.
pub fn explain(
    raws: &[Raw],
    recipe: &Recipe,
    base: Option<&Base>,
) -> Result<(Sprites, Vec<Explanation>), ProcessError> {
    let unframed = ground::unframed(raws, recipe);
    let (sprites, trace) = super::traced(&unframed, recipe, base, Detail::Pictures)?;
    let explained = |(i, raw): (usize, &Raw)| {
        let frame_width = (raws[i].pixels.width() - raw.pixels.width()) / 2;
        Explanation { frame_width, ..explained(raw, i, &trace, &sprites) }
    };
    let explained = unframed.iter().enumerate().map(explained).collect();
    Ok((sprites, explained))
}

fn explained(raw: &Raw, frame: usize, trace: &Trace, sprites: &Sprites) -> Explanation {
    let (size, back) = (trace.turn.size([raw.pixels.width(), raw.pixels.height()]), trace.turn.inverse());
    let lattice = Lattice::of(&trace.grid, frame, size);
    let cells = back.picture(&own_cells(&trace.pictures[frame], trace, frame, lattice.cells()));
    let (lattice, cells) = (lattice.turned(back, size), cells.colored(&trace.palette, &[]));
    Explanation { lattice, cells, frame_width: 0, colors: sprites.frames.get(frame).map(counted).unwrap_or_default() }
}

/// The cells of a raw without those that aligning the group added.
fn own_cells(picture: &Picture, trace: &Trace, frame: usize, cells: [usize; 2]) -> Picture {
    if [picture.width, picture.height] == cells {
        return picture.clone();
    }
    let [x, y] = [0, 1].map(|axis| snap::phase_offset(&trace.grid.lines[frame][axis], trace.grid.pitch[axis]));
    picture.crop(x, y, cells)
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
