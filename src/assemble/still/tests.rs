use std::collections::{BTreeMap, BTreeSet};

use image::{Rgba, RgbaImage};

use super::*;
use crate::words::motion::{Blink, Bob, Breathe, Eyes, Region, Side, Sway};

/// A figure with two eyes, arms, a belt and a cape on its left.
const FIGURE: [&str; 18] = [
    "................",
    "................",
    ".....######.....",
    "....#ssssss#....",
    "....#sEssEs#....",
    "....#ssssss#....",
    ".....######.....",
    "....#bbbbbb#....",
    "..##bbbbbbbb#...",
    ".#r#bsbbbbsb#...",
    ".#r#bsbbbbsb#...",
    ".#r#bsbbbbsb#...",
    ".#r##yyyyyy#....",
    ".#r##bbbbbb#....",
    ".#rr#bb##bb#....",
    ".####bb##bb#....",
    "....#bb##bb#....",
    "....###..###....",
];

fn image(rows: &[&str]) -> RgbaImage {
    let color = |letter: u8| match letter {
        b'.' => [0; 4],
        b'#' => [20, 16, 30, 255],
        b's' => [230, 180, 140, 255],
        b'E' => [30, 30, 40, 255],
        b'b' => [60, 90, 180, 255],
        b'y' => [240, 200, 60, 255],
        b'r' => [180, 40, 50, 255],
        b'w' => [255; 4],
        _ => [120, 110, 100, 255],
    };
    RgbaImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
        Rgba(color(rows[y as usize].as_bytes()[x as usize]))
    })
}

fn sprites(rows: &[&str]) -> Sprites {
    Sprites { frames: vec![image(rows)], found: Restoration::default() }
}

fn colors(image: &RgbaImage) -> BTreeSet<[u8; 4]> {
    image.pixels().map(|pixel| pixel.0).collect()
}

fn differing(one: &RgbaImage, other: &RgbaImage) -> Vec<(u32, u32)> {
    let places = one.enumerate_pixels().filter(|(x, y, pixel)| other.get_pixel(*x, *y) != *pixel);
    places.map(|(x, y, _)| (x, y)).collect()
}

fn breathing(by: u32) -> Motion {
    Motion { frames: 8, breathe: Some(Breathe { by, times: 1, waist: None }), ..Motion::default() }
}

fn blinking(at: Region) -> Motion {
    Motion { frames: 8, blink: Some(Blink { at, eyes: Eyes::Pair, on: vec![5], lasts: 1 }), ..Motion::default() }
}

fn swaying(by: u32, from: Option<Side>) -> Motion {
    let mask = Region::Rectangles(vec![[1, 8, 3, 8]]);
    Motion { frames: 16, sway: vec![Sway { mask, by, times: 1, from }], ..Motion::default() }
}

fn moved(motion: &Motion) -> Vec<RgbaImage> {
    still(&sprites(&FIGURE), motion, &BTreeMap::new()).unwrap().frames
}

#[test]
fn the_first_frame_is_the_sprite_and_no_colour_is_new() {
    let rest = image(&FIGURE);
    let all = Motion {
        frames: 12,
        bob: Some(Bob { by: 1, times: 1 }),
        blink: blinking(Region::Found).blink,
        sway: swaying(1, None).sway,
        ..breathing(1)
    };
    for motion in [breathing(2), blinking(Region::Found), swaying(1, None), all] {
        let frames = moved(&motion);
        assert_eq!((frames.len(), &frames[0]), (motion.frames as usize, &rest));
        assert!(frames.iter().any(|frame| *frame != rest), "{motion:?}");
        assert!(frames.iter().all(|frame| colors(frame).is_subset(&colors(&rest))), "{motion:?}");
        assert_eq!(frames, moved(&motion));
    }
}

#[test]
fn what_breathes_sinks_onto_what_stands() {
    let rest = image(&FIGURE);
    let frames = moved(&breathing(1));
    let lowest = frames.iter().flat_map(|frame| differing(frame, &rest)).map(|(_, y)| y).max().unwrap();
    assert!((7..=12).contains(&lowest), "{lowest}");
    for frame in &frames {
        let eyes = (0..rest.height()).find(|y| *frame.get_pixel(6, *y) == *rest.get_pixel(6, 4)).unwrap();
        assert!(eyes <= 5);
        let parts = art::components(frame.dimensions().into(), |place| art::at(frame, place).is_some(), |_, _| true);
        assert_eq!(parts.len(), 1);
    }
    // The belt is a single row: it stays.
    assert!(frames.iter().all(|frame| frame.pixels().any(|pixel| pixel.0 == [240, 200, 60, 255])));
    let given = Motion { breathe: Some(Breathe { by: 1, times: 1, waist: Some(9) }), ..breathing(1) };
    let lowest = moved(&given).iter().flat_map(|frame| differing(frame, &rest)).map(|(_, y)| y).max().unwrap();
    assert!(lowest < 9, "{lowest}");
}

#[test]
fn eyes_close_in_the_colour_round_them() {
    let rest = image(&FIGURE);
    let eyes = vec![(6, 4), (9, 4)];
    for at in [Region::Found, Region::Rectangles(vec![[6, 4, 1, 1], [9, 4, 1, 1]])] {
        let frames = moved(&blinking(at));
        let changed: Vec<_> = frames.iter().map(|frame| differing(frame, &rest)).collect();
        assert_eq!(changed[5], eyes);
        assert!(changed.iter().enumerate().all(|(at, changed)| at == 5 || changed.is_empty()));
    }
}

#[test]
fn without_eyes_the_way_out_is_named() {
    let faceless: Vec<String> = FIGURE.iter().map(|row| row.replace('E', "s").replace("bsb", "bbb")).collect();
    let faceless = sprites(&faceless.iter().map(String::as_str).collect::<Vec<_>>());
    let error = still(&faceless, &blinking(Region::Found), &BTreeMap::new()).err().unwrap();
    assert_eq!(error, StillError::NoEyes);
    assert!(error.hint().unwrap().contains("blink = ["));
}

#[test]
fn a_part_that_sways_passes_behind_what_stands() {
    let rest = image(&FIGURE);
    let cape = |x: u32, y: u32| (1..4).contains(&x) && (8..16).contains(&y);
    let frames = moved(&swaying(1, Some(Side::Top)));
    for frame in &frames {
        for (x, y, pixel) in rest.enumerate_pixels().filter(|(x, y, pixel)| pixel.0[3] > 0 && !cape(*x, *y)) {
            assert_eq!(frame.get_pixel(x, y), pixel, "{x} {y}");
        }
        let gaps = differing(frame, &rest).into_iter().filter(|(x, y)| frame.get_pixel(*x, *y).0[3] == 0 && *x == 3);
        assert_eq!(gaps.count(), 0, "nothing opens beside the body");
    }
    let lowest = |frame: &RgbaImage| (0..4).find(|x| frame.get_pixel(*x, 15).0[3] > 0).unwrap();
    let places: BTreeSet<u32> = frames.iter().map(lowest).collect();
    assert_eq!(places, BTreeSet::from([0, 1, 2]));
    let highest = |frame: &RgbaImage| (0..4).find(|x| frame.get_pixel(*x, 9).0[3] > 0).unwrap();
    assert_eq!(frames.iter().map(highest).collect::<BTreeSet<u32>>(), BTreeSet::from([1]));
}

#[test]
fn what_would_leave_the_frame_is_an_error() {
    let leaves = |motion: &Motion| still(&sprites(&FIGURE), motion, &BTreeMap::new()).err().unwrap();
    let error = leaves(&swaying(3, Some(Side::Top)));
    assert!(matches!(error, StillError::LeavesFrame { movement: "sway", side: Side::Left, .. }), "{error}");
    let bob = |by| Motion { frames: 8, bob: Some(Bob { by, times: 1 }), ..Motion::default() };
    assert_eq!(moved(&bob(2)).len(), 8);
    assert!(matches!(leaves(&bob(3)), StillError::LeavesFrame { side: Side::Top, by: 1, frame: 4, .. }));
    assert!(matches!(leaves(&bob(-1)), StillError::LeavesFrame { side: Side::Bottom, .. }));
    let opaque = Sprites { frames: vec![RgbaImage::from_pixel(16, 16, Rgba([9, 9, 9, 255]))], ..sprites(&FIGURE) };
    assert!(matches!(still(&opaque, &breathing(1), &BTreeMap::new()), Err(StillError::Opaque { .. })));
}

#[test]
fn masks_are_white_or_cut_out() {
    let eyes = |lit: [u8; 4], rest: [u8; 4]| {
        RgbaImage::from_fn(16, 18, |x, y| Rgba(if y == 4 && (x == 6 || x == 9) { lit } else { rest }))
    };
    let name = "eyes.png".to_owned();
    let with = |mask: RgbaImage| {
        let masks = BTreeMap::from([(name.clone(), mask)]);
        still(&sprites(&FIGURE), &blinking(Region::Mask(name.clone())), &masks)
    };
    let found = moved(&blinking(Region::Found));
    for mask in [eyes([255; 4], [0, 0, 0, 255]), eyes([0, 0, 0, 255], [0; 4]), eyes([255; 4], [0; 4])] {
        assert_eq!(with(mask).unwrap().frames, found);
    }
    assert!(matches!(with(RgbaImage::new(16, 18)), Err(StillError::NoPixel { .. })));
    assert!(matches!(with(RgbaImage::new(8, 18)), Err(StillError::MaskSize { mask: [8, 18], sprite: [16, 18], .. })));
}
