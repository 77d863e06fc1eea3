//! Whole restorations of synthetic pictures.

use std::collections::BTreeMap;

use image::{Rgba, RgbaImage};

use super::*;
use crate::words::palette;
use crate::words::recipe::{
    Alpha, Anchor, Cleanup, Dither, DrawnFrame, Fit, Framing, GridChoice, Holes, Matte, Outline, PaletteChoice, Recipe,
    Repair, Shadow, Size,
};

/// A recipe without optional steps.
pub(in crate::process) fn recipe() -> Recipe {
    Recipe {
        size: Size::Found,
        framing: Framing::Subject,
        fit: Fit::Fill,
        scale: None,
        anchor: Anchor::Bottom,
        margin: 0,
        palette: PaletteChoice::Auto,
        grid: GridChoice::Auto,
        drawn_frame: DrawnFrame::Auto,
        matte: Matte::Auto,
        holes: Holes::Auto,
        shadow: Shadow::Keep,
        alpha: Alpha::Auto,
        outline: Outline::None,
        cleanup: Cleanup::default(),
        dither: Dither::None,
        repair: Repair::Auto,
        gates: BTreeMap::new(),
        adopted: false,
    }
}

const KEY: Rgba<u8> = Rgba([255, 0, 255, 255]);
const CLEAR: Rgba<u8> = Rgba([0; 4]);

/// A creature of 20x20 pixels in six colours on transparency.
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
fn enlarged_pictures_are_restored_exactly() {
    for by in [1.0, 2.0, 3.0, 8.0, 16.0] {
        let sprites = restored(&enlarged(&on_key(&creature()), by), &recipe());
        assert_eq!(sprites.frames[0], creature(), "{by}");
        assert_eq!(sprites.found.metrics["grid"], 1000);
        assert_eq!(sprites.found.pitch, [1000 * by as u32; 2]);
    }
}

#[test]
fn uneven_grids_are_restored_exactly() {
    for by in [7.3, 12.8, 25.6] {
        let sprites = restored(&enlarged(&on_key(&creature()), by), &recipe());
        assert_eq!(sprites.frames[0], creature(), "{by}");
    }
}

#[test]
fn transparency_of_the_raw_is_kept() {
    let sprites = restored(&enlarged(&creature(), 8.0), &recipe());
    assert_eq!(sprites.frames[0], creature());
}

#[test]
fn degenerate_pictures_have_a_result_or_an_error() {
    let flat = |width, height, color| RgbaImage::from_pixel(width, height, color);
    let result = |image: RgbaImage, matte: Matte| process(&[Raw::new(image)], &Recipe { matte, ..recipe() }, None);
    for (width, height) in [(1, 1), (2, 2), (3, 1), (64, 64), (300, 7), (512, 512)] {
        assert_eq!(result(flat(width, height, KEY), Matte::Auto), Err(ProcessError::Empty), "{width}x{height}");
        assert_eq!(result(flat(width, height, CLEAR), Matte::None), Err(ProcessError::Transparent), "{width}x{height}");
        let opaque = result(flat(width, height, KEY), Matte::None).unwrap();
        assert_eq!(opaque.found.palette, [Rgb([255, 0, 255])]);
    }
    assert_eq!(process(&[], &recipe(), None), Err(ProcessError::NoPixels));
    assert_eq!(result(flat(0, 5, KEY), Matte::Auto), Err(ProcessError::NoPixels));
}

#[test]
fn confidence_is_low_without_a_grid() {
    let blob = RgbaImage::from_fn(400, 400, |x, y| {
        let (dx, dy) = (x as i32 - 190, y as i32 - 210);
        let shade = ((dx * dx + 2 * dy * dy) / 180).min(255) as u8;
        Rgba([shade, 255 - shade, (x / 2) as u8, 255])
    });
    assert!(restored(&blob, &recipe()).found.metrics["grid"] < 400);
}

/// Adds noise of up to 15 levels to every channel.
fn noisy(image: RgbaImage) -> RgbaImage {
    noisy_by(image, 28)
}

/// Adds noise of `32 - shift` bits to every channel.
fn noisy_by(mut image: RgbaImage, shift: u32) -> RgbaImage {
    let mut noise = 7u32;
    for value in image.pixels_mut().flat_map(|pixel| &mut pixel.0[..3]) {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = value.saturating_add((noise >> shift) as u8);
    }
    image
}

fn grey(mut image: RgbaImage) -> RgbaImage {
    for Rgba([r, g, b, _]) in image.pixels_mut() {
        let luma = ((u32::from(*r) * 299 + u32::from(*g) * 587 + u32::from(*b) * 114) / 1000) as u8;
        (*r, *g, *b) = (luma, luma, luma);
    }
    image
}

#[test]
fn grids_of_pictures_with_few_colors_are_detected() {
    for by in [7.3, 19.3] {
        let image = noisy(enlarged(&on_key(&creature()), by));
        let mut coarse = image.clone();
        coarse.pixels_mut().flat_map(|pixel| &mut pixel.0[..3]).for_each(|value| *value &= 0xf0);
        for image in [grey(image.clone()), coarse, image] {
            let found = restored(&image, &recipe()).found;
            assert_eq!(found.grid, [20, 20], "{by}: {:?}", found.metrics);
            assert!(found.metrics["grid"] < 1000);
        }
    }
}

#[test]
fn noise_has_no_grid() {
    for side in [200, 512] {
        let mut noise = 7u32;
        let image = RgbaImage::from_fn(side, side, |_, _| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = (noise >> 24) as u8;
            Rgba([value, value, value, 255])
        });
        let recipe = Recipe { matte: Matte::None, ..recipe() };
        assert!(restored(&image, &recipe).found.metrics["grid"] < 300, "{side}");
    }
}

#[test]
fn a_grid_in_one_half_has_low_confidence() {
    let whole = noisy(enlarged(&bricked(40, 40), 12.4));
    let mut half = whole.clone();
    for (x, y, pixel) in half.enumerate_pixels_mut().filter(|(x, ..)| *x > 248) {
        let shade = ((x * x + 2 * y * y + x * y) / 700 % 200) as u8;
        *pixel = Rgba([shade, 200 - shade, (y / 4) as u8, 255]);
    }
    let recipe = Recipe { matte: Matte::None, ..recipe() };
    let [whole, half] = [whole, half].map(|image| restored(&image, &recipe).found.metrics["grid"]);
    assert!(whole > 900 && half < 600, "{whole} {half}");
}

/// A single cell has two edges along each axis, and noise has edges everywhere.
#[test]
fn a_dot_has_no_grid() {
    let dot = RgbaImage::from_fn(24, 24, |x, y| if (x, y) == (12, 12) { Rgba([200, 48, 56, 255]) } else { KEY });
    let image = noisy(enlarged(&dot, 8.0));
    assert!(restored(&image, &recipe()).found.metrics["grid"] < 600);
}

/// A soft disc of some forty tones: neither pixel art of this size nor of another.
#[test]
fn a_painting_of_few_colours_is_no_pixel_art() {
    let image = RgbaImage::from_fn(240, 200, |x, y| {
        let (dx, dy) = (x as i32 - 110, y as i32 - 90);
        let tone = ((dx * dx + 2 * dy * dy) / 300).min(40) as u8;
        Rgba([6 * tone, 255 - 6 * tone, 60, 255])
    });
    let recipe = Recipe { matte: Matte::None, ..recipe() };
    let sprites = restored(&image, &recipe);
    assert_eq!(sprites.found.grid, [240, 200]);
    assert!(sprites.found.metrics["grid"] < 600);
}

/// A part of a figure drawn in cells of half the size, in a picture with hardly any noise.
#[test]
fn details_at_half_the_size_do_not_halve_the_cells() {
    let disc = RgbaImage::from_fn(33, 33, |x, y| {
        let (dx, dy) = (x as i32 - 16, y as i32 - 16);
        match dx * dx + dy * dy {
            r if r > 169 => KEY,
            r if r > 144 => Rgba([30, 16, 40, 255]),
            _ if x + y < 28 => Rgba([120, 220, 110, 255]),
            _ if (x / 3 + y / 2 * 2) % 7 == 0 => Rgba([40, 120, 70, 255]),
            _ => Rgba([70, 170, 90, 255]),
        }
    });
    for [columns, rows] in [[26..42, 24..36], [22..40, 24..40]] {
        let mut halves = enlarged(&disc, 2.0);
        let mut noise = 7u32;
        for (x, y) in rows.flat_map(|y| columns.clone().map(move |x| (x, y))) {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (noise >> 24).is_multiple_of(3) {
                let darker = |value: u8| (u32::from(value) * 2 / 3) as u8;
                let Rgba([r, g, b, _]) = *halves.get_pixel(x, y);
                halves.put_pixel(x, y, Rgba([darker(r), darker(g), darker(b), 255]));
            }
        }
        let found = restored(&noisy_by(enlarged(&halves, 11.4), 30), &recipe()).found;
        assert_eq!(found.grid, [33, 33]);
    }
}

/// A wall of bricks in many shades.
fn bricked(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let (row, column) = (y / 4, (x + 4 * (y / 4 % 2)) / 8);
        let mortar = y % 4 == 3 || (x + 4 * (row % 2)) % 8 == 7;
        let shade = (column * 37 + row * 91) % 60;
        if mortar { Rgba([90, 80, 80, 255]) } else { Rgba([140 + shade as u8, 70, 50, 255]) }
    })
}

/// Displaces lines right and down by up to `by` raw pixels towards the middle of the other axis.
fn bowed(image: &RgbaImage, by: f64) -> RgbaImage {
    let size = [image.width(), image.height()].map(f64::from);
    let bow = |at: u32, axis: usize| {
        let share = f64::from(at) / size[axis];
        4.0 * share * (1.0 - share) * by
    };
    RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        let from = |at: u32, bow: f64, axis: usize| (f64::from(at) - bow + 0.5).clamp(0.0, size[axis] - 1.0) as u32;
        *image.get_pixel(from(x, bow(y, 1), 0), from(y, bow(x, 0), 1))
    })
}

/// Creatures of 20x20 cells on a sheet of `side` pixels, each with its left upper corner and the size of its cells.
fn creatures(side: u32, drawn: &[(u32, u32, f64)]) -> RgbaImage {
    let mut sheet = RgbaImage::from_pixel(side, side, Rgba([246, 240, 228, 255]));
    for (x, y, cell) in drawn {
        let large = enlarged(&creature(), *cell);
        for (dx, dy, pixel) in large.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[3] > 0) {
            sheet.put_pixel(x + dx, y + dy, *pixel);
        }
    }
    noisy(sheet)
}

/// How many pixels of the opaque ones differ from a creature, for each creature whose left upper corner is given.
fn wrong_pixels(sheet: &RgbaImage, corners: &[(u32, u32)]) -> Vec<usize> {
    let far = |a: &Rgba<u8>, b: &Rgba<u8>| a.0[3] != b.0[3] || (0..3).any(|i| a.0[i].abs_diff(b.0[i]) > 20);
    let wrong = |(left, top): &(u32, u32)| {
        creature().enumerate_pixels().filter(|(x, y, pixel)| far(pixel, sheet.get_pixel(left + x, top + y))).count()
    };
    corners.iter().map(wrong).collect()
}

/// The left upper corners of the creatures on a sheet, whose outlines touch no other: those of the empty rows and
/// columns around them.
fn corners(sheet: &RgbaImage) -> Vec<(u32, u32)> {
    let opaque = |x: u32, y: u32| sheet.get_pixel(x, y).0[3] > 0;
    let starts = |length: u32, is: &dyn Fn(u32) -> bool| -> Vec<u32> {
        (0..length).filter(|&i| is(i) && (i == 0 || !is(i - 1))).collect()
    };
    let tops = starts(sheet.height(), &|y| (0..sheet.width()).any(|x| opaque(x, y)));
    let row = |top: u32| {
        let filled = move |x: u32| (top..(top + 19).min(sheet.height())).any(|y| opaque(x, y));
        // The creature is 18 cells wide and 18 high; its picture has an empty column before it and two empty rows.
        starts(sheet.width(), &filled).into_iter().map(move |x| (x, top)).collect::<Vec<_>>()
    };
    tops.into_iter().flat_map(row).collect()
}

#[test]
fn objects_with_grids_of_their_own_keep_their_cells() {
    let image = creatures(512, &[(31, 28, 8.3), (268, 35, 9.1), (40, 262, 9.3), (290, 270, 8.6)]);
    let sprites = restored(&image, &recipe());
    let found: Vec<(u32, u32)> = corners(&sprites.frames[0]);
    assert_eq!(found.len(), 4, "{found:?}");
    let empty = corners(&creature())[0];
    let found: Vec<(u32, u32)> = found.iter().map(|(x, y)| (x - empty.0, y - empty.1)).collect();
    let wrong = wrong_pixels(&sprites.frames[0], &found);
    assert!(wrong.iter().all(|wrong| *wrong <= 4), "{wrong:?} at {found:?}");
}

#[test]
fn objects_with_one_grid_keep_it() {
    let image = creatures(512, &[(32, 24, 8.0), (272, 40, 8.0), (40, 264, 8.0), (296, 272, 8.0)]);
    let raws = [Raw::new(image)];
    let canvases = [Canvas::of(&raws[0], 128)];
    let grid = grid::vote(&raws, &canvases, GridChoice::Auto, grid::first_look(&raws, GridChoice::Auto)).unwrap();
    assert!(grid.sheets.is_empty());
    assert_eq!(restored(&raws[0].pixels, &recipe()).found.grid, [64, 64]);
}

#[test]
fn warped_lines_are_followed() {
    let differ = |(a, b): (&Rgba<u8>, &Rgba<u8>)| (0..4).any(|i| a.0[i].abs_diff(b.0[i]) > 24);
    let drawn = bricked(32, 32);
    let recipe = Recipe { matte: Matte::None, ..recipe() };
    let sprites = restored(&noisy(bowed(&enlarged(&drawn, 19.3), 8.0)), &recipe);
    assert_eq!(sprites.found.grid, [32, 32], "{:?}", sprites.found.metrics);
    let wrong = sprites.frames[0].pixels().zip(drawn.pixels()).filter(|pair| differ(*pair)).count();
    assert!(wrong <= 10, "{wrong} of 1024 pixels: straight lines get about 590 wrong");
}

#[test]
fn a_member_without_a_grid_does_not_outvote_the_others() {
    let mut noise = 7u32;
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let speckled = RgbaImage::from_fn(248, 248, |_, _| Rgba([random(), random(), random(), 255]));
    let drawn = noisy(enlarged(&on_key(&creature()), 12.4));
    let raws = [drawn.clone(), speckled, drawn].map(Raw::new);
    let found = process(&raws, &recipe(), None).unwrap().found;
    assert!(found.grid.iter().all(|cells| (20..=21).contains(cells)), "{:?}", found.grid);
}

#[test]
fn jpeg_blocks_are_no_grid() {
    // A gradient in steps of eight pixels, as coarse JPEG produces.
    let image = RgbaImage::from_fn(384, 384, |x, y| {
        let (x, y) = (x / 8 * 8, y / 8 * 8);
        Rgba([(x / 3) as u8, (y / 3) as u8, ((x + y) / 6) as u8, 255])
    });
    let image = noisy_by(image, 30);
    let recipe = Recipe { matte: Matte::None, ..recipe() };
    assert!(restored(&image, &recipe).found.metrics["grid"] < 100);
}

#[test]
fn native_pixel_art_is_kept() {
    let bricks = |width, height| {
        RgbaImage::from_fn(width, height, |x, y| {
            let (row, column) = (y / 4, (x + 4 * (y / 4 % 2)) / 8);
            let mortar = y % 4 == 3 || (x + 4 * (row % 2)) % 8 == 7;
            let shade = (column * 37 + row * 91) % 60;
            if mortar { Rgba([90, 80, 80, 255]) } else { Rgba([140 + shade as u8, 70, 50, 255]) }
        })
    };
    for (width, height) in [(48, 48), (64, 64), (128, 96)] {
        let recipe = Recipe { matte: Matte::None, ..recipe() };
        let sprites = restored(&bricks(width, height), &recipe);
        assert_eq!(sprites.found.grid, [width, height]);
        assert_eq!(sprites.found.metrics["grid"], 1000);
    }
}

/// Bricks under shades that differ from row to row: 664 colours, each used again and again.
#[test]
fn shaded_tiles_at_their_own_size_are_kept() {
    let tiles = RgbaImage::from_fn(192, 192, |x, y| {
        let (row, column) = (y / 8, (x + 8 * (y / 8 % 2)) / 16);
        let mortar = y % 8 == 7 || (x + 8 * (row % 2)) % 16 == 15;
        let grain = (x * 7 + y * 13 + x * y % 11) % 5 * 9;
        let tone = if mortar { 40 } else { 90 + (column * 37 + row * 91) % 6 * 12 + grain };
        let shade = 10 - (y % 48) / 8;
        Rgba([(tone * shade / 10) as u8, (tone * shade / 13) as u8, (tone * shade / 16 + row) as u8, 255])
    });
    let recipe = Recipe { matte: Matte::None, ..recipe() };
    let sprites = restored(&tiles, &recipe);
    assert_eq!((sprites.found.grid, sprites.found.metrics["grid"]), ([192, 192], 1000));
}

#[test]
fn a_subject_is_padded_or_reduced_into_its_frame() {
    let frame = |size: u32, anchor: Anchor| {
        let recipe = Recipe { size: Size::Frame([size, size]), anchor, ..recipe() };
        restored(&enlarged(&on_key(&creature()), 8.0), &recipe)
    };
    let padded = frame(32, Anchor::Bottom);
    assert_eq!((padded.frames[0].dimensions(), padded.found.reduced, padded.found.baseline), ((32, 32), 1, 32));
    assert_eq!(frame(32, Anchor::Top).found.baseline, 16);
    assert_eq!(frame(32, Anchor::Center).found.baseline, 24);
    let small = frame(12, Anchor::Bottom);
    assert_eq!((small.frames[0].dimensions(), small.found.reduced), ((12, 12), 2));
    assert!(small.found.palette.len() > 2, "{:?}", small.found.palette);
    assert!(small.found.palette.iter().all(|color| padded.found.palette.contains(color)));
    assert!([[250, 250, 250], [20, 20, 60]].iter().any(|eye| small.found.palette.contains(&Rgb(*eye))));
}

#[test]
fn a_subject_fills_its_frame_and_is_never_enlarged() {
    let image = enlarged(&on_key(&creature()), 8.0);
    let with = |size: u32, fit: Fit| restored(&image, &Recipe { size: Size::Frame([size, size]), fit, ..recipe() });
    let drawn = |sprites: &Sprites| {
        let opaque = sprites.frames[0].enumerate_pixels().filter(|pixel| pixel.2.0[3] > 0);
        opaque.fold([0, 0], |[x, y], pixel| [x.max(pixel.0 + 1), y.max(pixel.1 + 1)])
    };
    let creature = with(32, Fit::Exact);
    let full = drawn(&creature)[0]
        - creature.frames[0].enumerate_pixels().filter(|p| p.2.0[3] > 0).map(|p| p.0).min().unwrap();
    let filled = with(full - 2, Fit::Fill);
    assert_eq!(drawn(&filled), [full - 2; 2]);
    let factor = filled.found.factor();
    assert_eq!((filled.found.reduced, filled.found.metrics["reduced"]), (2, 2));
    assert!((1001..1200).contains(&factor), "{factor}");
    let stepped = with(full - 2, Fit::Step);
    assert_eq!((stepped.found.factor(), stepped.found.fraction), (2000, None));
    assert_eq!(with(full, Fit::Fill), with(full, Fit::Exact));
    assert_eq!(with(40, Fit::Fill).found.factor(), 1000);
    // A whole factor is the whole step.
    assert_eq!(with(full / 2, Fit::Fill), with(full / 2, Fit::Step));
}

#[test]
fn an_animation_inherits_a_factor_that_is_not_whole() {
    let recipe = Recipe { size: Size::Frame([14, 14]), ..recipe() };
    let raw = Raw::new(enlarged(&on_key(&creature()), 8.0));
    let sprite = process(std::slice::from_ref(&raw), &recipe, None).unwrap();
    let found = &sprite.found;
    assert!(found.fraction.is_some());
    let base = Base { palette: found.palette.clone(), factor: Some(found.factor()), baseline: found.baseline };
    let wider = Recipe { size: Size::Frame([30, 30]), ..recipe.clone() };
    let animation = process(&[raw.clone(), raw], &wider, Some(&base)).unwrap();
    assert_eq!(animation.found.factor(), found.factor());
    let inner = |image: &RgbaImage, x: u32, y: u32| image::imageops::crop_imm(image, x, y, 14, 14).to_image();
    assert_eq!(inner(&animation.frames[0], 8, 0), inner(&sprite.frames[0], 0, 0));
}

#[test]
fn an_oversized_subject_fails_the_gate_of_an_exact_fit() {
    let recipe = Recipe { size: Size::Frame([14, 14]), fit: Fit::Exact, ..recipe() };
    let sprites = restored(&enlarged(&on_key(&creature()), 8.0), &recipe);
    assert_eq!(gate::verdict(&sprites.found.metrics, &recipe).to_string(), "fit 2 > 0");
}

#[test]
fn frames_keep_their_position_and_the_base_its_scale() {
    let moved = |dy: i64| {
        let mut image = RgbaImage::from_pixel(32, 40, KEY);
        image::imageops::overlay(&mut image, &creature(), 6, 12 - dy);
        Raw::new(enlarged(&image, 8.0))
    };
    let recipe = Recipe { size: Size::Frame([24, 32]), ..recipe() };
    let jump = process(&[moved(0), moved(5), moved(0)], &recipe, None).unwrap();
    assert_eq!(jump.frames[0], jump.frames[2]);
    let bottoms: Vec<u32> =
        jump.frames.iter().map(|f| f.enumerate_pixels().filter(|p| p.2.0[3] > 0).map(|p| p.1).max().unwrap()).collect();
    assert_eq!(bottoms, [31, 26, 31]);
    assert_eq!((jump.found.metrics["baseline"], jump.found.baseline), (5, 32));
    assert_eq!(jump.found.metrics["flicker"], 0);
    let base = Base { palette: vec![Rgb([10, 10, 10]), Rgb([90, 200, 100])], factor: Some(2000), baseline: 30 };
    let animation = process(&[moved(0), moved(1)], &recipe, Some(&base)).unwrap();
    assert_eq!((animation.found.reduced, animation.found.baseline), (2, 30));
    assert_eq!(animation.found.palette, base.palette);
}

#[test]
fn a_given_palette_keeps_its_order() {
    let palette = [[255, 255, 255], [0, 0, 0], [70, 170, 90], [1, 1, 1], [40, 120, 70]].map(Rgb).to_vec();
    for dither in [Dither::None, Dither::Ordered] {
        let recipe = Recipe { palette: PaletteChoice::Given(palette.clone()), dither, ..recipe() };
        let found = restored(&enlarged(&on_key(&creature()), 8.0), &recipe).found.palette;
        let indices: Vec<_> = found.iter().map(|color| palette.iter().position(|p| p == color).unwrap()).collect();
        assert!(indices.is_sorted() && indices.len() >= 3, "{found:?}");
    }
    let recipe = Recipe { palette: PaletteChoice::Colors(3), ..recipe() };
    assert!((2..=3).contains(&restored(&enlarged(&on_key(&creature()), 8.0), &recipe).found.palette.len()));
}

#[test]
fn a_texture_is_cut_and_a_scene_is_cropped() {
    let bricks = RgbaImage::from_fn(37, 35, |x, y| {
        let row = y / 4;
        let mortar = y % 4 == 3 || (x + 4 * (row % 2)) % 8 == 7;
        if mortar { Rgba([90, 80, 80, 255]) } else { Rgba([170, 70, (row % 2 * 20) as u8, 255]) }
    });
    let with = |framing, size| {
        let recipe = Recipe { framing, matte: Matte::None, size: Size::Frame(size), ..recipe() };
        process(&[Raw::new(enlarged(&bricks, 8.0))], &recipe, None)
    };
    let tile = with(Framing::Tile, [32, 32]).unwrap();
    assert_eq!((tile.frames[0].dimensions(), tile.found.reduced), ((32, 32), 1));
    assert!(tile.found.metrics["seam"] < 1300, "{:?}", tile.found.metrics);
    assert_eq!(with(Framing::Crop, [30, 30]).unwrap().frames[0].dimensions(), (30, 30));
    assert_eq!(with(Framing::Crop, [16, 16]).unwrap().found.reduced, 2);
    assert_eq!(with(Framing::Crop, [40, 30]), Err(ProcessError::Small { cells: [37, 35], size: [40, 30] }));
}

#[test]
fn a_given_grid_is_used() {
    let image = enlarged(&on_key(&creature()), 8.0);
    for grid in [GridChoice::Cells([20, 20]), GridChoice::Pitch([8000, 8000])] {
        assert_eq!(restored(&image, &Recipe { grid, ..recipe() }).frames[0], creature());
    }
    let half = restored(&image, &Recipe { grid: GridChoice::Cells([40, 40]), ..recipe() });
    assert_eq!(half.found.grid, [40, 40]);
    let wrong =
        process(&[Raw::new(image)], &Recipe { grid: GridChoice::Cells([999, 20]), ..recipe() }, None).unwrap_err();
    assert_eq!(wrong.to_string(), "the raw of 160x160 pixels cannot have a `grid` of 999x20 cells");
    assert!(wrong.hint().is_some());
}

/// Enlarged as browsers and image programs do: by the nearest pixel, to a whole number of pixels.
fn zoomed(image: &RgbaImage, by: f64) -> RgbaImage {
    let [width, height] = [image.width(), image.height()].map(|length| (f64::from(length) * by).round() as u32);
    image::imageops::resize(image, width, height, image::imageops::FilterType::Nearest)
}

#[test]
fn a_given_pitch_counts_no_parts_of_cells() {
    let sprite = on_key(&creature());
    let with = |image: &RgbaImage, milli: u32| {
        restored(image, &Recipe { grid: GridChoice::Pitch([milli, milli]), matte: Matte::None, ..recipe() })
    };
    for (by, milli) in [(2.5, 2500), (3.3, 3300), (3.5, 3500), (3.75, 3750), (4.6, 4600), (1.0, 1000), (8.0, 8000)] {
        let found = with(&zoomed(&sprite, by), milli);
        assert_eq!((found.found.grid, &found.frames[0]), ([20, 20], &sprite), "{by}");
    }
    // A part of a larger picture: the cells begin where the edges are, and a part of one at the border is none.
    let whole = zoomed(&sprite, 8.0);
    for (x, y) in [(3, 3), (5, 2), (4, 6)] {
        let part = image::imageops::crop_imm(&whole, x, y, 96, 96).to_image();
        let found = with(&part, 8000);
        assert_eq!(found.found.grid, [12, 12], "{x},{y}");
        let from = [x, y].map(|at| u32::from(at >= 4));
        let inner = image::imageops::crop_imm(&sprite, from[0] + 1, from[1] + 1, 10, 10).to_image();
        assert_eq!(image::imageops::crop_imm(&found.frames[0], 1, 1, 10, 10).to_image(), inner, "{x},{y}");
    }
}

#[test]
fn what_has_the_size_of_its_frame_stays_where_it_is() {
    let mut image = RgbaImage::new(32, 32);
    image::imageops::overlay(&mut image, &creature(), 3, 1);
    let frame = |margin| Recipe { size: Size::Frame([32, 32]), margin, ..recipe() };
    let placed =
        |recipe: &Recipe, raws: &[RgbaImage]| recipe.placed(raws.iter().map(|raw| Some(raw.dimensions().into())));
    // However it came: as finished art of any name, or enlarged without loss.
    for recipe in [frame(0), placed(&frame(0), std::slice::from_ref(&image))] {
        for picture in [&image, &enlarged(&image, 3.0)] {
            let stays = restored(picture, &recipe);
            assert_eq!((&stays.frames[0], stays.found.reduced), (&image, 1));
        }
    }
    // A margin is kept free, an enlarged picture is no picture of that size, and neither is another size.
    assert_ne!(restored(&image, &placed(&frame(7), std::slice::from_ref(&image))).frames[0], image);
    let large = enlarged(&on_key(&creature()), 8.0);
    assert_eq!(placed(&frame(0), std::slice::from_ref(&large)), frame(0));
    let whole = Recipe { size: Size::Frame([160, 160]), ..recipe() };
    let (placed, subject) = (placed(&whole, std::slice::from_ref(&large)), whole);
    assert_eq!(restored(&large, &placed), restored(&large, &subject));
}

#[test]
fn a_number_of_colours_of_a_palette_is_the_best_of_it() {
    let image = enlarged(&on_key(&creature()), 8.0);
    let all = palette::builtin("endesga-32").unwrap().colors;
    let with = |palette| restored(&image, &Recipe { palette, ..recipe() }).found.palette;
    let whole = with(PaletteChoice::Given(all.clone()));
    for count in 1..=whole.len() as u32 + 1 {
        let palette = with(PaletteChoice::Given(all.clone()).limited(count));
        assert_eq!(palette.len(), (count as usize).min(whole.len()));
        assert!(
            palette.iter().all(|color| all.contains(color))
                && palette.is_sorted_by_key(|c| all.iter().position(|a| a == c))
        );
    }
    assert_eq!(PaletteChoice::Given(all.clone()).limited(32), PaletteChoice::Given(all.clone()));
    assert_eq!(PaletteChoice::Given(all.clone()).limited(9).limited(4), PaletteChoice::Given(all).limited(4));
    assert_eq!(PaletteChoice::Auto.limited(4), PaletteChoice::Colors(4));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let raws: Vec<Raw> = [7.3, 7.4, 7.5].map(|by| Raw::new(enlarged(&on_key(&creature()), by))).to_vec();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| process(&raws, &recipe(), None).unwrap())
    };
    assert_eq!(with(1), with(16));
}

#[test]
fn the_pixels_of_a_result_are_fixed() {
    let image = noisy(enlarged(&on_key(&creature()), 9.7));
    let sprites = restored(&image, &recipe());
    assert_eq!(sprites.found.grid, [20, 20]);
    assert_eq!(crate::words::raw::pixels_digest(&sprites.frames[0]).short().to_string(), "43fbf5361ba6265e");
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn recipes() -> impl Strategy<Value = Recipe> {
        let size = prop_oneof![Just(Size::Found), [1u32..40, 1u32..40].prop_map(Size::Frame)];
        let framing = prop_oneof![Just(Framing::Subject), Just(Framing::Tile), Just(Framing::Crop)];
        let palette = prop_oneof![
            Just(PaletteChoice::Auto),
            (1u32..20).prop_map(PaletteChoice::Colors),
            prop::collection::vec(any::<[u8; 3]>().prop_map(Rgb), 1..9).prop_map(PaletteChoice::Given),
        ];
        let outline =
            prop_oneof![Just(Outline::None), Just(Outline::Outer), Just(Outline::Inner), Just(Outline::Selective)];
        let grid = prop_oneof![
            Just(GridChoice::Auto),
            [1u32..60, 1u32..60].prop_map(GridChoice::Cells),
            [500u32..9000, 500u32..9000].prop_map(GridChoice::Pitch),
        ];
        let rest = (0u32..3, any::<bool>(), any::<bool>(), any::<bool>(), prop::option::of(1u32..4));
        (size, framing, palette, outline, grid, rest).prop_map(|(size, framing, palette, outline, grid, rest)| {
            let (margin, dither, tidy, matte, scale) = rest;
            Recipe {
                size,
                framing,
                palette,
                outline,
                grid,
                margin,
                scale,
                dither: if dither { Dither::Ordered } else { Dither::None },
                cleanup: Cleanup { orphans: tidy, jaggies: tidy, dust: tidy },
                matte: if matte { Matte::Auto } else { Matte::None },
                ..recipe()
            }
        })
    }

    fn images() -> impl Strategy<Value = RgbaImage> {
        (1u32..30, 1u32..30, 1u32..4, prop::collection::vec(any::<[u8; 4]>(), 1..7), any::<u32>()).prop_map(
            |(width, height, by, colors, seed)| {
                let pick = |x: u32, y: u32| (x / by * 7 + y / by * 13).wrapping_mul(seed | 1) >> 16;
                RgbaImage::from_fn(width * by, height * by, |x, y| Rgba(colors[pick(x, y) as usize % colors.len()]))
            },
        )
    }

    /// Whether the raws and the recipe justify the error.
    fn is_justified(error: &ProcessError, raws: &[Raw], recipe: &Recipe) -> bool {
        let sides = |raw: &Raw| [raw.pixels.width(), raw.pixels.height()];
        match error {
            ProcessError::NoPixels | ProcessError::ManyCells { .. } => false,
            ProcessError::Faint => {
                raws.iter().any(|raw| raw.pixels.pixels().any(|pixel| (1..255).contains(&pixel.0[3])))
            }
            // The background is removed, or no sampled pixel is opaque.
            ProcessError::Empty => {
                recipe.matte != Matte::None || raws.iter().all(|raw| raw.pixels.pixels().all(|pixel| pixel.0[3] < 255))
            }
            ProcessError::Transparent => raws.iter().all(|raw| raw.pixels.pixels().any(|pixel| pixel.0[3] < 128)),
            ProcessError::GridTooFine { pixels, .. } => {
                let too_fine = |axis: usize| match recipe.grid {
                    GridChoice::Auto => false,
                    GridChoice::Cells(cells) => cells[axis] > pixels[axis],
                    GridChoice::Pitch(pitch) => pitch[axis] < 1000 || pitch[axis] > 1000 * pixels[axis],
                };
                raws.iter().any(|raw| sides(raw) == *pixels) && (too_fine(0) || too_fine(1))
            }
            ProcessError::Small { cells, size } => {
                let step = recipe.scale.unwrap_or(1);
                recipe.framing != Framing::Subject
                    && recipe.size == Size::Frame(*size)
                    && (0..2).any(|axis| cells[axis] / step < size[axis])
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn sprites_keep_their_invariants(images in prop::collection::vec(images(), 1..3), recipe in recipes()) {
            let raws: Vec<Raw> = images.into_iter().map(Raw::new).collect();
            let done = process(&raws, &recipe, None);
            if let Err(error) = &done {
                prop_assert!(is_justified(error, &raws, &recipe), "{error:?}");
            }
            // Rejected cases do not count: all configured cases have sprites.
            prop_assume!(done.is_ok());
            let sprites = done.unwrap();
            prop_assert_eq!(sprites.frames.len(), raws.len());
            for pixel in sprites.frames.iter().flat_map(|frame| frame.pixels()) {
                let [r, g, b, alpha] = pixel.0;
                prop_assert!(alpha > 0 || pixel.0 == [0; 4]);
                prop_assert!(alpha == 0 || sprites.found.palette.contains(&Rgb([r, g, b])));
            }
            if let Size::Frame([width, height]) = recipe.size {
                prop_assert!(sprites.frames.iter().all(|frame| frame.dimensions() == (width, height)));
            }
            if let PaletteChoice::Given(given) = &recipe.palette {
                prop_assert!(sprites.found.palette.iter().all(|color| given.contains(color)));
            }
            if let PaletteChoice::Colors(count) = recipe.palette {
                prop_assert!(sprites.found.palette.len() <= count as usize);
            }
            prop_assert!((0..=1000).contains(&gate::score(&sprites.found.metrics)));
        }
    }
}

/// A scene of 40x30 cells with a frame of two cells.
fn framed_scene(by: u32) -> Raw {
    let scene = RgbaImage::from_fn(44 * by, 34 * by, |x, y| {
        let (x, y) = (x / by, y / by);
        let tone = ((x / 3 + y / 2) % 4) as u8 * 30;
        match x.min(43 - x).min(y).min(33 - y) {
            0..2 => Rgba([70, 40, 20, 255]),
            _ if (x * 5 + y * 3) % 11 < 3 => Rgba([200 - tone, 180, 60 + tone, 255]),
            _ => Rgba([30 + tone, 90, 120, 255]),
        }
    });
    Raw::new(scene)
}

#[test]
fn a_drawn_frame_is_cut_off_or_kept_by_choice() {
    for by in [1, 8] {
        let size = |drawn_frame, raw: &Raw| {
            let recipe = Recipe { drawn_frame, framing: Framing::Crop, matte: Matte::None, ..recipe() };
            let frames = process(std::slice::from_ref(raw), &recipe, None).unwrap().frames;
            (frames[0].dimensions(), frames[0].get_pixel(0, 0).0)
        };
        let raw = framed_scene(by);
        assert_eq!(size(DrawnFrame::Keep, &raw), ((44, 34), [70, 40, 20, 255]));
        let (inside, corner) = size(DrawnFrame::Remove, &raw);
        assert_eq!((inside, corner == [70, 40, 20, 255]), ((40, 30), false), "{by}");
    }
}

/// A creature of 20x20 cells on a ground, with an elliptic shadow in two tones of it below.
fn with_shadow(ground: [u8; 3]) -> RgbaImage {
    let tone = |per_cent: u16| ground.map(|value| (u16::from(value) * per_cent / 100) as u8);
    let art = creature();
    RgbaImage::from_fn(32, 30, |x, y| {
        let (dx, dy) = (x as i32 - 16, (y as i32 - 24) * 4);
        let inside = x.checked_sub(6).zip(y.checked_sub(4)).filter(|(x, y)| *x < 20 && *y < 20);
        let [r, g, b] = match (inside.map(|(x, y)| *art.get_pixel(x, y)), dx * dx + dy * dy) {
            (Some(Rgba([r, g, b, 255])), _) => [r, g, b],
            (_, 0..100) => tone(55),
            (_, 100..150) => tone(75),
            _ => ground,
        };
        Rgba([r, g, b, 255])
    })
}

#[test]
fn a_drop_shadow_is_kept_made_of_one_colour_or_removed() {
    for ground in [[255, 0, 255], [235, 232, 226], [90, 160, 110]] {
        for by in [1, 9] {
            let drawn = with_shadow(ground);
            let raw = Raw::new(RgbaImage::from_fn(32 * by, 30 * by, |x, y| *drawn.get_pixel(x / by, y / by)));
            let with = |shadow| process(std::slice::from_ref(&raw), &Recipe { shadow, ..recipe() }, None).unwrap();
            let bare = with(Shadow::Remove);
            let opaque = |sprites: &Sprites| sprites.frames[0].pixels().filter(|pixel| pixel.0[3] > 0).count();
            let own = creature().pixels().filter(|pixel| pixel.0[3] > 0).count();
            assert_eq!(opaque(&bare), own, "{ground:?} {by}");
            let (kept, flat) = (with(Shadow::Keep), with(Shadow::Flat));
            assert!(opaque(&kept) > own && opaque(&kept) == opaque(&flat), "{ground:?} {by}");
            assert_eq!(kept.found.palette.len(), flat.found.palette.len() + 1, "{ground:?} {by}");
        }
    }
}
