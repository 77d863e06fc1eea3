//! `dgx-pixels rm`.

use super::args::{Global, Rm};
use super::{Exit, project, report, style};
use crate::session;

/// Removes assets from the manifest.
pub(super) fn run(global: &Global, args: &Rm) -> session::Result<Exit> {
    let removed = project::operate_on_default(global, |operation| session::remove(operation, &args.names))?;
    report::value(global, "removed-assets", &removed, |removed| {
        let next = match removed.files {
            0 => String::new(),
            files => format!("; `dgx-pixels build` removes {}", style::count(files, "file", "files")),
        };
        style::out(&format!("removed {} from {}{next}", removed.names.join(", "), removed.manifest.join(", ")));
    });
    Ok(Exit::Success)
}
