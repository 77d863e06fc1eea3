//! A job from its start to its entry in the history: the order of its nodes, and its frames.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::End;
use crate::queue::Item;
use crate::record::Ran;
use crate::state::{Shared, now};

/// One job while it runs.
pub(super) struct Job {
    pub(super) shared: Arc<Shared>,
    pub(super) item: Arc<Item>,
    pub(super) keys: BTreeMap<String, String>,
    messages: Vec<Value>,
    progress: Map<String, Value>,
}

impl Job {
    pub(super) fn new(shared: &Arc<Shared>, item: Arc<Item>, keys: BTreeMap<String, String>) -> Self {
        Self { shared: Arc::clone(shared), item, keys, messages: Vec::new(), progress: Map::new() }
    }

    pub(super) async fn run(mut self) {
        let start = Instant::now();
        {
            let mut state = self.shared.lock();
            state.is_interrupted = false;
            state.client = self.item.client().map(str::to_owned);
        }
        self.message("execution_start", json!({}));
        let cached = {
            let mut state = self.shared.lock();
            if !state.options.caches_all {
                state.cache.retain(|key, _| self.keys.values().any(|own| own == key));
            }
            let is_cached = |key: &String| state.cache.contains_key(key);
            self.keys.iter().filter(|(_, key)| is_cached(key)).map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        self.message("execution_cached", json!({ "nodes": cached }));
        let mut executed = Vec::new();
        let outcome = match self.nodes(&mut executed).await {
            Ok(()) => {
                self.message("execution_success", json!({}));
                "success"
            }
            Err((node, End::Interrupted)) => {
                self.end("execution_interrupted", &node, &executed, json!({}));
                "interrupted"
            }
            Err((node, End::Failed { kind, message })) => {
                let traceback = ["  File \"execution.py\", in execute\n"];
                let inputs: Map<String, Value> =
                    self.inputs(&node).keys().map(|name| (name.clone(), json!(["..."]))).collect();
                let more = json!({
                    "exception_message": message, "exception_type": kind, "traceback": traceback,
                    "current_inputs": inputs, "current_outputs": cached,
                });
                self.end("execution_error", &node, &executed, more);
                "error"
            }
            Err((_, End::Crashed)) => {
                self.shared.crash.notify_one();
                return std::future::pending().await;
            }
        };
        self.done(start, outcome);
    }

    /// Writes the history and says that nothing runs.
    fn done(&self, start: Instant, outcome: &'static str) {
        let mut state = self.shared.lock();
        let (mut outputs, mut meta) = (Map::new(), Map::new());
        for (id, key) in &self.keys {
            if let Some(ui) = state.cache.get(key).and_then(|cached| cached.ui.clone()) {
                outputs.insert(id.clone(), ui);
                let entry = json!({ "node_id": id, "display_node": id, "parent_node": null, "real_node_id": id });
                meta.insert(id.clone(), entry);
            }
        }
        let is_good = outcome == "success";
        let status = json!({
            "status_str": if is_good { "success" } else { "error" }, "completed": is_good, "messages": self.messages,
        });
        let entry = json!({ "prompt": self.item.entry(), "outputs": outputs, "status": status, "meta": meta });
        state.queue.end(&self.item, entry);
        let id = self.item.id.clone();
        state.record.ran.push(Ran { id: id.clone(), start, end: Instant::now(), outcome });
        state.node = None;
        state.tell_queue();
        if let Some(client) = self.item.client() {
            state.send("executing", &json!({ "node": null, "prompt_id": id }), Some(client));
        }
        if std::mem::take(&mut state.frees_cache) {
            state.cache.clear();
        }
    }

    pub(super) fn inputs(&self, id: &str) -> Map<String, Value> {
        self.item.graph[id]["inputs"].as_object().cloned().unwrap_or_default()
    }

    pub(super) fn class(&self, id: &str) -> &str {
        self.item.graph[id]["class_type"].as_str().unwrap_or_default()
    }

    /// A frame that the history keeps too.
    fn message(&mut self, event: &str, mut data: Value) {
        data["prompt_id"] = json!(self.item.id);
        data["timestamp"] = json!(now());
        self.messages.push(json!([event, data]));
        let client = self.item.client();
        if client.is_some() || event == "execution_interrupted" {
            self.shared.lock().send(event, &data, client);
        }
    }

    fn end(&mut self, event: &str, node: &str, executed: &[String], more: Value) {
        let mut data = json!({ "node_id": node, "node_type": self.class(node), "executed": executed });
        data.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.message(event, data);
    }

    /// A frame to the job's client, or to everybody where it has none.
    pub(super) fn tell(&self, event: &str, mut data: Value) {
        data["prompt_id"] = json!(self.item.id);
        self.shared.lock().send(event, &data, self.item.client());
    }

    pub(super) fn tell_progress(&mut self, id: &str, value: u64, max: u64, node_state: &str) {
        let entry = json!({
            "value": value, "max": max, "state": node_state, "node_id": id, "prompt_id": self.item.id,
            "display_node_id": id, "parent_node_id": null, "real_node_id": id,
        });
        self.progress.insert(id.to_owned(), entry);
        self.tell("progress_state", json!({ "nodes": self.progress }));
    }

    /// Runs what the outputs need and the cache does not hold; outputs go first where they can.
    async fn nodes(&mut self, executed: &mut Vec<String>) -> Result<(), (String, End)> {
        let mut wanted = self.wanted();
        while let Some(id) = self.ready(&wanted) {
            wanted.remove(&id);
            let cached = self.shared.lock().cache.get(&self.keys[&id]).cloned();
            if let Some(cached) = cached {
                if self.item.client().is_some() {
                    self.tell("executed", json!({ "node": id, "display_node": id, "output": cached.ui }));
                }
                self.tell_progress(&id, 1, 1, "finished");
                continue;
            }
            if let Err(end) = self.node(&id).await {
                return Err((id, end));
            }
            executed.push(id);
        }
        Ok(())
    }

    fn wanted(&self) -> BTreeSet<String> {
        let state = self.shared.lock();
        let mut wanted = BTreeSet::new();
        let mut open: Vec<String> = self.item.outputs.clone();
        while let Some(id) = open.pop() {
            let is_cached = state.cache.contains_key(&self.keys[&id]);
            if wanted.insert(id.clone()) && !is_cached {
                let links = self.links(&id).into_iter();
                open.extend(links.filter(|link| !state.cache.contains_key(&self.keys[link])));
            }
        }
        wanted
    }

    fn links(&self, id: &str) -> Vec<String> {
        let pairs = self.inputs(id).into_iter().filter_map(|(_, value)| value.as_array().cloned());
        pairs.filter_map(|pair| Some(pair.first()?.as_str()?.to_owned())).collect()
    }

    fn ready(&self, wanted: &BTreeSet<String>) -> Option<String> {
        let is_ready = |id: &&String| self.links(id).iter().all(|link| !wanted.contains(link));
        let ready: Vec<&String> = wanted.iter().filter(is_ready).collect();
        let is_output = |id: &&&String| self.item.outputs.contains(id);
        let feeds_output = |id: &&&String| self.item.outputs.iter().any(|output| self.links(output).contains(id));
        let first = ready.iter().find(is_output).or_else(|| ready.iter().find(feeds_output)).or(ready.first());
        first.map(|id| (*id).clone())
    }
}
