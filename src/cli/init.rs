//! `dgx-pixels init`: a project that builds at once.

use super::args::{Global, Init};
use super::{Exit, project, report, style};
use crate::session::{self, Generator, NewProject};

/// Begins a project.
pub(super) fn run(global: &Global, args: &Init) -> session::Result<Exit> {
    let folder = args.folder.clone().unwrap_or_else(|| ".".into());
    let operation = project::operation(&folder, None, report::brief(global), &global.cancel);
    let project = session::init(&operation, args.name.as_deref(), args.backend.into())?;
    report::value(global, "initialized", &project, |NewProject { folder, backend, .. }| {
        style::out(&format!("created a project in {}; build it with `dgx-pixels build`", folder.display()));
        if *backend == Generator::Comfyui {
            style::hint(
                "it uses ComfyUI at http://127.0.0.1:8188; name other servers in `pixels.local.toml`, or draw placeholders with `dgx-pixels build --fill sketch`",
            );
        }
    });
    Ok(Exit::Success)
}
