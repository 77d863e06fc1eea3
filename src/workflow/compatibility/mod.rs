//! Compares a graph with the nodes of a server: every unknown class and input, value out of range and missing file.

mod packages;
mod value;

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{Catalogue, Class, Kind, folder};
use super::graph::{class, is_link};
use crate::words::diagnostic::Diagnostic;
use crate::words::suggest::{nearest, words};

pub use value::missing_file_hint;

/// One thing in a graph that a server cannot take.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// What kind of mismatch it is.
    pub kind: MismatchKind,
    /// The node's id.
    pub node: String,
    /// The node's class.
    pub class: String,
    /// The input, if it is about one.
    pub input: Option<String>,
    /// The value of the input, if it is about that.
    pub value: Option<Value>,
    /// The folder below ComfyUI's `models/` that lacks the file.
    pub folder: Option<&'static str>,
    /// The nearest known name, if one is near.
    pub near: Option<String>,
    /// Message and next step.
    pub diagnostic: Diagnostic,
}

/// What is wrong with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MismatchKind {
    /// The server does not have the class.
    NoClass,
    /// The class does not have the input.
    NoInput,
    /// The node lacks an input that the class requires.
    Missing,
    /// The value or the link has another type.
    Type,
    /// The number is too small or too large.
    Range,
    /// The value is not among the choices.
    Choice,
    /// The server does not have the file.
    File,
}

impl MismatchKind {
    /// A stable name in kebab case.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoClass => "unknown-node",
            Self::NoInput => "unknown-node-input",
            Self::Missing => "missing-node-input",
            Self::Type => "node-input-type",
            Self::Range => "node-input-range",
            Self::Choice => "node-input-choice",
            Self::File => "missing-model",
        }
    }
}

impl Catalogue {
    /// Every mismatch of a graph; seed, prefix and images have their values.
    pub fn check(&self, graph: &Value) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        for (id, node) in graph.as_object().into_iter().flatten() {
            let class = class(node);
            let suggests = mismatches.len() < MOST_SUGGESTED;
            let at = Node { id, class, graph, catalogue: self, suggests };
            match self.classes.get(class) {
                Some(known) => at.check(node, known, &mut mismatches),
                None => mismatches.push(at.unknown_class()),
            }
        }
        mismatches
    }
}

/// The model files that a graph names: folder below ComfyUI's `models/`, and name there.
pub fn files(graph: &Value, catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    for node in graph.as_object().into_iter().flat_map(|nodes| nodes.values()) {
        let class = class(node);
        for (input, value) in node["inputs"].as_object().into_iter().flatten() {
            let of_class = match catalogue.kind(class, input) {
                Some(Kind::File { folder, .. }) => Some(*folder),
                Some(_) => None,
                None => folder(class, input),
            };
            // Loaders also accept words that are no files (`pixel_space`).
            let name = value.as_str().filter(|name| name.contains('.'));
            found.extend(of_class.zip(name).map(|(folder, name)| (folder.to_owned(), name.to_owned())));
        }
    }
    found.into_iter().collect()
}

/// The most mismatches with the nearest known name: each is compared with all names.
const MOST_SUGGESTED: usize = 200;

/// A mismatch without its node.
struct Finding {
    kind: MismatchKind,
    diagnostic: Diagnostic,
    near: Option<String>,
    folder: Option<&'static str>,
}

impl Finding {
    fn new(kind: MismatchKind, message: impl Into<String>) -> Self {
        Self { kind, diagnostic: Diagnostic::error(kind.code(), message), near: None, folder: None }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.hint(hint), ..self }
    }

    /// Suggests the nearest of the known words, if one is near, in place of the hint.
    fn suggest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let Some(near) = nearest(word, known) else { return self };
        Self { near: Some(near.to_owned()), ..self.hint(format!("did you mean `{near}`?")) }
    }
}

/// The node that is being checked.
struct Node<'a> {
    id: &'a str,
    class: &'a str,
    graph: &'a Value,
    catalogue: &'a Catalogue,
    /// Its mismatches get the nearest known name.
    suggests: bool,
}

impl Node<'_> {
    fn mismatch(&self, input: Option<&str>, value: Option<&Value>, finding: Finding) -> Mismatch {
        let Finding { kind, diagnostic, near, folder } = finding;
        Mismatch {
            kind,
            node: self.id.to_owned(),
            class: self.class.to_owned(),
            input: input.map(str::to_owned),
            value: value.cloned(),
            folder,
            near,
            diagnostic,
        }
    }

    fn unknown_class(&self) -> Mismatch {
        let class = self.class;
        let on_server = self.catalogue.is_complete;
        let message = match on_server {
            true => format!("the server has no node `{class}`"),
            false => format!("`{class}` is not among the recorded core nodes of ComfyUI"),
        };
        let finding = Finding::new(MismatchKind::NoClass, message);
        let is_core = Catalogue::recorded().classes.contains_key(class);
        let finding = match packages::of(class) {
            _ if on_server && is_core => {
                finding.hint("it is a core node of ComfyUI: update the server and read its start-up log")
            }
            Some(package) if on_server => finding.hint(format!("install {package} on the server")),
            Some(package) => finding.hint(format!("it is a node of {package}")),
            None if !self.suggests => finding,
            None => finding.suggest(class, self.catalogue.classes.keys().map(String::as_str)),
        };
        self.mismatch(None, None, finding)
    }

    fn check(&self, node: &Value, class: &Class, mismatches: &mut Vec<Mismatch>) {
        let Some(inputs) = node["inputs"].as_object() else { return };
        for (name, value) in inputs {
            match class.inputs.get(name) {
                Some(input) => mismatches.extend(self.value(name, value, &input.kind)),
                None => mismatches.extend(self.unknown_input(name, class)),
            }
        }
        for (name, input) in class.inputs.iter().filter(|(_, input)| input.required) {
            // Such inputs consist of parts with names of their own.
            if !inputs.contains_key(name) && input.kind != Kind::Anything {
                let message = format!("`{}` needs the input `{name}`: {}", self.class, input.kind.words());
                mismatches.push(self.mismatch(Some(name), None, Finding::new(MismatchKind::Missing, message)));
            }
        }
    }

    fn unknown_input(&self, name: &str, class: &Class) -> Option<Mismatch> {
        let has_parts = class.inputs.values().any(|input| input.kind == Kind::Anything);
        if has_parts || name.contains('.') {
            return None;
        }
        let known: Vec<&str> = class.inputs.keys().map(String::as_str).collect();
        let message = format!("`{}` has no input `{name}`; a server would ignore it", self.class);
        let finding = Finding::new(MismatchKind::NoInput, message).hint(format!("it has {}", words(&known)));
        let finding = if self.suggests { finding.suggest(name, known) } else { finding };
        Some(self.mismatch(Some(name), None, finding))
    }

    fn value(&self, name: &str, value: &Value, kind: &Kind) -> Option<Mismatch> {
        let finding = match is_link(value) {
            Some((from, slot)) => self.link(name, from, slot, kind)?,
            None => value::check(name, value, kind, self.suggests)?,
        };
        Some(self.mismatch(Some(name), Some(value), finding))
    }

    /// Why the output that is linked to an input has the wrong type, if it has.
    fn link(&self, name: &str, from: &str, slot: u64, kind: &Kind) -> Option<Finding> {
        let class = self.graph[from]["class_type"].as_str()?;
        let outputs = &self.catalogue.classes.get(class)?.outputs;
        let Some(given) = usize::try_from(slot).ok().and_then(|slot| outputs.get(slot)) else {
            let count = outputs.len();
            let message = format!("`{name}` is linked to output {slot} of node `{from}` ({class}), which has {count}");
            return Some(Finding::new(MismatchKind::Type, message).hint("outputs are counted from 0"));
        };
        let wanted = kind.link_type()?;
        let fits = wanted == "*"
            || given == "*"
            || given.split(',').any(|given| wanted.split(',').any(|wanted| wanted.trim() == given.trim()));
        let message = || format!("`{name}` takes {wanted}, but output {slot} of node `{from}` ({class}) is {given}");
        (!fits).then(|| Finding::new(MismatchKind::Type, message()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn server() -> Catalogue {
        let file = |name: &str| json!([[name, "b.safetensors"]]);
        Catalogue::read(&json!({
            "CheckpointLoaderSimple": { "input": { "required": { "ckpt_name": file("a.safetensors") } },
                "output": ["MODEL", "CLIP", "VAE"] },
            "KSampler": { "input": { "required": { "model": ["MODEL"], "seed": ["INT", { "min": 0, "max": u64::MAX }],
                "denoise": ["FLOAT", { "min": 0, "max": 1 }], "sampler_name": ["COMBO", { "options": ["euler", "lcm"] }] } },
                "output": ["LATENT"] },
            "SaveImage": { "input": { "required": { "images": ["IMAGE"], "filename_prefix": ["STRING", {}] } },
                "output": [], "output_node": true },
        }))
        .unwrap()
    }

    fn found(graph: &Value) -> Vec<(MismatchKind, String, Option<String>)> {
        server().check(graph).into_iter().map(|m| (m.kind, m.diagnostic.message, m.diagnostic.hint)).collect()
    }

    fn sampler(change: Value) -> Value {
        let mut inputs = json!({ "model": ["1", 0], "seed": u64::MAX, "denoise": 1, "sampler_name": "lcm" });
        for (key, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(inputs.as_object_mut().unwrap().remove(key)),
                value => inputs[key] = value.clone(),
            }
        }
        json!({ "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "a.safetensors" } },
            "2": { "class_type": "KSampler", "inputs": inputs } })
    }

    #[test]
    fn a_compatible_graph_has_no_mismatch() {
        assert_eq!(found(&sampler(json!({}))), []);
    }

    #[test]
    fn every_mismatch_has_a_message_and_a_hint() {
        let cases = [
            (json!({ "seed": -1 }), MismatchKind::Range, "`seed` is -1, but must be 0 to 18446744073709551615", None),
            (json!({ "seed": 1.0 }), MismatchKind::Type, "`seed` is 1.0, but must be a whole number", None),
            (json!({ "seed": "7" }), MismatchKind::Type, "`seed` is \"7\", but must be a whole number", None),
            (json!({ "seed": true }), MismatchKind::Type, "`seed` is true, but must be a whole number", None),
            (json!({ "denoise": 1.5 }), MismatchKind::Range, "`denoise` is 1.5, but must be 0 to 1", None),
            (
                json!({ "sampler_name": "eulerr" }),
                MismatchKind::Choice,
                "`sampler_name` is \"eulerr\", which is not among its choices",
                Some("did you mean `euler`?"),
            ),
            (
                json!({ "model": ["1", 1] }),
                MismatchKind::Type,
                "`model` takes MODEL, but output 1 of node `1` (CheckpointLoaderSimple) is CLIP",
                None,
            ),
            (
                json!({ "model": ["1", 3] }),
                MismatchKind::Type,
                "`model` is linked to output 3 of node `1` (CheckpointLoaderSimple), which has 3",
                Some("outputs are counted from 0"),
            ),
            (
                json!({ "model": "x" }),
                MismatchKind::Type,
                "`model` is \"x\", but must be a link to a MODEL output",
                None,
            ),
            (json!({ "seed": null }), MismatchKind::Missing, "`KSampler` needs the input `seed`: a whole number", None),
            (
                json!({ "denoize": 1 }),
                MismatchKind::NoInput,
                "`KSampler` has no input `denoize`; a server would ignore it",
                Some("did you mean `denoise`?"),
            ),
        ];
        for (change, kind, message, hint) in cases {
            let hint = hint.map(str::to_owned);
            assert_eq!(found(&sampler(change.clone())), [(kind, message.to_owned(), hint)], "{change}");
        }
    }

    #[test]
    fn missing_classes_and_files_name_where_they_come_from() {
        let mut graph = sampler(json!({}));
        graph["1"]["inputs"]["ckpt_name"] = json!("b.safetensor");
        graph["3"] = json!({ "class_type": "IPAdapterAdvanced", "inputs": {} });
        graph["4"] = json!({ "class_type": "VAEDecode", "inputs": {} });
        let mismatches = server().check(&graph);
        let hint = |m: &Mismatch| m.diagnostic.hint.clone().unwrap_or_default();
        let hints: Vec<(MismatchKind, String)> = mismatches.iter().map(|m| (m.kind, hint(m))).collect();
        let hint = "did you mean `b.safetensors`? Or put the file into `models/checkpoints` of ComfyUI, which has \
                    `a.safetensors`, `b.safetensors`";
        assert_eq!(hints[0], (MismatchKind::File, hint.to_owned()));
        assert_eq!((mismatches[0].folder, mismatches[0].near.as_deref()), (Some("checkpoints"), Some("b.safetensors")));
        assert!(hints[1].1.contains("ComfyUI_IPAdapter_plus"), "{hints:?}");
        assert!(hints[2].1.contains("core node"), "{hints:?}");
    }

    #[test]
    fn files_are_named_with_their_folders() {
        let graph = json!({
            "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "a.safetensors" } },
            "2": { "class_type": "ControlNetLoader", "inputs": { "control_net_name": "sub/c.safetensors" } },
            "3": { "class_type": "Unknown", "inputs": { "lora_name": "l.safetensors", "text": "d.safetensors" } },
            "4": { "class_type": "VAELoader", "inputs": { "vae_name": "pixel_space" } },
            "5": { "class_type": "UpscaleModelLoader", "inputs": { "model_name": "u.pth" } },
        });
        let wanted = [
            ("checkpoints", "a.safetensors"),
            ("controlnet", "sub/c.safetensors"),
            ("loras", "l.safetensors"),
            ("upscale_models", "u.pth"),
        ];
        let wanted = wanted.map(|(folder, name)| (folder.to_owned(), name.to_owned()));
        assert_eq!(files(&graph, Catalogue::recorded()), wanted);
    }
}
