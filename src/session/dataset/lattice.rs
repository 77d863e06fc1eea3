//! The scale of an image of pixel art: a whole factor, a broken one, or none that can be found.

use image::RgbaImage;

/// How the native pixels lie in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lattice {
    /// Each native pixel is a square of `scale`; the first ones begin at `phase`, cut-off ones lie before it.
    Whole { scale: u32, phase: [u32; 2] },
    /// It was enlarged to its size from this one, which is no whole fraction of it.
    Broken { native: [u32; 2] },
    /// It is native art, or was enlarged from this size: others of its folder tell.
    Doubtful { native: [u32; 2] },
    /// Each native pixel is several pixels wide, and not all are equally wide.
    Uneven,
}

/// A cut-off first cell needs so many boundaries on each axis as evidence.
const CUT_OFF: usize = 8;
/// An enlargement leaves rows and columns without a boundary where native art would have some. If native art shows the same
/// so seldom by chance, the image was enlarged: one in 440,000. Of 215 sprites and tiles that people drew, none is rarer than
/// one in 27,000.
const SELDOM: f64 = 2.26e-6;
/// Rarer than this, one in 400, and it is doubtful.
const RARE: f64 = 2.5e-3;
/// Images with a longer side are not searched for broken factors.
const LONGEST: u32 = 2048;
/// Small native art often has no detail of one pixel.
const SMALL: u32 = 64;

/// Finds the lattice of an image.
pub(super) fn find(image: &RgbaImage) -> Lattice {
    let boundaries = boundaries(image);
    let size: [u32; 2] = image.dimensions().into();
    let common = |axis: usize| boundaries[axis].iter().fold(size[axis], |all, at| gcd(all, *at));
    let scale = gcd(common(0), common(1));
    if scale > 1 {
        return Lattice::Whole { scale, phase: [0, 0] };
    }
    if let Some(found) = cut_off(&boundaries) {
        return found;
    }
    let enlarged = broken(&boundaries, size);
    if let Some((native, _)) = enlarged.filter(|(_, chance)| *chance <= SELDOM) {
        return Lattice::Broken { native };
    }
    if size[0].max(size[1]) > SMALL && boundaries.iter().all(|found| is_coarse(found)) {
        return Lattice::Uneven;
    }
    if let Some((native, _)) = enlarged.filter(|(_, chance)| *chance <= RARE) {
        return Lattice::Doubtful { native };
    }
    Lattice::Whole { scale: 1, phase: [0, 0] }
}

/// The native pixels: one of each cell.
pub(super) fn native(image: &RgbaImage, scale: u32, phase: [u32; 2]) -> RgbaImage {
    let starts = |axis: usize, length: u32| -> Vec<u32> {
        let first = (phase[axis] > 0).then_some(0);
        first.into_iter().chain((phase[axis]..length).step_by(scale as usize)).collect()
    };
    let (across, down) = (starts(0, image.width()), starts(1, image.height()));
    RgbaImage::from_fn(across.len() as u32, down.len() as u32, |x, y| {
        let pixel = *image.get_pixel(across[x as usize], down[y as usize]);
        if pixel[3] == 0 { image::Rgba([0; 4]) } else { pixel }
    })
}

/// The columns and the rows whose pixels differ from those before them.
fn boundaries(image: &RgbaImage) -> [Vec<u32>; 2] {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let pixels = image.as_raw().as_chunks::<4>().0;
    let (mut columns, mut rows) = (vec![false; width], vec![false; height]);
    for y in 0..height {
        let row = &pixels[y * width..][..width];
        for x in 1..width {
            columns[x] = columns[x] || differ(row[x - 1], row[x]);
        }
        if y > 0 {
            let above = &pixels[(y - 1) * width..][..width];
            rows[y] = row.iter().zip(above).any(|(pixel, above)| differ(*pixel, *above));
        }
    }
    let places = |found: Vec<bool>| (0..).zip(found).filter_map(|(at, is)| is.then_some(at)).collect();
    [places(columns), places(rows)]
}

/// Transparent pixels have no colour.
fn differ(a: [u8; 4], b: [u8; 4]) -> bool {
    a != b && (a[3] > 0 || b[3] > 0)
}

/// Cells of one size of which the first is cut off.
fn cut_off(boundaries: &[Vec<u32>; 2]) -> Option<Lattice> {
    let step = |found: &[u32]| {
        let steps = found.windows(2).map(|pair| pair[1] - pair[0]);
        (found.len() >= CUT_OFF).then(|| steps.fold(0, gcd))
    };
    let scale = gcd(step(&boundaries[0])?, step(&boundaries[1])?);
    let phase = |axis: usize| boundaries[axis].first().map_or(0, |first| first % scale);
    (scale > 1).then(|| Lattice::Whole { scale, phase: [phase(0), phase(1)] })
}

/// The size from which nearest-neighbour enlargement makes such boundaries, and how likely native art has them by chance.
fn broken(boundaries: &[Vec<u32>; 2], size: [u32; 2]) -> Option<([u32; 2], f64)> {
    let [width, height] = size;
    if width.max(height) > LONGEST {
        return None;
    }
    let candidates = (2..width).filter_map(|across| {
        let exact = u64::from(across) * u64::from(height);
        let down = u32::try_from((exact * 2 + u64::from(width)) / (2 * u64::from(width))).ok()?.clamp(1, height);
        let axis = |axis: usize, native: u32| {
            let ways = [1, 0].map(|middle| by_chance(&boundaries[axis], [native, size[axis]], middle));
            ways.into_iter().flatten().min_by(f64::total_cmp)
        };
        Some(([across, down], axis(0, across)? * axis(1, down)?))
    });
    candidates.min_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// How likely native art has no boundary wherever an enlargement can have none; `None` if it has one there. Only what lies
/// between the first and the last boundary counts: around it is the margin of a sprite.
fn by_chance(boundaries: &[u32], of: [u32; 2], middle: u64) -> Option<f64> {
    if boundaries.len() >= of[0] as usize || !boundaries.iter().all(|at| starts_cell(*at, of, middle)) {
        return None;
    }
    let (Some(first), Some(last)) = (boundaries.first(), boundaries.last()) else { return Some(1.0) };
    let inside = f64::from((last - first).saturating_sub(1));
    let found = boundaries.len().saturating_sub(2) as f64;
    let without = 1.0 - (found + 0.5) / (inside + 1.0);
    let spare = (first + 1..*last).filter(|at| !starts_cell(*at, of, middle)).count();
    // A product is the same on every machine; a power need not be.
    Some((0..spare).fold(1.0, |chance, _| chance * without.max(0.0)))
}

/// Whether a cell begins at a pixel; pixels are sampled in their middle or at their edge.
fn starts_cell(at: u32, [native, size]: [u32; 2], middle: u64) -> bool {
    let cell = |at: u64| (2 * at + middle) * u64::from(native) / (2 * u64::from(size));
    cell(at.into()) != cell(u64::from(at) - 1)
}

fn is_coarse(boundaries: &[u32]) -> bool {
    boundaries.len() >= CUT_OFF && boundaries.windows(2).all(|pair| pair[1] - pair[0] > 1)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
pub(super) mod tests {
    use image::Rgba;

    use super::*;
    use crate::words::sheet::scale;

    /// Art without rows or columns that repeat.
    pub(in crate::session::dataset) fn art(side: u32, seed: u32) -> RgbaImage {
        RgbaImage::from_fn(side, side, |x, y| {
            let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503) ^ seed.wrapping_mul(97_003);
            match (mixed >> 9) % 5 {
                0 => Rgba([0; 4]),
                other => Rgba([(other * 60) as u8, (40 + other * 30) as u8, 200, 255]),
            }
        })
    }

    fn enlarged(image: &RgbaImage, size: u32) -> RgbaImage {
        RgbaImage::from_fn(size, size, |x, y| {
            let at = |x: u32| (2 * x + 1) * image.width() / (2 * size);
            *image.get_pixel(at(x), at(y))
        })
    }

    #[test]
    fn whole_factors_are_found_and_undone() {
        let art = art(24, 1);
        for k in [1, 2, 3, 4, 8, 10] {
            let large = scale(&art, k);
            assert_eq!(find(&large), Lattice::Whole { scale: k, phase: [0, 0] });
            assert_eq!(native(&large, k, [0, 0]), art);
        }
    }

    #[test]
    fn cut_off_cells_are_cells() {
        let large = scale(&art(24, 1), 6);
        let cut = image::imageops::crop_imm(&large, 4, 1, 130, 131).to_image();
        assert_eq!(find(&cut), Lattice::Whole { scale: 6, phase: [2, 5] });
        assert_eq!(native(&cut, 6, [2, 5]).dimensions(), (23, 22));
    }

    /// A ball with an outline, lit from the left, on nothing.
    fn ball(side: u32, seed: u32) -> RgbaImage {
        let radius = side * 2 / 5;
        RgbaImage::from_fn(side, side, |x, y| {
            let far = x.abs_diff(side / 2).pow(2) + y.abs_diff(side / 2).pow(2);
            let mixed = (x * 31 + y * 17 + seed).wrapping_mul(2_654_435_761) >> 24;
            match far {
                far if far > radius * radius => Rgba([0; 4]),
                far if far > (radius - 1) * (radius - 1) => Rgba([40, 20, 30, 255]),
                _ if mixed < 20 => Rgba([250, 250, 220, 255]),
                _ if x < side / 2 => Rgba([230, 180, 90, 255]),
                _ => Rgba([180, 110, 60, 255]),
            }
        })
    }

    const FACTORS: [u32; 14] = [125, 130, 140, 150, 160, 175, 190, 210, 225, 250, 270, 310, 330, 350];

    #[test]
    fn small_art_is_never_taken_for_native_after_a_broken_enlargement() {
        for (side, seed) in [(16, 1), (16, 2), (20, 3), (24, 4), (32, 5), (40, 6), (48, 7), (64, 8)] {
            for factor in FACTORS {
                let size = side * factor / 100;
                for image in [art(side, seed), ball(side, seed)] {
                    assert!(matches!(find(&image), Lattice::Whole { scale: 1, .. }), "{side}");
                    let found = find(&enlarged(&image, size));
                    // The smallest art shows too little in one image alone.
                    let is_found = match found {
                        Lattice::Broken { .. } | Lattice::Uneven => true,
                        Lattice::Doubtful { .. } => side <= 24,
                        Lattice::Whole { .. } => false,
                    };
                    assert!(is_found, "{side} x {factor}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn broken_factors_are_found_with_the_native_size() {
        for (side, size) in [(32, 100), (32, 106), (48, 120), (64, 150)] {
            assert_eq!(find(&enlarged(&art(side, 2), size)), Lattice::Broken { native: [side, side] }, "{side} {size}");
        }
    }
}
