//! `dgx-pixels lock resolve`.

use super::args::{Global, Lock, LockCommand};
use super::{Exit, project, report, style};
use crate::session;
use crate::words::lock::Side;

/// Resolves merge conflicts in `pixels.lock`.
pub(super) fn run(global: &Global, args: &Lock) -> session::Result<Exit> {
    let LockCommand::Resolve { ours, theirs } = args.command;
    let prefer = match (ours, theirs) {
        (true, _) => Some(Side::Ours),
        (_, true) => Some(Side::Theirs),
        _ => None,
    };
    let resolved = project::operate_on_default(global, |operation| session::resolve(operation, prefer))?;
    report::value(global, "resolved", &resolved, |resolved| {
        style::out(match resolved.conflict {
            true => "pixels.lock holds both sides now; run `dgx-pixels build`, then commit",
            false => "pixels.lock holds no conflict; nothing to do",
        });
    });
    Ok(Exit::Success)
}
