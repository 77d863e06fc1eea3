//! `dgx-pixels adopt`: an edited output becomes the source of its asset.

use super::args::{Adopt, Global};
use super::{Exit, project, report, style};
use crate::session;
use crate::words::text::printable;

/// Adopts a file; nothing is built.
pub(super) fn run(global: &Global, args: &Adopt) -> session::Result<Exit> {
    // A path of the current folder comes first, as in every command line.
    let file = args.file.canonicalize().unwrap_or_else(|_| args.file.clone());
    let adopted = project::operate_on_default(global, |operation| session::adopt(operation, &file))?;
    report::value(global, "adopted-output", &adopted, |adopted| {
        let text = format!(
            "{} is made from {} now ({}); its generated candidates stay in the lock",
            adopted.name, adopted.source, adopted.manifest
        );
        style::out(&printable(&text));
    });
    Ok(Exit::Success)
}
