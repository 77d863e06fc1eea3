//! Branches meet: `git merge` is clean or `lock resolve` ends it, then a build asks for nothing and takes nothing of
//! ours for somebody else's.

use insta::assert_snapshot;
use serde_json::json;

use crate::project::{Project, Run};

const BASE: &str = r##"
include = ["art/*.toml"]
[project]
name = "test"
backend = "sketch"
export = ["bevy"]
candidates = 2
[recipe.default]
palette = "endesga-32"
"##;

/// A repository with one sprite, built and committed.
fn repository() -> Project {
    begin(Project::with(BASE))
}

fn begin(project: Project) -> Project {
    let project = project.file("art/knight.toml", sprite("knight")).git_init();
    project.build(&[]).exit(0).commit("knight");
    project
}

fn sprite(name: &str) -> String {
    format!("[sprite.{name}]\npreset = \"item\"\nprompt = \"{name}\"\nsize = 16\n")
}

/// Two branches of `main`, each changed, built and committed; the second one is checked out.
fn diverge(project: &Project, ours: impl Fn(&Project), theirs: impl Fn(&Project)) {
    for (branch, change) in [("theirs", &theirs as &dyn Fn(&Project)), ("ours", &ours)] {
        project.branch(branch, "main");
        change(project);
        project.build(&[]).exit(0).commit(branch);
    }
}

/// Adds a sprite of two candidates and picks the second.
fn add(name: &'static str) -> impl Fn(&Project) {
    move |project| {
        project.write(&format!("art/{name}.toml"), sprite(name));
        project.build(&[]).exit(0).asked(2).run(&["pick", name, "2"]).exit(0);
    }
}

/// Gives everything another palette.
fn palette(name: &'static str) -> impl Fn(&Project) {
    move |project| {
        project.edit("pixels.toml", "endesga-32", name);
    }
}

/// Merges and resolves; the build afterwards asks for nothing, keeps nothing and leaves nothing to do.
fn meet(project: &Project, resolve: &[&str]) {
    let conflicts = project.merge("theirs");
    if conflicts.iter().any(|path| path == "pixels.lock") {
        project.build(&[]).exit(2).reports("lock-conflict");
        project.run(&[&["lock", "resolve"], resolve].concat()).exit(0);
    }
    settled(project.build(&[]).exit(0));
    project.commit("merged").check(&["--outputs"]).exit(0);
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    settled(project.clone_of().build(&[]).exit(0));
}

fn settled(run: Run) {
    let run = run.kept(0);
    assert_eq!(run.count("moved-aside"), 0, "{run}");
    run.build(&[]).exit(0).asked(0).wrote(0);
    let files = run.files("assets");
    assert!(!files.is_empty(), "nothing was made");
    for (path, bytes) in files {
        assert!(!String::from_utf8_lossy(&bytes).contains("<<<<<<<"), "{path} holds an unresolved merge");
    }
}

#[test]
fn two_branches_that_each_add_an_asset_and_pick_one_become_one() {
    let project = repository();
    diverge(&project, add("axe"), add("bow"));
    meet(&project, &[]);
    for name in ["knight", "axe", "bow"] {
        assert!(project.text("assets/pixels.assets.ron").contains(&format!("sprite.{name}.image")));
    }
    assert_eq!([&project.pick("sprite.axe")["n"], &project.pick("sprite.bow")["n"]], [&json!(2), &json!(2)]);
}

#[test]
fn neighbours_in_the_lock_conflict_and_are_resolved() {
    let project = repository();
    diverge(&project, add("zebra"), add("zeppelin"));
    assert!(project.merge("theirs").contains(&"pixels.lock".to_owned()));
    project.build(&[]).exit(2).reports("lock-conflict");
    project.run(&["lock", "resolve"]).exit(0);
    settled(project.build(&[]).exit(0).asked(0));
}

#[test]
fn the_diff3_style_is_understood() {
    let project = repository();
    project.git(&["config", "merge.conflictStyle", "diff3"]);
    diverge(&project, add("zebra"), add("zeppelin"));
    meet(&project, &[]);
}

#[test]
fn two_palettes_meet() {
    let project = repository();
    diverge(&project, palette("pico-8"), palette("sweetie-16"));
    assert!(project.merge("theirs").contains(&"pixels.toml".to_owned()));
    project.run_line("lock resolve --message-format json").exit(2).reports("manifest-conflict");
    project.git(&["checkout", "--theirs", "pixels.toml"]);
    project.run(&["lock", "resolve"]).exit(0);
    settled(project.build(&[]).exit(0).asked(0).adopted(0));
    project.commit("merged").check(&["--outputs"]).exit(0);
}

#[test]
fn a_palette_of_one_branch_reaches_the_asset_of_the_other() {
    let project = repository();
    diverge(&project, palette("pico-8"), add("axe"));
    meet(&project, &[]);
}

#[test]
fn output_that_git_ignores_is_made_again() {
    let project = begin(Project::with(BASE).file(".gitignore", "/.dgx-pixels/\n/assets/\n"));
    diverge(&project, add("axe"), add("bow"));
    meet(&project, &[]);
    assert_eq!(project.files("assets").len(), 7, "three images, their settings and the list");
}

#[test]
fn both_re_rolled_one_asset() {
    let reroll = |times: usize| {
        move |project: &Project| {
            for _ in 0..times {
                project.run(&["reroll", "knight"]).exit(0).build(&[]).exit(0);
            }
        }
    };
    let project = repository();
    diverge(&project, reroll(1), reroll(2));
    meet(&project, &[]);
    assert!(project.lock().contains("first = 5"), "{}", project.lock());
}

#[test]
fn a_pick_of_a_person_wins_over_the_gates_of_the_other_side() {
    let project = repository();
    let pick = |project: &Project| drop(project.run(&["pick", "knight", "2"]).exit(0));
    let reroll = |project: &Project| drop(project.run(&["reroll", "knight"]).exit(0).build(&[]).exit(0));
    diverge(&project, reroll, pick);
    meet(&project, &[]);
    assert_eq!(project.pick("sprite.knight")["by"], "user");
}

#[test]
fn two_people_who_picked_differently_are_asked() {
    let project = repository();
    let pick = |n: &'static str| move |project: &Project| drop(project.run(&["pick", "knight", n]).exit(0));
    diverge(&project, pick("1"), pick("2"));
    project.merge("theirs");
    let before = project.lock();
    assert_snapshot!(project.transcript(&["lock resolve"]));
    assert_eq!(project.lock(), before, "a question changes nothing");
    project.copy().run(&["lock", "resolve", "--ours"]).exit(0).build(&[]).exit(0).asked(0);
    project.run(&["lock", "resolve", "--theirs"]).exit(0);
    settled(project.build(&[]).exit(0).asked(0));
    assert_eq!(project.pick("sprite.knight")["n"], 2);
}

#[test]
fn files_of_either_side_of_an_unresolved_lock_are_ours() {
    let project = repository();
    diverge(&project, palette("pico-8"), palette("sweetie-16"));
    let clone = project.clone_of();
    clone.git(&["checkout", "-q", "-b", "theirs", "origin/theirs"]);
    clone.checkout("ours").merge("theirs");
    clone.git(&["checkout", "--ours", "pixels.toml"]);
    clone.git(&["checkout", "--theirs", "assets"]);
    clone.run(&["lock", "resolve"]).exit(0);
    settled(clone.build(&[]).exit(0));
}

#[test]
fn a_fresh_clone_may_rewrite_the_list_of_all_assets() {
    let clone = repository().clone_of();
    clone.write("art/axe.toml", sprite("axe"));
    settled(clone.build(&[]).exit(0));
    assert!(clone.text("assets/pixels.assets.ron").contains("sprite.axe.image"));
}

#[test]
fn the_list_names_mirrored_sprites_without_any_cache() {
    let guard = sprite("guard") + "directions = 4\nmirror = { w = \"e\" }\n";
    let clone = begin(Project::with(BASE).file("art/guard.toml", guard)).clone_of();
    clone.write("art/axe.toml", sprite("axe")).build(&[]).exit(0).kept(0);
    let list = clone.text("assets/pixels.assets.ron");
    assert!(["guard@w", "guard@s", "axe"].iter().all(|name| list.contains(&format!("sprite.{name}.image"))), "{list}");
}

#[test]
fn a_list_with_marks_of_a_merge_is_not_up_to_date() {
    let project = repository();
    let list = project.text("assets/pixels.assets.ron");
    let marked = list.replace("({\n", "({\n<<<<<<< ours\n=======\n>>>>>>> theirs\n");
    project.write("assets/pixels.assets.ron", marked);
    assert_snapshot!(project.check(&["--outputs"]).exit(4).shown());
    settled(project.build(&[]).exit(0));
    assert_eq!(project.text("assets/pixels.assets.ron"), list);
}

#[test]
fn a_list_that_a_person_wrote_stays() {
    let project =
        Project::with(BASE).file("art/knight.toml", sprite("knight")).file("assets/pixels.assets.ron", "mine");
    project.build(&[]).exit(1).kept(1);
    assert_eq!(project.text("assets/pixels.assets.ron"), "mine");
}
