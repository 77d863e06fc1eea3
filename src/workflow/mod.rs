//! Workflows: ComfyUI graphs in API form with placeholders, built in or files of the project in `workflows/`.
//!
//! A placeholder is a string that is `{name}` as a whole. Where it stands is read from the file once; what is put there
//! is put by that path, so no text of a prompt is ever read as one.

mod bind;
pub mod catalogue;
pub mod check;
mod error;
pub mod import;
pub mod models;
mod placeholder;
mod sound;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

pub use bind::{Bound, bind};
pub use catalogue::Catalogue;
pub use check::{Misfit, Wrong, files};
pub use error::WorkflowError;
pub use import::{Imported, import};
pub use placeholder::{FIELDS, Meaning, Open, Placeholder, open};
pub(crate) use sound::needed;
pub use sound::{Fault, is_link, is_output, outputs, sound};

/// A workflow of ours. An old version stays when a new one is added, so that locks mean the same for ever.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its word in the manifest.
    pub name: &'static str,
    /// Its version: `sdxl@1`.
    pub version: u32,
    /// What it is for, in one line.
    pub about: &'static str,
    /// The graph, as its file has it.
    pub text: &'static str,
}

impl BuiltIn {
    /// The graph, read once.
    pub fn graph(&self) -> &'static Value {
        static GRAPHS: OnceLock<BTreeMap<(&str, u32), Value>> = OnceLock::new();
        let graphs = GRAPHS.get_or_init(|| {
            let read = |one: BuiltIn| ((one.name, one.version), parse(one.name, one.text).unwrap_or_default());
            BUILT_IN.into_iter().map(read).collect()
        });
        graphs.get(&(self.name, self.version)).unwrap_or(&Value::Null)
    }
}

/// The workflows that are built in.
pub const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        name: "sdxl",
        version: 1,
        about: "a picture from its prompt",
        text: include_str!("../../workflows/sdxl.json"),
    },
    BuiltIn {
        name: "sdxl-img2img",
        version: 1,
        about: "a picture from its prompt and another picture",
        text: include_str!("../../workflows/sdxl-img2img.json"),
    },
    BuiltIn {
        name: "sdxl-inpaint",
        version: 1,
        about: "a picture that is drawn anew where its mask is white",
        text: include_str!("../../workflows/sdxl-inpaint.json"),
    },
    BuiltIn {
        name: "sdxl-controlnet",
        version: 1,
        about: "a picture from its prompt, held to a pose or another control image",
        text: include_str!("../../workflows/sdxl-controlnet.json"),
    },
];

/// The newest built-in workflow of that name.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    static ALL: [BuiltIn; 4] = BUILT_IN;
    ALL.iter().filter(|built_in| built_in.name == name).max_by_key(|built_in| built_in.version)
}

/// Where the file of a project's own workflow lies, relative to the project.
pub fn path(name: &str) -> String {
    format!("workflows/{name}.json")
}

/// Reads a workflow's text: a graph in API form that a server could run once its placeholders have values.
pub fn parse(name: &str, text: &str) -> Result<Value, WorkflowError> {
    let graph = read(name, text)?;
    match sound(&graph).into_iter().next() {
        None => Ok(graph),
        Some(fault) => Err(WorkflowError::Unsound(name.to_owned(), fault)),
    }
}

/// Reads a text as a graph in API form, whatever its links say.
pub fn read(name: &str, text: &str) -> Result<Value, WorkflowError> {
    let not_api = |why: &str| WorkflowError::NotApi(name.to_owned(), why.to_owned());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let graph: Value =
        serde_json::from_str(text).map_err(|error| WorkflowError::NotJson(name.to_owned(), error.to_string()))?;
    let nodes = graph.as_object().ok_or_else(|| not_api("it is not an object of nodes"))?;
    if nodes.get("nodes").is_some_and(Value::is_array) {
        return Err(WorkflowError::EditorForm(name.to_owned()));
    }
    if nodes.is_empty() {
        return Err(not_api("it has no node"));
    }
    for (id, node) in nodes {
        if !node["class_type"].is_string() || !node["inputs"].is_object() {
            return Err(not_api(&format!("node `{id}` has no `class_type` or no `inputs`")));
        }
    }
    Ok(graph)
}

/// A node's title, in lower case.
pub fn title(node: &Value) -> String {
    node["_meta"]["title"].as_str().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_workflows_are_sound_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for built_in in BUILT_IN {
            assert!(seen.insert((built_in.name, built_in.version)), "{} twice", built_in.name);
            let graph = parse(built_in.name, built_in.text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(outputs(&graph), ["save"], "{}", built_in.name);
        }
    }

    #[test]
    fn what_is_no_workflow_is_told_as_what_it_is() {
        let cases = [
            ("", "is not JSON"),
            ("{", "is not JSON"),
            ("[]", "not an object of nodes"),
            ("{}", "no node"),
            ("{\"nodes\": [], \"links\": []}", "editor's own form"),
            ("{\"1\": {\"inputs\": {}}}", "node `1` has no `class_type`"),
            ("{\"1\": {\"class_type\": \"KSampler\"}}", "node `1` has no `class_type` or no `inputs`"),
            ("{\"1\": {\"class_type\": \"KSampler\", \"inputs\": {}}}", "no node saves a picture"),
        ];
        for (text, message) in cases {
            let error = parse("own", text).unwrap_err();
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(!error.hint().is_empty());
        }
    }
}
