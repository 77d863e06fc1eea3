//! The colours of a texture from dark to light, with those of its palette between and beyond them, so that light and
//! shadow are drawn in colours that belong to it.

use image::{Rgba, RgbaImage};

use crate::words::color::{Lab, Rgb, oklab};
use crate::words::layout::Look;

/// Colours that fewer pixels have, in per mille, are details: nothing else is drawn in them.
const DETAIL: usize = 60;

/// Lightnesses that are closer than this look the same.
const SAME: f32 = 0.02;

/// The lightness that one step is to change.
const STEP: f32 = 0.1;

/// A contour is darker than the ground by so much.
const CONTOUR: f32 = 0.17;

/// Colours of less chroma have no hue.
const GREY: f32 = 0.03;

/// What another hue costs, beside squared differences of lightness.
const OTHER_HUE: f32 = 0.08;

/// The colours of a texture.
pub(super) struct Ramp {
    /// The colours that make the texture, by lightness.
    own: Vec<Step>,
    /// These, its details and its palette, by lightness.
    all: Vec<Step>,
}

#[derive(Clone, Copy)]
struct Step {
    color: Rgba<u8>,
    lab: Lab,
    count: usize,
}

impl Step {
    fn new(color: [u8; 4], count: usize) -> Self {
        let [r, g, b, _] = color;
        Self { color: Rgba(color), lab: oklab(Rgb([r, g, b])), count }
    }

    fn chroma(&self) -> f32 {
        (self.lab[1] * self.lab[1] + self.lab[2] * self.lab[2]).sqrt()
    }

    /// What it costs to take another colour for this one, made lighter by `step`.
    fn cost(&self, other: &Self, step: f32) -> f32 {
        let lightness = other.lab[0] - self.lab[0] - step;
        let hue = match (self.chroma() < GREY, other.chroma() < GREY) {
            (true, true) => 0.0,
            (false, false) => {
                let product = self.lab[1] * other.lab[1] + self.lab[2] * other.lab[2];
                1.0 - product / (self.chroma() * other.chroma())
            }
            _ => 0.5,
        };
        let chroma = other.chroma() - self.chroma();
        lightness * lightness + 2.0 * chroma * chroma + OTHER_HUE * hue
    }
}

impl Ramp {
    /// The opaque colours of a texture, and those of the palette that it is drawn in; `None` if it has none.
    pub(super) fn of(texture: &RgbaImage, palette: &[Rgb]) -> Option<Self> {
        let mut pixels: Vec<[u8; 4]> = texture.pixels().map(|pixel| pixel.0).filter(|pixel| pixel[3] == 255).collect();
        pixels.sort_unstable();
        let count = pixels.len();
        let mut all: Vec<Step> = pixels.chunk_by(|a, b| a == b).map(|same| Step::new(same[0], same.len())).collect();
        let most = all.iter().map(|step| step.count).max()?;
        let mut own = all.clone();
        own.retain(|step| step.count == most || step.count * 1000 >= count * DETAIL);
        for &Rgb([r, g, b]) in palette {
            if all.iter().all(|step| step.color.0 != [r, g, b, 255]) {
                all.push(Step::new([r, g, b, 255], 0));
            }
        }
        for colors in [&mut own, &mut all] {
            colors.sort_by(|a, b| a.lab[0].total_cmp(&b.lab[0]).then_with(|| a.color.0.cmp(&b.color.0)));
        }
        Some(Self { own, all })
    }

    /// The share of the texture's pixels that have a colour, in per mille, rounded up.
    pub(super) fn share(&self, color: Rgba<u8>) -> usize {
        let all: usize = self.all.iter().map(|step| step.count).sum();
        let count = self.all.iter().find(|step| step.color == color).map_or(0, |step| step.count);
        (1000 * count).div_ceil(all.max(1))
    }

    /// The colour of contours: the darkest of the texture, or one that is dark enough.
    pub(super) fn contour(&self) -> Rgba<u8> {
        let (usual, darkest) = (self.most(), &self.own[0]);
        let is_dark = usual.lab[0] - darkest.lab[0] >= CONTOUR;
        if is_dark { darkest.color } else { self.beside(usual.color, -2.0 * STEP) }
    }

    /// Darker than the texture, lighter than a contour.
    pub(super) fn dark(&self) -> Rgba<u8> {
        self.darker(self.usual(), 1)
    }

    /// Lighter than the texture, in its hue.
    pub(super) fn light(&self) -> Rgba<u8> {
        self.beside(self.usual(), 1.5 * STEP)
    }

    /// All that a look draws the terrain's border in: contours, and what is darker or lighter than the texture.
    pub(super) fn lines(&self, look: Look) -> Vec<Rgba<u8>> {
        let (dark, light) = ([self.contour(), self.dark()], self.light());
        let light: &[Rgba<u8>] = match look {
            Look::Flat | Look::Shore => &[],
            Look::Grass | Look::Cliff | Look::Path => &[light],
            Look::Stone => &[light, self.lighter(light, 1), self.lighter(light, 2)],
        };
        [&dark[..], light].concat()
    }

    /// The lightest colour that is not yellow or red: foam.
    pub(super) fn white(&self) -> Rgba<u8> {
        let is_cold = |step: &&Step| step.lab[2] < GREY && step.lab[1] < GREY;
        self.all.iter().rev().find(is_cold).or(self.all.last()).map_or(self.usual(), |step| step.color)
    }

    /// The colour that most pixels have.
    pub(super) fn usual(&self) -> Rgba<u8> {
        self.most().color
    }

    fn most(&self) -> &Step {
        self.own.iter().max_by_key(|step| (step.count, step.color.0)).unwrap_or(&self.own[0])
    }

    /// A colour some steps darker, as near in hue as there is one; the darkest stays.
    pub(super) fn darker(&self, color: Rgba<u8>, steps: u32) -> Rgba<u8> {
        (0..steps).fold(color, |color, _| self.beside(color, -STEP))
    }

    /// A colour some steps lighter; the lightest stays.
    pub(super) fn lighter(&self, color: Rgba<u8>, steps: u32) -> Rgba<u8> {
        (0..steps).fold(color, |color, _| self.beside(color, STEP))
    }

    fn beside(&self, color: Rgba<u8>, step: f32) -> Rgba<u8> {
        let from = Step::new(color.0, 0);
        let is_beyond = |to: &&Step| (to.lab[0] - from.lab[0]) * step.signum() > SAME;
        let others = self.all.iter().filter(is_beyond);
        let nearest = others.min_by(|a, b| from.cost(a, step).total_cmp(&from.cost(b, step)));
        nearest.map_or(color, |step| step.color)
    }

    /// How much it looks like earth or rock: neither green nor blue.
    pub(super) fn earthiness(&self) -> f32 {
        let all = self.own.iter().map(|step| step.count as f32).sum::<f32>();
        let earth = |step: &Step| step.count as f32 * (step.lab[1] + step.lab[2].min(0.0));
        self.own.iter().map(earth).sum::<f32>() / all.max(1.0)
    }
}
