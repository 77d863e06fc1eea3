//! What answers the asks of a build.

use std::sync::Arc;

use super::{Backends, Workspace};
use crate::generate::{Backend, comfyui, files::Files, sketch::Sketch};

/// What answers asks: servers are asked unless nothing may be asked of a network.
pub fn backends(workspace: &Workspace, frozen: bool) -> Backends {
    let files: Arc<dyn Backend> = Arc::new(Files);
    let sketch: Arc<dyn Backend> = Arc::new(Sketch);
    let mut backends = Backends::from([("files", files), ("sketch", sketch)]);
    if !frozen {
        backends.insert("comfyui", Arc::new(comfyui::Servers::new(comfy_settings(workspace))));
    }
    backends
}

/// What the fleet is told of this machine and the project.
pub fn comfy_settings(workspace: &Workspace) -> comfyui::Settings {
    let local = &workspace.loaded.local;
    comfyui::Settings {
        servers: local.servers.clone(),
        models: local.models.as_ref().map(|folder| workspace.folders.root.join(folder)),
        digests: Some(workspace.folders.store.join("models.json")),
    }
}
