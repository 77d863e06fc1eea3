//! CI: annotations of GitHub Actions, and the snippets of `docs/ci`, which are run as they are.

use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project};

fn snippet(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name)).unwrap()
}

/// A command that finds the program under test as `dgx-pixels`, in a project of its own in `game/`.
fn beside(project: &Project, program: &str, arguments: &[&str]) -> Output {
    let bin = project.path("bin");
    if !bin.exists() {
        std::fs::create_dir_all(&bin).unwrap();
        let name = if cfg!(windows) { "dgx-pixels.exe" } else { "dgx-pixels" };
        std::fs::hard_link(project.command(&[]).get_program(), bin.join(name))
            .or_else(|_| std::fs::copy(project.command(&[]).get_program(), bin.join(name)).map(drop))
            .unwrap();
    }
    let mut paths = vec![bin];
    paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(project.path("")).env("PATH", std::env::join_paths(paths).unwrap());
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_WORKSPACE").env_remove("GITHUB_STEP_SUMMARY");
    command.output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn what_is_stale_is_annotated_where_it_is_declared() {
    let project = Project::with(GAME);
    let job = [("GITHUB_ACTIONS", "true")];
    let check = project.run_with(&job, &["check", "knight", "potion@red", "meadow"]).exit(4);
    assert_snapshot!(check.shown());
    project.run(&["check", "--message-format", "github"]).exit(4).says("::error file=pixels.toml,line=");
    project.run(&["check"]).exit(4).never_says("::error");
    // Programs get no text that they do not know.
    let json = project.run_with(&job, &["check", "--message-format", "json"]).exit(4);
    assert!(!json.shown().contains("::error"), "{json}");
}

#[test]
fn gates_warnings_and_problems_are_annotated() {
    let job = [("GITHUB_ACTIONS", "true")];
    let strict =
        KNIGHT.replace("size = 16", "size = 16\nseed = 1\nmargin = 0\ngates = { coverage = 1000 }\nreroll = 0");
    let project = Project::with(&strict);
    let build = project.run_with(&job, &["build"]).exit(3);
    build.says("::error file=pixels.toml,line=5,col=9,title=failed-gate::knight failed a gate: coverage");
    project.run_with(&job, &["check"]).exit(3).says("title=failed-gate::");
    project.edit("pixels.toml", "size = 16", "size = 16\nsizes = 3");
    let broken = project.run_with(&job, &["check"]).exit(2);
    broken.says("::error file=pixels.toml,line=9,col=1,title=unknown-key::");
    // A project in a folder of the checkout.
    let outer = Project::new().file("art/pixels.toml", KNIGHT);
    let workspace = outer.path("");
    let job = [("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", workspace.to_str().unwrap())];
    outer.run_with(&job, &["-C", "art", "check"]).exit(4).says("::error file=art/pixels.toml,line=5,col=9,title=");
}

#[test]
fn a_name_ends_no_annotation() {
    let job = [("GITHUB_ACTIONS", "true")];
    let project = Project::with("[project]\nname = \"t\"\n[sprite.a]\nprompt = \"{x%0A::error::y}\"\n");
    let check = project.run_with(&job, &["check"]).exit(2);
    let lines: Vec<String> =
        check.shown().lines().filter(|line| line.starts_with("! ::error")).map(str::to_owned).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| !line.contains("%0A::error::y")), "{lines:?}");
}

fn game() -> Project {
    let project = Project::new().file("game/pixels.toml", KNIGHT);
    project.run(&["-C", "game", "build"]).exit(0);
    project
}

#[test]
fn the_makefile_builds_checks_and_reports() {
    let project = game().file("Makefile", snippet("Makefile"));
    for target in ["art", "art-check", "art-report"] {
        let output = beside(&project, "make", &[target, "ART=game"]);
        assert!(output.status.success(), "{target}: {}", text(&output));
    }
    assert!(project.exists("report.html"));
    project.edit("game/pixels.toml", "size = 16", "size = 24");
    assert!(!beside(&project, "make", &["art-check", "ART=game"]).status.success());
}

/// Without `just` on this machine, its lines are run by a shell.
#[test]
fn the_justfile_builds_checks_and_reports() {
    let project = game().file("justfile", snippet("justfile"));
    let has_just = Command::new("just").arg("--version").output().is_ok_and(|output| output.status.success());
    let recipes = ["art", "art-check", "art-report"];
    for recipe in recipes {
        let output = if has_just {
            beside(&project, "just", &["--set", "art", "game", recipe])
        } else {
            let file = snippet("justfile");
            let line = file.split(&format!("\n{recipe}:\n")).nth(1).unwrap().lines().next().unwrap().trim().to_owned();
            let line = line.replace("{{pixels}}", "dgx-pixels").replace("{{art}}", "game");
            assert!(line.starts_with("dgx-pixels "), "{line}");
            beside(&project, "sh", &["-c", &line])
        };
        assert!(output.status.success(), "{recipe}: {}", text(&output));
    }
    assert!(project.exists("report.html"));
}

/// The steps of the workflow that run our program.
fn steps() -> Vec<String> {
    let file = snippet("pixels.yml");
    let mut steps: Vec<String> = Vec::new();
    let mut lines = file.lines().peekable();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start() == "run: |" {
            let mut step = String::new();
            while let Some(line) = lines.next_if(|line| line.len() - line.trim_start().len() > indent) {
                step += &format!("{}\n", line.trim_start());
            }
            steps.push(step);
        }
    }
    steps
}

#[test]
fn the_steps_of_the_workflow_run() {
    let steps = steps();
    assert_eq!(steps.len(), 2, "{steps:?}");
    let run = |project: &Project, mode: &str, step: &str| {
        let script = format!("set -e\nPROJECT=game MODE={mode}\n{step}");
        beside(project, "sh", &["-c", &script])
    };
    let project = game();
    for step in &steps {
        let output = run(&project, "check", step);
        assert!(output.status.success(), "{step}{}", text(&output));
    }
    assert!(project.exists("report.html") && project.text("report.md").contains("| asset |"));
    project.remove("game/assets");
    assert!(!run(&project, "check", &steps[0]).status.success());
    assert!(run(&project, "build", &steps[0]).status.success());
    assert!(run(&project, "check", &steps[0]).status.success());
    assert_eq!(run(&project, "other", &steps[0]).status.code(), Some(2));
}
