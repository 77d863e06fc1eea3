//! Which pixels show a checkerboard.

use image::{GrayImage, Luma, RgbaImage};
use imageproc::distance_transform::Norm;
use imageproc::morphology;
use imageproc::region_labelling::{Connectivity, connected_components};

use super::board::{Board, distance, levels};

/// The pixels beside the lines between squares whose colour says nothing: edges are soft.
const SOFT: f64 = 1.75;
/// The largest share of a region's pixels that lie where the board has the other colour.
const WRONG: f64 = 0.25;
/// How far, in pixels, the ground grows into the mixtures at its edges.
const GROWTH: usize = 3;
const SEAM: usize = 2;
/// Gaps of up to twice this many pixels along the edges of squares are closed.
const GAP: u8 = 3;
/// Specks up to this share of a square are noise on the board.
const SPECK: f64 = 1.0 / 16.0;

/// For each pixel whether it shows the board. Enclosed parts of it are ground, too.
pub(super) fn ground(image: &RgbaImage, board: &Board) -> Vec<bool> {
    let mut ground = squares(image, board);
    grow(image, board, &mut ground);
    close(image, board, &mut ground);
    for _ in 0..SEAM {
        seam(image, board, &mut ground);
    }
    keep_details(image, board, &mut ground);
    drop_specks(image, board, &mut ground);
    ground
}

/// The regions of one of both colours that lie where the board has it. A white shirt has it on every second square
/// only.
fn squares(image: &RgbaImage, board: &Board) -> Vec<bool> {
    let colors = GrayImage::from_fn(image.width(), image.height(), |x, y| {
        Luma([board.nearest(image.get_pixel(x, y).0).map_or(0, |color| color as u8 + 1)])
    });
    let regions = connected_components(&colors, Connectivity::Four, Luma([0]));
    let most = regions.as_raw().iter().copied().max().unwrap_or(0) as usize;
    let mut counts = vec![[0u32; 2]; most + 1];
    for (x, y, Luma([region])) in regions.enumerate_pixels().filter(|(_, _, Luma([region]))| *region > 0) {
        if !board.is_edge(x, y, SOFT) {
            let right = usize::from(colors.get_pixel(x, y).0[0]) == board.label(x, y) + 1;
            counts[*region as usize][usize::from(right)] += 1;
        }
    }
    let shows = |region: u32| {
        let [wrong, right] = counts[region as usize].map(f64::from);
        region > 0 && right > 0.0 && wrong <= WRONG * (wrong + right)
    };
    regions.as_raw().iter().map(|region| shows(*region)).collect()
}

/// Grows the ground along the edges of squares into the mixtures of both colours.
fn grow(image: &RgbaImage, board: &Board, ground: &mut [bool]) {
    let width = image.width() as usize;
    let joins = |i: usize| {
        let (x, y) = ((i % width) as u32, (i / width) as u32);
        board.is_edge(x, y, SOFT + 1.0) && board.is_mixed(image.get_pixel(x, y).0)
    };
    for _ in 0..GROWTH {
        let next: Vec<usize> =
            (0..ground.len()).filter(|&i| !ground[i] && beside(ground, width, i) && joins(i)).collect();
        next.into_iter().for_each(|i| ground[i] = true);
    }
}

/// Closes gaps of the ground along the edges of squares (morphological closing).
fn close(image: &RgbaImage, board: &Board, ground: &mut [bool]) {
    let width = image.width();
    let mask = GrayImage::from_fn(width, image.height(), |x, y| {
        Luma([if ground[(y * width + x) as usize] { 255 } else { 0 }])
    });
    let closed = morphology::close(&mask, Norm::LInf, GAP);
    for ((x, y, Luma([closed])), ground) in closed.enumerate_pixels().zip(ground) {
        *ground |= *closed > 0 && board.is_edge(x, y, SOFT + 1.0);
    }
}

/// Whether one of the four neighbours of a pixel is ground.
fn beside(ground: &[bool], width: usize, i: usize) -> bool {
    neighbors(i, width, ground.len()).into_iter().flatten().any(|side| ground[side])
}

/// The pixels above, to the left, to the right and below.
fn neighbors(i: usize, width: usize, count: usize) -> [Option<usize>; 4] {
    let x = i % width;
    [
        i.checked_sub(width),
        (x > 0).then(|| i - 1),
        (x + 1 < width).then_some(i + 1),
        Some(i + width).filter(|i| *i < count),
    ]
}

/// Moves the edge of the ground to where a pixel has as much of the subject as of the board: a pixel beside the ground
/// that is nearer to the board's colour than to the pixel behind it.
fn seam(image: &RgbaImage, board: &Board, ground: &mut [bool]) {
    let width = image.width() as usize;
    let pixels = image.as_raw().as_chunks::<4>().0;
    let mostly_board = |i: usize| {
        let sides = neighbors(i, width, ground.len());
        let mine = levels(pixels[i]);
        (0..4).any(|side| {
            let (Some(from), Some(behind)) = (sides[side], sides[3 - side]) else { return false };
            if !ground[from] || ground[behind] {
                return false;
            }
            let behind = neighbors(behind, width, ground.len())[3 - side].filter(|i| !ground[*i]).unwrap_or(behind);
            let color = board.label((from % width) as u32, (from / width) as u32);
            distance(mine, board.colors[color]) < distance(mine, levels(pixels[behind]))
        })
    };
    let next: Vec<usize> =
        (0..ground.len()).filter(|&i| !ground[i] && beside(ground, width, i) && mostly_board(i)).collect();
    next.into_iter().for_each(|i| ground[i] = true);
}

/// Gives enclosed regions back to the subject that do not show both colours: eyes, glints and grey stones.
fn keep_details(image: &RgbaImage, board: &Board, ground: &mut [bool]) {
    let regions = regions(ground, image.width(), true, Connectivity::Four);
    let most = regions.iter().copied().max().unwrap_or(0) as usize;
    let (mut outer, mut seen) = (vec![false; most + 1], vec![[false; 2]; most + 1]);
    let (width, height) = (image.width() as usize, image.height() as usize);
    for (i, region) in regions.iter().enumerate().filter(|(_, region)| **region > 0) {
        let (x, y) = (i % width, i / width);
        outer[*region as usize] |= x == 0 || y == 0 || x + 1 == width || y + 1 == height;
        if !board.is_edge(x as u32, y as u32, SOFT) {
            seen[*region as usize][board.label(x as u32, y as u32)] = true;
        }
    }
    for (ground, region) in ground.iter_mut().zip(regions).filter(|(_, region)| *region > 0) {
        *ground = outer[region as usize] || seen[region as usize] == [true, true];
    }
}

/// Adds small specks of other colours to the ground.
fn drop_specks(image: &RgbaImage, board: &Board, ground: &mut [bool]) {
    let regions = regions(ground, image.width(), false, Connectivity::Eight);
    let mut areas = vec![0u32; regions.iter().copied().max().unwrap_or(0) as usize + 1];
    regions.iter().for_each(|region| areas[*region as usize] += 1);
    let speck = (SPECK * board.side[0] * board.side[1]).max(4.0) as u32;
    for (ground, region) in ground.iter_mut().zip(regions).filter(|(_, region)| *region > 0) {
        *ground |= areas[region as usize] <= speck;
    }
}

/// The number of the connected region of each pixel that is (or is not) ground, from 1; 0 for the others.
fn regions(ground: &[bool], width: u32, is: bool, connectivity: Connectivity) -> Vec<u32> {
    let height = ground.len() as u32 / width.max(1);
    let mask = GrayImage::from_fn(width, height, |x, y| Luma([u8::from(ground[(y * width + x) as usize] == is)]));
    connected_components(&mask, connectivity, Luma([0])).into_raw()
}
