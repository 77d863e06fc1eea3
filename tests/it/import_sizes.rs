//! Large graphs: what is found does not depend on the size, each node is looked at a few times, and there is a limit.

use dgx_pixels::workflow::{FileError, WorkflowError, parse};
use serde_json::{Value, json};

use crate::imports::{imported, node, refused, sdxl, table};

const MANY: usize = 3000;

#[test]
fn long_chains_of_loras_and_texts_are_followed_once() {
    let mut graph = sdxl();
    let (mut model, mut clip) = (json!(["4", 0]), json!(["4", 1]));
    for at in 0..MANY {
        let id = format!("lora{at:05}");
        let file = format!("{at}.safetensors");
        graph[&id] = node(
            "LoraLoader",
            json!({ "model": model, "clip": clip, "lora_name": file, "strength_model": 0.5, "strength_clip": 0.5 }),
        );
        (model, clip) = (json!([id, 0]), json!([id, 1]));
    }
    for id in ["6", "7"] {
        graph[id]["inputs"]["clip"] = clip.clone();
    }
    graph["3"]["inputs"]["model"] = model;
    // Each node is on two ways to the text: without a memory the ways double at each.
    let mut positive = json!(["6", 0]);
    for at in 0..MANY {
        let id = format!("combine{at:05}");
        graph[&id] = node("ConditioningCombine", json!({ "conditioning_1": positive, "conditioning_2": positive }));
        positive = json!([id, 0]);
    }
    graph["3"]["inputs"]["positive"] = positive;
    let found = imported(&graph);
    assert_eq!(table(&found)[..2], ["prompt 6.text", "negative 7.text"]);
    assert_eq!(found.style.loras.len(), MANY);
    assert_eq!(found.style.loras[MANY - 1], (format!("{}.safetensors", MANY - 1), json!(0.5)));
    assert_eq!(found.graph["6"]["inputs"]["clip"], json!(["4", 1]));
    assert_eq!(found.graph["3"]["inputs"]["model"], json!(["4", 0]));
    assert_eq!(found.graph.as_object().unwrap().len(), sdxl().as_object().unwrap().len() + MANY);
}

#[test]
fn images_behind_one_chain_get_their_roles() {
    let mut graph = sdxl();
    let mut image = json!(["load00000", 0]);
    for at in 0..MANY {
        graph[format!("load{at:05}")] = node("LoadImage", json!({ "image": format!("{at}.png") }));
        let join = format!("join{at:05}");
        graph[&join] = node("Join", json!({ "image": image, "images": [format!("load{at:05}"), 0] }));
        image = json!([join, 0]);
    }
    graph["net"] = node("ControlNetLoader", json!({ "control_net_name": "c.safetensors" }));
    graph["apply"] = node(
        "ControlNetApply",
        json!({ "conditioning": ["6", 0], "control_net": ["net", 0], "image": image, "strength": 1.0 }),
    );
    graph["3"]["inputs"]["positive"] = json!(["apply", 0]);
    let rows = table(&imported(&graph));
    let roles: Vec<&String> = rows.iter().filter(|row| row.ends_with(".image")).collect();
    assert_eq!(roles.len(), MANY);
    assert!(rows.contains(&"control load00000.image".to_owned()), "{roles:?}");
    assert!(rows.contains(&format!("control{MANY} load{:05}.image", MANY - 1)), "{roles:?}");
}

#[test]
fn stages_that_share_their_texts_read_them_once() {
    let mut graph = sdxl();
    let (mut latent, mut positive) = (json!(["3", 0]), json!(["6", 0]));
    let count = MANY / 5;
    for at in 0..count {
        let [text, combine, stage] = ["text", "combine", "stage"].map(|name| format!("{name}{at:05}"));
        graph[&text] = node("CLIPTextEncode", json!({ "text": "a castle", "clip": ["4", 1] }));
        graph[&combine] =
            node("ConditioningCombine", json!({ "conditioning_1": positive, "conditioning_2": [text, 0] }));
        positive = json!([combine, 0]);
        graph[&stage] = graph["3"].clone();
        graph[&stage]["inputs"]["positive"] = positive.clone();
        graph[&stage]["inputs"]["latent_image"] = latent;
        latent = json!([stage, 0]);
    }
    graph["8"]["inputs"]["samples"] = latent.clone();
    let rows = table(&imported(&graph));
    let count_of = |name: &str| rows.iter().filter(|row| row.split(' ').next() == Some(name)).count();
    assert_eq!((count_of("prompt"), count_of("negative"), count_of("steps")), (count + 1, 1, count + 1));
    // A text that several later stages share is one question.
    graph["text00000"]["inputs"]["text"] = json!("a dog");
    let (message, _) = refused(&graph, &[]);
    assert_eq!(message.matches("a dog").count(), 1, "{message}");
}

#[test]
fn a_graph_beyond_all_sizes_is_refused_with_the_place_and_the_number() {
    let graph = |count: usize| -> Value {
        let nodes = (0..count).map(|at| (at.to_string(), node("SaveImage", json!({ "filename_prefix": "x" }))));
        Value::Object(nodes.collect())
    };
    let told = "has 20001 nodes, but may have at most 20000";
    let error = parse("own", &graph(20_001).to_string()).unwrap_err();
    let WorkflowError::File(_, FileError::TooLarge(message)) = &error else { panic!("{error}") };
    assert_eq!((message.as_str(), error.code()), (told, "workflow-too-large"));
    assert!(refused(&graph(20_001), &[]).0.ends_with(told));
    assert!(!refused(&graph(20_000), &[]).0.contains("at most"));

    let mut wide = sdxl();
    for at in 0..1001 {
        wide["6"]["inputs"][format!("more{at}")] = json!(1);
    }
    let (message, hint) = refused(&wide, &[]);
    assert!(message.ends_with("has 1003 inputs in node `6`, but a node may have at most 1000"), "{message}");
    assert!(!hint.is_empty());
}

#[test]
fn subgraphs_count_as_often_as_they_are_used() {
    let file = |uses: u64| {
        let inner: Vec<Value> = (0..200).map(|id| json!({ "id": id, "type": "Note" })).collect();
        let nodes: Vec<Value> = (0..uses).map(|id| json!({ "id": id, "type": "inner" })).collect();
        json!({ "nodes": nodes, "links": [], "definitions": { "subgraphs": [
            { "id": "inner", "nodes": inner, "links": [] } ] } })
    };
    assert!(refused(&file(100), &[]).0.contains("has 20100 nodes, but may have at most 20000"));
    assert!(refused(&file(99), &[]).0.contains("it has no nodes"));
}
