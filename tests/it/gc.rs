//! What `cache gc` removes, and what it keeps for others: branches, stashes, worktrees, and whatever was ever picked.

use std::collections::BTreeSet;

use crate::project::{KNIGHT, Project};
use crate::server::Server;

/// A sprite that a server draws, two candidates.
const DRAWN: &str = "[project]\nname = \"drawn\"\nbackend = \"comfyui\"\nmax_images = 100\n\
                     [sprite.knight]\npreset = \"character\"\nprompt = \"knight\"\nsize = 16\ncandidates = 2\n";

const STORE: &str = ".dgx-pixels/store";

/// The raws of the store.
fn raws(project: &Project) -> BTreeSet<String> {
    let files = project.files(&format!("{STORE}/blobs")).into_keys();
    files.filter_map(|path| Some(path.rsplit('/').next()?.strip_suffix(".png")?.to_owned())).collect()
}

/// The raws of the lock; and the picked one.
fn of_lock(project: &Project) -> (BTreeSet<String>, String) {
    let lock = project.lock();
    let digests = lock.split("raw = \"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    let pick = lock.lines().find(|line| line.starts_with("pick")).unwrap();
    (digests.collect(), pick.split('"').nth(1).unwrap().to_owned())
}

/// Draws with another prompt, so that the present raws leave the lock.
fn change(project: &Project, from: &str, to: &str, server: &std::sync::Arc<Server>) {
    project.edit("pixels.toml", &format!("\"{from}\""), &format!("\"{to}\"")).draw(server).exit(0);
}

#[test]
fn raws_of_other_branches_stashes_and_worktrees_stay() {
    let server = Server::new();
    let project = Project::with(DRAWN).git_init();
    project.branch("art", "main").draw(&server).exit(0);
    project.commit("knight");
    let (branch, _) = of_lock(&project);
    change(&project, "knight", "monk", &server);
    let (stashed, _) = of_lock(&project);
    project.git(&["stash", "-q"]);
    change(&project, "knight", "bard", &server);
    let (tagged, _) = of_lock(&project);
    project.commit("bard").git(&["tag", "bard"]);
    project.git(&["reset", "-q", "--hard", "HEAD~1"]);
    change(&project, "knight", "duke", &server);
    let (elsewhere, _) = of_lock(&project);
    let tree = Project::new();
    let folder = tree.path("tree").display().to_string();
    project.git(&["worktree", "add", "-q", "--detach", &folder, "main"]);
    tree.write("tree/pixels.lock", project.lock());
    project.git(&["checkout", "-q", "-f", "main"]);
    let all = raws(&project);
    let named: BTreeSet<String> = [branch, stashed, tagged, elsewhere].into_iter().flatten().collect();
    assert_eq!((all.len(), &all), (8, &named));
    project.run(&["cache", "gc", "--all", "--picked"]).exit(0);
    assert_eq!(raws(&project), named);
    // Without the others, nothing names them.
    project.git(&["worktree", "remove", "--force", &folder]);
    project.git(&["stash", "drop", "-q"]);
    project.git(&["tag", "-d", "bard"]);
    project.git(&["branch", "-q", "-D", "art"]);
    project.run(&["cache", "gc", "--all"]).exit(0).says("removed 4 files").says("kept 4 raws").says("knight");
    project.run(&["cache", "gc", "--raws", "--picked"]).exit(0).never_says("kept");
    assert_eq!(raws(&project), BTreeSet::new());
}

#[test]
fn what_was_ever_picked_needs_its_own_consent() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let (_, first) = of_lock(&project);
    let other = if project.pick("sprite.knight")["n"] == 1 { "2" } else { "1" };
    project.run(&["pick", "knight", other]).exit(0);
    let (both, second) = of_lock(&project);
    project.run(&["unpick", "knight"]).exit(0);
    change(&project, "knight", "monk", &server);
    let (present, _) = of_lock(&project);
    let dry = project.run(&["cache", "gc", "--raws", "--dry-run"]).exit(0).says("kept 2 raws that no lock refers to");
    dry.says(&first[..12]).says(&second[..12]).says("knight").says("--picked");
    project.run(&["cache", "gc", "--raws"]).exit(0);
    assert_eq!(raws(&project), &present | &both);
    // Their records stay with them.
    project.edit("pixels.toml", "\"monk\"", "\"knight\"").draw(&server).exit(0).asked_for(0);
    change(&project, "knight", "monk", &server);
    project.run(&["cache", "gc", "--raws", "--picked"]).exit(0);
    assert_eq!(raws(&project), present);
}

#[test]
fn a_sketch_that_was_picked_needs_no_consent() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0).edit("pixels.toml", "\"knight\"", "\"monk\"").build(&[]).exit(0);
    project.run(&["cache", "gc", "--raws"]).exit(0).says("removed 1 file").never_says("kept");
}

#[test]
fn the_folder_of_committed_raws_loses_what_nothing_picks_any_more() {
    let server = Server::new();
    let text = DRAWN.replace("max_images", "raws = \"raws\"\nmax_images");
    let project = Project::with(&text).git_init();
    project.draw(&server).exit(0);
    let (_, first) = of_lock(&project);
    project.commit("knight");
    change(&project, "knight", "monk", &server);
    let (_, second) = of_lock(&project);
    change(&project, "monk", "bard", &server);
    let (_, third) = of_lock(&project);
    let files = |project: &Project| project.files("raws").into_keys().collect::<BTreeSet<String>>();
    let path = |raw: &String| format!("raws/{raw}.png");
    assert_eq!(files(&project), [&first, &second, &third].map(path).into());
    // The first is in git, the second only here and in the store, which keeps it.
    project.run(&["cache", "gc", "--raws"]).exit(0).says(&second[..12]);
    assert_eq!(files(&project), [path(&third)].into());
    assert!(raws(&project).is_superset(&[first.clone(), second.clone(), third.clone()].into()));
    // What is nowhere else stays without consent.
    change(&project, "bard", "monk", &server);
    project.remove(&format!("{STORE}/blobs"));
    project.run(&["cache", "gc", "--raws"]).exit(0).says(&third[..12]);
    assert_eq!(files(&project), [&second, &third].map(path).into());
    project.run(&["cache", "gc", "--raws", "--picked"]).exit(0);
    assert_eq!(files(&project), [path(&second)].into());
}

#[test]
fn damaged_raws_that_were_put_aside_can_be_removed() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let blob = project.files(&format!("{STORE}/blobs")).into_keys().next().unwrap();
    project.write(&blob, "no picture").run(&["cache", "verify"]).exit(1);
    let aside = blob.replace(".png", ".damaged");
    assert!(project.exists(&aside));
    project.run(&["cache", "gc", "--raws", "--sprites"]).exit(0);
    assert!(project.exists(&aside));
    project.run(&["cache", "gc", "--damaged"]).exit(0).says("removed 1 file, 10 B");
    assert!(!project.exists(&aside));
}

#[test]
fn a_dry_run_alone_counts_everything_and_consents_alone_are_refused() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0).edit("pixels.toml", "\"knight\"", "\"monk\"").build(&[]).exit(0);
    let before = project.files(STORE);
    project.run(&["cache", "gc", "--dry-run"]).exit(0).says("would remove 2 files");
    for consent in ["--shared", "--picked"] {
        project.run(&["cache", "gc", consent]).exit(2).says("--raws|--sprites|--damaged|--all|--dry-run");
    }
    assert_eq!(project.files(STORE), before);
    project.run(&["cache", "gc", "--all"]).exit(0).says("removed 2 files");
}

#[test]
fn without_git_or_with_one_that_fails_it_says_what_it_knows() {
    let project = Project::with(KNIGHT).git_init();
    project.build(&[]).exit(0);
    let empty = project.path("empty").display().to_string();
    let run = project.run_with(&[("PATH", &empty)], &["cache", "gc", "--raws"]);
    run.exit(0).says("git cannot be asked").says("only the locks of this checkout count");
    project.run_with(&[("PATH", &empty)], &["cache", "gc", "--sprites"]).exit(0).never_says("git");
    let nowhere = Project::with(KNIGHT);
    nowhere.build(&[]).exit(0).run(&["cache", "gc", "--raws"]).exit(0).never_says("git");
}
