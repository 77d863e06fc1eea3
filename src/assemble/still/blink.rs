//! Blinking: eyes close in the colour of what is round them, and a lid is drawn where they were.

use std::collections::{BTreeMap, BTreeSet};

use image::{Rgba, RgbaImage};

use super::StillError;
use super::art::{AROUND, Bounds, at, components, distance, lightness, most};
use super::eyes;
use super::part::pixels;
use crate::words::motion::Blink;

/// Eyes of so many rows are half closed before and after.
const TALL: i32 = 4;

/// Closed eyes: what is drawn over open ones.
pub(super) struct Lids {
    on: Vec<u32>,
    lasts: u32,
    /// Their pixels.
    pub eyes: BTreeSet<[i32; 2]>,
    closed: Vec<([i32; 2], Rgba<u8>)>,
    /// What is drawn in the frames before and after, over large eyes.
    half: Vec<([i32; 2], Rgba<u8>)>,
}

impl Lids {
    /// Finds the eyes, and the colours of their lids.
    pub(super) fn of(rest: &RgbaImage, blink: &Blink, masks: &BTreeMap<String, RgbaImage>) -> Result<Self, StillError> {
        let all = match pixels(rest, &blink.at, masks)? {
            Some(given) => given,
            None => eyes::find(rest, blink.eyes).ok_or(StillError::NoEyes)?,
        };
        let all: BTreeSet<[i32; 2]> = all.into_iter().collect();
        let each = components(rest.dimensions().into(), |place| all.contains(&place), |_, _| true);
        let colors: BTreeSet<[u8; 4]> = rest.pixels().filter(|pixel| pixel.0[3] > 0).map(|pixel| pixel.0).collect();
        let (mut closed, mut half) = (Vec::new(), Vec::new());
        for eye in &each {
            let Some(bounds) = Bounds::of(eye.iter().copied()) else { continue };
            let lid = Lid::of(rest, eye, &all, &colors);
            let drawn = |edge: i32| eye.iter().map(move |place| (*place, edge)).filter(|([_, y], edge)| y <= edge);
            let lids =
                |edge: i32| drawn(edge).map(|([x, y], edge)| ([x, y], if y == edge { lid.line } else { lid.skin }));
            closed.extend(lids(bounds.bottom));
            if bounds.height() >= TALL {
                half.extend(lids(bounds.top + bounds.height() / 2 - 1));
            }
        }
        Ok(Self { on: blink.on.clone(), lasts: blink.lasts, eyes: all, closed, half })
    }

    /// Closes the eyes in a frame, counted from 0, if it is one of those in which they are.
    pub(super) fn close(&self, image: &mut RgbaImage, frame: u32) {
        let is_closed = |on: &u32| (*on..on + self.lasts).contains(&frame);
        let is_half = |on: &u32| frame > 0 && (frame + 1 == *on || frame == on + self.lasts);
        let lids = if self.on.iter().any(is_closed) {
            &self.closed
        } else if self.on.iter().any(is_half) {
            &self.half
        } else {
            return;
        };
        for ([x, y], color) in lids {
            image.put_pixel(*x as u32, *y as u32, *color);
        }
    }
}

/// The colours of a closed eye.
struct Lid {
    skin: Rgba<u8>,
    /// Of its lowest row.
    line: Rgba<u8>,
}

impl Lid {
    fn of(rest: &RgbaImage, eye: &[[i32; 2]], eyes: &BTreeSet<[i32; 2]>, colors: &BTreeSet<[u8; 4]>) -> Self {
        let own: Vec<Rgba<u8>> = eye.iter().filter_map(|place| at(rest, *place)).collect();
        let round = eye.iter().flat_map(|[x, y]| AROUND.map(|[dx, dy]| [x + dx, y + dy]));
        let round: BTreeSet<[i32; 2]> = round.filter(|place| !eyes.contains(place)).collect();
        let skin = most(round.into_iter().filter_map(|place| at(rest, place)));
        let skin = skin.or(most(own.iter().copied())).unwrap_or(Rgba([0; 4]));
        let darkest = own.iter().copied().min_by_key(|color| (lightness(*color), color.0)).unwrap_or(skin);
        let height = Bounds::of(eye.iter().copied()).map_or(1, Bounds::height);
        let line =
            if height > 1 && lightness(darkest) < lightness(skin) { darkest } else { between(skin, &own, colors) };
        Self { skin, line }
    }
}

/// The colour of the sprite that is nearest to the middle of skin and eye; an eye of one row must not stay as it is.
fn between(skin: Rgba<u8>, own: &[Rgba<u8>], colors: &BTreeSet<[u8; 4]>) -> Rgba<u8> {
    let farthest = own.iter().copied().max_by_key(|color| (distance(*color, skin), color.0)).unwrap_or(skin);
    let mut middle = skin;
    for channel in 0..3 {
        middle.0[channel] = u8::midpoint(skin.0[channel], farthest.0[channel]);
    }
    let others =
        colors.iter().map(|color| Rgba(*color)).filter(|color| !own.contains(color) && color.0[3] == skin.0[3]);
    let near = others.filter(|color| distance(*color, middle) < distance(skin, middle));
    near.min_by_key(|color| (distance(*color, middle), color.0)).unwrap_or(skin)
}
