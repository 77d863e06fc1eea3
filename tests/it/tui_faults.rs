//! Terminals that answer late or never, that are stopped, or that shrink while an image is encoded.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::project::Project;
use crate::pty::{Answers, Pty};

const ESC: &str = "\u{1b}";
const F1: &str = "\u{1b}OP";
const F2: &str = "\u{1b}OQ";

/// Waits for what nobody says.
#[track_caller]
fn wait(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(300), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn sketches(count: usize) -> String {
    let sprites: String = (0..count).map(|n| format!("[sprite.s{n:03}]\nprompt = \"thing {n}\"\nsize = 8\n")).collect();
    format!("[project]\nname = \"test\"\nbackend = \"sketch\"\n{sprites}")
}

fn made(project: &Project) -> (String, BTreeMap<String, Vec<u8>>) {
    (project.lock(), project.files("assets"))
}

fn job_is_over(project: &Project) -> bool {
    let job = project.exists(".dgx-pixels/jobs/1/job.json").then(|| project.read(".dgx-pixels/jobs/1/job.json"));
    let job = job.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    job.is_some_and(|job| job.to_string().contains("\"phase\":\"over\""))
}

/// One of them does not read what it is sent, another one is stopped as a whole; the first one builds.
#[cfg(unix)]
#[test]
fn a_build_goes_on_behind_a_stopped_terminal_and_a_stopped_process() {
    const COUNT: usize = 200;
    let alone = Project::with(&sketches(COUNT));
    alone.build(&[]).exit(0);
    let project = Project::with(&sketches(COUNT));
    let mut deaf = Pty::start(&project, &["--screen", "build"]);
    let mut stopped = Pty::start(&project, &["--screen", "gallery"]);
    let mut watching = Pty::start(&project, &["--screen", "gallery"]);
    deaf.shows("200 to make");
    [&mut stopped, &mut watching].into_iter().for_each(|pty| _ = pty.shows("200 of 200 assets"));
    stopped.signal("STOP");
    deaf.pause().send("b");
    // Its words do not fit into the terminal: it waits for who reads them, and the build does not.
    wait("the build ends", || job_is_over(&project));
    watching.send("/pass\r").shows("200 of 200 assets");
    assert_eq!(made(&project), made(&alone), "whoever looks, the files are the same");
    deaf.resume().shows("build ended: 200 made").quits("q");
    stopped.signal("CONT");
    stopped.send("/pass\r").shows("200 of 200 assets").send(F1).shows("200 up to date, 0 to make").quits("q");
    watching.quits("q");
    project.build(&[]).exit(0).asked(0).wrote(0);
}

fn one() -> Project {
    let project = Project::with(&sketches(1));
    project.build(&[]).exit(0);
    project
}

#[test]
fn a_terminal_that_never_answers_gets_half_blocks() {
    let project = one();
    let mut pty = Pty::with(&project, &["--images", "auto"], &[], [100, 30]);
    pty.shows("1 of 1 asset").send("?").shows("half blocks: the terminal does not say what it has").send(ESC);
    pty.until("the sprite", |screen| screen.contains('▀')).quits("q");
}

#[test]
fn an_answer_that_comes_late_presses_no_key() {
    let project = one();
    let mut pty = Pty::answering(&project, &["--images", "auto"], Answers::Late);
    pty.shows("1 of 1 asset").answer();
    pty.send("?").shows("half blocks").send(ESC);
    pty.until("no help", |screen| !screen.contains("Keys")).send("/s0").shows("Filter: s0").send("\r").send("\r");
    pty.shows("score").send(F2).quits("q");
    assert!(!project.exists(".dgx-pixels/jobs"), "nothing was started");
}

/// The queries are answered as by a terminal that has Sixel.
#[test]
fn a_terminal_that_shrinks_while_an_image_is_encoded_is_drawn_again() {
    let project = one();
    let sixel = |bytes: &[u8]| bytes.windows(8).filter(|part| part == b"\x1bP0;1;0q").count();
    for _ in 0..3 {
        let mut pty = Pty::answering(&project, &["--images", "auto"], Answers::Sixel);
        pty.shows("1 of 1 asset");
        // Each size wants another image; the small ones have no room for one.
        for size in [[10, 3], [120, 40], [10, 3], [80, 24], [1, 1], [250, 70], [10, 3], [100, 30]] {
            pty.resize(size);
        }
        pty.shows("1 of 1 asset").send("?").shows("Images: Sixel").send(ESC);
        pty.until("no help", |screen| !screen.contains("Keys"));
        wait("an image", || sixel(&pty.bytes()) > 0);
        pty.quits("q");
    }
}
