//! Where neighbouring columns and rows of pictures differ anywhere.

use image::RgbaImage;

/// Where so many neighbouring columns or rows all differ, no cells of 6/5 pixels and more fit: there would be seven lines
/// at most, with one of them on the other side of a tie.
const DENSE: usize = 8;

/// The changes along one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changes {
    /// Pixels along the axis.
    pub length: u32,
    /// The columns (rows) that differ from the one before, ascending.
    pub at: Vec<u32>,
}

/// The changes of pictures of one size along both axes; `None` if some lie so close together that no cell is wider than
/// a pixel. In a noisy picture the first rows say so.
pub(super) fn changes(images: &[&RgbaImage]) -> Option<[Changes; 2]> {
    let (width, height) = images.first()?.dimensions();
    let across = columns(images, width as usize)?;
    let down = rows(images, height as usize)?;
    let places = |differs: &[bool]| (0..).zip(differs).filter(|(_, differs)| **differs).map(|(x, _)| x).collect();
    Some([Changes { length: width, at: places(&across) }, Changes { length: height, at: places(&down) }])
}

fn is_dense(differs: &[bool]) -> bool {
    differs.windows(DENSE).any(|some| !some.contains(&false))
}

fn columns(images: &[&RgbaImage], width: usize) -> Option<Vec<bool>> {
    let mut differs = vec![false; width];
    for image in images {
        for (y, row) in image.as_raw().chunks_exact(4 * width.max(1)).enumerate() {
            let pixels = row.as_chunks::<4>().0;
            for (differs, pair) in differs[1..].iter_mut().zip(pixels.windows(2)) {
                *differs |= !same(pair[0], pair[1]);
            }
            if (y.is_power_of_two() || y % 64 == 0) && is_dense(&differs) {
                return None;
            }
        }
    }
    (!is_dense(&differs)).then_some(differs)
}

fn rows(images: &[&RgbaImage], height: usize) -> Option<Vec<bool>> {
    let mut differs = vec![false; height];
    for image in images {
        let width = image.width().max(1) as usize;
        let rows: Vec<&[u8]> = image.as_raw().chunks_exact(4 * width).collect();
        for (y, pair) in rows.windows(2).enumerate() {
            let pixels = || pair[0].as_chunks::<4>().0.iter().zip(pair[1].as_chunks::<4>().0);
            differs[y + 1] |= pair[0] != pair[1] && !pixels().all(|(a, b)| same(*a, *b));
            if y % DENSE == 0 && is_dense(&differs[(y + 2).saturating_sub(2 * DENSE)..y + 2]) {
                return None;
            }
        }
    }
    (!is_dense(&differs)).then_some(differs)
}

/// Whether two pixels are equal or both transparent.
pub(super) fn same(a: [u8; 4], b: [u8; 4]) -> bool {
    a == b || (a[3] == 0 && b[3] == 0)
}
