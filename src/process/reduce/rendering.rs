//! The renderings of a reduced picture: what they share, and how each colours its blocks.

use crate::process::picture::{CLEAR, Picture};
use crate::words::color::{Lab, distance};

use super::feature::{Feature, Kind, features};
use super::means::Means;
use super::outline_pixels::OutlinePixels;
use super::raster::Raster;
use super::{FeatureCount, class_of, most_frequent, shape};

/// How much the vote of a pixel gains with its OKLab distance from what is around.
const CONTRAST: f32 = 10.0;
/// How much the vote of a pixel gains for each line through it, column or row, that its block keeps.
const KEPT: f32 = 1.0;
/// A lost feature is drawn if the picture then differs, per block, by no more than this share of its contrast..
const ALTERED: f32 = 0.1;
/// .. or by this multiple of its squared contrast: what stands out must not get lost, whatever it covers.
const STRIKING: f32 = 2.0;

/// How the blocks of a picture get their colours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// By majority; lines and features are drawn over it. Best for flat drawings.
    Lines,
    /// By a vote in which a pixel weighs more the more it differs from what is around, as in detail-preserving image
    /// downscaling (Weber et al. 2016). Features that are still lost are drawn if this alters the picture little. Best
    /// where detail is dense.
    Contrast,
}

impl Manner {
    pub(super) const ALL: [Self; 2] = [Self::Lines, Self::Contrast];

    /// The weight of a pixel that is so far from the mean colour around.
    fn weight(self, far: f32) -> f32 {
        match self {
            Self::Lines => 1.0,
            Self::Contrast => 1.0 + CONTRAST * far,
        }
    }
}

/// One way in which a picture can be reduced.
pub(super) struct Rendering {
    pub small: Picture,
    pub features: FeatureCount,
    /// How much it differs from the picture, seen from afar.
    pub error: f32,
}

/// What all renderings of a picture share.
pub(super) struct Plan<'a> {
    picture: &'a Picture,
    labs: &'a [Lab],
    raster: &'a Raster,
    class: Vec<u16>,
    classes: Picture,
    outline: OutlinePixels,
    /// The silhouette, and which of its blocks belong to limbs.
    shape: (Picture, Vec<bool>),
    features: Vec<Feature>,
    means: Means,
}

impl<'a> Plan<'a> {
    pub(super) fn of(picture: &'a Picture, labs: &'a [Lab], raster: &'a Raster) -> Self {
        let class = class_of(std::slice::from_ref(picture), labs);
        let mut classes = picture.clone();
        classes.map(|index| class[usize::from(index)]);
        let outline = OutlinePixels::of(&classes, labs, raster.step);
        let mut shape = shape(picture, raster);
        outline.make_room(picture, raster, &mut shape.0);
        let features = features(&classes, labs, &outline.pixels, raster, &shape.0);
        let means = Means::of(picture, labs, raster);
        Self { picture, labs, raster, class, classes, outline, shape, features, means }
    }

    pub(super) fn rendered(&self, manner: Manner) -> Rendering {
        let Self { picture, raster, .. } = *self;
        let (mut small, limbs) = self.shape.clone();
        self.fill(manner, &mut small);
        if manner == Manner::Lines {
            self.features.iter().for_each(|feature| feature.draw(picture, raster, &mut small));
        }
        let inner = small.clone();
        self.outline.draw(picture, raster, &limbs, &mut small);
        let outline: Vec<bool> = inner.pixels.iter().zip(&small.pixels).map(|(a, b)| a != b).collect();
        let is_open = |feature: &&Feature| manner == Manner::Contrast || matches!(feature.kind, Kind::Box(_));
        self.features.iter().filter(is_open).for_each(|feature| self.restore(feature, &outline, &mut small));
        let kept = self.features.iter().filter(|feature| feature.is_kept(picture, raster, &small)).count();
        let error = self.means.error(&small, self.labs);
        Rendering { small, features: FeatureCount { kept, total: self.features.len() }, error }
    }

    /// Draws a feature that is lost, beside the outline, unless this alters the picture too much. A box that the vote
    /// shows in another shape becomes a box, so that no eye is L-shaped.
    fn restore(&self, feature: &Feature, outline: &[bool], small: &mut Picture) {
        let lost = !feature.is_kept(self.picture, self.raster, small);
        let around: Vec<usize> = feature.blocks(self.picture, self.raster);
        let shown = if lost { Vec::new() } else { self.shown(feature, &around, small) };
        let is_box = matches!(feature.kind, Kind::Box(_));
        if !lost && (!is_box || !self.is_misshapen(feature, &around, &shown)) {
            return;
        }
        let mut with = small.clone();
        let drawn = feature.drawn(self.picture, self.raster, small);
        for (block, index) in shown.into_iter().chain(drawn).filter(|(block, _)| !outline[*block]) {
            with.pixels[block] = index;
        }
        let [before, after] = [&*small, &with].map(|small| self.means.error_around(&around, small, self.labs));
        let share = ALTERED.max(STRIKING * feature.contrast);
        if after - before <= share * feature.contrast * around.len() as f32 {
            *small = with;
        }
    }

    /// Whether a box is shown in another shape than a box, or, if nothing of its colour is near, in another size than its
    /// own: equal eyes stay equal.
    fn is_misshapen(&self, feature: &Feature, around: &[usize], shown: &[(usize, u16)]) -> bool {
        let Some(sides) = self.raster.sides_of_box(shown.iter().map(|(block, _)| *block)) else { return true };
        let own = self.classes.pixels[feature.offsets[0]];
        let is_other = |i: &usize| self.classes.pixels[*i] == own && feature.offsets.binary_search(i).is_err();
        let near = around.iter().any(|&block| self.raster.offsets(self.picture, block).any(|i| is_other(&i)));
        !near && sides != feature.sides(self.picture, self.raster)
    }

    /// The blocks that have a feature's colour because of the feature, with the colours that they have without it.
    fn shown(&self, feature: &Feature, around: &[usize], small: &Picture) -> Vec<(usize, u16)> {
        let class = |index: u16| (index != CLEAR).then(|| self.class[usize::from(index)]);
        let own = class(self.picture.pixels[feature.offsets[0]]);
        let others = |block: usize| {
            let opaque = self.raster.offsets(self.picture, block).filter(|i| self.picture.pixels[*i] != CLEAR);
            opaque.filter(|i| feature.offsets.binary_search(i).is_err()).collect::<Vec<usize>>()
        };
        // A block that the feature fills takes the colour of the blocks beside it.
        let beside = |block: usize| self.raster.beside(block).flat_map(others).collect();
        let rest = |&block: &usize| {
            let others = Some(others(block)).filter(|own| !own.is_empty()).unwrap_or_else(|| beside(block));
            (!others.is_empty()).then(|| (block, self.voted(Manner::Contrast, block, &others)))
        };
        let shown = around.iter().filter(|block| class(small.pixels[**block]) == own).filter_map(rest);
        shown.filter(|(_, index)| class(*index) != own).collect()
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
            let kept = self.raster.keeps(block, i % self.picture.width, i / self.picture.width);
            let weight = manner.weight(distance(self.labs[usize::from(class)], self.means.around[block]))
                * (1.0 + KEPT * kept as f32);
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
