//! The one place that binds workflows: the graph of an ask, and what is put into it when it is sent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::manifest::ComfyAsk;
use crate::plan::workflow::{self, WorkflowError};

/// A graph that lacks only seed, prefix and uploaded pictures.
#[derive(Clone, Debug)]
pub struct Binding(Value);

impl Binding {
    /// Binds an ask.
    pub fn new(ask: &ComfyAsk, workflows: &BTreeMap<String, Value>) -> Result<Self, WorkflowError> {
        workflow::bind(ask, workflows).map(Self)
    }

    /// The graph as it is keyed.
    pub fn graph(&self) -> &Value {
        &self.0
    }

    /// The graph to be sent.
    pub fn filled(&self, seed: u64, prefix: &str, _images: &BTreeMap<String, String>) -> Value {
        let mut graph = self.0.clone();
        for node in graph.as_object_mut().into_iter().flat_map(|nodes| nodes.values_mut()) {
            if node["class_type"] == "KSampler" && node["inputs"]["seed"] == "{seed}" {
                node["inputs"]["seed"] = json!(seed);
            }
            if node["class_type"] == "SaveImage" && node["inputs"]["filename_prefix"] == "{prefix}" {
                node["inputs"]["filename_prefix"] = json!(prefix);
            }
        }
        graph
    }

    /// The nodes whose images are the answer.
    pub fn outputs(&self) -> Vec<String> {
        let nodes = self.0.as_object().into_iter().flatten();
        nodes.filter(|(_, node)| node["class_type"] == "SaveImage").map(|(id, _)| id.clone()).collect()
    }
}
