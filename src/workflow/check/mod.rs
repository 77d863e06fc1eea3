//! A graph held against what a server knows: every class, input, range and file, all misfits at once.

mod packages;
mod value;

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{Catalogue, Class, Kind, folder};
use crate::words::suggest::{nearest, words};
use crate::workflow::is_link;

pub use crate::workflow::{Fault, sound};

/// One thing in a graph that does not fit a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// What is wrong, for those who decide.
    pub wrong: Wrong,
    /// The node's id.
    pub node: String,
    /// The node's class.
    pub class: String,
    /// The input, if it is about one.
    pub input: Option<String>,
    /// What stands there, if it is about that.
    pub value: Option<Value>,
    /// What is wrong, lower case, names in backticks.
    pub message: String,
    /// The next step, if one is known.
    pub hint: Option<String>,
}

/// What is wrong with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// The server does not have the class.
    NoClass,
    /// The class does not have the input.
    NoInput,
    /// The node lacks an input that the class requires.
    Missing,
    /// Something of another type stands there.
    Type,
    /// The number is too small or too large.
    Range,
    /// It is not among the choices.
    Choice,
    /// The server does not have the file.
    File,
}

impl Catalogue {
    /// Everything in a graph that does not fit. What a request fills (seed, pictures) has to be filled.
    pub fn check(&self, graph: &Value) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for (id, node) in graph.as_object().into_iter().flatten() {
            let class = node["class_type"].as_str().unwrap_or_default();
            let at = Node { id, class, graph, catalogue: self };
            match self.classes.get(class) {
                Some(known) => at.check(node, known, &mut misfits),
                None => misfits.push(at.no_class()),
            }
        }
        misfits
    }
}

/// The model files that a graph names: the folder of ComfyUI's models, and the name there.
pub fn files(graph: &Value, catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    for node in graph.as_object().into_iter().flat_map(|nodes| nodes.values()) {
        let class = node["class_type"].as_str().unwrap_or_default();
        for (input, value) in node["inputs"].as_object().into_iter().flatten() {
            let of_class = match catalogue.kind(class, input) {
                Some(Kind::File { folder, .. }) => Some(*folder),
                Some(_) => None,
                None => folder(class, input),
            };
            // Loaders have words of their own beside files (`pixel_space`).
            let name = value.as_str().filter(|name| name.contains('.'));
            found.extend(of_class.zip(name).map(|(folder, name)| (folder.to_owned(), name.to_owned())));
        }
    }
    found.into_iter().collect()
}

/// A node that is being checked.
struct Node<'a> {
    id: &'a str,
    class: &'a str,
    graph: &'a Value,
    catalogue: &'a Catalogue,
}

impl Node<'_> {
    fn misfit(&self, wrong: Wrong, input: Option<&str>, message: String) -> Misfit {
        let (node, class) = (self.id.to_owned(), self.class.to_owned());
        Misfit { wrong, node, class, input: input.map(str::to_owned), value: None, message, hint: None }
    }

    fn no_class(&self) -> Misfit {
        let class = self.class;
        let known = self.catalogue.classes.keys().map(String::as_str);
        let near = nearest(class, known).map(|near| format!("did you mean `{near}`?"));
        let (message, hint) = if !self.catalogue.is_a_server_s {
            let message = format!("`{class}` is not among the core nodes that are recorded here");
            (message, packages::of(class).map(|package| format!("it is a node of {package}")).or(near))
        } else if Catalogue::recorded().classes.contains_key(class) {
            let hint = "it is a core node of ComfyUI: update the server, and look at what it says when it starts";
            (format!("the server has no node `{class}`"), Some(hint.to_owned()))
        } else {
            let package = packages::of(class).map(|package| format!("install {package} on the server"));
            (format!("the server has no node `{class}`"), package.or(near))
        };
        Misfit { hint, ..self.misfit(Wrong::NoClass, None, message) }
    }

    fn check(&self, node: &Value, class: &Class, misfits: &mut Vec<Misfit>) {
        let Some(inputs) = node["inputs"].as_object() else { return };
        for (name, value) in inputs {
            match class.inputs.get(name) {
                Some(input) => misfits.extend(self.value(name, value, &input.kind)),
                None => misfits.extend(self.no_input(name, class)),
            }
        }
        for (name, input) in class.inputs.iter().filter(|(_, input)| input.required) {
            // Parts of these have names of their own.
            if !inputs.contains_key(name) && input.kind != Kind::Anything {
                let message = format!("`{}` needs the input `{name}`: {}", self.class, input.kind.words());
                misfits.push(self.misfit(Wrong::Missing, Some(name), message));
            }
        }
    }

    fn no_input(&self, name: &str, class: &Class) -> Option<Misfit> {
        let has_parts = class.inputs.values().any(|input| input.kind == Kind::Anything);
        if has_parts || name.contains('.') {
            return None;
        }
        let known: Vec<&str> = class.inputs.keys().map(String::as_str).collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", words(&known)),
        };
        let message = format!("`{}` has no input `{name}`, and a server would ignore it", self.class);
        Some(Misfit { hint: Some(hint), ..self.misfit(Wrong::NoInput, Some(name), message) })
    }

    fn value(&self, name: &str, value: &Value, kind: &Kind) -> Option<Misfit> {
        let found = match is_link(value) {
            Some((from, slot)) => self.link(name, from, slot, kind),
            None => value::misfit(name, value, kind),
        };
        let (wrong, message, hint) = found?;
        Some(Misfit { value: Some(value.clone()), hint, ..self.misfit(wrong, Some(name), message) })
    }

    /// Whether what a link gives is what its input takes.
    fn link(&self, name: &str, from: &str, slot: u64, kind: &Kind) -> Option<value::Found> {
        let class = self.graph[from]["class_type"].as_str()?;
        let outputs = &self.catalogue.classes.get(class)?.outputs;
        let Some(given) = usize::try_from(slot).ok().and_then(|slot| outputs.get(slot)) else {
            let count = outputs.len();
            let message = format!("`{name}` is linked to output {slot} of node `{from}` ({class}), which has {count}");
            return Some((Wrong::Type, message, Some("outputs are counted from 0".to_owned())));
        };
        let wanted = kind.link_type()?;
        let fits = wanted == "*"
            || given == "*"
            || given.split(',').any(|given| wanted.split(',').any(|wanted| wanted.trim() == given.trim()));
        (!fits).then(|| {
            let message =
                format!("`{name}` takes {wanted}, and output {slot} of node `{from}` ({class}) gives {given}");
            (Wrong::Type, message, None)
        })
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

    fn told(graph: &Value) -> Vec<(Wrong, String, Option<String>)> {
        server().check(graph).into_iter().map(|m| (m.wrong, m.message, m.hint)).collect()
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
    fn what_fits_has_no_misfit() {
        assert_eq!(told(&sampler(json!({}))), []);
    }

    #[test]
    fn every_misfit_is_told_with_a_way_out() {
        let cases = [
            (json!({ "seed": -1 }), Wrong::Range, "`seed` is -1, and 0 to 18446744073709551615 is possible", None),
            (json!({ "seed": 1.0 }), Wrong::Type, "`seed` is 1.0, and a whole number is wanted", None),
            (json!({ "seed": "7" }), Wrong::Type, "`seed` is \"7\", and a whole number is wanted", None),
            (json!({ "seed": true }), Wrong::Type, "`seed` is true, and a whole number is wanted", None),
            (json!({ "denoise": 1.5 }), Wrong::Range, "`denoise` is 1.5, and 0 to 1 is possible", None),
            (
                json!({ "sampler_name": "eulerr" }),
                Wrong::Choice,
                "`sampler_name` is \"eulerr\", which is not among its choices",
                Some("did you mean `euler`?"),
            ),
            (
                json!({ "model": ["1", 1] }),
                Wrong::Type,
                "`model` takes MODEL, and output 1 of node `1` (CheckpointLoaderSimple) gives CLIP",
                None,
            ),
            (
                json!({ "model": ["1", 3] }),
                Wrong::Type,
                "`model` is linked to output 3 of node `1` (CheckpointLoaderSimple), which has 3",
                Some("outputs are counted from 0"),
            ),
            (
                json!({ "model": "x" }),
                Wrong::Type,
                "`model` is \"x\", and a link to a node that gives MODEL is wanted",
                None,
            ),
            (json!({ "seed": null }), Wrong::Missing, "`KSampler` needs the input `seed`: a whole number", None),
            (
                json!({ "denoize": 1 }),
                Wrong::NoInput,
                "`KSampler` has no input `denoize`, and a server would ignore it",
                Some("did you mean `denoise`?"),
            ),
        ];
        for (change, wrong, message, hint) in cases {
            let hint = hint.map(str::to_owned);
            assert_eq!(told(&sampler(change.clone())), [(wrong, message.to_owned(), hint)], "{change}");
        }
    }

    #[test]
    fn missing_classes_and_files_name_where_they_come_from() {
        let mut graph = sampler(json!({}));
        graph["1"]["inputs"]["ckpt_name"] = json!("b.safetensor");
        graph["3"] = json!({ "class_type": "IPAdapterAdvanced", "inputs": {} });
        graph["4"] = json!({ "class_type": "VAEDecode", "inputs": {} });
        let misfits = server().check(&graph);
        let hints: Vec<(Wrong, &str)> = misfits.iter().map(|m| (m.wrong, m.hint.as_deref().unwrap_or(""))).collect();
        assert_eq!(hints[0], (Wrong::File, "did you mean `b.safetensors`?"));
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
