//! The proof for tiles of several terrains: for each terrain, it and all higher ones join as the terrain of a set of two does.
//!
//! Four tiles that meet at a point show nine cells, and each of their seams lies between two tiles that show six: every pair of
//! tiles is looked at along its seam, and every four at their point.

use image::RgbaImage;

use crate::words::corners::corners;
use crate::words::layout::{Layout, MaskKind};

use super::class::{Class, Kinds};
use super::picture::CounterExample;
use super::ways::Way;
use super::{Check, Seam};

/// How many ways there are in which four tiles can meet, and how many seams; all of them were looked at.
pub(super) fn verify(layout: Layout, tiles: &[RgbaImage], size: [u32; 2]) -> Result<(u64, u64), CounterExample> {
    let terrains = layout.terrains().unwrap_or(2);
    let fulls: Vec<&RgbaImage> = layout.fulls().into_iter().map(|full| &tiles[full]).collect();
    let kinds = Kinds::learn(&fulls);
    let possible: Vec<Vec<u8>> = tiles.iter().map(|tile| kinds.tile(tile)).collect();
    let (mut ways, mut seams) = (0, 0);
    for from in 1..terrains {
        let class = |possible: &u8| match (possible >> from, possible & ((1 << from) - 1)) {
            (_, 0) => Class::Terrain,
            (0, _) => Class::Beyond,
            _ => Class::Either,
        };
        let bits = |mask: &u8| corners(*mask).iter().rev().fold(0, |bits, t| 2 * bits + u8::from(*t >= from));
        let check = Check {
            kind: MaskKind::Corners,
            masks: layout.masks().iter().map(bits).collect(),
            tiles,
            classes: possible.iter().map(|tile| tile.iter().map(class).collect()).collect(),
            size,
            beyond: None,
        };
        check.inside_tiles()?;
        let maps = Maps { layout, from, terrains };
        (ways, seams) = (maps.points(&check)?, maps.seams(&check)?);
    }
    Ok((ways, seams))
}

/// Maps of a few cells; what counts as terrain begins with the terrain `from`.
struct Maps {
    layout: Layout,
    from: u8,
    terrains: u8,
}

impl Maps {
    /// The digits of a number, as terrains of so many cells.
    fn cells<const N: usize>(&self, number: usize) -> [u8; N] {
        let terrains = usize::from(self.terrains);
        let mut rest = number;
        [(); N].map(|()| {
            let cell = rest % terrains;
            rest /= terrains;
            cell as u8
        })
    }

    /// The tile between four cells in reading order.
    fn tile(&self, [nw, ne, sw, se]: [u8; 4]) -> Option<usize> {
        Some(self.layout.place([ne, se, sw, nw]))
    }

    /// Every two tiles that can lie side by side or one above the other.
    fn seams(&self, check: &Check<'_>) -> Result<u64, CounterExample> {
        let count = usize::from(self.terrains).pow(6);
        for number in 0..count {
            let [a, b, c, d, e, f] = self.cells(number);
            let is = |cells: [u8; 9]| cells.map(|cell| cell >= self.from).to_vec();
            let beside = [self.tile([a, b, d, e]), self.tile([b, c, e, f]), None, None];
            let way = Way { tiles: beside, cells: is([a, b, c, d, e, f, 0, 0, 0]), columns: 3 };
            check.seam(&way, Seam { upright: true, size: check.size }, check.size[1])?;
            let above = [self.tile([a, b, c, d]), None, self.tile([c, d, e, f]), None];
            let way = Way { tiles: above, cells: is([a, b, 0, c, d, 0, e, f, 0]), columns: 3 };
            check.seam(&way, Seam { upright: false, size: check.size }, check.size[0])?;
        }
        Ok(2 * count as u64)
    }

    /// Every four tiles that can meet: no terrain joins by a diagonal alone there.
    fn points(&self, check: &Check<'_>) -> Result<u64, CounterExample> {
        let count = usize::from(self.terrains).pow(9);
        for number in 0..count {
            let [a, b, c, d, e, f, g, h, i] = self.cells(number);
            let four = [[a, b, d, e], [b, c, e, f], [d, e, g, h], [e, f, h, i]];
            let way = Way { tiles: four.map(|cells| self.tile(cells)), cells: Vec::new(), columns: 3 };
            check.diagonal(&way)?;
        }
        Ok(count as u64)
    }
}
