//! Classes of nodes with their inputs: those of a server, or the recorded core nodes of ComfyUI.

mod kind;
mod record;
mod stream;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

pub use kind::{Kind, folder};
use record::{Record, from_record};

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
    /// The names of its inputs in the order of the editor; empty if a server does not tell it.
    pub order: Vec<String>,
    /// The types of its outputs, in order.
    pub outputs: Vec<String>,
    /// The names of its outputs, in order.
    pub output_names: Vec<String>,
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
    /// A field of the editor's node; the others are sockets for links alone.
    pub is_field: bool,
    /// What a field has at first, if that is known.
    pub default: Option<Value>,
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
            let Record { lists, classes } = serde_json::from_str(text).unwrap_or_default();
            let classes = classes.into_iter().map(|(name, class)| (name, from_record(class, &lists))).collect();
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
    let mut order = Vec::new();
    for (group, required) in [("required", true), ("optional", false)] {
        for (input, shape) in class["input"][group].as_object().into_iter().flatten() {
            let (kind, is_field) = (Kind::from_server(name, input, shape), kind::is_field(shape));
            let default = kind::default(shape).filter(|_| is_field);
            inputs.insert(input.clone(), Input { required, kind, is_field, default });
        }
        let names = class["input_order"][group].as_array().into_iter().flatten();
        order.extend(names.filter_map(Value::as_str).filter(|name| inputs.contains_key(*name)).map(str::to_owned));
    }
    let order = if order.len() == inputs.len() { order } else { Vec::new() };
    let outputs = types(&class["output"]);
    let output_names = named(&class["output_name"], &outputs);
    Class { inputs, order, outputs, output_names, is_output: class["output_node"] == true }
}

/// Names of outputs; one without a name has that of its type.
fn named(names: &Value, types: &[String]) -> Vec<String> {
    let name = |(at, of): (usize, &String)| names[at].as_str().filter(|name| !name.is_empty()).unwrap_or(of).to_owned();
    types.iter().enumerate().map(name).collect()
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
        assert_eq!(sampler.order[..3], ["model", "seed", "steps"]);
        let default = |class: &str, input: &str| classes[class].inputs[input].default.clone();
        assert_eq!(default("KSampler", "steps"), Some(json!(20)));
        assert_eq!(default("KSampler", "cfg"), Some(json!(8.0)));
        assert_eq!(default("UNETLoader", "weight_dtype"), Some(json!("default")));
        assert_eq!(default("CLIPTextEncode", "text"), None);
        assert!(sampler.inputs["seed"].is_field && !sampler.inputs["model"].is_field);
        assert_eq!(classes["ControlNetApplyAdvanced"].output_names, ["positive", "negative"]);
        assert_eq!(sampler.output_names, ["LATENT"]);
        for (name, class) in classes {
            assert_eq!(
                (class.order.len(), class.output_names.len()),
                (class.inputs.len(), class.outputs.len()),
                "{name}"
            );
        }
    }

    #[test]
    fn both_shapes_of_choices_are_read() {
        let info = json!({ "X": { "input": {
            "required": {
                "old": [["a", "b"], {}],
                "new": ["COMBO", { "options": ["a", "b"], "default": "b" }],
                "remote": ["COMBO", { "remote": {} }],
                "lora_name": [["a.safetensors"]],
                "image": [["x.png"], { "image_upload": true }],
                "odd": 7,
            },
            "optional": { "n": ["INT", { "default": 7, "min": -1, "max": 18_446_744_073_709_551_615_u64 }], "x": ["FLOAT", { "min": 0, "max": 1.5 }] }
        }, "input_order": { "required": ["remote", "old", "new", "lora_name", "image", "odd"], "optional": ["n", "x"] },
            "output": ["MODEL", ["a", "b"], "CONDITIONING"], "output_name": ["MODEL", "", "negative"],
            "output_node": true } });
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
        assert_eq!(class.outputs, ["MODEL", "COMBO", "CONDITIONING"]);
        assert_eq!(class.output_names, ["MODEL", "COMBO", "negative"]);
        assert_eq!(class.order, ["remote", "old", "new", "lora_name", "image", "odd", "n", "x"]);
        let default = |name: &str| class.inputs[name].default.clone();
        assert_eq!(
            (default("old"), default("new"), default("n")),
            (Some(json!("a")), Some(json!("b")), Some(json!(7)))
        );
        let fields = class.inputs.iter().filter(|(_, input)| input.is_field).map(|(name, _)| name.as_str());
        assert_eq!(fields.collect::<Vec<_>>(), ["image", "lora_name", "n", "new", "old", "remote", "x"]);
    }

    #[test]
    fn another_answer_is_refused() {
        let refused = |value| Catalogue::read(&value).unwrap_err().0;
        assert_eq!(refused(json!([])), "it is not an object");
        assert_eq!(refused(json!({ "error": "x" })), "no class in it has inputs");
        assert!(Catalogue::read(&json!({})).unwrap().classes.is_empty());
    }
}
