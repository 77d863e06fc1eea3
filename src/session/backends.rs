//! The backends of a build, kept open between builds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{LockMode, Workspace};
use crate::generate::{Backend, comfyui, files::Files, sketch::Sketch};

/// The backends by their word in the manifest.
pub type Backends = BTreeMap<&'static str, Arc<dyn Backend>>;

/// The connections to servers, as long as the settings of this machine stay the same.
#[derive(Default)]
pub struct ServerPool {
    servers: Mutex<Option<(comfyui::Settings, Arc<dyn Backend>)>>,
    #[cfg(all(unix, feature = "worker"))]
    worker: Mutex<Option<(Folders, Arc<dyn Backend>)>>,
}

/// The project's folder and that of model files.
#[cfg(all(unix, feature = "worker"))]
type Folders = (std::path::PathBuf, Option<std::path::PathBuf>);

impl ServerPool {
    /// The backends for a build; none that uses the network where the lock must not change.
    pub fn backends(&self, workspace: &Workspace, lock: LockMode) -> Backends {
        let files: Arc<dyn Backend> = Arc::new(Files);
        let sketch: Arc<dyn Backend> = Arc::new(Sketch);
        let mut backends = Backends::from([("files", files), ("sketch", sketch)]);
        if lock.may_change() {
            backends.insert("comfyui", self.servers(comfy_settings(workspace)));
            #[cfg(all(unix, feature = "worker"))]
            backends.insert("worker", self.worker(workspace));
        }
        backends
    }

    fn servers(&self, settings: comfyui::Settings) -> Arc<dyn Backend> {
        let mut last = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((same, servers)) if *same == settings => Arc::clone(servers),
            _ => {
                let servers: Arc<dyn Backend> = Arc::new(comfyui::Servers::new(settings.clone()));
                *last = Some((settings, Arc::clone(&servers)));
                servers
            }
        }
    }

    #[cfg(all(unix, feature = "worker"))]
    fn worker(&self, workspace: &Workspace) -> Arc<dyn Backend> {
        let settings = super::train::picture_settings(workspace);
        let folders = (settings.root.clone(), settings.models.clone());
        let mut last = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((same, worker)) if *same == folders => Arc::clone(worker),
            _ => {
                let worker: Arc<dyn Backend> = Arc::new(crate::generate::worker::Pictures::new(settings));
                *last = Some((folders, Arc::clone(&worker)));
                worker
            }
        }
    }
}

/// What the `comfyui` backend needs to know of this machine.
pub fn comfy_settings(workspace: &Workspace) -> comfyui::Settings {
    let local = &workspace.loaded.local;
    comfyui::Settings {
        servers: local.servers.clone(),
        patience: local.patience,
        models: local.models.as_ref().map(|folder| workspace.folders.root.join(folder)),
        digests: Some(workspace.folders.store.join("models.json")),
    }
}
