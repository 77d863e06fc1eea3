//! Pictures whose cells are whole, equal blocks of equal pixels: enlarged pixel art, or pixel art as it is.

use image::RgbaImage;

/// Wider or higher pictures are pixel art as they are only if their runs say so.
const SMALL: u32 = 64;
/// More colours are not drawn by hand.
const MANY: usize = 256;

/// The size of the cells and the place of the first cut, per axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    pub size: u32,
    pub phase: [u32; 2],
}

/// The largest block that every picture is made of, if that is more than chance; size 1 is pixel art as it is.
pub(super) fn blocks(images: &[&RgbaImage]) -> Option<Blocks> {
    let edges: Vec<[Vec<u32>; 2]> = images.iter().map(|image| [columns(image), rows(image)]).collect();
    let size = edges.iter().flatten().fold(0, |size, edges| common_gap(edges, size));
    let shortest = images.iter().flat_map(|image| [image.width(), image.height()]).min()?;
    let count: usize = edges.iter().flatten().map(Vec::len).sum();
    if size >= 2 && count >= 4 {
        let phase = |axis: usize| edges.iter().find_map(|e| e[axis].first()).map_or(0, |first| first % size);
        let phase = [phase(0), phase(1)];
        let same =
            edges.iter().all(|e| [0, 1].iter().all(|&axis| e[axis].first().is_none_or(|f| f % size == phase[axis])));
        let whole = phase == [0, 0] && images.iter().all(|i| i.width() % size == 0 && i.height() % size == 0);
        if same && (whole || count >= 12) {
            let size = if count < 8 && whole { halved(size, shortest) } else { size };
            return Some(Blocks { size, phase: if whole { [0, 0] } else { phase } });
        }
    }
    images.iter().all(|image| is_native(image)).then_some(Blocks { size: 1, phase: [0, 0] })
}

/// With few edges the blocks may be larger than the cells by chance: at least eight of them are wanted.
fn halved(mut size: u32, shortest: u32) -> u32 {
    while size.is_multiple_of(2) && shortest / size < 8 {
        size /= 2;
    }
    size
}

/// Columns that differ from the one before.
fn columns(image: &RgbaImage) -> Vec<u32> {
    let width = image.width() as usize;
    let mut differs = vec![false; width];
    for row in image.as_raw().chunks_exact(4 * width.max(1)) {
        for (x, differs) in differs.iter_mut().enumerate().skip(1) {
            *differs |= !same(&row[4 * x - 4..4 * x], &row[4 * x..4 * x + 4]);
        }
    }
    (0..image.width()).filter(|&x| differs[x as usize]).collect()
}

/// Rows that differ from the one before.
fn rows(image: &RgbaImage) -> Vec<u32> {
    let width = image.width() as usize;
    let rows: Vec<&[u8]> = image.as_raw().chunks_exact(4 * width.max(1)).collect();
    let differ = |y: &u32| {
        let (above, row) = (rows[*y as usize - 1], rows[*y as usize]);
        above != row && !above.chunks_exact(4).zip(row.chunks_exact(4)).all(|(a, b)| same(a, b))
    };
    (1..image.height()).filter(differ).collect()
}

/// Equal, or both transparent.
fn same(a: &[u8], b: &[u8]) -> bool {
    a == b || (a[3] == 0 && b[3] == 0)
}

/// The greatest common divisor of all gaps and `size`.
fn common_gap(edges: &[u32], size: u32) -> u32 {
    edges.windows(2).fold(size, |size, pair| gcd(size, pair[1] - pair[0]))
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Whether a picture is pixel art with one pixel a cell: few colours, and many runs that are one pixel long; small pictures
/// need less of both.
fn is_native(image: &RgbaImage) -> bool {
    let width = image.width() as usize;
    if width == 0 || image.height() == 0 {
        return false;
    }
    if image.width().max(image.height()) <= SMALL / 2 {
        return true;
    }
    let Some(colors) = colors(image) else { return false };
    let (mut runs, mut single) = (0u32, 0u32);
    for row in image.as_raw().chunks_exact(4 * width) {
        let row: Vec<&[u8]> = row.chunks_exact(4).collect();
        for run in row.chunk_by(|a, b| a == b) {
            runs += 1;
            single += u32::from(run.len() == 1);
        }
    }
    colors <= MANY && single * 8 >= runs
}

/// The number of colours, if there are not many more than can be drawn.
fn colors(image: &RgbaImage) -> Option<usize> {
    let mut seen = std::collections::BTreeSet::new();
    let mut last = None;
    for pixel in image.pixels() {
        if last.replace(pixel) != Some(pixel) && seen.insert(pixel.0) && seen.len() > MANY {
            return None;
        }
    }
    Some(seen.len())
}

/// Whether a picture is so small that, without a longer period, every pixel is a cell.
pub(super) fn is_small(image: &RgbaImage) -> bool {
    image.width().max(image.height()) <= SMALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn noise(width: u32, height: u32, colors: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| {
            let value = (x * 7 + y * 13 + x * y * 5) % colors;
            Rgba([(value * 37 % 256) as u8, (value * 91 % 256) as u8, 40, 255])
        })
    }

    fn enlarged(image: &RgbaImage, by: u32) -> RgbaImage {
        RgbaImage::from_fn(image.width() * by, image.height() * by, |x, y| *image.get_pixel(x / by, y / by))
    }

    #[test]
    fn enlarged_pictures_have_the_size_of_their_cells() {
        let small = noise(24, 20, 7);
        for by in [2, 3, 8] {
            assert_eq!(blocks(&[&enlarged(&small, by)]), Some(Blocks { size: by, phase: [0, 0] }));
        }
        let cut = image::imageops::crop_imm(&enlarged(&small, 8), 3, 5, 140, 120).to_image();
        assert_eq!(blocks(&[&cut]), Some(Blocks { size: 8, phase: [5, 3] }));
    }

    #[test]
    fn pixel_art_as_it_is_has_cells_of_one_pixel() {
        assert_eq!(blocks(&[&noise(96, 64, 9)]), Some(Blocks { size: 1, phase: [0, 0] }));
        assert_eq!(blocks(&[&noise(1, 1, 2)]), Some(Blocks { size: 1, phase: [0, 0] }));
        let smooth = RgbaImage::from_fn(256, 256, |x, y| Rgba([x as u8, y as u8, 99, 255]));
        assert_eq!(blocks(&[&smooth]), None);
    }
}
