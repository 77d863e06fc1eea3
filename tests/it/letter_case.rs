//! Names that differ only in case: on file systems of macOS and Windows they are one file.

use std::process::Command;

use crate::project::{BINARY, KNIGHT, Project, png};

/// Builds, changes the manifest, builds again; then lists the outputs in small letters: so does this file system. It is
/// one without case.
fn without_case(manifest: &str, edits: &[&str]) -> Vec<String> {
    let project = Project::new().file("manifest.toml", manifest);
    let edits: String = edits
        .iter()
        .map(|edit| format!("{edit} && $BIN build -q && $BIN build -q && $BIN check --outputs -q || exit 3\n"))
        .collect();
    let script = format!(
        "truncate -s 48M disk && mkntfs -q -F disk >&2 && mkdir ci && lowntfs-3g -o ignore_case disk ci || exit 4
         trap 'cd ..; umount ci' EXIT; cp manifest.toml ci/pixels.toml && cd ci && $BIN build -q || exit 2
         {edits} find assets -type f | LC_ALL=C sort"
    );
    let mut command = Command::new("unshare");
    let command = command.args(["-m", "sh", "-c", &script]).env("BIN", BINARY).current_dir(project.path(""));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_lowercase).collect()
}

#[test]
#[ignore = "needs lowntfs-3g and the right to mount"]
fn an_asset_that_is_renamed_in_case_only_keeps_its_files() {
    let text = KNIGHT.replace("backend", "export = [\"bevy\"]\nbackend");
    let files = without_case(&text, &["sed -i 's/sprite.knight/sprite.Knight/' pixels.toml"]);
    let wanted = ["assets/pixels.assets.ron", "assets/sprites/knight.png", "assets/sprites/knight.png.meta"];
    assert_eq!(files, wanted);
    let files = without_case(&text, &["$BIN mv -q knight KNIGHT", "$BIN mv -q KNIGHT Knight"]);
    assert_eq!(files, wanted);
}

#[test]
#[ignore = "needs lowntfs-3g and the right to mount"]
fn a_path_and_an_output_folder_may_change_their_case() {
    let text =
        format!("{KNIGHT}path = \"Units/hero\"\n[sprite.imp]\nprompt = \"imp\"\nsize = 16\npath = \"Units/imp\"\n");
    for edit in ["s,Units/hero,units/Hero,", "s,Units/,units/,", "s,name =,out = \"Assets\"\\nname =,"] {
        let files = without_case(&text, &[&format!("sed -i '{edit}' pixels.toml")]);
        assert_eq!(files, ["assets/units/hero.png", "assets/units/imp.png"], "{edit}");
    }
}

#[test]
fn processed_images_whose_names_differ_in_case_are_refused() {
    let project = Project::new().file("one/a.png", png(16, [9, 9, 9])).file("two/A.png", png(16, [9, 90, 9]));
    project.run(&["process", "one", "two", "--out", "o"]).exit(2).says("would both become");
    assert!(!project.exists("o"));
}

#[test]
fn profiles_whose_names_differ_in_case_are_refused() {
    let text = format!("{KNIGHT}[profile.draft]\ncandidates = 2\n[profile.Draft]\ncandidates = 3\n");
    Project::with(&text).build(&[]).exit(2).reports("case-clash");
}
