//! Blocks of RPG Maker's A2 sheets: what the engine puts together from their quarters are the tiles of a blob.

use dgx_pixels::assemble::verify::verify;
use dgx_pixels::words::layout::{Border, Layout, Look};
use dgx_pixels::words::project::{SheetOptions, Tileset};
use dgx_pixels::words::proof::Fault;
use image::{Rgba, RgbaImage, imageops};

use crate::project::Project;
use crate::proof::{Random, TEXTURES, colors, spec, texture, tiles, write_sheet};

/// Where the engine takes the quarters of each of its shapes of a floor from (upper left, upper right, lower left, lower
/// right), as columns and rows of half tiles of a block.
#[rustfmt::skip]
const SHAPES: [[[u32; 2]; 4]; 48] = [
    [[2, 4], [1, 4], [2, 3], [1, 3]], [[2, 0], [1, 4], [2, 3], [1, 3]], [[2, 4], [3, 0], [2, 3], [1, 3]],
    [[2, 0], [3, 0], [2, 3], [1, 3]], [[2, 4], [1, 4], [2, 3], [3, 1]], [[2, 0], [1, 4], [2, 3], [3, 1]],
    [[2, 4], [3, 0], [2, 3], [3, 1]], [[2, 0], [3, 0], [2, 3], [3, 1]], [[2, 4], [1, 4], [2, 1], [1, 3]],
    [[2, 0], [1, 4], [2, 1], [1, 3]], [[2, 4], [3, 0], [2, 1], [1, 3]], [[2, 0], [3, 0], [2, 1], [1, 3]],
    [[2, 4], [1, 4], [2, 1], [3, 1]], [[2, 0], [1, 4], [2, 1], [3, 1]], [[2, 4], [3, 0], [2, 1], [3, 1]],
    [[2, 0], [3, 0], [2, 1], [3, 1]], [[0, 4], [1, 4], [0, 3], [1, 3]], [[0, 4], [3, 0], [0, 3], [1, 3]],
    [[0, 4], [1, 4], [0, 3], [3, 1]], [[0, 4], [3, 0], [0, 3], [3, 1]], [[2, 2], [1, 2], [2, 3], [1, 3]],
    [[2, 2], [1, 2], [2, 3], [3, 1]], [[2, 2], [1, 2], [2, 1], [1, 3]], [[2, 2], [1, 2], [2, 1], [3, 1]],
    [[2, 4], [3, 4], [2, 3], [3, 3]], [[2, 4], [3, 4], [2, 1], [3, 3]], [[2, 0], [3, 4], [2, 3], [3, 3]],
    [[2, 0], [3, 4], [2, 1], [3, 3]], [[2, 4], [1, 4], [2, 5], [1, 5]], [[2, 0], [1, 4], [2, 5], [1, 5]],
    [[2, 4], [3, 0], [2, 5], [1, 5]], [[2, 0], [3, 0], [2, 5], [1, 5]], [[0, 4], [3, 4], [0, 3], [3, 3]],
    [[2, 2], [1, 2], [2, 5], [1, 5]], [[0, 2], [1, 2], [0, 3], [1, 3]], [[0, 2], [1, 2], [0, 3], [3, 1]],
    [[2, 2], [3, 2], [2, 3], [3, 3]], [[2, 2], [3, 2], [2, 1], [3, 3]], [[2, 4], [3, 4], [2, 5], [3, 5]],
    [[2, 0], [3, 4], [2, 5], [3, 5]], [[0, 4], [1, 4], [0, 5], [1, 5]], [[0, 4], [3, 0], [0, 5], [1, 5]],
    [[0, 2], [3, 2], [0, 3], [3, 3]], [[0, 2], [1, 2], [0, 5], [1, 5]], [[0, 4], [3, 4], [0, 5], [3, 5]],
    [[2, 2], [3, 2], [2, 5], [3, 5]], [[0, 2], [3, 2], [0, 5], [3, 5]], [[0, 0], [1, 0], [0, 1], [1, 1]],
];

/// The neighbourhood of each shape. The last is the icon of the palette, which stands alone as the one before it does.
const MASKS: [u8; 48] = [
    255, 127, 253, 125, 247, 119, 245, 117, 223, 95, 221, 93, 215, 87, 213, 85, 31, 29, 23, 21, 124, 116, 92, 84, 241,
    209, 113, 81, 199, 71, 197, 69, 17, 68, 28, 20, 112, 80, 193, 65, 7, 5, 16, 4, 1, 64, 0, 0,
];

fn block(tiles: &[RgbaImage]) -> RgbaImage {
    let (width, height) = tiles[0].dimensions();
    let mut block = RgbaImage::new(2 * width, 3 * height);
    for (at, tile) in (0..).zip(tiles) {
        imageops::replace(&mut block, tile, (at % 2 * width).into(), (at / 2 * height).into());
    }
    block
}

/// A shape as the engine draws it.
fn shape(block: &RgbaImage, quarters: [[u32; 2]; 4]) -> RgbaImage {
    let (width, height) = (block.width() / 4, block.height() / 6);
    let mut tile = RgbaImage::new(2 * width, 2 * height);
    for (at, [column, row]) in (0..).zip(quarters) {
        let quarter = imageops::crop_imm(block, column * width, row * height, width, height).to_image();
        imageops::replace(&mut tile, &quarter, (at % 2 * width).into(), (at / 2 * height).into());
    }
    tile
}

#[test]
fn the_engine_draws_the_tiles_of_a_blob() {
    let (palette, mut random) = (colors(), Random(5));
    for size in [[6, 6], [8, 8], [10, 14], [16, 16], [16, 12], [24, 24], [32, 32], [48, 48]] {
        for look in Look::ALL {
            let usual = look.border(size[0].min(size[1]));
            let start = random.below(20) as usize;
            let of = texture(size, &palette[start..start + 4], 1);
            let over = texture(size, &palette[start + 4..start + 8], 2);
            for (over, border) in [(Some(&over), usual), (None, Border { width: 1, wobble: 1, ..usual })] {
                let made = |layout| tiles(&of, over, &Tileset { variants: 1, ..spec(size, layout, border) }, &palette);
                let (Some(a2), Some(blob)) = (made(Layout::A2), made(Layout::Blob47)) else {
                    assert!(border != usual, "{size:?} {look:?}");
                    continue;
                };
                let block = block(&a2.frames);
                for (quarters, mask) in SHAPES.into_iter().zip(MASKS) {
                    let at = Layout::Blob47.masks().iter().position(|known| *known == mask).unwrap();
                    assert!(shape(&block, quarters) == blob.frames[at], "{size:?} {border:?}: mask {mask}");
                }
                let proof = verify(Layout::A2, &a2.frames, over.map(|over| &over.frames[0])).unwrap();
                assert_eq!((proof.tiles, proof.ways, proof.seams), (6, 1296, 2592));
            }
        }
    }
}

fn good(has_over: bool) -> Vec<RgbaImage> {
    let palette = colors();
    let (of, over) = (texture([16, 16], &palette[10..14], 1), texture([16, 16], &palette[20..24], 2));
    let border = Border { width: 3, ..Look::Flat.border(16) };
    tiles(&of, has_over.then_some(&over), &spec([16, 16], Layout::A2, border), &[]).unwrap().frames
}

type Damage = fn(&mut Vec<RgbaImage>);

#[test]
fn every_damage_of_a_block_is_found_out() {
    let damages: [(&[&str], Damage); 10] = [
        (&["missing"], |tiles| tiles.truncate(5)),
        (&["empty"], |tiles| tiles[1] = RgbaImage::new(16, 16)),
        (&["size"], |tiles| tiles[3] = RgbaImage::new(16, 14)),
        (&["equal"], |tiles| tiles[4] = tiles[5].clone()),
        (&["outside", "seam"], |tiles| tiles.swap(2, 3)),
        (&["outside", "seam"], |tiles| tiles.swap(2, 4)),
        (&["outside", "seam"], |tiles| tiles.swap(1, 5)),
        // An inner corner that is whole.
        (&["same"], |tiles| {
            let full = tiles[5].clone();
            imageops::replace(&mut tiles[1], &imageops::crop_imm(&full, 0, 0, 8, 8).to_image(), 0, 0);
        }),
        // The right border of the block ends two pixels further in on one of its tiles.
        (&["seam"], |tiles| {
            let bare = tiles[0].clone();
            (0..16).for_each(|y| tiles[3].put_pixel(12, y, *bare.get_pixel(15, y)));
            (0..16).for_each(|y| tiles[3].put_pixel(11, y, *bare.get_pixel(15, y)));
        }),
        (&["outside"], |tiles| {
            let full = tiles[5].clone();
            (12..16).for_each(|x| tiles[3].put_pixel(x, 8, *full.get_pixel(8, 8)));
        }),
    ];
    for has_over in [true, false] {
        let over = texture([16, 16], &colors()[20..24], 2);
        let known = has_over.then(|| &over.frames[0]);
        assert_eq!(verify(Layout::A2, &good(has_over), known).err().map(|found| found.fault), None);
        for (number, (wanted, damage)) in damages.iter().enumerate() {
            let mut tiles = good(has_over);
            damage(&mut tiles);
            let fault = verify(Layout::A2, &tiles, known).expect_err("it was damaged").fault;
            let name = serde_json::to_value(&fault).unwrap()["fault"].as_str().unwrap().to_owned();
            assert!(wanted.contains(&&*name), "damage {number}, over {has_over}: {fault}");
        }
    }
    let plain: Vec<RgbaImage> = (0..6).map(|n| RgbaImage::from_pixel(16, 16, Rgba([n, 9, 9, 255]))).collect();
    assert!(verify(Layout::A2, &plain, None).is_err());
    assert!(matches!(
        verify(Layout::A2, &good(true)[..2], None).unwrap_err().fault,
        Fault::Missing { tile: 2, wanted: 6 }
    ));
}

#[test]
fn a_build_writes_a_block_as_the_engine_takes_it() {
    let manifest = TEXTURES.replace("backend", "scale = [1, 3]\npadding = 2\ncolumns = 4\nbackend");
    let project = Project::with(&format!(
        "{manifest}[tileset.meadow]\nof = \"grass\"\nover = \"dirt\"\nsize = 16\nlayout = \"a2\"\n"
    ));
    project.build(&[]).exit(0);
    let image = image::load_from_memory(&project.read("assets/tilesets/meadow@3x.png")).unwrap();
    assert_eq!((image.width(), image.height()), (96, 144));
    assert!(project.lock().contains("proof = { tiles = 6, ways = 1296, seams = 2592, digest = \""));
    project
        .run_line("tileset verify assets/tilesets/meadow.png --layout a2 --tile 16")
        .exit(0)
        .says("6 tiles join in all 1296 ways");
    let mut tiles = good(true);
    tiles.swap(2, 3);
    write_sheet(&project, "b.png", &tiles, SheetOptions { padding: 0, extrude: 0, columns: 2 });
    project.run_line("tileset verify b.png --layout a2 --tile 16 --draw c.png").exit(3).says("`c.png` shows it");
}
