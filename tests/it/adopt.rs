//! A file of the output folder that a person edited becomes the source of its asset.

use image::{Rgba, RgbaImage};
use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project};

fn image_of(project: &Project, path: &str) -> RgbaImage {
    image::load_from_memory(&project.read(path)).unwrap().to_rgba8()
}

/// Draws what no palette has and no gate likes: single pixels at the border, half-transparent ones.
fn edited(project: &Project, path: &str) -> RgbaImage {
    let mut image = image_of(project, path);
    let (width, height) = image.dimensions();
    image.put_pixel(0, 0, Rgba([1, 2, 3, 255]));
    image.put_pixel(width - 1, height - 1, Rgba([250, 1, 99, 128]));
    image.put_pixel(width / 2, 1, Rgba([255, 0, 255, 255]));
    save(project, path, &image);
    image
}

fn save(project: &Project, path: &str, image: &RgbaImage) {
    let mut bytes = std::io::Cursor::new(Vec::new());
    // Indexed or not, with text or without: as another program writes it.
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    project.write(path, bytes.into_inner());
}

#[test]
fn an_edited_file_stays_as_it_is() {
    let strict = KNIGHT.replace("size = 16", "size = 16 # its frame\noutline = \"outer\"\ngates = { orphans = 0 }");
    let project = Project::with(&format!("{strict}# the end\n"));
    project.build(&[]);
    let pick = project.pick("sprite.knight");
    let image = edited(&project, "assets/sprites/knight.png");
    project.run(&["build"]).exit(1).says("`dgx-pixels adopt assets/sprites/knight.png`");
    project.run(&["why", "knight"]).exit(0).says("`dgx-pixels adopt assets/sprites/knight.png`");
    assert_snapshot!(project.transcript(&[
        "adopt assets/sprites/knight.png",
        "build",
        "check --outputs",
        "why knight"
    ]));
    assert_eq!(image_of(&project, "assets/sprites/knight.png"), image);
    assert_eq!(image_of(&project, "raw/knight.png"), image);
    assert_snapshot!(project.text("pixels.toml"));
    // The generated one is there still.
    assert!(project.lock().contains(pick["raw"].as_str().unwrap()), "{}", project.lock());
    project.edit("pixels.toml", "adopted = \"raw/knight.png\"\n", "");
    project.build(&[]).asked(0);
    assert_eq!(project.pick("sprite.knight")["raw"], pick["raw"]);
}

#[test]
fn a_recipe_does_not_change_it() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let image = edited(&project, "assets/sprites/knight.png");
    project.run(&["adopt", "assets/sprites/knight.png"]).exit(0);
    project.build(&[]).exit(0);
    project.append("pixels.toml", "palette = \"game-boy\"\noutline = \"inner\"\n");
    project.build(&[]).exit(0);
    assert_eq!(image_of(&project, "assets/sprites/knight.png"), image);
}

#[test]
fn a_member_is_adopted_and_the_others_are_not() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let before = image_of(&project, "assets/sprites/potion-blue.png");
    let red = edited(&project, "assets/sprites/potion-red.png");
    let west = edited(&project, "assets/sprites/guard-w.png");
    project.run(&["adopt", "sprites/potion-red.png"]).exit(0);
    project.run(&["adopt", "sprites/guard-w.png"]).exit(0);
    project.build(&[]).exit(0).asked(2);
    assert_eq!(image_of(&project, "assets/sprites/potion-red.png"), red);
    assert_eq!(image_of(&project, "assets/sprites/guard-w.png"), west);
    assert_eq!(image_of(&project, "assets/sprites/potion-blue.png"), before);
    let green = edited(&project, "assets/sprites/potion-green.png");
    project.run(&["adopt", "sprites/potion-green.png"]).exit(0);
    project.build(&[]).exit(0);
    assert_eq!(image_of(&project, "assets/sprites/potion-green.png"), green);
    let manifest = project.text("pixels.toml");
    let both = "adopted = { red = \"raw/potion-red.png\", green = \"raw/potion-green.png\" }\n";
    assert!(manifest.contains(both) && manifest.contains("adopted = { w = \"raw/guard-w.png\" }\n"), "{manifest}");
}

#[test]
fn an_edited_sheet_is_adopted_frame_by_frame() {
    let project = Project::with(&GAME.replace("frames = 2", "frames = 5\ncolumns = 2\npadding = 1\nextrude = 1"));
    project.build(&[]).exit(0);
    let path = "assets/animations/knight-walk.png";
    let mut sheet = image_of(&project, path);
    // Inside the second frame.
    sheet.put_pixel(3 + 16 + 3 + 5, 8, Rgba([7, 7, 7, 255]));
    save(&project, path, &sheet);
    project.run(&["adopt", path]).exit(0);
    project.build(&[]).exit(0).asked(5);
    assert_eq!(image_of(&project, path), sheet);
    assert_eq!(image_of(&project, "raw/knight-walk.png").dimensions(), (80, 16));
    // Its base still has the scale of what was generated.
    project.append("pixels.toml", "[animation.knight-run]\nof = \"knight\"\naction = \"run\"\nframes = 2\n");
    project.build(&[]).exit(0);
}

#[test]
fn animations_of_an_adopted_sprite_have_its_palette_and_their_own_scale() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    edited(&project, "assets/sprites/knight.png");
    project.run(&["adopt", "sprites/knight.png"]).exit(0);
    project.build(&[]).exit(0).asked(1);
    project.run(&["check", "--outputs"]).exit(0);
}

#[test]
fn an_enlarged_image_is_adopted_at_its_own_size() {
    let project = Project::with(&KNIGHT.replace("backend", "scale = [2]\nbackend"));
    project.build(&[]).exit(0);
    let path = "assets/sprites/knight@2x.png";
    let mut image = image_of(&project, path);
    image.put_pixel(0, 0, Rgba([7, 7, 7, 255]));
    save(&project, path, &image);
    project.run(&["adopt", path]).exit(2).says("not squares of 2x2");
    for (x, y) in [(1, 0), (0, 1), (1, 1)] {
        image.put_pixel(x, y, Rgba([7, 7, 7, 255]));
    }
    save(&project, path, &image);
    project.run(&["adopt", path]).exit(0);
    project.build(&[]).exit(0);
    assert_eq!(image_of(&project, path), image);
    assert_eq!(image_of(&project, "raw/knight@2x.png").dimensions(), (16, 16));
}

#[test]
fn what_cannot_be_adopted_stays_with_a_reason() {
    let project = Project::with(GAME).file("raw/knight.png", "of another");
    project.build(&[]).exit(0);
    project.write("assets/sprites/other.png", "no image").write("note.txt", "text");
    let before = (project.text("pixels.toml"), project.lock());
    let lines = [
        "adopt assets/sprites/knight.png",
        "adopt assets/sprites/other.png",
        "adopt assets/tilesets/meadow.png",
        "adopt assets/sprites/knight.json",
        "adopt assets/animations/knight-walk.json",
        "adopt note.txt",
        "adopt ../elsewhere.png",
        "adopt nothing",
    ];
    let shown = project.transcript(&lines);
    project.write("assets/sprites/knight.png", "no image");
    let shown = shown + &project.transcript(&["adopt assets/sprites/knight.png"]);
    save(&project, "assets/sprites/knight.png", &RgbaImage::new(16, 16));
    let shown = shown + &project.transcript(&["adopt assets/sprites/knight.png"]);
    save(&project, "assets/animations/knight-walk.png", &RgbaImage::from_pixel(33, 16, Rgba([9; 4])));
    let shown = shown + &project.transcript(&["adopt assets/animations/knight-walk.png"]);
    assert_eq!((project.text("pixels.toml"), project.lock()), before);
    assert_eq!(project.text("raw/knight.png"), "of another");
    assert_snapshot!(shown);
    edited(&project, "assets/sprites/knight.png");
    project.run(&["adopt", "sprites/knight.png"]).exit(0).says("raw/knight-2.png");
    assert_eq!(project.text("raw/knight.png"), "of another");
}

#[test]
fn an_image_of_another_size_is_taken_and_reported() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let image = RgbaImage::from_fn(18, 20, |x, y| Rgba([(x * 9) as u8, (y * 9) as u8, 40, 255]));
    save(&project, "assets/sprites/knight.png", &image);
    project.run(&["adopt", "assets/sprites/knight.png"]).exit(0);
    project.run(&["build"]).exit(0).says("18x20").says("change `size`");
    assert_eq!(image_of(&project, "assets/sprites/knight.png"), image);
}
