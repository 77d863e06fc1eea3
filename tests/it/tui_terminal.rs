//! The terminal interface in a real pty: what a user does, checked in the files that it changes.

use std::fs;

use serde_json::Value;

use crate::project::Project;
use crate::pty::{Pty, assert_restored};
use crate::server_builds::{fake, project, slow, sprites};

const KNIGHTS: &str = r#"
[project]
name = "test"
backend = "sketch"
[sprite.knight]
preset = "character"
prompt = "medieval knight"
size = 16
candidates = 3
tags = ["hero"]
[sprite.orc]
prompt = "orc"
size = 16
[sprite.potion]
prompt = "potion"
size = 16
"#;

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const F1: &str = "\u{1b}OP";
const F3: &str = "\u{1b}OR";
const F4: &str = "\u{1b}OS";
const F5: &str = "\u{1b}[15~";

fn built() -> Project {
    let project = Project::with(KNIGHTS);
    project.build(&[]).exit(0);
    project
}

#[test]
fn a_user_filters_opens_picks_releases_and_rerolls() {
    let project = built();
    let mut pty = Pty::start(&project, &[]);
    pty.shows("3 of 3 assets").send("/hero").shows("1 of 3 assets").send(ENTER).send(ENTER);
    pty.shows("score").send("2").shows("picked candidate 2");
    assert_eq!(
        (project.pick("sprite.knight")["n"].clone(), project.pick("sprite.knight")["by"].clone()),
        (2.into(), "user".into())
    );
    pty.shows("your pick").send("u").shows("released 1 pick");
    assert_eq!(project.pick("sprite.knight"), Value::Null);
    pty.send("r").shows("new candidates for 1 slot");
    assert!(project.lock().contains("first = 4"), "{}", project.lock());
    pty.send("b").shows("4 ● chosen").send(F1).shows("build ended");
    pty.quits("q");
    project.build(&[]).exit(0).asked(0).wrote(0);
}

/// Every pixel of a sprite is on the screen, in its colour and at its place.
#[test]
fn sprites_are_drawn_pixel_by_pixel() {
    let project = built();
    let sprite = image::open(project.path("assets/sprites/orc.png")).unwrap().to_rgba8();
    // 42 columns and 15 rows have room for 16 pixels at their own size.
    let mut pty = Pty::with(&project, &["orc"], &[], [80, 24]);
    pty.shows("1 of 1 asset").until("the sprite", |screen| screen.contains('▀'));
    let color = |x: u32, y: u32| {
        let [r, g, b, a] = sprite.get_pixel(x, y).0;
        (a > 0).then_some(vt100::Color::Rgb(r, g, b))
    };
    let is_at = |left: u16, top: u16| {
        (0..16_u16).flat_map(|x| (0..8_u16).map(move |y| (x, y))).all(|(x, y)| {
            let (text, fg, bg) = pty.cell(top + y, left + x);
            let pixels = (color(x.into(), 2 * u32::from(y)), color(x.into(), 2 * u32::from(y) + 1));
            match pixels {
                (Some(upper), Some(lower)) => (text.as_str(), fg, bg) == ("▀", upper, lower),
                (Some(upper), None) => (text.as_str(), fg, bg) == ("▀", upper, vt100::Color::Default),
                (None, Some(lower)) => (text.as_str(), fg, bg) == ("▄", lower, vt100::Color::Default),
                (None, None) => text.trim().is_empty(),
            }
        })
    };
    let places = (38..64).flat_map(|left| (2..15).map(move |top| (left, top)));
    assert_eq!(places.filter(|(left, top)| is_at(*left, *top)).count(), 1, "{}", pty.screen());
    pty.quits("q");
}

#[test]
fn ten_blind_votes_are_ten_lines() {
    let fake = fake();
    let arms = "[compare.house]\nslots = [\"*\"]\nseeds = 2\narms.base = {}\narms.more = { steps = 9 }\narms.less = { steps = 7 }\n";
    let project = project(&[&fake], &format!("{}{arms}", sprites(&["knight", "orc"]))).git_init();
    project.git(&["config", "user.name", "A. Tester"]);
    project.run(&["compare", "run", "house"]).exit(0);
    let mut pty = Pty::start(&project, &["--screen", "compare"]);
    pty.shows("house").send(ENTER).shows("vote 1,");
    for (n, key) in ["l", "r", "t", "x", "s", "l", "l", "r", "t", "l"].iter().enumerate() {
        pty.send(key).shows(&format!("vote {},", n + 2));
    }
    let lines: Vec<Value> =
        project.text("compare/house.votes.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answers: Vec<&str> = lines.iter().map(|line| line["answer"].as_str().unwrap()).collect();
    assert_eq!(answers, ["left", "right", "tie", "both-bad", "skip", "left", "left", "right", "tie", "left"]);
    let screen = pty.screen();
    assert!(!["base", "more :", "less"].iter().any(|arm| screen.contains(arm)), "no arm is named:\n{screen}");
    pty.send("u").shows("vote 10,");
    assert_eq!(project.text("compare/house.votes.jsonl").lines().count(), 11);
    pty.send("i").shows("strength").shows("base");
    pty.quits("q");
    project.run(&["compare", "report", "house", "--json"]).exit(0).says("\"votes\": 8");
}

/// Three images at once: the best one wins two pairs, and one key takes both back.
#[test]
fn the_best_of_three_is_a_vote_on_each_pair_with_it() {
    let fake = fake();
    let arms = "[compare.house]\nslots = [\"*\"]\nseeds = 2\narms.base = {}\narms.more = { steps = 9 }\narms.less = { steps = 7 }\n";
    let project = project(&[&fake], &format!("{}{arms}", sprites(&["knight", "orc"]))).git_init();
    project.git(&["config", "user.name", "A. Tester"]);
    project.run(&["compare", "run", "house"]).exit(0);
    let lines = || -> Vec<Value> {
        let text = project.text("compare/house.votes.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let mut pty = Pty::start(&project, &["--screen", "compare"]);
    pty.shows("house").send(ENTER).shows("vote 1,").send("+").shows("which is best?").send("2").shows("vote 3,");
    let cast = lines();
    let place = |vote: &Value, side: &str| vote[side]["raw"].as_str().unwrap().to_owned();
    assert_eq!((cast.len(), &cast[0]["n"]), (2, &cast[1]["n"]), "one answer, two lines");
    assert_eq!((cast[0]["answer"].as_str(), cast[1]["answer"].as_str()), (Some("right"), Some("left")));
    assert_eq!(place(&cast[0], "right"), place(&cast[1], "left"), "the second one won both");
    assert_ne!(place(&cast[0], "left"), place(&cast[1], "right"));
    pty.shows("which is best?").send("u").shows("vote 1,").shows("which is best?").send("x").shows("vote 4,");
    let answers: Vec<Value> = lines().into_iter().skip(4).map(|line| line["answer"].clone()).collect();
    assert_eq!(answers, ["both-bad", "both-bad", "both-bad"]);
    pty.quits("q");
    let report = project.run(&["compare", "report", "house", "--json", "--quiet"]).exit(0);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!((report["votes"].as_u64(), report["undone"].as_u64()), (Some(3), Some(2)), "{report}");
}

#[test]
fn a_prompt_of_every_printable_key_arrives_unchanged() {
    let project = built();
    let mut pty = Pty::start(&project, &["--screen", "prompt"]);
    let all: String = (' '..='~').collect();
    pty.shows("Prompt").send(&format!("x{all}y")).shows("xyz{|}~y").send(ENTER).shows("in progress");
    pty.until("the image", |screen| !screen.contains("in progress"));
    let job: Value = serde_json::from_slice(&project.read(".dgx-pixels/jobs/1/job.json")).unwrap();
    assert_eq!(job["report"]["work"]["prompt"].as_str(), Some(format!("x{all}y").as_str()), "{job}");
    pty.send(ESC).shows("edit").quits("q");
}

#[test]
fn a_paste_presses_no_key_and_commands_nothing() {
    let project = built();
    let mut pty = Pty::start(&project, &["--screen", "prompt"]);
    pty.shows("Prompt");
    let text = "red\r\nb q \u{9b}2J\t".repeat(80_000);
    pty.send(&format!("\u{1b}[200~{text}\u{1b}[201~end")).shows("end");
    pty.send(ESC).shows("edit").quits("q");
    assert!(!project.exists(".dgx-pixels/jobs"), "nothing was generated");
}

#[test]
fn quitting_in_a_build_asks() {
    let fake = slow(4.0);
    let project = project(&[&fake], &sprites(&["a", "b", "c"]));
    let mut pty = Pty::start(&project, &["--screen", "build"]);
    pty.shows("3 images to generate").send("b").shows("Requests: ").send("q").shows("Quit?").send(ESC);
    pty.until("the question is gone", |screen| !screen.contains("Quit?")).send("q").shows("Quit?").send("g");
    let (code, bytes) = pty.end();
    assert_restored(&bytes);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&bytes));
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn quitting_may_cancel_and_loses_nothing() {
    let fake = slow(0.5);
    let project = project(&[&fake], &sprites(&["a", "b", "c", "d"]));
    let mut pty = Pty::start(&project, &["--screen", "build"]);
    pty.shows("4 images to generate").send("b").until("a capture", |screen| screen.contains("1 of 4 images")).send("q");
    pty.shows("Quit?").quits("c");
    let run = project.build(&[]).exit(0);
    assert!(run.count("asked") < 4, "{run}");
}

#[test]
fn a_request_that_waits_is_cancelled() {
    let fake = slow(3.0);
    let project = project(&[&fake], &sprites(&["a", "b", "c", "d", "e", "f"]));
    let mut pty = Pty::start(&project, &["--screen", "build"]);
    // The first one is drawn, so that the server's queue is known.
    pty.shows("6 images to generate").send("b").shows("f 1").shows(" of 8").shows("model sd_xl_base_1.0.safetensors");
    // The last one that waits is cancelled.
    pty.send("\u{1b}[F").send("x").until("the end", |screen| screen.contains("build ended with 1"));
    pty.quits("q");
    assert!(!project.exists("assets/sprites/f.png") && project.exists("assets/sprites/a.png"));
}

#[test]
fn the_terminal_is_restored_after_a_panic() {
    let project = built();
    let mut pty = Pty::with(&project, &[], &[("DGX_PIXELS_FAILPOINT", "frame=panic@3")], [100, 30]);
    let (code, bytes) = pty.end();
    assert_restored(&bytes);
    assert_eq!(code, 101);
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.rfind("failpoint `frame`") > text.find("\u{1b}[?1049l"),
        "the panic is told on the screen of the shell"
    );
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_the_build_goes_on_later() {
    for signal in ["TERM", "HUP"] {
        let fake = slow(0.5);
        let project = project(&[&fake], &sprites(&["a", "b", "c", "d"]));
        let mut pty = Pty::start(&project, &["--screen", "build"]);
        pty.shows("4 images to generate").send("b").until("a capture", |screen| screen.contains("1 of 4 images"));
        pty.signal(signal);
        let (code, bytes) = pty.end();
        assert_restored(&bytes);
        assert_eq!(code, 130);
        // The job goes on when the project is opened again.
        let mut pty = Pty::start(&project, &["--screen", "build"]);
        pty.shows("everything is up to date").quits("q");
        project.build(&[]).exit(0).asked(0);
    }
}

#[test]
fn any_size_is_survived() {
    let project = built();
    let mut pty = Pty::start(&project, &[]);
    pty.shows("3 of 3 assets");
    for size in [[10, 3], [1, 1], [250, 70], [80, 23], [79, 24]] {
        pty.resize(size);
        match size {
            [250, 70] => pty.shows("3 of 3 assets"),
            [79 | 80, _] => pty.shows("80x24 or more is needed"),
            _ => &mut pty,
        };
    }
    pty.resize([80, 24]).shows("3 of 3 assets").quits("q");
}

#[test]
fn two_of_them_see_what_the_other_does() {
    let project = built();
    let mut one = Pty::start(&project, &["knight"]);
    let mut two = Pty::start(&project, &["knight"]);
    one.shows("1 of 1 asset").send(ENTER).shows("score");
    two.shows("1 of 1 asset").send(ENTER).shows("score");
    one.send("3").shows("picked candidate 3");
    two.shows("your pick");
    project.run(&["pick", "knight", "1"]).exit(0);
    two.send("2")
        .until("one of both", |screen| screen.contains("picked candidate 2") || screen.contains("candidate 1"));
    two.quits("q");
    one.quits("q");
}

#[test]
fn a_project_that_goes_away_ends_nothing() {
    let project = built();
    let mut pty = Pty::start(&project, &[]);
    pty.shows("3 of 3 assets");
    for entry in fs::read_dir(project.path("")).unwrap() {
        let path = entry.unwrap().path();
        _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    pty.shows("error:").send(F1).shows("Requests").send(F3).shows("Compare").send(F5).shows("Servers").quits("q");
}

#[test]
fn names_command_no_terminal() {
    let manifest = KNIGHTS.replace("\"medieval knight\"", "\"kn\\u001b[2J\\u001b]0;pwned\\u0007ight \\u202e 騎士\"");
    let project = Project::with(&manifest);
    project.build(&[]).exit(0);
    let mut pty = Pty::start(&project, &["knight"]);
    pty.shows("1 of 1 asset").send(ENTER).shows("騎").send("q");
    let (_, bytes) = pty.end();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("pwned\u{7}") && !text.contains('\u{202e}'));
}

#[test]
fn without_a_terminal_or_colours_it_says_so() {
    let project = built();
    project.run(&["tui"]).exit(2).says("needs a terminal").says("hint");
    let mut pty = Pty::with(&project, &["--images", "auto"], &[("NO_COLOR", "1")], [80, 24]);
    pty.shows("3 of 3 assets").send("?").shows("wants no colours").send(ESC);
    pty.until("no image", |screen| !screen.contains("Keys") && !screen.contains('▀')).quits("q");
}

#[test]
fn servers_say_what_they_lack() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight"]));
    let mut pty = Pty::start(&project, &["--screen", "servers"]);
    assert!(!pty.screen().contains("last used"), "it ran nothing yet");
    pty.shows("Checkpoints").shows("sd_xl_base_1.0.safetensors").shows("for knight").send(F4).shows("Preset");
    pty.quits("\u{3}");
    project.build(&[]).exit(0);
    Pty::start(&project, &["--screen", "servers"]).shows("last used: sd_xl_base_1.0.safetensors").quits("q");
}

#[test]
fn a_raw_is_seen_under_its_grid() {
    let project = built();
    let mut pty = Pty::start(&project, &["knight"]);
    pty.shows("1 of 1 asset").send(ENTER).shows("score").send("f").shows("128x128, 16x16 cells of about 8.00 px");
    pty.send("+").shows("every line").send(ESC).shows("score").quits("q");
}
