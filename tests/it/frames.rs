//! Frames of an animation: what no single image shows, and what a sheet of one asset says for itself.

use dgx_pixels::words::image_file::{decode, encode};
use image::{Rgba, RgbaImage};

use crate::project::Project;

const TOP: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"bevy\", \"aseprite\"]\n";

/// A gem of 24 cells, in cells of that many pixels, with a tooth that changes its place, on a clear canvas of 256.
fn gem(cell: u32, tooth: u32) -> Vec<u8> {
    let colors = [[190, 240, 255, 255], [60, 150, 230, 255], [24, 30, 60, 255]];
    encode(&RgbaImage::from_fn(256, 256, |x, y| {
        let (x, y) = (x / cell, y / cell);
        let ring = x.abs_diff(12) + y.abs_diff(12);
        let shown = ring < 10 || (y == 23 && x == 4 + tooth);
        Rgba(if shown { colors[((ring * 7 + x * 3 + y * 5) % 3) as usize] } else { [0; 4] })
    }))
    .unwrap()
}

fn animation(frames: &[Vec<u8>]) -> Project {
    let manifest = format!("{TOP}[animation.gem]\naction = \"turn\"\nsource = \"raw/gem*.png\"\nsize = 32\n");
    let project = Project::with(&manifest);
    for (i, frame) in frames.iter().enumerate() {
        project.write(&format!("raw/gem{i}.png"), frame);
    }
    project
}

#[test]
fn frames_of_one_grid_pass() {
    let frames: Vec<_> = (0..4).map(|tooth| gem(8, tooth)).collect();
    animation(&frames).build(&[]).exit(0);
}

#[test]
fn an_empty_frame_fails() {
    let empty = encode(&RgbaImage::new(256, 256)).unwrap();
    let project = animation(&[gem(8, 0), gem(8, 1), empty, gem(8, 3)]);
    project.build(&[]).exit(3).says("frame 3 is empty");
    project.build(&[]).exit(3);
    project.check(&[]).exit(3);
}

#[test]
fn a_frame_of_another_grid_fails() {
    for cell in [4, 6] {
        let project = animation(&[gem(8, 0), gem(cell, 1), gem(8, 2), gem(8, 3)]);
        project.build(&[]).exit(3).says("frame 2 has another grid");
        // What was judged is forgotten with the records, and found again.
        project.remove(".dgx-pixels").build(&[]).exit(3).says("frame 2 has another grid");
    }
}

#[test]
fn an_action_that_sketch_cannot_draw_is_told() {
    let project = |action: &str| {
        Project::with(&format!(
            "{TOP}[sprite.knight]\npreset = \"character\"\nprompt = \"knight\"\nsize = 16\n\
             [animation.a]\nof = \"knight\"\nframes = 2\naction = \"{action}\"\n"
        ))
    };
    project("dance").build(&[]).exit(0).reports("unknown-action");
    for action in ["death", "jump", "walk", "idle"] {
        project(action).build(&[]).exit(0).never_says("unknown-action");
    }
}

#[test]
fn a_sheet_of_its_own_folds_no_other() {
    let project = Project::with(&format!(
        "{TOP}[sprite.slime]\npreset = \"creature\"\nprompt = \"slime\"\nsize = 16\n\
         [animation.wide]\nof = \"slime\"\naction = \"idle\"\nframes = 4\n\
         [animation.folded]\nof = \"slime\"\naction = \"idle\"\nframes = 4\ncolumns = 2\npadding = 1\n"
    ));
    let size =
        |name: &str| decode(&project.read(&format!("assets/animations/{name}.png")), "").unwrap().pixels.dimensions();
    project.build(&[]).exit(0);
    assert_eq!((size("wide"), size("folded")), ((64, 16), (35, 35)));
    let list = project.text("assets/pixels.assets.ron");
    assert!(list.contains("columns: 2") && list.contains("columns: 4"), "{list}");
    project.edit("pixels.toml", "columns = 2", "columns = 4").build(&[]).exit(0).asked(0);
    assert_eq!(size("folded"), (69, 18));
}

#[test]
fn the_paths_of_a_game_begin_at_its_assets_folder() {
    let project = Project::with(&format!(
        "{TOP}out = \"game/assets/pixels\"\ngame_assets = \"game/assets\"\n\
         [sprite.slime]\npreset = \"creature\"\nprompt = \"slime\"\nsize = 16\n"
    ));
    project.build(&[]).exit(0);
    let list = project.text("game/assets/pixels/pixels.assets.ron");
    assert!(list.contains("path: \"pixels/sprites/slime.png\""), "{list}");
    project.edit("pixels.toml", "game_assets = \"game/assets\"\n", "").build(&[]).exit(0);
    assert!(project.text("game/assets/pixels/pixels.assets.ron").contains("path: \"sprites/slime.png\""));
}
