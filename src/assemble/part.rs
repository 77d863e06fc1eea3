//! One thing of a group that shows several.

use crate::words::color::Rgb;
use crate::words::sprite::{Restoration, Sprites};

/// The frame of that number alone, with the colours that it has.
pub fn part(sprites: &Sprites, number: u32) -> Sprites {
    let frame = sprites.frames.get(number as usize).cloned().unwrap_or_default();
    let shows = |Rgb([r, g, b]): &Rgb| frame.pixels().any(|pixel| pixel.0[3] > 0 && pixel.0[..3] == [*r, *g, *b]);
    let palette = sprites.found.palette.iter().copied().filter(shows).collect();
    let found = Restoration { palette, ..sprites.found.clone() };
    Sprites { frames: vec![frame], found }
}
