//! `dgx-pixels mcp`: the project for assistants, over the Model Context Protocol.

use super::args::{Global, Mcp};
use super::{Exit, project};
use crate::mcp::{Options, serve_stdio};
use crate::session::{self, Project};

/// Serves one client on standard input and output.
pub(super) fn run(global: &Global, args: &Mcp) -> session::Result<Exit> {
    let (root, profile) = (project::root(global)?, args.profile.name());
    let project = Project::open(&root, profile.as_deref())?;
    let options = Options { budget: args.budget, read_only: args.read_only, bound: args.bound };
    serve_stdio(&project, options)?;
    Ok(Exit::Success)
}
