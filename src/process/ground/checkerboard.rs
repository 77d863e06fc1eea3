//! Painted checkerboards: the pattern that editors show for transparency, and that models and exports paint.
//!
//! Two colours alternate in squares of one size along the whole border. The squares need be no whole cells or pixels.

mod board;
mod cover;

use image::RgbaImage;

use board::Board;

/// The least share of the picture that the subject covers.
const SUBJECT: usize = 400;

/// The picture with its checkerboard made transparent; `None` without one.
pub(super) fn removed(image: &RgbaImage) -> Option<RgbaImage> {
    let board = Board::of(image)?;
    let ground = cover::ground(image, &board);
    let subject = ground.iter().filter(|ground| !**ground).count();
    if subject * SUBJECT < ground.len() || board.holds_edges_of(image, &ground) {
        return None;
    }
    let mut image = image.clone();
    for (pixel, _) in image.pixels_mut().zip(ground).filter(|(_, ground)| *ground) {
        pixel.0 = [0; 4];
    }
    Some(image)
}
