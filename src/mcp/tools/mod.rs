//! The tools, one file for those that belong together.

mod build;
mod choose;
mod compare;
mod game;
mod look;
mod make;

use std::sync::OnceLock;

use super::tool::Tool;

/// All tools, in the order in which they are listed.
pub(super) fn all() -> &'static [Tool] {
    static ALL: OnceLock<Vec<Tool>> = OnceLock::new();
    let groups = [build::tools, make::tools, look::tools, choose::tools, compare::tools, game::tools];
    ALL.get_or_init(|| groups.iter().flat_map(|tools| tools()).collect())
}
