//! Art direction: what is shown before an edit is what a build makes after it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dgx_pixels::session::direct::{Direction, apply, preview};
use dgx_pixels::session::{Cancel, Operation, found_grid};

use crate::project::{KNIGHT, Project};

#[test]
fn what_is_shown_is_what_a_build_makes() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let (before, root, cancel) = (project.tree(), project.path(""), Cancel::default());
    let operation = Operation::new(&root, None, Arc::new(()), &cancel);
    let direction = Direction {
        recipe: Some("default".to_owned()),
        changes: vec!["palette=#101010,#f0f0f0,#c03030".to_owned()],
        ..Direction::default()
    };
    let shown = preview(&operation, &direction).unwrap();
    assert_eq!((shown.items.len(), shown.assets), (1, 1));
    assert_eq!((project.tree(), project.text("pixels.toml").as_str()), (before, KNIGHT));

    assert_eq!(apply(&operation, &direction).unwrap().files, ["pixels.toml"]);
    assert!(project.text("pixels.toml").starts_with(KNIGHT.trim_end()));
    project.build(&[]).exit(0).asked(0);
    let bytes = STANDARD.decode(shown.items[0].after.as_ref().unwrap().src.split_once(',').unwrap().1).unwrap();
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgba8();
    assert_eq!(pixels(&bytes), pixels(&project.read("assets/sprites/knight.png")));
}

#[test]
fn a_mistake_changes_nothing() {
    let project = Project::with(KNIGHT);
    let (root, cancel) = (project.path(""), Cancel::default());
    let operation = Operation::new(&root, None, Arc::new(()), &cancel);
    for (recipe, change) in [("default", "palette=endesga-23"), ("default", "palette"), ("a.b", "outline=thick")] {
        let direction =
            Direction { recipe: Some(recipe.to_owned()), changes: vec![change.to_owned()], ..Direction::default() };
        assert!(preview(&operation, &direction).is_err(), "{change}");
        assert!(apply(&operation, &direction).is_err(), "{change}");
    }
    assert_eq!(project.text("pixels.toml"), KNIGHT);
}

#[test]
fn a_page_draws_the_grid_that_restoration_finds() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let (root, cancel) = (project.path(""), Cancel::default());
    let operation = Operation::new(&root, None, Arc::new(()), &cancel);
    let found = found_grid(&operation, "knight", 1).unwrap();
    let [columns, rows] = found.cells;
    assert_eq!(found.corners.len(), (columns + 1) * (rows + 1));
    // Placeholder art has cells of eight pixels.
    assert_eq!([columns, rows].map(|count| count as u32 * 8), found.size);
    assert!(found.corners.iter().flatten().all(|place| place % 800 == 0));
    for (target, n) in [("knight", 9), ("knights", 1), ("*", 1)] {
        assert!(found_grid(&operation, target, n).is_err(), "{target} {n}");
    }
}
