//! The tools, one file for those that belong together.

mod build;
mod look;

use std::sync::OnceLock;

use super::tool::Tool;

/// All tools, in the order in which they are listed.
pub(super) fn all() -> &'static [Tool] {
    static ALL: OnceLock<Vec<Tool>> = OnceLock::new();
    ALL.get_or_init(|| build::tools().into_iter().chain(look::tools()).collect())
}
