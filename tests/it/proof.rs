//! The proof that tiles join: it holds for every set that is assembled, and finds every damage.

use dgx_pixels::assemble::verify::verify;
use dgx_pixels::assemble::{Texture, Tiles, land, sheet, tileset, weights};
use dgx_pixels::words::asset::{GroupId, Kind};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::corners;
use dgx_pixels::words::image_file::{decode, encode};
use dgx_pixels::words::layout::{Border, Layout, Look};
use dgx_pixels::words::palette::builtin;
use dgx_pixels::words::project::{Meeting, SheetOptions, Terrain, Tileset};
use dgx_pixels::words::proof::Fault;
use dgx_pixels::words::source::Place;
use dgx_pixels::words::sprite::{Restoration, Sprites};
use image::{Rgba, RgbaImage, imageops};

use crate::project::Project;

const LAYOUTS: [Layout; 3] = [Layout::Blob47, Layout::Edge16, Layout::Corner16];

/// The same numbers in every run.
pub(crate) struct Random(pub u32);

impl Random {
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % limit
    }
}

pub(crate) fn colors() -> Vec<Rgb> {
    builtin("endesga-32").unwrap().colors
}

/// A texture of these colours, the first ones most often.
pub(crate) fn texture(size: [u32; 2], colors: &[Rgb], seed: u8) -> Sprites {
    let pixel = |x: u32, y: u32| {
        let byte = usize::from(blake3::hash(&[x as u8, y as u8, seed]).as_bytes()[0]);
        let [r, g, b] = colors[byte * byte * colors.len() / 65_536].0;
        Rgba([r, g, b, 255])
    };
    let frames = vec![RgbaImage::from_fn(size[0], size[1], pixel)];
    Sprites { frames, found: Restoration { palette: colors.to_vec(), ..Restoration::default() } }
}

pub(crate) fn spec(size: [u32; 2], layout: Layout, border: Border) -> Tileset {
    Tileset {
        id: GroupId::new(Kind::Tileset, "meadow"),
        tags: vec![],
        of: GroupId::new(Kind::Texture, "grass"),
        over: None,
        terrains: vec![],
        size,
        layout,
        border,
        variants: 3,
        sheet: SheetOptions::ALONE,
        path: "tilesets/meadow".to_owned(),
        with: vec![],
        place: Place { file: "pixels.toml".to_owned(), line: 1, column: 1 },
    }
}

pub(crate) fn tiles(of: &Sprites, over: Option<&Sprites>, spec: &Tileset, palette: &[Rgb]) -> Option<Tiles> {
    let drawn = |sprites| Texture { sprites, palette };
    tileset(drawn(of), over.map(drawn), spec).ok()
}

/// The map of nine cells, drawn by the tiles of each layout, as far as both show it.
fn nine_cells(number: u32, blob: &Tiles, dual: &Tiles, over: &RgbaImage) -> [RgbaImage; 2] {
    let has = |x: i32, y: i32| (0..3).contains(&x) && (0..3).contains(&y) && number & (1 << (3 * y + x)) != 0;
    let (width, height) = over.dimensions();
    let mut drawn = [RgbaImage::new(5 * width, 5 * height), RgbaImage::new(5 * width, 5 * height)];
    let around = [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)];
    let bits = |x: i32, y: i32, of: &[(i32, i32)]| -> u8 {
        of.iter().enumerate().filter(|(_, (dx, dy))| has(x + dx, y + dy)).map(|(bit, _)| 1 << bit).sum()
    };
    for (x, y) in (-1..4).flat_map(|y| (-1..4).map(move |x| (x, y))) {
        let mask = dgx_pixels::words::layout::canonical(bits(x, y, &around));
        let at = Layout::Blob47.masks().iter().position(|known| *known == mask).unwrap();
        let tile = if has(x, y) { &blob.frames[at] } else { over };
        let [left, top] = [i64::from(x + 1) * i64::from(width), i64::from(y + 1) * i64::from(height)];
        imageops::replace(&mut drawn[0], tile, left, top);
        let tile = &dual.frames[usize::from(bits(x, y, &[(1, 0), (1, 1), (0, 1), (0, 0)]))];
        imageops::replace(&mut drawn[1], tile, left + i64::from(width / 2), top + i64::from(height / 2));
    }
    drawn.map(|image| imageops::crop_imm(&image, width / 2, height / 2, 4 * width, 4 * height).to_image())
}

#[test]
fn every_look_joins_in_every_size_with_any_border() {
    let sizes = [
        [6, 6],
        [7, 7],
        [8, 8],
        [9, 12],
        [12, 12],
        [15, 15],
        [16, 16],
        [16, 8],
        [20, 17],
        [24, 24],
        [32, 32],
        [64, 48],
    ];
    let (palette, mut random, mut proved) = (colors(), Random(7), 0);
    for size in sizes {
        for look in Look::ALL {
            let usual = look.border(size[0].min(size[1]));
            let face = if look == Look::Cliff { random.below(4) } else { 0 };
            let outline = look == Look::Flat;
            let (width, wobble, radius) = (1 + random.below(3), random.below(2), random.below(6));
            for border in [usual, Border { width, wobble, radius, face, outline, look }] {
                let start = random.below(20) as usize;
                let of = texture(size, &palette[start..start + 4], 1);
                let over = texture(size, &palette[start + 4..start + 8], 2);
                let alone = |layout| Tileset { variants: 1, ..spec(size, layout, border) };
                let made = LAYOUTS.map(|layout| tiles(&of, Some(&over), &alone(layout), &palette));
                let [Some(blob), Some(_), Some(dual)] = &made else {
                    assert!(border != usual, "the usual border of {look:?} does not fit {size:?}");
                    continue;
                };
                for (layout, tiles) in LAYOUTS.into_iter().zip(made.iter().flatten()) {
                    let proof = verify(layout, &tiles.frames, Some(&over.frames[0]));
                    let ways = proof.unwrap_or_else(|found| panic!("{size:?} {layout:?} {border:?}: {found}")).ways;
                    assert_eq!(ways, [1296, 625, 512][LAYOUTS.iter().position(|known| *known == layout).unwrap()]);
                    proved += 1;
                }
                for number in [0b111_101_111, 0b010_111_010, 0b101_010_101, 0b000_011_110, random.below(512)] {
                    let [one, other] = nine_cells(number, blob, dual, &over.frames[0]);
                    assert!(one == other, "{size:?} {border:?}: the dual grid shows something else in {number:09b}");
                }
            }
        }
    }
    assert!(proved > 300, "{proved}");
}

/// What looks paint with is in the textures, or in the palette that they are drawn in.
#[test]
fn no_look_has_a_colour_of_its_own() {
    let palette = colors();
    let (of, over) = (texture([16, 16], &palette[10..14], 1), texture([16, 16], &palette[20..24], 2));
    for look in Look::ALL {
        let spec = spec([16, 16], Layout::Blob47, look.border(16));
        for within in [&palette[..], &[]] {
            let tiles = tiles(&of, Some(&over), &spec, within).unwrap();
            let known =
                |pixel: &Rgba<u8>| tiles.palette.iter().any(|color| color.0 == pixel.0[..3]) && pixel.0[3] == 255;
            assert!(tiles.frames.iter().flat_map(RgbaImage::pixels).all(known), "{look:?}");
            let is_given = |color: &Rgb| [&palette[10..14], &palette[20..24], within].concat().contains(color);
            assert!(tiles.palette.iter().all(is_given), "{look:?}");
        }
        let bare = tiles(&of, None, &spec, &palette).unwrap();
        assert!(bare.frames.iter().flat_map(RgbaImage::pixels).all(|pixel| matches!(pixel.0[3], 0 | 255)), "{look:?}");
        assert_eq!(verify(Layout::Blob47, &bare.frames, None).unwrap().tiles, 49);
    }
}

#[test]
fn variants_differ_inside_and_have_weights() {
    let palette = colors();
    let of = texture([16, 16], &palette[10..14], 1);
    for layout in [Layout::Single, Layout::Blob47, Layout::Corner16] {
        let spec = Tileset { variants: 4, ..spec([16, 16], layout, Look::Grass.border(16)) };
        let tiles = tiles(&of, None, &spec, &[]).unwrap();
        let weights = weights(layout, &tiles.frames);
        assert_eq!((tiles.frames.len() as u32, weights.len()), (spec.count(), 4));
        assert!(weights.iter().all(|weight| (1..=6).contains(weight)), "{weights:?}");
        let pictures: std::collections::HashSet<_> =
            tiles.frames[layout.full().unwrap()..].iter().map(|tile| tile.as_raw()).collect();
        assert_eq!(pictures.len(), 4, "{layout:?}");
    }
}

/// A sheet that joins, in grass and dirt, with a border of three pixels.
fn good(layout: Layout, has_over: bool) -> Vec<RgbaImage> {
    let palette = colors();
    let (of, over) = (texture([16, 16], &palette[10..14], 1), texture([16, 16], &palette[20..24], 2));
    let border = Border { width: 3, ..Look::Flat.border(16) };
    tiles(&of, has_over.then_some(&over), &spec([16, 16], layout, border), &[]).unwrap().frames
}

type Damage = fn(&mut Vec<RgbaImage>);

#[test]
fn every_damage_is_found_out() {
    let damages: [(&str, Layout, Damage); 12] = [
        ("equal", Layout::Blob47, |tiles| tiles[12] = tiles[30].clone()),
        ("equal", Layout::Edge16, |tiles| tiles[7] = tiles[6].clone()),
        ("missing", Layout::Blob47, |tiles| tiles.truncate(46)),
        ("empty", Layout::Blob47, |tiles| tiles[20] = RgbaImage::new(16, 16)),
        ("size", Layout::Corner16, |tiles| tiles[5] = RgbaImage::new(16, 15)),
        ("quarter", Layout::Blob47, |tiles| tiles.swap(5, 13)),
        ("quarter", Layout::Edge16, |tiles| tiles[10].put_pixel(1, 1, Rgba([1, 2, 3, 255]))),
        ("ring", Layout::Blob47, |tiles| tiles[47].put_pixel(0, 8, Rgba([1, 2, 3, 255]))),
        // A path of the terrain leads to the edge of a tile that has no neighbour there, in all tiles alike.
        ("outside", Layout::Corner16, |tiles| {
            let full = tiles[15].clone();
            (8..16).for_each(|y| tiles[1].put_pixel(12, y, *full.get_pixel(12, y)));
        }),
        ("outside", Layout::Edge16, |tiles| {
            let full = tiles[15].clone();
            let bare = (0..16).filter(|index| index & 2 == 0);
            bare.for_each(|tile| (12..16).for_each(|x| tiles[tile].put_pixel(x, 8, *full.get_pixel(8, 8))));
        }),
        // The border of all tiles with a neighbour on one side ends two pixels lower there.
        ("seam", Layout::Corner16, |tiles| {
            let bare = tiles[0].clone();
            (0..16).for_each(|y| (13..16).for_each(|x| tiles[6].put_pixel(x, y, *bare.get_pixel(x, y))));
        }),
        ("outside", Layout::Corner16, |tiles| tiles.swap(9, 6)),
    ];
    for has_over in [true, false] {
        for layout in LAYOUTS {
            assert_eq!(verify(layout, &good(layout, has_over), None).err().map(|found| found.fault), None);
        }
        for (number, (wanted, layout, damage)) in damages.iter().enumerate() {
            let mut tiles = good(*layout, has_over);
            damage(&mut tiles);
            let over = texture([16, 16], &colors()[20..24], 2);
            let fault = verify(*layout, &tiles, has_over.then(|| &over.frames[0])).expect_err("it was damaged").fault;
            let name = serde_json::to_value(&fault).unwrap()["fault"].as_str().unwrap().to_owned();
            assert_eq!(name, *wanted, "damage {number}, over {has_over}: {fault}");
        }
    }
}

#[test]
fn tiles_without_a_border_are_no_proof() {
    let palette = colors();
    let of = texture([16, 16], &palette[10..14], 1);
    let tiles: Vec<RgbaImage> =
        (0..47).map(|seed| texture([16, 16], &palette[10..14], seed).frames.remove(0)).collect();
    assert!(verify(Layout::Blob47, &tiles, None).is_err());
    let same: Vec<RgbaImage> = good(Layout::Edge16, true);
    let recolored = same.iter().map(|tile| {
        RgbaImage::from_fn(16, 16, |x, y| {
            if tile.get_pixel(x, y) == same[15].get_pixel(x, y) {
                *of.frames[0].get_pixel(x, y)
            } else {
                *of.frames[0].get_pixel(y, x)
            }
        })
    });
    assert_eq!(verify(Layout::Edge16, &recolored.collect::<Vec<_>>(), None).unwrap_err().fault, Fault::Alike);
}

#[test]
fn a_sheet_of_another_layout_does_not_pass() {
    for layout in LAYOUTS {
        for other in LAYOUTS.into_iter().filter(|other| *other != layout) {
            assert!(
                verify(other, &good(layout, false)[..16.min(other.masks().len())], None).is_err(),
                "{layout:?} as {other:?}"
            );
        }
    }
}

pub(crate) fn write_sheet(project: &Project, path: &str, tiles: &[RgbaImage], options: SheetOptions) {
    let sheet = sheet(tiles, &options, None).unwrap();
    project.write(path, encode(&sheet.image).unwrap());
}

#[test]
fn a_sheet_of_anybody_is_verified() {
    let project = Project::new();
    let tiles = good(Layout::Blob47, true);
    for (padding, extrude, columns) in [(0, 0, 8), (1, 0, 8), (0, 1, 7), (2, 2, 12)] {
        write_sheet(&project, "a.png", &tiles, SheetOptions { padding, extrude, columns });
        let found = format!("(margin {0}, spacing {0})", padding + 2 * extrude);
        project
            .run_line("tileset verify a.png --layout blob47 --tile 16")
            .exit(0)
            .says(&found)
            .says("49 tiles join in all 1296 ways");
    }
    let mut damaged = tiles.clone();
    damaged[20].put_pixel(3, 9, Rgba([1, 2, 3, 255]));
    write_sheet(&project, "b.png", &damaged, SheetOptions { padding: 1, extrude: 0, columns: 8 });
    let run = project.run_line("tileset verify b.png --layout blob47 --tile 16 --draw c.png").exit(3);
    run.says("have the same neighbours at the lower left").says("`c.png` shows it");
    assert_eq!(decode(&project.read("c.png"), "").unwrap().pixels.dimensions(), (512, 256));
    project
        .run_line("tileset verify a.png --layout blob47 --tile 300")
        .exit(2)
        .says("has room for 0 tiles of 300 x 300");
    project.run_line("tileset verify none.png --layout blob47 --tile 16").exit(2).says("cannot be read");
    project.run_line("tileset verify a.png --layout single --tile 16").exit(2);
}

pub(crate) const TEXTURES: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\n[recipe.default]\npalette = \"endesga-32\"\n\
    [texture.grass]\nprompt = \"grass\"\n[texture.dirt]\nprompt = \"dirt\"\n";

#[test]
fn every_build_proves_its_tiles_and_the_lock_has_the_certificate() {
    let project = Project::with(&format!(
        "{TEXTURES}[tileset.a]\nof = \"grass\"\nover = \"dirt\"\nsize = 16\nborder = {{ look = \"grass\" }}\n\
         [tileset.b]\nof = \"grass\"\nsize = 16\nlayout = \"edge16\"\n[tileset.c]\nof = \"grass\"\nsize = 16\nlayout = \"single\"\n"
    ));
    project.build(&[]).exit(0);
    let lock = project.lock();
    assert!(lock.contains("version = 2\n"), "{lock}");
    assert!(lock.contains("proof = { tiles = 50, ways = 1296, seams = 2592, digest = \""), "{lock}");
    assert!(lock.contains("proof = { tiles = 16, ways = 625, seams = 1250, digest = \""), "{lock}");
    assert_eq!(lock.matches("proof = ").count(), 2, "{lock}");
    project.build(&["--locked"]).exit(0);
    project.run_line("tileset verify assets/tilesets/a.png --layout blob47 --tile 16").exit(0).says("50 tiles join");

    // A lock of a version without proofs is read, and stays until something is made again.
    let old: String = lock.lines().filter(|line| !line.starts_with("proof")).map(|line| format!("{line}\n")).collect();
    let old = old.replace("version = 2\n", "version = 1\n");
    project.write("pixels.lock", &old).check(&[]).exit(0);
    project.build(&["--locked"]).exit(0);
    assert_eq!(project.lock(), old);
}

#[test]
fn tiles_that_do_not_join_fail_a_build_with_a_picture() {
    let plain = |color: [u8; 3]| {
        let [r, g, b] = color;
        encode(&RgbaImage::from_pixel(16, 16, Rgba([r, g, b, 255]))).unwrap()
    };
    let project = Project::with(
        "[project]\nname = \"test\"\n[texture.a]\nsource = \"a.png\"\npixel_size = 1\n[texture.b]\nsource = \"b.png\"\n\
         pixel_size = 1\n[tileset.t]\nof = \"a\"\nover = \"b\"\nsize = 16\n",
    );
    project.write("a.png", plain([10, 90, 10])).write("b.png", plain([10, 90, 10]));
    project
        .build(&[])
        .exit(3)
        .reports("tiles-do-not-join")
        .says("tiles 0 and 1 are equal")
        .says(".dgx-pixels/tiles/t.png");
    assert!(project.exists(".dgx-pixels/tiles/t.png"));
    project.build(&[]).exit(3);
    project.write("b.png", plain([90, 60, 20])).build(&[]).exit(0);
}

/// A map painted from the image and what stands beside it alone.
#[test]
fn what_is_written_says_what_each_tile_is_for() {
    let manifest = TEXTURES.replace("backend", "export = [\"tiles\"]\nbackend");
    let project = Project::with(&format!(
        "{manifest}[tileset.a]\nof = \"grass\"\nover = \"dirt\"\nsize = 16\npadding = 1\nborder = {{ look = \"grass\" }}\n\
         [tileset.b]\nof = \"dirt\"\nsize = 16\nlayout = \"corner16\"\n"
    ));
    project.build(&[]).exit(0);
    let read = |name: &str| -> serde_json::Value { serde_json::from_slice(&project.read(name)).unwrap() };
    let file = read("assets/tilesets/a.tiles.json");
    assert_eq!((&file["terrain"], &file["beyond"], &file["tile"][0]), (&"grass".into(), &"dirt".into(), &16.into()));
    assert_eq!(file["bits"].as_array().unwrap().len(), 8);
    let masks: Vec<u64> = file["tiles"].as_array().unwrap().iter().map(|tile| tile["mask"].as_u64().unwrap()).collect();
    assert_eq!(masks[..47], Layout::Blob47.masks().iter().map(|mask| u64::from(*mask)).collect::<Vec<_>>()[..]);
    assert_eq!(masks[47..], [255; 3]);
    let full: Vec<&serde_json::Value> = file["tiles"].as_array().unwrap()[46..].iter().collect();
    assert_eq!(full.iter().map(|tile| tile["variant"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(full.iter().all(|tile| tile["weight"].as_u64().unwrap() >= 1));
    let image = decode(&project.read("assets/tilesets/a.png"), "").unwrap().pixels;
    for tile in file["tiles"].as_array().unwrap() {
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|key| tile["frame"][key].as_u64().unwrap() as u32);
        let frame = imageops::crop_imm(&image, x, y, w, h).to_image();
        assert!(frame.pixels().all(|pixel| pixel.0[3] == 255), "{tile}");
    }
    let other = read("assets/tilesets/b.tiles.json");
    assert_eq!((&other["beyond"], &other["mask"]), (&serde_json::Value::Null, &"corners".into()));
}

#[test]
fn faults_have_places_where_pixels_show_them() {
    assert_eq!(Fault::Seam { at: [3, 4] }.place(), Some([3, 4]));
    assert_eq!(Fault::Equal { tiles: [3, 4] }.place(), None);
}

/// A set of as many terrains as there are looks, plus one: each has that look over the one below, and by layers over others.
fn terrains(size: [u32; 2], looks: &[Look], named: bool) -> Tileset {
    let terrain = |at: usize| {
        let border = looks[at.max(1) - 1].border(size[0].min(size[1]));
        let meeting = |lower: usize| Meeting {
            look: if named { looks[(at + lower) % looks.len()] } else { border.look },
            outline: false,
            is_named: named || lower + 1 == at,
        };
        let texture = GroupId::new(Kind::Texture, at.to_string());
        Terrain { texture, border, meets: (0..at).map(meeting).collect() }
    };
    let layout = Layout::of_terrains(looks.len() + 1).unwrap();
    Tileset { terrains: (0..=looks.len()).map(terrain).collect(), ..spec(size, layout, looks[0].border(16)) }
}

/// Textures of colours that are next to each other in the palette, so that some look like others.
fn textures(size: [u32; 2], count: usize, start: usize) -> Vec<Sprites> {
    let palette = colors();
    (0..count).map(|at| texture(size, &palette[(start + 3 * at) % 28..][..4], at as u8)).collect()
}

fn land_of(sprites: &[Sprites], spec: &Tileset) -> Vec<RgbaImage> {
    let palette = colors();
    let textures: Vec<Texture<'_>> = sprites.iter().map(|sprites| Texture { sprites, palette: &palette }).collect();
    land(&textures, spec).unwrap().frames
}

#[test]
fn several_terrains_join_in_every_look_and_size() {
    let mut random = Random(3);
    for size in [[8, 8], [9, 12], [15, 15], [16, 16], [16, 10], [32, 32]] {
        for round in 0..6 {
            let look = |random: &mut Random| Look::ALL[random.below(6) as usize];
            let looks = [look(&mut random), look(&mut random)];
            let spec = terrains(size, &looks, round % 2 == 0);
            let tiles = land_of(&textures(size, 3, random.below(20) as usize), &spec);
            assert_eq!(tiles.len(), 81 + 6);
            let proof = verify(Layout::Corner81, &tiles, None);
            let proof = proof.unwrap_or_else(|found| panic!("{size:?} {looks:?} {round}: {found}"));
            assert_eq!((proof.ways, proof.seams), (19_683, 1_458));
        }
    }
}

#[test]
fn four_terrains_join() {
    let looks = [Look::Shore, Look::Grass, Look::Stone];
    let tiles = land_of(&textures([16, 16], 4, 2), &terrains([16, 16], &looks, false));
    assert_eq!(tiles.len(), 256 + 8);
    let proof = verify(Layout::Corner256, &tiles, None).unwrap();
    assert_eq!((proof.ways, proof.seams), (262_144, 8_192));
}

/// Where only two terrains meet, the tiles are those of a set of these two. The third one has no colour of theirs here: one
/// that it has would not be drawn.
#[test]
fn pairs_are_drawn_as_sets_of_two() {
    let palette = colors();
    let sprites = [5, 13, 21].map(|start| texture([16, 16], &palette[start..start + 4], start as u8));
    let looks = [Look::Shore, Look::Grass];
    let spec = terrains([16, 16], &looks, false);
    let textures: Vec<Texture<'_>> = sprites.iter().map(Texture::from).collect();
    let tiles = land(&textures, &spec).unwrap().frames;
    for (upper, lower) in [(1u8, 0u8), (2, 1)] {
        let border = looks[usize::from(upper) - 1].border(16);
        let two = Tileset { layout: Layout::Corner16, border, terrains: vec![], ..spec.clone() };
        let two = tileset(textures[usize::from(upper)], Some(textures[usize::from(lower)]), &two).unwrap();
        for (place, mask) in Layout::Corner16.masks().iter().enumerate() {
            let corners = [0, 1, 2, 3].map(|bit| if *mask & 1 << bit == 0 { lower } else { upper });
            assert!(tiles[Layout::Corner81.place(corners)] == two.frames[place], "{upper} over {lower}, tile {place}");
        }
    }
}

#[test]
fn every_damage_of_several_terrains_is_found_out() {
    let spec = Tileset { variants: 2, ..terrains([16, 16], &[Look::Flat, Look::Flat], false) };
    let good = land_of(&textures([16, 16], 3, 2), &spec);
    let place = |corners| Layout::Corner81.place(corners);
    let damages: [(&str, Damage); 6] = [
        ("missing", |tiles| tiles.truncate(80)),
        ("equal", |tiles| tiles[30] = tiles[31].clone()),
        ("size", |tiles| tiles[5] = RgbaImage::new(16, 15)),
        ("ring", |tiles| tiles[82].put_pixel(0, 8, Rgba([1, 2, 3, 255]))),
        // The third terrain shows where the first is.
        ("outside", |tiles| {
            let full = tiles[80].clone();
            (0..16).for_each(|x| tiles[1].put_pixel(x, 12, *full.get_pixel(x, 12)));
        }),
        ("seam", |tiles| {
            // The second terrain is missing at the right edge of a tile that has it on both its right corners.
            let at = Layout::Corner81.place([1, 1, 0, 0]);
            let bare = tiles[0].clone();
            (0..16).for_each(|y| (13..16).for_each(|x| tiles[at].put_pixel(x, y, *bare.get_pixel(x, y))));
        }),
    ];
    assert_eq!((place([0; 4]), place([2; 4])), (0, 80));
    assert_eq!(verify(Layout::Corner81, &good, None).err().map(|found| found.fault), None);
    for (number, (wanted, damage)) in damages.into_iter().enumerate() {
        let mut tiles = good.clone();
        damage(&mut tiles);
        let fault = verify(Layout::Corner81, &tiles, None).expect_err("it was damaged").fault;
        let name = serde_json::to_value(&fault).unwrap()["fault"].as_str().unwrap().to_owned();
        assert_eq!(name, wanted, "damage {number}: {fault}");
    }
}

const LAND: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\n\
    export = [\"index\", \"tiles\", \"tiled\", \"tiled-demo\", \"godot\", \"bevy\"]\n\
    [recipe.default]\npalette = \"endesga-32\"\n\
    [texture.water]\nprompt = \"water\"\n[texture.sand]\nprompt = \"sand\"\n[texture.grass]\nprompt = \"grass\"\n\
    [tileset.land]\nsize = 16\nterrains = [\"water\", \"sand\", \"grass\"]\nvariants = 3\n\
    transitions = { \"sand/water\" = { look = \"shore\" }, \"grass/sand\" = { look = \"grass\" } }\n";

#[test]
fn a_project_has_a_set_of_three_terrains() {
    let project = Project::with(LAND);
    project.build(&[]).exit(0);
    let lock = project.lock();
    assert!(lock.contains("proof = { tiles = 87, ways = 19683, seams = 1458, digest = \""), "{lock}");
    project.build(&["--locked"]).exit(0);
    project
        .run_line("tileset verify assets/tilesets/land.png --layout corner81 --tile 16")
        .exit(0)
        .says("87 tiles join");

    let index: serde_json::Value = serde_json::from_slice(&project.read("assets/pixels.index.json")).unwrap();
    let entry = index["assets"].as_array().unwrap().iter().find(|asset| asset["name"] == "land").unwrap();
    let set = &entry["tileset"];
    assert_eq!(set["terrains"], serde_json::json!(["water", "sand", "grass"]));
    assert_eq!((&set["mask"], &set["terrain"], &set["beyond"]), (&"terrains".into(), &"grass".into(), &"water".into()));
    let tiles = set["tiles"].as_array().unwrap();
    assert_eq!(tiles.len(), 87);
    for (place, tile) in tiles.iter().enumerate().take(81) {
        let digits = [1, 3, 9, 27].map(|power| (place / power % 3) as u8);
        assert_eq!(tile["corners"], serde_json::json!(digits));
        assert_eq!(tile["mask"], corners::mask(digits));
    }
    let variants: Vec<_> =
        tiles[81..].iter().map(|tile| (tile["corners"][0].clone(), tile["variant"].clone())).collect();
    let wanted = [0, 0, 1, 1, 2, 2].into_iter().zip([1, 2, 1, 2, 1, 2]).map(|(a, b): (u8, u8)| (a.into(), b.into()));
    assert!(variants.into_iter().eq(wanted));
    let weight = |at: usize| tiles[at]["weight"].as_u64().unwrap();
    let godot = String::from_utf8(project.read("assets/tilesets/land.tres")).unwrap();
    assert!(godot.contains("terrain_set_0/mode = 1\nterrain_set_0/terrain_0/name = \"water\"\n"), "{godot}");
    assert!(godot.contains("terrain_set_0/terrain_2/name = \"grass\"\n"), "{godot}");
    // Place 5 has the third, the second, the first and the first terrain.
    assert!(godot.contains(
        "5:0/0/terrains_peering_bit/top_right_corner = 2\n5:0/0/terrains_peering_bit/bottom_right_corner = 1\n"
    ));
    assert_eq!(godot.matches("terrains_peering_bit").count(), 4 * 87);
    assert!([0, 40, 80, 81, 86].into_iter().all(|at| (1..=6).contains(&weight(at))));
}
