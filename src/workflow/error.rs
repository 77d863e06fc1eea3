//! Why a workflow cannot be used, and the next step.

use super::{BUILT_IN, Fault};
use crate::words::suggest::{nearest, words};

/// Why a workflow cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// No file and no built-in has the name.
    #[error("there is no workflow called `{0}`")]
    Unknown(String),
    /// The file cannot be read; the text says why.
    #[error("`workflows/{0}.json` {1}")]
    Unreadable(String, String),
    /// It is no JSON.
    #[error("`workflows/{0}.json` is not JSON: {1}")]
    NotJson(String, String),
    /// It is what the editor saves.
    #[error("`workflows/{0}.json` is a workflow in the editor's own form, which a server does not run")]
    EditorForm(String),
    /// It is not ComfyUI's API form.
    #[error("`workflows/{0}.json` is not a workflow in ComfyUI's API form: {1}")]
    NotApi(String, String),
    /// A server would refuse it, or choke on it.
    #[error("`workflows/{0}.json` cannot run: {1}")]
    Unsound(String, Fault),
    /// A binding that cannot be.
    #[error("{message}")]
    BadBinding {
        /// The workflow.
        workflow: String,
        /// What cannot be.
        message: String,
        /// The next step.
        hint: String,
    },
    /// A placeholder that nothing fills.
    #[error(
        "the workflow `{workflow}` has `{{{name}}}` in input `{input}` of node `{node}`, and no value is called so"
    )]
    NoValue {
        /// The workflow.
        workflow: String,
        /// The node's id.
        node: String,
        /// The input.
        input: String,
        /// The placeholder's name.
        name: String,
    },
    /// The style has what the workflow has no place for.
    #[error("the workflow `{workflow}` has no place for {what} of its style")]
    NoPlace {
        /// The workflow.
        workflow: String,
        /// What has no place: `the LoRAs`.
        what: String,
        /// The next step.
        hint: String,
    },
}

impl WorkflowError {
    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(name) => {
                let known: Vec<&str> = BUILT_IN.iter().map(|built_in| built_in.name).collect();
                match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("put it at `workflows/{name}.json`, or use {}, which are built in", words(&known)),
                }
            }
            Self::Unreadable(..) | Self::NotJson(..) | Self::EditorForm(_) | Self::NotApi(..) => {
                "export it in ComfyUI with Workflow > Export (API), then `dgx-pixels workflow import FILE`".to_owned()
            }
            Self::Unsound(_, fault) => fault.hint.clone(),
            Self::NoValue { name, .. } => format!(
                "give it one in the style, `params = {{ {name} = .. }}`, or in the node: `\"_meta\": {{ \"defaults\": \
                 {{ \"{name}\": .. }} }}`"
            ),
            Self::NoPlace { hint, .. } | Self::BadBinding { hint, .. } => hint.clone(),
        }
    }
}
