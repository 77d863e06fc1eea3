//! The eight symmetries of a rectangle's pixels: mirrored, turned by quarters, or both.

use image::RgbaImage;

use crate::words::recipe::GridChoice;

use super::ProcessError;
use super::picture::Picture;

/// The columns and rows of the blocks in which a picture is transposed. Rows of the source that lie a power of two apart
/// share a set of the L1 cache, which has room for eight of them at least.
const BLOCK: [usize; 2] = [8, 32];

/// A symmetry: exchanges the axes if it transposes, then flips axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub transpose: bool,
    pub flip: [bool; 2],
}

impl Turn {
    /// All of them; the identity comes first.
    pub(super) const ALL: [Self; 8] = {
        let mut all = [Self { transpose: false, flip: [false; 2] }; 8];
        let mut i = 0;
        while i < 8 {
            all[i] = Self { transpose: i & 4 > 0, flip: [i & 1 > 0, i & 2 > 0] };
            i += 1;
        }
        all
    };

    /// The axis of the source that lies along an axis of the result.
    pub(super) fn source(self, axis: usize) -> usize {
        if self.transpose { 1 - axis } else { axis }
    }

    /// The values of both axes after the turn: a size, a pitch, a number of cells.
    pub(super) fn size<T: Copy>(self, size: [T; 2]) -> [T; 2] {
        [0, 1].map(|axis| size[self.source(axis)])
    }

    /// The offset in a source of this size of the value at column `x` and row `y` of the result.
    #[inline]
    pub(super) fn offset(self, size: [usize; 2], x: usize, y: usize) -> usize {
        let [width, height] = self.size(size);
        let u = if self.flip[0] { width - 1 - x } else { x };
        let v = if self.flip[1] { height - 1 - y } else { y };
        if self.transpose { u * size[0] + v } else { v * size[0] + u }
    }

    /// Turns `size[0] * size[1]` values, row by row.
    pub(super) fn turned<T: Copy>(self, values: &[T], size: [usize; 2]) -> Vec<T> {
        let [width, height] = self.size(size);
        if !self.transpose {
            let mut turned = Vec::with_capacity(values.len());
            for y in 0..height {
                let row = &values[if self.flip[1] { height - 1 - y } else { y } * width..][..width];
                if self.flip[0] { turned.extend(row.iter().rev()) } else { turned.extend_from_slice(row) }
            }
            return turned;
        }
        let mut turned = Vec::with_capacity(values.len());
        let mut band = values[..(BLOCK[1] * width).min(values.len())].to_vec();
        for top in (0..height).step_by(BLOCK[1]) {
            let bottom = (top + BLOCK[1]).min(height);
            for left in (0..width).step_by(BLOCK[0]) {
                for y in top..bottom {
                    for x in left..(left + BLOCK[0]).min(width) {
                        band[(y - top) * width + x] = values[self.offset(size, x, y)];
                    }
                }
            }
            turned.extend_from_slice(&band[..(bottom - top) * width]);
        }
        turned
    }

    /// The turn that undoes this one.
    pub(super) fn inverse(self) -> Self {
        Self { flip: self.size(self.flip), ..self }
    }

    /// This turn after another one.
    pub(super) fn after(self, first: Self) -> Self {
        // The corners of a picture of 2x2 pixels tell all turns apart.
        let corners = |turn: Self, corners: &[u8]| turn.turned(corners, [2, 2]);
        let both = corners(self, &corners(first, &[0, 1, 2, 3]));
        Self::ALL.into_iter().find(|turn| corners(*turn, &[0, 1, 2, 3]) == both).unwrap_or_default()
    }

    /// Turns an image.
    pub(super) fn image(self, image: &RgbaImage) -> RgbaImage {
        let size = [image.width(), image.height()];
        let pixels = self.turned(image.as_raw().as_chunks::<4>().0, size.map(|length| length as usize));
        let [width, height] = self.size(size);
        RgbaImage::from_raw(width, height, pixels.into_flattened()).unwrap_or_default()
    }

    /// Turns a picture.
    pub(super) fn picture(self, picture: &Picture) -> Picture {
        let size = [picture.width, picture.height];
        let [width, height] = self.size(size);
        Picture { width, height, pixels: self.turned(&picture.pixels, size) }
    }

    /// What the recipe says about the grid, for a turned raw.
    pub(super) fn choice(self, choice: GridChoice) -> GridChoice {
        match choice {
            GridChoice::Auto => GridChoice::Auto,
            GridChoice::Cells(cells) => GridChoice::Cells(self.size(cells)),
            GridChoice::Pitch(pitch) => GridChoice::Pitch(self.size(pitch)),
        }
    }

    /// An error that speaks of the sizes of a picture, after the turn.
    pub(super) fn error(self, error: ProcessError) -> ProcessError {
        match error {
            ProcessError::GridTooFine { asked, pixels } => {
                ProcessError::GridTooFine { asked: asked.map(|cells| self.size(cells)), pixels: self.size(pixels) }
            }
            ProcessError::ManyCells { cells, most } => ProcessError::ManyCells { cells: self.size(cells), most },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{drawn, text};

    #[test]
    fn the_turns_are_different_and_undone() {
        let values: Vec<usize> = (0..70 * 41).collect();
        let all = Turn::ALL.map(|turn| turn.turned(&values, [70, 41]));
        assert!((0..8).all(|i| (0..i).all(|j| all[i] != all[j])));
        for (turn, turned) in Turn::ALL.into_iter().zip(&all) {
            let size = turn.size([70, 41]);
            assert_eq!(turn.inverse().turned(turned, size), values);
            assert_eq!(turned[5 * size[0] + 9], turn.offset([70, 41], 9, 5));
            assert_eq!(turn.inverse().after(turn), Turn::default());
            for other in Turn::ALL {
                assert_eq!(other.after(turn).turned(&values, [70, 41]), other.turned(turned, size));
            }
        }
    }

    #[test]
    fn a_quarter_turn_and_a_mirror_image() {
        let picture = drawn(&["012", "345"]);
        let quarter = Turn { transpose: true, flip: [true, false] };
        assert_eq!(text(&quarter.picture(&picture)), ["30", "41", "52"]);
        let mirrored = Turn { transpose: false, flip: [true, false] };
        assert_eq!(text(&mirrored.picture(&picture)), ["210", "543"]);
    }
}
