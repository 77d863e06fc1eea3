//! Whether a picture has a ground, told from its border.
//!
//! A ground varies from cell to cell no more than samples vary within a cell, whatever the noise; the cells of a scene
//! differ by much more. So no threshold is a colour distance of its own, but for one that no eye sees.

use std::collections::BTreeMap;

use super::{View, border, chroma, field, median, quantile, shadow};
use crate::process::toe::toe_decode;
use crate::words::color::{Lab, Rgb, distance, oklab};

/// Steps between cells that nobody sees, whatever the noise,
const UNSEEN: f32 = 0.010;
/// and steps of this many times the spread within a cell. Measured: grounds have at most 3.5, tile scenes 7.4 and more.
const STEPS: f32 = 4.5;
/// A codec's noise is as wide as some pixels, so that samples half a cell apart do not show all of it in cells shorter than
/// this, in pixels.
const SHORT: f32 = 12.0;
/// There, steps of at most so many times [`STEPS`] are noise. Measured: in cells of 4.5 to 7 pixels, three quarters of the
/// steps of a ground are within 5.1 times the spread.
const WIDER: f32 = 1.6;
/// The ground joins cells over at least this distance: the ringing of a codec at the subject's edge.
const LINK: f32 = 0.02;
/// The ground follows shading up to this distance from its colour.
const FAR: f32 = 0.25;
/// A ground covers this share of the border,
const MOST: f32 = 0.5;
/// or nearly all of it.
const ALL: f32 = 0.9;
/// The share of steps along the border of a ground that are larger than noise. Measured: grounds have at most 0.134.
const ROUGH: f32 = 0.134;
/// The same where the ground covers nearly all of the border. Measured: grounds have at most 0.22, scenes cover less.
const ROUGHEST: f32 = 0.25;
/// Steps of the subject do not count: those between cells farther than this from the ground's colour.
const SHADED: f32 = 0.10;
/// A ground is wider than an outline: this share of its border cells have ground one and two cells further in.
const WIDE: f32 = 0.25;
/// An object that covers at least 1/7 of two opposite sides spans the picture,
const SPAN: usize = 7;
/// unless it is a bust or a floor: it covers a whole side and at most this share of those beside it.
const FLOOR: f32 = 0.42;
/// The border of a ground is within this distance of its colour, but for a twentieth; a sky that fades is not.
const FADING: f32 = 0.08;
/// Colours in which artists do not draw: at least this chroma.
const VIVID: f32 = 0.2;
/// The ground joins cells over this distance in a vivid colour, whose bleeding nothing else looks like.
const BLEED: f32 = 0.04;
/// The vivid colours that are asked for as keys, and how far a picture's key may be from them.
const KEYS: [Rgb; 3] = [Rgb([255, 0, 255]), Rgb([0, 255, 0]), Rgb([0, 0, 255])];
const NEAR_KEY: f32 = 0.10;
/// How far a ground may be from the colour that was asked for: a vivid one keeps its hue, others are the colour.
const HUE: f32 = 0.2;
const SAME_HUE: f32 = 0.94;
const SAME: f32 = 0.1;
/// The share of the border that a key colour covers at least, and one that is known.
const KEY_SHARE: f32 = 0.25;
const KNOWN_SHARE: f32 = 0.05;
/// A key colour that nobody asked for covers as many corners.
const CORNERS: usize = 3;
/// Grains of a textured ground: it joins cells over this many times its own noise,
const GRAIN: f32 = 5.0;
/// and at most over this distance.
const GRAINS: f32 = 0.09;
/// The cells of a soft shadow have slopes: their samples spread by more than so many times those along the border.
const SLOPES: f32 = 3.0;
/// Specks of at most so many cells, within so many times the noise, are grains.
const SPECKS: usize = 2;
const SPECK: f32 = 8.0;
/// The mode is the colour with most cells within this distance, or within twice the steps.
const CLUSTER: f32 = 0.02;

/// Which ground is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Whatever the border agrees on.
    Any,
    /// The same, but this colour was asked for.
    Expected(Lab),
    /// A vivid key colour, and nothing else.
    Vivid,
    /// This colour, and nothing else.
    Color(Lab),
}

/// A ground.
pub(super) struct Ground {
    /// Its colour along the border.
    pub color: Lab,
    /// Its cells that are connected with the border.
    pub cells: Vec<bool>,
    /// Whether artists do not draw in its colour.
    pub vivid: bool,
    /// Its colour at every cell, or what it would be.
    pub field: Vec<Lab>,
    /// How far each cell is from it, in steps.
    pub depth: Vec<u32>,
    /// The median distance of its cells from the field.
    pub noise: f32,
    /// Its cells differ from those around them by less than this.
    pub link: f32,
    /// Whether only the noise of short cells makes it one.
    short: bool,
}

impl Ground {
    /// The ground with its noise, and with what only its noise hid: cells farther off than noise within cells explains,
    /// such as grains of a textured ground.
    fn with_noise(mut self, view: &View<'_>, rim: &Rim) -> Self {
        self.measure(view, rim);
        let link = (GRAIN * self.noise).min(GRAINS);
        if link > self.link {
            self.link = link;
            self.cells = rim.grown(view, self.color, link);
            self.measure(view, rim);
        }
        if self.takes_soft_shadows(view, rim) {
            self.measure(view, rim);
        }
        let mut seen = self.cells.clone();
        for start in 0..view.len() {
            let is_speck = |cell: usize| distance(view.lab(cell), self.field[cell]) < SPECK * self.noise;
            if !seen[start] {
                let specks = view.region(start, &mut seen);
                if specks.len() <= SPECKS && specks.iter().all(|cell| is_speck(*cell)) {
                    specks.into_iter().for_each(|cell| self.cells[cell] = true);
                }
            }
        }
        self
    }

    /// Takes soft shadows into the ground, which darken from cell to cell by more than noise. Whether there were any. In short
    /// cells the blur of every edge looks like a slope, and the steps of a slope are small.
    fn takes_soft_shadows(&mut self, view: &View<'_>, rim: &Rim) -> bool {
        if view.pitch < SHORT {
            return false;
        }
        let (color, least) = (toe_decode(self.color), SLOPES * rim.spread);
        field::follow(view, &mut self.cells, least, |lab| shadow::is_darker(toe_decode(lab), color))
    }

    fn measure(&mut self, view: &View<'_>, rim: &Rim) {
        (self.field, self.depth) = field::extended(view, &self.cells);
        let noise = |cells: &mut dyn Iterator<Item = usize>| {
            let off = |cell: usize| distance(view.lab(cell), self.field[cell]);
            quantile(cells.filter(|cell| self.cells[*cell]).map(off).collect(), 0.5)
        };
        // Along the border nothing shines or casts a shadow.
        self.noise = noise(&mut (0..view.len())).min(noise(&mut rim.cells.iter().copied()));
    }
}

/// The ground of a picture, if it has one.
pub(super) fn find(view: &View<'_>, wanted: Wanted) -> Option<Ground> {
    let rim = Rim::of(view);
    let known = |color: Lab| {
        let like = |lab: &Lab| is_like(*lab, color);
        rim.ground(view, like).filter(|ground| rim.share(ground) >= KNOWN_SHARE)
    };
    let vivid = || rim.key(view, KEY_SHARE).filter(|ground| rim.corners(view, ground) >= CORNERS);
    // What an artist drew up to the border at its own size is a part of the picture: a sky, a face before a wall.
    let any = || rim.any(view).filter(|ground| !view.own || rim.share(ground) == 1.0);
    let ground = match wanted {
        Wanted::Color(color) => known(color),
        Wanted::Expected(color) => known(color).or_else(any),
        Wanted::Vivid => rim.key(view, KNOWN_SHARE),
        Wanted::Any => vivid().or_else(any),
    };
    let ground = ground.map(|ground| ground.with_noise(view, &rim));
    // Noise that covers all there is may be a scene of near tones.
    ground.filter(|ground| !ground.short || ground.cells.contains(&false))
}

/// Whether a colour is one of those that are asked for as keys, more or less.
pub(super) fn is_key(lab: Lab) -> bool {
    KEYS.iter().any(|key| is_like(lab, oklab(*key)))
}

/// Whether a colour may be what came of the one that was asked for.
fn is_like(lab: Lab, asked: Lab) -> bool {
    let (far, dot) = (distance(lab, asked), lab[1] * asked[1] + lab[2] * asked[2]);
    let same_hue = || chroma(lab) >= VIVID / 2.0 && dot >= SAME_HUE * chroma(lab) * chroma(asked);
    if chroma(asked) >= VIVID { far < NEAR_KEY || far < HUE && same_hue() } else { far < SAME }
}

/// The border of a picture.
struct Rim {
    /// The outermost cells, clockwise.
    cells: Vec<usize>,
    /// The median spread of the samples within its cells.
    spread: f32,
    /// Steps up to this are noise.
    step: f32,
    /// The same where the whole border is one ground, or a scene of near tones.
    loose: f32,
}

impl Rim {
    fn of(view: &View<'_>) -> Self {
        let [width, height] = view.size();
        let cells: Vec<usize> = border(width, height).collect();
        let spread = quantile(cells.iter().map(|cell| view.cells.spread(*cell)).collect(), 0.5);
        let wider = (SHORT / view.pitch).sqrt().clamp(1.0, WIDER);
        Self { cells, spread, step: (STEPS * spread).max(UNSEEN), loose: (wider * STEPS * spread).max(UNSEEN) }
    }

    /// The ground that the border agrees on.
    fn any(&self, view: &View<'_>) -> Option<Ground> {
        let mut ground = self.ground(view, |_| true)?;
        let share = self.share(&ground);
        let rough = |step: f32| self.rough(view, ground.color, step);
        let own = rough(self.step);
        let smooth = share >= ALL && own <= ROUGHEST || share >= MOST && own <= ROUGH;
        ground.short = !smooth && share >= ALL && rough(self.loose) <= ROUGHEST;
        let shaded = self.cells.iter().filter(|cell| ground.cells[**cell]);
        let even = quantile(shaded.map(|cell| distance(view.lab(*cell), ground.color)).collect(), 0.95) <= FADING;
        ((smooth || ground.short) && even && self.is_wide(view, &ground) && !self.is_spanned(view, &ground))
            .then_some(ground)
    }

    /// A key colour that covers this share of the border.
    fn key(&self, view: &View<'_>, share: f32) -> Option<Ground> {
        let keys = KEYS.map(oklab);
        let ground = self.ground(view, |lab| keys.iter().any(|key| distance(*lab, *key) < NEAR_KEY))?;
        let covered = self.share(&ground);
        let step = if covered >= ALL { self.loose } else { self.step };
        (covered >= share && self.rough(view, ground.color, step) <= ROUGHEST).then_some(ground)
    }

    /// The ground in the colour that most border cells have, of those that `is_candidate`.
    fn ground(&self, view: &View<'_>, is_candidate: impl Fn(&Lab) -> bool) -> Option<Ground> {
        let reach = (2.0 * self.step).max(CLUSTER);
        let color = self.mode(view, reach, is_candidate)?;
        let vivid = chroma(color) >= VIVID;
        let link = self.step.max(if vivid { BLEED } else { LINK });
        Some(Ground {
            color,
            cells: self.grown(view, color, link),
            vivid,
            field: Vec::new(),
            depth: Vec::new(),
            noise: 0.0,
            link,
            short: false,
        })
    }

    /// The ground from the border inwards.
    fn grown(&self, view: &View<'_>, color: Lab, link: f32) -> Vec<bool> {
        let reach = (2.0 * self.step).max(CLUSTER).max(link);
        let is_seed = |cell: &usize| distance(view.lab(*cell), color) < reach;
        let seeds: Vec<usize> = self.cells.iter().copied().filter(is_seed).collect();
        field::grow(view, &seeds, color, [link, FAR])
    }

    /// The colour with most border cells near it.
    fn mode(&self, view: &View<'_>, reach: f32, is_candidate: impl Fn(&Lab) -> bool) -> Option<Lab> {
        let mut counts = BTreeMap::new();
        for cell in &self.cells {
            *counts.entry(view.cells.slot(*cell)).or_insert(0u32) += 1;
        }
        let colors: Vec<(Lab, u32)> = counts.into_iter().map(|(slot, count)| (view.table[slot], count)).collect();
        let near = |color: Lab| colors.iter().filter(move |(lab, _)| distance(*lab, color) < reach);
        let votes = |color: Lab| near(color).map(|(_, count)| count).sum::<u32>();
        let candidates = colors.iter().map(|(lab, _)| *lab).filter(|lab| is_candidate(lab));
        // Of equally many the darker one, so that the direction of the border does not matter.
        let order = |lab: Lab| std::cmp::Reverse(lab.map(|value| (value * 1e6) as i64));
        let (_, color) = candidates.map(|lab| (votes(lab), lab)).max_by_key(|(votes, lab)| (*votes, order(*lab)))?;
        let cluster: Vec<Lab> =
            self.cells.iter().map(|cell| view.lab(*cell)).filter(|lab| distance(*lab, color) < reach).collect();
        Some(median(&cluster))
    }

    /// The share of the border that is ground.
    fn share(&self, ground: &Ground) -> f32 {
        self.cells.iter().filter(|cell| ground.cells[**cell]).count() as f32 / self.cells.len() as f32
    }

    /// The share of steps larger than `step` along the two outermost rings, between cells near the ground's colour.
    fn rough(&self, view: &View<'_>, color: Lab, step: f32) -> f32 {
        let [width, height] = view.size();
        let inner = (width > 2 && height > 2).then(|| border(width - 2, height - 2));
        let inner: Vec<usize> =
            inner.into_iter().flatten().map(|i| (i / (width - 2) + 1) * width + i % (width - 2) + 1).collect();
        let (mut all, mut large) = (0u32, 0u32);
        for ring in [&self.cells, &inner] {
            for (one, other) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                let (one, other) = (view.lab(*one), view.lab(*other));
                if distance(one, color) < SHADED && distance(other, color) < SHADED {
                    all += 1;
                    large += u32::from(distance(one, other) > step);
                }
            }
        }
        large as f32 / all.max(1) as f32
    }

    /// Whether the ground is wider than an outline.
    fn is_wide(&self, view: &View<'_>, ground: &Ground) -> bool {
        let [width, height] = view.size();
        let rim: Vec<usize> = self.cells.iter().copied().filter(|cell| ground.cells[*cell]).collect();
        [1, 2].into_iter().all(|by| {
            let inwards = |at: usize, length: usize| {
                at.clamp(by.min(length - 1), (length - 1).saturating_sub(by).max(by.min(length - 1)))
            };
            let deep = rim.iter().filter(|cell| {
                let [x, y] = view.place(**cell);
                ground.cells[inwards(y, height) * width + inwards(x, width)]
            });
            deep.count() as f32 >= WIDE * rim.len() as f32
        })
    }

    /// The number of corners that are ground.
    fn corners(&self, view: &View<'_>, ground: &Ground) -> usize {
        let [width, height] = view.size();
        let corners = [0, width - 1, (height - 1) * width, height * width - 1];
        corners.into_iter().filter(|cell| ground.cells[*cell]).count()
    }

    /// Whether an object covers parts of two opposite sides, as a horizon does. Such a picture is a scene, whatever
    /// its sky. A floor on which the subject stands does not make one.
    fn is_spanned(&self, view: &View<'_>, ground: &Ground) -> bool {
        let [width, height] = view.size();
        let mut covered = [0; 4];
        for cell in self.cells.iter().filter(|cell| !ground.cells[**cell]) {
            let [x, y] = view.place(*cell);
            let on = [x == 0, y == 0, x + 1 == width, y + 1 == height];
            covered.iter_mut().zip(on).for_each(|(side, on)| *side += usize::from(on));
        }
        let length = [height, width, height, width];
        let spans = |side: usize| SPAN * covered[side].min(covered[side + 2]) >= length[side];
        // Raws are looked at in one orientation, so that any side may be the lower one.
        let is_floor = |side: usize| {
            let low = |side: usize| covered[side % 4] as f32 <= FLOOR * length[side % 4] as f32;
            covered[side] == length[side] && covered[(side + 2) % 4] == 0 && low(side + 1) && low(side + 3)
        };
        (0..2).any(spans) && !(0..4).any(is_floor)
    }
}
