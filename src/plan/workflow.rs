//! Binding a ComfyUI workflow: placeholders become typed JSON values, LoRAs become a chain of nodes.
//!
//! The bound graph is what an ask is keyed by. Seed and file prefix stay placeholders until a request is sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::manifest::{ComfyAsk, Style};

/// The workflows that are built in, by name, with their version.
pub const BUILT_IN: [(&str, u32, &str); 1] = [("sdxl", 1, include_str!("../../workflows/sdxl.json"))];

/// Why a workflow cannot be bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// No file and no built-in has the name.
    #[error("there is no workflow called `{0}`")]
    Unknown(String),
    /// It is not ComfyUI's API format.
    #[error("workflow `{0}` is not in ComfyUI's API format: {1}")]
    NotApi(String, String),
}

impl WorkflowError {
    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(name) => format!("put it at `workflows/{name}.json`, or use the built-in `sdxl`"),
            Self::NotApi(..) => "export it in ComfyUI with Workflow > Export (API)".to_owned(),
        }
    }
}

/// Reads a workflow's text as a graph in API format.
pub fn parse(name: &str, text: &str) -> Result<Value, WorkflowError> {
    let not_api = |why: &str| WorkflowError::NotApi(name.to_owned(), why.to_owned());
    let graph: Value = serde_json::from_str(text).map_err(|error| not_api(&error.to_string()))?;
    let nodes = graph.as_object().ok_or_else(|| not_api("it is not an object of nodes"))?;
    if nodes.contains_key("nodes") && nodes.contains_key("links") {
        return Err(not_api("it is the editor's own format"));
    }
    for (id, node) in nodes {
        if !node["class_type"].is_string() || !node["inputs"].is_object() {
            return Err(not_api(&format!("node `{id}` has no `class_type` or no `inputs`")));
        }
    }
    Ok(graph)
}

/// The graph of an ask, but for `{seed}` and `{prefix}`; `_meta` is left out.
///
/// `files` holds the project's own workflows by name; they win over built-in ones.
pub fn bind(ask: &ComfyAsk, files: &BTreeMap<String, Value>) -> Result<Value, WorkflowError> {
    let name = &ask.style.workflow;
    let template = match files.get(name) {
        Some(graph) => graph.clone(),
        None => {
            let built_in = BUILT_IN.iter().find(|(built_in, ..)| built_in == name);
            let (name, _, text) = built_in.ok_or_else(|| WorkflowError::Unknown(name.clone()))?;
            parse(name, text)?
        }
    };
    let mut graph = template;
    if let Some(nodes) = graph.as_object_mut() {
        drop_vae_of_none(nodes, &ask.style);
        chain_loras(nodes, &ask.style);
        let values = values(ask);
        for node in nodes.values_mut() {
            if let Some(node) = node.as_object_mut() {
                node.remove("_meta");
            }
            replace(node, &values);
        }
    }
    Ok(graph)
}

fn values(ask: &ComfyAsk) -> BTreeMap<String, Value> {
    let style = &ask.style;
    let mut values = BTreeMap::from([
        ("prompt".to_owned(), json!(ask.prompt)),
        ("negative".to_owned(), json!(ask.negative)),
        ("checkpoint".to_owned(), json!(style.checkpoint.file)),
        ("width".to_owned(), json!(style.canvas[0])),
        ("height".to_owned(), json!(style.canvas[1])),
        ("steps".to_owned(), json!(style.steps)),
        ("cfg".to_owned(), thousandths(style.cfg.into())),
        ("sampler".to_owned(), json!(style.sampler)),
        ("scheduler".to_owned(), json!(style.scheduler)),
    ]);
    if let Some(vae) = &style.vae {
        values.insert("vae".to_owned(), json!(vae.file));
    }
    values
}

/// Thousandths as the JSON number that a person would write.
fn thousandths(value: i64) -> Value {
    json!(value as f64 / 1000.0)
}

/// A string that is one placeholder as a whole becomes the value, whatever its type; nothing else is touched, so no
/// text of a prompt is ever read as a placeholder.
fn replace(value: &mut Value, values: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            if let Some(found) = name.and_then(|name| values.get(name)) {
                *value = found.clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, values)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, values)),
        _ => {}
    }
}

/// Without a VAE of its own the checkpoint's is used.
fn drop_vae_of_none(nodes: &mut Map<String, Value>, style: &Style) {
    let loader = nodes.iter().find(|(_, node)| node["inputs"]["vae_name"] == "{vae}").map(|(id, _)| id.clone());
    let checkpoint = checkpoint_node(nodes);
    if let (None, Some(loader), Some(checkpoint)) = (&style.vae, loader, checkpoint) {
        nodes.remove(&loader);
        relink(nodes, &json!([loader, 0]), &json!([checkpoint, 2]), &[]);
    }
}

fn checkpoint_node(nodes: &Map<String, Value>) -> Option<String> {
    nodes.iter().find(|(_, node)| node["inputs"]["ckpt_name"] == "{checkpoint}").map(|(id, _)| id.clone())
}

fn chain_loras(nodes: &mut Map<String, Value>, style: &Style) {
    let Some(checkpoint) = checkpoint_node(nodes).filter(|_| !style.loras.is_empty()) else { return };
    let mut last = checkpoint.clone();
    let mut chain = Vec::new();
    for (i, lora) in style.loras.iter().enumerate() {
        let id = format!("lora{}", i + 1);
        let weight = thousandths(lora.weight.into());
        let node = json!({ "class_type": "LoraLoader", "inputs": {
            "model": [last, 0], "clip": [last, 1], "lora_name": lora.model.file,
            "strength_model": weight, "strength_clip": weight } });
        nodes.insert(id.clone(), node);
        chain.push(id.clone());
        last = id;
    }
    relink(nodes, &json!([checkpoint, 0]), &json!([last, 0]), &chain);
    relink(nodes, &json!([checkpoint, 1]), &json!([last, 1]), &chain);
}

/// Every input that links to `from` links to `to`, but in the nodes of `but`.
fn relink(nodes: &mut Map<String, Value>, from: &Value, to: &Value, but: &[String]) {
    for (_, node) in nodes.iter_mut().filter(|(id, _)| !but.contains(id)) {
        for input in node["inputs"].as_object_mut().into_iter().flat_map(|inputs| inputs.values_mut()) {
            if input == from {
                *input = to.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Lora, Model};

    fn ask(loras: &[&str], vae: Option<&str>) -> ComfyAsk {
        let model = |file: &str| Model { file: file.to_owned(), sha256: None };
        let loras = loras.iter().map(|file| Lora { model: model(file), weight: 1200 }).collect();
        let style = Style {
            workflow: "sdxl".to_owned(),
            checkpoint: model("base.safetensors"),
            vae: vae.map(model),
            loras,
            canvas: [1024, 768],
            steps: 8,
            cfg: 1500,
            sampler: "lcm".to_owned(),
            scheduler: "sgm_uniform".to_owned(),
        };
        ComfyAsk {
            style,
            prompt: "a \"{seed}\" \\ knight".to_owned(),
            negative: "{prompt}".to_owned(),
            inputs: BTreeMap::new(),
        }
    }

    #[test]
    fn prompts_are_values_and_never_read_as_placeholders() {
        let graph = bind(&ask(&[], None), &BTreeMap::new()).unwrap();
        assert_eq!(graph["prompt"]["inputs"]["text"], "a \"{seed}\" \\ knight");
        assert_eq!(graph["negative"]["inputs"]["text"], "{prompt}");
        assert_eq!(graph["sampler"]["inputs"]["cfg"], 1.5);
        assert_eq!(graph["sampler"]["inputs"]["seed"], "{seed}");
    }

    #[test]
    fn loras_are_chained_between_the_checkpoint_and_its_users() {
        let graph = bind(&ask(&["a.safetensors", "b.safetensors"], Some("v.safetensors")), &BTreeMap::new()).unwrap();
        assert_eq!(graph["lora1"]["inputs"]["model"], json!(["checkpoint", 0]));
        assert_eq!(graph["lora2"]["inputs"]["clip"], json!(["lora1", 1]));
        assert_eq!(graph["sampler"]["inputs"]["model"], json!(["lora2", 0]));
        assert_eq!(graph["prompt"]["inputs"]["clip"], json!(["lora2", 1]));
        assert_eq!(graph["decode"]["inputs"]["vae"], json!(["vae", 0]));
    }

    #[test]
    fn without_a_vae_the_checkpoint_has_one() {
        let graph = bind(&ask(&[], None), &BTreeMap::new()).unwrap();
        assert!(graph.get("vae").is_none());
        assert_eq!(graph["decode"]["inputs"]["vae"], json!(["checkpoint", 2]));
    }
}
