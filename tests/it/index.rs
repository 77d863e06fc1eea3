//! Index and no-op record change the speed of a build and nothing else: every change is noticed, and unchanged assets
//! cost nothing.

use std::fs::File;
use std::time::SystemTime;

use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project, Run, png};

/// Everything that the no-op record covers: an included file, a glob of sources, a palette, a local file.
fn watched() -> Project {
    let text = r#"
include = ["art/*.toml"]
[project]
name = "test"
backend = "sketch"
[recipe.default]
palette = "own.hex"
[sprite.box]
source = "raw/box*.png"
size = 16
reroll = 0
"#;
    let art = "[sprite.bow]\npreset = \"item\"\nprompt = \"bow\"\nsize = 16\n";
    let project = Project::with(text).file("art/bow.toml", art).file("raw/box1.png", png(16, [200, 30, 30]));
    let project = project.file("own.hex", "101010\nf0f0f0\nc81e1e\n8b5a2b\n").file("pixels.local.toml", "");
    project.sealed().build(&[]).exit(0).asked(0);
    project
}

/// A build with a valid no-op record plans nothing.
fn planned(run: &Run) -> bool {
    run.count("planned") == 1
}

#[track_caller]
fn noticed<'a>(project: &'a Project) -> Run<'a> {
    let run = project.build(&[]);
    assert!(planned(&run), "not noticed: {run}");
    run
}

#[test]
fn a_no_op_build_plans_nothing() {
    assert!(!planned(&watched().build(&[]).exit(0)));
}

#[test]
fn an_edited_prompt_is_noticed() {
    let project = watched();
    project.edit("art/bow.toml", "prompt = \"bow\"", "prompt = \"axe\"");
    noticed(&project).exit(0).asked(1);
}

#[test]
fn an_edited_manifest_is_noticed() {
    let project = watched();
    project.edit("pixels.toml", "palette = \"own.hex\"", "palette = \"pico-8\"");
    noticed(&project).exit(0).asked(0).processed(2);
}

#[test]
fn another_source_is_noticed() {
    let project = watched();
    project.write("raw/box1.png", png(16, [30, 200, 30]));
    noticed(&project).asked(1).processed(1);
}

#[test]
fn a_file_more_for_a_glob_of_sources_is_noticed() {
    let project = watched();
    project.write("raw/box2.png", png(16, [30, 200, 30]));
    noticed(&project).asked(1);
}

#[test]
fn a_file_more_for_include_is_noticed() {
    let project = watched();
    project.write("art/axe.toml", "[sprite.axe]\npreset = \"item\"\nprompt = \"axe\"\nsize = 16\n");
    noticed(&project).exit(0).asked(1).wrote(1);
}

#[test]
fn another_palette_file_is_noticed() {
    let project = watched();
    project.edit("own.hex", "c81e1e", "1e1ec8");
    noticed(&project).asked(0).processed(2);
}

#[test]
fn a_change_of_the_local_file_is_noticed() {
    let project = watched();
    project.write("pixels.local.toml", "store = \"elsewhere\"\n");
    noticed(&project).exit(0).wrote(0);
}

#[test]
fn a_local_file_that_comes_or_goes_is_noticed() {
    let project = watched();
    project.remove("pixels.local.toml");
    noticed(&project).exit(0);
    project.sealed().write("pixels.local.toml", "");
    noticed(&project).exit(0);
}

#[test]
fn a_touched_lock_is_noticed() {
    let project = watched();
    let lock = project.lock();
    project.remove("pixels.lock");
    noticed(&project).exit(0).asked(0);
    assert_eq!(project.lock(), lock);
}

#[test]
fn an_edit_of_equal_length_and_time_is_noticed() {
    for (path, from, to) in [("art/bow.toml", "\"bow\"", "\"axe\""), ("own.hex", "c81e1e", "1e1ec8")] {
        let project = watched();
        let before = project.path(path).metadata().unwrap().modified().unwrap();
        project.edit(path, from, to);
        File::options().write(true).open(project.path(path)).unwrap().set_modified(before).unwrap();
        noticed(&project);
    }
}

#[test]
fn a_file_replaced_by_another_of_equal_length_and_time_is_noticed() {
    let project = watched();
    let before = project.path("own.hex").metadata().unwrap().modified().unwrap();
    project.write("new.hex", project.text("own.hex").replace("c81e1e", "1e1ec8"));
    File::options().write(true).open(project.path("new.hex")).unwrap().set_modified(before).unwrap();
    std::fs::rename(project.path("new.hex"), project.path("own.hex")).unwrap();
    noticed(&project).processed(2);
}

#[test]
fn other_variables_of_the_environment_are_noticed() {
    let project = watched();
    assert!(planned(&project.build_with(&[("DGX_PIXELS_SOMETHING", "1")], &[])));
}

#[test]
fn a_build_right_after_an_edit_never_trusts_the_clock() {
    let project = Project::with(KNIGHT);
    for prompt in ["monk", "king", "duke", "serf", "bard", "lord"] {
        let text = project.text("pixels.toml");
        let line = text.lines().find(|line| line.starts_with("prompt")).unwrap().to_owned();
        project.edit("pixels.toml", &line, &format!("prompt = \"{prompt}\"")).build(&[]).exit(0).asked(1);
    }
}

#[test]
fn without_an_index_nothing_is_asked_for() {
    let project = Project::with(GAME);
    let tree = project.sealed().tree();
    project.remove(".dgx-pixels/index").remove(".dgx-pixels/noop");
    project.build(&[]).exit(0).asked(0).processed(0).wrote(0).makes(&tree);
}

#[test]
fn touched_files_are_looked_at_and_left() {
    let project = Project::with(GAME);
    let tree = project.sealed().tree();
    for path in project.files("").into_keys() {
        File::options().write(true).open(project.path(&path)).unwrap().set_modified(SystemTime::now()).unwrap();
    }
    noticed(&project).exit(0).asked(0).processed(0).wrote(0).makes(&tree);
}

#[test]
fn a_branch_and_back_costs_nothing() {
    let project = Project::with(GAME).git_init();
    let tree = project.build(&[]).exit(0).commit("built").tree();
    project.branch("other", "main").append("pixels.toml", "[recipe.default]\npalette = \"pico-8\"\n");
    let other = project.build(&[]).exit(0).asked(0).commit("palette").tree();
    project.checkout("main").build(&[]).exit(0).asked(0).wrote(0).makes(&tree);
    project.checkout("other").build(&[]).exit(0).asked(0).wrote(0).makes(&other);
    assert_eq!(project.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_prompt_and_back_costs_nothing() {
    let project = Project::with(KNIGHT);
    let tree = project.build(&[]).exit(0).tree();
    project.edit("pixels.toml", "\"knight\"", "\"king\"").build(&[]).exit(0).asked(1);
    project.edit("pixels.toml", "\"king\"", "\"knight\"").build(&[]).exit(0).asked(0).makes(&tree);
}

#[test]
fn an_output_that_a_person_edited_stays() {
    let project = Project::with(GAME);
    project.sealed().write("assets/sprites/knight.png", "drawn by hand");
    for _ in 0..2 {
        noticed(&project).exit(1).kept(1);
        assert_eq!(project.text("assets/sprites/knight.png"), "drawn by hand");
    }
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
}

#[test]
fn overwriting_keeps_a_copy() {
    let project = Project::with(GAME);
    let tree = project.build(&[]).exit(0).tree();
    for text in ["drawn by hand", "drawn again"] {
        project.write("assets/sprites/knight.png", text);
        project.build(&["--overwrite"]).exit(0).asked(0).makes(&tree);
    }
    let kept: Vec<Vec<u8>> = project.files(".dgx-pixels/kept").into_values().collect();
    assert_eq!(kept, [b"drawn by hand".to_vec(), b"drawn again".to_vec()]);
    project.build(&[]).exit(0).kept(0);
}

#[test]
fn a_deleted_output_is_written_again() {
    let project = Project::with(GAME);
    let tree = project.sealed().tree();
    project.remove("assets/sprites/knight.png").remove("assets/tilesets");
    noticed(&project).exit(0).asked(0).wrote(4).makes(&tree);
    project.remove("assets").build(&[]).exit(0).asked(0).makes(&tree);
}

#[test]
fn what_is_no_longer_made_goes_and_nothing_else() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0).write("assets/sprites/hero.png", "mine").write("assets/notes.txt", "mine");
    let text = project.text("pixels.toml");
    project.write("pixels.toml", text.replace("color = [\"red\", \"blue\", \"green\"]", "color = [\"red\"]"));
    let gone = ["blue", "green"].map(|color| format!("assets/sprites/potion-{color}.png"));
    let gone: Vec<String> = gone.iter().flat_map(|path| [path.clone(), format!("{path}.meta")]).collect();
    project.build(&[]).exit(0).asked(0).pruned(&gone.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!([project.text("assets/sprites/hero.png"), project.text("assets/notes.txt")], ["mine", "mine"]);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn an_edited_output_is_not_pruned() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0).write("assets/sprites/potion-blue.png", "mine");
    project.edit("pixels.toml", "\"red\", \"blue\", \"green\"", "\"red\", \"green\"");
    project.build(&[]).exit(0).pruned(&["assets/sprites/potion-blue.png.meta"]);
    assert_eq!(project.text("assets/sprites/potion-blue.png"), "mine");
}

#[test]
fn a_renamed_asset_asks_for_nothing() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0).run(&["mv", "guard", "watchman"]).exit(0);
    let run = project.build(&[]).exit(0).asked(0).kept(0);
    assert_eq!(run.count("pruned"), 8, "{run}");
    assert!(project.exists("assets/sprites/watchman-w.png") && !project.exists("assets/sprites/guard-w.png"));
    project.check(&["--outputs"]).exit(0);
}
