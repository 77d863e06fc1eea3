//! The mirror image of a group: a subject that faces east faces west in it.

use image::imageops::flip_horizontal;

use crate::words::sprite::Sprites;

/// Every frame flipped left to right, with the same findings.
pub fn mirror(sprites: &Sprites) -> Sprites {
    Sprites { frames: sprites.frames.iter().map(flip_horizontal).collect(), found: sprites.found.clone() }
}
