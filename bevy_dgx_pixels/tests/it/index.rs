//! What is no index, and why.

use bevy_dgx_pixels::index::Index;
use serde_json::{Value, json};

use crate::game::{Game, sprite, tileset, walk};

fn refusal(change: impl Fn(&mut Value)) -> String {
    let mut index = json!({ "version": 1, "project": "test", "assets": [walk(&[100, 50], 1)] });
    Index::read(&serde_json::to_vec(&index).unwrap()).unwrap();
    change(&mut index);
    Index::read(&serde_json::to_vec(&index).unwrap()).unwrap_err().to_string()
}

#[test]
fn an_index_of_another_version_says_so() {
    // Its fields may be others, too: the version is read first.
    let said = refusal(|index| *index = json!({ "version": 2, "things": [] }));
    assert_eq!(said, "it has version 2; this crate reads version 1");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let said = refusal(|index| index["assets"][0]["frames"][1]["x"] = json!(9));
    assert_eq!(said, "frame 1 of `animation/hero-walk@e` lies outside of its image");
    let said = refusal(|index| index["assets"][0]["frames"][1]["w"] = json!(u32::MAX));
    assert_eq!(said, "frame 1 of `animation/hero-walk@e` lies outside of its image");
    let said = refusal(|index| index["assets"][0]["animation"]["round"] = json!([0, 2]));
    assert_eq!(said, "`animation/hero-walk@e` has no frames, or its order names one that is not there");
    let said = refusal(|index| index["assets"][0]["images"][0]["path"] = json!("../hero.png"));
    assert_eq!(said, "the path `../hero.png` of `animation/hero-walk@e` leads out of the assets folder");
    let said = refusal(|index| {
        index["assets"][0] = tileset("corners", &[(0, 1), (15, 1)]);
        index["assets"][0]["tileset"]["tiles"] = json!([]);
    });
    assert_eq!(said, "`tileset/meadow` has not one tile for every frame");
}

#[test]
fn a_scale_that_is_not_written_fails_with_its_name() {
    let mut entry = sprite("gem", 1);
    entry["images"][0]["scale"] = json!(2);
    entry["images"][0]["size"] = json!([16, 16]);
    let mut game = Game::new(&json!([entry]));
    game.until("the index fails", |report| report.state == "failed");
    let failure = &game.report().failure;
    assert!(failure.contains("`sprite/gem` has no image of scale 1"), "{failure}");
}
