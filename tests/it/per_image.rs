//! Several things on one canvas: asked for once, cut apart, named in order.

use image::RgbaImage;

use crate::project::Project;

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
    let cases = [
        ("directions = 4\n", "`per_image` cannot stand beside `directions`"),
        ("source = \"raw/*.png\"\n", "`per_image` cannot stand beside `source`"),
    ];
    for (keys, says) in cases {
        with(&THINGS, keys).build(&[]).exit(2).says(says);
    }
    let project = with(&THINGS, "");
    project.edit("pixels.toml", "preset = \"item\"", "preset = \"portrait\"").build(&[]).exit(2).reports("per-image");
    with(&["sheet-1", "sword"], "").build(&[]).exit(2).reports("per-image");
}
