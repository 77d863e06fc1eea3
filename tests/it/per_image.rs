//! Several things on one canvas: asked for once, cut apart, named in order.

use dgx_pixels::words::image_file::encode;
use fake_comfyui::fault::{Fault, Strike};
use fake_comfyui::{Fake, Options};
use image::{Rgba, RgbaImage};

use crate::project::Project;
use crate::server_builds;

const THINGS: [&str; 6] = ["sword", "shield", "potion", "key", "coin", "heart"];

fn with(things: &[&str], keys: &str) -> Project {
    let values = things.iter().map(|thing| format!("\"{thing}\"")).collect::<Vec<_>>().join(", ");
    Project::with(&format!(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"index\"]\n[sprite.icon]\npreset = \"item\"\n\
         prompt = \"{{thing}}\"\nsize = 16\nper_image = 4\nmatrix = {{ thing = [{values}] }}\n{keys}"
    ))
}

fn image_of(project: &Project, name: &str) -> RgbaImage {
    image::load_from_memory(&project.read(&format!("assets/sprites/{name}.png"))).unwrap().to_rgba8()
}

#[test]
fn one_image_shows_several_things() {
    let project = with(&THINGS, "");
    project.build(&[]).exit(0).asked(2);
    // Each alone, as the same artist draws it.
    let alone = with(&THINGS, "");
    alone.edit("pixels.toml", "per_image = 4\n", "").build(&[]).exit(0).asked(6);
    for thing in THINGS {
        let name = format!("icon-{thing}");
        let [one, other] = [&project, &alone].map(|project| image_of(project, &name));
        assert_eq!(one.dimensions(), (16, 16));
        let opaque = |image: &RgbaImage| image.pixels().filter(|pixel| pixel.0[3] > 0).count();
        assert!(opaque(&one).abs_diff(opaque(&other)) * 10 <= opaque(&other), "{thing}");
    }
    assert!(!project.exists("assets/sprites/icon-sheet-1.png"));
    project.build(&[]).exit(0).asked(0);
    project.check(&[]).exit(0);
}

#[test]
fn another_thing_does_not_ask_for_the_first_images_again() {
    let project = with(&THINGS[..4], "");
    project.build(&[]).exit(0).asked(1);
    let before = image_of(&project, "icon-key");
    project.edit("pixels.toml", "\"key\"]", "\"key\", \"coin\"]").build(&[]).exit(0).asked(1);
    assert!(image_of(&project, "icon-key") == before && project.exists("assets/sprites/icon-coin.png"));
}

#[test]
fn what_contradicts_an_image_of_several_is_an_error() {
    let cases = [("directions = 4\n", "`per_image` cannot stand beside `directions`")];
    for (keys, says) in cases {
        with(&THINGS, keys).build(&[]).exit(2).says(says);
    }
    let project = with(&THINGS, "");
    project.edit("pixels.toml", "preset = \"item\"", "preset = \"portrait\"").build(&[]).exit(2).reports("per-image");
    with(&["sheet-1", "sword"], "").build(&[]).exit(2).reports("per-image");
}

/// So many gems in rows of two, each in a colour of its own, four pixels a cell.
fn gems(count: u32) -> Vec<u8> {
    let image = RgbaImage::from_fn(128, 128, |x, y| {
        let [x, y] = [x / 4, y / 4];
        let number = x / 16 + 2 * (y / 16);
        let far = (x % 16).abs_diff(7) + (y % 16).abs_diff(7);
        let shade = if far < 3 { 60 } else { 0 };
        match far {
            0..=5 if number < count => Rgba([60 + 40 * number as u8, 190 - shade - 30 * number as u8, 40 + shade, 255]),
            _ => Rgba([255, 0, 255, 255]),
        }
    });
    encode(&image).unwrap()
}

fn first_color(project: &Project, name: &str) -> [u8; 4] {
    image_of(project, name).pixels().find(|pixel| pixel.0[3] > 0).unwrap().0
}

#[test]
fn a_drawn_sheet_is_cut_and_named_in_order() {
    let project = with(&THINGS[..4], "source = \"raw/sheet.png\"\n").file("raw/sheet.png", gems(4));
    project.edit("pixels.toml", "prompt = \"{thing}\"\n", "").build(&[]).exit(0);
    let reds = ["sword", "shield", "potion", "key"].map(|thing| first_color(&project, &format!("icon-{thing}"))[0]);
    assert!(reds.windows(2).all(|two| two[0] < two[1]), "{reds:?}");
    project.write("raw/sheet.png", gems(3)).build(&[]).exit(3).says("things 3 < 4");
    project.write("raw/sheet.png", gems(4)).build(&[]).exit(0);
}

#[test]
fn sheets_are_taken_in_order_and_have_to_be_as_many_as_are_needed() {
    let project = with(&THINGS, "source = \"raw/*.png\"\n").file("raw/1.png", gems(4));
    project.edit("pixels.toml", "prompt = \"{thing}\"\n", "");
    project.write("raw/2.png", gems(2)).build(&[]).exit(0);
    assert_eq!(first_color(&project, "icon-coin"), first_color(&project, "icon-sword"));
    project.write("raw/3.png", gems(1)).build(&[]).exit(2).says("the source has 3 images, but the members need 2");
    project.edit("pixels.toml", "raw/*.png", "raw/{thing}.png").build(&[]).exit(2).says("the path names `thing`");
}

#[test]
fn a_server_is_asked_once_for_all_and_again_after_a_miscount() {
    let fake = Fake::with(Options { size: Some((128, 128)), ..Options::default() });
    let few = Strike { fault: Fault::Bytes(gems(3).into()), path: Some("/view"), times: Some(1), after: 0 };
    fake.strike(few).at("/view", Fault::Bytes(gems(4).into()));
    let assets = "[style.default]\ncanvas = [128, 128]\n[sprite.icon]\npreset = \"item\"\nprompt = \"{thing}\"\n\
                  size = 16\nreroll = 2\nper_image = 4\nmatrix = { thing = [\"sword\", \"shield\", \"key\", \"coin\"] }\n";
    let project = server_builds::project(&[&fake], assets);
    project.build(&[]).exit(0).asked(2);
    assert_eq!(fake.prompts(), 2);
    let graph = fake.asked()[0].graph.to_string();
    assert!(graph.contains("4 separate small objects") && graph.contains("sword, shield, key, coin"), "{graph}");
    assert!(project.lock().contains("things 3 < 4") && project.exists("assets/sprites/icon-coin.png"));
    project.build(&[]).exit(0).asked(0);
}
