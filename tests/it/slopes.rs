//! Slopes: they join with everything that may lie beside them, the index says their heights, and every damage is found.

use dgx_pixels::assemble::verify::{picture, verify};
use dgx_pixels::words::ground::{edges, outline};
use dgx_pixels::words::layout::{Border, Layout, Look};
use dgx_pixels::words::project::Tileset;
use dgx_pixels::words::slope::{Edge, End};
use image::{Rgba, RgbaImage};

use crate::project::Project;
use crate::proof::{Random, TEXTURES, colors, spec, texture, tiles, write_sheet};

const SIZES: [[u32; 2]; 12] =
    [[6, 6], [7, 7], [8, 8], [9, 12], [12, 12], [15, 15], [16, 16], [16, 8], [20, 17], [24, 24], [32, 32], [64, 48]];

#[test]
fn slopes_of_every_look_join_in_every_size_with_any_border() {
    let (palette, mut random, mut proved) = (colors(), Random(11), 0);
    for size in SIZES {
        for look in Look::ALL {
            let usual = look.border(size[0].min(size[1]));
            let face = if look == Look::Cliff { random.below(4) } else { 0 };
            let (outline, wobble, radius) = (look == Look::Flat, random.below(3), random.below(6));
            for border in [usual, Border { width: 1 + random.below(3), wobble, radius, face, outline, look }] {
                let start = random.below(20) as usize;
                let of = texture(size, &palette[start..start + 4], 1);
                let over = texture(size, &palette[start + 4..start + 8], 2);
                for over in [Some(&over), None] {
                    let Some(made) = tiles(&of, over, &spec(size, Layout::Slopes, border), &palette) else {
                        assert!(border != usual, "the usual border of {look:?} does not fit {size:?}");
                        continue;
                    };
                    let proof = verify(Layout::Slopes, &made.frames, over.map(|over| &over.frames[0]));
                    let proof = proof.unwrap_or_else(|found| panic!("{size:?} {border:?} {}: {found}", over.is_some()));
                    assert_eq!((proof.tiles, proof.ways > 2000), (69, true), "{proof:?}");
                    proved += 1;
                }
            }
        }
    }
    assert!(proved > 220, "{proved}");
}

/// The set of 16 pixels in flat grass on nothing, with a border of two pixels.
fn flat(size: [u32; 2]) -> (Vec<RgbaImage>, Tileset) {
    let border = Border { width: 2, wobble: 1, radius: 3, outline: false, look: Look::Flat, face: 0 };
    let spec = Tileset { variants: 1, ..spec(size, Layout::Slopes, border) };
    (tiles(&texture(size, &colors()[10..14], 1), None, &spec, &[]).unwrap().frames, spec)
}

/// The rows of ground at the left or the right edge of a tile: the first and the one after the last.
fn ground(tile: &RgbaImage, x: u32) -> Option<[i32; 2]> {
    let rows = || (0..tile.height()).filter(|y| tile.get_pixel(x, *y).0[3] > 0);
    let (first, last) = (rows().min()? as i32, rows().max()? as i32 + 1);
    assert_eq!(rows().count() as i32, last - first, "ground without a gap");
    Some([first, last])
}

#[test]
fn tiles_that_may_lie_side_by_side_have_ground_of_one_height() {
    for size in [[16, 16], [15, 15], [24, 24], [32, 16]] {
        let (frames, _) = flat(size);
        let mut pairs = 0;
        for (a, b) in (0..67).flat_map(|a| (0..67).map(move |b| (a, b))) {
            if edges(a)[1] != edges(b)[3] {
                continue;
            }
            pairs += 1;
            match (ground(&frames[a], size[0] - 1), ground(&frames[b], 0)) {
                (Some(left), Some(right)) => {
                    assert!(
                        (0..2).all(|end| (left[end] - right[end]).abs() <= 1),
                        "{size:?} {a} {b}: {left:?} {right:?}"
                    );
                }
                (left, right) => assert_eq!((left, right, edges(a)[1]), (None, None, Edge::Open), "{a} {b}"),
            }
        }
        assert!(pairs > 500, "{pairs}");
    }
}

/// The rim of every look is drawn in one colour where two tiles meet at a surface, in all pairs that may lie side by side.
#[test]
fn the_rim_goes_on_in_its_colour_from_tile_to_tile() {
    let palette = colors();
    let of = texture([16, 16], &palette[10..14], 1);
    for look in Look::ALL.into_iter().filter(|look| *look != Look::Flat) {
        let frames = tiles(&of, None, &spec([16, 16], Layout::Slopes, look.border(16)), &palette).unwrap().frames;
        let rim = |tile: usize, x: u32| (0..16).map(|y| frames[tile].get_pixel(x, y)).find(|pixel| pixel.0[3] > 0);
        for (a, b) in (0..67).flat_map(|a| (0..67).map(move |b| (a, b))) {
            let edge = edges(a)[1];
            let is_surface = matches!(edge, Edge::Ground([end, _]) if end != End::Whole);
            if is_surface && edge == edges(b)[3] {
                assert_eq!(rim(a, 15), rim(b, 0), "{look:?}: {a} beside {b}");
            }
        }
    }
}

/// Heights that stand in the index are those of the pixels, and the polygons that things collide with follow them.
#[test]
fn heights_are_those_of_the_pixels() {
    for size in [[16, 16], [15, 15], [24, 16]] {
        let (frames, spec) = flat(size);
        let [width, height] = size.map(|side| side as i32);
        for (place, tile) in frames.iter().enumerate() {
            let [floor, ceiling] = Layout::Slopes.surfaces(place, size[1], &spec.border);
            for (end, x) in [0, size[0] - 1].into_iter().enumerate() {
                let Some([top, bottom]) = ground(tile, x) else { continue };
                for (surface, drawn) in [(floor, height - top), (ceiling, height - bottom)] {
                    let Some(ends) = surface.filter(|_| Layout::Slopes.slope(place).is_some()) else { continue };
                    let step = (ends[0] - ends[1]).abs() / width + 1;
                    assert!((ends[end].clamp(0, height) - drawn).abs() <= step, "{size:?} {place} {ends:?} {drawn}");
                }
            }
            if Layout::Slopes.slope(place).is_some() {
                let outline = outline(place, size, &spec.border);
                let doubled: i32 = (0..outline.len())
                    .map(|at| (outline[at].map(|n| n as i32), outline[(at + 1) % outline.len()].map(|n| n as i32)))
                    .map(|([ax, ay], [bx, by])| ax * by - bx * ay)
                    .sum();
                let drawn = tile.pixels().filter(|pixel| pixel.0[3] > 0).count() as i32;
                assert!((doubled / 2 - drawn).abs() <= width + 2, "{size:?} {place}: {outline:?}, {drawn} pixels");
            }
        }
    }
}

/// Grass over dirt, or over nothing, with a border of that width.
fn good(has_over: bool, width: u32) -> Vec<RgbaImage> {
    let palette = colors();
    let (of, over) = (texture([16, 16], &palette[10..14], 1), texture([16, 16], &palette[20..24], 2));
    let border = Border { width, ..Look::Grass.border(16) };
    tiles(&of, has_over.then_some(&over), &spec([16, 16], Layout::Slopes, border), &palette).unwrap().frames
}

/// What lies beyond, at a place.
fn beyond(tiles: &[RgbaImage], x: u32, y: u32) -> Rgba<u8> {
    match tiles[0].get_pixel(0, 0).0[3] {
        0 => Rgba([0; 4]),
        _ => *texture([16, 16], &colors()[20..24], 2).frames[0].get_pixel(x, y),
    }
}

type Damage = fn(&mut Vec<RgbaImage>);

/// All pixels of a tile that have the colour of the one at `x`, `y` in another colour.
fn recolor(tile: &mut RgbaImage, [x, y]: [u32; 2]) {
    let old = *tile.get_pixel(x, y);
    tile.pixels_mut().filter(|pixel| **pixel == old).for_each(|pixel| *pixel = Rgba([255, 0, 77, 255]));
}

#[test]
fn every_damage_is_found_out_with_a_picture() {
    let damages: [(&str, u32, Damage); 18] = [
        ("line", 3, |tiles| tiles.swap(47, 48)),
        ("line", 3, |tiles| tiles.swap(49, 50)),
        ("line", 3, |tiles| tiles.swap(51, 52)),
        ("line", 3, |tiles| tiles.swap(57, 58)),
        ("line", 3, |tiles| tiles.swap(60, 61)),
        ("line seam", 3, |tiles| tiles.swap(53, 54)),
        ("line seam", 3, |tiles| tiles.swap(63, 64)),
        // A hole, and a stone in the air.
        ("line", 3, |tiles| {
            let hole = beyond(tiles, 12, 13);
            tiles[47].put_pixel(12, 13, hole);
        }),
        ("line", 3, |tiles| {
            let stone = *tiles[46].get_pixel(2, 2);
            tiles[48].put_pixel(2, 2, stone);
            let stone = *tiles[46].get_pixel(12, 3);
            tiles[48].put_pixel(12, 3, stone);
        }),
        // Below the foot of a slope the ground is whole.
        ("line seam", 3, |tiles| {
            let full = tiles[46].clone();
            (0..4).for_each(|y| (0..6).for_each(|x| tiles[53].put_pixel(x, y, *full.get_pixel(x, y))));
        }),
        // The surface of one slope ends some pixels lower.
        ("line seam", 3, |tiles| {
            let place = (0..16).find(|y| tiles[50].get_pixel(15, *y) != &beyond(tiles, 15, *y)).unwrap();
            for y in place..place + 4 {
                let hole = beyond(tiles, 15, y);
                tiles[50].put_pixel(15, y, hole);
            }
        }),
        ("line outside", 1, |tiles| {
            let full = *tiles[46].get_pixel(15, 0);
            tiles[47].put_pixel(15, 0, full);
        }),
        ("color", 3, |tiles| recolor(&mut tiles[47], [15, 4])),
        ("color", 3, |tiles| recolor(&mut tiles[57], [0, 11])),
        ("ring", 3, |tiles| tiles[67].put_pixel(0, 8, Rgba([1, 2, 3, 255]))),
        ("missing", 3, |tiles| tiles.truncate(60)),
        ("quarter", 3, |tiles| tiles[20].put_pixel(1, 1, Rgba([1, 2, 3, 255]))),
        ("equal", 3, |tiles| tiles[60] = tiles[61].clone()),
    ];
    for has_over in [true, false] {
        let over = texture([16, 16], &colors()[20..24], 2);
        for (number, (wanted, width, damage)) in damages.iter().enumerate() {
            let mut tiles = good(has_over, *width);
            let known = has_over.then(|| &over.frames[0]);
            assert_eq!(verify(Layout::Slopes, &tiles, known).err().map(|found| found.to_string()), None);
            damage(&mut tiles);
            let found = verify(Layout::Slopes, &tiles, known).err();
            let found = found.unwrap_or_else(|| panic!("damage {number}, over {has_over}, is not found"));
            let name = serde_json::to_value(&found.fault).unwrap()["fault"].as_str().unwrap().to_owned();
            assert!(wanted.split(' ').any(|wanted| wanted == name), "damage {number}, over {has_over}: {found}");
            assert_eq!(picture(&found).is_some(), *wanted != "missing", "damage {number}");
        }
    }
}

#[test]
fn a_sheet_of_slopes_of_anybody_is_verified() {
    let project = Project::new();
    let mut tiles = good(true, 3);
    let sheet = dgx_pixels::words::project::SheetOptions { padding: 1, extrude: 0, columns: 8 };
    write_sheet(&project, "a.png", &tiles, sheet);
    let run = project.run_line("tileset verify a.png --layout slopes --tile 16").exit(0);
    run.says("69 tiles join in all ").says("(margin 1, spacing 1)");
    tiles.swap(47, 48);
    write_sheet(&project, "b.png", &tiles, sheet);
    let run = project.run_line("tileset verify b.png --layout slopes --tile 16 --draw c.png").exit(3);
    run.says("the slope of tile 47 leaves its line by more than two pixels").says("`c.png` shows it");
}

/// From the manifest to everything that engines read.
#[test]
fn a_build_writes_slopes_for_every_engine() {
    let manifest =
        TEXTURES.replace("backend", "export = [\"index\", \"tiles\", \"tiled\", \"tiled-demo\", \"godot\"]\nbackend");
    let project = Project::with(&format!(
        "{manifest}[tileset.hills]\nof = \"grass\"\nsize = 16\nlayout = \"slopes\"\nborder = {{ look = \"grass\" }}\n"
    ));
    project.build(&[]).exit(0);
    let lock = project.lock();
    assert!(lock.contains("proof = { tiles = 70, ways = "), "{lock}");
    let file: serde_json::Value = serde_json::from_slice(&project.read("assets/tilesets/hills.tiles.json")).unwrap();
    let tile = |at: usize| &file["tiles"][at];
    assert_eq!((&tile(47)["floor"], &tile(47)["mask"]), (&serde_json::json!([-3, 13]), &28.into()));
    assert_eq!((&tile(57)["ceiling"], &tile(57)["floor"]), (&serde_json::json!([3, 19]), &serde_json::Value::Null));
    assert_eq!((&tile(31)["floor"], &tile(46)["floor"]), (&serde_json::json!([13, 13]), &serde_json::Value::Null));
    assert_eq!((&tile(67)["mask"], &tile(67)["variant"]), (&255.into(), &1.into()));
    let index: serde_json::Value = serde_json::from_slice(&project.read("assets/pixels.index.json")).unwrap();
    let hills = index["assets"].as_array().unwrap().iter().find(|asset| asset["name"] == "hills").unwrap();
    assert_eq!(hills["tileset"]["tiles"][48]["floor"], serde_json::json!([13, -3]));
    let godot = String::from_utf8(project.read("assets/tilesets/hills.tres")).unwrap();
    assert_eq!(godot.matches("physics_layer_0/polygon_0/points").count(), 70);
    assert!(
        godot.contains("7:5/0/physics_layer_0/polygon_0/points = PackedVector2Array(8, -5, 8, 8, -5, 8)\n"),
        "{godot}"
    );
    assert!(!godot.contains("7:5/0/terrain"), "{godot}");
    let tiled = tiled::Loader::new().load_tmx_map(project.path("assets/tilesets/hills.tmx")).unwrap();
    let set = &tiled.tilesets()[0];
    assert_eq!((set.tilecount, set.wang_sets[0].wang_tiles.len()), (70, 50));
    let outline = set.get_tile(47).unwrap();
    let shape = &outline.collision.as_ref().unwrap().object_data()[0].shape;
    assert_eq!(shape, &tiled::ObjectShape::Polygon { points: vec![(16.0, 3.0), (16.0, 16.0), (3.0, 16.0)] });
}
