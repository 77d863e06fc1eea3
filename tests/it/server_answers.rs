//! Servers whose answers are large, late, lies, or pictures of somebody else: each ends with one line that says where and
//! why, and costs neither memory nor more than a few of the configured seconds.

use std::process::Stdio;
use std::time::Duration;

use fake_comfyui::fault::{Fault, Strike, objects};
use fake_comfyui::{Fake, Options, picture};
use serde_json::json;

use crate::project::Project;
use crate::server_builds::{fake, many, project, servers, slow, small, sprites};

/// One sprite on servers that have a second for each answer.
fn hasty(fakes: &[&Fake], assets: &str) -> Project {
    let project = project(fakes, assets);
    project.write("pixels.local.toml", servers(fakes) + "timeout = 1\npatience = 1\n");
    project
}

fn knight() -> String {
    sprites(&["knight"])
}

/// A graph whose saved file name is linked to a text.
fn linked() -> String {
    json!({
        "checkpoint": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "{checkpoint}" } },
        "prompt": { "class_type": "CLIPTextEncode", "inputs": { "text": "{prompt}", "clip": ["checkpoint", 1] } },
        "negative": { "class_type": "CLIPTextEncode", "inputs": { "text": "{negative}", "clip": ["checkpoint", 1] } },
        "latent": { "class_type": "EmptyLatentImage",
            "inputs": { "width": "{width}", "height": "{height}", "batch_size": 1 } },
        "sampler": { "class_type": "KSampler", "inputs": { "model": ["checkpoint", 0], "seed": "{seed}",
            "steps": "{steps}", "cfg": "{cfg}", "sampler_name": "{sampler}", "scheduler": "{scheduler}",
            "positive": ["prompt", 0], "negative": ["negative", 0], "latent_image": ["latent", 0], "denoise": 1.0 } },
        "decode": { "class_type": "VAEDecode", "inputs": { "samples": ["sampler", 0], "vae": ["checkpoint", 2] } },
        "name": { "class_type": "PrimitiveString", "inputs": { "value": "mine" } },
        "save": { "class_type": "SaveImage", "inputs": { "images": ["decode", 0], "filename_prefix": ["name", 0] } },
    })
    .to_string()
}

fn on_own_workflow(fake: &Fake, graph: &str, name: &str) -> Project {
    let style = "[style.default]\nworkflow = \"own\"\nvae = \"none\"\nloras = []\n";
    project(&[fake], &(style.to_owned() + &sprites(&[name]))).file("workflows/own.json", graph)
}

#[test]
fn millions_of_small_objects_are_no_answer() {
    let wrong = [("/object_info", "takes too much memory"), ("/queue", ""), ("/history", ""), ("/jobs", "")];
    for (path, said) in wrong {
        let fake = fake();
        fake.at(path, Fault::Json(objects(24)));
        let project = hasty(&[&fake], &knight());
        let run = project.run(&["build"]).never_says("panicked");
        // Neither the jobs of newer servers nor a queue without prompts is needed for a picture; its history is.
        match path {
            "/jobs" | "/queue" => run.exit(0),
            _ => run.exit(1).says("failed: knight").says(said),
        };
    }
}

#[test]
fn a_dripping_answer_is_cut_and_named() {
    for path in ["/system_stats", "/object_info", "/queue"] {
        let fake = fake();
        fake.at(path, Fault::Drips(Duration::from_millis(300)));
        let wanted = format!("its answer to `{path}` was not whole after 1 s");
        hasty(&[&fake], &knight()).run(&["build"]).exit(1).says(&wanted);
    }
}

#[test]
fn an_answer_that_never_begins_is_named() {
    let fake = fake();
    fake.always(Fault::Slow(Duration::from_secs(600)));
    hasty(&[&fake], &knight())
        .run(&["build"])
        .exit(1)
        .says("it does not begin an answer to `/system_stats` within 1 s");
}

#[test]
fn a_dripping_answer_to_a_prompt_costs_no_second_image() {
    let fake = fake();
    fake.strike(Strike {
        fault: Fault::Drips(Duration::from_secs(9)),
        path: Some("/prompt"),
        times: Some(1),
        after: 0,
    });
    hasty(&[&fake], &knight()).build(&[]).exit(0).captured(1);
    assert_eq!(fake.prompts(), 1);
}

#[test]
fn a_server_that_never_sends_its_pictures_to_the_end_is_given_up() {
    let fake = fake();
    fake.at("/view", Fault::Drips(Duration::from_secs(9)));
    let project = hasty(&[&fake], &many(12));
    project.run(&["build", "--time-limit", "100s"]).exit(1).says("its answer to `/view` was not whole");
    assert!(fake.prompts() < 20, "{}", fake.prompts());
}

#[test]
fn a_half_file_and_a_range_that_lies_are_never_put_together() {
    let fake = fake();
    fake.strike(Strike { fault: Fault::LyingRange, path: Some("/view"), times: Some(3), after: 0 });
    hasty(&[&fake], &knight()).build(&[]).exit(0).captured(1);
    fake.at("/view", Fault::LyingRange);
    let other = hasty(&[&fake], &sprites(&["orc"]));
    other.run(&["build"]).exit(1).says("another part of the image than was asked for");
}

#[test]
fn a_picture_of_another_size_is_not_what_was_asked_for() {
    for size in [(4096, 4096), (64, 32)] {
        let fake = Fake::with(Options { size: Some(size), ..Options::default() });
        let project = project(&[&fake], &knight());
        let run = project.run(&["build"]).exit(1);
        run.says(&format!("its image is {} x {}, and 64 x 64 was asked for", size.0, size.1)).says("canvas");
    }
}

#[test]
fn frames_of_any_size_and_shape_cost_nothing() {
    let fake = slow(1.0);
    let project = project(&[&fake], &many(2));
    let child = project.command(&["build"]).stderr(Stdio::piped()).spawn().unwrap();
    fake.wait("it runs", |fake| fake.running().is_some());
    let text = String::from_utf8(objects(3).to_vec()).unwrap();
    fake.frame(&text);
    fake.frame(&format!("{{\"type\":\"progress_state\",\"data\":{text}}}"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fake.prompts(), 2);
}

/// The server keeps all results; its files were deleted, and another request has written a file of the same name.
#[test]
fn a_linked_file_name_never_brings_the_picture_of_another_request() {
    let fake = Fake::with(Options { caches_all: true, ..small() });
    let first = on_own_workflow(&fake, &linked(), "knight");
    first.build(&[]).exit(0);
    let right = first.read("assets/sprites/knight.png");
    fake.outputs().iter().for_each(|path| assert!(fake.delete_output(path)));
    let other = on_own_workflow(&fake, &linked(), "orc");
    other.build(&[]).exit(0);
    assert_ne!(other.read("assets/sprites/orc.png"), right);
    first.remove("assets").remove(".dgx-pixels").remove("pixels.lock").build(&[]).exit(0);
    assert!(first.read("assets/sprites/knight.png") == right, "the picture is that of another request");
}

/// So does a node that chooses its files' names itself.
#[test]
fn a_node_without_a_file_name_is_not_answered_from_the_cache() {
    let fake = Fake::with(Options { caches_all: true, ..small() });
    let graph = linked().replace("SaveImage", "PreviewImage").replace("\"filename_prefix\":[\"name\",0],", "");
    let mut graph: serde_json::Value = serde_json::from_str(&graph).unwrap();
    graph.as_object_mut().unwrap().remove("name");
    let first = on_own_workflow(&fake, &graph.to_string(), "knight");
    first.build(&[]).exit(0);
    first.remove("assets").remove(".dgx-pixels").remove("pixels.lock").build(&[]).exit(0).captured(1);
    let files: std::collections::BTreeSet<String> = fake.record().views.into_iter().collect();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn a_picture_with_the_graph_of_another_request_is_refused() {
    let fake = fake();
    let foreign = picture::png(&picture::figure(7, 64, 64, false), &[("prompt".to_owned(), json!({ "1": {} }))]);
    fake.at("/view", Fault::Bytes(foreign.into()));
    let project = project(&[&fake], &knight());
    project.run(&["build"]).exit(1).says("its image was written for another request").says("--cache-none");
    assert_eq!(fake.prompts(), 2, "it is requested once more");
}

#[test]
fn a_build_ends_when_its_time_is_over_and_the_next_one_goes_on() {
    let fake = slow(20.0);
    let project = project(&[&fake], &many(3));
    project.run(&["build", "--time-limit", "1s"]).exit(1).says("the time limit is over").says("--time-limit");
    fake.wait("nothing is left", |fake| fake.remaining() == 0);
    fake.takes(0.0);
    project.build(&["--time-limit", "2m"]).exit(0).captured(3);
    for wrong in ["soon", "0", "-1s", "9d", "99999999h"] {
        project.run(&["build", &format!("--time-limit={wrong}")]).exit(2).says("whole number with `s`, `m` or `h`");
    }
}

#[test]
fn what_waits_behind_others_is_taken_back_for_an_idle_server() {
    let (one, two) = (slow(0.05), slow(0.05));
    one.foreign_jobs(1, 600.0);
    let project = project(&[&one, &two], &many(8));
    project.build(&[]).exit(0).captured(8);
    assert_eq!((one.ran().len(), one.remaining()), (0, 1), "the foreign job is left alone");
    assert!(one.record().interrupts.is_empty() && one.record().clears == 0);
    assert_eq!(two.ran().len(), 8);
}
