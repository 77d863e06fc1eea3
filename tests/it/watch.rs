//! `watch`: one build a change, whatever the habits of the program that saves, and none without a change.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::contract::Contract;
use crate::project::{Project, png};
use crate::server_builds::{fake, project as on_server, sprites};

/// Two sprites with palettes of their own, one from a file; an include.
const STUDIO: &str = r##"
include = ["more/*.toml"]
[project]
name = "test"
backend = "sketch"
[recipe.stone]
palette = ["#111111", "#eeeeee"]
[sprite.knight]
preset = "character"
prompt = "knight"
size = 16
recipe = "stone"
[sprite.title]
source = "raw/title*.png"
size = 16
"##;

const MORE: &str = "[sprite.gem]\npreset = \"item\"\nprompt = \"gem\"\nsize = 16\npalette = \"palettes/own.hex\"\n";

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn studio() -> Project {
    let project = Project::with(STUDIO);
    project.write("more/gems.toml", MORE).write("raw/title.png", png(16, [200, 0, 0]));
    project.write("palettes/own.hex", "202020\nd0d0ff\n");
    project
}

/// A watch of a project, with the events that it told.
struct Watch<'a> {
    project: &'a Project,
    child: Child,
    lines: Receiver<Value>,
}

impl<'a> Watch<'a> {
    /// Starts it and waits for its first build.
    fn start(project: &'a Project, arguments: &[&str]) -> Self {
        // A file that is younger than a tick of the clock is not known well enough to say that it was saved unchanged.
        std::thread::sleep(Duration::from_millis(40));
        let arguments = [&["watch", "--message-format", "json"], arguments].concat();
        let mut child = project.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut watch = Self { project, child, lines };
        watch.until("watching");
        watch
    }

    /// The events up to the next one of a name, with it.
    #[track_caller]
    fn until(&mut self, event: &str) -> Vec<Value> {
        let mut seen: Vec<Value> = Vec::new();
        while seen.last().is_none_or(|last| last["event"] != event) {
            let next = self.lines.recv_timeout(PATIENCE);
            seen.push(next.unwrap_or_else(|error| panic!("no `{event}` ({error}) after {seen:#?}")));
        }
        seen
    }

    /// Everything that it tells of what was done before: then a file that was saved as it was is told of.
    #[track_caller]
    fn rest(&mut self) -> Vec<Value> {
        // Two saves within one tick of the clock are one.
        std::thread::sleep(Duration::from_millis(40));
        self.project.write("same.png", self.project.read("raw/title.png"));
        fs::rename(self.project.path("same.png"), self.project.path("raw/title.png")).unwrap();
        let mut seen = Vec::new();
        while !of(&seen, "noted").iter().any(|noted| noted["message"].as_str().unwrap().contains("raw/title.png")) {
            seen.extend(self.until("noted"));
        }
        seen.extend(self.until("watching"));
        seen
    }

    /// Exactly one build came of a change of these files.
    #[track_caller]
    fn built_once(&mut self, files: &[&str]) -> Vec<Value> {
        let mut seen = self.until("summary");
        seen.extend(self.rest());
        assert_eq!(of(&seen, "summary").len(), 1, "{seen:#?}");
        let changed: Vec<&Value> =
            of(&seen, "changed").iter().flat_map(|event| event["files"].as_array().unwrap()).collect();
        assert_eq!(changed, files, "{seen:#?}");
        assert_eq!(of(&seen, "refused").len(), 0, "{seen:#?}");
        seen
    }

    /// No build came of what was done.
    #[track_caller]
    fn built_nothing(&mut self) -> Vec<Value> {
        let seen = self.rest();
        assert_eq!((of(&seen, "summary").len(), of(&seen, "changed").len()), (0, 0), "{seen:#?}");
        seen
    }

    /// Ends it as Ctrl-C does; its last line.
    #[cfg(unix)]
    fn end(mut self) -> (Option<i32>, Value) {
        // SAFETY: a signal to a child that was not waited for yet.
        unsafe { libc::kill(i32::try_from(self.child.id()).unwrap(), libc::SIGINT) };
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().last().unwrap())
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn of<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == name).collect()
}

fn wrote(events: &[Value]) -> Vec<&str> {
    of(events, "wrote").iter().map(|event| event["path"].as_str().unwrap()).collect()
}

/// The manifest with another colour in the palette of one sprite.
fn with_color(color: &str) -> String {
    STUDIO.replace("#eeeeee", color)
}

#[test]
fn one_build_a_change_with_the_save_habits_of_five_editors() {
    let project = studio();
    let mut watch = Watch::start(&project, &[]);
    watch.built_nothing();
    let manifest = project.path("pixels.toml");
    let files = ["pixels.toml"];

    // Writes a new file and renames it over the old one.
    project.write(".pixels.toml.tmp1", with_color("#dddddd"));
    fs::rename(project.path(".pixels.toml.tmp1"), &manifest).unwrap();
    let seen = watch.built_once(&files);
    assert_eq!(wrote(&seen), ["assets/sprites/knight.png"]);

    // Truncates the file and writes it.
    fs::write(&manifest, with_color("#cccccc")).unwrap();
    watch.built_once(&files);

    // Writes it piece by piece, and longer than a watch waits for quiet.
    let text = with_color("#bbbbbb");
    let mut file = fs::File::create(&manifest).unwrap();
    for piece in text.as_bytes().chunks(text.len() / 3 + 1) {
        file.write_all(piece).unwrap();
        file.flush().unwrap();
        if cfg!(target_os = "linux") {
            std::thread::sleep(Duration::from_millis(150));
        }
    }
    drop(file);
    watch.built_once(&files);

    // Moves the old file aside, writes a new one, and has a swap file beside it.
    project.write(".pixels.toml.swp", "swap");
    fs::rename(&manifest, project.path("pixels.toml~")).unwrap();
    fs::write(&manifest, with_color("#aaaaaa")).unwrap();
    fs::remove_file(project.path("pixels.toml~")).unwrap();
    fs::remove_file(project.path(".pixels.toml.swp")).unwrap();
    watch.built_once(&files);

    // Saves what was there already.
    fs::write(&manifest, with_color("#aaaaaa")).unwrap();
    let seen = watch.built_nothing();
    assert!(of(&seen, "noted").iter().any(|noted| noted["message"].as_str().unwrap().contains("pixels.toml")));

    let built = project.tree();
    drop(watch);
    project.remove("assets").build(&[]).exit(0).makes(&built);
}

#[test]
fn what_is_no_work_for_a_build_starts_none() {
    let project = studio();
    let mut watch = Watch::start(&project, &[]);
    project.append("pixels.toml", "# a comment\n");
    project.write("raw/notes.txt", "not a picture").write("elsewhere.txt", "nobody reads it");
    project.write("assets/sprites/own.png", png(16, [1, 2, 3]));
    watch.built_nothing();
}

#[test]
fn palettes_includes_sources_picks_and_sizes_are_built_at_once() {
    let project = studio();
    let mut watch = Watch::start(&project, &[]);
    project.write("palettes/own.hex", "202020\nd0ffd0\n");
    assert_eq!(wrote(&watch.built_once(&["palettes/own.hex"])), ["assets/sprites/gem.png"]);
    project.edit("more/gems.toml", "size = 16", "size = 12");
    assert_eq!(wrote(&watch.built_once(&["more/gems.toml"])), ["assets/sprites/gem.png"]);
    project.edit("pixels.toml", "[project]", "[project]\nscale = [1, 2]");
    assert_eq!(wrote(&watch.built_once(&["pixels.toml"])).len(), 3);
    // One more file of a glob, which is one more candidate of the sprite.
    project.write("raw/title2.png", png(16, [0, 200, 0]));
    watch.built_once(&["raw"]);
    project.run(&["pick", "title", "2"]).exit(0);
    assert!(wrote(&watch.built_once(&["pixels.lock"])).contains(&"assets/sprites/title.png"));
    project.write("more/coins.toml", MORE.replace("gem", "coin"));
    assert!(wrote(&watch.built_once(&["more"])).contains(&"assets/sprites/coin.png"));
    // A folder that is replaced is watched again.
    fs::rename(project.path("more"), project.path("old")).unwrap();
    project.write("more/gems.toml", MORE.replace("gem", "ruby"));
    let mut seen = watch.until("summary");
    while !project.exists("assets/sprites/ruby.png") || project.exists("assets/sprites/coin.png") {
        seen.extend(watch.until("summary"));
    }
    watch.rest();
    project.edit("more/gems.toml", "size = 16", "size = 20");
    assert_eq!(
        wrote(&watch.built_once(&["more/gems.toml"])),
        ["assets/sprites/ruby.png", "assets/sprites/ruby@2x.png"]
    );
}

#[test]
fn a_broken_manifest_is_told_once_and_waited_for() {
    let project = studio();
    let contract = Contract::read();
    let before = fs::read(project.path("pixels.toml")).unwrap();
    project.write("pixels.toml", with_color("no colour"));
    let mut watch = Watch::start(&project, &[]);
    project.append("pixels.toml", "# still broken\n");
    watch.built_nothing();
    // Mended by a file that was not there: the manifest stays as it is.
    project.write("pixels.toml", String::from_utf8(before).unwrap() + "[sprite.x]\nsource = \"late/x.png\"\n");
    let seen = watch.until("refused");
    let problems = seen.last().unwrap()["diagnostics"].as_array().unwrap();
    assert_eq!((problems.len(), &problems[0]["place"]["file"]), (1, &Value::from("pixels.toml")), "{seen:#?}");
    seen.iter().for_each(|event| contract.check_line(event));
    watch.until("watching");
    project.write("late/x.png", png(16, [0, 0, 200]));
    let mut seen = watch.until("summary");
    while !project.exists("assets/sprites/x.png") {
        seen.extend(watch.until("summary"));
    }
    // Broken and mended as it was: nothing is to be built.
    project.edit("pixels.toml", "[sprite.x]", "[sprite.x");
    watch.until("refused");
    project.edit("pixels.toml", "[sprite.x", "[sprite.x]");
    watch.built_nothing();
}

#[test]
fn a_build_elsewhere_is_waited_for() {
    let project = studio();
    let mut watch = Watch::start(&project, &[]);
    let lock = fs::OpenOptions::new().read(true).write(true).open(project.path(".dgx-pixels/lock")).unwrap();
    lock.lock().unwrap();
    project.write("pixels.toml", with_color("#999999"));
    assert_eq!(of(&watch.until("waiting"), "summary").len(), 0);
    drop(lock);
    assert_eq!(wrote(&watch.until("summary")), ["assets/sprites/knight.png"]);
}

#[test]
fn without_system_events_files_are_looked_at() {
    let project = studio();
    let mut watch = Watch::start(&project, &["--poll"]);
    // Modification times of some disks have seconds only.
    std::thread::sleep(Duration::from_millis(1100));
    project.write("pixels.toml", with_color("#8a8a8a"));
    assert_eq!(wrote(&watch.until("summary")), ["assets/sprites/knight.png"]);
}

#[test]
fn servers_generate_only_when_they_are_let() {
    let fake = fake();
    let project = on_server(&[&fake], &sprites(&["knight", "orc"]));
    let mut watch = Watch::start(&project, &[]);
    project.append("pixels.toml", &sprites(&["elf"]));
    let seen = watch.until("summary");
    let summary = seen.last().unwrap();
    assert_eq!((&summary["withheld"], &summary["failed"]), (&Value::from(3), &Value::Array(Vec::new())), "{summary}");
    drop(watch);
    assert_eq!(fake.prompts(), 0);
    project.edit("pixels.toml", "reroll = 0", "reroll = 0\nmax_images = 3");
    let mut watch = Watch::start(&project, &["--generate"]);
    assert_eq!(fake.prompts(), 3);
    // More than `max_images` wait for a person.
    project.append("pixels.toml", &sprites(&["a", "b", "c", "d"]));
    let refused = watch.until("refused").pop().unwrap();
    assert_eq!(refused["diagnostics"][0]["code"], "max-images", "{refused}");
    assert_eq!(fake.prompts(), 3);
}

#[test]
fn what_a_watch_withholds_is_left_to_a_build() {
    let fake = fake();
    let project = on_server(&[&fake], &sprites(&["knight"]));
    drop(Watch::start(&project, &[]));
    project.build(&[]).exit(0).asked(1);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_watch_with_its_code() {
    let project = studio();
    let watch = Watch::start(&project, &[]);
    let (code, last) = watch.end();
    assert_eq!((code, &last["event"], &last["exit"]), (Some(130), &Value::from("finished"), &Value::from(130)));
}
