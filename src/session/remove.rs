//! `rm`: assets are removed from the manifest; the next build removes their files.

use serde::Serialize;

use super::{Error, Look, Operation, Options, Result, edited_files, load_options};
use crate::manifest;
use crate::manifest::edit::{self, Edited};

/// What [`remove`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemovedAssets {
    /// The assets.
    pub names: Vec<String>,
    /// The files of the manifest that changed, relative to the project.
    pub manifest: Vec<String>,
    /// How many files the next build removes from the output folder.
    pub files: usize,
}

/// Removes assets from the manifest: all of them, or none. Sources, captures and the lock stay as they are.
///
/// # Errors
/// `not-an-asset`; the manifest would be invalid, since another asset needs one of them.
pub fn remove(operation: &Operation, names: &[String]) -> Result<RemovedAssets> {
    let _lock = operation.lock("rm")?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let mut loaded = workspace.loaded.clone();
    let mut options = load_options(None);
    for name in names {
        let edited = edit::remove(&loaded, name).map_err(|error| match error.hint {
            None => Error::Usage(
                error.hint("name the asset as the manifest does, without `@`; `dgx-pixels list` shows all"),
            ),
            Some(_) => Error::Usage(error),
        })?;
        let path = edited.path.to_string_lossy().into_owned();
        // Only the last text has to be valid: one may need another.
        loaded.sources = loaded.sources.replaced(&path, &edited.text);
        options.edited.insert(path, edited.text);
    }
    manifest::load(operation.root, &options)?;
    let edited = options.edited.iter().map(|(path, text)| Edited { path: path.into(), text: text.clone() });
    edited_files::write(operation, &edited.collect::<Vec<_>>())?;
    let made = state.lock.entries.iter().filter(|(id, _)| names.iter().any(|name| id.asset() == name));
    let files = made.filter_map(|(_, entry)| Some(entry.made.as_ref()?.files.len())).sum();
    Ok(RemovedAssets { names: names.to_vec(), manifest: options.edited.into_keys().collect(), files })
}
