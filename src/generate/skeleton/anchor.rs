//! Where the figure of a base image stands.

use image::RgbaImage;

use super::Place;

/// A pixel that differs from the ground by more than this in a channel is the figure's.
const DIFFERENT: u8 = 48;
/// A row or column with less than this share of the fullest one's pixels, in thousandths, is dust or the tip of a weapon.
const SPECK: usize = 60;

/// Where the figure stands on a canvas of that size, which the image is scaled to; `None` if nothing stands out.
pub(super) fn place(base: &RgbaImage, canvas: [u32; 2]) -> Option<Place> {
    let ground = ground(base);
    let mut counts = [vec![0_usize; base.width() as usize], vec![0_usize; base.height() as usize]];
    for (x, y, pixel) in base.enumerate_pixels() {
        let differs = pixel.0.iter().zip(ground).any(|(level, ground)| level.abs_diff(ground) > DIFFERENT);
        if differs {
            counts[0][x as usize] += 1;
            counts[1][y as usize] += 1;
        }
    }
    let [(left, right), (top, bottom)] = [extent(&counts[0])?, extent(&counts[1])?];
    let scale = [f64::from(canvas[0]) / f64::from(base.width()), f64::from(canvas[1]) / f64::from(base.height())];
    Some(Place {
        middle: scale[0] * (left + right) as f64 / 2.0,
        ground: scale[1] * bottom as f64,
        height: scale[1] * (bottom - top) as f64,
    })
}

/// The usual colour along the border, channel by channel.
fn ground(base: &RgbaImage) -> [u8; 4] {
    let (width, height) = base.dimensions();
    let across = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    let down = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
    let border: Vec<[u8; 4]> = across.chain(down).map(|(x, y)| base.get_pixel(x, y).0).collect();
    std::array::from_fn(|channel| {
        let mut levels: Vec<u8> = border.iter().map(|pixel| pixel[channel]).collect();
        levels.sort_unstable();
        levels[levels.len() / 2]
    })
}

/// From the first to after the last place that has more than specks.
fn extent(counts: &[usize]) -> Option<(usize, usize)> {
    let most = counts.iter().copied().max()?;
    let has_more = |count: &usize| *count > 0 && 1000 * *count > SPECK * most;
    let first = counts.iter().position(has_more)?;
    Some((first, counts.iter().rposition(has_more)? + 1))
}
