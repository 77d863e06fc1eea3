//! What the operating system refuses: each refusal has a stable code, the file, and the next step.

use serde_json::Value;

use crate::contract::Contract;
use crate::project::{KNIGHT, Project, Run, png};

/// Checks the one diagnostic of a command that did nothing, and the line after it.
#[track_caller]
fn is_refused(run: &Run, code: &str, file: &str) {
    run.events.iter().for_each(|line| Contract::read().check_line(line));
    let [.., diagnostic, end] = run.events.as_slice() else { panic!("no diagnostic: {run}") };
    let name = diagnostic["subject"]["name"].as_str().unwrap_or_default();
    assert_eq!(
        (diagnostic["code"].as_str(), diagnostic["subject"]["kind"].as_str()),
        (Some(code), Some("file")),
        "{run}"
    );
    assert!(name.ends_with(file), "{name} is not {file}: {run}");
    assert!(diagnostic["hint"].is_string(), "{run}");
    assert_eq!(end, &serde_json::json!({ "event": "finished", "exit": 1 }), "{run}");
}

/// Command, failpoint, code, file.
const REFUSED: [(&str, &str, &str, &str); 9] = [
    ("build", "lock=eacces", "not-written", "pixels.lock"),
    ("add sprite key 'a key' --preset item --size 16", "manifest=eacces", "not-written", "pixels.toml"),
    ("mv knight hero", "lock=enospc", "not-written", "pixels.lock"),
    ("mv knight hero", "manifest=enospc", "not-written", "pixels.toml"),
    ("pick knight 1", "lock=eacces", "not-written", "pixels.lock"),
    ("init new", "init=eacces", "not-written", "pixels.toml"),
    ("cache gc --raws", "records=enospc", "store-write", "store"),
    ("cache import made.tar", "record=enospc", "store-write", "store"),
    ("workflow import graph.json", "workflow=enospc", "not-written", "workflows/graph.json"),
];

#[test]
fn every_write_of_a_command_that_is_refused_has_its_code() {
    for (line, failpoint, code, file) in REFUSED {
        let project = Project::with(KNIGHT).file("graph.json", crate::workflow::export().to_string());
        project.build(&[]).exit(0);
        project.run_line("cache export made.tar").exit(0);
        if line == "build" {
            project.append("pixels.toml", "candidates = 2\n");
        }
        if line.starts_with("cache import") {
            // Raws that are there are not written again.
            project.remove(".dgx-pixels/store");
        }
        let variables = [("DGX_PIXELS_FAILPOINT", failpoint)];
        let run = project.run_line_with(&variables, &format!("{line} --message-format json")).exit(1);
        is_refused(&run, code, file);
    }
}

#[test]
fn a_file_where_a_folder_belongs_is_named() {
    let project = Project::with(KNIGHT).file("a.png", png(16, [200, 0, 0])).file("taken", "x");
    project.run_line("build").exit(0);
    for (line, code, file) in [
        ("process a.png --out taken/made", "not-created", "taken/made"),
        ("init taken/new", "not-created", "taken/new"),
        ("cache export taken/raws.tar", "not-written", "taken/raws.tar"),
        ("palette convert pico-8 taken/p.gpl", "not-written", "taken/p.gpl"),
    ] {
        is_refused(&project.run_line(&format!("{line} --message-format json")).exit(1), code, file);
    }
}

#[test]
fn a_text_that_is_not_utf8_is_named() {
    let project = Project::new().file("game/.gitignore", [0xff, 0xfe]);
    is_refused(&project.run_line("init game --message-format json").exit(1), "not-utf8", ".gitignore");
}

#[test]
fn one_asset_that_cannot_be_written_is_named_with_its_file() {
    let project = Project::with(KNIGHT).file("assets/sprites/knight.png/note.txt", "a folder");
    let run = project.build(&[]).exit(1);
    let failed: Vec<&Value> = run.of("failed").collect();
    let [failed] = failed.as_slice() else { panic!("{run}") };
    assert_eq!(
        (&failed["code"], &failed["subject"]["name"]),
        (&"output-write".into(), &"assets/sprites/knight.png".into())
    );
}
