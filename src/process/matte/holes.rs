//! Enclosed regions in the ground's colour: holes, or parts of the subject.
//!
//! On a vivid key all of them are holes. On other grounds a two-sample test tells them apart: the median of a hole does
//! not differ from the ground around it by more than their noise explains, and an eye, a bow or a shirt mostly does. On
//! light grounds many do not, so that a hole has to look like a gap, too: see [`is_gap`]. A few cells among others of the
//! ground's hue are the light on a subject of that hue: see [`is_lit`].

use super::ground::Ground;
use super::{View, chroma, length, median};
use crate::words::color::Lab;
use crate::words::recipe::Holes;

/// Enclosed regions of at most this many cells are details of the subject, such as the glint of an eye or its pupil,
const DETAIL: usize = 4;
/// on grounds that are this light or this dark. In other colours nobody draws by chance.
const LIGHT: f32 = 0.85;
const DARK: f32 = 0.25;
/// A subject has the hue of a ground with at least this chroma if this share of the cells around a detail has its hue and
/// saturation, within this share of its chroma, and nearly its lightness.
const COLORFUL: f32 = 0.05;
const LIT: f32 = 0.5;
const ALIKE: f32 = 0.35;
/// The median of a hole differs from the ground by at most this, which nobody sees,
const EXACT: f32 = 0.006;
/// or by this many times the ground's noise, and more for few cells: as many times divided by the root of their number.
const NOISE: f32 = 3.5;
const FEW: f32 = 3.0;
/// Where noise hides differences up to this, as between white eyes and white paper, enclosed regions stay on light
/// grounds.
const POWER: f32 = 0.02;
/// White cloth and cake have shades: this share of the cells around them is within this distance of the ground.
const SHADES: f32 = 0.4;
const SHADE: f32 = 0.15;
/// White paint lies behind an outline: this share of the cells around it is so near to the outside; and eyes lie deep: farther
/// from the outside than this share of the root of their size.
const OUTLINE: u32 = 2;
const PAINT: Paint = Paint { outlined: 0.15, deep: 0.85 };
/// Paper, sand and mist are no white paint: light grounds below this lightness or above this chroma. There an enclosed region
/// of as many cells that has the very colour of the ground may look more like paint.
const PALE: Paint = Paint { outlined: 0.25, deep: 1.5 };
const WHITE: f32 = 0.98;
const TINT: f32 = 0.015;
const LARGE: usize = 10;
/// White paint that is no such ground is lighter than it by at least this, and has less chroma than this.
const WHITER: f32 = 0.02;
const PLAIN: f32 = 0.03;
/// Enclosed regions within this distance of a vivid key are looked at: at their edges the subject's colours bleed,
const BLEED: f32 = 0.08;
/// but a quarter of their cells are within this of it.
const PURE: f32 = 0.02;
/// The same for other grounds.
const REACH: f32 = 0.026;

/// How much an enclosed region on a light ground may look like paint.
struct Paint {
    outlined: f32,
    deep: f32,
}

/// The mask without the ground and its holes.
pub(super) fn opaque(view: &View<'_>, ground: &Ground, holes: Holes) -> Vec<bool> {
    let mut opaque: Vec<bool> = ground.cells.iter().map(|ground| !ground).collect();
    if holes == Holes::Keep {
        return opaque;
    }
    let reach = if ground.vivid { BLEED } else { REACH.max(NOISE * ground.noise) }.max(ground.link);
    let inside = |cell: usize| length(off(view, ground, cell)) < reach;
    let mut seen: Vec<bool> = (0..view.len()).map(|cell| ground.cells[cell] || !inside(cell)).collect();
    for start in 0..view.len() {
        if seen[start] {
            continue;
        }
        let mut region = view.region(start, &mut seen);
        region.sort_unstable();
        if holes == Holes::Cut || is_hole(view, ground, &region) {
            region.into_iter().for_each(|cell| opaque[cell] = false);
        }
    }
    opaque
}

/// Whether an enclosed region is ground.
fn is_hole(view: &View<'_>, ground: &Ground, region: &[usize]) -> bool {
    let off: Vec<Lab> = region.iter().map(|cell| off(view, ground, *cell)).collect();
    let exact = (NOISE * ground.noise).max(EXACT);
    if ground.vivid {
        let pure = exact.max(PURE);
        return region.len() == 1 || 4 * off.iter().filter(|lab| length(**lab) <= pure).count() >= off.len();
    }
    let lightness = ground.color[0];
    let is_detail = region.len() <= DETAIL && (!(DARK..LIGHT).contains(&lightness) || is_lit(view, ground, region));
    let few = FEW * ground.noise / (region.len() as f32).sqrt();
    let is_ground = !is_detail && length(median(&off)) <= exact + few;
    let is_pale = !view.own && (lightness < WHITE || chroma(ground.color) >= TINT);
    let is_same = is_pale && region.len() >= LARGE && length(median(&off)) <= EXACT;
    let paint = if is_same { PALE } else { PAINT };
    let goes = || is_same && has_whiter(view, ground) || is_gap(view, ground, region, paint);
    is_ground && (lightness < LIGHT || exact <= POWER && goes())
}

/// Whether the subject has white paint that is lighter than the ground: then the ground's colour is not that of paint.
fn has_whiter(view: &View<'_>, ground: &Ground) -> bool {
    let is_whiter = |cell: &usize| {
        let color = view.lab(*cell);
        !ground.cells[*cell] && color[0] >= ground.color[0] + WHITER && chroma(color) < PLAIN
    };
    (0..view.len()).filter(is_whiter).nth(LARGE).is_some()
}

/// Whether an enclosed region on a light ground is a gap between limbs and not white cloth, an eye, or white paint
/// within an outline: little around it is nearly white, the wall around it is thicker than an outline, and it is near
/// to the outside for its size.
fn is_gap(view: &View<'_>, ground: &Ground, region: &[usize], paint: Paint) -> bool {
    let wall = wall(view, region);
    let shades = share(&wall, |cell| length(off(view, ground, cell)) < SHADE);
    let outlined = share(&wall, |cell| ground.depth[cell] <= OUTLINE);
    let nearest = wall.iter().map(|cell| ground.depth[*cell]).min().unwrap_or(0);
    let is_deep = nearest as f32 > paint.deep * (region.len() as f32).sqrt();
    shades < SHADES && outlined < paint.outlined && !is_deep
}

/// Whether an enclosed region is the light on a subject of the ground's hue: most cells around it have that hue and
/// saturation, and are somewhat darker or lighter. An outline is not, nor are mixtures with other colours; a shadow that
/// falls on the ground is near to it.
fn is_lit(view: &View<'_>, ground: &Ground, region: &[usize]) -> bool {
    let wall = wall(view, region);
    let is_shade = |cell: usize| {
        let (color, off) = (ground.field[cell], off(view, ground, cell));
        chroma(color) >= COLORFUL && chroma(off) <= ALIKE * chroma(color) && off[0].abs() < SHADE
    };
    wall.iter().all(|cell| ground.depth[*cell] > OUTLINE) && share(&wall, is_shade) >= LIT
}

/// The cells around a region, whose cells ascend.
fn wall(view: &View<'_>, region: &[usize]) -> Vec<usize> {
    let mut wall: Vec<usize> = region.iter().flat_map(|cell| view.beside(*cell)).collect();
    wall.sort_unstable();
    wall.dedup();
    wall.retain(|cell| region.binary_search(cell).is_err());
    wall
}

fn share(cells: &[usize], belongs: impl Fn(usize) -> bool) -> f32 {
    cells.iter().filter(|cell| belongs(**cell)).count() as f32 / cells.len().max(1) as f32
}

/// By how much a cell differs from the ground around it.
fn off(view: &View<'_>, ground: &Ground, cell: usize) -> Lab {
    let (a, b) = (view.lab(cell), ground.field[cell]);
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
