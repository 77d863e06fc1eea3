//! The arguments of `dgx-pixels workflow`.

use std::path::PathBuf;

/// List, show, import and check ComfyUI workflows
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WorkflowArgs {
    #[command(subcommand)]
    pub command: WorkflowCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum WorkflowCommand {
    /// List the built-in workflows and those of the project
    List,
    /// Print the file of a workflow
    Show {
        /// A built-in workflow, or one of the project
        name: String,
    },
    /// Import a graph of ComfyUI: an export, a file of the editor, or an image with the graph in it
    Import(Import),
    /// Check workflows against the nodes of a server, or against the recorded core nodes of ComfyUI
    Check(WorkflowCheck),
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Import {
    /// JSON of Workflow > Export (API) or Workflow > Save, or a PNG that ComfyUI saved
    pub file: PathBuf,
    /// Name in the manifest [default: the file's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Bind a placeholder (prompt, seed ..) to a node, name the `output`, or `keep` a text as it is
    #[arg(long, value_name = "NAME=NODE[.INPUT]")]
    pub bind: Vec<String>,
    /// ComfyUI server that has the file's nodes; its login is read from `pixels.local.toml`
    #[arg(long, value_name = "URL", conflicts_with = "object_info")]
    pub server: Option<String>,
    /// File with the response of such a server's `/object_info`
    #[arg(long, value_name = "FILE")]
    pub object_info: Option<PathBuf>,
    /// Overwrite an existing workflow
    #[arg(long)]
    pub force: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WorkflowCheck {
    /// Names of workflows [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// ComfyUI server to check against; its login is read from `pixels.local.toml`
    #[arg(long, value_name = "URL", conflicts_with = "object_info")]
    pub server: Option<String>,
    /// File with the response of a server's `/object_info`
    #[arg(long, value_name = "FILE")]
    pub object_info: Option<PathBuf>,
}
