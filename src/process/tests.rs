//! The whole of a restoration, on pictures drawn here.

use std::collections::BTreeMap;

use image::{Rgba, RgbaImage};

use super::*;
use crate::manifest::*;

/// A recipe that leaves everything as it is found.
pub(in crate::process) fn recipe() -> Recipe {
    Recipe {
        size: Size::Found,
        framing: Framing::Subject,
        fit: Fit::Reduce,
        scale: None,
        anchor: Anchor::Bottom,
        margin: 0,
        palette: PaletteChoice::Auto,
        grid: GridChoice::Auto,
        matte: Matte::Auto,
        holes: Holes::Auto,
        outline: Outline::None,
        cleanup: Cleanup::default(),
        dither: Dither::None,
        gates: BTreeMap::new(),
    }
}

const KEY: Rgba<u8> = Rgba([255, 0, 255, 255]);
const CLEAR: Rgba<u8> = Rgba([0; 4]);

/// A creature of 20x20 pixels in six colours, on nothing.
fn creature() -> RgbaImage {
    RgbaImage::from_fn(20, 20, |x, y| {
        let (dx, dy) = (x as i32 * 2 - 19, y as i32 * 2 - 21);
        let r = dx * dx + dy * dy;
        match (x, y) {
            (7, 8) | (12, 8) => Rgba([250, 250, 250, 255]),
            (7, 9) | (12, 9) => Rgba([20, 20, 60, 255]),
            _ if r > 17 * 17 => CLEAR,
            _ if r > 15 * 15 => Rgba([30, 16, 40, 255]),
            _ if dx + dy < -6 => Rgba([120, 220, 110, 255]),
            _ if (x + 3 * y) % 7 == 0 => Rgba([40, 120, 70, 255]),
            _ => Rgba([70, 170, 90, 255]),
        }
    })
}

fn on_key(image: &RgbaImage) -> RgbaImage {
    let mut image = image.clone();
    image.pixels_mut().filter(|p| p.0[3] == 0).for_each(|p| *p = KEY);
    image
}

fn enlarged(image: &RgbaImage, by: f64) -> RgbaImage {
    let size = |length: u32| (f64::from(length) * by + 0.5) as u32;
    let at = |x: u32, length: u32| ((f64::from(x) + 0.5) / by) as u32 % length.max(1);
    RgbaImage::from_fn(size(image.width()), size(image.height()), |x, y| {
        *image.get_pixel(at(x, image.width()).min(image.width() - 1), at(y, image.height()).min(image.height() - 1))
    })
}

fn restored(image: &RgbaImage, recipe: &Recipe) -> Sprites {
    process(&[Raw::new(image.clone())], recipe, None).unwrap()
}

#[test]
fn an_enlarged_picture_comes_back_exactly() {
    for by in [1.0, 2.0, 3.0, 8.0, 16.0] {
        let sprites = restored(&enlarged(&on_key(&creature()), by), &recipe());
        assert_eq!(sprites.frames[0], creature(), "{by}");
        assert_eq!(sprites.found.figures["grid"], 1000);
        assert_eq!(sprites.found.pitch, [1000 * by as u32; 2]);
    }
}

#[test]
fn an_uneven_grid_comes_back_exactly() {
    for by in [7.3, 12.8, 25.6] {
        let sprites = restored(&enlarged(&on_key(&creature()), by), &recipe());
        assert_eq!(sprites.frames[0], creature(), "{by}");
    }
}

#[test]
fn transparency_that_is_given_stays() {
    let sprites = restored(&enlarged(&creature(), 8.0), &recipe());
    assert_eq!(sprites.frames[0], creature());
}
