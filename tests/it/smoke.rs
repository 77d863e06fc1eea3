//! The main path, from a manifest to files and back to nothing to do.

use crate::project::{GAME, KNIGHT, Project};

#[test]
fn a_second_build_asks_for_nothing() {
    Project::with(KNIGHT).build(&[]).exit(0).asked(1).wrote(1).build(&[]).exit(0).asked(0).wrote(0);
}

#[test]
fn every_kind_of_asset_is_made_once() {
    let project = Project::with(GAME);
    let run = project.build(&[]).exit(0).asked(12).captured(12).processed(12);
    assert_eq!(run.summary()["made"], 12);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn what_init_begins_builds_at_once() {
    let project = Project::new();
    project.run(&["init"]).exit(0).build(&[]).exit(0).check(&["--outputs"]).exit(0);
}

#[test]
fn sprites_of_few_cells_pass_their_gates() {
    let words = ["sword", "red potion", "heart", "knight", "goblin", "slime", "cat", "spider", "gold coin", "sprocket"];
    let mut manifest = "[project]\nname = \"tiny\"\nbackend = \"sketch\"\n".to_owned();
    for (preset, side, word) in ["item", "character", "creature", "icon"]
        .into_iter()
        .flat_map(|preset| [6, 7, 8, 10, 11].into_iter().flat_map(move |side| words.map(|word| (preset, side, word))))
    {
        let name = format!("{preset}-{}-{side}", word.replace(' ', "-"));
        manifest += &format!("[sprite.{name}]\npreset = \"{preset}\"\nprompt = \"{word}\"\nsize = {side}\n");
    }
    let project = Project::with(&manifest);
    project.build(&[]).exit(0);
    for side in [6, 8, 11] {
        let bytes = project.read(&format!("assets/sprites/item-heart-{side}.png"));
        let image = image::load_from_memory(&bytes).unwrap().into_rgba8();
        assert_eq!(image.dimensions(), (side, side));
        assert_eq!(image.get_pixel(0, 0).0[3], 0, "the corner of a heart is clear");
        assert!(image.pixels().filter(|pixel| pixel.0[3] == 255).count() as u32 > side * side / 4);
    }
}
