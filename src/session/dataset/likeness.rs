//! Which native images are the same, nearly the same, or mirror images of each other.

use image::RgbaImage;

/// How two images are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// All pixels are equal.
    Equal,
    /// All pixels are equal once one is mirrored.
    Mirrored,
    /// Few pixels differ.
    Near,
    /// Few pixels differ once one is mirrored.
    NearMirrored,
}

/// An image with its fingerprints.
pub(super) struct Print<'a> {
    image: &'a RgbaImage,
    hash: u64,
    mirrored: u64,
}

/// The hashes of near duplicates differ in at most so many bits.
const BITS: u32 = 6;
/// One pixel in so many may differ.
const SHARE: usize = 12;

impl<'a> Print<'a> {
    /// The fingerprints of an image.
    pub(super) fn of(image: &'a RgbaImage) -> Self {
        let mirrored = difference_hash(&image::imageops::flip_horizontal(image));
        Self { image, hash: difference_hash(image), mirrored }
    }

    /// How another image is alike.
    pub(super) fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.image.dimensions() != other.image.dimensions() {
            return None;
        }
        let near = |hash: u64| (hash ^ other.hash).count_ones() <= BITS;
        let straight = near(self.hash).then(|| self.differing(other, false)).flatten();
        let mirrored = near(self.mirrored).then(|| self.differing(other, true)).flatten();
        match (straight, mirrored) {
            (Some(0), _) => Some(Likeness::Equal),
            (_, Some(0)) => Some(Likeness::Mirrored),
            (Some(_), _) => Some(Likeness::Near),
            (_, Some(_)) => Some(Likeness::NearMirrored),
            (None, None) => None,
        }
    }

    /// How many pixels differ, if they are few among those that are not transparent in both.
    fn differing(&self, other: &Self, mirrored: bool) -> Option<usize> {
        let width = self.image.width() as usize;
        let rows = |image: &'a RgbaImage| image.as_raw().as_chunks::<4>().0.chunks(width.max(1));
        let (mut drawn, mut differing) = (0, 0);
        for (a, b) in rows(self.image).zip(rows(other.image)) {
            for x in 0..width {
                let (a, b) = (a[if mirrored { width - 1 - x } else { x }], b[x]);
                drawn += usize::from(a[3] > 0 || b[3] > 0);
                differing += usize::from(a != b);
            }
        }
        (differing * SHARE <= drawn).then_some(differing)
    }
}

/// Whether each of 8 x 8 areas is darker than the one to its right.
fn difference_hash(image: &RgbaImage) -> u64 {
    let area = |x: u32, y: u32| {
        let span = |at: u32, parts: u32, length: u32| {
            let start = (at * length / parts).min(length - 1);
            start..((at + 1) * length / parts).clamp(start + 1, length)
        };
        let (mut sum, mut count) = (0_u64, 0_u64);
        for y in span(y, 8, image.height()) {
            for x in span(x, 9, image.width()) {
                sum += u64::from(luma(image.get_pixel(x, y).0));
                count += 1;
            }
        }
        sum * 256 / count.max(1)
    };
    let mut hash = 0;
    for y in 0..8 {
        for x in 0..8 {
            hash = hash << 1 | u64::from(area(x, y) < area(x + 1, y));
        }
    }
    hash
}

/// The brightness over white, 0 to 255.
fn luma([r, g, b, alpha]: [u8; 4]) -> u32 {
    let bright = (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000;
    (bright * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255
}

/// For each image, the first of the images that it is alike with through others.
pub(super) fn clusters(count: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut first: Vec<usize> = (0..count).collect();
    let root = |first: &[usize], mut at: usize| {
        while first[at] != at {
            at = first[at];
        }
        at
    };
    for (a, b) in pairs {
        let (a, b) = (root(&first, a), root(&first, b));
        first[a.max(b)] = a.min(b);
    }
    (0..count).map(|at| root(&first, at)).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::super::lattice::tests::art;
    use super::*;

    #[test]
    fn copies_mirror_images_and_retouched_ones_are_found() {
        let knight = art(24, 3);
        let mirror = image::imageops::flip_horizontal(&knight);
        let mut touched = knight.clone();
        touched.put_pixel(3, 3, Rgba([1, 2, 3, 255]));
        let touched_mirror = image::imageops::flip_horizontal(&touched);
        let other = art(24, 4);
        let of = |other: &RgbaImage| Print::of(&knight).likeness(&Print::of(other));
        assert_eq!(of(&knight.clone()), Some(Likeness::Equal));
        assert_eq!(of(&mirror), Some(Likeness::Mirrored));
        assert_eq!(of(&touched), Some(Likeness::Near));
        assert_eq!(of(&touched_mirror), Some(Likeness::NearMirrored));
        assert_eq!(of(&other), None);
        assert_eq!(clusters(5, [(3, 1), (4, 3)].into_iter()), [0, 1, 2, 1, 1]);
    }
}
