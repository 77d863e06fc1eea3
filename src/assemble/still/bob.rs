//! Bobbing: the whole subject goes up and down.

use image::RgbaImage;
use image::imageops::replace;

use super::StillError;
use super::art::{Bounds, at};
use crate::words::motion::{Bob, Side, there_and_back};

/// A frame of the sprite as it bobs, by its number from 0.
pub(super) fn frame(image: RgbaImage, bob: Bob, frame: u32, frames: u32) -> Result<RgbaImage, StillError> {
    let by = there_and_back(bob.by.unsigned_abs(), frame * bob.times, frames) as i32;
    if by == 0 {
        return Ok(image);
    }
    let (width, height) = (image.width() as i32, image.height() as i32);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| [x, y]));
    let Some(bounds) = Bounds::of(places.filter(|place| at(&image, *place).is_some())) else { return Ok(image) };
    let (side, room) = if bob.by > 0 { (Side::Top, bounds.top) } else { (Side::Bottom, height - 1 - bounds.bottom) };
    if image.pixels().all(|pixel| pixel.0[3] > 0) {
        let side = if bob.by > 0 { Side::Bottom } else { Side::Top };
        return Err(StillError::Opaque { side });
    }
    if room < by {
        let by = (by - room) as u32;
        return Err(StillError::LeavesFrame { movement: "bob", side, by, frame: frame + 1 });
    }
    let mut moved = RgbaImage::new(image.width(), image.height());
    replace(&mut moved, &image, 0, (-by * bob.by.signum()).into());
    Ok(moved)
}
