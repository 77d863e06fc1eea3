//! Use cases of the session, called as a front end calls them: plain arguments in, a value or an error out as data.

use std::path::Path;
use std::sync::{Arc, Mutex};

use dgx_pixels::session::doctor::{self, Level};
use dgx_pixels::session::one_off::{Appearance, FromPrompt, How, generate};
use dgx_pixels::session::process::{Grouping, RecipeOptions, Request, process};
use dgx_pixels::session::workflow::{self, Against, ImportRequest};
use dgx_pixels::session::{Cancel, Error, Existing, Generator, NewAsset, Operation, add, init, palette};
use dgx_pixels::words::asset::Kind;
use dgx_pixels::words::event::{Event, Observer};
use serde::Serialize;

use crate::project::{KNIGHT, Project, png};

fn on<'a>(root: &'a Path, cancel: &'a Cancel, observer: Arc<dyn Observer>) -> Operation<'a> {
    Operation::new(root, None, observer, cancel)
}

/// A value as the front ends get it; the project's folder is `DIR`.
fn data(value: &impl Serialize, project: &Project) -> String {
    let text = serde_json::to_string_pretty(value).unwrap();
    text.replace(&project.path("").display().to_string(), "DIR/").replace("DIR//", "DIR/")
}

fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    serde_json::to_string_pretty(&result.unwrap_err()).unwrap()
}

#[test]
fn a_project_is_begun_once() {
    let project = Project::new();
    let (root, cancel) = (project.path("game"), Cancel::default());
    let operation = on(&root, &cancel, Arc::new(()));
    let made = init(&operation, None, Generator::Sketch).unwrap();
    insta::assert_snapshot!(data(&made, &project), @r#"
    {
      "folder": "DIR/game",
      "name": "game",
      "backend": "sketch",
      "files": [
        "pixels.toml",
        "pixels.schema.json",
        ".gitignore",
        ".gitattributes"
      ],
      "server": null,
      "models": [],
      "notes": []
    }
    "#);
    let again = init(&operation, None, Generator::Sketch).unwrap_err();
    assert_eq!(again.diagnostics()[0].code, "file-exists");
}

#[test]
fn an_asset_is_added_or_the_reason_has_a_place() {
    let project = Project::with(KNIGHT);
    let cancel = Cancel::default();
    let root = project.path("");
    let operation = on(&root, &cancel, Arc::new(()));
    let size = |size: &str| Some(size.to_owned());
    let tree = NewAsset { prompt: size("old oak"), size: size("32x48"), ..NewAsset::new(Kind::Sprite, "tree") };
    insta::assert_snapshot!(data(&add(&operation, &tree).unwrap(), &project), @r#"
    {
      "kind": "sprite",
      "name": "tree",
      "file": "pixels.toml"
    }
    "#);
    assert!(project.text("pixels.toml").ends_with("[sprite.tree]\nprompt = \"old oak\"\nsize = [32, 48]\n"));
    let bad = NewAsset { size: size("tall"), ..NewAsset::new(Kind::Sprite, "bush") };
    insta::assert_snapshot!(why(add(&operation, &bad)), @r#"
    [
      {
        "code": "bad-value",
        "severity": "error",
        "message": "`tall` is not a size",
        "hint": "write 32 or 32x48"
      }
    ]
    "#);
    let walk = NewAsset { of: size("nobody"), ..NewAsset::new(Kind::Animation, "walk") };
    let problems = add(&operation, &walk).unwrap_err().diagnostics();
    assert!(problems.iter().all(|problem| problem.place.is_some()), "{problems:#?}");
}

#[test]
fn a_one_off_is_delivered_with_the_seed_that_makes_it_again() {
    let project = Project::with(KNIGHT);
    let cancel = Cancel::default();
    let root = project.path("");
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let observer = {
        let seen = Arc::clone(&seen);
        Arc::new(move |event: &Event| {
            if matches!(event, Event::Delivered { .. } | Event::Failed { .. } | Event::Wrote { .. }) {
                seen.lock().unwrap().push(serde_json::to_string(event).unwrap());
            }
        })
    };
    let operation = on(&root, &cancel, observer);
    let appearance = Appearance { size: Some("16".to_owned()), ..Appearance::default() };
    let potion = FromPrompt {
        preset: "item".to_owned(),
        prompt: "red potion".to_owned(),
        name: None,
        count: 2,
        seed: Some(7),
        appearance,
        out: project.path("art"),
    };
    let how = How { backend: Some("sketch".to_owned()), existing: Existing::Keep, time_limit: None };
    let made = generate(&operation, &potion, &how).unwrap();
    insta::assert_snapshot!(data(&made, &project), @r#"
    {
      "delivered": [
        {
          "path": "DIR/art/red-potion-1.png",
          "size": [
            16,
            16
          ],
          "seed": 7
        },
        {
          "path": "DIR/art/red-potion-2.png",
          "size": [
            16,
            16
          ],
          "seed": 8
        }
      ],
      "outcome": {
        "made": 2,
        "fresh": 0,
        "asked": 2,
        "adopted": 0,
        "wrote": 0,
        "pruned": 0,
        "filled": 0,
        "kept": [],
        "failed": [],
        "gated": [],
        "held": [],
        "waiting": [],
        "exit": 0
      }
    }
    "#);
    assert_eq!(seen.lock().unwrap().len(), 2);
    project.write("art/red-potion-2.png", "mine");
    let again = generate(&operation, &potion, &how).unwrap();
    assert_eq!((again.delivered.len(), again.outcome.kept.len(), again.outcome.asked), (1, 1, 0));
    assert_eq!(project.read("art/red-potion-2.png"), b"mine");
    assert!(seen.lock().unwrap().iter().any(|event| event.contains("\"event\":\"failed\"")));
}

#[test]
fn an_examination_is_findings_with_codes() {
    let project = Project::with(KNIGHT).file("pixels.local.toml", "servers = [\"http://127.0.0.1:9\"]\n");
    let (root, cancel) = (project.path(""), Cancel::default());
    let report = doctor::examine(&on(&root, &cancel, Arc::new(()))).unwrap();
    let lines: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| !finding.diagnostic.code.ends_with("disk-space"))
        .map(|finding| {
            let value = serde_json::to_value(finding).unwrap();
            let word = |key: &str| value[key].as_str().unwrap().to_owned();
            format!("{} {} {}", word("area"), word("level"), word("code"))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    machine ok machine
    project ok project
    project ok no-picks
    project note not-up-to-date
    servers note server-unreachable
    ");
    assert_eq!(report.count(Level::Problem), 0);
    let finding = report.findings.last().unwrap();
    insta::assert_snapshot!(data(finding, &project), @r#"
    {
      "area": "servers",
      "level": "note",
      "code": "server-unreachable",
      "severity": "note",
      "message": "http://127.0.0.1:9: nothing answers there",
      "hint": "start ComfyUI there, or correct `servers` in `pixels.local.toml`",
      "subject": {
        "kind": "server",
        "name": "http://127.0.0.1:9"
      }
    }
    "#);
}

#[test]
fn every_image_that_is_processed_is_a_value() {
    let project = Project::new().file("raw/a.png", png(16, [200, 0, 0])).file("raw/b.png", "none");
    let request = Request {
        images: vec![project.path("raw")],
        out: project.path("made"),
        explain: None,
        grouping: Grouping::Alone,
        recipe: RecipeOptions::default(),
    };
    let (root, cancel) = (project.path(""), Cancel::default());
    let operation = on(&root, &cancel, Arc::new(()));
    let made = process(&operation, &request).unwrap();
    insta::assert_snapshot!(data(&made, &project));
    let bad = RecipeOptions { colors: Some(0), ..RecipeOptions::default() };
    let error = process(&operation, &Request { recipe: bad, ..request.clone() }).unwrap_err();
    assert_eq!(error.diagnostics()[0].code, "bad-value");
    cancel.cancel();
    assert!(data(&process(&operation, &request).unwrap(), &project).contains("\"cancelled\""));
}

#[test]
fn palettes_are_values() {
    let project = Project::new();
    let one_bit = palette::list().into_iter().find(|one| one.id == "one-bit").unwrap();
    insta::assert_snapshot!(data(&one_bit, &project), @r##"
    {
      "id": "one-bit",
      "name": "One-bit",
      "author": "nobody: black and white",
      "colors": [
        "#000000",
        "#ffffff"
      ]
    }
    "##);
    let to = project.path("x.hex");
    let saved = palette::save(&one_bit.palette, &to, Existing::Keep).unwrap();
    insta::assert_snapshot!(data(&saved, &project), @r#"
    {
      "path": "DIR/x.hex",
      "colors": 2
    }
    "#);
    assert!(why(palette::save(&one_bit.palette, &to, Existing::Keep)).contains("\"file-exists\""));
}

#[test]
fn workflows_are_listed_imported_and_checked_as_data() {
    let project = Project::with(KNIGHT).file("own.json", dgx_pixels::workflow::BUILT_IN[1].text);
    let (root, cancel) = (project.path(""), Cancel::default());
    let operation = on(&root, &cancel, Arc::new(()));
    let request = ImportRequest {
        file: project.path("own.json"),
        name: None,
        bind: Vec::new(),
        existing: Existing::Keep,
        against: Against::Recorded,
    };
    let imported = workflow::import(&operation, &request).unwrap();
    assert_eq!((imported.name.as_str(), imported.hides_built_in), ("own", false));
    assert!(why(workflow::import(&operation, &request)).contains("\"file-exists\""));
    let listed = workflow::list(&operation).unwrap().into_iter().find(|one| one.name == "own").unwrap();
    insta::assert_snapshot!(data(&listed, &project));
    let checks = workflow::check(&operation, &["own".to_owned()], &Against::Recorded).unwrap();
    insta::assert_snapshot!("workflows_checked", data(&checks, &project));
    let unknown = workflow::show(&operation, "sdxl-inpant");
    insta::assert_snapshot!(why(unknown), @r#"
    [
      {
        "code": "unknown-workflow",
        "severity": "error",
        "message": "no workflow is called `sdxl-inpant`",
        "hint": "did you mean `sdxl-inpaint`? `dgx-pixels workflow list` shows all"
      }
    ]
    "#);
}

#[test]
fn what_a_command_line_prints_as_json_is_the_value() {
    let project = Project::with(KNIGHT).file("raw/a.png", png(16, [200, 0, 0]));
    let json = |arguments: &[&str]| {
        let run = project.run(&[arguments, &["--message-format", "json"]].concat()).exit(0);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines.len(), run.events.len(), "{arguments:?}: {run}");
        run.events.clone()
    };
    assert_eq!(json(&["add", "sprite", "tree", "oak"])[0]["name"], "tree");
    assert_eq!(json(&["process", "raw", "--out", "made"])[0]["verdict"], "pass");
    assert_eq!(json(&["palette", "show", "one-bit"])[0]["colors"][1], "#ffffff");
    assert_eq!(json(&["palette", "convert", "one-bit", "x.gpl"])[0]["colors"], 2);
    assert_eq!(json(&["init", "other"])[0]["name"], "other");
    assert_eq!(json(&["workflow", "check", "sdxl"])[0]["workflows"][0]["name"], "sdxl");
    assert!(json(&["palette", "list"])[0]["items"].as_array().unwrap().len() > 10);
    assert!(json(&["workflow", "list"])[0]["items"].as_array().unwrap().len() > 3);
    assert!(json(&["doctor"])[0]["findings"][0]["code"].is_string());
    let made = json(&["generate", "item", "key", "--size", "16"]);
    let delivered = made.iter().find(|event| event["event"] == "delivered").unwrap();
    assert_eq!((&delivered["path"], &delivered["size"][0]), (&"./key.png".into(), &16.into()));
}

#[test]
fn the_message_format_is_offered_only_where_it_works() {
    let project = Project::new();
    for (command, offered) in [
        ("build", true),
        ("plan", true),
        ("why", true),
        ("doctor", true),
        ("workflow list", true),
        ("workflow show", false),
        ("schema", false),
        ("completions", false),
        ("man", false),
    ] {
        let help = &project.run_line(&format!("{command} --help")).exit(0).stdout;
        assert_eq!(help.contains("--message-format"), offered, "{command}: {help}");
    }
    for command in ["schema", "completions bash", "man", "workflow show sdxl"] {
        let refused = project.run_line(&format!("--message-format json {command}")).exit(2).reports("no-json");
        assert_eq!(refused.events.last().unwrap()["exit"], 2, "{refused}");
    }
}
