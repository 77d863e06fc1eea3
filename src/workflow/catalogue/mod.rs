//! Classes of nodes with their inputs: those of a server, or the recorded core nodes of ComfyUI.

mod kind;
mod stream;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

pub use kind::{Kind, folder};

/// Classes of nodes by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// By class.
    pub classes: BTreeMap<String, Class>,
    /// It comes from a server, and what it lacks does not exist there. The record has core nodes only, and no files.
    pub is_complete: bool,
}

/// A class of nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Class {
    /// By name.
    pub inputs: BTreeMap<String, Input>,
    /// The types of its outputs, in order.
    pub outputs: Vec<String>,
    /// Whether it ends a graph.
    pub is_output: bool,
}

/// An input of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Whether a node must have it.
    pub required: bool,
    /// Its type.
    pub kind: Kind,
}

/// Why an answer of a server is not a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not what `/object_info` of a ComfyUI server answers: {0}")]
pub struct CatalogueError(String);

impl Catalogue {
    /// Reads the answer of `/object_info`. Choices come in two shapes; inputs of unknown shapes accept anything.
    pub fn read(object_info: &Value) -> Result<Self, CatalogueError> {
        let classes = object_info.as_object().ok_or_else(|| CatalogueError("it is not an object".to_owned()))?;
        if !classes.is_empty() && !classes.values().any(|class| class["input"].is_object()) {
            return Err(CatalogueError("no class in it has inputs".to_owned()));
        }
        let classes = classes.iter().map(|(name, class)| (name.clone(), from_server(name, class))).collect();
        Ok(Self { classes, is_complete: true })
    }

    /// The recorded core nodes, which every server has.
    pub fn recorded() -> &'static Self {
        static RECORDED: OnceLock<Catalogue> = OnceLock::new();
        RECORDED.get_or_init(|| {
            let text = include_str!("../../../workflows/classes.json");
            let file: Value = serde_json::from_str(text).unwrap_or_default();
            let classes = file["classes"].as_object().into_iter().flatten();
            let classes = classes.map(|(name, class)| (name.clone(), from_record(class, &file["lists"]))).collect();
            Self { classes, is_complete: false }
        })
    }

    /// The type of an input, if class and input are known.
    pub fn kind(&self, class: &str, input: &str) -> Option<&Kind> {
        Some(&self.classes.get(class)?.inputs.get(input)?.kind)
    }
}

/// A class in `/object_info` of a server.
fn from_server(name: &str, class: &Value) -> Class {
    let mut inputs = BTreeMap::new();
    for (group, required) in [("required", true), ("optional", false)] {
        for (input, shape) in class["input"][group].as_object().into_iter().flatten() {
            inputs.insert(input.clone(), Input { required, kind: Kind::from_server(name, input, shape) });
        }
    }
    Class { inputs, outputs: types(&class["output"]), is_output: class["output_node"] == true }
}

/// A class in `classes.json`.
fn from_record(class: &Value, lists: &Value) -> Class {
    let none = Map::new();
    let inputs = class["in"].as_object().unwrap_or(&none).iter().map(|(input, shape)| {
        let name = input.trim_end_matches('?');
        (name.to_owned(), Input { required: name.len() == input.len(), kind: Kind::from_record(shape, lists) })
    });
    Class { inputs: inputs.collect(), outputs: types(&class["out"]), is_output: class["end"] == true }
}

/// Types of outputs; an output that is a choice has a list of words.
fn types(outputs: &Value) -> Vec<String> {
    let outputs = outputs.as_array().into_iter().flatten();
    outputs.map(|output| output.as_str().unwrap_or("COMBO").to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_recorded_classes_are_complete() {
        let classes = &Catalogue::recorded().classes;
        assert!(classes.len() > 100, "{}", classes.len());
        let sampler = &classes["KSampler"];
        assert_eq!(sampler.inputs["seed"].kind, Kind::Whole { least: 0, most: u64::MAX.into() });
        assert_eq!(sampler.inputs["model"].kind, Kind::Link("MODEL".to_owned()));
        assert!(matches!(&sampler.inputs["sampler_name"].kind, Kind::Choice(names) if names.len() == 42));
        assert_eq!(sampler.outputs, ["LATENT"]);
        assert!(classes["SaveImage"].is_output && !sampler.is_output);
        assert!(!classes["ControlNetApplyAdvanced"].inputs["vae"].required);
        assert_eq!(classes["LoraLoader"].inputs["lora_name"].kind, Kind::File { folder: "loras", names: None });
        let strange = classes.iter().flat_map(|(name, class)| class.inputs.iter().map(move |input| (name, input)));
        let strange = strange.filter(|(_, (_, input))| matches!(&input.kind, Kind::Link(word) if word.contains(' ')));
        assert_eq!(strange.count(), 0);
    }

    #[test]
    fn both_shapes_of_choices_are_read() {
        let info = json!({ "X": { "input": {
            "required": {
                "old": [["a", "b"], {}],
                "new": ["COMBO", { "options": ["a", "b"] }],
                "remote": ["COMBO", { "remote": {} }],
                "lora_name": [["a.safetensors"]],
                "image": [["x.png"], { "image_upload": true }],
                "odd": 7,
            },
            "optional": { "n": ["INT", { "min": -1, "max": 18_446_744_073_709_551_615_u64 }], "x": ["FLOAT", { "min": 0, "max": 1.5 }] }
        }, "output": ["MODEL", ["a", "b"]], "output_node": true } });
        let class = &Catalogue::read(&info).unwrap().classes["X"];
        let choice = Kind::Choice(vec![json!("a"), json!("b")]);
        assert_eq!((&class.inputs["old"].kind, &class.inputs["new"].kind), (&choice, &choice));
        assert_eq!(class.inputs["remote"].kind, Kind::Anything);
        assert_eq!(class.inputs["odd"].kind, Kind::Anything);
        assert_eq!(class.inputs["image"].kind, Kind::Image);
        let names = Some(vec!["a.safetensors".to_owned()]);
        assert_eq!(class.inputs["lora_name"].kind, Kind::File { folder: "loras", names });
        assert_eq!(class.inputs["n"].kind, Kind::Whole { least: -1, most: u64::MAX.into() });
        assert_eq!(class.inputs["x"].kind, Kind::Number { least: 0.0, most: 1.5 });
        assert!(class.is_output && !class.inputs["n"].required);
        assert_eq!(class.outputs, ["MODEL", "COMBO"]);
    }

    #[test]
    fn another_answer_is_refused() {
        let refused = |value| Catalogue::read(&value).unwrap_err().0;
        assert_eq!(refused(json!([])), "it is not an object");
        assert_eq!(refused(json!({ "error": "x" })), "no class in it has inputs");
        assert!(Catalogue::read(&json!({})).unwrap().classes.is_empty());
    }
}
