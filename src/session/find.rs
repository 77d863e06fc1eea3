//! Finding the project that a front end is called in.

use std::path::{Path, PathBuf};

use super::{Error, Result};
use crate::manifest;

/// The project's folder: the named one, else the nearest one with a `pixels.toml`, upwards from the current folder.
///
/// # Errors
/// `no-project`.
pub fn find_root(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = named {
        if folder.join("pixels.toml").is_file() {
            return Ok(folder.to_owned());
        }
        let message = format!("there is no `pixels.toml` in `{}`", folder.display());
        return Err(Error::usage("no-project", message, "create a project there with `dgx-pixels init DIR`"));
    }
    let here = std::env::current_dir().map_err(|error| Error::no_current_folder(&error))?;
    manifest::find_root(&here).ok_or_else(|| {
        Error::usage(
            "no-project",
            "there is no `pixels.toml` in this folder or above it",
            "create a project with `dgx-pixels init`, or name its folder with `-C DIR`",
        )
    })
}
