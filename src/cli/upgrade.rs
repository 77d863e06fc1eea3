//! `dgx-pixels upgrade`: built-ins move to their newest versions when a person says so.

use super::args::Global;
use super::{Exit, project, style};
use crate::session::{self, Look, Options};

/// Says which built-ins are in use; every one has a single version so far, so nothing can move.
pub fn run(global: &Global) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let (_, state) = session::open(&root, &Options::default(), Look::Lock)?;
    let mut used: Vec<&String> = state.lock.entries.values().flat_map(|entry| &entry.with).collect();
    used.sort();
    used.dedup();
    let used: Vec<&str> = used.into_iter().map(String::as_str).collect();
    if used.is_empty() {
        style::out("no built-in is in use yet");
    } else {
        style::out(&format!("{}: each is the newest version", used.join(", ")));
    }
    Ok(Exit::Success)
}
