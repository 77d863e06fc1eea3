//! Builds on ComfyUI servers as a user makes them: what is asked, what comes, what is asked again.

use fake_comfyui::{Fake, Options};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::Project;

/// A healthy server with small images.
pub fn fake() -> Fake {
    Fake::with(small())
}

pub fn small() -> Options {
    Options { size: Some((64, 64)), ..Options::default() }
}

/// A healthy server that takes its time.
pub fn slow(seconds: f64) -> Fake {
    Fake::with(Options { seconds, ..small() })
}

/// A project on these servers, whose pictures are as small as it asks for.
pub fn project(fakes: &[&Fake], assets: &str) -> Project {
    let (table, canvas) = ("[style.default]\n", "canvas = [64, 64]\n");
    let assets = match assets.contains(table) {
        _ if assets.contains("canvas = ") => assets.to_owned(),
        true => assets.replacen(table, &format!("{table}{canvas}"), 1),
        false => format!("{table}{canvas}{assets}"),
    };
    let manifest = format!("[project]\nname = \"t\"\nbackend = \"comfyui\"\nreroll = 0\n\n{assets}");
    Project::with(&manifest).file("pixels.local.toml", servers(fakes))
}

pub fn servers(fakes: &[&Fake]) -> String {
    let urls: Vec<String> = fakes.iter().map(|fake| format!("\"{}\"", fake.url())).collect();
    format!("servers = [{}]\n", urls.join(", "))
}

/// Sprites of these names.
pub fn sprites(names: &[&str]) -> String {
    names.iter().map(|name| format!("[sprite.{name}]\nprompt = \"{name}\"\nsize = 16\n")).collect()
}

/// Many sprites.
pub fn many(count: usize) -> String {
    let names: Vec<String> = (0..count).map(|n| format!("s{n:03}")).collect();
    sprites(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The graphs that a server took, one a prompt.
fn graphs(fake: &Fake) -> Vec<Value> {
    fake.asked().into_iter().map(|asked| asked.graph).collect()
}

#[test]
fn a_seamless_texture_is_one_request_with_two_samplers() {
    let fake = fake();
    let texture = "[texture.grass]\nprompt = \"grass\"\nsize = 16\nstyle = { workflow = \"sdxl-seamless\" }\n";
    project(&[&fake], texture).build(&[]).asked(1).captured(1);
    let graph = &graphs(&fake)[0];
    let samplers = graph.as_object().unwrap().values().filter(|node| node["class_type"] == "KSampler");
    assert_eq!((samplers.count(), &graph["north-west"]["inputs"]["width"]), (2, &json!(32)));
}

#[test]
fn a_build_gets_every_picture_once_and_the_next_one_asks_nothing() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight", "orc"]));
    project.build(&[]).exit(0).asked(2).captured(2).exit(0);
    assert!(project.exists("assets/sprites/knight.png") && project.exists("assets/sprites/orc.png"));
    assert_eq!(fake.prompts(), 2);
    project.build(&[]).exit(0).asked(0);
    assert_eq!((fake.prompts(), fake.record().frees, fake.record().clears), (2, 0, 0));
    assert!(project.lock().contains("backend = \"comfyui 0.3.64\""), "{}", project.lock());
    assert!(project.lock().contains("device = \"NVIDIA GB10\""), "{}", project.lock());
}

#[test]
fn prompts_have_ids_and_prefixes_of_their_own_and_nothing_else() {
    let fake = fake();
    project(&[&fake], &many(5)).build(&[]).exit(0);
    let asked = fake.asked();
    let ids: std::collections::BTreeSet<&str> = asked.iter().map(|asked| asked.id.as_str()).collect();
    assert_eq!(ids.len(), 5);
    for id in ids {
        let parsed = uuid::Uuid::parse_str(id).unwrap();
        assert_eq!((parsed.get_version_num(), parsed.hyphenated().to_string().as_str()), (4, id));
    }
    let prefixes: std::collections::BTreeSet<String> = graphs(&fake)
        .iter()
        .map(|graph| graph["save"]["inputs"]["filename_prefix"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(prefixes.len(), 5);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-".contains(c);
    assert!(prefixes.iter().all(|p| p.starts_with("dgxp/") && p.len() < 60 && p.chars().all(plain)), "{prefixes:?}");
}

#[test]
fn seeds_are_whole_numbers_of_64_bits() {
    let fake = fake();
    let assets = "[sprite.knight]\nprompt = \"knight\"\nsize = 16\nseed = 9223372036854775807\ncandidates = 2\n";
    project(&[&fake], assets).build(&[]).exit(0);
    let mut seeds: Vec<u64> =
        graphs(&fake).iter().map(|graph| graph["sampler"]["inputs"]["seed"].as_u64().unwrap()).collect();
    seeds.sort_unstable();
    assert_eq!(seeds, [9_223_372_036_854_775_807, 9_223_372_036_854_775_808]);
}

#[test]
fn a_prompt_arrives_as_it_was_written_whatever_is_in_it() {
    let fake = fake();
    let long = "x".repeat(60_000);
    let texts = [r#"a "quoted" \ {{seed}}"#, "two\nlines", "null\u{0}", "{{prefix}}", "a\u{1b}[31m", &long];
    let assets: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let text = toml::Value::String((*text).to_owned());
            format!("[sprite.s{n}]\nprompt = {text}\nsize = 16\n")
        })
        .collect();
    let frame = "[style.default]\nprompt = \"{prompt}\"\n";
    let project = project(&[&fake], &(frame.to_owned() + &assets.concat()));
    project.build(&[]).exit(0).captured(texts.len());
    let mut sent: Vec<String> =
        graphs(&fake).iter().map(|graph| graph["prompt"]["inputs"]["text"].as_str().unwrap().to_owned()).collect();
    let mut wanted: Vec<String> = texts.iter().map(|text| text.replace("{{", "{").replace("}}", "}")).collect();
    sent.sort();
    wanted.sort();
    assert_eq!(sent, wanted);
}

#[test]
fn what_is_asked_follows_from_what_changed() {
    let fake = fake();
    let assets = "[sprite.knight]\nprompt = \"knight\"\nsize = 16\ncandidates = 3\n";
    let project = project(&[&fake], assets);
    let prompts = || {
        let prompts = fake.prompts();
        fake.forget_record();
        prompts
    };
    project.build(&[]).exit(0);
    assert_eq!(prompts(), 3);
    // A deleted output costs nothing.
    project.remove("assets/sprites/knight.png").build(&[]).exit(0);
    assert_eq!(prompts(), 0);
    // A palette neither.
    project.append("pixels.toml", "palette = \"pico-8\"\n").build(&[]).exit(0);
    assert_eq!(prompts(), 0);
    // A lost raw of an automatic pick whose output is gone too costs one.
    project.remove("assets").remove(".dgx-pixels").build(&[]).exit(0);
    assert_eq!(prompts(), 1);
    // A changed prompt costs as many as it has candidates.
    project.edit("pixels.toml", "\"knight\"", "\"a black knight\"").build(&[]).exit(0);
    assert_eq!(prompts(), 3);
}

#[test]
fn several_servers_share_the_work() {
    let (one, two) = (slow(0.05), slow(0.05));
    let project = project(&[&one, &two], &many(12));
    project.build(&[]).exit(0).captured(12);
    assert_eq!(one.prompts() + two.prompts(), 12);
    assert!(one.prompts() >= 3 && two.prompts() >= 3, "{} and {}", one.prompts(), two.prompts());
}

#[test]
fn a_server_behind_a_path_and_a_login_is_asked_and_the_login_is_never_told() {
    let behind = |authorization| Fake::with(Options { base: "/comfy", authorization: Some(authorization), ..small() });
    let bearer = behind("Bearer geheim");
    let token = format!("servers = [{{ url = \"{}\", token = \"geheim\" }}]\n", bearer.url());
    let first = project(&[], &sprites(&["knight"])).file("pixels.local.toml", token);
    first.build(&["-v"]).exit(0).captured(1).never_says("geheim");
    assert!(bearer.record().sockets > 0);
    let files = first.files("");
    let told = files.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("geheim"));
    assert_eq!(told.map(|(path, _)| path).collect::<Vec<_>>(), ["pixels.local.toml"]);
    let basic = behind("Basic YW5uOmdlaGVpbQ==");
    let login = format!("servers = [{{ url = \"{}\", user = \"ann\", password = \"geheim\" }}]\n", basic.url());
    project(&[], &sprites(&["knight"])).file("pixels.local.toml", login).build(&[]).exit(0).captured(1);
    let wrong = format!("servers = [{{ url = \"{}\", token = \"falsch\" }}]\n", bearer.url());
    let project = project(&[], &sprites(&["knight"])).file("pixels.local.toml", wrong);
    assert_snapshot!(project.run(&["build"]).exit(1).never_says("falsch").shown());
}

#[test]
fn pictures_go_up_once_by_their_content_and_a_waiting_slot_follows() {
    let fake = fake();
    let assets = "[style.default]\nworkflow = \"sdxl-img2img\"\ncanvas = [64, 64]\n\
                  [sprite.plain]\nprompt = \"plain\"\nsize = 16\nstyle = \"first\"\n\
                  [style.first]\nworkflow = \"sdxl\"\n\
                  [sprite.a]\nprompt = \"a\"\nsize = 16\ninputs = { image = \"ref.png\" }\n\
                  [sprite.b]\nprompt = \"b\"\nsize = 16\ninputs = { image = \"ref.png\" }\n\
                  [sprite.c]\nprompt = \"c\"\nsize = 16\ninputs = { image = \"plain\" }\n";
    let project = project(&[&fake], assets).file("ref.png", crate::project::png(8, [200, 30, 30]));
    project.build(&[]).exit(0).captured(4);
    let uploads = fake.record().uploads;
    let distinct: std::collections::BTreeSet<&String> = uploads.iter().collect();
    assert_eq!(distinct.len(), 2, "{uploads:?}");
    assert!(distinct.iter().all(|name| name.starts_with("dgxp/") && name.ends_with(".png")), "{distinct:?}");
    assert_eq!(fake.inputs().len(), 2);
    let images: Vec<Value> = graphs(&fake).iter().map(|graph| graph["image"]["inputs"]["image"].clone()).collect();
    assert_eq!(images.iter().filter(|image| image.is_string()).count(), 3, "{images:?}");
}

#[test]
fn every_frame_goes_out_with_its_pose_and_the_one_base() {
    let fake = fake();
    let assets = "[style.default]\ncanvas = [64, 64]\n\
                  [sprite.knight]\nprompt = \"knight\"\nsize = 16\n\
                  [animation.walk]\nof = \"knight\"\nprompt = \"knight\"\naction = \"walk\"\nframes = 2\n\
                  directions = 4\nstyle = { workflow = \"sdxl-pose\" }\n\
                  inputs = { image = \"knight\", control = \"pose:walk\" }\n";
    let project = project(&[&fake], assets);
    project.build(&[]).exit(0).captured(9);
    let graphs = graphs(&fake);
    let role = |role: &str| -> Vec<String> {
        graphs.iter().filter_map(|graph| graph[role]["inputs"]["image"].as_str().map(str::to_owned)).collect()
    };
    let distinct = |names: Vec<String>| names.into_iter().collect::<std::collections::BTreeSet<String>>().len();
    assert_eq!((role("image").len(), distinct(role("image"))), (8, 1));
    assert_eq!((role("control").len(), distinct(role("control"))), (8, 8));
    // Another pose makes all frames again, and nothing else.
    project.edit("pixels.toml", "pose:walk", "pose:run");
    project.build(&[]).exit(0).captured(8);
    project.build(&[]).exit(0).captured(0);
}

#[test]
fn everything_that_is_missing_is_told_before_anything_is_asked() {
    let (one, two) = (fake(), fake());
    let assets = "[style.other]\nloras = [{ file = \"pixel-art-xxl.safetensors\", weight = 1 }]\n\
                  [style.third]\nsteps = 8\nsampler = \"eulerr\"\n"
        .to_owned()
        + &sprites(&["fine"])
        + &["a", "b", "c"]
            .map(|name| format!("[sprite.{name}]\nprompt = \"x\"\nsize = 16\nstyle = \"other\"\n"))
            .concat()
        + "[sprite.d]\nprompt = \"d\"\nsize = 16\nstyle = \"third\"\n";
    let project = project(&[&one, &two], &assets);
    let run = project.run(&["build"]).exit(1);
    assert_eq!(run.stderr.matches("pixel-art-xxl").count(), 1, "{run}");
    let run = run.says(&one.url()).says(&two.url());
    assert_snapshot!(run.shown());
    assert!(run.exists("assets/sprites/fine.png"));
    assert_eq!(one.prompts() + two.prompts(), 1);
    assert_eq!(one.record().refused + two.record().refused, 0);
}

#[test]
fn a_job_goes_to_the_server_that_has_what_it_needs() {
    let (with, without) = (fake(), fake());
    with.model("loras", "rare.safetensors", None);
    let assets = "[style.default]\nloras = [{ file = \"rare.safetensors\", weight = 1 }]\n".to_owned() + &many(4);
    project(&[&without, &with], &assets).build(&[]).exit(0).captured(4);
    assert_eq!((with.prompts(), without.prompts()), (4, 0));
}

#[test]
fn a_lora_of_another_family_is_refused() {
    let fake = fake();
    fake.model("loras", "old.safetensors", Some(json!({ "ss_base_model_version": "sd_v1" })));
    let assets =
        "[style.default]\nloras = [{ file = \"old.safetensors\", weight = 1 }]\n".to_owned() + &sprites(&["knight"]);
    let project = project(&[&fake], &assets);
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
    assert_eq!(fake.prompts(), 0);
}

#[test]
fn a_node_that_a_server_lacks_is_named_with_what_to_do() {
    let fake = Fake::with(Options { without: vec!["KSampler"], ..small() });
    let project = project(&[&fake], &sprites(&["knight"]));
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
}

#[test]
fn a_frozen_build_never_asks_a_network() {
    let fake = fake();
    let project = project(&[&fake], &sprites(&["knight"]));
    project.build(&["--frozen"]).exit(4);
    project.build(&["--locked"]).exit(4);
    assert!(fake.record().requests.is_empty(), "{:?}", fake.record().requests);
}

#[test]
fn a_build_that_was_killed_goes_on_where_it_was() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(6));
    let mut child = project.start(&["build"]);
    fake.wait("three are done", |fake| fake.ran().len() >= 3);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(project.text(".dgx-pixels/journal").contains("\"sent\""));
    fake.takes(0.0);
    let run = project.build(&[]).exit(0);
    assert_eq!(run.count("captured") + run.count("adopted"), 6, "{run}");
    assert_eq!(fake.prompts(), 6, "nothing is asked for twice");
    assert_eq!(project.text(".dgx-pixels/journal"), "");
}

/// Ctrl-C.
#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success(), "{kill}");
}

#[test]
#[cfg(unix)]
fn an_interrupt_takes_back_what_is_ours_and_nothing_else() {
    let fake = slow(0.4);
    let foreign = fake.foreign_jobs(2, 0.2);
    let project = project(&[&fake], &many(6));
    let mut child = project.start(&["build"]);
    fake.wait("one of ours is done", |fake| fake.ran().len() >= 3);
    let late = fake.foreign_jobs(2, 0.2);
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    fake.wait("the queue is empty", |fake| fake.remaining() == 0);
    let record = fake.record();
    let ended = |id: &String| record.ran.iter().any(|ran| ran.id == *id && ran.outcome == "success");
    assert!(foreign.iter().chain(&late).all(ended), "{:?}", record.ran);
    assert!(!record.interrupts.contains(&None), "a global interrupt");
    assert_eq!(record.clears, 0);
    // What was done is not asked for again.
    let done = record.ran.iter().filter(|ran| ran.outcome == "success").count() - 4;
    let withdrawn = |id: &String| record.deletes.contains(id);
    assert!(record.asked.iter().all(|asked| ended(&asked.id) || withdrawn(&asked.id)), "{:?}", record.asked);
    fake.forget_record();
    fake.takes(0.0);
    project.build(&[]).exit(0);
    assert_eq!(fake.prompts(), 6 - done);
}

#[test]
fn progress_and_previews_are_events() {
    let fake = Fake::with(Options { seconds: 0.4, previews: true, ..small() });
    let project = project(&[&fake], &sprites(&["knight"]));
    let run = project.build(&[]).exit(0);
    let last = run.of("progress").last().expect("there is progress").clone();
    assert_eq!(last["server"], fake.url());
    assert_eq!(last["step"], last["steps"]);
    let preview = run.of("preview").next().expect("there is a preview");
    assert!(preview["base64"].as_str().unwrap().len() > 20);
    let up: Vec<&Value> = run.of("server").collect();
    assert_eq!(up[0]["state"], "up");
    let plain = project.edit("pixels.toml", "\"knight\"", "\"bold knight\"").run(&["build"]).exit(0);
    assert!(plain.stderr.lines().count() < 6, "no line a step: {plain}");
}

#[test]
fn newer_servers_draw_as_older_ones_do() {
    let fake = Fake::with(Options { newer: true, version: "0.44.1", ..small() });
    project(&[&fake], &sprites(&["knight"])).build(&[]).exit(0).captured(1);
}

#[test]
#[cfg(unix)]
fn a_job_of_a_newer_server_is_cancelled_by_its_id() {
    let fake = Fake::with(Options { newer: true, seconds: 4.0, ..small() });
    let project = project(&[&fake], &sprites(&["knight"]));
    let mut child = project.start(&["build"]);
    fake.wait("it runs", |fake| fake.running().is_some());
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fake.record().requests.get("POST /api"), Some(&1), "{:?}", fake.record().requests);
    fake.wait("it has ended", |fake| fake.remaining() == 0);
    assert_eq!(fake.ran()[0].outcome, "interrupted");
}

#[test]
fn a_model_on_this_machine_is_named_by_its_digest() {
    let fake = fake();
    let project =
        project(&[&fake], &sprites(&["knight"])).file("models/checkpoints/sd_xl_base_1.0.safetensors", b"abc");
    project.append("pixels.local.toml", "models = \"models\"\n").build(&[]).exit(0);
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(project.lock().contains(abc), "{}", project.lock());
}
