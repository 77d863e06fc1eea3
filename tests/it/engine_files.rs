//! What engines and editors read of the files that are written for them, by readers of other authors.

use aseprite_loader::binary::chunks::tags::AnimationDirection;
use aseprite_loader::binary::color_depth::ColorDepth;
use aseprite_loader::loader::{AsepriteFile, LayerSelection};
use dgx_pixels::assemble::{sheet_of, weights};
use dgx_pixels::export::{self, Asset, TilesetNames};
use dgx_pixels::words::asset::Kind;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::layout::{Border, Layout, Look};
use dgx_pixels::words::output;
use dgx_pixels::words::project::{PngMode, Project, SheetOptions};
use dgx_pixels::words::timing::{Playback, Timing};
use image::{Rgba, RgbaImage};

const PALETTE: [Rgb; 3] = [Rgb([9, 9, 9]), Rgb([255, 119, 0]), Rgb([0, 0, 0])];

fn project() -> Project {
    Project {
        name: "dungeon".to_owned(),
        out: "assets".to_owned(),
        in_game: String::new(),
        scales: vec![1],
        formats: export::specs(),
        png: PngMode::Rgba,
        sheet: SheetOptions { padding: 1, extrude: 0, columns: 2 },
        max_images: 100,
        raws: None,
    }
}

/// Frames of 4x3, in each a moving dot on nothing; black is one of the colours.
fn frames(count: u32) -> Vec<RgbaImage> {
    let dot = |i: u32| {
        let mut frame = RgbaImage::new(4, 3);
        frame.put_pixel(i % 4, 1, Rgba([255, 119, 0, 255]));
        frame.put_pixel(i % 4, 2, Rgba([0, 0, 0, 255]));
        frame
    };
    (0..count).map(dot).collect()
}

fn timing(playback: Playback) -> Timing {
    Timing { tag: "walk".to_owned(), durations: vec![83, 83, 160], playback, repeat: true, events: Default::default() }
}

/// The file of a group with that suffix.
fn written(suffix: &str, kind: Kind, frames: &[RgbaImage], timing: Option<&Timing>, layout: Option<Layout>) -> Vec<u8> {
    let project = project();
    let sheet = sheet_of(kind, frames, &project.sheet, layout).unwrap();
    let (name, stem) = ("hero-walk@e", "animations/hero-walk-e");
    let weights = layout.map_or_else(Vec::new, |layout| weights(layout, frames));
    let border = Border { width: 1, wobble: 0, ..Look::Flat.border(3) };
    let tileset = layout.map(|_| TilesetNames { of: "grass", over: None, terrains: &[], weights: &weights, border });
    let (sheet, packing) = (&sheet, project.sheet);
    let asset =
        Asset { kind, name, stem, sheet, frames, palette: &PALETTE, timing, layout, baseline: 3, tileset, packing };
    let outputs = output::of(&project, kind, stem);
    let output = outputs.iter().find(|output| output.suffix == suffix).unwrap();
    export::bytes(output, &asset, &project).unwrap()
}

fn text(suffix: &str, kind: Kind, frames: &[RgbaImage], timing: Option<&Timing>, layout: Option<Layout>) -> String {
    String::from_utf8(written(suffix, kind, frames, timing, layout)).unwrap()
}

/// The pixels of a frame as a reader composes them.
fn shown(file: &AsepriteFile<'_>, frame: usize) -> Vec<u8> {
    let mut pixels = vec![0; 4 * 4 * 3];
    file.render_frame(frame, &mut pixels, &LayerSelection::Visible).unwrap();
    pixels
}

#[test]
fn a_reader_of_aseprite_finds_frames_durations_tag_and_pivot() {
    let (frames, timing) = (frames(3), Timing { repeat: false, ..timing(Playback::Pingpong) });
    let bytes = written(".aseprite", Kind::Animation, &frames, Some(&timing), None);
    let file = AsepriteFile::load(&bytes).unwrap();
    assert_eq!((file.file.header.width, file.file.header.height), (4, 3));
    assert!(matches!(file.file.header.color_depth, ColorDepth::Indexed));
    assert!(file.frames.iter().map(|frame| u32::from(frame.duration)).eq(timing.durations.iter().copied()));
    for (i, frame) in frames.iter().enumerate() {
        assert_eq!(&shown(&file, i), frame.as_raw());
    }
    let tag = &file.tags[0];
    assert_eq!((&*tag.name, tag.range.clone(), tag.repeat), ("walk", 0..=2, Some(2)));
    assert!(matches!(tag.direction, AnimationDirection::PingPong));
    let pivot = file.file.slices[0].slice_keys[0].pivot.unwrap();
    assert_eq!((pivot.x, pivot.y), (2, 3));
    assert_eq!(
        file.file.palette.as_ref().unwrap().colors[1..4].iter().map(|c| [c.red, c.green, c.blue]).collect::<Vec<_>>(),
        PALETTE.map(|color| color.0)
    );
}

#[test]
fn half_transparent_pixels_stay_in_an_aseprite_file() {
    let mut frames = frames(1);
    frames[0].put_pixel(0, 0, Rgba([9, 9, 9, 90]));
    let bytes = written(".aseprite", Kind::Sprite, &frames, None, None);
    let file = AsepriteFile::load(&bytes).unwrap();
    assert!(matches!(file.file.header.color_depth, ColorDepth::Rgba));
    assert_eq!(&shown(&file, 0), frames[0].as_raw());
    assert_eq!((file.frames.len(), file.tags.len(), file.frames[0].duration), (1, 0, 100));
}

/// A tileset as Tiled's own format, read by a crate for it.
fn tileset(text: &str) -> tiled::Tileset {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meadow.tsx");
    std::fs::write(&path, text).unwrap();
    tiled::Loader::new().load_tsx_tileset(&path).unwrap()
}

#[test]
fn a_reader_of_tiled_finds_the_terrain_of_every_tile() {
    for (layout, kind) in [(Layout::Blob47, "mixed"), (Layout::Edge16, "edge"), (Layout::Corner16, "corner")] {
        let tiles = frames(layout.count());
        let text = text(".tsx", Kind::Tileset, &tiles, None, Some(layout));
        assert!(text.contains(&format!("type=\"{kind}\"")), "{text}");
        let read = tileset(&text);
        assert_eq!((read.tilecount, read.tile_width, read.spacing, read.margin), (layout.count(), 4, 1, 1));
        let set = &read.wang_sets[0];
        assert_eq!((set.wang_tiles.len() as u32, set.wang_colors.len()), (layout.count(), 1));
        let joined = |tile: u32| set.wang_tiles[&tile].wang_id.0.iter().filter(|color| **color == 1).count() as u32;
        for (tile, mask) in layout.masks().iter().enumerate() {
            let sides = if layout == Layout::Edge16 { mask & 0b0101_0101 } else { *mask };
            assert_eq!(joined(tile as u32), sides.count_ones(), "{layout:?} {tile}");
        }
    }
}

#[test]
fn variants_are_tiles_of_the_same_terrain_with_a_weight() {
    let tiles = frames(50);
    let read = tileset(&text(".tsx", Kind::Tileset, &tiles, None, Some(Layout::Blob47)));
    let full = &read.wang_sets[0].wang_tiles[&46].wang_id.0;
    for tile in 46..50 {
        assert_eq!(read.wang_sets[0].wang_tiles[&tile].wang_id.0, *full, "{tile}");
        assert!(read.get_tile(tile).unwrap().probability >= 1.0, "{tile}");
    }
    let godot = text(".tres", Kind::Tileset, &tiles, None, Some(Layout::Blob47));
    assert_eq!(godot.matches("/0/probability = ").count(), 4, "{godot}");
}

#[test]
fn an_animation_plays_on_its_first_tile_in_tiled() {
    let expected: [(Playback, &[(u32, u32)]); 3] = [
        (Playback::Forward, &[(0, 83), (1, 83), (2, 160)]),
        (Playback::Reverse, &[(2, 160), (1, 83), (0, 83)]),
        (Playback::Pingpong, &[(0, 83), (1, 83), (2, 160), (1, 83)]),
    ];
    for (playback, expected) in expected {
        let (frames, timing) = (frames(3), timing(playback));
        let read = tileset(&text(".tsx", Kind::Animation, &frames, Some(&timing), None));
        let tile = read.get_tile(0).unwrap();
        let played: Vec<(u32, u32)> =
            tile.animation.as_ref().unwrap().iter().map(|f| (f.tile_id, f.duration)).collect();
        assert_eq!(played, expected, "{playback:?}");
    }
}

#[test]
fn godot_resources_say_how_frames_play_and_which_tiles_join() {
    let (frames_of_walk, timing) = (frames(3), timing(Playback::Pingpong));
    insta::assert_snapshot!("godot_frames", text(".tres", Kind::Animation, &frames_of_walk, Some(&timing), None));
    for layout in [Layout::Single, Layout::Edge16, Layout::Corner16] {
        let text = text(".tres", Kind::Tileset, &frames(layout.count()), None, Some(layout));
        insta::assert_snapshot!(format!("godot_tiles_{}", layout.word()), text);
    }
    let blob = text(".tres", Kind::Tileset, &frames(47), None, Some(Layout::Blob47));
    let bits: u32 = Layout::Blob47.masks().iter().map(|mask| mask.count_ones()).sum();
    assert_eq!(blob.matches("terrains_peering_bit").count() as u32, bits);
}

/// The name of an action is any text of one line.
#[test]
fn an_action_of_any_text_is_a_tag() {
    let frames = frames(3);
    let named = |tag: String| Timing { tag, ..timing(Playback::Forward) };
    let quoted = text(".tres", Kind::Animation, &frames, Some(&named("say \"hi\" \\o".to_owned())), None);
    assert!(quoted.contains("\n\"name\": \"say \\\"hi\\\" \\\\o\",\n"), "{quoted}");
    let bytes = written(".aseprite", Kind::Animation, &frames, Some(&named("\u{e9}".repeat(40_000))), None);
    assert_eq!(AsepriteFile::load(&bytes).unwrap().tags[0].name, "\u{e9}".repeat(32_767));
}

/// Where a file of a scale says that frames lie, and the image that it names.
#[test]
fn every_scale_has_descriptions_of_its_own() {
    let manifest = |scales: &str| {
        format!(
            "[project]\nname = \"test\"\nbackend = \"sketch\"\nscale = {scales}\n\
             export = [\"aseprite\", \"texturepacker\", \"tiled\", \"tiles\", \"godot\"]\n\
             [sprite.rock]\npreset = \"item\"\nprompt = \"rock\"\nsize = 8\n\
             [animation.roll]\nof = \"rock\"\nframes = 2\n[texture.soil]\nprompt = \"soil\"\n\
             [tileset.field]\nof = \"soil\"\nsize = 8\nextrude = 1\n"
        )
    };
    let project = crate::project::Project::with(&manifest("[1, 2]"));
    project.build(&[]).exit(0);
    let json =
        |path: &str| -> serde_json::Value { serde_json::from_slice(&project.read(&format!("assets/{path}"))).unwrap() };
    for (stem, endings) in [
        ("animations/roll", &[".json", ".atlas.json", ".tsx", ".tres"][..]),
        ("tilesets/field", &[".json", ".atlas.json", ".tiles.json", ".tsx", ".tres"]),
        ("sprites/rock", &[".atlas.json"]),
    ] {
        let name = stem.rsplit('/').next().unwrap();
        for ending in endings {
            let [one, two] = ["", "@2x"].map(|scale| project.text(&format!("assets/{stem}{scale}{ending}")));
            assert!(one.contains(&format!("{name}.png")) && !one.contains("@2x"), "{stem}{ending}");
            assert!(two.contains(&format!("{name}@2x.png")) && !two.contains(&format!("{name}.png")), "{stem}{ending}");
        }
    }
    let place = |value: &serde_json::Value| ["x", "y", "w", "h"].map(|side| value[side].as_u64().unwrap());
    let [one, two] = ["animations/roll.json", "animations/roll@2x.json"].map(json);
    assert_eq!(place(&two["frames"][1]["frame"]), place(&one["frames"][1]["frame"]).map(|at| 2 * at));
    let [one, two] = ["tilesets/field.tiles.json", "tilesets/field@2x.tiles.json"].map(json);
    assert_eq!(place(&two["tiles"][9]["frame"]), place(&one["tiles"][9]["frame"]).map(|at| 2 * at));
    // Without scale 1, the first scale has the plain name.
    let alone = crate::project::Project::with(&manifest("[2]"));
    alone.build(&[]).exit(0);
    assert!(
        alone.text("assets/animations/roll.json").contains("roll@2x.png")
            && !alone.exists("assets/animations/roll@2x.json")
    );
}
