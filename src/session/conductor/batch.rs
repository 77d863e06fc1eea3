//! The batch of a build: what backends are given beside the requests.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::Site;
use crate::generate::{Arrival, Batch, Context};
use crate::session::workspace::Workspace;

/// The batch of this build; answers go to `replies`.
pub(super) fn batch(site: &Site, workspace: &Workspace, replies: Sender<Arrival>) -> Batch {
    Batch::new(Context {
        root: workspace.folders.root.as_path().into(),
        workflows: workspace.inputs.workflows.clone(),
        sources: workspace.loaded.sources.clone(),
        observer: Arc::clone(&site.observer),
        replies,
        log: Arc::new(workspace.journal.clone()),
        cancel: site.cancel.clone(),
        time_limit: site.options.time_limit.map(|seconds| Duration::from_secs(seconds.into())),
    })
}
