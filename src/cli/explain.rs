//! The files of `dgx-pixels process --explain`.

use std::path::{Path, PathBuf};

use image::RgbaImage;

use crate::process::explain::Overlays;
use crate::store;
use crate::words::diagnostic::Diagnostic;

/// The files of one image's overlays.
pub fn paths(folder: &Path) -> impl Iterator<Item = PathBuf> {
    Overlays::NAMES.into_iter().map(|name| path(folder, name))
}

/// Writes the overlays of one image into its folder.
pub fn write(folder: &Path, overlays: &Overlays) -> Result<(), Diagnostic> {
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    overlays.named().into_iter().try_for_each(|(name, picture)| write_png(&path(folder, name), picture))
}

/// Writes a picture, whole or not at all.
pub fn write_png(path: &Path, picture: &RgbaImage) -> Result<(), Diagnostic> {
    let bytes = store::encode(picture).map_err(|error| cannot(path, &error))?;
    store::write_whole(path, &bytes, "process").map_err(|error| cannot(path, &error))
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.png"))
}

fn cannot(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("not-written", format!("`{}` cannot be written: {error}", path.display()))
        .hint("check room and permissions")
}
