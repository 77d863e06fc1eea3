//! What a server says of graphs before they run.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{Answer, Server};

pub fn node(class: &str, inputs: &Value) -> Value {
    json!({ "class_type": class, "inputs": inputs })
}

fn empty(width: &Value) -> Value {
    node("EmptyImage", &json!({ "width": width, "height": 8, "batch_size": 1, "color": 0 }))
}

fn save(images: &Value) -> Value {
    node("SaveImage", &json!({ "images": images, "filename_prefix": "contract/graph" }))
}

async fn posted(server: &Server, graph: &Value) -> Result<Answer> {
    server.post("/prompt", &json!({ "prompt": graph })).await
}

/// A refused graph: the type of the error and its words.
async fn refusal(server: &Server, graph: &Value) -> Result<Value> {
    let answer = posted(server, graph).await?;
    ensure!(answer.code == 400 && answer.header("content-type").starts_with("application/json"), "{answer:?}");
    Ok(answer.json())
}

/// The types of a node's errors, sorted.
fn types(node: &Value) -> Vec<String> {
    let errors = node["errors"].as_array().into_iter().flatten();
    let mut types: Vec<String> = errors.map(|error| error["type"].as_str().unwrap_or_default().to_owned()).collect();
    types.sort();
    types
}

pub async fn nothing_to_run(server: &Server) -> Result<()> {
    for graph in [json!({}), json!([]), json!({ "1": empty(&json!(8)) })] {
        let told = refusal(server, &graph).await?;
        ensure!(told["error"]["type"] == "prompt_no_outputs" && told["node_errors"] == json!({}), "{told}");
    }
    let none = server.post("/prompt", &json!({})).await?;
    ensure!(none.code == 400 && none.json()["error"]["type"] == "no_prompt", "{none:?}");
    let drawn = refusal(server, &json!({ "nodes": [], "links": [] })).await?;
    ensure!(drawn["error"]["type"] == "invalid_prompt", "{drawn}");
    let words = drawn["error"]["message"].as_str().unwrap_or_default();
    ensure!(words == "Cannot execute because a node is missing the class_type property.", "{drawn}");
    Ok(())
}

pub async fn a_class_that_is_missing(server: &Server) -> Result<()> {
    let graph =
        json!({ "1": node("NoSuchClass", &json!({})), "2": node("NorThis", &json!({})), "9": save(&json!(["1", 0])) });
    let told = refusal(server, &graph).await?;
    let kind = told["error"]["type"].as_str().unwrap_or_default();
    ensure!(["invalid_prompt", "missing_node_type"].contains(&kind), "{told}");
    let words = told["error"]["message"].to_string();
    ensure!(words.contains("NoSuchClass") && !words.contains("NorThis"), "{told}");
    ensure!(told["error"]["details"] == "Node ID '#1'" && told["node_errors"] == json!({}), "{told}");
    Ok(())
}

pub async fn every_wrong_value_by_its_type(server: &Server) -> Result<()> {
    let wrong = node("EmptyImage", &json!({ "width": "abc", "height": 99_999, "batch_size": 0 }));
    let told = refusal(server, &json!({ "1": wrong, "9": save(&json!(["1", 0])) })).await?;
    ensure!(told["error"]["type"] == "prompt_outputs_failed_validation", "{told}");
    let errors = &told["node_errors"]["1"];
    let wanted = ["invalid_input_type", "required_input_missing", "value_bigger_than_max", "value_smaller_than_min"];
    ensure!(types(errors) == wanted, "{told}");
    ensure!(errors["class_type"] == "EmptyImage" && errors["dependent_outputs"] == json!(["9"]), "{told}");
    let small =
        errors["errors"].as_array().unwrap().iter().find(|error| error["type"] == "value_smaller_than_min").unwrap();
    ensure!(small["details"] == "batch_size" && small["extra_info"]["received_value"] == 0, "{small}");
    ensure!(
        small["message"] == "Value 0 smaller than min of 1" && small["extra_info"]["input_name"] == "batch_size",
        "{small}"
    );

    let kind = node("DgxpFail", &json!({ "image": ["1", 0], "kind": "nonsense", "salt": "" }));
    let told = refusal(server, &json!({ "1": empty(&json!(8)), "2": kind, "9": save(&json!(["2", 0])) })).await?;
    let error = &told["node_errors"]["2"]["errors"][0];
    ensure!(error["type"] == "value_not_in_list", "{told}");
    ensure!(error["details"] == "kind: 'nonsense' not in ['value', 'oom', 'exit']", "{error}");
    ensure!(
        error["extra_info"]["received_value"] == "nonsense" && error["extra_info"]["input_config"].is_array(),
        "{error}"
    );

    let file = node("LoadImage", &json!({ "image": "contract/none.png" }));
    let told = refusal(server, &json!({ "1": file, "9": save(&json!(["1", 0])) })).await?;
    let error = &told["node_errors"]["1"]["errors"][0];
    ensure!(error["type"] == "custom_validation_failed", "{told}");
    ensure!(error["details"] == "image - Invalid image file: contract/none.png", "{error}");
    Ok(())
}

pub async fn links_that_lead_nowhere(server: &Server) -> Result<()> {
    let one = |images: Value| json!({ "1": empty(&json!(8)), "9": save(&images) });
    for (link, kind, details) in [
        (json!(["77", 0]), "exception_during_validation", "'77'"),
        (json!(["1", 5]), "exception_during_validation", "tuple index out of range"),
        (json!(["1", 0, 0]), "bad_linked_input", "images"),
    ] {
        let told = refusal(server, &one(link)).await?;
        let error = &told["node_errors"]["9"]["errors"][0];
        ensure!(error["type"] == kind && error["details"] == details, "{told}");
    }
    let mask = json!({ "1": node("VAELoader", &json!({ "vae_name": "x" })), "9": save(&json!(["1", 0])) });
    let told = refusal(server, &mask).await?;
    let error = &told["node_errors"]["9"]["errors"][0];
    ensure!(error["type"] == "return_type_mismatch", "{told}");
    ensure!(error["details"] == "images, received_type(VAE) mismatch input_type(IMAGE)", "{error}");

    let sleep = |from: &str| node("DgxpSleep", &json!({ "image": [from, 0], "seconds": 0, "tick": 1, "salt": "" }));
    let told = refusal(server, &json!({ "2": sleep("77"), "9": save(&json!(["2", 0])) })).await?;
    ensure!(types(&told["node_errors"]["2"]) == ["exception_during_inner_validation"], "{told}");
    let told = refusal(server, &json!({ "2": sleep("3"), "3": sleep("2"), "9": save(&json!(["2", 0])) })).await?;
    ensure!(told["error"]["details"] == "" && told["node_errors"] == json!({}), "a cycle: {told}");
    let told = refusal(server, &json!({ "1": { "class_type": "EmptyImage" }, "9": save(&json!(["1", 0])) })).await?;
    ensure!(told["node_errors"]["1"]["errors"][0]["details"] == "'inputs'", "{told}");
    Ok(())
}

pub async fn values_are_turned_into_types(server: &Server) -> Result<()> {
    let loose =
        node("EmptyImage", &json!({ "width": "8", "height": 8.9, "batch_size": true, "color": 0, "unknown": "x" }));
    let entry = server.run(&json!({ "1": loose, "9": save(&json!(["1", 0])) })).await?;
    ensure!(entry["status"]["completed"] == true, "{entry}");
    let inputs = &entry["prompt"][2]["1"]["inputs"];
    ensure!(inputs["width"] == 8 && inputs["height"] == 8 && inputs["batch_size"] == 1, "{inputs}");
    Ok(())
}

pub async fn a_long_list_is_not_told(server: &Server) -> Result<()> {
    let latent = node("EmptyLatentImage", &json!({ "width": 64, "height": 64, "batch_size": 1 }));
    let clip = node("CLIPTextEncode", &json!({ "text": "x", "clip": ["1", 1] }));
    let sampler = node(
        "KSampler",
        &json!({
            "model": ["1", 0], "positive": ["2", 0], "negative": ["2", 0], "latent_image": ["3", 0], "seed": u64::MAX,
            "steps": 1, "cfg": 1.0, "sampler_name": "eulerr", "scheduler": "none", "denoise": 1.0,
        }),
    );
    let decode = node("VAEDecode", &json!({ "samples": ["4", 0], "vae": ["1", 2] }));
    let checkpoint = node("CheckpointLoaderSimple", &json!({ "ckpt_name": "nope.safetensors" }));
    let graph = json!({
        "1": checkpoint, "2": clip, "3": latent, "4": sampler, "5": decode, "9": save(&json!(["5", 0])),
    });
    let told = refusal(server, &graph).await?;
    ensure!(types(&told["node_errors"]["1"]) == ["value_not_in_list"], "{told}");
    let errors = told["node_errors"]["4"]["errors"].as_array().cloned().unwrap_or_default();
    let of =
        |name: &str| errors.iter().find(|error| error["extra_info"]["input_name"] == name).cloned().unwrap_or_default();
    let (long, short) = (of("sampler_name"), of("scheduler"));
    let details = long["details"].as_str().unwrap_or_default();
    ensure!(details.starts_with("sampler_name: 'eulerr' not in (list of length "), "{told}");
    ensure!(long["extra_info"]["input_config"].is_null() && short["extra_info"]["input_config"].is_array(), "{told}");
    ensure!(told["node_errors"].as_object().is_some_and(|nodes| nodes.len() == 2), "{told}");
    Ok(())
}

pub async fn a_list_of_the_newer_form_is_not_looked_at(server: &Server) -> Result<()> {
    let graph = json!({
        "1": node("UpscaleModelLoader", &json!({ "model_name": "nope.pth" })),
        "2": empty(&json!(8)),
        "3": node("ImageUpscaleWithModel", &json!({ "upscale_model": ["1", 0], "image": ["2", 0] })),
        "9": save(&json!(["3", 0])),
    });
    let answer = posted(server, &graph).await?;
    ensure!(answer.code == 200 && answer.json()["node_errors"] == json!({}), "{answer:?}");
    let id = answer.json()["prompt_id"].as_str().unwrap_or_default().to_owned();
    let entry = server.ended(&id).await?;
    ensure!(entry["status"]["status_str"] == "error", "{}", entry["status"]);
    Ok(())
}

pub async fn a_bad_output_of_two_is_dropped(server: &Server) -> Result<()> {
    let graph = json!({ "1": empty(&json!(8)), "9": save(&json!(["1", 0])), "10": save(&json!(["77", 0])) });
    let answer = posted(server, &graph).await?;
    let told = answer.json();
    ensure!(answer.code == 200 && types(&told["node_errors"]["10"]) == ["exception_during_validation"], "{told}");
    let entry = server.ended(told["prompt_id"].as_str().unwrap_or_default()).await?;
    ensure!(entry["prompt"][4] == json!(["9"]) && entry["outputs"]["10"].is_null(), "{entry}");
    Ok(())
}
