//! `pixels.index.json`: what it says of every image is what the image shows, and its schema holds it.

use std::path::Path;

use dgx_pixels::export::index::{read, schema};
use dgx_pixels::words::asset::Kind;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::index::{Entry, Index};
use dgx_pixels::words::layout::Layout;
use dgx_pixels::words::timing::Playback;
use image::RgbaImage;
use serde_json::Value;

use crate::project::{GAME, Project};

const INDEX: &str = "assets/pixels.index.json";

/// The game with an index, at two scales and with gaps between the cells.
fn game() -> Project {
    let project = Project::with(GAME);
    project.edit(
        "pixels.toml",
        "export = [\"bevy\", \"aseprite\"]",
        "export = [\"index\"]\nscale = [1, 2]\npadding = 1\n",
    );
    project.edit(
        "pixels.toml",
        "frames = 2\n",
        "frames = 3\nfps = 60\nplayback = \"pingpong\"\nevents = { step = [3, 1, 1], hit = 2 }\ntags = [\"hero\"]\n",
    );
    project.edit("pixels.toml", "layout = \"blob47\"", "layout = \"blob47\"\nvariants = 3");
    project
}

fn index(project: &Project) -> Index {
    read(&project.read(INDEX)).unwrap()
}

fn entry<'a>(index: &'a Index, name: &str) -> &'a Entry {
    index.assets.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("{name}"))
}

fn png(project: &Project, path: &str) -> RgbaImage {
    image::load_from_memory(&project.read(&format!("assets/{path}"))).unwrap().to_rgba8()
}

#[test]
fn every_image_is_as_the_index_says() {
    let project = game();
    project.build(&[]).exit(0);
    let index = index(&project);
    let names: Vec<&str> = index.assets.iter().map(|entry| &*entry.name).collect();
    let sprites = ["guard@e", "guard@n", "guard@s", "guard@w", "knight", "potion@blue", "potion@green", "potion@red"];
    assert_eq!(names, [&["knight-walk"], &sprites[..], &["meadow"]].concat());
    let mut images: Vec<&str> = Vec::new();
    for entry in &index.assets {
        assert_eq!(entry.images.iter().map(|image| image.scale).collect::<Vec<_>>(), [1, 2]);
        let lock = toml::from_str::<toml::Table>(&project.lock()).unwrap();
        assert_eq!(lock[entry.kind.word()][&*entry.name]["pixels"].as_str(), Some(&*entry.pixels.to_string()));
        for image in &entry.images {
            let shown = png(&project, &image.path);
            assert_eq!(<[u32; 2]>::from(shown.dimensions()), image.size, "{}", image.path);
            assert_eq!(image.rgba, Some(Digest::of(shown.as_raw())), "{}", image.path);
            images.push(&image.path);
        }
        let shown = png(&project, &entry.images[0].path);
        let colors: Vec<[u8; 3]> = entry.palette.iter().map(|color| color.0).collect();
        for frame in &entry.frames {
            assert_eq!([frame.w, frame.h], entry.grid.cell);
            let cut = image::imageops::crop_imm(&shown, frame.x, frame.y, frame.w, frame.h).to_image();
            assert!(cut.pixels().any(|pixel| pixel.0[3] == 255), "{} is empty", entry.name);
            let known = |pixel: &image::Rgba<u8>| pixel.0[3] == 0 || colors.contains(&[pixel[0], pixel[1], pixel[2]]);
            assert!(cut.pixels().all(known), "{}", entry.name);
            // Nothing lies beside a hit box, and something in its first and last row and column.
            let is_drawn = |x: u32, y: u32| cut.get_pixel(x, y).0[3] > 0;
            let places = || (0..frame.h).flat_map(|y| (0..frame.w).map(move |x| [x, y]));
            let drawn = || places().filter(|[x, y]| is_drawn(*x, *y));
            let ends = [0, 1]
                .map(|axis| (drawn().map(|at| at[axis]).min().unwrap(), drawn().map(|at| at[axis]).max().unwrap()));
            let [(left, right), (top, bottom)] = ends;
            let hit = entry.tileset.is_none().then_some([left, top, right + 1 - left, bottom + 1 - top]);
            assert_eq!(frame.hit, hit, "{}", entry.name);
        }
    }
    let written = project.files("assets").into_keys().filter(|path| path.ends_with(".png")).count();
    assert_eq!(images.len(), written, "{images:?}");
}

#[test]
fn the_index_says_how_frames_play_and_what_tiles_are_for() {
    let project = game();
    project.build(&[]).exit(0);
    let index = index(&project);
    let walk = entry(&index, "knight-walk");
    let animation = walk.animation.as_ref().unwrap();
    assert_eq!((&*animation.action, animation.playback, animation.repeat), ("walk", Playback::Pingpong, true));
    assert_eq!(animation.round, [0, 1, 2, 1]);
    assert_eq!(animation.events, [("hit".to_owned(), vec![1]), ("step".to_owned(), vec![0, 2])].into());
    assert_eq!(walk.frames.iter().map(|frame| frame.duration).collect::<Vec<_>>(), [Some(17), Some(17), Some(16)]);
    assert_eq!((walk.of.as_ref().unwrap().kind, &*walk.of.as_ref().unwrap().name), (Kind::Sprite, "knight"));
    assert_eq!((walk.tags.as_slice(), walk.pivot.unwrap()[0]), (&["hero".to_owned()][..], 8));
    assert_eq!(walk.frames.iter().map(|frame| (frame.x, frame.y)).collect::<Vec<_>>(), [(1, 1), (18, 1), (35, 1)]);

    let red = entry(&index, "potion@red");
    assert_eq!((&*red.asset, &*red.axes[0].axis, &*red.axes[0].value), ("potion", "color", "red"));
    assert_eq!((red.frames.len(), red.frames[0].duration, red.animation.is_none()), (1, None, true));
    let west = entry(&index, "guard@w");
    assert_eq!((&*west.axes[0].axis, &*west.axes[0].value), ("direction", "w"));

    let meadow = entry(&index, "meadow");
    let tiles = meadow.tileset.as_ref().unwrap();
    assert_eq!((&*tiles.terrain, tiles.beyond.as_deref(), tiles.layout), ("grass", Some("dirt"), Layout::Blob47));
    assert_eq!((tiles.tiles.len(), meadow.frames.len(), meadow.pivot), (49, 49, None));
    assert!(tiles.tiles[..47].iter().map(|tile| tile.mask).eq(Layout::Blob47.masks().iter().copied()));
    assert_eq!(
        tiles.tiles[46..].iter().map(|tile| (tile.mask, tile.variant)).collect::<Vec<_>>(),
        [(255, 0), (255, 1), (255, 2)]
    );
    assert!(tiles.tiles.iter().all(|tile| tile.weight > 0));
}

#[test]
fn the_schema_holds_the_index() {
    let project = game();
    project.build(&[]).exit(0);
    let found: Value = serde_json::from_slice(&project.read(INDEX)).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let faults: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut wrong = found.clone();
    wrong["assets"][0]["images"][0]["size"] = "large".into();
    assert!(!validator.is_valid(&wrong));
    // Nothing that is written is lost by who reads it with these types.
    assert_eq!(serde_json::to_value(index(&project)).unwrap(), found);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/index.schema.json");
    let fresh = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == fresh, "docs/index.schema.json is old: run the tests with UPDATE_FIXTURES=1");
}

#[test]
fn an_index_is_the_same_from_other_folders_and_threads() {
    let (one, other) = (game(), game());
    one.build_with(&[("RAYON_NUM_THREADS", "1")], &[]).exit(0);
    other.build_with(&[("RAYON_NUM_THREADS", "16")], &[]).exit(0);
    assert_eq!(one.text(INDEX), other.text(INDEX));
}

/// A clone has files and lock, and no sprites.
#[test]
fn a_clone_changes_its_own_entry_alone() {
    let project = game();
    project.build(&[]).exit(0);
    let before = project.text(INDEX);
    let clone = project.copy();
    clone.remove(".dgx-pixels").build(&[]).exit(0);
    assert_eq!(clone.text(INDEX), before);
    clone.check(&["--outputs"]).exit(0);
    clone.edit("pixels.toml", "{color} potion", "small {color} potion").build(&[]).exit(0).asked(3);
    let (old, new) = (read(before.as_bytes()).unwrap(), index(&clone));
    for (old, new) in old.assets.iter().zip(&new.assets) {
        assert_eq!(old == new, old.asset != "potion", "{}", old.name);
    }
    clone.edit("pixels.toml", "tags = [\"hero\"]", "tags = [\"villain\"]").build(&[]).exit(0).asked(0);
    assert_eq!(entry(&index(&clone), "knight-walk").tags, ["villain"]);
}

#[test]
fn a_changed_index_is_seen_and_made_again() {
    let project = game();
    project.build(&[]).exit(0);
    let before = project.text(INDEX);
    project.edit(INDEX, "\"hero\"", "\"zero\"").check(&["--outputs"]).exit(4);
    project.remove(INDEX).build(&[]).exit(0).asked(0);
    assert_eq!(project.text(INDEX), before);
    project.edit("pixels.toml", "export = [\"index\"]", "export = []").build(&[]).exit(0);
    assert!(!project.exists(INDEX));
}

#[test]
fn paths_begin_at_the_assets_folder_of_the_game() {
    let project = game();
    let out = "name = \"test\"\nout = \"game/assets/pixels\"\ngame_assets = \"game/assets\"\n";
    project.edit("pixels.toml", "name = \"test\"\n", out).build(&[]).exit(0);
    let index = read(&project.read("game/assets/pixels/pixels.index.json")).unwrap();
    assert_eq!(entry(&index, "knight").images[1].path, "pixels/sprites/knight@2x.png");
}

#[test]
fn corners_of_a_panel_are_in_the_index() {
    let with = |nine_slice: &str| {
        Project::with(&format!(
            "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"index\"]\n\
             [sprite.panel]\npreset = \"icon\"\nprompt = \"panel\"\nsize = [12, 16]\nnine_slice = {nine_slice}\n"
        ))
    };
    for (given, corners) in [("3", [3; 4]), ("[1, 2, 3, 4]", [1, 2, 3, 4])] {
        let project = with(given);
        project.build(&[]).exit(0);
        assert_eq!(index(&project).assets[0].nine_slice, Some(corners));
    }
    for bad in ["6", "[1, 8, 1, 8]", "[1, 2]"] {
        with(bad).build(&[]).exit(2).reports("nine-slice");
    }
    let project = with("3");
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "nine_slice = 3", "nine_slice = 2").build(&[]).exit(0).asked(0).processed(0);
    assert_eq!(index(&project).assets[0].nine_slice, Some([2; 4]));
}
