//! The mirror image of a group: what faces east then faces west.

use image::imageops::flip_horizontal;

use crate::words::sprite::Sprites;

/// Every frame flipped left to right; what was found stays as it is.
pub fn mirror(sprites: &Sprites) -> Sprites {
    Sprites { frames: sprites.frames.iter().map(flip_horizontal).collect(), found: sprites.found.clone() }
}
