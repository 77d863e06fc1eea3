//! What is printed: streams that are full or closed, threads that do not start, and text that commands no terminal.

use std::fs::File;
use std::process::{Output, Stdio};

use crate::project::{GAME, KNIGHT, Project, png};

fn said(output: &Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stream_ends_no_build_and_loses_nothing() {
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let whole = Project::with(GAME);
    let tree = whole.build(&[]).exit(0).tree();
    for arguments in [&["build"][..], &["build", "-v"], &["build", "--message-format", "json"], &["build", "-j", "1"]] {
        for (out, err) in [(true, false), (false, true), (true, true)] {
            let project = Project::with(GAME);
            let mut command = project.command(arguments);
            command.stdout(if out { full() } else { Stdio::piped() });
            command.stderr(if err { full() } else { Stdio::piped() });
            let output = command.output().unwrap();
            said(&output);
            // What a build says for people goes to stderr alone, JSON to stdout alone.
            let is_json = arguments.contains(&"json");
            let lost = (is_json && out) || (!is_json && err);
            assert_eq!(output.status.code(), Some(i32::from(lost)), "{arguments:?} {out} {err}");
            project.build(&[]).exit(0).asked(0).wrote(0).makes(&tree);
        }
    }
}

#[test]
fn a_closed_pipe_ends_no_build() {
    for arguments in [&["build", "-v"][..], &["build", "--message-format", "json"]] {
        let project = Project::with(GAME);
        let mut command = project.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
        project.build(&[]).exit(0).asked(0).wrote(0);
    }
}

#[test]
fn a_thread_that_does_not_start_is_an_error_and_never_a_panic() {
    let whole = Project::with(KNIGHT);
    let tree = whole.build(&[]).exit(0).tree();
    let project = Project::with(KNIGHT);
    project.build_failing("thread=eagain").exit(1).asked(0).says("threads").reports("no-threads");
    project.build(&[]).exit(0).makes(&tree);
    for nth in 1..40 {
        let project = Project::with(KNIGHT);
        let run = project.build_failing(&format!("thread=eagain@{nth}"));
        assert!([Some(0), Some(1)].contains(&run.code()), "{nth}: {run}");
        project.build(&[]).exit(0).makes(&tree);
    }
    let images = Project::new().file("a.png", png(16, [9, 9, 9]));
    images
        .run_with(&[("DGX_PIXELS_FAILPOINT", "thread=eagain")], &["process", "a.png", "--out", "o"])
        .exit(1)
        .says("threads");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs root and setpriv"]
fn a_full_process_table_is_an_error_and_never_a_panic() {
    for limit in 1..12 {
        let project = Project::with(GAME);
        let script = format!(
            "chmod -R a+rwX . && setpriv --reuid=65533 --regid=65533 --clear-groups sh -c \
             'ulimit -u {limit}; exec {} build'",
            crate::project::BINARY
        );
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script]).env("DGX_PIXELS_SERVERS", crate::project::NO_SERVER);
        let output = command.current_dir(project.path("")).output().unwrap();
        let text = said(&output);
        assert!([Some(0), Some(1)].contains(&output.status.code()), "{limit}: {text}");
        project.build(&[]).exit(0);
    }
}

/// Text that sets a terminal's title, clears it, and turns the direction of writing.
const HOSTILE: &str = "x\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}2Jy\u{202e}";

/// No sequence but those for colours, no control character, whatever is read.
#[track_caller]
fn commands_nothing(project: &Project, arguments: &[&str]) {
    for more in [&["--color", "always"][..], &["--color", "never"], &["--color", "always", "-v"]] {
        let run = project.run(&[more, arguments].concat());
        for text in [&run.stdout, &run.stderr] {
            let plain = text.replace("\u{1b}[0m", "");
            let mut rest = plain.as_str();
            while let Some((before, after)) = rest.split_once('\u{1b}') {
                assert!(!has_control(before), "{text:?}");
                let end = after.find(|c: char| !(c == '[' || c == ';' || c.is_ascii_digit())).unwrap();
                assert!(after[end..].starts_with('m'), "{arguments:?}: {text:?}");
                rest = &after[end + 1..];
            }
            assert!(!has_control(rest), "{arguments:?}: {text:?}");
        }
    }
}

fn has_control(text: &str) -> bool {
    text.contains(|c: char| (c.is_control() && !"\n\t\r".contains(c)) || c == '\u{202e}')
}

#[test]
fn foreign_text_commands_no_terminal() {
    let hostile = Project::with(KNIGHT);
    hostile.write("p.gpl", format!("GIMP Palette\nName: {HOSTILE}\n0 0 0 {HOSTILE}\n255 255 255 b\n"));
    commands_nothing(&hostile, &["palette", "show", "p.gpl"]);
    hostile.write("bad.gpl", format!("GIMP Palette\n{HOSTILE}\n"));
    commands_nothing(&hostile, &["palette", "show", "bad.gpl"]);
    hostile.write("list.txt", format!("{HOSTILE} {{{HOSTILE}}}\n"));
    commands_nothing(&hostile, &["batch", "list.txt", "--out", "o", "--backend", "sketch"]);
    hostile.write("list.csv", format!("prompt,{HOSTILE}\na,b\n"));
    commands_nothing(&hostile, &["batch", "list.csv", "--out", "o", "--backend", "sketch"]);
    hostile.write(
        "w.json",
        serde_json::json!({ HOSTILE: { "class_type": HOSTILE, "inputs": { HOSTILE: HOSTILE } } }).to_string(),
    );
    commands_nothing(&hostile, &["workflow", "import", "w.json", "--name", "w", "--force"]);
    hostile.write("workflows/v.json", format!("{{ \"1\": {HOSTILE}"));
    commands_nothing(&hostile, &["workflow", "list"]);
    commands_nothing(&hostile, &["workflow", "check"]);
    commands_nothing(&hostile, &["process", HOSTILE, "--out", "o"]);
    hostile.write(&format!("in/{HOSTILE}.png"), png(16, [9, 9, 9]));
    commands_nothing(&hostile, &["process", "in", "--out", "o"]);
}

#[test]
fn text_of_a_manifest_and_a_lock_commands_no_terminal() {
    let escaped = "x\\u001b]0;title\\u0007\\u001b[2J\\u009b2Jy\\u202e";
    for text in [
        KNIGHT.replace("\"character\"", &format!("\"{escaped}\"")),
        KNIGHT.replace("prompt = \"knight\"", &format!("prompt = \"{{{escaped}}}\"")),
        KNIGHT.replace("sprite.knight", &format!("sprite.\"{escaped}\"")),
        KNIGHT.replace("size = 16", &format!("palette = \"{escaped}\"")),
        KNIGHT.replace("size = 16", &format!("\"{escaped}\" = 16")),
        KNIGHT.replace("size = 16", "size = 16 # \u{9b}2J\u{202e}\nx = 1"),
    ] {
        commands_nothing(&Project::with(&text), &["build"]);
    }
    let project = Project::with(&KNIGHT.replace("\"test\"", &format!("\"{escaped}\"")));
    commands_nothing(&project, &["doctor"]);
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0).edit("pixels.lock", "verdict = \"pass\"", &format!("verdict = \"{escaped}\""));
    for command in [&["check"][..], &["plan"], &["why", "knight"], &["build"]] {
        commands_nothing(&project, command);
    }
    let lock = project.lock().replace("sprites/knight.png", &format!("sprites/{escaped}.png"));
    project.write("pixels.lock", lock);
    commands_nothing(&project, &["check", "--outputs"]);
    commands_nothing(&project, &["build"]);
    let held = File::options().write(true).open(project.path(".dgx-pixels/lock")).unwrap();
    held.lock().unwrap();
    std::fs::write(project.path(".dgx-pixels/lock"), HOSTILE).unwrap();
    let mut waiting = project.command(&["build", "--color", "always"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(waiting.stderr.take().unwrap()), &mut line).unwrap();
    assert!(line.starts_with("waiting for x") && !has_control(&line), "{line:?}");
    drop(held);
    waiting.wait().unwrap();
}

#[test]
fn json_holds_foreign_text_as_escapes() {
    let project = Project::with(KNIGHT).file("p.gpl", "GIMP Palette\nName: \u{9b}2Jy\u{202e}\n0 0 0\n9 9 9\n");
    let run = project.run(&["palette", "show", "p.gpl", "--message-format", "json"]).exit(0);
    assert!(!has_control(&run.stdout), "{run}");
    assert_eq!(run.events[0]["name"], "\u{9b}2Jy\u{202e}");
}

/// The unfinished files below a folder.
fn unfinished(project: &Project) -> Vec<String> {
    let is_ours = |path: &String| path.contains(".dgx-pixels-unfinished-") || path.contains(".publish-");
    project.files("").into_keys().filter(is_ours).collect()
}

#[test]
fn what_a_killed_command_left_goes_with_the_next() {
    for (failpoint, arguments) in [
        ("process.rename=kill", &["process", "a.png", "--out", "o"][..]),
        ("process.rename=kill", &["process", "a.png", "--out", "o", "--explain", "e"]),
        ("palette.rename=kill", &["palette", "convert", "nes", "n.hex", "--force"]),
        ("once.rename=kill", &["generate", "item", "gem", "--size", "16", "--backend", "sketch", "--out", "g"]),
    ] {
        let project = Project::with(KNIGHT).file("a.png", png(16, [200, 30, 30]));
        project.run_with(&[("DGX_PIXELS_FAILPOINT", failpoint)], arguments);
        assert_eq!(unfinished(&project).len(), 1, "{arguments:?}");
        project.run(arguments);
        assert_eq!(unfinished(&project), [""; 0], "{arguments:?}");
    }
}

#[test]
fn an_output_folder_that_is_a_mount_keeps_nothing_unfinished() {
    let project = Project::with(KNIGHT);
    let tree = Project::with(KNIGHT).build(&[]).exit(0).tree();
    project.build_failing("publish.mount=exdev,publish.beside=kill");
    assert_eq!(unfinished(&project).len(), 1);
    project.build_failing("publish.mount=exdev").exit(0).makes(&tree);
    assert_eq!(unfinished(&project), [""; 0]);
    // Also where nothing is written any more.
    let project = Project::with(KNIGHT);
    project.build_failing("publish.mount=exdev,publish.beside=kill");
    project.append("pixels.toml", "path = \"other/knight\"\n").build(&[]).exit(0);
    assert_eq!(unfinished(&project), [""; 0]);
}
