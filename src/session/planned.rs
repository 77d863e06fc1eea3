//! An open project as a plan sees it.

use super::Opened;
use super::workspace::Workspace;
use crate::plan::{Planner, State};

/// The manifest with its files, the planner, and what is there.
pub(super) struct Planned<'a> {
    pub workspace: &'a Workspace,
    pub planner: &'a Planner<'a>,
    pub state: &'a State,
    /// What readers keep of it, if it was opened for reading.
    pub opened: Option<&'a Opened>,
}
