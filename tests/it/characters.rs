//! One `.aseprite` file of a character: read back, it shows every frame of every action as the sheets do.

use aseprite_loader::binary::chunks::tags::AnimationDirection;
use aseprite_loader::loader::{AsepriteFile, LayerSelection};
use dgx_pixels::export::index::read;
use dgx_pixels::words::index::Entry;
use image::RgbaImage;

use crate::project::Project;

const FILE: &str = "assets/characters/guard.aseprite";

/// A guard in four directions that walks, and waits on frames of another size.
fn game() -> Project {
    Project::with(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"aseprite-character\", \"index\"]\n\
         [sprite.guard]\npreset = \"character\"\nprompt = \"guard\"\nsize = 16\ndirections = 4\nmirror = { w = \"e\" }\n\
         [animation.guard-walk]\nof = \"guard\"\naction = \"walk\"\nframes = 3\nfps = 60\nplayback = \"pingpong\"\n\
         [animation.guard-wait]\nof = \"guard\"\naction = \"idle\"\nframes = 2\nsize = [20, 24]\nrepeat = false\n\
         [sprite.rock]\npreset = \"item\"\nprompt = \"rock\"\nsize = 16\n",
    )
}

/// The frames of an asset, cut out of its sheet.
fn frames(project: &Project, entry: &Entry) -> Vec<RgbaImage> {
    let sheet = project.read(&format!("assets/{}", entry.images[0].path));
    let sheet = image::load_from_memory(&sheet).unwrap().to_rgba8();
    let cut = |frame: &dgx_pixels::words::index::Frame| {
        image::imageops::crop_imm(&sheet, frame.x, frame.y, frame.w, frame.h).to_image()
    };
    entry.frames.iter().map(cut).collect()
}

#[test]
fn no_pixel_duration_or_tag_changes_in_the_file_of_a_character() {
    let project = game();
    project.build(&[]).exit(0);
    let index = read(&project.read("assets/pixels.index.json")).unwrap();
    let bytes = project.read(FILE);
    let file = AsepriteFile::load(&bytes).unwrap();
    let names: Vec<&str> = file.tags.iter().map(|tag| &*tag.name).collect();
    let expected =
        ["still", "idle", "walk"].map(|action| ["s", "e", "n", "w"].map(|facing| format!("{action}-{facing}")));
    assert_eq!(names, expected.concat());
    let pivot = file.file.slices[0].slice_keys[0].pivot.unwrap();
    let [width, height] = [file.file.header.width, file.file.header.height].map(u32::from);
    let mut seen = 0;
    for tag in &file.tags {
        let (action, facing) = tag.name.split_once('-').unwrap();
        let asset = match action {
            "still" => "guard",
            "idle" => "guard-wait",
            _ => "guard-walk",
        };
        let entry = index.assets.iter().find(|entry| entry.name == format!("{asset}@{facing}")).unwrap();
        let numbers = usize::from(*tag.range.start())..=usize::from(*tag.range.end());
        assert_eq!(numbers.clone().count(), entry.frames.len(), "{}", tag.name);
        let (forward, repeat) = (asset != "guard-walk", if asset == "guard-wait" { Some(1) } else { None });
        assert_eq!(matches!(tag.direction, AnimationDirection::Forward), forward);
        assert_eq!(matches!(tag.direction, AnimationDirection::PingPong), !forward);
        assert_eq!(tag.repeat, repeat, "{}", tag.name);
        for ((number, frame), place) in numbers.zip(frames(&project, entry)).zip(&entry.frames) {
            let mut canvas = RgbaImage::new(width, height);
            file.render_frame(number, &mut canvas, &LayerSelection::Visible).unwrap();
            assert_eq!(u32::from(file.frames[number].duration), place.duration.unwrap_or(100));
            // Its pivot lies on that of the file, and nothing lies beside it.
            let [x, y] = entry.pivot.unwrap();
            let mut wanted = RgbaImage::new(width, height);
            image::imageops::replace(
                &mut wanted,
                &frame,
                i64::from(pivot.x) - i64::from(x),
                i64::from(pivot.y) - i64::from(y),
            );
            assert!(canvas == wanted, "{} {number}", tag.name);
            assert!(frame.pixels().filter(|pixel| pixel.0[3] > 0).count() > 20);
            seen += 1;
        }
    }
    assert_eq!((seen, file.frames.len()), (4 * 6, 4 * 6));
    assert!(!project.exists("assets/characters/rock.aseprite"), "a sprite without animations is no character");
}

#[test]
fn the_file_of_a_character_follows_its_assets() {
    let project = game();
    project.build(&[]).exit(0);
    let before = project.read(FILE);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "fps = 60", "fps = 10").build(&[]).exit(0).asked(0);
    let after = project.read(FILE);
    let file = AsepriteFile::load(&after).unwrap();
    assert_eq!(file.frames.iter().filter(|frame| frame.duration == 100).count(), 24);
    project.edit("pixels.toml", "fps = 10", "fps = 60").build(&[]).exit(0);
    assert!(project.read(FILE) == before);
    project
        .edit("pixels.toml", ", \"index\"]", "]")
        .edit("pixels.toml", "\"aseprite-character\"", "")
        .build(&[])
        .exit(0);
    assert!(!project.exists(FILE));
}

/// A clone has files and lock, and no sprites: what a character needs is made again from what its raws are made of.
#[test]
fn a_clone_changes_a_character_of_its_own() {
    let project = game();
    project.build(&[]).exit(0);
    let before = project.read(FILE);
    let clone = || {
        let clone = project.copy();
        clone.remove(".dgx-pixels");
        clone
    };
    clone().check(&["--outputs"]).exit(0).build(&[]).exit(0);
    let changed = clone();
    changed.edit("pixels.toml", "fps = 60", "fps = 10").build(&[]).exit(0);
    assert_eq!(AsepriteFile::load(&changed.read(FILE)).unwrap().frames.len(), 24);
    assert!(changed.read(FILE) != before);
    let without = clone();
    without.remove(FILE).check(&[]).exit(4).build(&[]).exit(0);
    assert!(without.read(FILE) == before);
}

#[test]
fn a_character_that_was_edited_is_kept() {
    let project = game();
    project.build(&[]).exit(0);
    let mut own = project.read(FILE);
    let last = own.len() - 1;
    own[last] ^= 1;
    project.write(FILE, &own).edit("pixels.toml", "fps = 60", "fps = 10").build(&[]).exit(1);
    assert!(project.read(FILE) == own);
    project.build(&["--overwrite"]).exit(0);
    assert!(project.read(FILE) != own);
}

#[test]
fn an_output_in_the_place_of_a_shared_file_is_an_error() {
    let clash = |from: &str, to: &str| {
        let project = game();
        project.edit("pixels.toml", "export = [", "export = [\"aseprite-file\", \"aseprite\", ");
        project.edit("pixels.toml", from, to).build(&[]).exit(2).reports("output-clash");
        assert!(!project.exists("assets"));
    };
    clash("[sprite.rock]", "[sprite.rock]\npath = \"characters/Guard\"");
    let roll = "[animation.roll]\nof = \"rock\"\nframes = 2\npath = \"pixels.index\"\n[sprite.rock]";
    clash("[sprite.rock]", roll);
}
