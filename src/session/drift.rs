//! Drift: a model file that changed under its name since images were captured with it. It makes nothing stale.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{Workspace, comfy_settings};
use crate::generate::comfyui::digest_of;
use crate::words::lock::{ModelFound, Provenance};

/// A model file that changed under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Drift {
    /// Its name.
    pub file: String,
    /// SHA-256 of the file that images were captured with.
    pub before: String,
    /// SHA-256 of the file that is there now.
    pub now: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {:.12} now, and was {:.12} when its images were captured", self.file, self.now, self.before)
    }
}

/// What drifted since provenances were written, as far as the folder of models on this machine tells.
pub fn drifted<'a>(workspace: &Workspace, provenances: impl Iterator<Item = &'a Provenance>) -> Vec<Drift> {
    let settings = comfy_settings(workspace);
    let mut captured: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (folder, model) in provenances.flat_map(models) {
        if let Some(sha256) = &model.sha256 {
            captured.entry((folder, &model.file)).or_default().push(sha256);
        }
    }
    let drift = |((folder, file), before): ((&str, &str), Vec<&str>)| {
        let now = digest_of(&settings, folder, file)?;
        // A file that some images were captured with is a known one.
        let before = before.first().filter(|_| !before.contains(&now.as_str()))?;
        Some(Drift { file: file.to_owned(), before: (*before).to_owned(), now })
    };
    captured.into_iter().filter_map(drift).collect()
}

/// The model files of a provenance, with their folders.
fn models(provenance: &Provenance) -> impl Iterator<Item = (&'static str, &ModelFound)> {
    let checkpoint = provenance.checkpoint.iter().map(|model| ("checkpoints", model));
    let vae = provenance.vae.iter().map(|model| ("vae", model));
    checkpoint.chain(vae).chain(provenance.loras.iter().map(|model| ("loras", model)))
}
