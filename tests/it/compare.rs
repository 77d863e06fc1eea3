//! Comparisons as a user makes them: what is asked, what votes say, and what is adopted.

use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use dgx_pixels::session::{Cancel, Operation, Voter, ballot, open_comparisons, undo_vote, vote_on};
use dgx_pixels::words::compare::Answer;
use serde_json::Value;

use crate::contract::Contract;
use crate::project::{Project, Run};
use crate::server_builds::{fake, project, sprites};

/// Three arms over two slots and two seeds.
const ARMS: &str = "\
[compare.house]
slots = [\"knight\", \"o*\"]
seeds = 2
arms.base = {}
arms.more = { steps = 9 }
arms.less = { steps = 7 }
";

fn manifest() -> String {
    format!("{}{ARMS}", sprites(&["knight", "orc", "tree"]))
}

/// Runs `compare vote` with answers.
fn vote(project: &Project, rater: &str, answers: &str) -> (i32, String) {
    let mut command = project.command(&["compare", "vote", "house", "--rater", rater, "--message-format", "json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code().unwrap(), text)
}

fn report(project: &Project) -> Value {
    let run = project.run(&["compare", "report", "house", "--json", "--quiet"]).exit(0);
    let found = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    Contract::read().check("compared-arms", &found);
    found
}

fn lines(project: &Project) -> Vec<Value> {
    let text = project.text("compare/house.votes.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn run<'a>(project: &'a Project, arguments: &[&str]) -> Run<'a> {
    project.run(&[&["compare", "run", "house", "--message-format", "json"], arguments].concat())
}

/// A script votes for these images wherever they are shown.
fn vote_for(project: &Project, rater: &str, wanted: &[String], pairs: usize) {
    let count = pairs.to_string();
    let shown = project.run(&["compare", "vote", "house", "--rater", rater, "--pairs", &count]).exit(0);
    let mut answers = String::new();
    for line in shown.stdout.lines() {
        let mut pair: Value = serde_json::from_str(line).unwrap();
        let is = |side: &str| wanted.contains(&pair[side].as_str().unwrap().to_owned());
        let answer = if is("left") {
            "left"
        } else if is("right") {
            "right"
        } else {
            "tie"
        };
        pair["answer"] = answer.into();
        answers += &format!("{pair}\n");
    }
    let (code, text) = vote(project, rater, &answers);
    assert_eq!(code, 0, "{text}");
}

/// The raws of an arm.
fn raws(project: &Project, arm: usize) -> Vec<String> {
    let found = report(project);
    let cells = found["cells"].as_array().unwrap();
    cells.iter().map(|cell| cell["images"][arm]["raw"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_comparison_asks_for_what_it_lacks_and_adopting_asks_for_nothing() {
    let fake = fake();
    let project = project(&[&fake], &manifest());
    project.build(&["knight"]).exit(0).asked(1);
    let (lock, output) = (project.lock(), project.files("assets"));
    project.run(&["compare", "run", "house", "--dry-run"]).exit(0).says("11 images of 2 slots x 2 seeds x 3 arms");
    // The first candidate of the knight is in the store: it is the base's.
    run(&project, &[]).exit(0).asked(11);
    assert_eq!(fake.prompts(), 12);
    run(&project, &[]).exit(0).asked(0);
    project.edit("pixels.toml", "arms.less", "arms.fewer").edit("pixels.toml", "arms.base = {}", "arms.now = {}");
    run(&project, &[]).exit(0).asked(0);
    project.append("pixels.toml", "arms.six = { steps = 6 }\n");
    run(&project, &[]).exit(0).asked(4);
    assert_eq!((project.lock(), project.files("assets")), (lock, output));

    project.run(&["compare", "adopt", "house", "more"]).exit(2).says("the votes do not say that `more` is better");
    let refused = project.run(&["compare", "adopt", "house", "most"]).exit(2);
    assert!(refused.stderr.contains("its arms are `now`, `more`"), "{refused}");
    project.edit("pixels.toml", "reroll = 0\n", "reroll = 0\ncandidates = 2\n");
    project.run(&["compare", "adopt", "house", "more", "--yes"]).exit(0).says("a build generates");
    let text = project.text("pixels.toml");
    assert!(text.contains("# adopted `more` of [compare.house]: 0 votes"), "{text}");
    assert!(text.contains("steps = 9\n"), "{text}");
    // Both seeds of both slots were compared.
    project.build(&["knight", "orc"]).exit(0).asked(0);
}

#[test]
fn arms_are_measured_against_the_projects_own_picked_art() {
    let fake = fake();
    let project = project(&[&fake], &manifest());
    run(&project, &[]);
    assert!(report(&project)["measured"].as_array().unwrap().iter().all(|one| one["figure"] != "own-art"));
    // Three picked sprites are art to compare with.
    project.build(&[]).exit(0);
    let found = report(&project);
    let own: Vec<&Value> =
        found["measured"].as_array().unwrap().iter().filter(|one| one["figure"] == "own-art").collect();
    assert_eq!(own.iter().map(|one| &one["arm"]).collect::<Vec<_>>(), ["more", "less"]);
    assert!(own.iter().all(|one| (0..=1_000_000).contains(&one["mean"].as_i64().unwrap())), "{own:?}");
    let page = std::fs::read_to_string(project.path(".dgx-pixels/compare-house.html")).unwrap();
    assert!(page.contains("a description, no judge"));
}

#[test]
fn votes_are_blind_lines_that_say_who_is_better() {
    let fake = fake();
    let project = project(&[&fake], &manifest());
    run(&project, &[]).exit(0).asked(12);
    let best = raws(&project, 1);
    let pairs = project.run(&["compare", "vote", "house", "--rater", "ann", "--pairs", "5"]).exit(0);
    assert_eq!(pairs.stdout.lines().count(), 5);
    pairs.events.iter().for_each(|line| Contract::read().check_line(line));
    for word in ["base", "more", "less"] {
        assert!(!pairs.stdout.contains(word), "{pairs}");
    }
    for line in pairs.stdout.lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        assert!(project.exists(pair["left_image"].as_str().unwrap()));
    }
    assert!(!project.exists("compare/house.votes.jsonl"));
    assert!(report(&project)["says"].as_str().unwrap().contains("no votes yet"));

    let (code, said) = vote(&project, "ann", "left\nr\ntie\nboth-bad\nskip\nundo\nq\n");
    assert_eq!(code, 0, "{said}");
    let cast = lines(&project);
    assert_eq!(cast.len(), 6);
    let answers: Vec<&str> = cast.iter().filter_map(|line| line["answer"].as_str()).collect();
    assert_eq!(answers, ["left", "right", "tie", "both-bad", "skip"]);
    assert!(!project.text("compare/house.votes.jsonl").contains("ann"));
    let found = report(&project);
    assert_eq!((found["votes"].as_u64(), found["undone"].as_u64()), (Some(4), Some(1)), "{found}");
    assert_eq!(found["enough"], false);

    let (code, said) = vote(&project, "ann", "better\n");
    assert!(code == 2 && said.contains("bad-answer"), "{said}");

    for rater in ["bob", "cem", "dot", "eva", "fay"] {
        vote_for(&project, rater, &best, 16);
    }
    let found = report(&project);
    assert_eq!((found["best"].as_str(), found["enough"].as_bool()), (Some("more"), Some(true)), "{found}");
    project.run(&["compare", "adopt", "house", "more"]).exit(0).says("changed [style.default]");
    let page = project.text(".dgx-pixels/compare-house.html");
    assert!(page.contains("Content-Security-Policy") && page.contains("data:image/png;base64,"));
    // A rename leaves the votes where they are.
    let votes = found["votes"].clone();
    project.edit("pixels.toml", "arms.less", "arms.fewer");
    assert!(report(&project)["votes"].as_u64() <= votes.as_u64());
}

#[test]
fn branches_merge_by_union_and_damage_is_named() {
    let fake = fake();
    let project = project(&[&fake], &manifest());
    run(&project, &[]).exit(0);
    assert_eq!(vote(&project, "ann", "left\nright\n").0, 0);
    let project = project.git_init();
    project.branch("other", "main");
    assert_eq!(vote(&project, "bob", "left\nleft\ntie\n").0, 0);
    project.commit("bob");
    let theirs = project.text("compare/house.votes.jsonl");
    project.checkout("main");
    assert_eq!(vote(&project, "cem", "right\ntie\n").0, 0);
    project.commit("cem");
    let ours = project.text("compare/house.votes.jsonl");
    assert_eq!(project.merge("other"), [""; 0]);
    let merged = report(&project);
    assert_eq!(merged["votes"], 7);
    // One file of all lines in another order says the same.
    let mut all: Vec<&str> = theirs.lines().chain(ours.lines()).collect();
    all.sort_unstable();
    all.dedup();
    project.write("compare/house.votes.jsonl", all.join("\n") + "\n");
    assert_eq!(report(&project), merged);

    let text = project.text("compare/house.votes.jsonl");
    let half = &text.lines().next().unwrap()[..40];
    project.append("compare/house.votes.jsonl", &format!("{half}\n{{\"v\":1}}\n"));
    let damaged = report(&project);
    assert_eq!(damaged["bad_lines"].as_array().unwrap().len(), 2);
    assert_eq!(damaged["votes"], merged["votes"]);
    // The images that votes name outlive a collection, though no lock names them.
    project.run(&["cache", "gc", "--all", "--picked"]).exit(0);
    assert_eq!(report(&project)["votes"], 7);
    let named: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["left"]["raw"].as_str().unwrap().to_owned())
        .collect();
    assert!(named.iter().all(|raw| project.files(".dgx-pixels/store/blobs").keys().any(|path| path.contains(raw))));
    // On a machine without any picture the votes still say the same of the arms.
    project.remove(".dgx-pixels");
    assert_eq!(report(&project)["pairs"], merged["pairs"]);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let manifest = |table: &str| format!("{}{table}", sprites(&["knight"]));
    let refused = |table: &str, name: &str| {
        let project = project(&[&fake()], &manifest(table));
        project.run(&["compare", "run", name, "--message-format", "json"]).exit(2).stdout.clone()
    };
    let two = "arms.a = {}\narms.b = { steps = 9 }\n";
    for (table, code) in [
        (format!("[compare.house]\nslots = \"nobody\"\n{two}"), "unknown-target"),
        ("[compare.house]\nslots = \"knight\"\narms.a = {}\n".to_owned(), "arm-count"),
        ("[compare.house]\nslots = \"knight\"\narms.a = {}\narms.b = { steps = 8 }\n".to_owned(), "equal-arms"),
        (format!("[compare.house]\n{two}"), "missing-key"),
        ("[compare.house]\nslots = \"knight\"\narms.a = {}\narms.b = { step = 9 }\n".to_owned(), "unknown-key"),
        (format!("[compare.other]\nslots = \"knight\"\n{two}"), "unknown-comparison"),
    ] {
        let said = refused(&table, "house");
        assert!(said.contains(&format!("\"{code}\"")), "{code}: {said}");
    }
    let fake = fake();
    let project = project(&[&fake], &manifest(&format!("[compare.house]\nslots = \"knight\"\n{two}")));
    project.edit("pixels.toml", "reroll = 0\n", "reroll = 0\nmax_images = 3\n");
    run(&project, &[]).exit(2);
    let (code, said) = vote(&project, "ann", "left\n");
    assert!(code == 2 && said.contains("no-pairs"), "{said}");
    run(&project, &["--yes"]).exit(0).asked(8);
}

/// An arm with a LoRA that no server has, or that is of another family, is named and costs nothing; the other one is drawn.
#[test]
fn an_arm_that_no_server_can_draw_fails_alone() {
    for (file, says) in [("nowhere.safetensors", "nowhere.safetensors"), ("old.safetensors", "old.safetensors")] {
        let fake = fake();
        fake.model("loras", "old.safetensors", Some(serde_json::json!({ "ss_base_model_version": "sd_v1" })));
        let arms = format!(
            "[compare.house]\nslots = \"knight\"\nseeds = 2\narms.base = {{}}\n\
             arms.odd = {{ loras = [{{ file = \"{file}\", weight = 1 }}] }}\n"
        );
        let project = project(&[&fake], &format!("{}{arms}", sprites(&["knight"])));
        let run = run(&project, &[]).exit(1).says(says);
        assert_eq!((run.count("captured"), fake.prompts()), (2, 2), "{file}: {run}");
        let (code, said) = vote(&project, "ann", "left\n");
        assert!(code == 2 && said.contains("no-pairs"), "one arm alone is no pair: {said}");
    }
}

#[test]
fn one_rater_for_whom_one_arm_wins_all_is_reported_with_finite_strengths() {
    let fake = fake();
    let arms = "[compare.house]\nslots = \"*\"\nseeds = 4\narms.base = {}\narms.more = { steps = 9 }\n";
    let project = project(&[&fake], &format!("{}{arms}", sprites(&["knight", "orc"])));
    run(&project, &[]).exit(0).asked(16);
    let none = report(&project);
    assert_eq!(
        (none["votes"].as_u64(), none["enough"].as_bool(), none["best"].clone()),
        (Some(0), Some(false), Value::Null)
    );
    vote_for(&project, "ann", &raws(&project, 1), 12);
    let found = report(&project);
    let (base, more) = (&found["arms"][0], &found["arms"][1]);
    assert_eq!((base["wins"].as_u64(), more["losses"].as_u64()), (Some(0), Some(0)), "{found}");
    assert!(more["wins"].as_u64() > Some(7), "{found}");
    let strength = more["strength"].as_i64().unwrap();
    assert!(strength > 500 && strength < 10_000, "{found}");
    assert_eq!(found["raters"].as_array().unwrap().len(), 1);
    assert!(found["agreements"].as_array().is_none_or(Vec::is_empty), "one rater agrees with nobody");
}

#[test]
fn a_page_shows_the_pairs_of_the_command_line_and_takes_votes_into_the_same_file() {
    let fake = fake();
    let project = project(&[&fake], &manifest());
    run(&project, &[]).exit(0).asked(12);
    let (root, cancel) = (project.path(""), Cancel::default());
    let operation = Operation::new(&root, None, Arc::new(()), &cancel);
    let ann = Voter { name: Some("ann".to_owned()), seed: None };
    let first = ballot(&operation, "house", &ann, 3).unwrap();
    let shown = project.run(&["compare", "vote", "house", "--rater", "ann", "--pairs", "3"]).exit(0);
    for (line, pair) in shown.stdout.lines().zip(&first.pairs) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!((line["left"].as_str(), line["n"].as_u64()), (Some(&*pair.on.left.to_string()), Some(pair.on.n)));
        assert!(pair.left_image.is_some() && pair.right_image.is_some());
    }
    let sent = serde_json::to_string(&first.pairs.iter().map(|pair| &pair.on).collect::<Vec<_>>()).unwrap();
    assert!(["base", "more", "less"].iter().all(|arm| !sent.contains(arm)), "{sent}");
    assert_eq!((first.own, first.different, open_comparisons(&operation).unwrap().len()), (0, 12, 1));

    let next = vote_on(&operation, "house", &ann, &first.pairs[0].on, (Answer::Left, 900), 3).unwrap();
    assert_eq!((next.own, &next.pairs[0].on), (1, &first.pairs[1].on));
    // The same pair is not answered twice, and a pair that is not next is refused.
    for pair in [&first.pairs[0], &first.pairs[2]] {
        assert!(vote_on(&operation, "house", &ann, &pair.on, (Answer::Left, 1), 1).is_err());
    }
    let (code, _) = vote(&project, "ann", "right\n");
    assert_eq!((code, lines(&project).len(), report(&project)["votes"].as_u64()), (0, 2, Some(2)));
    assert!(undo_vote(&operation, "house", &ann).unwrap().is_some());
    assert_eq!(report(&project)["votes"].as_u64(), Some(1));
}
