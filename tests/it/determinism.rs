//! The order of arrival, the number of threads and the folder change nothing; nothing is asked for twice.

use insta::assert_snapshot;

use crate::project::{GAME, Project, assert_same};
use crate::server::{Order, Server};

/// One sprite on a server, with what is put behind it.
const KNIGHT: &str = r#"
[project]
name = "test"
[recipe.default]
gates = { coverage = 50 }
[sprite.knight]
prompt = "knight"
size = 16
candidates = 2
"#;

/// Every kind of asset on a server; one in three candidates fails, walks wait for their knight.
fn game() -> String {
    let game = GAME.replace("\"sketch\"", "\"comfyui\"\nraws = \"raws\"").replace("prompt = \"", "prompt = \"maybe ");
    let game = game.replace("[sprite.knight]", "[recipe.default]\ngates = { coverage = 50 }\n[sprite.knight]");
    game.replace("action = \"walk\"\n", "action = \"walk\"\ninputs = { figure = \"knight\" }\n")
}

#[test]
fn any_order_of_arrival_on_any_number_of_threads_makes_the_same() {
    let first = Project::with(&game());
    let server = Server::new();
    let asked = first.draw_as(&server, Order::threads(1)).outcome().asked;
    assert!(asked > 12, "some are re-rolled: {asked}");
    for (order, threads) in [(1, 1), (2, 16), (3, 2), (4, 16)] {
        let other = Project::with(&game());
        assert_eq!(other.draw_as(&Server::shuffled(order), Order::threads(threads)).outcome().asked, asked);
        assert_same(&other.tree(), &first.tree(), &format!("order {order} on {threads} threads"));
    }
    first.draw(&server).asked(&[]);
}

#[test]
fn one_job_and_sixteen_jobs_make_the_same_in_two_folders() {
    let (one, sixteen) = (Project::with(GAME), Project::with(GAME));
    one.build(&["--jobs", "1"]).exit(0);
    sixteen.build(&["--jobs", "16"]).exit(0).makes(&one.tree());
}

#[test]
fn committed_raws_alone_make_the_same_again() {
    let project = Project::with(&game());
    let exit = project.draw(&Server::new()).outcome().exit();
    let tree = project.tree();
    project.remove(".dgx-pixels").remove("assets");
    project.build(&["--frozen"]).exit(u8::from(exit).into()).asked(0).makes(&tree);
}

#[test]
fn a_prompt_that_comes_back_costs_nothing_twice() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0).asked(&["knight 1", "knight 2"]);
    let tree = project.tree();
    project.edit("pixels.toml", "\"knight\"", "\"squire\"").draw(&server).exit(0).asked_for(2);
    project.edit("pixels.toml", "\"squire\"", "\"knight\"").draw(&server).exit(0).asked(&[]);
    assert_same(&project.tree(), &tree, "knight, squire, knight");
}

#[test]
fn a_persons_pick_is_held_until_it_is_rerolled() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    let other = 3 - project.picked("knight");
    project.run(&["pick", "knight", &other.to_string()]).exit(0);
    project.draw(&server).exit(0).asked(&[]);
    let tree = project.tree();
    project.edit("pixels.toml", "\"knight\"", "\"squire\"");
    assert_eq!(project.draw(&server).exit(0).asked(&[]).outcome().held, ["knight"]);
    assert_same(&project.tree(), &tree, "held");
    assert_snapshot!(project.run(&["plan"]).exit(0).shown());
    project.run(&["reroll", "knight"]).exit(0);
    project.draw(&server).exit(0).asked(&["knight 1", "knight 2"]);
    project.edit("pixels.toml", "\"squire\"", "\"knight\"").draw(&server).exit(0).asked(&[]);
}

#[test]
fn a_persons_pick_for_the_present_ask_wins() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    let automatic = project.picked("knight");
    project.run(&["pick", "knight", &(3 - automatic).to_string()]).exit(0);
    project.draw(&server).exit(0).asked(&[]);
    assert_eq!(project.picked("knight"), 3 - automatic);
    project.run(&["unpick", "knight"]).exit(0).check(&[]).exit(4);
    project.draw(&server).exit(0).asked(&[]);
    assert_eq!(project.picked("knight"), automatic);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn more_candidates_add_seeds_and_fewer_drop_none() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    project.edit("pixels.toml", "candidates = 2", "candidates = 4");
    project.draw(&server).exit(0).asked(&["knight 3", "knight 4"]);
    let lock = project.lock();
    project.edit("pixels.toml", "candidates = 4", "candidates = 1").draw(&server).exit(0).asked(&[]);
    assert_eq!(project.lock(), lock);
}

#[test]
fn a_seed_in_the_manifest_asks_anew_and_only_once() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    project.edit("pixels.toml", "candidates = 2", "candidates = 2\nseed = 7").draw(&server).exit(0).asked_for(2);
    let seeds: Vec<u64> = project.slot("knight").candidates.iter().map(|candidate| candidate.seed).collect();
    assert_eq!(seeds, [7, 8]);
    project.edit("pixels.toml", "seed = 7", "seed = 8").draw(&server).exit(0).asked(&["knight 2"]);
}

#[test]
fn rerolls_are_counted_by_the_lock() {
    let project = Project::with(&KNIGHT.replace("\"knight\"", "\"void\"").replace("= 2", "= 2\nreroll = 3"));
    let server = Server::new();
    project.draw(&server).exit(3).asked_for(5);
    project.remove(".dgx-pixels").draw(&server).exit(3).asked(&[]);
    project.check(&[]).exit(3);
    project.run(&["reroll", "knight"]).exit(0);
    project.draw(&server).exit(3).asked(&["knight 10", "knight 6", "knight 7", "knight 8", "knight 9"]);
}

#[test]
fn a_changed_gate_marks_and_never_asks() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    let pick = project.picked("knight");
    project.edit("pixels.toml", "size = 16", "size = 16\ngates = { coverage = 990 }");
    let built = project.draw(&server).exit(3).asked(&[]);
    assert_snapshot!(built.outcome().gated[0].1, @"coverage 281 < 990");
    assert_eq!(project.picked("knight"), pick);
    assert_snapshot!(project.check(&[]).exit(3).shown());
    project.run(&["pick", "knight", &pick.to_string()]).exit(0).check(&[]).exit(0);
}

#[test]
fn a_reroll_keeps_what_it_is_told_to_keep() {
    let (project, server) = (Project::with(KNIGHT), Server::new());
    project.draw(&server).exit(0);
    project.run(&["reroll", "knight", "--keep", "1"]).exit(0);
    project.draw(&server).exit(0).asked(&["knight 3", "knight 4"]);
    assert!([1, 3, 4].contains(&project.picked("knight")));
    project.run_line("reroll knight --keep 9 --message-format json").exit(2).reports("unknown-candidate");
}

/// A banner is drawn after a knight that fails its gates until somebody looks.
const BANNER: &str = r#"
[project]
name = "test"
reroll = 0
[recipe.default]
gates = { coverage = 50 }
[sprite.knight]
prompt = "void"
size = 16
[sprite.banner]
prompt = "banner"
size = 16
inputs = { figure = "knight" }
"#;

#[test]
fn what_needs_a_picture_waits_until_it_passes_or_is_picked() {
    let (project, server) = (Project::with(BANNER), Server::new());
    project.draw(&server).exit(3).asked(&["knight 1"]);
    assert_snapshot!(project.run(&["plan"]).exit(0).shown());
    assert!(!project.exists("assets/sprites/banner.png"));
    project.run(&["pick", "knight", "1"]).exit(0);
    project.draw(&server).exit(0).asked(&["banner 1"]);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn gates_that_let_a_picture_pass_let_go_what_waited_for_it() {
    let (project, server) = (Project::with(BANNER), Server::new());
    project.draw(&server).exit(3).asked(&["knight 1"]);
    project.edit("pixels.toml", "coverage = 50", "coverage = 1").draw(&server).exit(0).asked(&["banner 1"]);
    project.edit("pixels.toml", "coverage = 1", "coverage = 2").draw(&server).exit(0).asked(&[]);
}

#[test]
fn a_wait_is_told_with_its_count() {
    let (project, server) = (Project::with(BANNER), Server::new());
    project.draw(&server).exit(3);
    let plan = project.run(&["plan", "--json"]).exit(0);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let banner = plan["items"].as_array().unwrap().iter().find(|item| item["name"] == "banner").unwrap();
    assert_eq!((&banner["step"], &banner["slots"][0]["waits"][0]), (&"wait".into(), &"knight".into()));
    assert!(banner["slots"][0]["ask"].is_null() && banner["sprite"].is_null());
}

#[test]
fn what_waited_goes_on_in_the_same_build() {
    let project = Project::with(&BANNER.replace("void", "knight"));
    let server = Server::shuffled(9);
    project.draw(&server).exit(0).asked(&["banner 1", "knight 1"]);
    let lock = project.lock();
    project.edit("pixels.toml", "\"knight\"\nsize", "\"squire\"\nsize");
    project.draw(&server).exit(0).asked(&["banner 1", "knight 1"]);
    project.edit("pixels.toml", "\"squire\"", "\"knight\"").draw(&server).exit(0).asked(&[]);
    assert_eq!(project.lock(), lock);
}
