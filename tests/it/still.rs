//! Animations that are made from one sprite: what moves, what stays, and what they cost.

use std::collections::BTreeSet;

use dgx_pixels::words::image_file::{decode, encode};
use image::{Rgba, RgbaImage};
use serde_json::Value;

use crate::project::Project;

const TOP: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"bevy\", \"aseprite\"]\n";

const KNIGHT: &str = "[sprite.knight]\npreset = \"character\"\nprompt = \"knight with a cape\"\nsize = 32\n";

fn with(tables: &str) -> Project {
    Project::with(&format!("{TOP}{KNIGHT}{tables}"))
}

fn image_of(project: &Project, path: &str) -> RgbaImage {
    decode(&project.read(path), path).unwrap().pixels
}

/// The frames of a sheet as they play, each as often as it is shown for a tenth of a second.
fn played(project: &Project, stem: &str, width: u32) -> Vec<RgbaImage> {
    let sheet = image_of(project, &format!("assets/{stem}.png"));
    let json: Value = serde_json::from_str(&project.text(&format!("assets/{stem}.json"))).unwrap();
    let cells = json["frames"].as_array().unwrap().iter().flat_map(|cell| {
        let x = cell["frame"]["x"].as_u64().unwrap() as u32;
        let times = cell["duration"].as_u64().unwrap() / 100;
        std::iter::repeat_n(x, times as usize)
    });
    let height = sheet.height();
    cells.map(|x| image::imageops::crop_imm(&sheet, x, 0, width, height).to_image()).collect()
}

fn colors(image: &RgbaImage) -> BTreeSet<[u8; 4]> {
    image.pixels().map(|pixel| pixel.0).collect()
}

/// A mask that is white in one rectangle.
fn mask(size: u32, [left, top, width, height]: [u32; 4]) -> Vec<u8> {
    let inside = |x: u32, y: u32| (left..left + width).contains(&x) && (top..top + height).contains(&y);
    encode(&RgbaImage::from_fn(size, size, |x, y| Rgba(if inside(x, y) { [255; 4] } else { [0, 0, 0, 255] }))).unwrap()
}

#[test]
fn a_still_moves_and_costs_no_image() {
    let motion = "motion = { breathe = 1, blink = [12, 10, 3, 2], sway = { mask = \"raw/cape.png\", from = \"top\" } }";
    let project = with(&format!("[animation.idle]\nstill = \"knight\"\n{motion}\n"));
    project.write("raw/cape.png", mask(32, [4, 16, 8, 14]));
    project.build(&[]).exit(0).asked(1);
    let rest = image_of(&project, "assets/sprites/knight.png");
    let frames = played(&project, "animations/idle", 32);
    assert_eq!((frames.len(), &frames[0]), (32, &rest));
    assert!(frames.iter().all(|frame| colors(frame).is_subset(&colors(&rest))));
    assert!(frames.iter().collect::<Vec<_>>().windows(2).any(|pair| pair[0] != pair[1]));
    project.build(&[]).exit(0).asked(0);
    project.check(&["--outputs"]).exit(0);
    let before = project.tree();
    project.remove(".dgx-pixels").build(&[]).exit(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_changed_mask_makes_it_again_and_why_says_so() {
    let project = with("[animation.idle]\nstill = \"knight\"\nmotion = { sway = { mask = \"raw/cape.png\" } }\n");
    project.write("raw/cape.png", mask(32, [8, 20, 16, 4]));
    project.build(&[]).exit(0);
    let before = project.read("assets/animations/idle.png");
    project.write("raw/cape.png", mask(32, [8, 20, 16, 8]));
    project.check(&[]).exit(4);
    project.run(&["why", "idle"]).exit(0).says("masks");
    project.build(&[]).exit(0).asked(0);
    assert_ne!(project.read("assets/animations/idle.png"), before);
    // The same pixels in another file are the same mask.
    project.run(&["mv", "knight", "sir"]).exit(0);
    assert!(project.text("pixels.toml").contains("still = \"sir\""));
    project.build(&[]).exit(0).asked(0);
    project.edit("pixels.toml", "mask = \"raw/cape.png\"", "mask = \"raw/cape.png\", by = 2");
    project.run(&["why", "idle"]).exit(0).says("sway");
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn directions_mirrors_and_other_colours_move_too() {
    let project = Project::with(&format!(
        "{TOP}{KNIGHT}directions = 4\nmirror = {{ w = \"e\" }}\n[sprite.ghost]\nrecolor = {{ of = \"knight\", from = [\"#000000\"], to = [\"#112233\"] }}\n\
         [animation.idle]\nstill = \"knight\"\nframes = 8\nmotion = {{ breathe = 1, blink = [14, 8, 4, 2] }}\nevents = {{ out = [5] }}\n\
         [animation.ghost-idle]\nstill = \"ghost\"\nframes = 8\nmotion = {{ breathe = 1 }}\n"
    ));
    project.build(&[]).exit(0).asked(3);
    for direction in ["s", "e", "n", "w"] {
        let of = |name: &str| image_of(&project, &format!("assets/sprites/{name}-{direction}.png"));
        for (still, moved) in [("knight", "idle"), ("ghost", "ghost-idle")] {
            let frames = played(&project, &format!("animations/{moved}-{direction}"), 32);
            assert_eq!((frames.len(), &frames[0]), (8, &of(still)), "{moved} {direction}");
        }
    }
    let [east, west] = ["e", "w"].map(|direction| played(&project, &format!("animations/idle-{direction}"), 32));
    let flipped: Vec<_> = east.iter().map(image::imageops::flip_horizontal).collect();
    assert_eq!(flipped, west);
}

#[test]
fn what_cannot_move_is_an_error_with_a_way_out() {
    let fails = |motion: &str, code: &str, says: &str| {
        let project = with(&format!("[animation.idle]\nstill = \"knight\"\nmotion = {{ {motion} }}\n"));
        project.write("raw/none.png", mask(32, [0, 0, 0, 0])).write("raw/small.png", mask(16, [0, 0, 8, 8]));
        project.build(&[]).reports(code).says(says);
        assert!(!project.exists("assets/animations/idle.png"));
    };
    fails("sway = { mask = \"raw/none.png\" }", "mask-empty", "raw/none.png");
    fails("sway = { mask = \"raw/small.png\" }", "mask-size", "16x16");
    fails("sway = { mask = \"raw/absent.png\" }", "missing-file", "raw/absent.png");
    fails("bob = 31", "leaves-frame", "at the top");
    let stone = format!("{TOP}[sprite.rock]\npreset = \"item\"\nprompt = \"rock\"\nsize = 16\n");
    let blink = "[animation.idle]\nstill = \"rock\"\nmotion = { blink = \"found\" }\n";
    Project::with(&format!("{stone}{blink}")).build(&[]).exit(1).reports("no-eyes").says("blink = [");
}
