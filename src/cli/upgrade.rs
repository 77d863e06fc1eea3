//! `dgx-pixels upgrade`: moves locked assets to the newest built-in presets and workflows.

use super::args::Global;
use super::{Exit, project, report, style};
use crate::session::{self, Upgraded};
use crate::words::text::printable;

/// Upgrades, and prints what moved.
pub(super) fn run(global: &Global) -> session::Result<Exit> {
    let upgraded = project::operate_on_default(global, session::upgrade)?;
    report::result(global, "upgraded", &upgraded, print);
    Ok(Exit::Success)
}

fn print(upgraded: &Upgraded) {
    for moved in &upgraded.moved {
        style::out(&printable(&format!("{}: {} -> {}", moved.asset, moved.from, moved.to)));
    }
    let in_use: Vec<&str> = upgraded.in_use.iter().map(String::as_str).collect();
    if !upgraded.moved.is_empty() {
        style::hint("`dgx-pixels plan` shows what the next build makes");
    } else if in_use.is_empty() {
        style::out("no asset uses a built-in preset or workflow yet");
    } else {
        style::out(&printable(&format!("{}: each is the newest version", in_use.join(", "))));
    }
}
