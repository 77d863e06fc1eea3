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
