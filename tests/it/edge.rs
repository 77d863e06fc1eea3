//! What a build does where time, names or machines are not as usual.

use std::fs::File;
use std::time::{Duration, SystemTime};

use dgx_pixels::plan::{Inputs, Planner, Reason, State, Step};
use dgx_pixels::session::{self, Look, Options};
use insta::assert_snapshot;

use crate::project::{Project, png};
use crate::server::Server;

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
    let (project, server) = (Project::with(&text.replace("sketch", "comfyui")), Server::new());
    project.draw(&server).exit(0);
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

/// The raws of files and of the placeholder artist are no loss: they are captured again.
#[test]
fn a_newer_restoration_makes_anew_what_has_its_sources() {
    let project = Project::with(&TWO.replace("prompt = \"bow\"", "source = \"bow.png\""));
    project.write("bow.png", png(16, [200, 0, 0])).build(&[]).exit(0);
    project.remove(".dgx-pixels");
    let options = Options { remake: true, ..Options::default() };
    let (workspace, state) = session::open(&project.path(""), &options, Look::Lock).unwrap();
    let mut inputs = Inputs::clone(&workspace.inputs);
    inputs.versions.process += 1;
    let items = Planner::new(&workspace.manifest, &inputs).plan(&state).items;
    for (id, item) in items {
        assert!(matches!(item.step, Step::Recapture(_, Reason::Outdated)), "{id}: {:?}", item.step);
    }
}

/// What a person says of the grid is not doubted, and a candidate that was judged before is judged anew.
#[test]
fn a_given_grid_passes_where_no_grid_is_found() {
    let painted = image::RgbaImage::from_fn(96, 80, |x, y| image::Rgba([x as u8 * 2, y as u8 * 3, (x + y) as u8, 255]));
    let project = Project::with("[project]\nname = \"test\"\n[sprite.art]\nsource = \"art.png\"\nmatte = \"none\"\n");
    project.write("art.png", dgx_pixels::store::encode(&painted).unwrap());
    project.append("pixels.toml", "gates = { grid = 1000 }\n").build(&[]).exit(3);
    for given in ["pixel_size = 2", "grid = [48, 40]", "pixel_size = [3.2, 3.1]"] {
        let text = project.text("pixels.toml");
        project.append("pixels.toml", &format!("{given}\n")).build(&[]).exit(0);
        project.check(&[]).exit(0).build(&[]).exit(0).asked(0);
        project.write("pixels.toml", text);
    }
    project.build(&[]).exit(3);
}

/// Artists' files have names in all letters, and a disk may spell a letter with a mark in another way.
#[test]
fn sources_have_any_letters() {
    let project = Project::with(
        "[project]\nname = \"test\"\n[sprite.chest]\nsource = \"raw/K\u{e4}stchen 火 1.png\"\nsize = 16\n\
         [sprite.all]\nsource = \"r\u{e4}w/\u{e4}*.png\"\n[animation.walk]\nsource = \"歩く.png\"\nstrip = 2\ngrid = \"auto\"\ngates = { grid = 0 }\n\
         [recipe.own]\npalette = \"farb\u{f6}ne.hex\"\n[sprite.one]\nrecipe = \"own\"\nsource = \"歩く.png\"\n",
    );
    project.write("raw/K\u{e4}stchen 火 1.png", png(16, [200, 0, 0]));
    project
        .write("ra\u{308}w/a\u{308}2.png", png(16, [0, 200, 0]))
        .write("ra\u{308}w/a\u{308}10.png", png(16, [0, 0, 200]));
    project.write("歩く.png", png(16, [90, 90, 0])).write("farbo\u{308}ne.hex", "5a5a00\n");
    project.build(&[]).exit(0).asked(6);
    project.check(&["--outputs"]).exit(0);
    let files: Vec<String> = project.files("assets").into_keys().collect();
    assert!(files.len() == 4 && files.iter().all(|path| path.is_ascii()), "{files:?}");
    assert!(project.lock().is_ascii(), "{}", project.lock());
    // What is written stays ASCII.
    project.append("pixels.toml", "path = \"k\u{e4}stchen\"\n").build(&[]).exit(2).says("non-ascii-name");
}

/// Whoever may only read a checkout sees that nothing is to be done in it.
#[cfg(unix)]
#[test]
fn a_fresh_checkout_needs_no_write_permission() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.remove(".dgx-pixels");
    let root = project.path("");
    let permit = |mode: u32| std::fs::set_permissions(&root, std::fs::Permissions::from_mode(mode)).unwrap();
    permit(0o555);
    let is_free = std::fs::write(root.join("probe"), "").is_ok();
    // Root may write anywhere, so that the test needs a user without that right.
    if is_free {
        std::fs::remove_file(root.join("probe")).unwrap();
        permit(0o755);
        return;
    }
    for arguments in
        [&["build", "--frozen"][..], &["build", "--locked"], &["build"], &["check", "--outputs"], &["plan"]]
    {
        project.run(arguments).exit(0);
    }
    project.run(&["why", "axe"]).exit(0);
    permit(0o755);
    project.edit("pixels.toml", "size = 16", "size = 24");
    permit(0o555);
    project.run(&["build", "--frozen"]).exit(4);
    let refused = project.run(&["build"]);
    permit(0o755);
    refused.exit(1).says("may not write into `.dgx-pixels`");
}

#[test]
fn check_sees_deleted_files_and_takes_targets() {
    let project = Project::with(&TWO.replace("backend", "export = [\"bevy\"]\nbackend"));
    project.build(&[]).exit(0);
    project.check(&[]).exit(0).check(&["axe", "b*"]).exit(0).says("2 assets up to date");
    project.check(&["nobody"]).exit(2).says("no asset is called `nobody`");
    project.remove("assets/sprites/bow.png");
    project.check(&[]).exit(4).says("bow: a file of it is not there").check(&["--outputs"]).exit(4);
    project.check(&["axe"]).exit(0).says("1 asset up to date").check(&["bow"]).exit(4);
    project.remove("assets").check(&[]).exit(4).says("pixels.assets.ron: it is not there");
    project.build(&[]).exit(0).asked(0).check(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"axe\"", "prompt = \"old axe\"").check(&["bow"]).exit(0).check(&[]).exit(4);
    // A failed gate comes before what is not up to date.
    project.append("pixels.toml", "gates = { coverage = 1000 }\n").build(&["bow"]).exit(3);
    project.check(&["axe"]).exit(4).check(&["bow"]).exit(3).check(&[]).exit(3);
}

/// Counts are of what was asked for and of what happened.
#[test]
fn counts_are_true() {
    let project = Project::with(TWO);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"bow\"", "prompt = \"sword\"");
    project.run(&["build", "bow"]).exit(0).says("made 1 asset, asked for 1 image").never_says("up to date");
    project.run(&["build", "axe"]).exit(0).says("1 asset up to date");
    // A file that is somebody else's stays, and is not made again by every build.
    project.write("assets/sprites/axe.png", "mine");
    project.run(&["build"]).exit(1).says("1 file kept").never_says("made");
    project.run(&["build"]).exit(1).says("1 file kept").never_says("made");
    project.remove("assets/sprites/axe.png").run(&["build"]).exit(0).says("made axe");
}

#[test]
fn placeholders_are_counted_by_file_and_only_for_targets() {
    let project = Project::with(&TWO.replace("backend = \"sketch\"", "export = [\"aseprite\", \"bevy\"]"));
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n");
    let filled = project.run(&["build", "--fill", "sketch", "axe"]).exit(0);
    let filled = filled.says("1 filled with placeholder art, wrote ").never_says("--fill");
    assert!(!filled.exists("assets/sprites/bow.png"));
    let files = filled.files("assets").len();
    filled.says(&format!("wrote {files} files"));
    project.run(&["build"]).exit(1).says("or build placeholders with `--fill sketch`");
    project.run(&["generate", "item", "key"]).exit(1).says("or draw placeholders with `--backend sketch`");
}

/// Another number of frames is that, and no change of the workflow.
#[test]
fn why_names_frames_and_who_chose() {
    let walk = "[animation.walk]\nof = \"axe\"\nframes = 4\n";
    let project = Project::with(&format!("{TWO}{walk}"));
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "frames = 4", "frames = 8");
    project.run(&["why", "walk"]).exit(0).says("frames: 4 -> 8").never_says("workflow");
    // Also where the old values are not known.
    project.remove(".dgx-pixels/store").run(&["why", "walk"]).exit(0).says("frames: 4 -> 8").never_says("workflow");
    project
        .append("pixels.toml", "[sprite.cup]\nprompt = \"cup\"\nsize = 16\ngates = { coverage = 1000 }\nreroll = 0\n");
    project.build(&["cup"]).exit(3);
    project.run(&["why", "cup"]).exit(0).says("the best of those that failed a gate").never_says("picked by the gates");
    project.run(&["pick", "cup", "1"]).exit(0).run(&["why", "cup"]).exit(0).says("picked by a user");
}

/// A ring on paper: what it encloses has the paper's colour.
#[test]
fn what_a_subject_encloses_is_kept_or_cut_by_choice() {
    let ring = image::RgbaImage::from_fn(256, 256, |x, y| {
        let (x, y) = (x as i32 / 8 - 16, y as i32 / 8 - 16);
        match x * x + y * y {
            50..70 => image::Rgba([120, 60, 40, 255]),
            70..110 => image::Rgba([50, 30, 40, 255]),
            _ => image::Rgba([240, 236, 226, 255]),
        }
    });
    let project = Project::with("[project]\nname = \"test\"\n");
    project.write("ring.png", dgx_pixels::store::encode(&ring).unwrap());
    for (holes, centre) in [("keep", 255), ("cut", 0)] {
        project.run(&["process", "ring.png", "--holes", holes, "--out", holes]).exit(0);
        let made = image::open(project.path(&format!("{holes}/ring.png"))).unwrap().to_rgba8();
        let alpha = |x, y| made.get_pixel(x, y)[3];
        assert_eq!((made.dimensions(), alpha(0, 0), alpha(16, 16)), ((32, 32), 0, centre), "{holes}");
    }
    project.run(&["process", "ring.png", "--holes", "fill", "--out", "fill"]).exit(2);
}

/// What an artist aligned in a frame of its own size stays there, also in strips, and in `process`.
#[test]
fn sprites_in_frames_of_their_size_stay() {
    let figure = |width: u32, at: &[(u32, u32)]| {
        let mut image = image::RgbaImage::new(width, 32);
        for (x, y) in at.iter().flat_map(|(x, y)| (0..9).flat_map(move |i| (0..7).map(move |j| (x + i, y + j)))) {
            image.put_pixel(x, y, image::Rgba([40, (x * 9) as u8, (y * 8) as u8, 255]));
        }
        image
    };
    let (sword, walk) = (figure(32, &[(9, 2)]), figure(64, &[(3, 5), (40, 9)]));
    let project = Project::with(
        "[project]\nname = \"test\"\n[sprite.sword]\nsource = \"sword.png\"\nsize = 32\n\
         [animation.walk]\nsource = \"walk.png\"\nstrip = 2\nsize = 32\n",
    );
    for (name, image) in [("sword", &sword), ("walk", &walk)] {
        project.write(&format!("{name}.png"), dgx_pixels::store::encode(image).unwrap());
    }
    project.build(&[]).exit(0);
    let opened = |path: &str| image::open(project.path(path)).unwrap().to_rgba8();
    assert_eq!(opened("assets/sprites/sword.png"), sword);
    assert_eq!(opened("assets/animations/walk.png"), walk);
    project.run(&["process", "sword.png", "--size", "32", "--out", "made"]).exit(0);
    assert_eq!(opened("made/sword.png"), sword);
    project.run(&["process", "sword.png", "--size", "40", "--out", "other"]).exit(0);
    assert_eq!(opened("other/sword.png").dimensions(), (40, 40));
    // Another picture under the same name is seen.
    project.write("sword.png", dgx_pixels::store::encode(&figure(48, &[(9, 2)])).unwrap()).build(&[]).exit(0);
    assert_ne!(opened("assets/sprites/sword.png"), sword);
    project.check(&["--outputs"]).exit(0);
}
