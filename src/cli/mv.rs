//! `dgx-pixels mv`.

use super::args::{Global, Mv};
use super::{Exit, project, report, style};
use crate::session;

/// Renames an asset.
pub(super) fn run(global: &Global, args: &Mv) -> session::Result<Exit> {
    let renamed = project::operate_on_default(global, |operation| session::rename(operation, &args.from, &args.to))?;
    report::value(global, "renamed", &renamed, |renamed| {
        let next = if renamed.made { "; `dgx-pixels build` renames its files" } else { "" };
        style::out(&format!("{} is {} now{next}", renamed.from, renamed.to));
    });
    Ok(Exit::Success)
}
