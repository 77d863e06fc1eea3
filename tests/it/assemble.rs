//! Sheets: nothing overlaps, nothing is lost, and borders are repeated outwards.

use dgx_pixels::assemble::{AssembleError, mirror, sheet};
use dgx_pixels::words::project::SheetOptions;
use dgx_pixels::words::sheet::{TooLarge, scale};
use dgx_pixels::words::sprite::{Restoration, Sprites};
use dgx_pixels::words::timing::Playback;
use image::{Rgba, RgbaImage};
use proptest::prelude::*;

/// Frames in which every pixel is unique.
fn frames(count: u32, width: u32, height: u32) -> Vec<RgbaImage> {
    (0..count).map(|i| RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, i as u8, 255]))).collect()
}

proptest! {
    #[test]
    fn cells_lie_apart_and_hold_their_frames(
        (count, width, height) in (1..20u32, 1..9u32, 1..9u32),
        (padding, extrude, columns) in (0..4u32, 0..4u32, 0..9u32),
    ) {
        let frames = frames(count, width, height);
        let options = SheetOptions { padding, extrude, columns };
        let sheet = sheet(&frames, &options, None).unwrap();
        prop_assert_eq!(sheet.cells.len(), frames.len());
        let mut owner = vec![None; (sheet.image.width() * sheet.image.height()) as usize];
        for (i, (cell, frame)) in sheet.cells.iter().zip(&frames).enumerate() {
            prop_assert!(cell.x >= padding + extrude && cell.y >= padding + extrude);
            prop_assert!(cell.x + cell.width + extrude + padding <= sheet.image.width());
            prop_assert!(cell.y + cell.height + extrude + padding <= sheet.image.height());
            for y in cell.y - extrude..cell.y + cell.height + extrude {
                for x in cell.x - extrude..cell.x + cell.width + extrude {
                    let from = |at: u32, start: u32, size: u32| at.saturating_sub(start).min(size - 1);
                    let expected = frame.get_pixel(from(x, cell.x, width), from(y, cell.y, height));
                    prop_assert_eq!(sheet.image.get_pixel(x, y), expected);
                    let slot = &mut owner[(y * sheet.image.width() + x) as usize];
                    prop_assert_eq!(slot.replace(i), None);
                }
            }
        }
        for (pixel, owner) in sheet.image.pixels().zip(owner) {
            prop_assert!(owner.is_some() || pixel.0 == [0; 4]);
        }
    }

    #[test]
    fn a_scaled_pixel_is_a_square(width in 1..9u32, height in 1..9u32, k in 1..5u32) {
        let image = &frames(1, width, height)[0];
        let large = scale(image, k);
        prop_assert_eq!(large.dimensions(), (width * k, height * k));
        for (x, y, pixel) in large.enumerate_pixels() {
            prop_assert_eq!(pixel, image.get_pixel(x / k, y / k));
        }
    }
}

#[test]
fn columns_fold_a_row() {
    let options = SheetOptions { padding: 1, extrude: 0, columns: 0 };
    let one_row = sheet(&frames(5, 4, 4), &options, None).unwrap();
    assert_eq!((one_row.image.dimensions(), one_row.columns, one_row.rows), ((26, 6), 5, 1));
    let folded = sheet(&frames(5, 4, 4), &SheetOptions { columns: 2, ..options }, None).unwrap();
    assert_eq!((folded.image.dimensions(), folded.columns, folded.rows), ((11, 16), 2, 3));
}

#[test]
fn frames_that_make_no_sheet_are_refused() {
    let options = SheetOptions { padding: 0, extrude: 0, columns: 0 };
    assert_eq!(sheet(&[], &options, None), Err(AssembleError::Empty));
    let odd = [RgbaImage::new(4, 4), RgbaImage::new(4, 5)];
    assert_eq!(sheet(&odd, &options, None).unwrap_err().to_string(), "frame 2 is 4 x 5, the first is 4 x 4");
    let wide = vec![RgbaImage::new(512, 8); 33];
    assert!(matches!(sheet(&wide, &options, None), Err(AssembleError::Large(TooLarge { size: [16896, 8], scale: 1 }))));
    let folded = SheetOptions { columns: 32, ..options };
    assert_eq!(sheet(&wide, &folded, None).unwrap().image.dimensions(), (16384, 16));
}

#[test]
fn a_mirrored_mirror_image_is_the_group_again() {
    let sprites = Sprites { frames: frames(3, 5, 4), found: Restoration { baseline: 3, ..Restoration::default() } };
    assert_eq!(mirror(&sprites).frames[0].get_pixel(0, 1), sprites.frames[0].get_pixel(4, 1));
    assert_eq!(mirror(&mirror(&sprites)), sprites);
}

#[test]
fn there_and_back_shows_neither_end_twice() {
    assert_eq!(Playback::Pingpong.order(4), [0, 1, 2, 3, 2, 1]);
    assert_eq!(Playback::Reverse.order(3), [2, 1, 0]);
    assert_eq!((Playback::Pingpong.order(1), Playback::Pingpong.order(2)), (vec![0], vec![0, 1]));
}
