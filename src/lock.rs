//! `pixels.lock`: its data, and its text.

use serde::{Deserialize, Serialize};

/// What a raw was made with: content-addressed, written at capture, never updated.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provenance {
    /// The backend and its version (`comfyui 0.44.1`, `sketch 1`, `files`).
    pub backend: String,
    /// The device, if the backend tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The checkpoint, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<ModelFound>,
}

/// A model file as it was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ModelFound {
    /// Its name.
    pub file: String,
    /// SHA-256, if it could be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}
