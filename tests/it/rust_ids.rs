//! `assets.rs`: it compiles, what it says is what was written, and a name that is gone is a compile error.

use std::process::{Command, Output};

use dgx_pixels::export::index::read;
use dgx_pixels::words::index::Entry;

use crate::project::{GAME, Project, Run};

const FILE: &str = "assets/assets.rs";

/// A game with sprites, animations, axes and a tileset; its index says what the types must say.
fn game() -> Project {
    let project = Project::with(GAME);
    let export = "export = [\"rust\", \"index\"]\nscale = [1, 2]\n";
    project.edit("pixels.toml", "export = [\"bevy\", \"aseprite\"]", export);
    project.append(
        "pixels.toml",
        "[animation.guard-walk]\nof = \"guard\"\naction = \"walk\"\nframes = 2\nplayback = \"pingpong\"\nrepeat = false\nevents = { step = 2 }\n\
         [sprite.rock]\npreset = \"item\"\nprompt = \"rock {level}\"\nsize = 16\nmatrix = { level = [1, 2] }\ntags = [\"hard\"]\n",
    );
    project
}

/// Compiles a crate that has the types as its module `assets`, with what the compiler says; warnings are errors.
fn rustc(project: &Project, main: &str, kind: &str) -> Output {
    project.write("main.rs", format!("#[path = \"assets/assets.rs\"]\nmod assets;\n{main}"));
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "-D", "warnings", "--crate-name", "game", "--crate-type", kind, "-o", "game"]);
    rustc.arg("main.rs").current_dir(project.path("")).output().unwrap()
}

#[track_caller]
fn error(project: &Project, main: &str) -> String {
    let output = rustc(project, main, "lib");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_types_compile_and_say_what_the_index_says() {
    let project = game();
    project.build(&[]).exit(0);
    let print = "
        fn main() {
            use assets::*;
            let assets = Knight::ALL.iter().map(|a| a.asset()).chain(Guard::ALL.iter().map(|a| a.asset()));
            let assets = assets.chain(Potion::ALL.iter().map(|a| a.asset())).chain(Rock::ALL.iter().map(|a| a.asset()));
            for asset in assets.chain(Meadow::ALL.iter().map(|a| a.asset())) {
                println!(\"{}\", asset.name);
                println!(\"{:?}\", asset.tags);
                println!(\"{:?}\", asset.images.iter().map(|i| (i.scale, i.path, i.size)).collect::<Vec<_>>());
                let frames = asset.frames.iter().map(|f| (f.x, f.y, f.width, f.height, f.duration));
                println!(\"{:?}\", frames.collect::<Vec<_>>());
                println!(\"{:?} {} {:?} {:?}\", asset.playback, asset.repeat, asset.round, asset.events);
                println!(\"{:?}\", asset.tiles.iter().map(|t| (t.mask, t.variant)).collect::<Vec<_>>());
            }
        }";
    let output = rustc(&project, print, "bin");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = Command::new(project.path("game")).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let index = read(&project.read("assets/pixels.index.json")).unwrap();
    let mut found: Vec<String> = printed.lines().collect::<Vec<_>>().chunks(6).map(|lines| lines.join("\n")).collect();
    let mut expected: Vec<String> = index.assets.iter().map(lines).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 16);
}

/// An entry of the index as the program prints it.
fn lines(entry: &Entry) -> String {
    let images: Vec<_> = entry.images.iter().map(|image| (image.scale, &image.path, image.size)).collect();
    let frames: Vec<_> =
        entry.frames.iter().map(|frame| (frame.x, frame.y, frame.w, frame.h, frame.duration.unwrap_or(0))).collect();
    let plays = entry.animation.as_ref().map_or_else(
        || "Forward true [0] []".to_owned(),
        |animation| {
            let events: Vec<_> = animation.events.iter().collect();
            format!("{:?} {} {:?} {events:?}", animation.playback, animation.repeat, animation.round)
        },
    );
    let tiles = entry.tileset.iter().flat_map(|tileset| &tileset.tiles);
    let tiles: Vec<_> = tiles.map(|tile| (tile.mask, tile.variant)).collect();
    format!("{}\n{:?}\n{images:?}\n{frames:?}\n{plays}\n{tiles:?}", entry.name, entry.tags)
}

const USE: &str = "
    pub const WALK: &str = assets::Guard::Walk(assets::Facing::East).path();
    pub const POTION: &str = assets::Potion::Still(assets::PotionColor::Red).path();
    pub const ROCK: &str = assets::Rock::Still(assets::RockLevel::Level2).path();
    pub const TILES: usize = assets::Meadow::Tiles.frames().len();";

#[test]
fn what_is_gone_is_a_compile_error_that_names_it() {
    let project = game();
    project.build(&[]).exit(0);
    let output = rustc(&project, USE, "lib");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cut_at = |table: &str| {
        let manifest = project.text("pixels.toml");
        project.write("pixels.toml", manifest.split_once(table).unwrap().0).build(&[]).exit(0).asked(0);
    };
    cut_at("[sprite.rock]");
    assert!(error(&project, USE).contains("`Rock`"));
    project.edit("pixels.toml", "color = [\"red\", ", "color = [").build(&[]).exit(0).asked(0);
    assert!(error(&project, USE).contains("`Red` found for enum `PotionColor`"));
    cut_at("[animation.guard-walk]");
    assert!(error(&project, USE).contains("`Walk` found for enum `Guard`"));
}

/// Every value of a type has its data, so that an asset has none before all of it was made.
#[test]
fn an_asset_that_is_made_in_part_has_no_type_yet() {
    let project = Project::with(
        "[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"rust\"]\n\
         [sprite.guard]\npreset = \"character\"\nprompt = \"guard\"\nsize = 16\ndirections = 8\n\
         [sprite.scout]\npreset = \"character\"\nprompt = \"scout\"\nsize = 16\ndirections = 4\n",
    );
    project.build(&["scout", "guard@s", "guard@se", "guard@e", "guard@ne"]).exit(0);
    let scout = "pub const A: &str = assets::Scout::Still(assets::Facing::East).path();";
    assert!(rustc(&project, scout, "lib").status.success());
    let guard = "pub const A: &str = assets::Guard::Still(assets::Facing8::SouthEast).path();";
    assert!(error(&project, guard).contains("`Guard`"));
    project.build(&[]).exit(0);
    assert!(rustc(&project, &format!("{guard}\n{}", scout.replace("const A", "const B")), "lib").status.success());
}

/// A project whose names Rust refuses.
fn refused(tables: &str) -> (Project, String) {
    let project = Project::with("[project]\nname = \"test\"\nbackend = \"sketch\"\nexport = [\"rust\"]\n");
    project.append("pixels.toml", tables);
    let (plan, check) = (said(project.run(&["plan"])), said(project.check(&[])));
    let build = said(project.run(&["build"]));
    assert_eq!((&plan, &check), (&build, &build));
    assert!(!project.exists("assets") && !project.exists("pixels.lock"));
    (project, build)
}

fn said(run: Run<'_>) -> String {
    run.exit(2).stderr.clone()
}

fn sprite(name: &str) -> String {
    format!("[sprite.\"{name}\"]\npreset = \"item\"\nprompt = \"rock\"\nsize = 16\n")
}

#[test]
fn names_that_rust_refuses_are_errors_with_their_place() {
    let all = [
        sprite("2d-rock"),
        sprite("frame"),
        sprite("self"),
        sprite("big-rock") + &sprite("big_rock"),
        sprite("rock") + &sprite("rock-color").replace("size", "matrix = { color = [\"a.b\", \"a_b\"] }\nsize"),
        sprite("rock")
            + "[animation.rock-fall]\nof = \"rock\"\nframes = 2\n[animation.rock_fall]\nof = \"rock\"\nframes = 2\n",
        sprite("grass") + "[texture.soil]\nprompt = \"soil\"\n[tileset.Grass_]\nof = \"soil\"\nsize = 8\n",
    ];
    let told: Vec<String> = all.iter().map(|tables| refused(tables).1).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_name_that_rust_refuses_can_be_changed_with_mv() {
    let (project, _) = refused(&sprite("2d-rock"));
    project.run(&["mv", "2d-rock", "rock"]).exit(0).build(&[]).exit(0);
    assert!(project.text(FILE).contains("pub enum Rock {"));
}

/// A merge of branches is one file, whether git finishes it or leaves a conflict.
#[test]
fn types_of_two_branches_are_ours_after_a_merge() {
    let project = game().file(".gitignore", "/.dgx-pixels/\n");
    project.build(&[]).exit(0);
    let project = project.git_init();
    for name in ["axe", "zoo"] {
        project.branch(name, "main").edit("pixels.toml", "tags = [", &format!("tags = [\"{name}\", "));
        project.build(&[]).exit(0).commit(name);
    }
    let zebra = sprite("zebra") + "[sprite.guard]";
    project.branch("zebra", "main").edit("pixels.toml", "[sprite.guard]", &zebra).build(&[]).exit(0).commit("zebra");
    let conflicts = |branch| project.merge(branch).iter().any(|file| file == FILE);
    assert!(!conflicts("axe"));
    project.build(&[]).exit(0).commit("merged");
    assert!(conflicts("zoo"));
    project.git(&["checkout", "-q", "--theirs", "pixels.toml"]);
    project.edit("pixels.toml", "[sprite.guard]", &zebra).build(&[]).exit(0);
    let text = project.text(FILE);
    assert!(text.contains("enum Zebra") && text.contains("\"zoo\"") && !text.contains("\"axe\""), "{text}");
}

#[test]
fn types_of_a_game_that_others_changed_are_kept() {
    let project = game();
    project.build(&[]).exit(0);
    let own = project.text(FILE) + "// mine\n";
    let clone = project.copy();
    clone.remove(".dgx-pixels").build(&[]).exit(0);
    clone.edit("pixels.toml", "tags = [\"hard\"]", "tags = [\"soft\"]").build(&[]).exit(0);
    assert!(clone.text(FILE).contains("\"soft\"") && !clone.text(FILE).contains("\"hard\""));
    clone.write(FILE, &own).edit("pixels.toml", "tags = [\"soft\"]", "tags = [\"hard\"]").build(&[]).exit(1);
    assert_eq!(clone.text(FILE), own);
}
