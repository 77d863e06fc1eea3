//! Results do not depend on the direction in which a raw is scanned.

use dgx_pixels::manifest::parse_recipe_file;
use dgx_pixels::process::explain::explain;
use dgx_pixels::process::process;
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::sprite::Sprites;
use image::RgbaImage;
use image::imageops::{flip_horizontal, rotate90};

use super::art;
use super::spoil::{Spoil, spoil};

/// The eight orientations of an image; `turn` is one of them.
fn turned(image: &RgbaImage, turn: usize) -> RgbaImage {
    let quarters = (0..turn % 4).fold(image.clone(), |image, _| rotate90(&image));
    if turn < 4 { quarters } else { flip_horizontal(&quarters) }
}

fn restored(raws: &[RgbaImage], recipe: &str) -> Sprites {
    let recipe = parse_recipe_file("recipe", recipe, ".".as_ref()).unwrap();
    let raws: Vec<Raw> = raws.iter().map(|raw| Raw::new(raw.clone())).collect();
    process(&raws, &recipe, None).unwrap()
}

/// Small cells: the picture has to be restored eight times.
fn small(spoil: Spoil) -> Spoil {
    Spoil { cell: [spoil.cell[0] * 0.6, spoil.cell[1] * 0.6], ..spoil }
}

/// Restores every orientation of a group and compares the frames, the palette and the metrics.
fn assert_equal_in_all_orientations(raws: &[RgbaImage], recipe: &str) {
    let first = restored(raws, recipe);
    for turn in 1..8 {
        let raws: Vec<RgbaImage> = raws.iter().map(|raw| turned(raw, turn)).collect();
        let sprites = restored(&raws, recipe);
        let frames: Vec<RgbaImage> = first.frames.iter().map(|frame| turned(frame, turn)).collect();
        assert!(sprites.frames == frames, "turn {turn}: other pixels");
        assert_eq!(sprites.found.palette, first.found.palette);
        let sizes = |sprites: &Sprites, swap: bool| {
            let (mut grid, mut pitch) = (sprites.found.grid, sprites.found.pitch);
            if swap {
                (grid, pitch) = ([grid[1], grid[0]], [pitch[1], pitch[0]]);
            }
            (grid, pitch, sprites.found.metrics["grid"], sprites.found.metrics["residue"])
        };
        assert_eq!(sizes(&sprites, false), sizes(&first, turn % 2 == 1), "turn {turn}");
    }
}

#[test]
fn a_turned_raw_has_the_turned_result() {
    let spoiled = |truth: RgbaImage, how: Spoil| [spoil(&truth, &small(how), 3)];
    assert_equal_in_all_orientations(&spoiled(art::creature(20, 1), Spoil::MEDIUM), "");
    assert_equal_in_all_orientations(&spoiled(art::near_tones(), Spoil { jitter: 0.5, ..Spoil::EASY }), "");
    assert_equal_in_all_orientations(&spoiled(art::creature(20, 5), Spoil::HARD), "colors = 6");
}

#[test]
fn the_frames_of_a_group_turn_together() {
    let frames = [1, 2, 3].map(|seed| spoil(&art::creature(18, seed), &small(Spoil::EASY), seed));
    assert_equal_in_all_orientations(&frames, "");
}

#[test]
fn the_result_is_the_same_on_any_number_of_threads() {
    let raw = turned(&spoil(&art::creature(20, 1), &small(Spoil::MEDIUM), 3), 5);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| restored(std::slice::from_ref(&raw), ""))
    };
    assert_eq!(on(1), on(16));
}

/// A given grid has its columns along the raw's width.
#[test]
fn a_given_grid_turns_with_the_raw() {
    let raw = spoil(&art::near_tones(), &small(Spoil::EASY), 3);
    let [w, h] = restored(std::slice::from_ref(&raw), "").found.grid;
    let first = restored(std::slice::from_ref(&raw), &format!("grid = [{w}, {h}]"));
    let quarter = restored(&[turned(&raw, 1)], &format!("grid = [{h}, {w}]"));
    assert_eq!(quarter.frames[0], turned(&first.frames[0], 1));
}

#[test]
fn a_symmetric_raw_has_a_symmetric_result() {
    let mut raw = spoil(&art::creature(20, 1), &small(Spoil::MEDIUM), 3);
    let width = raw.width();
    for (x, y) in (0..raw.height()).flat_map(|y| (width.div_ceil(2)..width).map(move |x| (x, y))) {
        let mirrored = *raw.get_pixel(width - 1 - x, y);
        raw.put_pixel(x, y, mirrored);
    }
    for turn in [0, 1, 2] {
        let frame = restored(&[turned(&raw, turn)], "").frames.remove(0);
        assert!(frame == turned(&flip_horizontal(&turned(&frame, (4 - turn) % 4)), turn), "turn {turn}");
    }
}

/// The cells of an explanation lie where they are in the raw.
#[test]
fn explanations_turn_with_the_raw() {
    let raw = spoil(&art::creature(20, 2), &small(Spoil::EASY), 3);
    let recipe = parse_recipe_file("recipe", "", ".".as_ref()).unwrap();
    let explained = |raw: RgbaImage| explain(&[Raw::new(raw)], &recipe, None).unwrap().1.remove(0);
    let first = explained(raw.clone());
    for turn in 1..8 {
        let other = explained(turned(&raw, turn));
        assert_eq!(other.cells, turned(&first.cells, turn));
        assert_eq!(other.colors, first.colors);
        let [columns, rows] = other.lattice.cells();
        assert_eq!([columns as u32, rows as u32], [other.cells.width(), other.cells.height()]);
        assert_eq!(other.lattice.corner(0, 0), [0.0; 2], "the lattice begins at the raw's corner");
    }
}
