//! A sprite that stands still, moved by whole pixels: it breathes, blinks, sways and bobs.
//!
//! The first frame is the sprite, no frame has a colour that the sprite has not, and what no movement names is the same in
//! all of them. All is integers, so that every machine makes the same frames.

mod art;
mod blink;
mod bob;
mod breathe;
mod error;
mod eyes;
mod part;
mod sway;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use image::RgbaImage;

use crate::words::motion::{Eyes, Motion, STILL};
use crate::words::sprite::{Restoration, Sprites};

pub use error::StillError;

use blink::Lids;
use breathe::Breath;
use sway::Swing;

/// The version of the movements, part of the key of every animation that has them. Raise it with every change that can
/// alter a pixel of a result.
pub const MOTION_VERSION: u32 = 1;

/// The frames of a sprite that moves; `masks` has the images of its parts by path.
pub fn still(sprites: &Sprites, motion: &Motion, masks: &BTreeMap<String, RgbaImage>) -> Result<Sprites, StillError> {
    let rest = sprites.frames.first().ok_or(StillError::Empty)?;
    let lids = motion.blink.as_ref().map(|blink| Lids::of(rest, blink, masks)).transpose()?;
    let swings = motion.sway.iter().map(|sway| Swing::of(rest, sway, masks)).collect::<Result<Vec<_>, _>>()?;
    let eyes = lids
        .as_ref()
        .map_or_else(|| eyes::find(rest, Eyes::Pair).unwrap_or_default(), |lids| lids.eyes.iter().copied().collect());
    let eyes = eyes.iter().map(|[_, y]| *y).max();
    let breath = motion.breathe.as_ref().map(|breathe| Breath::of(rest, breathe, eyes)).transpose()?;
    let frame = |at: u32| {
        let mut image = rest.clone();
        if let Some(lids) = &lids {
            lids.close(&mut image, at);
        }
        for swing in &swings {
            image = swing.frame(image, at, motion.frames)?;
        }
        if let Some(breath) = &breath {
            image = breath.frame(image, at, motion.frames);
        }
        motion.bob.map_or(Ok(image.clone()), |bob| bob::frame(image, bob, at, motion.frames))
    };
    let frames = (0..motion.frames).map(frame).collect::<Result<Vec<_>, _>>()?;
    if frames.iter().all(|frame| frame == rest) {
        return Err(StillError::Nothing);
    }
    let mut found = Restoration { pitch: [0; 2], ..sprites.found.clone() };
    found.metrics.insert(STILL.to_owned(), 1);
    Ok(Sprites { frames, found })
}
