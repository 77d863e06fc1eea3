//! Frames that are drawn along the whole border of a picture, round a flat ground with a subject. A tile with an outline
//! has no such ground and keeps its outline.

use image::RgbaImage;
use image::imageops::crop_imm;

use super::Regions;

/// The largest width of a frame, as a share of the shorter side.
const WIDEST: u32 = 8;
/// The shorter side of a picture that has room for a frame and a subject.
const SMALLEST: u32 = 48;
/// The least number of rings inside the frame that show the ground, and their share of the shorter side.
const GROUND: u32 = 4;
const GROUND_SHARE: u32 = 64;
/// A ring has one colour if this share of its pixels is within so many levels of the median.
const MOST: f64 = 0.95;
const NEAR: u32 = 30;
/// The least difference of a frame from the ground, summed over the channels.
const DIFFERENT: u32 = 72;
/// The least share of ground along the inner edge of a frame.
const CLEAR: f64 = 0.9;
/// Inside a frame no more of a ring than this has its colour.
const LEFT: f64 = 0.4;
/// Every how many pixels a ring is looked at.
const STEP: usize = 3;

/// The picture with its frame replaced by the ground inside it; `None` without one.
pub(super) fn removed(image: &RgbaImage) -> Option<RgbaImage> {
    let width = width(image)?;
    let [inner_width, inner_height] = [image.width() - 2 * width, image.height() - 2 * width];
    let inner = crop_imm(image, width, width, inner_width, inner_height).to_image();
    let regions = Regions::of(&inner, 128)?;
    if regions.boxes.is_empty() || regions.ground_along_border() < CLEAR {
        return None;
    }
    Some(RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        let inside = |at: u32, length: u32| at.clamp(width, width + length - 1);
        *image.get_pixel(inside(x, inner_width), inside(y, inner_height))
    }))
}

/// How wide the frame of a picture is, with its soft inner edge.
fn width(image: &RgbaImage) -> Option<u32> {
    let shorter = image.width().min(image.height());
    if shorter < SMALLEST {
        return None;
    }
    let ground = (shorter / GROUND_SHARE).max(GROUND);
    let frame = ring(image, 0)?;
    let inner = |depth: u32| ring(image, depth).filter(|color| difference(*color, frame) >= DIFFERENT);
    let deepest = shorter / WIDEST + ground;
    // So many rings beside each other have one that is looked at here.
    if (1..deepest).skip(ground as usize).step_by(ground as usize + 1).all(|depth| inner(depth).is_none()) {
        return None;
    }
    let mut inside: Option<(u32, [u8; 3])> = None;
    for depth in 1..deepest {
        let color = inner(depth);
        inside = match (inside, color) {
            (Some((since, first)), Some(color)) if difference(first, color) < NEAR => Some((since, first)),
            (_, Some(color)) => Some((depth, color)),
            (_, None) => None,
        };
        if let Some((since, _)) = inside.filter(|(since, _)| depth - since >= ground) {
            return Some(since + 1);
        }
    }
    None
}

/// How wide a frame of one colour is, whatever lies inside it; `None` without one. A flat ground is no frame: it goes on
/// beside whatever ends it.
pub(super) fn outer_width(image: &RgbaImage) -> Option<u32> {
    let shorter = image.width().min(image.height());
    let deepest = shorter / WIDEST;
    if deepest < 2 {
        return None;
    }
    let frame = ring(image, 0)?;
    let width = (1..=deepest).find(|depth| share(&pixels(image, *depth), frame) < MOST)?;
    let ends = |depth: u32| share(&pixels(image, depth), frame) < LEFT;
    // Its inner edge may be soft.
    [width, width + 1].into_iter().find(|depth| ends(*depth)).filter(|_| ends(width + 2))
}

/// The colour of the pixels so far from the border, if they have one.
fn ring(image: &RgbaImage, depth: u32) -> Option<[u8; 3]> {
    let pixels = pixels(image, depth);
    let median = [0, 1, 2].map(|channel| {
        let mut levels: Vec<u8> = pixels.iter().map(|pixel| pixel[channel]).collect();
        let middle = levels.len() / 2;
        *levels.select_nth_unstable(middle).1
    });
    (share(&pixels, median) >= MOST).then_some(median)
}

/// Pixels so far from the border.
fn pixels(image: &RgbaImage, depth: u32) -> Vec<[u8; 4]> {
    let (right, bottom) = (image.width() - 1 - depth, image.height() - 1 - depth);
    let rows = (depth..=right).step_by(STEP).flat_map(|x| [(x, depth), (x, bottom)]);
    let columns = (depth..=bottom).step_by(STEP).flat_map(|y| [(depth, y), (right, y)]);
    rows.chain(columns).map(|(x, y)| image.get_pixel(x, y).0).collect()
}

/// The share of opaque pixels of a colour.
fn share(pixels: &[[u8; 4]], color: [u8; 3]) -> f64 {
    let near = pixels.iter().filter(|[r, g, b, alpha]| *alpha == 255 && difference([*r, *g, *b], color) <= NEAR);
    near.count() as f64 / pixels.len() as f64
}

fn difference(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// A frame of 6 pixels round a ground, with or without a subject.
    fn framed(subject: bool) -> RgbaImage {
        RgbaImage::from_fn(160, 120, |x, y| match (x.min(159 - x).min(y).min(119 - y), x, y) {
            (0..6, ..) => Rgba([60, 40, 30, 255]),
            (_, 60..100, 40..90) if subject => Rgba([200, 60, 50, 255]),
            _ => Rgba([250, (248 + (x + y) % 3) as u8, 250, 255]),
        })
    }

    #[test]
    fn a_frame_round_a_subject_on_its_ground_is_removed() {
        let bare = removed(&framed(true)).unwrap();
        assert!([(0, 0), (3, 60), (159, 119), (80, 5)].iter().all(|(x, y)| bare.get_pixel(*x, *y).0[0] == 250));
        assert_eq!(bare.get_pixel(80, 60), framed(true).get_pixel(80, 60));
    }

    #[test]
    fn a_frame_round_a_scene_is_as_wide_as_its_one_colour_and_a_ground_is_no_frame() {
        let scene = RgbaImage::from_fn(160, 120, |x, y| match x.min(159 - x).min(y).min(119 - y) {
            0..7 => Rgba([60, 40, 30, 255]),
            _ => Rgba([(40 + x) as u8, (90 + y) as u8, if (x / 9 + y / 7) % 2 == 0 { 60 } else { 200 }, 255]),
        });
        assert_eq!(outer_width(&scene), Some(7));
        assert_eq!(outer_width(&framed(true)), Some(6));
        let ground = RgbaImage::from_fn(160, 120, |x, y| match (x, y) {
            (60..100, 8..112) => Rgba([200, 60, 50, 255]),
            _ => Rgba([255, 0, 255, 255]),
        });
        assert_eq!(outer_width(&ground), None);
    }

    #[test]
    fn an_outline_round_a_panel_or_a_tile_stays() {
        assert!(removed(&framed(false)).is_none());
        let mut tile = framed(true);
        (6..154).for_each(|x| {
            (6..114).for_each(|y| {
                if (x / 20 + y / 15) % 2 == 0 {
                    tile.put_pixel(x, y, Rgba([150, 92, 50, 255]));
                }
            })
        });
        assert!(removed(&tile).is_none());
    }
}
