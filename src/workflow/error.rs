//! Why a workflow cannot be used, and the next step.

use super::ValidationError;
use crate::plain_file::{FETCH, Refused};
use crate::words::diagnostic::Diagnostic;

/// Why a workflow cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// No file and no built-in workflow has the name.
    #[error("no workflow is called `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// `did you mean ..?`, if a built-in workflow has a near name.
        near: Option<String>,
    },
    /// The file of the workflow with that name cannot be used.
    #[error("`workflows/{0}.json` {1}")]
    File(String, FileError),
    /// A binding that the graph cannot have.
    #[error("{message}")]
    BadBinding {
        /// What is wrong.
        message: String,
        /// The next step.
        hint: String,
    },
    /// What an import cannot tell.
    #[error("{message}")]
    Unclear {
        /// What is unclear.
        message: String,
        /// How to say what is meant.
        hint: String,
    },
    /// A placeholder without a value.
    #[error("the workflow `{workflow}` has `{{{name}}}` in input `{input}` of node `{node}`, which has no value")]
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
    /// The workflow cannot take a part of its style.
    #[error("the workflow `{workflow}` has no place for {what} of its style")]
    NoPlace {
        /// The workflow.
        workflow: String,
        /// The part: `the LoRAs`.
        what: String,
        /// The next step.
        hint: String,
    },
}

/// Why the file of a workflow cannot be used; the text follows the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read; the text says why.
    #[error("{0}")]
    Unreadable(String),
    /// Git LFS did not fetch its content.
    #[error("is a Git LFS pointer, its content is not on this machine")]
    LfsPointer,
    /// It is not JSON.
    #[error("is not JSON: {0}")]
    NotJson(String),
    /// It is the form that the editor saves.
    #[error("is a workflow in the editor's own form, which a server does not run")]
    EditorForm,
    /// It is an image without a graph.
    #[error("is an image that has no graph of ComfyUI in it")]
    NoGraph,
    /// The values of some nodes have no names in the editor's form, and the catalogue does not know the nodes.
    #[error("is in the editor's form, whose values have no names, and no names are known for {0}")]
    Unnamed(String),
    /// It is not ComfyUI's API form.
    #[error("is not a workflow in ComfyUI's API form: {0}")]
    NotApi(String),
    /// It is larger than any graph that a person made; the text says where.
    #[error("{0}")]
    TooLarge(String),
    /// A server would refuse the graph, or never finish it.
    #[error("cannot run: {0}")]
    Invalid(ValidationError),
}

impl FileError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "workflow-unreadable",
            Self::LfsPointer => Refused::LfsPointer.code(),
            Self::NotJson(_) => "workflow-not-json",
            Self::EditorForm => "workflow-editor-form",
            Self::NoGraph => "workflow-no-graph",
            Self::Unnamed(_) => "workflow-unnamed-values",
            Self::NotApi(_) => "workflow-not-api",
            Self::TooLarge(_) => "workflow-too-large",
            Self::Invalid(error) => error.code(),
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::EditorForm => {
                "`dgx-pixels workflow import FILE` converts it, or export it in ComfyUI with Workflow > Export (API)"
            }
            Self::Unnamed(_) => {
                "name a server that has these nodes, `--server URL`, or export it there with Workflow > Export (API)"
            }
            Self::Unreadable(_) | Self::NotJson(_) | Self::NoGraph | Self::NotApi(_) => {
                "export it in ComfyUI with Workflow > Export (API), then `dgx-pixels workflow import FILE`"
            }
            Self::TooLarge(_) => "keep the nodes that make the image in a workflow of their own",
            Self::LfsPointer => FETCH,
            Self::Invalid(error) => error.hint(),
        }
    }
}

impl WorkflowError {
    /// A stable name in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-workflow",
            Self::File(_, error) => error.code(),
            Self::BadBinding { .. } => "bad-binding",
            Self::Unclear { .. } => "workflow-unclear",
            Self::NoValue { .. } => "missing-param",
            Self::NoPlace { .. } => "no-place",
        }
    }

    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { name, near } => near.clone().unwrap_or_else(|| {
                format!("put it at `workflows/{name}.json`; `dgx-pixels workflow list` shows the built-in ones")
            }),
            Self::File(_, error) => error.hint().to_owned(),
            Self::NoValue { name, .. } => format!(
                "set it in the style, `params = {{ {name} = .. }}`, or in the node: `\"_meta\": {{ \"defaults\": \
                 {{ \"{name}\": .. }} }}`"
            ),
            Self::NoPlace { hint, .. } | Self::BadBinding { hint, .. } | Self::Unclear { hint, .. } => hint.clone(),
        }
    }

    /// The error as data.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.code(), self.to_string()).hint(self.hint())
    }
}
