//! Reduction by a whole factor: every block of pixels becomes one pixel in one of the block's colours. Outlines stay
//! closed, lines of one pixel and small features such as eyes survive, and no new colour appears.
//!
//! A plain majority vote would lose everything narrower than a block: limbs, lines, eyes and the outline. These are
//! therefore separated first. The vote decides silhouette and wide areas; thin parts are drawn as connected lines one
//! block wide; the outline is drawn along the rim of the new silhouette.

mod feature;
mod fill;
mod means;
mod outline_pixels;
mod raster;
mod squeeze;
mod thin;

use crate::words::color::{Lab, distance};

use super::picture::{CLEAR, NEIGHBORS_4, Picture};

use rayon::prelude::*;

use feature::{Feature, Kind, features};
pub(super) use fill::filled;
use means::Means;
use outline_pixels::OutlinePixels;
pub(super) use raster::{Raster, raster};
use thin::Block;

/// Colours within this OKLab distance are the same for lines and features.
const ALIKE: f32 = 0.04;
/// How much the vote of a pixel gains with its OKLab distance from what is around.
const CONTRAST: f32 = 10.0;
/// A lost feature is drawn if the picture then differs, per block, by no more than this share of its contrast.
const ALTERED: f32 = 0.25;
/// The loss of all features in terms of the OKLab distance from the picture seen from afar.
const LOST: f32 = 0.03;

/// The number of features of a picture, and how many of them the reduction kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FeatureCount {
    pub kept: usize,
    pub total: usize,
}

impl FeatureCount {
    /// The features of several pictures.
    pub(super) fn sum(counts: impl Iterator<Item = Self>) -> Self {
        counts.fold(Self::default(), |sum, one| Self { kept: sum.kept + one.kept, total: sum.total + one.total })
    }
}

/// Reduces the pictures of a group; `labs` are the colours of their indices. Of several renderings the one is taken for
/// all that shows most features and looks most like the pictures from afar.
pub(super) fn reduced(pictures: &[Picture], labs: &[Lab], raster: &Raster) -> (Vec<Picture>, FeatureCount) {
    if raster.step == 1 {
        let from = [raster.from(0), raster.from(1)];
        let cropped = |picture: &Picture| picture.crop(from[0], from[1], raster.size);
        return (pictures.par_iter().map(cropped).collect(), FeatureCount::default());
    }
    let rendered: Vec<Vec<Rendering>> = pictures
        .par_iter()
        .map(|picture| {
            let plan = Plan::of(picture, labs, raster);
            Manner::ALL.map(|manner| plan.rendered(manner)).to_vec()
        })
        .collect();
    let loss = |manner: usize| {
        let all = rendered.iter().map(|of| &of[manner]);
        let count = FeatureCount::sum(all.clone().map(|one| one.features));
        let lost = (count.total - count.kept) as f32 / count.total.max(1) as f32;
        all.map(|one| one.error).sum::<f32>() / rendered.len() as f32 + LOST * lost
    };
    let best = (0..Manner::ALL.len()).reduce(|a, b| if loss(b) < loss(a) { b } else { a }).unwrap_or(0);
    let features = FeatureCount::sum(rendered.iter().map(|of| of[best].features));
    (rendered.into_iter().map(|mut of| of.swap_remove(best).small).collect(), features)
}

/// How the blocks of a picture get their colours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// By majority; lines and features are drawn over it. Best for flat drawings.
    Lines,
    /// By a vote in which a pixel weighs more the more it differs from what is around, as in detail-preserving image
    /// downscaling (Weber et al. 2016). Features that are still lost are drawn if this alters the picture little. Best
    /// where detail is dense.
    Contrast,
}

impl Manner {
    const ALL: [Self; 2] = [Self::Lines, Self::Contrast];

    /// The weight of a pixel that is so far from the mean colour around.
    fn weight(self, far: f32) -> f32 {
        match self {
            Self::Lines => 1.0,
            Self::Contrast => 1.0 + CONTRAST * far,
        }
    }
}

/// One way in which a picture can be reduced.
#[derive(Clone)]
struct Rendering {
    small: Picture,
    features: FeatureCount,
    /// How much it differs from the picture, seen from afar.
    error: f32,
}

/// What all renderings of a picture share.
struct Plan<'a> {
    picture: &'a Picture,
    labs: &'a [Lab],
    raster: &'a Raster,
    classes: Picture,
    outline: OutlinePixels,
    /// The silhouette, and which of its blocks belong to limbs.
    shape: (Picture, Vec<bool>),
    features: Vec<Feature>,
    means: Means,
}

impl<'a> Plan<'a> {
    fn of(picture: &'a Picture, labs: &'a [Lab], raster: &'a Raster) -> Self {
        let classes = classes(picture, labs);
        let outline = OutlinePixels::of(&classes, labs, raster.step);
        let mut shape = shape(picture, raster);
        outline.make_room(picture, raster, &mut shape.0);
        let features = features(&classes, labs, &outline.pixels, raster, &shape.0);
        let means = Means::of(picture, labs, raster);
        Self { picture, labs, raster, classes, outline, shape, features, means }
    }

    fn rendered(&self, manner: Manner) -> Rendering {
        let Self { picture, raster, .. } = *self;
        let (mut small, limbs) = self.shape.clone();
        self.fill(manner, &mut small);
        if manner == Manner::Lines {
            self.features.iter().for_each(|feature| feature.draw(picture, raster, &mut small));
        }
        let inner = small.clone();
        self.outline.draw(picture, raster, &limbs, &mut small);
        if manner == Manner::Contrast {
            let outline: Vec<bool> = inner.pixels.iter().zip(&small.pixels).map(|(a, b)| a != b).collect();
            self.features.iter().for_each(|feature| self.restore(feature, &outline, &mut small));
        }
        let kept = self.features.iter().filter(|feature| feature.is_kept(picture, raster, &small)).count();
        let error = self.means.error(&small, self.labs);
        Rendering { small, features: FeatureCount { kept, total: self.features.len() }, error }
    }

    /// Draws a feature that is lost, beside the outline, unless this alters the picture too much.
    fn restore(&self, feature: &Feature, outline: &[bool], small: &mut Picture) {
        if feature.is_kept(self.picture, self.raster, small) {
            return;
        }
        let mut blocks = feature.drawn(self.picture, self.raster, small);
        blocks.retain(|(block, _)| !outline[*block]);
        let before = self.means.error_around(&blocks, small, self.labs);
        for (block, index) in &mut blocks {
            std::mem::swap(index, &mut small.pixels[*block]);
        }
        let after = self.means.error_around(&blocks, small, self.labs);
        if after - before > ALTERED * feature.contrast * blocks.len() as f32 {
            blocks.into_iter().for_each(|(block, index)| small.pixels[block] = index);
        }
    }

    /// Gives every opaque block the colour that its pixels vote for, ignoring those of the outline, and where lines are
    /// drawn later, those of lines and boxes.
    fn fill(&self, manner: Manner, small: &mut Picture) {
        let mut ignored = self.outline.pixels.clone();
        let later = self.features.iter().filter(|feature| !matches!(feature.kind, Kind::Dot));
        later.filter(|_| manner == Manner::Lines).flat_map(|feature| &feature.offsets).for_each(|&i| ignored[i] = true);
        let clear = |i: usize| self.picture.pixels[i] == CLEAR;
        for (block, pixel) in small.pixels.iter_mut().enumerate().filter(|(_, pixel)| **pixel != CLEAR) {
            let opaque: Vec<usize> = self.raster.offsets(self.picture, block).filter(|&i| !clear(i)).collect();
            let plain: Vec<usize> = opaque.iter().copied().filter(|&i| !ignored[i]).collect();
            *pixel = self.voted(manner, block, if plain.is_empty() { &opaque } else { &plain });
        }
    }

    /// The most frequent colour of the class with most votes; ties go to the lowest.
    fn voted(&self, manner: Manner, block: usize, offsets: &[usize]) -> u16 {
        let mut votes: Vec<(u16, f32)> = Vec::new();
        for &i in offsets {
            let class = self.classes.pixels[i];
            let weight = manner.weight(distance(self.labs[usize::from(class)], self.means.around[block]));
            match votes.iter_mut().find(|(known, _)| *known == class) {
                Some((_, sum)) => *sum += weight,
                None => votes.push((class, weight)),
            }
        }
        votes.sort_by_key(|(class, _)| *class);
        let class = votes.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(class, _)| class);
        let like = offsets.iter().filter(|&&i| Some(self.classes.pixels[i]) == class);
        most_frequent(like.map(|&i| self.picture.pixels[i])).unwrap_or(0)
    }
}

/// The picture with similar colours merged: each takes the index of the most frequent one.
fn classes(picture: &Picture, labs: &[Lab]) -> Picture {
    let class = class_of(std::slice::from_ref(picture), labs);
    let mut classes = picture.clone();
    classes.map(|index| class[usize::from(index)]);
    classes
}

/// For every index the most frequent one that looks like it.
fn class_of(pictures: &[Picture], labs: &[Lab]) -> Vec<u16> {
    let mut counts = vec![0usize; labs.len()];
    let pixels = pictures.iter().flat_map(|picture| &picture.pixels);
    pixels.filter(|i| **i != CLEAR).for_each(|i| counts[usize::from(*i)] += 1);
    let mut order: Vec<usize> = (0..labs.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(counts[i]), i));
    let mut class: Vec<u16> = vec![CLEAR; labs.len()];
    for (rank, &i) in order.iter().enumerate() {
        let like = order[..rank].iter().find(|&&j| usize::from(class[j]) == j && distance(labs[i], labs[j]) < ALIKE);
        class[i] = *like.unwrap_or(&i) as u16;
    }
    class
}

/// The silhouette with index 0, and which of its blocks belong to limbs: blocks that are at least half covered, and
/// blocks that draw limbs narrower than a block.
fn shape(picture: &Picture, raster: &Raster) -> (Picture, Vec<bool>) {
    let mut opaque = picture.clone();
    opaque.map(|_| 0);
    let thin = thin::thin(&opaque, raster.step);
    let mut limbs = thin::parts(&opaque, &thin);
    limbs.retain(|limb| limb.reach >= raster.step);
    for &offset in limbs.iter().flat_map(|limb| &limb.offsets) {
        opaque.pixels[offset] = 1;
    }
    let covered = |block: usize| raster.offsets(picture, block).filter(|&i| opaque.pixels[i] == 0).count();
    let covered: Vec<usize> = (0..raster.size[0] * raster.size[1]).map(covered).collect();
    let wide: Vec<bool> = covered.iter().enumerate().map(|(i, covered)| 2 * covered >= raster.area(i)).collect();
    let mut blocks: Vec<Block> = wide.iter().map(|&wide| if wide { Block::Drawn } else { Block::Free }).collect();
    for limb in &limbs {
        thin::line(picture, raster, &limb.offsets, &blocks).into_iter().for_each(|block| blocks[block] = Block::Drawn);
    }
    let pixels = blocks.iter().map(|&block| if block == Block::Drawn { 0 } else { CLEAR }).collect();
    let mut small = Picture { width: raster.size[0], height: raster.size[1], pixels };
    for (block, (x, y, _)) in small.clone().enumerate_pixels().enumerate().filter(|(block, _)| wide[*block]) {
        let bump = NEIGHBORS_4.iter().filter(|(dx, dy)| small.at(x + dx, y + dy) == CLEAR).count() == 3;
        if bump && 4 * covered[block] < 3 * raster.area(block) {
            small.pixels[block] = CLEAR;
        }
    }
    let limbs = blocks.into_iter().zip(wide).map(|(block, wide)| block == Block::Drawn && !wide).collect();
    (small, limbs)
}

/// The most frequent index; ties go to the lowest.
fn most_frequent(indices: impl Iterator<Item = u16>) -> Option<u16> {
    let mut sorted: Vec<u16> = indices.collect();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).reduce(|a, b| if b.len() > a.len() { b } else { a }).map(|same| same[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{drawn, text};
    use crate::words::color::{Rgb, oklab};

    fn labs() -> Vec<Lab> {
        [Rgb([10, 10, 20]), Rgb([200, 60, 60]), Rgb([250, 250, 250]), Rgb([60, 160, 60])].map(oklab).to_vec()
    }

    /// Reduces by a factor; the first block starts at `from`.
    fn at(rows: &[&str], from: [usize; 2], step: usize) -> Vec<String> {
        let picture = drawn(rows);
        let size = [(picture.width - from[0]) / step, (picture.height - from[1]) / step];
        text(&reduced(&[picture], &labs(), &Raster::even(step, from.map(|f| f as isize), size)).0[0])
    }

    fn halved(rows: &[&str]) -> Vec<String> {
        at(rows, [0, 0], 2)
    }

    #[test]
    fn blocks_of_one_colour_stay() {
        assert_eq!(halved(&["1133", "1133", "..22", "..22"]), ["13", ".2"]);
    }

    #[test]
    fn an_outline_stays_closed_and_an_eye_stays_open() {
        let rows = [
            "............",
            ".0000000000.",
            ".0111111110.",
            ".0111111110.",
            ".0112111110.",
            ".0111111110.",
            ".0111111110.",
            ".0111111110.",
            ".0000000000.",
            "............",
        ];
        assert_eq!(at(&rows, [1, 1], 2), ["00000", "02110", "01110", "00000"]);
    }

    #[test]
    fn a_line_of_one_pixel_survives() {
        let rows = ["333333", "333333", "222222", "333333", "333333", "333333"];
        assert_eq!(halved(&rows), ["333", "222", "333"]);
    }

    #[test]
    fn a_pole_between_two_columns_stays_whole_and_one_block_wide() {
        let mut rows = vec!["...22..........."; 8];
        rows.extend(["1111111111111111"; 8]);
        assert_eq!(at(&rows, [0, 0], 4), [".2..", ".2..", "1111", "1111"]);
    }

    #[test]
    fn a_slanted_limb_stays_connected() {
        let rows: Vec<String> = (0..24).map(|y| format!("{:>1$}", "22", 3 + y / 2).replace(' ', ".")).collect();
        let rows: Vec<String> = rows.iter().map(|row| format!("{row:.<24}")).collect();
        let small = at(&rows.iter().map(String::as_str).collect::<Vec<_>>(), [0, 0], 4);
        assert_eq!(small, ["2.....", ".2....", ".2....", "..2...", "..2...", "...2.."].map(String::from));
    }

    #[test]
    fn a_pair_of_eyes_stays_a_pair() {
        let eyes = "..1111001111001111..";
        let rows = ["..1111111111111111..", eyes, eyes, "..1111111111111111.."];
        let rows = [
            rows[0], rows[0], rows[0], rows[0], rows[0], rows[1], rows[2], rows[3], rows[0], rows[0], rows[0], rows[0],
        ];
        let small = at(&rows, [2, 0], 4);
        let mirrored: Vec<String> = small.iter().map(|row| row.chars().rev().collect()).collect();
        assert_eq!(small, mirrored);
        assert!(small[1].contains('0'), "{small:?}");
    }

    #[test]
    fn a_box_shaped_eye_stays_a_box() {
        let eye = "1111000111";
        let rows = ["1111111111", "1111111111", "1111111111", eye, eye, eye, "1111111111", "1111111111"];
        let small = halved(&rows);
        let eyes: Vec<&str> = small.iter().filter(|row| row.contains('0')).map(String::as_str).collect();
        assert!(eyes.len() == 2 && eyes[0] == eyes[1] && eyes[0].contains("00"), "{small:?}");
    }

    #[test]
    fn close_lines_are_a_texture_and_are_voted_on() {
        let rows = ["32333233", "32333233", "22222222", "32333233", "32333233", "32333233", "22222222", "32333233"];
        let small = at(&rows, [0, 0], 4);
        assert_eq!(small, ["33", "33"]);
    }

    #[test]
    fn kept_features_are_counted() {
        let picture = drawn(&["333333", "333333", "222222", "333333", "333333", "333333"]);
        let (_, kept) = reduced(&[picture], &labs(), &Raster::even(2, [0, 0], [3, 3]));
        assert_eq!(kept, FeatureCount { kept: 1, total: 1 });
    }

    #[test]
    fn an_outline_of_two_pixels_is_not_doubled() {
        let wide = |inner: &str| format!("..00{inner}00..");
        let mut rows = vec![".".repeat(20); 2];
        rows.extend(vec![format!("..{}..", "0".repeat(16)); 2]);
        rows.extend(vec![wide(&"1".repeat(12)); 12]);
        rows.extend(vec![format!("..{}..", "0".repeat(16)); 2]);
        rows.extend(vec![".".repeat(20); 2]);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(at(&rows, [2, 2], 4), ["0000", "0110", "0110", "0000"]);
        assert_eq!(at(&rows, [1, 1], 3)[1], "011110");
    }
}
