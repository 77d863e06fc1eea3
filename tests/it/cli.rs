//! What a command line that is mistaken, or that would lose something, is told.

use std::fs::OpenOptions;

use serde_json::Value;

use crate::project::{GAME, KNIGHT, Project, png};

#[test]
fn a_parcel_is_written_over_a_file_only_if_that_is_wanted() {
    let project = Project::with(KNIGHT).file("mine.tar", "mine");
    project.build(&[]).exit(0);
    project.run(&["cache", "export", "mine.tar"]).exit(2).says("`mine.tar` exists already").says("--force");
    assert_eq!(project.read("mine.tar"), b"mine");
    project.run(&["cache", "export", "--force", "mine.tar"]).exit(0);
    project.run(&["cache", "import", "mine.tar"]).exit(0);
    project.run(&["cache", "import", "missing.tar"]).exit(2).says("`missing.tar` cannot be read");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_stdout_did_not_take_is_an_error() {
    let project = Project::with(KNIGHT);
    for arguments in [&["plan"][..], &["build", "--message-format", "json"], &["palette", "list"], &["schema"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = project.command(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write to stdout: "), "{stderr}");
    }
}

#[test]
fn process_spares_what_may_be_an_original() {
    let picture = png(16, [200, 0, 0]);
    let project = Project::new().file("raw/a.jpg", &picture).file("raw/a.png", "mine").file("c.gif", b"GIF89a-------");
    let run = project.run(&["process", "raw/a.jpg", "--out", "raw"]).exit(2);
    run.says("`raw/a.png` exists already").says("--out");
    assert_eq!(project.read("raw/a.png"), b"mine");
    project.run(&["process", "raw/a.jpg", "--out", "made"]).exit(0);
    project.run(&["process", "raw/a.jpg", "--out", "made"]).exit(0);
    project.run(&["process", "raw/a.jpg", "--out", "c.gif"]).exit(2).says("`c.gif` is not a folder");
    project
        .run(&["process", "raw/a.jpg", "--out", "made", "--recipe", "no.toml"])
        .exit(2)
        .says("`no.toml` cannot be read");
    project.run(&["process", "c.gif", "--out", "made"]).exit(1).says("error: `c.gif` is a GIF");
}

#[test]
fn mistakes_of_usage_exit_with_2_and_a_hint() {
    let project = Project::with(KNIGHT).file("there.hex", "000000\n");
    for (arguments, said) in [
        (&["palette", "show", "endesga-23"][..], "did you mean `endesga-32`?"),
        (&["palette", "show", "missing.gpl"], "`missing.gpl` could not be read"),
        (&["palette", "convert", "endesga-23", "x.hex"], "did you mean `endesga-32`?"),
        (&["palette", "convert", "slso8", "there.hex"], "`there.hex` exists already"),
        (&["palette", "convert", "slso8", "there.doc"], "names no format"),
        (&["palette", "extract", "missing.png"], "`missing.png` could not be read"),
        (&["lock", "resolve"], "`pixels.lock` cannot be read"),
        (&["build", "tag:none"], "no asset has the tag `none`"),
        (&["plan", "z*"], "nothing matches `z*`"),
        (&["plan", "--json", "z*"], "nothing matches `z*`"),
        (&["build", "night"], "did you mean `knight`?"),
        (&["mv", "knight", "knight"], "has that name already"),
    ] {
        project.run(arguments).exit(2).says(said).says("hint:");
    }
}

#[test]
fn a_lock_without_a_conflict_is_left_alone() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let lock = project.lock();
    project.run(&["lock", "resolve"]).exit(0).says("pixels.lock holds no conflict; nothing to do");
    assert_eq!(project.lock(), lock);
    project
        .write("pixels.lock", "version = ")
        .run(&["lock", "resolve"])
        .exit(2)
        .says("`pixels.lock` cannot be read: it is damaged")
        .never_says("our side");
    assert_eq!(project.text("pixels.lock"), "version = ");
}

#[test]
fn mv_speaks_of_files_only_where_there_are_some() {
    let project = Project::with(KNIGHT);
    project.run(&["mv", "knight", "squire"]).exit(0).never_says("renames its files");
    project.build(&[]).exit(0).run(&["mv", "squire", "guard"]).exit(0).says("renames its files");
}

#[test]
fn a_project_that_asks_servers_is_told_where_they_are_named() {
    let project = Project::new();
    project.run(&["init", "--backend", "comfyui"]).exit(0).says("http://127.0.0.1:8188").says("pixels.local.toml");
    Project::new().run(&["init"]).exit(0).never_says("ComfyUI");
}

#[test]
fn why_names_what_is_waited_for_and_explains_a_frame() {
    let project = Project::with(GAME);
    project.run(&["why", "guard@w"]).exit(0).says("waits for `guard@e`, which it is made from");
    project.run(&["why", "knight"]).exit(0).says("waits for its images");
    let run = project.run(&["why", "knight-walk#2"]).exit(0).says("animation knight-walk");
    run.never_says("potion");
}

#[test]
fn a_member_named_by_one_of_its_axes_is_found_by_the_hint() {
    let axes = "matrix = { color = [\"red\", \"blue\"], form = [\"round\", \"tall\"] }\n";
    let project = Project::with(&format!("{}{axes}", KNIGHT.replace("\"knight\"", "\"{color} {form} knight\"")));
    project.build(&["knight@red"]).exit(2).says("did you mean `knight@red-*`?");
    project.run(&["plan", "knight@tall"]).exit(2).says("did you mean `knight@*-tall`?");
    project.build(&["knight@*-tall"]).exit(0).asked(2);
}

#[test]
fn a_plan_in_json_is_of_its_targets() {
    let project = Project::with(GAME);
    let plan: Value = serde_json::from_str(&project.run(&["plan", "--json", "potion@red"]).exit(0).stdout).unwrap();
    let names: Vec<&Value> = plan["items"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(names, ["potion@red"]);
}
