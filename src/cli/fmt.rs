//! `dgx-pixels fmt`.

use super::args::{Fmt, Global};
use super::{Exit, project, report, style};
use crate::session;
use crate::words::text::printable;

/// Writes the manifest in one way, or says which files are written in another one.
pub(super) fn run(global: &Global, args: &Fmt) -> session::Result<Exit> {
    let formatted = project::operate_on_default(global, |operation| session::format_manifest(operation, args.check))?;
    report::value(global, "formatted", &formatted, |formatted| {
        let did = if formatted.written { "formatted" } else { "would format" };
        for file in &formatted.files {
            style::out(&format!("{did} {}", printable(file)));
        }
    });
    Ok(if args.check && !formatted.files.is_empty() { Exit::Stale } else { Exit::Success })
}
