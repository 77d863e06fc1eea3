//! Kills, full disks and refused writes at every place: nothing is lost, nothing is asked for twice, and the next
//! build ends where an undisturbed one does.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::project::{Project, Run, Tree, assert_same};

/// Every kind of write: candidates, frames, a sheet, tiles, committed raws, settings and the shared list.
const SMALL: &str = r#"
[project]
name = "test"
backend = "sketch"
export = ["bevy"]
raws = "raws"
[sprite.knight]
preset = "character"
prompt = "knight"
size = 16
candidates = 2
[animation.knight-walk]
of = "knight"
action = "walk"
frames = 2
[texture.grass]
prompt = "grass"
[tileset.meadow]
of = "grass"
size = 16
layout = "single"
"#;

/// The requests that the records name, each of which must stand there once.
fn captured(project: &Project) -> usize {
    let path = ".dgx-pixels/store/records.jsonl";
    let text = if project.exists(path) { project.text(path) } else { String::new() };
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let requests: Vec<String> = lines.filter_map(|line| Some(line["request"].as_str()?.to_owned())).collect();
    let different: BTreeSet<&String> = requests.iter().collect();
    assert_eq!(different.len(), requests.len(), "a request was captured twice");
    requests.len()
}

/// After whatever happened, a plain build ends as it should and asks for what was not captured, nothing else.
fn recovers(project: &Project, planned: usize, tree: &Tree, what: &str) {
    let had = captured(project);
    let run = project.build(&[]);
    let asked = run.count("asked");
    assert_eq!(run.code(), Some(0), "after {what}: {run}");
    assert!(asked <= planned - had, "after {what}: {asked} asked, {had} of {planned} were captured: {run}");
    assert_same(&project.tree(), tree, &format!("after {what}"));
    assert_eq!(captured(project), planned, "after {what}");
    let mut left: Vec<String> = project.files("").into_keys().collect();
    left.retain(|path| {
        !path.starts_with(".dgx-pixels/store") && (path.contains(".publish-") || path.contains("unfinished"))
    });
    assert!(left.is_empty(), "after {what}: {left:?}");
    project.build(&[]).exit(0).asked(0).wrote(0);
}

/// Kills a build at its first, second, third .. passage of any failpoint, until it survives; how often it was killed.
fn kill_everywhere(begin: impl Fn() -> Project, planned: usize, tree: &Tree) -> usize {
    for n in 1.. {
        let project = begin();
        let point = format!("any=kill@{n}");
        if !project.build_failing(&point).was_killed() {
            return n - 1;
        }
        recovers(&project, planned, tree, &point);
    }
    unreachable!()
}

#[test]
fn a_first_build_survives_a_kill_at_every_step() {
    let whole = Project::with(SMALL);
    whole.build(&[]).exit(0).asked(5);
    let kills = kill_everywhere(|| Project::with(SMALL), 5, &whole.tree());
    assert!(kills > 60, "only {kills} places");
}

#[test]
fn a_change_survives_a_kill_at_every_step() {
    let built = Project::with(SMALL);
    built.build(&[]).exit(0);
    built.edit("pixels.toml", "meadow", "field").append("pixels.toml", "[recipe.default]\npalette = \"pico-8\"\n");
    let whole = built.copy();
    whole.build(&[]).exit(0).asked(0).pruned(&["assets/tilesets/meadow.png", "assets/tilesets/meadow.png.meta"]);
    let kills = kill_everywhere(|| built.copy(), 5, &whole.tree());
    assert!(kills > 25, "only {kills} places");
}

#[test]
fn sixty_assets_survive_a_hundred_kills_at_random_instants() {
    let names: Vec<String> = (0..60).map(|n| format!("\"n{n}\"")).collect();
    let matrix = format!("matrix = {{ n = [{}] }}", names.join(", "));
    let text = format!(
        "[project]\nname = \"many\"\nbackend = \"sketch\"\nexport = [\"bevy\"]\n\
         [sprite.gem]\npreset = \"item\"\nprompt = \"potion bottle {{n}}\"\nsize = 16\n{matrix}\n"
    );
    let whole = Project::with(&text);
    let began = Instant::now();
    whole.build(&[]).exit(0).asked(60);
    let (longest, tree) = (began.elapsed().min(Duration::from_millis(300)), whole.tree());
    let seed = std::env::var("KILL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("KILL_SEED={seed}, up to {longest:?}");
    let mut random: u64 = seed;
    let mut project = Project::with(&text);
    for _ in 0..100 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = project.start(&["build"]);
        std::thread::sleep(longest.mul_f64((random >> 33) as f64 / 2f64.powi(31)));
        let _ = child.kill();
        if child.wait().unwrap().success() {
            assert_same(&project.tree(), &tree, "a build that came through");
            project = Project::with(&text);
        }
    }
    recovers(&project, 60, &tree, "the last kill");
}

/// Fails every second passage in turn, the other test the others; every failure is said, and the next build repairs.
fn refuse_everywhere(action: &str, word: &str, first: usize) {
    let whole = Project::with(SMALL);
    whole.build(&[]).exit(0);
    let tree = whole.tree();
    let mut failures = 0;
    for n in (first..=110).step_by(2) {
        let project = Project::with(SMALL);
        let point = format!("any={action}@{n}");
        let run = project.build_failing(&point);
        match run.code() {
            // What only saves work may fail quietly.
            Some(0) => {}
            Some(1) => failures += usize::from(said(&run, word, &point)),
            _ => panic!("{point}: {run}"),
        }
        recovers(&project, 5, &tree, &point);
    }
    assert!(failures > 20, "only {failures} failures");
}

#[track_caller]
fn said(run: &Run, word: &str, point: &str) -> bool {
    let all = format!("{}{}", run.stderr, run.stdout);
    assert!(all.contains(word) && all.contains('`'), "{point} is not explained: {run}");
    true
}

#[test]
fn a_full_disk_at_any_write_is_said_and_repaired() {
    refuse_everywhere("enospc", "no storage space", 1);
}

#[test]
fn a_refused_write_anywhere_is_said_and_repaired() {
    refuse_everywhere("eacces", "permission denied", 2);
}

/// Point, code of the diagnostic, and the file that it is about.
const REFUSED: [(&str, &str, &str); 13] = [
    ("journal", "journal-write", ".dgx-pixels/journal"),
    ("blob", "store-write", ".dgx-pixels/store"),
    ("blob.rename", "store-write", ".dgx-pixels/store"),
    ("record", "store-write", ".dgx-pixels/store"),
    ("publish.mkdir", "not-created", "assets"),
    ("publish.stage", "output-write", "assets/sprites/knight.png"),
    ("publish.rename", "output-write", "assets/sprites/knight.png"),
    ("raws", "not-written", "raws/"),
    ("lock", "not-written", "pixels.lock"),
    ("lock.rename", "not-written", "pixels.lock"),
    ("journal.clear", "journal-write", ".dgx-pixels/journal"),
    ("index", "not-written", ".dgx-pixels/index"),
    ("written", "not-written", ".dgx-pixels/written"),
];

#[test]
fn a_write_that_always_fails_is_named() {
    let whole = Project::with(SMALL);
    whole.build(&[]).exit(0);
    for (point, code, file) in REFUSED {
        let project = Project::with(SMALL);
        let run = project.build_failing(&format!("{point}=enospc")).exit(1);
        let about = |event: &Value| {
            let named = event["subject"]["name"].as_str().is_some_and(|name| name.starts_with(file));
            event["code"] == code && named && event["hint"].is_string()
        };
        assert!(run.events.iter().any(about), "{point} is not reported as `{code}` of `{file}`: {run}");
        recovers(&project, 5, &whole.tree(), point);
    }
}

#[test]
fn a_sprite_that_cannot_be_cached_costs_nothing() {
    Project::with(SMALL).build_failing("sprite=enospc").exit(0).processed(4);
}

#[test]
fn a_prune_that_is_refused_is_said_and_made_good() {
    let project = Project::with(SMALL);
    project.build(&[]).exit(0).edit("pixels.toml", "meadow", "field");
    let refused = project.build_failing("publish.prune=eacces").exit(1);
    let failed: Vec<_> = refused.of("failed").map(|event| (event["code"].as_str(), event["name"].as_str())).collect();
    let wanted = ["", ".meta"].map(|end| (Some("not-removed"), Some(format!("assets/tilesets/meadow.png{end}"))));
    assert_eq!(failed, wanted.each_ref().map(|(code, name)| (*code, name.as_deref())), "{refused}");
    project.build(&[]).exit(0).pruned(&["assets/tilesets/meadow.png", "assets/tilesets/meadow.png.meta"]);
    project.build(&[]).exit(0).asked(0).wrote(0);
}
