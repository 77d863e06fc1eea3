//! What an open project keeps between readings is what opening it anew gives, whatever changed since.

use std::sync::Arc;

use dgx_pixels::session::{self, BuildOptions, Cancel, Look, Opened, Options, Project};

use crate::project::{GAME, png};

type Folder = crate::project::Project;

fn open(folder: &Folder) -> Project {
    Project::open(&folder.path(""), None).unwrap()
}

/// All that readers see of a project.
fn seen(project: &Project) -> Vec<String> {
    project
        .run(&Cancel::default(), |operation| {
            let text = |value: Result<String, session::Error>| value.unwrap_or_else(|error| format!("{error:?}"));
            let json = |value: &serde_json::Value| value.to_string();
            let options = BuildOptions::default();
            let plan = session::plan_build(operation, &options).map(|plan| json(&serde_json::to_value(plan).unwrap()));
            let list = session::list(operation, &[]).map(|list| json(&serde_json::to_value(list).unwrap()));
            let why = session::why(operation, "knight").map(|why| json(&serde_json::to_value(why).unwrap()));
            let shown = session::show(operation, "knight", None).map(|shown| format!("{shown:?}"));
            let found =
                session::candidates(operation, "knight").map(|found| json(&serde_json::to_value(found).unwrap()));
            let offer = session::offer(operation, &options, None).map(|mut offer| {
                offer.plan_token = None;
                json(&serde_json::to_value(offer).unwrap())
            });
            Ok([plan, list, why, shown, found, offer].map(text).to_vec())
        })
        .unwrap()
}

/// So long that a file which was just written has an older stamp than what comes now.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(60));
}

fn file_of(folder: &Folder, under: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    folder.files(under).into_keys().find(|name| is_wanted(name)).unwrap_or_else(|| panic!("nothing in {under}"))
}

#[test]
fn whatever_changes_is_seen() {
    type Change = fn(&Folder);
    let changes: [(&str, Change); 15] = [
        ("the manifest", |folder| _ = folder.edit("pixels.toml", "a stone", "a rock")),
        ("an included file", |folder| _ = folder.edit("more.toml", "a bat", "a rat")),
        ("a broken manifest", |folder| _ = folder.append("pixels.toml", "[sprite.\n")),
        ("a manifest that is whole again", |folder| _ = folder.edit("pixels.toml", "[sprite.\n", "")),
        ("a pick of another process", |folder| _ = folder.run(&["pick", "knight", "2"]).exit(0)),
        ("a build of another process", |folder| _ = folder.build(&[])),
        ("a source", |folder| _ = folder.write("raw/stone.png", png(16, [9, 9, 200]))),
        ("a further source", |folder| _ = folder.write("raw/stone-2.png", png(16, [9, 200, 9]))),
        ("an output that is gone", |folder| _ = folder.remove("assets/sprites/knight.png")),
        ("an output of somebody", |folder| _ = folder.write("assets/sprites/knight.png", png(16, [1, 1, 1]))),
        ("a raw that is cut off", |folder| {
            let raw = file_of(folder, ".dgx-pixels/store/blobs", |name| name.ends_with(".png"));
            let bytes = folder.read(&raw);
            std::fs::write(folder.path(&raw), &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("raws that are gone", |folder| _ = folder.remove(".dgx-pixels/store/blobs")),
        ("sprites that are gone", |folder| _ = folder.remove(".dgx-pixels/store/sprites")),
        ("records that are gone", |folder| _ = folder.remove(".dgx-pixels/store/records.jsonl")),
        ("a lock that is gone", |folder| _ = folder.remove("pixels.lock")),
    ];
    let more = "[sprite.bat]\nprompt = \"a bat\"\nsize = 16\n[sprite.stone]\nsource = \"raw/stone*.png\"\nsize = 16\n";
    let manifest = format!("include = [\"more.toml\"]\n{GAME}[sprite.boulder]\nprompt = \"a stone\"\nsize = 16\n");
    let folder = Folder::with(&manifest).file("more.toml", more).file("raw/stone.png", png(16, [200, 9, 9]));
    folder.build(&[]).exit(0);
    let kept = open(&folder);
    for (what, change) in changes {
        settle();
        for _ in 0..3 {
            seen(&kept);
        }
        change(&folder);
        let (found, wanted) = (seen(&kept), seen(&open(&folder)));
        assert!(found == wanted, "{what}:\n{}\n{}", found.join("\n"), wanted.join("\n"));
        settle();
        assert!(seen(&kept) == wanted, "{what}, later");
    }
}

#[test]
fn a_project_that_did_not_change_is_opened_once() {
    let folder = Folder::with(GAME);
    folder.build(&[]).exit(0);
    settle();
    let project = open(&folder);
    let read = |look| -> Arc<Opened> {
        project.run(&Cancel::default(), |operation| operation.read(Options::default(), look)).unwrap()
    };
    // Whoever reads once keeps nothing.
    let (once, twice, again) = (read(Look::Outputs), read(Look::Outputs), read(Look::Outputs));
    assert!(!Arc::ptr_eq(&once, &twice) && Arc::ptr_eq(&twice, &again));
    read(Look::Lock);
    assert!(Arc::ptr_eq(&again, &read(Look::Outputs)), "another look takes its place");
    folder.append("pixels.toml", "# a word\n");
    let after = read(Look::Outputs);
    assert!(!Arc::ptr_eq(&again, &after));
    let all: Vec<Arc<Opened>> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(|| read(Look::Outputs))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    settle();
    let last = read(Look::Outputs);
    assert!(Arc::ptr_eq(&last, &read(Look::Outputs)) && all.len() == 8);
}
