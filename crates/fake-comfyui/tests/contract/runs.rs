//! What a server does with jobs: queue, cache, history, interrupts.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::graph::node;
use super::{Server, fresh};

/// A pattern of a seed, then what is asked for, then a file.
pub fn pattern(seed: u64, prefix: &str, middle: &[(&str, Value)]) -> Value {
    let mut graph = json!({
        "1": node("DgxpPattern", &json!({ "width": 32, "height": 16, "batch_size": 1, "seed": seed, "text": "" })),
    });
    let mut last = "1".to_owned();
    for (n, (class, inputs)) in middle.iter().enumerate() {
        let id = (n + 2).to_string();
        let mut inputs = inputs.clone();
        inputs["image"] = json!([last, 0]);
        graph[&id] = node(class, &inputs);
        last = id;
    }
    graph["9"] = node("SaveImage", &json!({ "images": [last, 0], "filename_prefix": prefix }));
    graph
}

pub fn sleep(seconds: f64) -> (&'static str, Value) {
    ("DgxpSleep", json!({ "seconds": seconds, "tick": 0.1, "salt": fresh() }))
}

pub fn fail(kind: &str) -> (&'static str, Value) {
    ("DgxpFail", json!({ "kind": kind, "salt": fresh() }))
}

/// A folder of the outputs that was never there before, and a seed.
pub fn place() -> (String, u64) {
    let name = fresh();
    (format!("contract/{name}/a"), u64::from_str_radix(&name[..8], 16).unwrap())
}

fn last(entry: &Value) -> &Value {
    entry["status"]["messages"].as_array().and_then(|messages| messages.last()).unwrap_or(&Value::Null)
}

fn cached(entry: &Value) -> Vec<String> {
    let nodes = entry["status"]["messages"][1][1]["nodes"].as_array().cloned().unwrap_or_default();
    let mut nodes: Vec<String> = nodes.iter().map(|id| id.as_str().unwrap_or_default().to_owned()).collect();
    nodes.sort();
    nodes
}

fn file(entry: &Value) -> &Value {
    &entry["outputs"]["9"]["images"][0]
}

pub async fn a_job_and_its_history(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let id = server.take(&pattern(seed, &prefix, &[]), None).await?;
    let entry = server.ended(&id).await?;
    let subfolder = prefix.trim_end_matches("/a");
    ensure!(
        *file(&entry) == json!({ "filename": "a_00001_.png", "subfolder": subfolder, "type": "output" }),
        "{entry}"
    );
    ensure!(entry["status"]["status_str"] == "success" && entry["status"]["completed"] == true, "{entry}");
    let events: Vec<&str> =
        entry["status"]["messages"].as_array().unwrap().iter().filter_map(|m| m[0].as_str()).collect();
    ensure!(events == ["execution_start", "execution_cached", "execution_success"], "{entry}");
    ensure!(entry["status"]["messages"][0][1]["timestamp"].is_u64() && last(&entry)[1]["prompt_id"] == id.as_str());
    ensure!(entry["prompt"][1] == id.as_str() && entry["prompt"][4] == json!(["9"]), "{entry}");
    ensure!(entry["meta"]["9"]["real_node_id"] == "9", "{entry}");
    let view = server.get(&format!("/view?filename=a_00001_.png&subfolder={subfolder}&type=output")).await?;
    ensure!(
        view.code == 200 && view.header("content-type") == "image/png" && !view.header("etag").is_empty(),
        "{:?}",
        view.headers
    );
    let reader = png::Decoder::new(std::io::Cursor::new(&view.bytes)).read_info()?;
    ensure!((reader.info().width, reader.info().height) == (32, 16));
    ensure!(
        reader
            .info()
            .uncompressed_latin1_text
            .iter()
            .any(|text| text.keyword == "prompt" && text.text.contains("DgxpPattern"))
    );
    ensure!(server.get(&format!("/history/{}", fresh())).await?.text() == "{}");
    Ok(())
}

pub async fn an_identical_graph_names_the_old_file(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let graph = pattern(seed, &prefix, &[]);
    let (first, second) = (server.run(&graph).await?, server.run(&graph).await?);
    ensure!(cached(&first).is_empty() && cached(&second) == ["1", "9"], "{second}");
    ensure!(file(&first) == file(&second), "{second}");
    let mut renumbered = json!({ "21": graph["1"], "29": graph["9"] });
    renumbered["29"]["inputs"]["images"][0] = json!("21");
    let third = server.run(&renumbered).await?;
    ensure!(third["outputs"]["29"] == first["outputs"]["9"], "the content counts, not the names of nodes: {third}");
    Ok(())
}

pub async fn another_prefix_saves_anew_and_samples_not(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    server.run(&pattern(seed, &prefix, &[])).await?;
    let entry = server.run(&pattern(seed, &format!("{prefix}b"), &[])).await?;
    ensure!(cached(&entry) == ["1"] && file(&entry)["filename"] == "ab_00001_.png", "{entry}");
    Ok(())
}

pub async fn the_cache_holds_the_last_graph(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let (a, b) = (pattern(seed, &prefix, &[]), pattern(seed + 1, &prefix, &[]));
    server.run(&a).await?;
    server.run(&b).await?;
    let entry = server.run(&a).await?;
    ensure!(cached(&entry).is_empty() && file(&entry)["filename"] == "a_00003_.png", "{entry}");
    Ok(())
}

pub async fn memory_that_is_freed_is_made_anew(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let graph = pattern(seed, &prefix, &[]);
    server.run(&graph).await?;
    ensure!(server.post("/free", &json!({ "free_memory": true })).await?.code == 200);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let entry = server.run(&graph).await?;
    ensure!(cached(&entry).is_empty() && file(&entry)["filename"] == "a_00002_.png", "{entry}");
    Ok(())
}

pub async fn a_failing_node(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let entry = server.run(&pattern(seed, &prefix, &[fail("value")])).await?;
    ensure!(entry["status"]["status_str"] == "error" && entry["status"]["completed"] == false, "{entry}");
    ensure!(entry["outputs"] == json!({}), "{entry}");
    let error = &last(&entry)[1];
    ensure!(
        last(&entry)[0] == "execution_error" && error["node_id"] == "2" && error["node_type"] == "DgxpFail",
        "{entry}"
    );
    ensure!(error["exception_type"] == "ValueError", "{error}");
    ensure!(error["exception_message"] == "made to fail by DgxpFail\n", "{error}");
    ensure!(
        error["traceback"].is_array() && error["current_inputs"].is_object() && error["executed"] == json!(["1"]),
        "{error}"
    );
    let next = server.run(&pattern(seed, &prefix, &[])).await?;
    ensure!(next["status"]["completed"] == true && cached(&next) == ["1"], "the next job is well: {next}");
    Ok(())
}

pub async fn out_of_memory(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let entry = server.run(&pattern(seed, &prefix, &[fail("oom")])).await?;
    let error = &last(&entry)[1];
    ensure!(error["exception_type"].as_str().is_some_and(|kind| kind.ends_with("OutOfMemoryError")), "{error}");
    ensure!(error["exception_message"].as_str().is_some_and(|text| text.contains("Allocation on device")), "{error}");
    Ok(())
}

pub async fn the_finished_one_of_two_outputs(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let mut graph = pattern(seed, &prefix, &[]);
    graph["5"] = node("DgxpFail", &json!({ "image": ["1", 0], "kind": "value", "salt": fresh() }));
    graph["8"] = node("SaveImage", &json!({ "images": ["5", 0], "filename_prefix": format!("{prefix}b") }));
    let entry = server.run(&graph).await?;
    ensure!(entry["status"]["status_str"] == "error" && file(&entry)["filename"] == "a_00001_.png", "{entry}");
    ensure!(entry["outputs"]["8"].is_null(), "{entry}");
    Ok(())
}

pub async fn a_batch_has_a_file_each(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let mut graph = pattern(seed, &prefix, &[]);
    graph["1"]["inputs"]["batch_size"] = json!(2);
    let entry = server.run(&graph).await?;
    let images = entry["outputs"]["9"]["images"].as_array().cloned().unwrap_or_default();
    let names: Vec<&str> = images.iter().filter_map(|image| image["filename"].as_str()).collect();
    ensure!(names == ["a_00001_.png", "a_00002_.png"], "{entry}");
    Ok(())
}

pub async fn a_prefix_that_leads_out(server: &Server) -> Result<()> {
    let (_, seed) = place();
    let entry = server.run(&pattern(seed, "../out", &[])).await?;
    ensure!(last(&entry)[0] == "execution_error" && last(&entry)[1]["node_id"] == "9", "{entry}");
    Ok(())
}

pub async fn counters_go_on_from_the_highest(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    for (n, wanted) in [(0, "a_00001_.png"), (1, "a_00002_.png"), (2, "a_00003_.png")] {
        let entry = server.run(&pattern(seed + n, &prefix, &[])).await?;
        ensure!(file(&entry)["filename"] == wanted, "{entry}");
    }
    let longer = server.run(&pattern(seed, &format!("{prefix}_1"), &[])).await?;
    ensure!(file(&longer)["filename"] == "a_1_00001_.png", "{longer}");
    let sized = server.run(&pattern(seed, &format!("{prefix}%width%x%height%"), &[])).await?;
    ensure!(file(&sized)["filename"] == "a32x16_00001_.png", "{sized}");
    Ok(())
}

pub async fn the_queue_shows_whole_items(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let client = fresh();
    let first = server.take(&pattern(seed, &prefix, &[sleep(0.8)]), Some(&client)).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), Some(&client)).await?;
    server.started(&first).await?;
    let queue = server.get("/queue").await?.json();
    let (running, pending) = (&queue["queue_running"][0], &queue["queue_pending"][0]);
    ensure!(running[1] == first.as_str() && pending[1] == second.as_str(), "{queue}");
    ensure!(running.as_array().is_some_and(|item| item.len() == 5) && running[0].is_number(), "{queue}");
    ensure!(pending[2]["9"]["class_type"] == "SaveImage" && pending[3]["client_id"] == client.as_str(), "{queue}");
    ensure!(server.get("/prompt").await?.json()["exec_info"]["queue_remaining"] == 2);
    ensure!(server.get(&format!("/history/{first}")).await?.text() == "{}");
    server.ended(&second).await?;
    Ok(())
}

pub async fn what_is_deleted_leaves_no_trace(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let first = server.take(&pattern(seed, &prefix, &[sleep(0.6)]), None).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
    server.started(&first).await?;
    let answer = server.post("/queue", &json!({ "delete": [second, first, fresh()] })).await?;
    ensure!(answer.code == 200 && answer.bytes.is_empty(), "{answer:?}");
    ensure!(server.get("/queue").await?.json()["queue_pending"] == json!([]));
    let entry = server.ended(&first).await?;
    ensure!(entry["status"]["completed"] == true, "what runs is not removed: {entry}");
    ensure!(server.get(&format!("/history/{second}")).await?.text() == "{}");
    Ok(())
}

pub async fn what_is_cleared_leaves_no_trace(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let first = server.take(&pattern(seed, &prefix, &[sleep(0.6)]), None).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
    server.started(&first).await?;
    ensure!(server.post("/queue", &json!({ "clear": true })).await?.code == 200);
    ensure!(server.ended(&first).await?["status"]["completed"] == true);
    ensure!(server.get(&format!("/history/{second}")).await?.text() == "{}");
    Ok(())
}

pub async fn an_interrupt_hits_its_target_alone(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let first = server.take(&pattern(seed, &prefix, &[sleep(20.0)]), None).await?;
    server.started(&first).await?;
    ensure!(server.post("/interrupt", &json!({ "prompt_id": fresh() })).await?.code == 200);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    server.started(&first).await?;
    server.post("/interrupt", &json!({ "prompt_id": first })).await?;
    let entry = server.ended(&first).await?;
    ensure!(entry["status"]["status_str"] == "error" && entry["status"]["completed"] == false, "{entry}");
    ensure!(last(&entry)[0] == "execution_interrupted" && last(&entry)[1]["node_id"] == "2", "{entry}");
    ensure!(entry["outputs"] == json!({}), "{entry}");
    Ok(())
}

pub async fn an_interrupt_hits_whatever_runs(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    ensure!(server.post_text("/interrupt", "").await?.code == 200, "while nothing runs");
    let first = server.take(&pattern(seed, &prefix, &[sleep(20.0)]), None).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
    server.started(&first).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    server.post_text("/interrupt", "").await?;
    ensure!(last(&server.ended(&first).await?)[0] == "execution_interrupted");
    ensure!(server.ended(&second).await?["status"]["completed"] == true, "the next job is not hit");
    Ok(())
}

pub async fn one_id_twice_is_run_twice(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let id = fresh();
    for n in 0..2 {
        let body = json!({ "prompt": pattern(seed + n, &prefix, &[]), "prompt_id": id });
        ensure!(server.post("/prompt", &body).await?.code == 200);
    }
    let third = server.run(&pattern(seed + 2, &prefix, &[])).await?;
    ensure!(file(&third)["filename"] == "a_00003_.png", "{third}");
    ensure!(file(&server.ended(&id).await?)["filename"] == "a_00002_.png");
    Ok(())
}

pub async fn the_front_goes_first(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let first = server.take(&pattern(seed, &prefix, &[sleep(0.5)]), None).await?;
    server.started(&first).await?;
    let second = server.take(&pattern(seed + 1, &prefix, &[]), None).await?;
    let front = json!({ "prompt": pattern(seed + 2, &prefix, &[]), "prompt_id": fresh(), "front": true });
    let number = server.post("/prompt", &front).await?.json()["number"].clone();
    ensure!(number.as_i64().is_some_and(|number| number < 0), "{number}");
    ensure!(file(&server.ended(&second).await?)["filename"] == "a_00003_.png");
    let given = json!({ "prompt": pattern(seed + 3, &prefix, &[]), "number": 2.5 });
    ensure!(server.post("/prompt", &given).await?.json()["number"] == 2.5);
    Ok(())
}

pub async fn histories_are_cut_and_forgotten(server: &Server) -> Result<()> {
    let (prefix, seed) = place();
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(server.take(&pattern(seed + n, &prefix, &[]), None).await?);
        server.ended(&ids[ids.len() - 1]).await?;
    }
    let newest = server.get("/history?max_items=2").await?.json();
    ensure!(
        newest.as_object().is_some_and(|all| all.len() == 2 && all.contains_key(&ids[1]) && all.contains_key(&ids[2]))
    );
    let oldest = server.get("/history?max_items=1&offset=0").await?.json();
    ensure!(oldest.as_object().is_some_and(|all| all.len() == 1 && !all.contains_key(&ids[2])));
    ensure!(server.post("/history", &json!({ "delete": [ids[1]] })).await?.code == 200);
    ensure!(server.get(&format!("/history/{}", ids[1])).await?.text() == "{}");
    ensure!(server.post("/history", &json!({ "clear": true })).await?.code == 200);
    ensure!(server.get("/history").await?.text() == "{}");
    Ok(())
}
