//! Everything that is printed as JSON: one snapshot of each shape, all of it as `docs/json.md` says.

use std::collections::{BTreeMap, BTreeSet};

use dgx_pixels::session::{Counts, Numbered, RequestProgress, Snapshot};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::diagnostic::{Diagnostic, Subject};
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::event::{Added, Event, ServerState};
use dgx_pixels::words::job::{JobId, JobState};
use dgx_pixels::words::outcome::Outcome;
use dgx_pixels::words::source::Place;
use dgx_pixels::words::sprite::Verdict;
use insta::assert_snapshot;
use serde_json::{Map, Value};

use crate::contract::{Contract, quoted};
use crate::project::{GAME, KNIGHT, Project, png};
use crate::sources::sources;

#[test]
fn every_event_is_as_documented() {
    let contract = Contract::read();
    let mut seen = BTreeSet::new();
    let mut lines = String::new();
    for event in events() {
        let value = serde_json::to_value(&event).unwrap();
        contract.check_line(&value);
        seen.insert(variant(&event));
        lines += &format!("{value}\n");
    }
    assert_eq!(seen.len(), VARIANTS, "{seen:?}");
    assert_snapshot!(lines);
}

#[test]
fn every_line_of_a_command_is_as_documented() {
    let project = Project::with(&GAME.replace("candidates = 2", "candidates = 2\ngates = { grid = 1000 }"));
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n").write("a.png", png(16, [200, 0, 0]));
    project.write("tiles.png", png(16, [200, 0, 0]));
    project.write("no.png", "no image").write("graph.json", crate::workflow::export().to_string());
    project.write("other/pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n");
    let contract = Contract::read();
    let mut shown = String::new();
    let mut run = |line: &str| {
        let run = project.run_line(&format!("{line} --message-format json"));
        assert_eq!(run.events.len(), run.stdout.lines().count(), "not only JSON: {run}");
        assert!(!run.events.is_empty(), "{run}");
        run.events.iter().for_each(|line| contract.check_line(line));
        // Whoever reads the lines learns the end, whatever it is.
        let code = run.code().map(i64::from);
        assert_eq!(run.events.last().and_then(|line| line["exit"].as_i64()), code, "the last line: {run}");
        shown += &run.shown();
    };
    for line in [
        "build knight guard",
        "check",
        "plan potion@red",
        "why knight",
        "list knight meadow",
        "candidates knight",
        "what-if palette=pico-8 knight grass",
        "report --out report.html --markdown report.md",
        "pick knight 2",
        "keep knight 1",
        "unpick knight",
        "reroll knight",
        "mv potion flask",
        "rm flask",
        "adopt assets/sprites/guard-e.png",
        "upgrade",
        "lock resolve",
        "cache size",
        "cache verify",
        "cache gc --all",
        "cache export picked.tar --picked",
        "cache import picked.tar",
        "add sprite key 'golden key' --preset item --size 16",
        "init --backend comfyui other",
        "generate item 'red ruby' --size 16",
        "process a.png no.png --out made",
        "tileset verify tiles.png --layout edge16 --tile 4",
        "palette show pico-8",
        "palette convert pico-8 p.gpl",
        "workflow list",
        "workflow check sdxl",
        "workflow import graph.json",
        "doctor",
        "-C other doctor --models",
        "build tag:none",
        "pick knight 99",
        "build --locked",
        "check --no-such-option",
        "plan --dry",
        "why nobody",
        "schema",
        "workflow show sdxl",
        "completions bash",
        "man",
    ] {
        run(line);
    }
    assert_snapshot!(shown);
}

#[test]
fn every_value_of_an_option_json_is_as_documented() {
    let project = Project::with(KNIGHT).file("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n");
    let contract = Contract::read();
    let mut shown = String::new();
    let palettes = project.run_line("palette list --message-format json");
    palettes.events.iter().for_each(|line| contract.check_line(line));
    for (shape, line) in [("plan", "plan --json"), ("examined", "doctor --json")] {
        let run = project.run_line(line);
        let value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
        contract.check(shape, &value);
        shown += &run.shown();
    }
    assert_snapshot!(shown);
}

#[test]
fn problems_of_the_manifest_are_lines_with_places() {
    let project = Project::with("[project]\nname = \"test\"\n[sprite.a]\nprompt = \"{who}\"\nsizes = 3\n[sprite.b]\n");
    let contract = Contract::read();
    let build = project.run_line("build --message-format json").exit(2);
    assert!(build.events.len() > 2, "{build}");
    build.events.iter().for_each(|line| contract.check_line(line));
    for command in ["check", "plan", "why a", "pick a 1"] {
        let run = project.run_line(&format!("{command} --message-format json")).exit(2);
        assert_eq!(run.events, build.events, "{command}");
    }
    assert_snapshot!(build.shown());
}

#[test]
fn the_feed_of_a_session_is_as_documented() {
    let contract = Contract::read();
    let slot = SlotId::only(GroupId::new(Kind::Sprite, "knight"));
    let event = Event::Picked { slot: slot.clone(), n: 1 };
    let numbered = serde_json::to_value(Numbered { seq: 7, job: Some(JobId(1)), event }).unwrap();
    let (feed, event): (Map<String, Value>, Map<String, Value>) =
        numbered.as_object().unwrap().clone().into_iter().partition(|(name, _)| matches!(name.as_str(), "seq" | "job"));
    contract.check("numbered", &Value::Object(feed));
    contract.check_line(&Value::Object(event));
    let server = "http://127.0.0.1:8188".to_owned();
    let snapshot = Snapshot {
        seq: 7,
        jobs: BTreeMap::from([(JobId(1), JobState::queued("build").running())]),
        requests: vec![RequestProgress { slot, n: 1, step: 3, steps: 8, server: Some(server.clone()) }],
        servers: BTreeMap::from([(server.clone(), ServerState::Up)]),
        models: BTreeMap::from([(server, "sd_xl_base_1.0.safetensors".to_owned())]),
        counts: Counts { to_make: 1, to_generate: 1, requested: 1, ..Counts::default() },
    };
    let snapshot = serde_json::to_value(snapshot).unwrap();
    contract.check("snapshot", &snapshot);
    assert_snapshot!(format!("{numbered}\n{snapshot}"));
}

/// A new result needs a section.
#[test]
fn every_result_of_a_command_has_a_section() {
    let contract = Contract::read();
    let sources = sources();
    let names: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| results(text)).collect();
    assert!(names.len() > 20, "{names:?}");
    let missing: Vec<_> = names.iter().filter(|name| !contract.has(name)).collect();
    assert!(missing.is_empty(), "docs/json.md has no sections for {missing:?}");
}

/// Names of the lines that a source of the command line prints.
fn results(text: &str) -> Vec<&str> {
    let calls = ["report::result(global, \"", "report::value(global, \"", "report::list(global, \"", "report::json(\""];
    let rest = calls.into_iter().flat_map(|call| text.split(call).skip(1));
    rest.filter_map(|rest| rest.split('"').next()).collect()
}

/// A new code needs a row, and a row needs a code.
#[test]
fn every_code_is_in_the_table() {
    let documented: BTreeSet<String> =
        Contract::read().rows("code").into_iter().flat_map(|row| quoted(&row[0])).collect();
    let sources = sources();
    let used: BTreeSet<String> = sources.iter().flat_map(|(_, text)| codes(text)).collect();
    assert!(used.len() > 100, "{used:?}");
    let missing: Vec<_> = used.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/json.md lacks rows for these codes: {missing:?}");
    let written = |code: &&String| sources.iter().any(|(_, text)| text.contains(&format!("\"{code}\"")));
    let stale: Vec<_> = documented.iter().filter(|code| !RETIRED.contains(&code.as_str()) && !written(code)).collect();
    assert!(stale.is_empty(), "no source has these codes of docs/json.md: {stale:?}");
}

/// Codes of earlier releases that nothing prints any more; their rows stay.
const RETIRED: [&str; 3] = ["half-transparent", "io", "workflow"];

#[test]
fn codes_are_found_in_sources() {
    let text = "fn code(&self) -> &'static str {\n    match self {\n        A => \"one\",\n    }\n}\n\
                fn f() { Diagnostic::error(\n \"two-words\", m); Error::usage(\"three\", m, h); names(\"not-this\"); }";
    assert_eq!(codes(text), ["one", "three", "two-words"].map(str::to_owned).into());
}

/// How many variants [`variant`] knows.
const VARIANTS: usize = 26;

/// The variant's name; a new variant does not compile until it is here, in [`events`] and in `docs/json.md`.
fn variant(event: &Event) -> &'static str {
    match event {
        Event::Waiting { .. } => "waiting",
        Event::Job { .. } => "job",
        Event::Watching { .. } => "watching",
        Event::Changed { .. } => "changed",
        Event::Refused { .. } => "refused",
        Event::Planned { .. } => "planned",
        Event::Asked { .. } => "asked",
        Event::Progress { .. } => "progress",
        Event::Preview { .. } => "preview",
        Event::Server { .. } => "server",
        Event::Unable { .. } => "unable",
        Event::Noted { .. } => "noted",
        Event::Captured { .. } => "captured",
        Event::Adopted { .. } => "adopted",
        Event::Judged { .. } => "judged",
        Event::Picked { .. } => "picked",
        Event::Processed { .. } => "processed",
        Event::Wrote { .. } => "wrote",
        Event::Added(_) => "added",
        Event::Delivered { .. } => "delivered",
        Event::Kept { .. } => "kept",
        Event::MovedAside { .. } => "moved-aside",
        Event::Pruned { .. } => "pruned",
        Event::Failed { .. } => "failed",
        Event::Warned { .. } => "warned",
        Event::Finished(_) => "summary",
    }
}

/// One example of every variant, every optional field once given and once left out.
fn events() -> Vec<Event> {
    let knight = GroupId::new(Kind::Sprite, "knight");
    let walk = GroupId::new(Kind::Animation, "knight-walk@e");
    let slot = SlotId::only(knight.clone());
    let frame = SlotId { group: walk.clone(), frame: Some(3) };
    let raw = Digest::of(b"raw");
    let text = |text: &str| text.to_owned();
    let missing = Diagnostic::error("missing-model", "the server has no file `x.safetensors`")
        .hint("run `dgx-pixels doctor --models`")
        .about(Subject::Server(text("http://127.0.0.1:8188")));
    let place = Place { file: text("pixels.toml"), line: 3, column: 7 };
    let unused = Diagnostic::warning("unused-key", "`fps` has no effect here").at(place);
    let queued = JobState::queued("build");
    let outcome = Outcome {
        out: text("assets"),
        made: 1,
        kept: vec![text("assets/a.png")],
        failed: vec![(text("ghost"), missing.clone())],
        gated: vec![(knight.clone(), text("grid 412 < 600"))],
        held: vec![text("knight")],
        waiting: vec![text("knight-walk")],
        ..Outcome::default()
    };
    vec![
        Event::Waiting { holder: text("`dgx-pixels build` (process 7)") },
        Event::Job { id: 1, state: queued.clone() },
        Event::Job { id: 1, state: queued.over(2, vec![missing.clone()]) },
        Event::Watching { files: 3 },
        Event::Changed { files: vec![text("pixels.toml")] },
        Event::Refused { diagnostics: vec![missing.clone()] },
        Event::Planned { fresh: 1, make: 2, process: 1, generate: 3, waiting: 1, seconds: Some(12) },
        Event::Planned { fresh: 3, make: 0, process: 0, generate: 0, waiting: 0, seconds: None },
        Event::Asked { slot: slot.clone(), n: 1, seed: u64::MAX >> 1, backend: text("comfyui") },
        Event::Progress {
            slot: frame.clone(),
            n: 1,
            step: 3,
            steps: 8,
            server: text("http://127.0.0.1:8188"),
            model: Some(text("sd_xl_base_1.0.safetensors")),
        },
        Event::Preview { slot: frame, n: 1, format: text("jpeg"), base64: text("/9j/") },
        Event::Server {
            server: text("http://127.0.0.1:8188"),
            state: ServerState::Down,
            diagnostic: ServerState::Down.diagnostic("nothing answers there").hint("start ComfyUI"),
        },
        Event::Unable { slots: vec![slot.clone()], diagnostic: missing.clone() },
        Event::Noted { name: text("knight"), message: text("a detail") },
        Event::Captured { slot: slot.clone(), n: 1, raw },
        Event::Adopted { slot: slot.clone(), n: 1, raw },
        Event::Judged { slot: slot.clone(), n: 1, verdict: Verdict::Fail(text("grid 412 < 600")), score: 412 },
        Event::Picked { slot, n: 1 },
        Event::Processed { group: walk, verdict: Verdict::Pass },
        Event::Wrote { path: text("assets/sprites/knight.png") },
        Event::Added(Added { kind: Kind::Sprite, name: text("tree"), file: text("pixels.toml") }),
        Event::Delivered { path: text("art/knight.png"), size: [32, 48], seed: 7 },
        Event::Kept { path: text("assets/sprites/knight.png") },
        Event::MovedAside { path: text("assets/a.png"), to: text(".dgx-pixels/kept/a.png") },
        Event::Pruned { path: text("assets/sprites/knight.png") },
        Event::Failed { name: text("knight"), diagnostic: missing.about(Subject::Asset(text("knight"))) },
        Event::warned("", unused),
        Event::Finished(outcome.clone()),
        Event::Finished(Outcome { withheld: 2, ..outcome }),
    ]
}

/// The functions whose first argument is a code.
const MAKERS: [&str; 7] = ["error", "warning", "note", "usage", "refused", "wrong", "problem"];

/// The codes in a source: first arguments of what makes diagnostics, and the literals in functions named `code`.
fn codes(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices('(') {
        let name = text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        let literal = text[at + 1..].trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let Some((word, rest)) = literal.filter(|_| MAKERS.contains(&name)) else { continue };
        if rest.trim_start().starts_with(',') && is_code(word) {
            found.insert(word.to_owned());
        }
    }
    let fine = text.split("ok(AREA, \"").skip(1).filter_map(|rest| rest.split('"').next());
    found.extend(fine.map(str::to_owned));
    for (at, _) in text.match_indices("fn code(") {
        let indent =
            text[..at].rsplit('\n').next().unwrap().len() - text[..at].rsplit('\n').next().unwrap().trim_start().len();
        let body = text[at..].split(&format!("\n{}}}", " ".repeat(indent))).next().unwrap();
        found.extend(body.split('"').skip(1).step_by(2).filter(|word| is_code(word)).map(str::to_owned));
    }
    found
}

fn is_code(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
