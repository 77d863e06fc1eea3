//! What a person sees: whole outputs of command lines, one snapshot a story.
//!
//! `! ` begins a line of stderr. `INSTA_UPDATE=always cargo test --test it cli` accepts what changed.

use std::fs::OpenOptions;

use insta::assert_snapshot;

use crate::project::{GAME, KNIGHT, Project, png};

#[test]
fn a_project_from_its_first_build_to_a_changed_prompt() {
    let project = Project::with(GAME);
    let mut shown = project.transcript(&["plan", "check", "why knight", "build --dry-run", "build", "build", "check"]);
    project.edit("pixels.toml", "prompt = \"guard\"", "prompt = \"old guard\"");
    shown +=
        &project.transcript(&["plan", "why guard", "why guard@w", "why knight-walk#2", "check", "check --outputs"]);
    shown += &project.transcript(&["build --locked", "build -v guard@e", "build -q", "plan guard"]);
    assert_snapshot!(shown);
}

#[test]
fn what_changes_is_named_by_plan_and_why() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let mut shown = String::new();
    for (from, to) in [
        ("size = 16", "size = 24"),
        ("size = 24", "size = 24\npalette = \"pico-8\""),
        ("prompt = \"knight\"", "prompt = \"knight\"\nnegative = \"sword\""),
        ("[sprite.knight]", "[sprite.knight]\nseed = 7"),
        ("[project]", "[project]\nexport = [\"aseprite\"]"),
    ] {
        project.edit("pixels.toml", from, to);
        shown += &format!("# {from} -> {to}\n\n");
        shown += &project.transcript(&["why knight", "plan", "build"]);
    }
    project.edit("pixels.toml", "[sprite.knight]", "[sprite.squire]");
    assert_snapshot!(shown + &project.transcript(&["why squire", "plan", "build"]));
}

#[test]
fn candidates_are_picked_rerolled_and_released() {
    let project = Project::with(GAME);
    project.build(&[]).exit(0);
    let mut shown =
        project.transcript(&["pick knight 2", "build", "unpick knight", "build", "reroll knight --keep 1", "plan"]);
    shown += &project.transcript(&["build", "pick knight 3", "pick knight 9", "pick knight-walk 1", "pick grass 1"]);
    shown += &project.transcript(&["pick meadow 1", "pick nobody 1", "unpick knight-walk#2", "reroll guard@w"]);
    project.edit("pixels.toml", "prompt = \"knight\"", "prompt = \"black knight\"");
    assert_snapshot!(shown + &project.transcript(&["plan knight", "why knight", "build", "reroll knight", "build"]));
}

#[test]
fn an_asset_is_renamed_with_its_files() {
    let project = Project::with(KNIGHT);
    let mut shown = project.transcript(&["mv knight squire", "build", "mv squire guard", "build"]);
    shown += &project.transcript(&["mv guard guard", "mv knight squire", "mv guard a/b"]);
    assert_snapshot!(shown);
}

#[test]
fn mistakes_of_usage_come_with_the_next_step() {
    let project = Project::with(GAME).file("there.hex", "000000\n");
    let mut shown = project.transcript(&["build tag:none", "plan z*", "plan --json z*", "build night", "why night"]);
    shown += &project.transcript(&[
        "palette show endesga-23",
        "palette show missing.gpl",
        "palette convert endesga-23 x.hex",
    ]);
    shown += &project.transcript(&["palette convert slso8 there.hex", "palette convert slso8 there.doc"]);
    shown +=
        &project.transcript(&["palette extract missing.png", "lock resolve", "build -j 0", "build --profile draft"]);
    shown += &project.transcript(&["biuld", "build --no-such-option", "cache import missing.tar", "-C missing plan"]);
    shown += &Project::new().transcript(&["plan", "build", "pick knight 1", "check --message-format json"]);
    assert_snapshot!(shown);
}

#[test]
fn a_member_named_by_one_of_its_axes_is_found_by_the_hint() {
    let axes = "matrix = { color = [\"red\", \"blue\"], form = [\"round\", \"tall\"] }\n";
    let project = Project::with(&format!("{}{axes}", KNIGHT.replace("\"knight\"", "\"{color} {form} knight\"")));
    assert_snapshot!(project.transcript(&["build knight@red", "plan knight@tall", "build knight@*-tall"]));
}

#[test]
fn problems_of_the_manifest_are_shown_at_once_with_their_places() {
    let project = Project::with(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"bevvy\"]\n[sprite.knight]\npreset = \"charakter\"\n\
         prompt = \"{who}\"\nsize = 0\nsizes = 3\n[animation.walk]\nof = \"night\"\n[sprite.a]\ncandidates = 2\nsource = \"a.png\"\n",
    );
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n");
    assert_snapshot!(project.transcript(&["build", "plan -q", "doctor"]));
}

#[test]
fn a_manifest_and_a_lock_that_cannot_be_read() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let lock = project.lock();
    let mut shown = project.transcript(&["lock resolve"]);
    for damaged in ["version = ", "version = 99\n", "<<<<<<< ours\nversion = 1\n=======\nversion = 1\n>>>>>>> theirs\n"]
    {
        project.write("pixels.lock", damaged);
        shown += &format!("# {damaged:?}\n\n");
        shown += &project.transcript(&["plan", "lock resolve"]);
    }
    project.write("pixels.lock", lock).write("pixels.toml", "[project\n");
    assert_snapshot!(shown + &project.transcript(&["build", "lock resolve"]));
}

#[test]
fn files_that_are_in_the_way_or_missing() {
    let project = Project::with(&KNIGHT.replace("[sprite", "export = [\"aseprite\"]\n[sprite"));
    project.write("assets/sprites/knight.png", "mine");
    let mut shown = project.transcript(&["build", "check --outputs", "build --overwrite", "check --outputs"]);
    project.remove("assets/sprites/knight.png");
    shown += &project.transcript(&["check", "check --outputs", "plan", "build", "check --outputs"]);
    assert_snapshot!(shown);
}

#[test]
fn assets_that_fail_or_that_a_gate_fails() {
    let project = Project::with(
        "[project]\nname = \"test\"\n[sprite.broken]\nsource = \"broken.png\"\n[sprite.noise]\nsource = \"noise.png\"\n\
         gates = { grid = 1000 }\n[sprite.good]\nsource = \"good.png\"\n",
    );
    project
        .write("broken.png", "no image")
        .write("noise.png", png(16, [9, 9, 9]))
        .write("good.png", png(16, [200, 0, 0]));
    let mut shown = project.transcript(&["plan", "build", "check", "build", "pick noise 1", "build", "check"]);
    project.remove("good.png");
    shown += &project.transcript(&["plan", "build good"]);
    assert_snapshot!(shown);
}

#[test]
fn a_build_over_the_limit_of_images_is_refused() {
    let project = Project::with(&GAME.replace("backend = \"sketch\"", "backend = \"comfyui\"\nmax_images = 3"));
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n");
    assert_snapshot!(project.transcript(&[
        "build",
        "build --yes knight",
        "build --frozen",
        "build --fill sketch potion@red"
    ]));
}

#[test]
fn doctor_examines_the_project() {
    let project = Project::with(GAME).file("pixels.local.toml", "servers = [\"http://127.0.0.1:1\"]\n").git_init();
    let mut shown = project.transcript(&["doctor"]);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"guard\"", "prompt = \"old guard\"").write("pixels.schema.json", "{}");
    shown += &project.transcript(&["doctor", "doctor --json", "doctor --models"]);
    let nowhere = Project::new().run_line_with(&[("DGX_PIXELS_SERVERS", "http://127.0.0.1:1")], "doctor").shown();
    assert_snapshot!(shown + &nowhere);
}

#[test]
fn the_store_is_measured_verified_swept_and_carried() {
    let project = Project::with(KNIGHT).file("mine.tar", "mine");
    project.build(&[]).exit(0);
    let shown = project.transcript(&["cache export mine.tar"]);
    assert_eq!(project.read("mine.tar"), b"mine");
    let mut shown =
        shown + &project.transcript(&["cache export --force mine.tar", "cache import mine.tar", "cache verify"]);
    shown += &project.transcript(&["cache gc", "cache gc --all --dry-run", "cache gc --all"]);
    assert_snapshot!(shown);
}

#[test]
fn a_project_begins_and_grows() {
    let project = Project::new();
    let mut shown = project.transcript(&[
        "init game",
        "init game",
        "init --backend comfyui other",
        "-C game add sprite key \"golden key\" --preset item --size 16",
    ]);
    shown += &project.transcript(&[
        "-C game add sprite key \"golden key\"",
        "-C game build key",
        "-C game generate item \"red ruby\" --size 16 --add",
        "-C game upgrade",
    ]);
    assert_snapshot!(shown);
}

#[test]
fn one_offs_need_no_project() {
    let project = Project::new().file("prompts.txt", "hero: brave knight\nold oak\n");
    let cache = project.path(".cache").to_string_lossy().into_owned();
    let variables = [("XDG_CACHE_HOME", cache.as_str())];
    let mut shown = String::new();
    for line in [
        "generate character \"medieval knight\" --size 32 --palette sweetie-16 --backend sketch",
        "generate item \"red potion\" -n 2 --seed 100 --size 16 --out potions --backend sketch",
        "generate caracter knight --backend sketch",
        "batch prompts.txt --out art --preset prop --size 16 --backend sketch",
        "batch prompts.txt --out art --preset prop --size 16 --backend sketch",
        "batch missing.txt --out art --backend sketch",
    ] {
        shown += &project.run_line_with(&variables, line).shown();
    }
    assert_snapshot!(shown);
}

#[test]
fn process_restores_images_and_spares_originals() {
    let project = Project::new().file("raw/a.jpg", png(16, [200, 0, 0])).file("raw/a.png", "mine");
    project.write("c.gif", b"GIF89a-------").write("d.png", "no image");
    let mut shown = project.transcript(&[
        "process raw/a.jpg --out raw",
        "process raw/a.jpg --out made",
        "process raw/a.jpg --out made",
    ]);
    assert_eq!(project.read("raw/a.png"), b"mine");
    shown += &project.transcript(&["process raw/a.jpg --out c.gif", "process raw/a.jpg --out made --recipe no.toml"]);
    shown += &project.transcript(&["process c.gif d.png --out made", "process missing.png --out made"]);
    shown += &project
        .transcript(&["process raw/a.jpg --out made --size 0", "process raw/a.jpg --out made --palette endesga-23"]);
    shown += &project.transcript(&["process raw/a.jpg --out made --json --size 8 --palette pico-8"]);
    assert_snapshot!(shown);
}

/// A picture without a grid, one whose grid is given, one of a single colour, one that is transparent.
#[test]
fn process_says_what_it_is_not_sure_of() {
    let painted = image::RgbaImage::from_fn(300, 260, |x, y| {
        let [a, b] = [(x, 150, 90), (y, 120, 110)].map(|(at, middle, reach)| at.abs_diff(middle).min(reach) * 2);
        image::Rgba([(a + b / 2) as u8, (b + x % 7) as u8, (a / 2 + y % 5) as u8, 255])
    });
    let flat = image::RgbaImage::from_pixel(16, 16, image::Rgba([90, 160, 80, 255]));
    let shadow = image::RgbaImage::from_pixel(16, 16, image::Rgba([0, 0, 0, 96]));
    let project = Project::new().file("good.png", png(16, [200, 0, 0]));
    for (name, image) in [("painted", painted), ("flat", flat), ("shadow", shadow)] {
        project.write(&format!("{name}.png"), dgx_pixels::store::encode(&image).unwrap());
    }
    let shown = project.transcript(&[
        "process painted.png good.png --out made",
        "process painted.png good.png --out strict --strict",
        "process painted.png good.png --out json --strict -q",
        "process painted.png --pixel-size 5.5 --out given --strict",
        "process painted.png --grid 50x52 --out given2 --strict --keep-background",
        "process painted.png flat.png --strict --out failed",
        "process flat.png --keep-background --out kept",
        "process shadow.png --out shadow",
        "process shadow.png --keep-background --out shadow",
        "process good.png --grid 4000x4000 --out fine",
        "process good.png --background key --out key",
        "process good.png --background pink --out pink",
    ]);
    assert_snapshot!(shown);
}

#[test]
fn palettes_and_workflows_are_listed_and_shown() {
    let project = Project::with(KNIGHT).file("a.png", png(8, [200, 0, 0])).file("workflows/mine.json", "{}");
    let mut shown =
        project.transcript(&["palette show pico-8", "palette extract a.png", "palette convert pico-8 p.gpl"]);
    shown += &project.transcript(&[
        "workflow list",
        "workflow check",
        "workflow check nothing",
        "workflow show sdxl-imgimg",
    ]);
    assert_snapshot!(shown);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_stdout_did_not_take_is_an_error() {
    let project = Project::with(KNIGHT);
    for arguments in [&["plan"][..], &["build", "--message-format", "json"], &["palette", "list"], &["schema"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = project.command(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write to stdout: "), "{stderr}");
    }
}

#[test]
fn a_lock_that_is_damaged_or_without_a_conflict_is_left_alone() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    let lock = project.lock();
    project.run(&["lock", "resolve"]).exit(0);
    assert_eq!(project.lock(), lock);
    project.write("pixels.lock", "version = ").run(&["lock", "resolve"]).exit(2);
    assert_eq!(project.text("pixels.lock"), "version = ");
}

#[test]
fn empty_values_of_options_are_mistakes() {
    let project = Project::with(KNIGHT).file("raw/a.png", png(16, [200, 0, 0])).file("raw/b.gif", "GIF89a-------");
    let shown = project.transcript(&[
        "build -P ''",
        "-C '' build",
        "plan --profile ''",
        "generate item key --size ''",
        "process raw --out one.png",
        "process raw --out made --explain seen.JPG",
        "process raw --out made",
    ]);
    assert!(!project.exists("one.png"));
    let environment = project.run_with(&[("DGX_PIXELS_PROFILE", "")], &["build"]).exit(0).shown();
    assert_snapshot!(shown + &environment);
}
