//! Seeing and choosing: what is listed, which candidates there are, and decisions on several slots at once.

use std::sync::Arc;

use dgx_pixels::session::{self, Cancel, Operation, Result};
use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project, png};

/// Tags, a matrix with two candidates each, a walk, and a gate that fails one asset.
const SHOP: &str = r#"
[project]
name = "shop"
backend = "sketch"
[sprite.keeper]
preset = "character"
prompt = "shop keeper"
size = 16
tags = ["villager"]
[animation.keeper-walk]
of = "keeper"
action = "walk"
frames = 2
[sprite.potion]
preset = "item"
prompt = "{color} potion"
size = 16
matrix = { color = ["red", "blue"] }
candidates = 2
tags = ["item"]
[sprite.ghost]
preset = "creature"
prompt = "ghost"
size = 16
gates = { coverage = 990 }
reroll = 0
"#;

fn operate<T>(project: &Project, run: impl FnOnce(&Operation) -> Result<T>) -> Result<T> {
    let (root, cancel) = (project.path(""), Cancel::default());
    run(&Operation::new(&root, None, Arc::new(()), &cancel))
}

fn shop() -> Project {
    let project = Project::with(SHOP);
    project.build(&[]).exit(3);
    project
}

#[test]
fn a_project_is_listed_before_and_after_its_build() {
    let project = Project::with(SHOP);
    let mut shown = project.transcript(&["list"]);
    project.build(&[]).exit(3);
    project.run(&["pick", "potion@blue", "2"]).exit(0);
    shown += &project.transcript(&["list", "list tag:item", "list keeper* ghost", "list sprite:*@red", "list nobody"]);
    project.edit("pixels.toml", "shop keeper", "old shop keeper");
    assert_snapshot!(shown + &project.transcript(&["list tag:villager", "list potion@red --json"]));
}

#[test]
fn candidates_have_figures_and_images() {
    let project = shop();
    project.run(&["pick", "potion@red", "2"]).exit(0);
    let mut shown = project.transcript(&[
        "candidates potion@red",
        "candidates tag:item",
        "candidates keeper-walk",
        "candidates ghost",
    ]);
    project.run(&["keep", "potion@red", "1"]).exit(0);
    project.run(&["reroll", "potion@red"]).exit(0);
    shown += &project.transcript(&["candidates potion@red", "candidates keeper --json", "candidates nobody"]);
    shown += &project.transcript(&["candidates 'keeper-walk#*'", "candidates 'keeper-walk#9'"]);
    assert_snapshot!(shown);
    let found = operate(&project, |op| session::candidates(op, "potion@*")).unwrap();
    for candidate in found.slots.iter().flat_map(|slot| &slot.candidates) {
        let image = image::load_from_memory(&project.read(candidate.restored.as_ref().unwrap())).unwrap();
        assert_eq!((image.width(), image.height()), (16, 16));
    }
    let ghost = operate(&project, |op| session::candidates(op, "ghost")).unwrap();
    let [failed] = ghost.slots[0].candidates[0].failed.as_slice() else { panic!("{ghost:?}") };
    assert_eq!((failed.metric, failed.threshold, failed.minimum), ("coverage", 990, true));
}

#[test]
fn what_is_seen_changes_neither_lock_nor_assets() {
    let project = shop();
    let tree = project.tree();
    project.run(&["candidates", "*", "--sheet", "sheet.png"]).exit(0);
    project.run(&["list"]).exit(0).makes(&tree);
    let sheet = image::load_from_memory(&project.read("sheet.png")).unwrap();
    assert!(sheet.width() > 200 && sheet.height() > 400, "{}x{}", sheet.width(), sheet.height());
    assert_snapshot!(project.transcript(&[
        "candidates ghost --sheet sheet.png",
        "candidates ghost --sheet sheet.png --force",
        "candidates ghost --sheet sheet.jpg",
        "candidates ghost --force",
    ]));
}

#[test]
fn a_lost_raw_leaves_what_the_lock_says() {
    let project = shop();
    project.remove(".dgx-pixels");
    let found = operate(&project, |op| session::candidates(op, "potion@red")).unwrap();
    for candidate in &found.slots[0].candidates {
        assert!(candidate.verdict.passes() && candidate.restored.is_none());
        assert_eq!(candidate.error.as_ref().unwrap().code, "no-image");
    }
}

#[test]
fn globs_and_tags_choose_for_several_slots_or_for_none() {
    let project = shop();
    let mut shown =
        project.transcript(&["pick 'potion@*' 2", "unpick tag:item", "pick tag:item 1", "pick 'keeper*' 1"]);
    let lock = project.lock();
    shown +=
        &project.transcript(&["pick 'potion@*' 3", "pick '*' 2", "pick potion 1", "pick tag:none 1", "keep '*' 2"]);
    assert_eq!(project.lock(), lock);
    shown += &project.transcript(&[
        "reroll tag:item --keep 1",
        "build",
        "pick 'potion@*' 3",
        "build",
        "reroll potion@red --build",
    ]);
    assert_snapshot!(shown);
}

#[test]
fn what_a_user_keeps_survives_rerolls_until_the_mark_goes() {
    let project = Project::with(&format!("{KNIGHT}candidates = 2\n"));
    project.build(&[]).exit(0);
    let shown = project.transcript(&[
        "keep knight 1",
        "reroll knight",
        "build",
        "reroll knight",
        "keep knight 3",
        "candidates knight",
        "keep knight 9",
        "keep knight",
        "keep knight --none",
        "candidates knight",
        "reroll knight --keep 4",
        "reroll knight",
    ]);
    assert_snapshot!(shown);
    let files =
        Project::with("[project]\nname = \"t\"\n[sprite.a]\nsource = \"a*.png\"\n").file("a1.png", png(16, [9, 9, 9]));
    files
        .file("a2.png", png(16, [200, 9, 9]))
        .run(&["keep", "a", "1"])
        .exit(2)
        .says("is made of files, which are not generated");
}

#[test]
fn a_listing_is_what_the_plan_says() {
    let project = Project::with(GAME);
    let list = || operate(&project, |op| session::list(op, &[])).unwrap().items;
    assert!(list().iter().all(|item| item.verdict.is_none() && item.stale || item.slots.is_empty()));
    project.build(&[]).exit(0);
    let plan = operate(&project, |op| session::plan(op, &[])).unwrap().items;
    assert_eq!(list().len(), plan.len());
    for (listed, planned) in list().iter().zip(&plan) {
        assert_eq!((&listed.name, listed.kind, &listed.files), (&planned.name, planned.kind, &planned.files));
        assert!(listed.verdict.as_ref().is_some_and(|verdict| verdict.passes()) && !listed.stale, "{listed:?}");
    }
}

#[test]
fn assets_are_shown_in_the_terminal() {
    let project = Project::with(&SHOP.replace("size = 16", "size = 12"));
    project.build(&[]).exit(3);
    // No color at all: shades; with color, half blocks, as many columns as there are.
    assert_snapshot!(project.transcript(&[
        "show potion@red",
        "show potion@red -n 2",
        "show keeper-walk --width 60",
        "show keeper --width 20",
        "show potion@red -n 9",
        "show nobody",
    ]));
    let painted = project.run(&["show", "potion@red", "--color", "always"]).exit(0);
    assert!(painted.stdout.contains("\u{1b}[38;2;") && painted.stdout.contains('\u{2580}'), "{painted}");
    project.remove(".dgx-pixels");
    project.run(&["show", "potion@red"]).exit(0);
    project.remove("assets");
    project.run(&["show", "potion@red"]).exit(1).says("has no image on this machine");
}

#[test]
fn a_sheet_in_the_output_folder_shows_its_frames() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let images = || operate(&project, |op| session::show(op, "*", None)).unwrap();
    let from_cache = images();
    assert!(from_cache.len() > 8);
    project.remove(".dgx-pixels");
    let frames =
        |name: &str, shown: &[session::Shown]| shown.iter().find(|item| item.name == name).unwrap().frames.clone();
    // Textures have no files of their own; what was placeholder art draws them again.
    let from_files = ["knight", "knight-walk", "meadow", "guard@w"]
        .map(|name| operate(&project, |op| session::show(op, name, None)).map(|shown| frames(name, &shown)));
    for (name, found) in ["knight", "knight-walk", "meadow", "guard@w"].into_iter().zip(from_files) {
        assert_eq!(found.unwrap(), frames(name, &from_cache), "{name}");
    }
}

#[test]
fn another_recipe_is_tried_and_nothing_is_written() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let (tree, store) = (project.tree(), project.files(".dgx-pixels/store"));
    let shown = project.transcript(&[
        "what-if palette=pico-8 'potion@*' knight --sheet before-after.png",
        "what-if palette=pico-8 'potion@*' --sheet before-after.png",
        "what-if size=12 knight-walk",
        "what-if size=4 meadow",
        "what-if size=16 meadow",
        "what-if gates.coverage=990 knight",
        "what-if outline=none knight",
        "what-if knight",
        "what-if palette=endesga-23",
        "what-if sizes=3 knight",
        "what-if palette=pico-8 nobody",
        "what-if palette=pico-8 potion@red --json",
    ]);
    assert_snapshot!(shown);
    assert_eq!((project.tree(), project.files(".dgx-pixels/store")), (tree, store));
    assert!(image::load_from_memory(&project.read("before-after.png")).unwrap().width() > 280);
}

#[test]
fn a_recipe_that_was_tried_makes_the_same_when_it_is_built() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let changes = ["palette=pico-8".to_owned()];
    let targets = ["knight".to_owned(), "guard@e".to_owned(), "potion@red".to_owned(), "knight-walk".to_owned()];
    let tried = operate(&project, |op| session::what_if(op, &changes, &targets, None)).unwrap();
    project.append("pixels.toml", "[recipe.default]\npalette = \"pico-8\"\n");
    project.build(&[]).exit(0).asked(0);
    let built = operate(&project, |op| session::what_if(op, &changes, &targets, None)).unwrap();
    assert_eq!(tried.items.len(), 4);
    for (tried, built) in tried.items.iter().zip(&built.items) {
        assert!(tried.changed && !built.changed, "{tried:?} {built:?}");
        assert_eq!(tried.after, built.before);
    }
}

#[test]
fn a_candidate_of_a_server_says_what_made_it_and_how_long_it_took() {
    let fake = crate::server_builds::slow(0.05);
    let project = crate::server_builds::project(&[&fake], &crate::server_builds::sprites(&["knight"]));
    project.build(&[]).exit(0).asked(1);
    let found = operate(&project, |op| session::candidates(op, "knight")).unwrap();
    let [candidate] = found.slots[0].candidates.as_slice() else { panic!("{found:?}") };
    assert!(candidate.millis.is_some_and(|millis| millis >= 40), "{candidate:?}");
    assert_eq!((candidate.backend.as_str(), candidate.device.as_deref()), ("comfyui 0.3.64", Some("NVIDIA GB10")));
    project.run(&["candidates", "knight"]).exit(0).says(" on NVIDIA GB10 in 0.");
    // Seeing asks no server.
    assert_eq!(fake.prompts(), 1);
}

#[test]
fn what_is_kept_for_a_look_is_ignored_by_git_and_swept() {
    let project = Project::with(&KNIGHT.replace("[project]", "[project]\nraws = \"raws\"")).file(".gitignore", "");
    project.build(&[]).exit(0);
    project.remove(".dgx-pixels");
    let project = project.git_init();
    for line in ["candidates knight", "report", "show knight -n 1"] {
        project.run_line(line).exit(0);
    }
    assert!(project.exists(".dgx-pixels/candidates/sprite") && project.exists(".dgx-pixels/report.html"));
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    project.run_line("cache gc --sprites").exit(0);
    assert_eq!(project.files(".dgx-pixels/candidates").len(), 0);
}

#[cfg(unix)]
#[test]
fn links_of_a_checkout_lead_no_image_elsewhere() {
    let project = Project::with(KNIGHT);
    let elsewhere = Project::new();
    project.build(&[]).exit(0);
    std::fs::create_dir_all(project.path(".dgx-pixels/candidates")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(""), project.path(".dgx-pixels/candidates/sprite")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path("page.html"), project.path(".dgx-pixels/report.html")).unwrap();
    let found = operate(&project, |op| session::candidates(op, "knight")).unwrap();
    assert_eq!(found.slots[0].candidates[0].restored, None);
    project.run(&["report"]).exit(0);
    assert_eq!(elsewhere.files("").len(), 0, "{:?}", elsewhere.files("").keys());
    assert!(project.text(".dgx-pixels/report.html").starts_with("<!doctype html>"));
}
