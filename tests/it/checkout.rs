//! Files of a checkout that others made: links, pipes, devices, endless and sparse files, pointers of Git LFS.
#![cfg(unix)]

use std::fs::File;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::project::{KNIGHT, Project, png};

/// A file of the user's, outside of the project.
const MINE: &str = "the only copy of something";

const SOURCE: &str = "[project]\nname = \"x\"\n[sprite.box]\nsource = \"box.png\"\nsize = 16\n";

/// A Git LFS pointer.
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\n\
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

fn linked(project: &Project, path: &str, target: &Project, to: &str) {
    let _ = std::fs::remove_file(project.path(path));
    let _ = std::fs::remove_dir_all(project.path(path));
    std::fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    symlink(target.path(to), project.path(path)).unwrap();
}

#[test]
fn no_file_of_the_user_is_written_through_a_link() {
    let files =
        ["lock", "written", "journal", "index", "noop", "store/records.jsonl", "store/keys.jsonl", ".gitignore"];
    for file in files.map(|file| format!(".dgx-pixels/{file}")).iter().map(String::as_str).chain(["pixels.lock"]) {
        for command in [&["build"][..], &["cache", "size"], &["cache", "gc", "--all"], &["pick", "knight", "1"]] {
            let (project, outside) = (Project::with(KNIGHT), Project::new().file("mine", MINE));
            linked(&project, file, &outside, "mine");
            project.run(command);
            assert_eq!(outside.text("mine"), MINE, "{file} {command:?}");
        }
    }
}

#[test]
fn no_folder_of_ours_is_a_link_that_leads_elsewhere() {
    let folders = [
        ".dgx-pixels",
        ".dgx-pixels/store",
        ".dgx-pixels/store/blobs",
        ".dgx-pixels/store/sprites",
        ".dgx-pixels/stage",
        ".dgx-pixels/kept",
        ".dgx-pixels/profiles",
        "raws",
        "art",
    ];
    for folder in folders {
        let raws = if folder == "art" { "art/raws" } else { "raws" };
        let text = KNIGHT.replace("name =", &format!("raws = \"{raws}\"\nname ="));
        let (project, outside) = (Project::with(&text), Project::new().file("mine", MINE));
        linked(&project, folder, &outside, "");
        project.build(&[]).exit(1).says("is a symbolic link").says("pixels.local.toml").reports("symbolic-link");
        assert_eq!(outside.files("").len(), 1, "{folder}");
    }
}

#[test]
fn a_shard_of_the_store_that_is_a_link_gets_no_blob() {
    let (project, outside) = (Project::with(KNIGHT), Project::new().file("mine", MINE));
    for shard in 0..=255 {
        linked(&project, &format!(".dgx-pixels/store/blobs/{shard:02x}"), &outside, "");
    }
    project.build(&[]).exit(1).says("is a symbolic link");
    assert_eq!(outside.files("").len(), 1);
}

#[test]
fn a_store_elsewhere_is_a_setting_of_this_machine() {
    let (project, outside) = (Project::with(KNIGHT), Project::new());
    linked(&outside, "link", &outside, "disk");
    std::fs::create_dir(outside.path("disk")).unwrap();
    project.write("pixels.local.toml", format!("store = {:?}\n", outside.path("link")));
    project.build(&[]).exit(0).asked(1);
    assert!(outside.path("disk/blobs").is_dir());
}

#[test]
fn a_store_elsewhere_is_no_setting_of_a_repository() {
    let (project, outside) = (Project::with(KNIGHT), Project::new().file("mine", MINE));
    let text = format!("store = {:?}\n", outside.path(""));
    let project = project.file("pixels.local.toml", &text).git_init();
    project.git(&["add", "-f", "pixels.local.toml"]);
    let run = project.build(&[]).exit(1).reports("committed-store").says("git rm --cached");
    assert_eq!(outside.files("").len(), 1);
    let elsewhere = Project::new();
    let store = elsewhere.path("").display().to_string();
    run.build_with(&[("DGX_PIXELS_STORE", &store)], &[]).exit(0).asked(1);
    assert!(elsewhere.path("blobs").is_dir() && outside.files("").len() == 1);
    project.git(&["rm", "-q", "--cached", "pixels.local.toml"]);
    project.edit("pixels.toml", "knight", "king").build(&[]).exit(0);
    assert!(outside.path("blobs").is_dir());
}

/// What never ends, never begins, or is far too long.
fn endless(project: &Project, path: &str, kind: &str) {
    let full = project.path(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    let _ = std::fs::remove_file(&full);
    match kind {
        "zero" => symlink("/dev/zero", full).unwrap(),
        "pipe" => assert!(Command::new("mkfifo").arg(full).status().unwrap().success()),
        _ => File::create(full).unwrap().set_len(20 << 30).unwrap(),
    }
}

#[test]
fn special_and_endless_files_are_refused_wherever_a_checkout_has_them() {
    let files = [
        "pixels.toml",
        "pixels.local.toml",
        "pixels.lock",
        "box.png",
        "workflows/sdxl.json",
        "more.toml",
        "p.hex",
        "assets/sprites/box.png",
        ".dgx-pixels/written",
        ".dgx-pixels/journal",
        ".dgx-pixels/index",
        ".dgx-pixels/noop",
        ".dgx-pixels/lock",
        ".dgx-pixels/store/records.jsonl",
        ".dgx-pixels/store/keys.jsonl",
        ".dgx-pixels/store/pace.json",
    ];
    let text = format!("include = \"more*.toml\"\n{SOURCE}palette = \"p.hex\"\n");
    for path in files {
        for kind in ["zero", "pipe", "sparse"] {
            let project = Project::with(&text).file("box.png", png(16, [9, 9, 9])).file("more.toml", "");
            project.write("p.hex", "090909\n").build(&[]).exit(0);
            project.append("pixels.toml", "# changed\n");
            endless(&project, path, kind);
            // Under this limit a file that is read whole ends the process.
            let script = format!("ulimit -v 4000000; '{}' build; '{0}' check --outputs", crate::project::BINARY);
            let mut command = Command::new("sh");
            command.args(["-c", &script]).env("DGX_PIXELS_SERVERS", crate::project::NO_SERVER);
            let output = command.current_dir(project.path("")).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("panicked") && !said.contains("memory allocation"), "{path} {kind}: {said}");
            assert!(output.status.code().is_some(), "{path} {kind}: {said}");
        }
    }
}

#[test]
fn a_raw_that_is_no_plain_file_counts_as_absent() {
    let text = KNIGHT.replace("name =", "raws = \"raws\"\nname =");
    for kind in ["zero", "pipe", "sparse"] {
        let project = Project::with(&text);
        let tree = project.build(&[]).exit(0).tree();
        let raw = project.files("raws").keys().next().unwrap().clone();
        project.remove(".dgx-pixels").remove("assets");
        endless(&project, &raw, kind);
        project.build(&[]).exit(0).makes(&tree);
    }
}

#[test]
fn the_arguments_of_commands_are_plain_files_too() {
    let project = Project::with(KNIGHT);
    for kind in ["zero", "pipe", "sparse"] {
        for (file, command) in [
            ("list.txt", &["batch", "list.txt", "--out", "o"][..]),
            ("p.hex", &["palette", "show", "p.hex"]),
            ("x.png", &["palette", "extract", "x.png"]),
            ("x.png", &["process", "x.png", "--out", "o"]),
            ("r.toml", &["process", "box.png", "--recipe", "r.toml", "--out", "o"]),
            ("w.json", &["workflow", "import", "w.json"]),
            ("c.tar", &["cache", "import", "c.tar"]),
        ] {
            project.write("box.png", png(16, [9, 9, 9]));
            if (kind, file) == ("sparse", "c.tar") {
                continue;
            }
            endless(&project, file, kind);
            let run = project.run(command);
            assert!([Some(1), Some(2)].contains(&run.code()), "{kind} {command:?}: {run}");
            std::fs::remove_file(project.path(file)).unwrap();
        }
    }
}

/// The pointer is named, with what fetches its content.
fn says_lfs(project: &Project, command: &[&str], file: &str) {
    project.run(command).says(file).says("Git LFS pointer").says("`git lfs pull`");
}

#[test]
fn a_pointer_of_git_lfs_is_named_wherever_content_is_read() {
    let with = |text: &str| Project::with(&format!("{SOURCE}{text}")).file("box.png", png(16, [9, 9, 9]));
    says_lfs(with("").write("box.png", POINTER), &["build"], "box.png");
    says_lfs(with("palette = \"p.png\"\n").write("p.png", POINTER), &["build"], "p.png");
    says_lfs(with("").write("pixels.lock", POINTER), &["build"], "pixels.lock");
    says_lfs(with("").write("pixels.toml", POINTER), &["build"], "pixels.toml");
    says_lfs(with("").write("p.hex", POINTER), &["palette", "show", "p.hex"], "p.hex");
    says_lfs(with("").write("x.png", POINTER), &["process", "x.png", "--out", "o"], "x.png");
    says_lfs(with("").write("x.png", POINTER), &["palette", "extract", "x.png"], "x.png");
    says_lfs(with("").write("l.txt", POINTER), &["batch", "l.txt", "--out", "o"], "l.txt");
    says_lfs(with("").write("w.json", POINTER), &["workflow", "import", "w.json"], "w.json");
    let comfy = KNIGHT.replace("size = 16", "size = 16\nstyle = \"mine\"\n[style.mine]\nworkflow = \"w\"\n");
    let comfy = Project::with(&comfy.replace("\"sketch\"", "\"comfyui\""));
    says_lfs(comfy.write("workflows/w.json", POINTER), &["build"], "workflows/w.json");
    let pose = KNIGHT.replace(
        "size = 16",
        "size = 16\ninputs = { image = \"pose.png\" }\n[style.default]\nworkflow = \"sdxl-img2img\"\n",
    );
    let pose = Project::with(&pose.replace("\"sketch\"", "\"comfyui\""));
    says_lfs(pose.write("pose.png", POINTER), &["plan"], "pose.png");
}
