//! Binding: an ask and its workflow become a graph. LoRAs become a chain of nodes, placeholders typed JSON values.
//!
//! Values go to the paths that the workflow's file has: no text of a prompt, a name or a param is ever read as a
//! placeholder. Seed, file prefix and input images stay open until a request is sent.

mod loaders;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::words::ask::ComfyAsk;
use crate::words::style::Param;
use crate::words::suggest::did_you_mean;
use crate::workflow::graph::{links, needed};
use crate::workflow::{
    BUILT_IN, FileError, Meaning, Placeholder, Placeholders, WorkflowError, built_in, is_link, outputs, placeholders,
};

/// A graph that lacks only its seed, its file prefix and its input images.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The graph that enters keys: seed, prefix and images are still placeholders, `_meta` is removed.
    pub graph: Value,
    open: Vec<Placeholder>,
    names: BTreeSet<String>,
    outputs: Vec<String>,
    /// Results whose file prefix is linked to something that does not change with a request.
    linked_prefixes: Vec<String>,
}

/// An input that no node has, so that no node looks at it; servers include it in what they cache a result by.
const MARK: &str = "dgx_pixels";

impl Bound {
    /// The graph to send. `images` has the file name of each role's image on the server; other roles stay open.
    pub fn filled(&self, seed: u64, prefix: &str, images: &BTreeMap<String, String>) -> Value {
        let mut graph = self.graph.clone();
        for place in &self.open {
            let value = match place.meaning {
                Meaning::Seed => Some(json!(seed)),
                Meaning::Prefix => Some(json!(prefix)),
                _ => images.get(&place.name).map(|name| json!(name)),
            };
            if let (Some(value), Some(at)) = (value, graph.pointer_mut(&place.pointer)) {
                *at = value;
            }
        }
        for node in &self.linked_prefixes {
            let link = std::mem::replace(&mut graph[node]["inputs"]["filename_prefix"], json!(prefix));
            if let (Some((from, _)), Some(nodes)) = (is_link(&link), graph.as_object_mut()) {
                remove_unused(nodes, from, &self.outputs);
            }
        }
        graph
    }

    /// Makes the results of a graph that is about to be sent differ from those of any other request, where their file
    /// prefix does not: a server that has such a node in its cache would name the file of another request.
    pub fn mark(&self, graph: &mut Value, prefix: &str) {
        for node in &self.outputs {
            let inputs = graph.get_mut(node).and_then(|node| node.get_mut("inputs")).and_then(Value::as_object_mut);
            if let Some(inputs) = inputs.filter(|inputs| inputs.get("filename_prefix") != Some(&json!(prefix))) {
                inputs.insert(MARK.to_owned(), json!(prefix));
            }
        }
    }

    /// The classes of its nodes.
    pub fn classes(&self) -> BTreeSet<&str> {
        self.graph.as_object().into_iter().flatten().filter_map(|(_, node)| node["class_type"].as_str()).collect()
    }

    /// The ids of the nodes whose images are the result.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The roles of its input images.
    pub fn roles(&self) -> BTreeSet<&str> {
        let roles = self.open.iter().filter(|place| place.meaning == Meaning::Role);
        roles.map(|place| place.name.as_str()).collect()
    }

    /// Whether the workflow has a placeholder of that name.
    pub fn uses(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether it uses a seed; without one all candidates are the same image.
    pub fn has_seed(&self) -> bool {
        self.open.iter().any(|place| place.meaning == Meaning::Seed)
    }

    /// The pointers of its open places, if another string in the graph looks like one of them: the graph alone is then
    /// ambiguous.
    pub fn doubtful(&self) -> Option<Vec<&str>> {
        let open: BTreeSet<String> = self.open.iter().map(|place| format!("{{{}}}", place.name)).collect();
        (alike(&self.graph, &open) > self.open.len()).then(|| self.open.iter().map(|p| p.pointer.as_str()).collect())
    }
}

/// The graph of an ask.
///
/// `files` holds the project's own workflows by [`Style::workflow_id`](crate::words::style::Style::workflow_id); they win
/// over built-in ones.
pub fn bind(ask: &ComfyAsk, files: &BTreeMap<String, Value>) -> Result<Bound, WorkflowError> {
    let name = &ask.style.workflow;
    let template = match files.get(&*ask.style.workflow_id()) {
        Some(graph) => graph.clone(),
        None => {
            let built_in = built_in(name, ask.style.workflow_version);
            built_in.ok_or_else(|| unknown(name))?.graph().into_owned()
        }
    };
    let mut open = placeholders(&template);
    let outputs = outputs(&template);
    let Value::Object(mut nodes) = template else {
        let error = FileError::NotApi("it is not an object of nodes".to_owned());
        return Err(WorkflowError::File(name.clone(), error));
    };
    let names = open.places.iter().map(|place| place.name.clone()).collect();
    for node in nodes.values_mut().filter_map(Value::as_object_mut) {
        node.remove("_meta");
    }
    let linked_prefixes = linked_prefixes(&nodes, &outputs, &open);
    name_files(&mut nodes, &outputs, &mut open);
    loaders::drop_unused_vae(&mut nodes, &mut open, &ask.style)?;
    loaders::chain_loras(&mut nodes, &open, &ask.style)?;
    let mut graph = Value::Object(nodes);
    let values = values(ask);
    let mut open_until_sent = Vec::new();
    for place in open.places {
        let value = match place.meaning {
            Meaning::Field => values.get(place.name.as_str()).cloned(),
            Meaning::Param => {
                let param = ask.style.params.get(&place.name).map(Param::json);
                param.or_else(|| open.defaults.get(&place.name).cloned())
            }
            Meaning::Role | Meaning::Seed | Meaning::Prefix => {
                open_until_sent.push(place);
                continue;
            }
        };
        match (value, graph.pointer_mut(&place.pointer)) {
            (Some(value), Some(at)) => *at = value,
            _ => {
                let Placeholder { node, input, name, .. } = place;
                return Err(WorkflowError::NoValue { workflow: ask.style.workflow.clone(), node, input, name });
            }
        }
    }
    Ok(Bound { graph, open: open_until_sent, names, outputs, linked_prefixes })
}

fn unknown(name: &str) -> WorkflowError {
    let near = did_you_mean(name, BUILT_IN.iter().map(|built_in| built_in.name));
    WorkflowError::Unknown { name: name.to_owned(), near }
}

fn values(ask: &ComfyAsk) -> BTreeMap<&'static str, Value> {
    let style = &ask.style;
    let mut values = BTreeMap::from([
        ("prompt", json!(ask.prompt)),
        ("negative", json!(ask.negative)),
        ("checkpoint", json!(style.checkpoint.file)),
        ("width", json!(style.canvas[0])),
        ("height", json!(style.canvas[1])),
        ("half_width", json!(style.canvas[0] / 2)),
        ("half_height", json!(style.canvas[1] / 2)),
        ("steps", json!(style.steps)),
        ("cfg", thousandths(style.cfg.into())),
        ("sampler", json!(style.sampler)),
        ("scheduler", json!(style.scheduler)),
    ]);
    if let Some(vae) = &style.vae {
        values.insert("vae", json!(vae.file));
    }
    values
}

/// Thousandths as a JSON number.
fn thousandths(value: i64) -> Value {
    json!(value as f64 / 1000.0)
}

/// Replaces the workflow's own file prefixes, so that files of two requests never share a name.
fn name_files(nodes: &mut Map<String, Value>, outputs: &[String], open: &mut Placeholders) {
    for id in outputs {
        let Some(prefix) = nodes.get_mut(id).and_then(|node| node["inputs"].get_mut("filename_prefix")) else {
            continue;
        };
        let is_open = open.places.iter().any(|place| place.node == *id && place.input == "filename_prefix");
        if !is_open && is_link(prefix).is_none() {
            *prefix = json!("{prefix}");
            let pointer = format!("/{}/inputs/filename_prefix", id.replace('~', "~0").replace('/', "~1"));
            open.places.push(Placeholder {
                node: id.clone(),
                input: "filename_prefix".to_owned(),
                pointer,
                name: "prefix".to_owned(),
                meaning: Meaning::Prefix,
            });
        }
    }
}

/// The results whose file prefix is a link to nodes without a `{prefix}`.
fn linked_prefixes(nodes: &Map<String, Value>, outputs: &[String], open: &Placeholders) -> Vec<String> {
    let varies = |from: &str| {
        let before = needed(nodes, [from]);
        open.places.iter().any(|place| place.meaning == Meaning::Prefix && before.contains(place.node.as_str()))
    };
    let linked = |id: &&String| {
        let prefix = nodes.get(*id).and_then(|node| is_link(&node["inputs"]["filename_prefix"]));
        prefix.is_some_and(|(from, _)| !varies(from))
    };
    outputs.iter().filter(linked).cloned().collect()
}

/// Removes a node that feeds nothing any more, and those that fed it alone.
fn remove_unused(nodes: &mut Map<String, Value>, id: &str, outputs: &[String]) {
    let mut feeds: HashMap<String, usize> = HashMap::new();
    nodes.values().flat_map(links).for_each(|(_, from)| *feeds.entry(from.to_owned()).or_default() += 1);
    let mut open = vec![id.to_owned()];
    while let Some(id) = open.pop() {
        if feeds.get(&id).is_some_and(|links| *links > 0) || outputs.contains(&id) {
            continue;
        }
        let Some(node) = nodes.remove(&id) else { continue };
        for (_, from) in links(&node) {
            if let Some(links) = feeds.get_mut(from) {
                *links = links.saturating_sub(1);
            }
            open.push(from.to_owned());
        }
    }
}

/// How many strings in a value are among the given ones.
fn alike(value: &Value, texts: &BTreeSet<String>) -> usize {
    match value {
        Value::String(text) => usize::from(texts.contains(text)),
        Value::Array(items) => items.iter().map(|item| alike(item, texts)).sum(),
        Value::Object(map) => map.values().map(|item| alike(item, texts)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::style::{Lora, Model, Style};

    fn style(workflow: &str) -> Style {
        let model = |file: &str| Model { file: file.to_owned(), sha256: None };
        Style {
            workflow: workflow.to_owned(),
            workflow_version: None,
            checkpoint: model("base.safetensors"),
            vae: Some(model("v.safetensors")),
            loras: Vec::new(),
            canvas: [1024, 768],
            steps: 8,
            cfg: 1500,
            sampler: "lcm".to_owned(),
            scheduler: "sgm_uniform".to_owned(),
            params: BTreeMap::new(),
        }
    }

    fn ask(style: Style) -> ComfyAsk {
        ComfyAsk { style, prompt: "a knight".to_owned(), negative: "text".to_owned(), inputs: BTreeMap::new() }
    }

    fn sdxl(loras: &[&str], vae: Option<&str>) -> ComfyAsk {
        let model = |file: &str| Model { file: file.to_owned(), sha256: None };
        let loras = loras.iter().map(|file| Lora { model: model(file), weight: 1200 }).collect();
        ask(Style { loras, vae: vae.map(model), ..style("sdxl") })
    }

    fn bound(ask: &ComfyAsk) -> Bound {
        bind(ask, &BTreeMap::new()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn own(style: Style, graph: Value) -> Result<Bound, WorkflowError> {
        let files = BTreeMap::from([("own".to_owned(), graph)]);
        bind(&ask(Style { workflow: "own".to_owned(), ..style }), &files)
    }

    #[test]
    fn no_text_of_an_asset_is_read_as_a_placeholder() {
        let long = "{seed}".repeat(17_000);
        let texts =
            ["{seed}", "{prefix}", "{negative}", "\"}, {\"", "\\", "{", "a\nb\r\n", "\0", "${x}", "{image}", &long];
        for text in texts {
            for workflow in ["sdxl", "sdxl-inpaint"] {
                let mut ask = ask(style(workflow));
                (ask.prompt, ask.negative) = (text.to_owned(), text.to_owned());
                ask.style.loras = vec![Lora { model: Model { file: text.to_owned(), sha256: None }, weight: 1000 }];
                let images = BTreeMap::from([("image".to_owned(), "{mask}".to_owned())]);
                let graph = bound(&ask).filled(u64::MAX, "{seed}", &images);
                assert_eq!(graph["prompt"]["inputs"]["text"], text);
                assert_eq!(graph["negative"]["inputs"]["text"], text);
                assert_eq!(graph["lora1"]["inputs"]["lora_name"], text);
                assert_eq!(graph["sampler"]["inputs"]["seed"], json!(18_446_744_073_709_551_615_u64));
                assert_eq!(graph["save"]["inputs"]["filename_prefix"], "{seed}");
                let again: Value = serde_json::from_str(&graph.to_string()).unwrap();
                assert_eq!(again, graph);
            }
        }
    }

    #[test]
    fn what_is_sent_later_stays_open_in_what_is_keyed() {
        let bound = bound(&ask(style("sdxl-inpaint")));
        assert_eq!(bound.graph["sampler"]["inputs"]["seed"], "{seed}");
        assert_eq!(bound.graph["save"]["inputs"]["filename_prefix"], "{prefix}");
        assert_eq!(bound.graph["image"]["inputs"]["image"], "{image}");
        assert_eq!(bound.graph["sampler"]["inputs"]["cfg"], 1.5);
        assert!(bound.graph["sampler"].get("_meta").is_none());
        assert_eq!(bound.roles(), BTreeSet::from(["image", "mask"]));
        assert_eq!(bound.outputs(), ["save"]);
        let images = BTreeMap::from([("image".to_owned(), "dgxp/a.png".to_owned())]);
        let graph = bound.filled(7, "p", &images);
        assert_eq!(graph["image"]["inputs"]["image"], "dgxp/a.png");
        assert_eq!(graph["mask"]["inputs"]["image"], "{mask}");
    }

    #[test]
    fn a_text_that_looks_like_what_is_open_makes_a_graph_doubtful() {
        let mut ask = ask(style("sdxl"));
        assert_eq!(bound(&ask).doubtful(), None);
        ask.prompt = "{seed}".to_owned();
        assert_eq!(bound(&ask).doubtful().unwrap().len(), 2);
    }

    #[test]
    fn loras_are_chained_between_the_checkpoint_and_its_users() {
        let graph = bound(&sdxl(&["a.safetensors", "b.safetensors"], Some("v.safetensors"))).graph;
        assert_eq!(graph["lora1"]["inputs"]["model"], json!(["checkpoint", 0]));
        assert_eq!(graph["lora2"]["inputs"]["clip"], json!(["lora1", 1]));
        assert_eq!(graph["sampler"]["inputs"]["model"], json!(["lora2", 0]));
        assert_eq!(graph["prompt"]["inputs"]["clip"], json!(["lora2", 1]));
        assert_eq!(graph["decode"]["inputs"]["vae"], json!(["vae", 0]));
    }

    #[test]
    fn without_a_vae_the_checkpoint_has_one() {
        let graph = bound(&sdxl(&[], None)).graph;
        assert!(graph.get("vae").is_none());
        assert_eq!(graph["decode"]["inputs"]["vae"], json!(["checkpoint", 2]));
    }

    #[test]
    fn params_are_typed_and_win_over_the_workflow_s_own() {
        let denoise = |style: Style| bound(&ask(style)).graph["sampler"]["inputs"]["denoise"].clone();
        assert_eq!(denoise(style("sdxl-img2img")), 0.55);
        let params = BTreeMap::from([("denoise".to_owned(), Param::Decimal(300_000))]);
        assert_eq!(denoise(Style { params, ..style("sdxl-img2img") }), 0.3);
        let graph = json!({ "1": { "class_type": "Own", "inputs": { "a": "{a}", "b": "{b}", "c": "{c}" } } });
        let error = own(style("own"), graph.clone()).unwrap_err();
        assert!(error.to_string().contains("`{a}` in input `a` of node `1`"), "{error}");
        let params = [("a", Param::Whole(1 << 60)), ("b", Param::Text("{seed}".to_owned())), ("c", Param::Truth(true))];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        let graph = own(Style { params, ..style("own") }, graph).unwrap().filled(1, "", &BTreeMap::new());
        assert_eq!(graph["1"]["inputs"], json!({ "a": 1_u64 << 60, "b": "{seed}", "c": true }));
    }

    #[test]
    fn another_family_gets_its_loras_at_the_model_alone() {
        let graph = json!({
            "1": { "class_type": "UNETLoader", "inputs": { "unet_name": "{checkpoint}", "weight_dtype": "default" } },
            "lora1": { "class_type": "CLIPLoader", "inputs": { "clip_name": "c.safetensors" } },
            "3": { "class_type": "BasicGuider", "inputs": { "model": ["1", 0], "conditioning": ["lora1", 0] } },
            "4": { "class_type": "SaveImage", "inputs": { "images": ["3", 0], "filename_prefix": "Flux" } },
        });
        let with = sdxl(&["a.safetensors"], None).style;
        let bound = own(with, graph).unwrap();
        assert_eq!(bound.graph["lora1_"]["class_type"], "LoraLoaderModelOnly");
        assert_eq!(bound.graph["3"]["inputs"], json!({ "model": ["lora1_", 0], "conditioning": ["lora1", 0] }));
        // Its own prefix would let the files of two requests share a name.
        assert_eq!(bound.filled(1, "unique", &BTreeMap::new())["4"]["inputs"]["filename_prefix"], "unique");
    }

    #[test]
    fn loras_and_vae_without_a_place_are_told() {
        let graph = json!({ "1": { "class_type": "VAELoader", "inputs": { "vae_name": "{vae}" } } });
        let error = own(sdxl(&["a.safetensors"], Some("v.safetensors")).style, graph.clone()).unwrap_err();
        assert_eq!(error.to_string(), "the workflow `own` has no place for the LoRAs of its style");
        let error = own(sdxl(&[], None).style, graph).unwrap_err();
        assert_eq!(error.to_string(), "the workflow `own` has no place for the VAE `none` of its style");
    }
}
