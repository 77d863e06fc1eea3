//! Where a base model and its tokenizer are.

use std::path::{Path, PathBuf};

use crate::generate::worker::Models;
use crate::session::{Error, Result};

/// A base model: a file, or a folder of diffusers.
pub(super) struct Base {
    pub(super) path: PathBuf,
    /// The tokenizer's files, which a base of one file does not have.
    pub(super) tokenizers: Option<PathBuf>,
}

/// Finds a base by path, or by name in ComfyUI's folder of models.
pub(super) fn find(name: &str, root: &Path, models: Option<&Path>) -> Result<Base> {
    let places = Models { root, models };
    let Some(path) = places.find("checkpoints", name) else {
        let message = format!("the base model `{name}` is not on this machine");
        let hint = "`models` in `pixels.local.toml` is ComfyUI's folder of models, with the file in `checkpoints`; \
                    `base` may also be a path";
        return Err(Error::usage("no-base", message, hint));
    };
    Ok(Base { tokenizers: places.tokenizers(&path), path })
}

impl Base {
    /// Bytes of memory that training needs: weights, adapter, optimizer and activations, estimated from the file.
    pub(super) fn memory(&self) -> Option<u64> {
        let length = self.path.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        Some(length * 5 / 2)
    }
}
