//! Frames of an animation: what no single image shows, and what a sheet of one asset says for itself.

use dgx_pixels::words::image_file::{decode, encode};
use fake_comfyui::fault::{Fault, Strike};
use image::{Rgba, RgbaImage};

use crate::project::Project;
use crate::server_builds;

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

/// Frames of 32 x 32 cells, so many pixels each, with a body of 10 x 20 cells that stands at each place, and a block.
fn bodies(cell: u32, places: &[[u32; 2]], block: Option<(usize, [u32; 4])>) -> RgbaImage {
    let colors = [[60, 90, 40, 255], [200, 170, 60, 255], [30, 30, 70, 255]];
    RgbaImage::from_fn(32 * cell * places.len() as u32, 32 * cell, |x, y| {
        let [x, y] = [x / cell, y / cell];
        let [left, top] = places[(x / 32) as usize];
        let [dx, dy] = [(x % 32).wrapping_sub(left), y.wrapping_sub(top)];
        let extra = block.is_some_and(|(frame, [from, to, above, below])| {
            let x = x.wrapping_sub(32 * frame as u32);
            (from..to).contains(&x) && (above..below).contains(&y)
        });
        Rgba(if dx < 10 && dy < 20 {
            colors[((dx * dx + dy * (dx + 1) + dy / 2) % 3) as usize]
        } else if extra {
            colors[1]
        } else {
            [0; 4]
        })
    })
}

#[test]
fn a_subject_that_reaches_into_the_next_frame_of_a_sheet_fails_and_is_named() {
    let project = |cell: u32, block: [u32; 4], keys: &str| {
        let project = Project::with(&format!(
            "{TOP}[animation.hit]\naction = \"hit\"\nsource = \"raw/hit.png\"\nstrip = 4\nsize = 32\n{keys}"
        ));
        let sheet = bodies(cell, &[[11, 8], [12, 2], [11, 8], [10, 9]], Some((1, block)));
        project.write("raw/hit.png", encode(&sheet).unwrap());
        project
    };
    for cell in [1, 6] {
        // From the second body over the line, above the third one, so that no gap tells the figures apart.
        let sword = [20, 45, 3, 6];
        let cut = project(cell, sword, "");
        cut.build(&[]).exit(3).says("frame 2 is cut off").says("goes on in frame 3").reports("leaves-frame");
        cut.check(&[]).exit(3).says("frame 2 is cut off");
        project(cell, sword, "repair = false\n").build(&[]).exit(0).never_says("cut off");
    }
    project(1, [20, 32, 10, 13], "").build(&[]).exit(0).never_says("cut off");
}

#[test]
fn a_subject_that_its_image_cuts_off_fails_and_is_named() {
    let project = |left: u32, keys: &str| {
        let project = animation(&[]);
        for (i, at) in [11, left, 11, 12].into_iter().enumerate() {
            let frame = bodies(8, &[[at, 8]], None);
            project.write(&format!("raw/gem{i}.png"), encode(&frame).unwrap());
        }
        project.append("pixels.toml", keys);
        project
    };
    project(12, "").build(&[]).exit(0);
    let cut = project(0, "");
    cut.build(&[]).exit(3).says("frame 2 is cut off").says("leaves its image").reports("leaves-frame");
    project(0, "gates = { border = 1000 }\n").build(&[]).exit(0).never_says("cut off");
}

#[test]
fn a_subject_that_leaves_the_frame_of_its_base_fails_and_is_named() {
    let project = Project::with(&format!(
        "{TOP}[sprite.knight]\nsource = \"raw/knight.png\"\nsize = 24\n\
         [animation.hop]\nof = \"knight\"\naction = \"jump\"\nsource = \"raw/hop*.png\"\n"
    ));
    project.write("raw/knight.png", encode(&bodies(8, &[[11, 10]], None)).unwrap());
    for (i, top) in [10, 7, 3, 7, 10].into_iter().enumerate() {
        project.write(&format!("raw/hop{i}.png"), encode(&bodies(8, &[[11, top]], None)).unwrap());
    }
    let built = project.build(&[]).exit(3);
    built.says("frame 3 leaves its frame").says("by 3 pixels, in frame 3").reports("leaves-frame");
    project.append("pixels.toml", "size = 32\n").build(&[]).exit(0).never_says("leaves");
    // A gate on the baseline names the frame that is farthest from it.
    project
        .append("pixels.toml", "gates = { baseline = 4 }\n")
        .build(&[])
        .exit(3)
        .says("baseline 7 > 4, frame 3 strays");
}

#[test]
fn equal_frames_are_written_once_and_shown_as_long_as_both() {
    let project = animation(&[gem(8, 0), gem(8, 0), gem(8, 1), gem(8, 2)]);
    project.edit("pixels.toml", "\"bevy\", \"aseprite\"", "\"index\", \"aseprite\", \"rust\"");
    project.append("pixels.toml", "durations = [100, 50, 80, 90]\nevents = { clink = [3] }\n").build(&[]).exit(0);
    let index: serde_json::Value = serde_json::from_str(&project.text("assets/pixels.index.json")).unwrap();
    let entry = &index["assets"][0];
    let durations = |list: &serde_json::Value| -> Vec<i64> {
        list.as_array().unwrap().iter().map(|frame| frame["duration"].as_i64().unwrap()).collect()
    };
    assert_eq!(durations(&entry["frames"]), [150, 80, 90]);
    assert_eq!(entry["animation"]["events"]["clink"], serde_json::json!([1]));
    let sheet: serde_json::Value = serde_json::from_str(&project.text("assets/animations/gem.json")).unwrap();
    assert_eq!(sheet["frames"].as_array().unwrap().len(), 3);
    assert_eq!(decode(&project.read("assets/animations/gem.png"), "").unwrap().pixels.dimensions(), (96, 32));
    assert!(
        project.lock().contains("version = 3\n") && project.lock().contains("merged = [1]\n"),
        "{}",
        project.lock()
    );
    project.run_line("why gem").says("repaired: merged 1");
    project.build(&["--locked"]).exit(0);
    let off = animation(&[gem(8, 0), gem(8, 0), gem(8, 1), gem(8, 2)]);
    off.append("pixels.toml", "repair = false\n").build(&[]).exit(0);
    assert_eq!(decode(&off.read("assets/animations/gem.png"), "").unwrap().pixels.dimensions(), (128, 32));
    assert!(!off.lock().contains("merged"));
}

/// A figure of 10 by 12 cells, four pixels each, with a pattern of its own.
fn figure(pattern: u32) -> Fault {
    let image = RgbaImage::from_fn(64, 64, |x, y| {
        let [x, y] = [x / 4, y / 4];
        let shade = (x * x + pattern * y * (x + 1) + y / 2) % 3;
        let colors = [[60, 90, 40, 255], [200, 170, 60, 255], [30, 30, 70, 255]];
        Rgba(if (3..13).contains(&x) && (3..15).contains(&y) { colors[shade as usize] } else { [255, 0, 255, 255] })
    });
    Fault::Bytes(encode(&image).unwrap().into())
}

#[test]
fn only_the_frame_that_fails_among_the_others_is_generated_again() {
    let project = |reroll: u32| {
        let fake = server_builds::fake();
        let other = Strike { fault: figure(1), path: Some("/view"), times: Some(1), after: 2 };
        fake.strike(other).at("/view", figure(2));
        let walk = "[animation.walk]\nprompt = \"knight\"\naction = \"walk\"\nframes = 6\nfps = 10\nsize = 16\n";
        let project = server_builds::project(&[&fake], &format!("{walk}reroll = {reroll}\n"));
        (fake, project)
    };
    let (fake, once) = project(0);
    once.build(&[]).exit(3).asked(6).says("flickers");
    assert_eq!(fake.prompts(), 6);
    let (fake, again) = project(2);
    again.build(&[]).exit(0).asked(7);
    assert_eq!(fake.prompts(), 7);
    assert!(again.lock().contains("among its frames: flicker"), "{}", again.lock());
    assert_eq!(again.lock().matches("{ raw = ").count(), 6);
    again.run_line("candidates walk").says("among its frames: flicker");
    again.build(&[]).exit(0).asked(0);
    // All frames are equal; a sheet that was touched up has each of them again.
    let sheet = "assets/animations/walk.png";
    let mut edited = decode(&again.read(sheet), "").unwrap().pixels;
    assert_eq!(edited.dimensions(), (16, 16));
    edited.put_pixel(0, 0, Rgba([30, 30, 70, 255]));
    let touched = again.copy();
    touched.write(sheet, encode(&edited).unwrap()).run_line(&format!("adopt {sheet}")).exit(0);
    assert_eq!(decode(&touched.read("raw/walk.png"), "").unwrap().pixels.dimensions(), (96, 16));
    touched.build(&[]).exit(0);
    assert_eq!(fake.prompts(), 7);
    // A gate that is added later generates nothing.
    again.edit("pixels.toml", "size = 16\n", "size = 16\ngates = { coverage = 999 }\n").build(&[]).exit(3).asked(0);
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
