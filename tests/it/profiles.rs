//! Profiles, placeholders, targets, limits, frozen builds and lost raws: what a build may touch, and what it says.

use dgx_pixels::session::{Outcome, Refusal};
use dgx_pixels::words::asset::{GroupId, Kind};
use insta::{assert_debug_snapshot, assert_snapshot};

use crate::project::{GAME, KNIGHT, Project, assert_same, png};
use crate::server::{Order, Server};

/// Two sprites on a server, and a profile that asks in another way.
const DRAWN: &str = r#"
[project]
name = "test"
[recipe.default]
gates = { coverage = 50 }
[sprite.knight]
prompt = "knight"
size = 16
candidates = 2
tags = ["hero"]
[sprite.potion]
prompt = "{color} potion"
size = 16
matrix = { color = ["red", "blue"] }
[profile.draft]
candidates = 1
style = { steps = 4 }
[profile.rough]
backend = "sketch"
out = "rough"
"#;

#[test]
fn a_profile_leaves_the_lock_as_it_is() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0).asked_for(4);
    let (lock, tree) = (project.lock(), project.tree());
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&["knight 1", "potion@blue 1", "potion@red 1"]);
    assert_eq!(project.lock(), lock);
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&[]);
    project.draw(&server).exit(0).asked(&[]);
    assert_same(&project.tree(), &tree, "after a profile's build");
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn a_profile_of_sketches_needs_no_agreement() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let tree = project.tree();
    project.draw_as(&server, Order::profile("rough")).exit(0).asked(&[]);
    assert!(project.exists("rough/sprites/knight.png"));
    assert_same(&project.tree(), &tree, "another output folder");
}

#[test]
fn a_profile_follows_the_picks_of_people() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let automatic = project.read("assets/sprites/knight.png");
    let (first, other) = (project.picked("knight").to_string(), (3 - project.picked("knight")).to_string());
    for n in [&other, &first, &other] {
        project.run(&["pick", "knight", n]).exit(0);
        assert_eq!(project.draw_as(&server, Order::profile("draft")).exit(0).outcome().held, ["knight"]);
        assert_eq!(project.read("assets/sprites/knight.png") == automatic, *n == first, "picked {n}");
    }
    project.run(&["unpick", "knight"]).exit(0);
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&["knight 1"]);
}

#[test]
fn a_profile_may_have_picks_of_its_own() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let (first, other) = (project.picked("knight").to_string(), (3 - project.picked("knight")).to_string());
    project.run(&["pick", "knight", &first]).exit(0);
    let lock = project.lock();
    project.run(&["pick", "knight", &other, "--profile", "draft"]).exit(0);
    project.draw_as(&server, Order::profile("draft")).exit(0);
    assert_eq!(project.lock(), lock);
    assert!(project.text(".dgx-pixels/profiles/draft.lock").contains(&format!("n = {other}, by = \"user\"")));
}

#[test]
fn an_asset_that_came_later_reaches_a_profile_with_its_captures() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.edit("pixels.toml", "steps = 4", "steps = 8").draw(&server).exit(0);
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&[]);
    project.append("pixels.toml", "[sprite.sword]\nprompt = \"sword\"\nsize = 16\n").draw(&server).exit(0);
    project.remove(".dgx-pixels/store/records.jsonl");
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&[]);
}

#[test]
fn the_profile_called_default_is_no_profile() {
    let project = Project::with(KNIGHT);
    project.build(&["--profile", "default"]).exit(0).asked(1);
    assert!(project.exists("pixels.lock") && !project.exists(".dgx-pixels/profiles"));
    project.build_with(&[("DGX_PIXELS_PROFILE", "")], &[]).exit(0).asked(0);
    project.build(&["--profile", "none-such"]).exit(2).reports("unknown-profile");
}

#[test]
fn sketches_over_captures_need_agreement() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let tree = project.tree();
    project.edit("pixels.toml", "name = \"test\"", "name = \"test\"\nbackend = \"sketch\"");
    assert!(matches!(project.draw(&server).refusal(), Refusal::SketchesOver(slots) if slots.len() == 3));
    project.build(&[]).exit(2).reports("sketch-over-captures");
    assert_same(&project.tree(), &tree, "refused");
    project.build(&["--yes"]).exit(0);
    project.edit("pixels.toml", "\nbackend = \"sketch\"", "").draw(&server).exit(0).asked(&[]);
    assert_same(&project.tree(), &tree, "back on the server");
}

#[test]
fn placeholders_stand_until_the_picture_comes() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw_as(&server, Order::targets(&["knight"])).exit(0);
    let (lock, knight) = (project.lock(), project.read("assets/sprites/knight.png"));
    server.goes_down();
    let built = project.draw_as(&server, Order::fill());
    assert_eq!(built.outcome().filled, 2);
    assert_eq!((project.lock(), project.read("assets/sprites/knight.png")), (lock.clone(), knight));
    let placeholder = project.read("assets/sprites/potion-red.png");
    project.edit("pixels.toml", "{color} potion", "large {color} sword").draw_as(&server, Order::fill());
    assert_ne!(project.read("assets/sprites/potion-red.png"), placeholder);
    assert_eq!(project.lock(), lock);
    server.comes_back();
    project.draw(&server).exit(0).asked_for(2);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn placeholders_are_counted_in_the_last_line() {
    let project = Project::with(DRAWN);
    let run = project.run(&["build", "--fill", "sketch"]);
    assert_snapshot!(run.shown());
    assert!(project.exists("assets/sprites/knight.png"));
}

/// Targets limit placeholders as they limit everything else that is drawn.
#[test]
fn placeholders_are_drawn_for_the_targets_only() {
    let project = Project::with(DRAWN);
    let run = project.build(&["--fill", "sketch", "potion@red"]).exit(0);
    assert_eq!(run.summary()["filled"], 1, "{run}");
    let images: Vec<String> = project.files("assets").into_keys().filter(|path| path.ends_with(".png")).collect();
    assert_eq!(images, ["assets/sprites/potion-red.png"]);
}

#[test]
fn locked_is_stale_exactly_if_the_lock_would_change() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    assert!(matches!(project.draw_as(&server, Order::locked()).refusal(), Refusal::Stale(_)));
    project.build(&["--locked"]).exit(4);
    project.draw(&server).exit(0);
    let lock = project.lock();
    project.remove("assets").draw_as(&server, Order::locked()).exit(0).asked(&[]);
    project.build(&["--locked"]).exit(0).check(&["--outputs"]).exit(0);
    project.edit("pixels.toml", "[sprite.knight]", "[sprite.squire]");
    assert_snapshot!(project.transcript(&["build --locked", "build --locked potion"]));
    assert!(project.exists("assets/sprites/knight.png"));
    assert_eq!(project.lock(), lock);
}

#[test]
fn too_many_images_need_agreement() {
    let project = Project::with(&DRAWN.replace("name = \"test\"", "name = \"test\"\nmax_images = 3"));
    let server = Server::new();
    assert_eq!(*project.draw(&server).refusal(), Refusal::TooMany { images: 4, most: 3 });
    project.build(&[]).exit(2).reports("max-images");
    project.draw_as(&server, Order::targets(&["potion"])).exit(0).asked_for(2);
    project.edit("pixels.toml", "max_images = 3", "max_images = 1");
    project.draw_as(&server, Order::yes()).exit(0).asked_for(2);
}

#[test]
fn images_that_wait_count_too() {
    let banner = "[sprite.banner]\nprompt = \"banner\"\nsize = 16\ninputs = { figure = \"knight\" }\n";
    let project = Project::with(&DRAWN.replace("name = \"test\"", "name = \"test\"\nmax_images = 4"));
    project.append("pixels.toml", banner);
    assert_eq!(*project.draw(&Server::new()).refusal(), Refusal::TooMany { images: 5, most: 4 });
}

#[test]
fn targets_are_names_members_globs_and_tags() {
    for (targets, images) in [
        (&["knight"][..], 2),
        (&["potion"], 2),
        (&["potion@red"], 1),
        (&["*@blue", "knight"], 3),
        (&["tag:hero"], 2),
        (&["sprite:potion"], 2),
    ] {
        Project::with(DRAWN).draw_as(&Server::new(), Order::targets(targets)).exit(0).asked_for(images);
    }
    Project::with(DRAWN).build(&["nkight"]).exit(2).reports("unknown-target");
}

#[test]
fn a_target_brings_what_it_is_made_from() {
    let project = Project::with(GAME);
    project.build(&["meadow"]).exit(0).asked(2).processed(3);
    project.build(&["knight-walk"]).exit(0).asked(4).processed(2);
}

#[test]
fn prune_covers_the_whole_manifest_even_with_targets() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    project.edit("pixels.toml", ", \"blue\"]", "]").draw_as(&server, Order::targets(&["knight"])).exit(0);
    assert!(!project.exists("assets/sprites/potion-blue.png"));
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn lines_of_another_ask_stay_until_a_full_build() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let knight = project.slot("knight");
    project.edit("pixels.toml", "\"knight\"", "\"squire\"").draw_as(&server, Order::targets(&["potion"])).exit(0);
    assert_eq!(project.slot("knight"), knight);
}

#[test]
fn exit_codes_have_an_order() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.append("pixels.toml", "[sprite.ghost]\nprompt = \"void\"\nsize = 16\nreroll = 0\n");
    project.draw(&server).exit(3);
    project.check(&[]).exit(3);
    project.build(&[]).exit(3).build(&[]).exit(3);
    project.append("pixels.toml", "sise = 16\n").build(&[]).exit(2).check(&[]).exit(2);
}

#[test]
fn an_interruption_is_the_strongest_of_all() {
    let mut outcome = Outcome { stale: true, ..Outcome::default() };
    assert_eq!(u8::from(outcome.exit()), 4);
    outcome.gated.push((GroupId::new(Kind::Sprite, "ghost"), "grid 1 < 2".to_owned()));
    assert_eq!(u8::from(outcome.exit()), 3);
    outcome.kept.push("assets/sprites/knight.png".to_owned());
    assert_eq!(u8::from(outcome.exit()), 1);
    outcome.interrupted = true;
    assert_eq!(u8::from(outcome.exit()), 130);
}

#[test]
fn a_file_of_somebody_else_is_more_than_a_gate() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.append("pixels.toml", "[sprite.ghost]\nprompt = \"void\"\nsize = 16\nreroll = 0\n");
    project.write("assets/sprites/knight.png", "mine").draw(&server).exit(1);
    assert_eq!(project.text("assets/sprites/knight.png"), "mine");
    project.build(&[]).exit(1).build(&["--overwrite"]).exit(3).asked(0);
}

#[test]
fn why_names_the_field_that_changed_or_its_part_in_another_clone() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let mut shown = project.run(&["why", "knight"]).exit(0).shown();
    let clone = project.copy();
    clone.remove(".dgx-pixels/store/keys.jsonl");
    for (from, to) in [
        ("\"knight\"\nsize = 16", "\"squire\"\nsize = 16"),
        ("candidates = 2", "candidates = 2\nstyle = { steps = 9 }"),
        ("candidates = 2", "candidates = 2\nstyle = { canvas = [768, 768] }"),
        ("candidates = 2", "candidates = 2\nstyle = { vae = \"none\" }"),
        ("candidates = 2", "candidates = 2\noutline = \"outer\""),
        ("candidates = 2", "candidates = 2\npath = \"hero\""),
    ] {
        shown += &format!("# {}\n", to.lines().last().unwrap());
        for clone in [&project, &clone] {
            shown += &clone.edit("pixels.toml", from, to).run(&["why", "knight"]).exit(0).shown();
        }
        shown += &project.check(&[]).exit(4).shown();
        clone.edit("pixels.toml", to, from);
        project.edit("pixels.toml", to, from).check(&[]).exit(0);
    }
    assert_snapshot!(shown);
}

#[test]
fn a_parcel_of_picked_raws_is_enough_elsewhere() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    project.run(&["cache", "export", "--picked", "parcel.tar"]).exit(0);
    let other = Project::with(DRAWN);
    for file in ["pixels.lock", "parcel.tar"] {
        other.write(file, project.read(file));
    }
    other.build(&["--frozen"]).exit(1).reports("raw-lost");
    other.run(&["cache", "import", "parcel.tar"]).exit(0).build(&["--frozen"]).exit(0).makes(&project.tree());
}

#[test]
fn gc_keeps_what_any_lock_names() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    project.draw_as(&server, Order::profile("draft")).exit(0);
    project.edit("pixels.toml", "\"knight\"", "\"squire\"").draw(&server).exit(0);
    let before = project.files(".dgx-pixels/store");
    project.run(&["cache", "gc", "--all", "--dry-run"]).exit(0);
    assert_eq!(project.files(".dgx-pixels/store"), before);
    project.run(&["cache", "gc", "--all"]).exit(0);
    assert!(project.files(".dgx-pixels/store").len() < before.len());
    let raws = project.files(".dgx-pixels/store/blobs").len();
    assert_eq!(raws, 4 + 3, "of the default's candidates and of the profile's");
    project.remove("assets").draw(&server).exit(0).asked(&[]);
    project.edit("pixels.toml", "\"squire\"", "\"knight\"").remove("assets");
    project.draw_as(&server, Order::profile("draft")).exit(0).asked(&[]);
}

#[test]
fn gc_stops_at_a_lock_that_it_cannot_read() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    project.draw_as(&server, Order::profile("draft")).exit(0);
    project.write(".dgx-pixels/profiles/draft.lock", "version = 99\n");
    let before = project.files(".dgx-pixels/store");
    project.run_line("cache gc --all --message-format json").exit(2).reports("lock-newer");
    assert_eq!(project.files(".dgx-pixels/store"), before);
}

#[test]
fn a_lost_raw_is_missed_only_when_pixels_are_made_of_it() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let tree = project.tree();
    project.remove(".dgx-pixels/store").draw(&server).exit(0).asked(&[]);
    project.edit("pixels.toml", "coverage = 50", "coverage = 51");
    let built = project.draw(&server).exit(1).asked(&[]);
    assert_debug_snapshot!(built.outcome().failed[0].1);
    assert_same(&project.tree(), &tree, "files and lock are kept");
    project.draw_as(&server, Order::recapture()).exit(0).asked_for(3);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn a_lost_automatic_pick_whose_file_is_gone_is_asked_for_with_its_seed() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let tree = project.tree();
    project.remove(".dgx-pixels").remove("assets/sprites/potion-red.png");
    assert_snapshot!(project.run(&["plan"]).exit(0).shown());
    project.build(&["--locked"]).exit(1);
    project.draw(&server).exit(0).asked(&["potion@red 1"]);
    assert_same(&project.tree(), &tree, "the same pixels came");
}

#[test]
fn other_pixels_of_a_lost_raw_take_its_place_and_are_judged() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    let before = project.slot("potion@red");
    project.remove(".dgx-pixels").remove("assets/sprites/potion-red.png");
    server.gets_another_gpu();
    project.draw(&server).exit(0).asked(&["potion@red 1"]);
    let after = project.slot("potion@red");
    assert_ne!(after.pick.unwrap().raw, before.pick.unwrap().raw);
    assert_eq!(after.candidates[0].seed, before.candidates[0].seed);
    project.check(&["--outputs"]).exit(0);
    project.draw(&server).exit(0).asked(&[]);
}

#[test]
fn a_lost_raw_that_a_person_picked_is_never_asked_for_again() {
    let (project, server) = (Project::with(DRAWN), Server::new());
    project.draw(&server).exit(0);
    project.run(&["pick", "potion@red", "1"]).exit(0);
    project.remove(".dgx-pixels").remove("assets/sprites/potion-red.png");
    let built = project.draw(&server).exit(1).asked(&[]);
    assert_debug_snapshot!(built.outcome().failed[0].1);
}

#[test]
fn sketches_and_files_make_a_lost_raw_again() {
    let project = Project::with(KNIGHT).file("raw/gem.png", png(16, [200, 30, 30]));
    project.append("pixels.toml", "[sprite.gem]\nsource = \"raw/gem.png\"\nsize = 16\n");
    project.build(&[]).exit(0);
    let tree = project.tree();
    project.remove(".dgx-pixels").remove("assets").build(&["--frozen"]).exit(0).makes(&tree);
}

#[test]
fn what_came_through_a_lossy_decoder_is_committed_whether_picked_or_not() {
    let manifest = "[project]\nname = \"test\"\nraws = \"raws\"\n[sprite.gem]\nsource = \"in/*\"\nsize = 16\n";
    let project = Project::with(manifest);
    for (name, color) in [("a", [200, 30, 30]), ("b", [30, 30, 200])] {
        let image = image::load_from_memory(&png(16, color)).unwrap().to_rgb8();
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&image).unwrap();
        project.write(&format!("in/{name}.jpg"), jpeg).write(&format!("in/{name}.png"), png(16, color));
    }
    project.build(&[]).exit(0).asked(4);
    assert_eq!(project.files("raws").len(), 2, "both from JPEG, one of which is the pick");
}

#[test]
fn a_new_file_is_a_new_candidate_and_moves_no_persons_pick() {
    let project = Project::with("[project]\nname = \"test\"\n[sprite.gem]\nsource = \"raw/*.png\"\nsize = 16\n");
    project.write("raw/a.png", png(16, [200, 30, 30])).write("raw/b.png", png(16, [30, 30, 200]));
    project.build(&[]).exit(0).asked(2);
    project.run_line("reroll gem --message-format json").exit(2).reports("not-generated");
    project.run(&["pick", "gem", "2"]).exit(0).build(&[]).exit(0).asked(0);
    project.write("raw/0.png", png(16, [30, 200, 30])).build(&[]).exit(0).asked(1);
    assert_eq!(project.picked("gem"), 2);
}
