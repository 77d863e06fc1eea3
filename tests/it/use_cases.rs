//! The use cases as functions of the session: plain arguments in, values that serialize out; and the JSON lines that
//! the command line makes of them.

use std::sync::Arc;

use dgx_pixels::session::{
    self, Cancel, Captures, Existing, Garbage, Look, Operation, PlannedStep, Result, UnpickedSlot,
};
use dgx_pixels::words::asset::{GroupId, Kind, SlotId};
use dgx_pixels::words::lock::Side;
use serde::Serialize;
use serde_json::{Value, json};

use crate::project::{GAME, KNIGHT, Project};

/// Carries out an operation in a project.
fn operate<T>(project: &Project, run: impl FnOnce(&Operation) -> Result<T>) -> Result<T> {
    let (root, cancel) = (project.path(""), Cancel::default());
    run(&Operation::new(&root, None, Arc::new(()), &cancel))
}

/// A value as JSON, with digests and seeds left out.
fn text(value: &impl Serialize) -> String {
    fn mask(value: &mut Value) {
        match value {
            Value::String(text) if text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                *text = "<digest>".to_owned();
            }
            Value::Array(list) => list.iter_mut().for_each(mask),
            Value::Object(fields) => {
                if fields.contains_key("seed") {
                    fields.insert("seed".to_owned(), json!("<seed>"));
                }
                fields.values_mut().for_each(mask);
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(value).unwrap();
    mask(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

/// The code and the message of the only diagnostic.
fn refused<T: std::fmt::Debug>(result: Result<T>) -> (String, String) {
    let [found] = result.unwrap_err().diagnostics().try_into().unwrap();
    (found.code.into_owned(), found.message)
}

fn two_candidates() -> Project {
    let project = Project::with(&format!("{KNIGHT}candidates = 2\n"));
    project.build(&[]).exit(0);
    project
}

fn knight() -> SlotId {
    SlotId::only(GroupId::new(Kind::Sprite, "knight"))
}

fn lines(run: &crate::project::Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_pick_holds_until_it_is_released() {
    let project = two_candidates();
    let automatic = project.pick("sprite.knight");
    let other = if automatic["n"] == 1 { 2 } else { 1 };
    let [picked] = operate(&project, |op| session::pick(op, "knight", other)).unwrap().try_into().unwrap();
    assert_eq!((&picked.slot, picked.n), (&knight(), other));
    assert_eq!(project.pick("sprite.knight")["raw"], json!(picked.raw));
    let unpick = || operate(&project, |op| session::unpick(op, "knight")).unwrap().slots;
    assert_eq!(unpick(), [UnpickedSlot { slot: knight(), released: true }]);
    assert_eq!(unpick(), [UnpickedSlot { slot: knight(), released: false }]);
    project.build(&[]).exit(0).asked(0);
    assert_eq!(project.pick("sprite.knight"), automatic);
    let rerolled = operate(&project, |op| session::reroll(op, "knight", Some(&[1]))).unwrap();
    assert_eq!(serde_json::to_value(&rerolled).unwrap(), json!({ "slots": [{ "slot": knight(), "first": 3 }] }));
    project.build(&[]).exit(0).asked(2);
}

#[test]
fn wrong_decisions_have_codes_and_change_nothing() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let lock = project.lock();
    let pick = |name: &str, n| refused(operate(&project, |op| session::pick(op, name, n)));
    assert_eq!(pick("knight", 9), ("unknown-candidate".into(), "`knight` has no candidate 9: there are 1, 2".into()));
    assert_eq!(pick("night", 1), ("unknown-target".into(), "no asset is called `night`".into()));
    assert_eq!(pick("knight-walk", 1).0, "ambiguous-slot");
    assert_eq!(pick("meadow", 1).0, "not-generated");
    let reroll = refused(operate(&project, |op| session::reroll(op, "knight", Some(&[7]))));
    assert_eq!(reroll.1, "`knight` has no candidate 7 for its current prompt and style");
    assert_eq!(project.lock(), lock);
}

#[test]
fn check_names_what_is_stale_and_why() {
    let project = two_candidates();
    let check = |look| operate(&project, |op| session::check(op, &[], look)).unwrap();
    insta::assert_snapshot!("check_fresh", text(&check(Look::Outputs)));
    project.append("pixels.toml", "outline = \"outer\"\n[sprite.axe]\nprompt = \"axe\"\n");
    insta::assert_snapshot!("check_stale", text(&check(Look::Lock)));
}

#[test]
fn a_plan_is_a_value() {
    let project = Project::with(GAME);
    let plan = |targets: &[String]| operate(&project, |op| session::plan(op, targets));
    insta::assert_snapshot!("plan", text(&plan(&["knight-walk".into(), "guard@w".into()]).unwrap()));
    assert_eq!(refused(plan(&["tag:none".into()])), ("unknown-target".into(), "no asset has the tag `none`".into()));
    project.build(&[]).exit(0);
    assert!(plan(&[]).unwrap().items.iter().all(|item| item.step == PlannedStep::Fresh && !item.stale));
}

#[test]
fn why_is_a_value() {
    let project = two_candidates();
    project.edit("pixels.toml", "prompt = \"knight\"", "prompt = \"squire\"");
    let explanation = operate(&project, |op| session::why(op, "knight")).unwrap();
    let changes: Vec<String> = explanation.items[0].changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["prompt: knight -> squire"]);
    assert_eq!(explanation.items[0].changed_parts, []);
    assert!(explanation.items[0].planned.stale);
    assert_eq!(refused(operate(&project, |op| session::why(op, "zebra"))).0, "unknown-target");
}

#[test]
fn a_renamed_asset_keeps_its_captures() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let renamed = operate(&project, |op| session::rename(op, "knight", "squire")).unwrap();
    let expected = json!({ "from": "knight", "to": "squire", "manifest": ["pixels.toml"], "made": true });
    assert_eq!(serde_json::to_value(&renamed).unwrap(), expected);
    project.build(&[]).exit(0).asked(0).check(&[]).exit(0);
    let rename = |from: &str, to: &str| refused(operate(&project, |op| session::rename(op, from, to))).0;
    assert_eq!(rename("squire", "squire"), "same-name");
    assert_eq!(rename("squire", "guard"), "name-taken");
    assert_eq!(rename("squire", "a b"), "bad-name");
    assert_eq!(rename("guard@w", "watch"), "not-an-asset");
    assert_eq!(rename("knight", "king"), "unknown-target");
}

#[test]
fn a_conflict_is_resolved_or_needs_a_side() {
    let project = two_candidates();
    let resolve = |side| operate(&project, |op| session::resolve(op, side));
    assert!(!resolve(None).unwrap().conflict);
    let side = |n| {
        operate(&project, |op| session::pick(op, "knight", n)).unwrap();
        project.lock()
    };
    let conflict = format!("<<<<<<< ours\n{}=======\n{}>>>>>>> theirs\n", side(1), side(2));
    project.write("pixels.lock", &conflict);
    let differ = "the two sides have different picks: knight (ours 1, theirs 2)";
    assert_eq!(refused(resolve(None)), ("picks-differ".into(), differ.into()));
    assert_eq!(project.lock(), conflict);
    assert!(resolve(Some(Side::Theirs)).unwrap().conflict);
    assert_eq!(project.pick("sprite.knight")["n"], 2);
}

#[test]
fn captures_travel_and_garbage_goes() {
    let project = two_candidates();
    let file = project.path("captures.tar");
    let export = |existing| operate(&project, |op| session::export_captures(op, Captures::Picked, &file, existing));
    assert_eq!(serde_json::to_value(export(Existing::Keep).unwrap()).unwrap(), json!({ "raws": 1, "missing": [] }));
    assert_eq!(refused(export(Existing::Keep)).0, "file-exists");
    let other = Project::with(KNIGHT);
    let imported = operate(&other, |op| session::import_captures(op, &file)).unwrap();
    assert_eq!(serde_json::to_value(imported).unwrap(), json!({ "raws": 1, "damaged": 0, "conflicts": [] }));
    let manifest = other.path("pixels.toml");
    assert_eq!(refused(operate(&other, |op| session::import_captures(op, &manifest))).0, "not-an-export");
    let raws = Garbage { raws: true, ..Garbage::default() };
    let dry = operate(&other, |op| session::gc(op, Garbage { dry_run: true, ..raws })).unwrap();
    assert_eq!((dry.dry_run, dry.used.files), (true, 1));
    assert_eq!(operate(&other, |op| session::gc(op, raws)).unwrap().used, dry.used);
    assert_eq!(operate(&other, session::store_size).unwrap().raws.files, 0);
}

#[test]
fn a_result_is_one_json_line() {
    let project = two_candidates();
    for (arguments, event) in [
        (&["plan"][..], "plan"),
        (&["why", "knight"], "why"),
        (&["check"], "checked"),
        (&["pick", "knight", "1"], "picked"),
        (&["unpick", "knight"], "unpicked"),
        (&["cache", "size"], "cache-size"),
        (&["cache", "gc", "--all", "--dry-run"], "cache-removed"),
        (&["lock", "resolve"], "resolved"),
        (&["reroll", "knight"], "rerolled"),
        (&["mv", "knight", "squire"], "renamed"),
    ] {
        let run = project.run(&[arguments, &["--message-format", "json"]].concat());
        // `check` says the exit code itself.
        let events: Vec<Value> = lines(&run).into_iter().map(|line| line["event"].clone()).collect();
        let end: &[&str] = if event == "checked" { &[] } else { &["finished"] };
        assert_eq!(events, [&[event], end].concat(), "{run}");
    }
}

#[test]
fn an_error_is_json_lines_with_codes() {
    let project = Project::with(&KNIGHT.replace("size = 16", "size = 16\npalette = \"endesga-23\""));
    let run = project.run(&["check", "--message-format", "json"]).exit(2);
    insta::assert_snapshot!("errors_manifest", run.shown());
    let project = Project::with(KNIGHT);
    for arguments in [["build", "night"], ["plan", "night"], ["why", "night"], ["unpick", "night"]] {
        let run = project.run(&[&arguments[..], &["--message-format", "json"]].concat()).exit(2);
        let found = lines(&run);
        let [.., diagnostic, finished] = found.as_slice() else { panic!("{run}") };
        assert_eq!(diagnostic["event"], "diagnostic");
        assert_eq!(diagnostic["code"], "unknown-target");
        assert_eq!(diagnostic["subject"], json!({ "kind": "asset", "name": "night" }));
        assert_eq!(diagnostic["hint"], "did you mean `knight`? `dgx-pixels list` shows all assets");
        assert_eq!(*finished, json!({ "event": "finished", "exit": 2 }));
    }
}
