//! Assets in other colours, and assets that start from an image of another: what they cost, and what they become.

use image::RgbaImage;

use crate::project::{GAME, Project, png};

fn image_of(project: &Project, path: &str) -> RgbaImage {
    image::load_from_memory(&project.read(path)).unwrap().to_rgba8()
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The most frequent opaque colour.
fn main_color(image: &RgbaImage) -> [u8; 3] {
    let mut counts = std::collections::BTreeMap::new();
    for pixel in image.pixels().filter(|pixel| pixel.0[3] == 255) {
        *counts.entry([pixel.0[0], pixel.0[1], pixel.0[2]]).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).unwrap().0
}

fn recolored(image: &RgbaImage, from: [u8; 3], to: [u8; 3]) -> RgbaImage {
    let mut image = image.clone();
    image.pixels_mut().filter(|pixel| pixel.0[..3] == from).for_each(|pixel| pixel.0[..3].copy_from_slice(&to));
    image
}

#[test]
fn a_colour_that_is_not_there_is_reported() {
    let project = Project::with(GAME);
    let colors = "from = [\"#010203\"], to = [\"#040506\"]";
    project.append("pixels.toml", &format!("[sprite.captain]\nrecolor = {{ of = \"guard\", {colors} }}\n"));
    project.build(&[]).exit(0).reports("recolor-absent").says("#010203").says("its colours are #");
}

#[test]
fn other_colours_cost_no_image() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let guard = image_of(&project, "assets/sprites/guard-e.png");
    let (from, to) = (main_color(&guard), [1, 2, 3]);
    let colors = format!("from = [\"{}\"], to = [\"{}\"]", hex(from), hex(to));
    let tables = format!(
        "[sprite.captain]\nrecolor = {{ of = \"guard\", {colors} }}\n[animation.run]\nof = \"guard\"\naction = \"run\"\nframes = 3\n\
         fps = 20\n[animation.captain-run]\nrecolor = {{ of = \"run\", {colors} }}\n"
    );
    project.append("pixels.toml", &tables);
    project.build(&["captain", "run"]).exit(0);
    project.build(&[]).exit(0).asked(0);
    for direction in ["s", "e", "n", "w"] {
        let of = |name: &str| image_of(&project, &format!("assets/{name}-{direction}.png"));
        assert_eq!(of("sprites/captain"), recolored(&of("sprites/guard"), from, to), "{direction}");
        assert_eq!(of("animations/captain-run"), recolored(&of("animations/run"), from, to), "{direction}");
    }
    let [run, captain] = ["run", "captain-run"].map(|name| project.text(&format!("assets/animations/{name}-e.json")));
    assert_eq!(captain.replace("captain-run", "run"), run);
    project.check(&["--outputs"]).exit(0);
    project.edit("pixels.toml", "#010203", "#040506");
    project.build(&[]).exit(0).asked(0);
    assert_eq!(image_of(&project, "assets/sprites/captain-e.png"), recolored(&guard, from, [4, 5, 6]));
    project.run(&["mv", "guard", "soldier"]).exit(0);
    project.check(&["captain"]).exit(4);
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn placeholders_have_other_colours_too() {
    let manifest = GAME.replace("backend = \"sketch\"", "backend = \"comfyui\"");
    let recolor = "[sprite.sir]\nrecolor = { of = \"knight\", from = [\"#000000\"], to = [\"#ffffff\"] }\n";
    let project = Project::with(&format!("{manifest}{recolor}"));
    project.build(&["--fill", "sketch", "sir"]);
    assert!(project.exists("assets/sprites/sir.png"));
}

#[test]
fn a_reference_is_an_image_that_a_server_starts_from() {
    let fake = crate::server_builds::slow(0.0);
    let plain = crate::server_builds::sprites(&["knight"]);
    let project = crate::server_builds::project(&[&fake], &plain);
    project.build(&[]).exit(0).asked(1);
    let lock = project.lock();
    project.write("concept/orc.png", png(64, [30, 90, 30]));
    project.append(
        "pixels.toml",
        "[sprite.squire]\nprompt = \"squire\"\nsize = 16\nreference = \"knight\"\nstrength = 0.4\n[sprite.orc]\nprompt = \"orc\"\nsize = 16\n\
         reference = \"concept/orc.png\"\n",
    );
    project.build(&[]).exit(0).asked(2);
    // What has no reference is as it was.
    let entry = |lock: &str| lock.split("[sprite.\"knight\"]").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    assert_eq!(entry(&project.lock()), entry(&lock));
    assert!(project.lock().contains("sdxl-img2img@1"), "{}", project.lock());
    project.build(&[]).exit(0).asked(0);
    project.write("concept/orc.png", png(64, [90, 30, 30]));
    project.run(&["why", "orc"]).exit(0).says("input");
    project.build(&[]).exit(0).asked(1);
    project.edit("pixels.toml", "strength = 0.4", "strength = 0.7");
    project.build(&[]).exit(0).asked(1);
    project.run(&["mv", "knight", "paladin"]).exit(0);
    assert!(project.text("pixels.toml").contains("reference = \"paladin\""));
}
