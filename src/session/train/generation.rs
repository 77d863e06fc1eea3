//! The worker as a backend of builds.

use std::path::Path;
use std::sync::Arc;

use super::process::ensure;
use crate::generate::worker::{Settings, folder};
use crate::session::Workspace;
use crate::words::diagnostic::Diagnostic;

/// What the `worker` backend needs to know of this machine.
pub fn picture_settings(workspace: &Workspace) -> Settings {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let root = absolute(&workspace.folders.root);
    let start = || ensure().map_err(|error| first(error.diagnostics()));
    Settings {
        sockets: folder(),
        models: workspace.loaded.local.models.as_ref().map(|models| root.join(models)),
        digests: Some(workspace.folders.store.join("models.json")),
        out: absolute(&workspace.folders.work).join("worker"),
        start: Arc::new(start),
        root,
    }
}

fn first(diagnostics: Vec<Diagnostic>) -> Diagnostic {
    let unknown = || Diagnostic::error("worker-failed", "the worker does not start");
    diagnostics.into_iter().next().unwrap_or_else(unknown)
}
