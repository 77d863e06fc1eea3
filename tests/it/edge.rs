//! What a build does where time, names or machines are not as usual.

use std::fs::File;
use std::time::{Duration, SystemTime};

use dgx_pixels::plan::{Inputs, Planner, Reason, State, Step};
use dgx_pixels::session::{self, Look, Options};
use insta::assert_snapshot;

use crate::project::{Project, png};

const TWO: &str = r#"
[project]
name = "test"
backend = "sketch"
[sprite.axe]
preset = "item"
prompt = "axe"
size = 16
[sprite.bow]
preset = "item"
prompt = "bow"
size = 16
"#;

const INPUT: &str = r#"
[sprite.crown]
preset = "item"
prompt = "crown"
size = 16
inputs = { figure = "axe" }
"#;

#[test]
fn a_file_of_the_future_holds_no_build() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    let file = File::options().write(true).open(project.path("assets/sprites/axe.png")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(3600)).unwrap();
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn another_output_folder_takes_over_from_the_old_one() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "name = \"test\"", "name = \"test\"\nout = \"art\"").build(&[]).exit(0).asked(0);
    assert!(project.exists("art/sprites/axe.png") && !project.exists("assets"));
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn a_target_leaves_the_files_of_others_until_they_are_made_anew() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"bow\"", "prompt = \"bow\"\npath = \"far/bow\"").build(&["axe"]).exit(0);
    assert!(project.exists("assets/sprites/bow.png"));
    project.build(&[]).exit(0).asked(0).pruned(&["assets/sprites/bow.png"]);
}

#[test]
fn an_input_whose_raw_is_gone_is_made_again_first() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.remove(".dgx-pixels").append("pixels.toml", INPUT);
    let before = project.lock();
    project.build(&[]).exit(0).captured(1);
    assert!(project.exists("assets/sprites/crown.png"));
    let sprites: Vec<&str> = before.lines().filter(|line| line.starts_with("sprite =")).collect();
    assert_eq!(sprites.len(), 2, "{before}");
    sprites.into_iter().for_each(|line| assert!(project.lock().contains(line), "{line}"));
}

#[test]
fn a_held_pick_without_its_files_is_no_change_of_the_lock() {
    let project = Project::with(TWO).copy();
    project.build(&[]).exit(0);
    project.run(&["pick", "axe", "1"]).exit(0);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"axe\"", "prompt = \"large axe\"").build(&[]).exit(0).asked(0);
    let lock = project.lock();
    project.remove("assets").build(&["--locked"]).exit(0).asked(0);
    assert_eq!(project.lock(), lock);
    assert_snapshot!(project.run(&["why", "axe"]).exit(0).shown());
}

#[test]
fn a_settled_choice_is_not_asked_for_again_by_a_larger_budget() {
    let project = Project::with(&TWO.replace("name = \"test\"", "name = \"test\"\nreroll = 0"));
    let gate = "size = 16\ngates = { coverage = 1000 }\n[sprite.bow]";
    project.edit("pixels.toml", "size = 16\n[sprite.bow]", gate).build(&[]).exit(3).asked(2);
    project.edit("pixels.toml", "reroll = 0", "reroll = 3").build(&[]).exit(3).asked(0);
    project.run(&["reroll", "axe"]).exit(0);
    project.build(&[]).exit(3).asked(4);
}

#[test]
fn numbers_of_files_stay_their_own() {
    let text = "[project]\nname = \"t\"\n[sprite.box]\nsource = \"raw/*.png\"\nsize = 16\n";
    let project = Project::with(text).file("raw/b.png", png(16, [200, 30, 30]));
    project.build(&[]).exit(0);
    project.write("raw/a.png", png(16, [30, 200, 30])).build(&[]).exit(0).captured(1);
    let lock = project.lock();
    assert!(lock.contains("n = 1, seed") && lock.contains("n = 2, seed"), "{lock}");
}

#[test]
fn what_was_rerolled_away_stays_away_across_another_prompt() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.run(&["reroll", "axe"]).exit(0);
    project.build(&[]).exit(0).asked(1);
    project.edit("pixels.toml", "prompt = \"axe\"", "prompt = \"hatchet\"").build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"hatchet\"", "prompt = \"axe\"");
    assert_snapshot!(project.run(&["reroll", "axe"]).exit(0).shown());
}

#[test]
fn a_workflow_that_is_no_workflow_costs_only_its_own_assets() {
    let text = format!(
        "{TWO}[sprite.orb]\nbackend = \"comfyui\"\nprompt = \"orb\"\nsize = 16\nstyle = {{ workflow = \"own\" }}\n"
    );
    let project = Project::with(&text).file("workflows/own.json", "{ \"nodes\": [], \"links\": [] }");
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
    assert!(project.exists("assets/sprites/axe.png"));
}

#[test]
fn a_newer_restoration_makes_all_that_belongs_together_anew_or_none_of_it() {
    let text = TWO
        .replace("[sprite.bow]", "[animation.axe-swing]\nof = \"axe\"\naction = \"swing\"\nframes = 2\n[sprite.bow]");
    let project = Project::with(&text);
    project.build(&[]).exit(0);
    let options = Options { remake: true, ..Options::default() };
    let (workspace, mut state) = session::open(&project.path(""), &options, Look::Lock).unwrap();
    let mut inputs = Inputs::clone(&workspace.inputs);
    inputs.versions.process += 1;
    let steps = |state: &State| -> Vec<Step> {
        Planner::new(&workspace.manifest, &inputs).plan(state).items.into_values().map(|item| item.step).collect()
    };
    let anew = || Step::Make(Reason::Outdated);
    assert_eq!(steps(&state)[1..], [anew(), anew()]);
    assert!(matches!(steps(&state)[0], Step::Make(_)));
    let swing = state.lock.entries.iter().find(|(id, _)| id.name == "axe-swing").unwrap().1.slots[&1].pick.clone();
    state.raws.remove(&swing.unwrap().raw);
    assert_eq!(steps(&state), [Step::Fresh, Step::Fresh, anew()]);
}
