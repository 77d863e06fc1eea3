//! Commands that rewrite a user's files: permissions and links stay, and nothing of what is there is lost.

use crate::project::{KNIGHT, Project};

const ARCHIVE: &str = "captures.tar";

#[cfg(unix)]
mod attributes {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// Every command that rewrites a user's file, with the file.
    const REWRITES: [(&[&str], &str); 9] = [
        (&["add", "sprite", "bow", "a bow"], "pixels.toml"),
        (&["mv", "knight", "king"], "pixels.toml"),
        (&["mv", "knight", "king"], "pixels.lock"),
        (&["pick", "knight", "1"], "pixels.lock"),
        (&["reroll", "knight"], "pixels.lock"),
        (&["build"], "pixels.lock"),
        (&["palette", "convert", "pico-8", "p.hex", "--force"], "p.hex"),
        (&["cache", "export", "--force", "p.tar"], "p.tar"),
        (&["workflow", "import", "sdxl.json", "--name", "own", "--force"], "workflows/own.json"),
    ];

    /// A project in which each of these commands has something to write.
    fn project() -> Project {
        let project = Project::with(KNIGHT).file("p.hex", "000000\n").file("p.tar", "old");
        project.build(&[]).exit(0);
        let shown = project.run(&["workflow", "show", "sdxl"]).exit(0).stdout.clone();
        project.write("sdxl.json", shown).write("workflows/own.json", "{}");
        project.append("pixels.toml", "[sprite.axe]\nprompt = \"axe\"\nsize = 16\n");
        project
    }

    #[test]
    fn a_private_file_stays_private() {
        for (command, path) in REWRITES {
            let project = project();
            let before = project.read(path);
            fs::set_permissions(project.path(path), Permissions::from_mode(0o600)).unwrap();
            let run = project.run(command);
            assert_eq!(run.code(), Some(0), "{command:?}: {run}");
            assert_ne!(project.read(path), before, "{command:?}");
            assert_eq!(fs::metadata(project.path(path)).unwrap().permissions().mode() & 0o777, 0o600, "{command:?}");
        }
    }

    #[test]
    fn a_link_stays_and_its_target_is_written() {
        for (command, path) in REWRITES {
            let project = project();
            let before = project.read(path);
            project.write("kept/target", &before).remove(path);
            let up = "../".repeat(path.matches('/').count());
            symlink(format!("{up}kept/target"), project.path(path)).unwrap();
            let run = project.run(command);
            assert_eq!(run.code(), Some(0), "{command:?}: {run}");
            assert!(project.path(path).is_symlink(), "{command:?}");
            assert_ne!(project.read("kept/target"), before, "{command:?}");
        }
    }

    #[test]
    fn a_lock_that_is_a_link_out_of_the_project_is_never_written_through() {
        let (project, outside) = (project(), Project::new().file("pixels.lock", ""));
        project.remove("pixels.lock");
        for target in ["pixels.lock", "new"] {
            symlink(outside.path(target), project.path("pixels.lock")).unwrap();
            project.run(&["build"]).exit(1).says("a link that leads to no file of the project");
            assert_eq!(outside.files("").into_iter().collect::<Vec<_>>(), [("pixels.lock".to_owned(), Vec::new())]);
            fs::remove_file(project.path("pixels.lock")).unwrap();
        }
    }
}

#[test]
fn init_writes_into_the_folder_that_is_named() {
    let project = Project::new();
    project.run(&["-C", "one", "init"]).exit(0);
    project.run(&["-C", "one", "init", "two"]).exit(0);
    assert!(project.exists("one/pixels.toml") && project.exists("one/two/pixels.toml"));
    assert!(!project.exists("pixels.toml") && !project.exists(".gitignore"));
    project.run(&["-C", "one", "init"]).exit(2).says("exists already");
    project.run(&["-C", "one", "build", "-q"]).exit(0);
}

#[test]
fn an_import_replaces_no_record() {
    let build = |project: &Project| {
        project.build(&[]).exit(0);
    };
    let (project, other) = (Project::with(KNIGHT), Project::with(KNIGHT));
    build(&project);
    build(&other);
    project.run(&["cache", "export", ARCHIVE]).exit(0);
    // The same request with another raw, which is whole.
    let bow = Project::with(&KNIGHT.replace("\"knight\"", "\"bow\""));
    build(&bow);
    let raw = |project: &Project| {
        let records = project.text(".dgx-pixels/store/records.jsonl");
        let line = records.lines().find(|line| line.contains("\"request\"")).unwrap().to_owned();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        (value["request"].as_str().unwrap().to_owned(), value["raw"].as_str().unwrap().to_owned())
    };
    let ((request, kept), (_, foreign)) = (raw(&project), raw(&bow));
    bow.run(&["cache", "export", ARCHIVE]).exit(0);
    let mut archive = bow.read(ARCHIVE);
    let (_, bow_request) = (0, raw(&bow).0);
    let at = archive.windows(64).position(|window| window == bow_request.as_bytes()).unwrap();
    archive[at..at + 64].copy_from_slice(request.as_bytes());
    other.write(ARCHIVE, archive);
    let records = other.text(".dgx-pixels/store/records.jsonl");
    let run = other.run(&["cache", "import", ARCHIVE]).exit(0).says("1 request has another raw here, which stays");
    run.says(&kept[..12]).says(&foreign[..12]);
    assert_eq!(other.text(".dgx-pixels/store/records.jsonl"), records);
    other.remove("pixels.lock").build(&[]).exit(0).asked(0).makes(&project.tree());
    // What is there already is not written again.
    project.run(&["cache", "import", ARCHIVE]).exit(0);
    assert_eq!(raw(&project).1, kept);
}

#[test]
fn an_export_that_fails_leaves_nothing_that_blocks_the_next() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    for point in ["export=enospc", "export.flush=enospc", "export.rename=enospc"] {
        let failing = [("DGX_PIXELS_FAILPOINT", point)];
        project.run_with(&failing, &["cache", "export", ARCHIVE]).exit(1).says("cannot write `captures.tar`");
        let left: Vec<String> = project.files("").into_keys().filter(|path| !path.contains('/')).collect();
        assert_eq!(left, ["pixels.lock", "pixels.toml"]);
        project.write(ARCHIVE, "old").run_with(&failing, &["cache", "export", "--force", ARCHIVE]).exit(1);
        assert_eq!(project.text(ARCHIVE), "old");
        project.remove(ARCHIVE);
    }
    project.run(&["cache", "export", ARCHIVE]).exit(0).run(&["cache", "export", ARCHIVE]).exit(2);
    project.run(&["cache", "import", ARCHIVE]).exit(0).says("imported 1 raw");
}
