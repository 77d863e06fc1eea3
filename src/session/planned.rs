//! An open project as a plan sees it.

use super::workspace::Workspace;
use crate::plan::{Planner, State};

/// The manifest with its files, the planner, and what is there.
pub(super) struct Planned<'a> {
    pub workspace: &'a Workspace,
    pub planner: &'a Planner<'a>,
    pub state: &'a State,
}
