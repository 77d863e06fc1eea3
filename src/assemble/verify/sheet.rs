//! The tiles of a sheet of any origin: the margin round them and the gaps between them are found.

use image::{RgbaImage, imageops};

/// No sheet has a wider margin or gap.
const WIDEST: u32 = 32;

/// How tiles lie on a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Lattice {
    /// Width and height of a tile.
    pub tile: [u32; 2],
    /// From the edge of the image to the first tile.
    pub margin: u32,
    /// From a tile to the next.
    pub spacing: u32,
    /// Tiles in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
}

impl Lattice {
    /// Every way in which at least `count` tiles of that size fill the image, those with the least margin and spacing
    /// first. What lies between the tiles is transparent, of one colour, or repeats their edges.
    pub fn find(image: &RgbaImage, tile: [u32; 2], count: usize) -> Vec<Self> {
        let size: [u32; 2] = image.dimensions().into();
        let pairs = (0..=WIDEST).flat_map(|margin| (0..=WIDEST).map(move |spacing| (margin, spacing)));
        let mut found: Vec<Self> = pairs
            .filter_map(|(margin, spacing)| {
                let columns = along(size[0], tile[0], margin, spacing)?;
                let rows = along(size[1], tile[1], margin, spacing)?;
                Some(Self { tile, margin, spacing, columns, rows })
            })
            .filter(|lattice| lattice.count() >= count && lattice.is_blank_between(image))
            .collect();
        found.sort_by_key(|lattice| (lattice.margin + lattice.spacing, lattice.margin));
        found
    }

    /// How many tiles it has room for.
    pub fn count(&self) -> usize {
        (self.columns * self.rows) as usize
    }

    /// The tiles, row by row.
    pub fn tiles(&self, image: &RgbaImage) -> Vec<RgbaImage> {
        let [width, height] = self.tile;
        let start = |at: u32, side: u32| self.margin + at * (side + self.spacing);
        let tile = |i: u32| {
            let (x, y) = (start(i % self.columns, width), start(i / self.columns, height));
            imageops::crop_imm(image, x, y, width, height).to_image()
        };
        (0..self.count() as u32).map(tile).collect()
    }

    /// Whether what lies between the tiles shows nothing.
    fn is_blank_between(&self, image: &RgbaImage) -> bool {
        if self.margin == 0 && self.spacing == 0 {
            return true;
        }
        let [width, height] = self.tile;
        let (left, top) = (self.nearest(width, self.columns), self.nearest(height, self.rows));
        let between =
            image.enumerate_pixels().filter(|(x, y, pixel)| pixel.0[3] > 0 && (left(*x), top(*y)) != (*x, *y));
        let (mut only, mut is_same, mut is_edge) = (None, true, true);
        between.into_iter().all(|(x, y, pixel)| {
            is_same &= *only.get_or_insert(pixel.0) == pixel.0;
            is_edge &= image.get_pixel(left(x), top(y)) == pixel;
            is_same || is_edge
        })
    }

    /// The nearest place that lies in a tile, along one axis.
    fn nearest(&self, side: u32, tiles: u32) -> impl Fn(u32) -> u32 + use<> {
        let (margin, step) = (self.margin, side + self.spacing);
        move |at| {
            let from = at.saturating_sub(margin);
            let (tile, within) = ((from / step).min(tiles - 1), from % step);
            let (tile, within) = if from / step >= tiles { (tile, side - 1) } else { (tile, within) };
            let start = margin + tile * step;
            match within {
                within if within < side => start + within,
                within if within - side < step - within || tile + 1 == tiles => start + side - 1,
                _ => start + step,
            }
        }
    }
}

/// How many tiles lie along a side, if they fill it: at its end is at most as much as a margin and a gap.
fn along(length: u32, tile: u32, margin: u32, spacing: u32) -> Option<u32> {
    let room = length.checked_sub(margin)?.checked_add(spacing)?;
    let tiles = room / (tile + spacing);
    let rest = room.checked_sub(tiles * (tile + spacing))?;
    (tiles > 0 && rest <= margin + spacing).then_some(tiles)
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;
    use crate::assemble::sheet;
    use crate::words::project::SheetOptions;

    fn frames(count: u8) -> Vec<RgbaImage> {
        let pixel = |i: u8| move |x: u32, y: u32| Rgba([i, (x * 16) as u8, (y * 16) as u8, 255]);
        (0..count).map(|i| RgbaImage::from_fn(9, 7, pixel(i))).collect()
    }

    #[test]
    fn margin_and_spacing_are_found() {
        for (padding, extrude, columns) in [(0, 0, 8), (1, 0, 4), (0, 1, 8), (2, 1, 5), (3, 0, 16)] {
            let sheet = sheet(&frames(16), &SheetOptions { padding, extrude, columns }, None).unwrap();
            let found = Lattice::find(&sheet.image, [9, 7], 16);
            let wanted = (padding + 2 * extrude, padding + 2 * extrude, columns);
            let is_it = |lattice: &&Lattice| (lattice.margin, lattice.spacing, lattice.columns) == wanted;
            let lattice = found.iter().find(is_it).unwrap_or_else(|| panic!("{wanted:?} in {found:?}"));
            assert_eq!(lattice.tiles(&sheet.image)[..16], frames(16), "{wanted:?}");
        }
        assert_eq!(Lattice::find(&RgbaImage::new(5, 5), [9, 7], 1), []);
    }
}
