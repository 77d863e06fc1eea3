//! The border of a terrain inside its tiles: its depth, its wobble and its rounded corners.
//!
//! A side's depth is one cyclic profile that changes by at most a pixel, so that tiles join wherever it runs on. Near
//! the middle of a side only that side matters, so that any two quarters join there.

use crate::words::layout::Border;

use super::AssembleError;
use super::quadrant::{Cells, Corner, Quadrant};

/// Depths of the border, pixel by pixel along each side of a tile.
pub(super) struct Depths {
    size: [u32; 2],
    north: Vec<u32>,
    south: Vec<u32>,
    west: Vec<u32>,
    east: Vec<u32>,
    /// The corners of the upper half.
    upper: Turn,
    /// The corners of the lower half, where the border may be deeper.
    lower: Turn,
}

/// The two corners of a half.
#[derive(Clone, Copy)]
struct Turn {
    /// Their radius.
    radius: u32,
    /// From this distance on, across or down, a corner no longer affects the border.
    end: [u32; 2],
}

impl Depths {
    /// The border of the tileset called `name`, which seeds the wobble.
    pub(super) fn new(border: &Border, size: [u32; 2], name: &str) -> Result<Self, AssembleError> {
        let half = size[0].min(size[1]) / 2;
        let deepest = border.width + border.wobble;
        let low = deepest + border.face;
        if !border.fits(size) {
            return Err(AssembleError::Border { width: border.width, wobble: border.wobble, face: border.face, size });
        }
        let profile = |side: &str, length: u32, more: u32| profile(border, more, length, &format!("{name} {side}"));
        let (north, south) = (profile("north", size[0], 0), profile("south", size[0], border.face));
        let (west, east) = (profile("west", size[1], 0), profile("east", size[1], 0));
        let radius = border.radius.min(half - 1 - deepest);
        let upper = Turn { radius, end: [deepest + radius; 2] };
        let radius = radius.min(size[1] / 2 - 1 - low);
        let lower = Turn { radius, end: [deepest + radius, low + radius] };
        Ok(Self { size, north, south, west, east, upper, lower })
    }

    /// The same with the upper and the lower border at its own depth where tiles meet, so that slopes join it.
    pub(super) fn with_level_ends(mut self, border: &Border) -> Self {
        for (side, level) in [(&mut self.north, border.width), (&mut self.south, border.width + border.face)] {
            let last = side.len().saturating_sub(1);
            for (at, depth) in side.iter_mut().enumerate() {
                let reach = at.min(last - at) as u32;
                *depth = (*depth).clamp(level.saturating_sub(reach), level + reach);
            }
        }
        self
    }

    /// The width of the strip that is left below the terrain at its deepest, before the next cell.
    pub(super) fn least_south(&self) -> u32 {
        self.south.iter().copied().min().unwrap_or_default()
    }

    /// Whether a pixel is terrain, counted from the upper left corner of the middle cell.
    pub(super) fn terrain(&self, cells: &Cells, x: i32, y: i32) -> bool {
        let [width, height] = self.size.map(|side| side as i32);
        let (dx, dy) = (x.div_euclid(width), y.div_euclid(height));
        let (x, y) = (x.rem_euclid(width) as u32, y.rem_euclid(height) as u32);
        let corner = Corner::of(self.size, x, y);
        cells.quadrant(dx, dy, corner).is_some_and(|quadrant| self.inside(corner, quadrant, x, y))
    }

    /// Whether the pixel is terrain, in a quarter of that look. `x` and `y` count from the tile's upper left corner.
    fn inside(&self, corner: Corner, quadrant: Quadrant, x: u32, y: u32) -> bool {
        let beside = if corner.right { self.size[0] - 1 - x } else { x };
        let above = if corner.low { self.size[1] - 1 - y } else { y };
        let upright = |above: u32| depth(if corner.right { &self.east } else { &self.west }, corner.low, above);
        let across = |beside: u32| depth(if corner.low { &self.south } else { &self.north }, corner.right, beside);
        let turn = if corner.low { self.lower } else { self.upper };
        match quadrant {
            Quadrant::Full => true,
            Quadrant::Across => above >= across(beside),
            Quadrant::Upright => beside >= upright(above),
            Quadrant::Outer => {
                // There is no wobble in a corner, so that its arc is clean.
                let (deep_x, deep_y) = (upright(above.max(turn.end[1])), across(beside.max(turn.end[0])));
                beside >= deep_x && above >= deep_y && !is_cut(turn.radius, beside - deep_x, above - deep_y)
            }
            Quadrant::Inner => {
                let (deep_x, deep_y) = (upright(0), across(0));
                let radius = turn.radius.min(deep_x.min(deep_y).saturating_sub(1));
                beside >= deep_x || above >= deep_y || is_cut(radius, deep_x - 1 - beside, deep_y - 1 - above)
            }
        }
    }
}

/// The depth of a side's border, `at` pixels from its first or its last.
fn depth(side: &[u32], from_last: bool, at: u32) -> u32 {
    side[if from_last { side.len() - 1 - at as usize } else { at as usize }]
}

/// Whether a pixel lies beyond the arc of that radius in a corner, `x` and `y` counted from it.
fn is_cut(radius: u32, x: u32, y: u32) -> bool {
    let from_centre = |at: u32| 2 * (radius - at) - 1;
    x < radius && y < radius && from_centre(x).pow(2) + from_centre(y).pow(2) > 4 * radius * radius - 2 * radius
}

/// Depths along a side: runs of equal depth. Neighbouring runs, the last and the first too, differ by one pixel at most;
/// where wobble is allowed, they are not all equal. All are `more` deeper than the border is wide.
fn profile(border: &Border, more: u32, length: u32, seed: &str) -> Vec<u32> {
    let mut random = blake3::Hasher::new_derive_key("dgx-pixels border v1").update(seed.as_bytes()).finalize_xof();
    let mut next = |below: u32| {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        u32::from_le_bytes(bytes) % below
    };
    let runs = runs(length, &mut next);
    let wobble = if border.width == 0 { 0 } else { border.wobble as i32 };
    let first = next(2 * wobble as u32 + 1) as i32 - wobble;
    let mut level = first;
    let mut depths = Vec::new();
    for (i, &run) in runs.iter().enumerate() {
        if i > 0 {
            let back = (runs.len() - i) as i32;
            let is_still_flat = i == runs.len() / 2 && depths.windows(2).all(|pair| pair[0] == pair[1]);
            let step = match [-1, -1, -1, 0, 0, 1, 1, 1][next(8) as usize] {
                _ if is_still_flat && level < wobble => 1,
                _ if is_still_flat => -1,
                step => step,
            };
            level = (level + step).clamp((-wobble).max(first - back), wobble.min(first + back));
        }
        let depth = (border.width as i32 + level).max(border.width.min(1) as i32);
        depths.extend(std::iter::repeat_n(depth as u32 + more, run as usize));
    }
    depths
}

/// Splits a length into runs that are neither very short nor very long.
fn runs(length: u32, next: &mut impl FnMut(u32) -> u32) -> Vec<u32> {
    let shortest = (3 * length / 16).max(2);
    let mut runs = Vec::new();
    let mut rest = length;
    while rest >= 2 * shortest {
        let run = (shortest + next(shortest + 1)).min(rest - shortest);
        runs.push(run);
        rest -= run;
    }
    runs.push(rest);
    runs
}
