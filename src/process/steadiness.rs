//! How steady finished frames are, for an animation that was not restored from raws.

use std::collections::BTreeMap;

use image::RgbaImage;

use super::picture::{CLEAR, Picture};
use super::steady::unsteady;
use crate::words::sprite::Metrics;

/// The metrics that only several frames have; [`super::gate`] documents them. `baseline` is the row on which their subject
/// stands.
pub fn steadiness(frames: &[RgbaImage], baseline: u32) -> Metrics {
    let mut colors = BTreeMap::new();
    let pictures: Vec<Picture> = frames.iter().map(|frame| picture(frame, &mut colors)).collect();
    let found = unsteady(&pictures);
    let off = |picture: &Picture| picture.bounds().map_or(0, |area| (area.bottom as i64 - i64::from(baseline)).abs());
    let farthest = pictures.iter().map(off).zip(1..).reduce(|a, b| if b.0 > a.0 { b } else { a });
    let (off, straying) = farthest.unwrap_or_default();
    let number = |frame: usize| frame as i64 + 1;
    let metrics = [
        ("baseline", Some(off)),
        ("baseline_frame", Some(straying).filter(|_| off > 0)),
        ("flicker", Some(found.flicker)),
        ("flicker_frame", Some(number(found.frame)).filter(|_| found.flicker > 0)),
        ("loop", Some(found.looped).filter(|_| frames.len() > 2)),
        ("strays", Some(found.strays).filter(|strays| *strays > 0)),
        ("strays_frame", Some(number(found.straying)).filter(|_| found.strays > 0)),
    ];
    metrics.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The picture of a frame; its colours are numbered as they are first seen.
fn picture(frame: &RgbaImage, colors: &mut BTreeMap<[u8; 4], u16>) -> Picture {
    let index = |pixel: &image::Rgba<u8>| {
        // Beyond so many, colours are no longer told apart.
        let next = u16::try_from(colors.len()).unwrap_or(CLEAR).min(CLEAR - 1);
        if pixel.0[3] == 0 { CLEAR } else { *colors.entry(pixel.0).or_insert(next) }
    };
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    Picture { width, height, pixels: frame.pixels().map(index).collect() }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn a_subject_that_leaves_its_baseline_is_named() {
        let frame = |bottom: u32| {
            RgbaImage::from_fn(6, 8, |x, y| {
                if (bottom - 4..bottom).contains(&y) { Rgba([x as u8, 0, 0, 255]) } else { Rgba([0; 4]) }
            })
        };
        let metrics = steadiness(&[frame(8), frame(8), frame(6), frame(8)], 8);
        assert_eq!((metrics["baseline"], metrics["baseline_frame"]), (2, 3));
        let metrics = steadiness(&[frame(8), frame(8), frame(8)], 8);
        assert_eq!((metrics["baseline"], metrics["flicker"], metrics["loop"]), (0, 0, 0));
    }
}
