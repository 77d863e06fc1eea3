//! Model files that are not what a style pins.

use crate::words::diagnostic::Diagnostic;
use crate::words::style::{Model, Style};

/// A problem for each model file of a style, with the file, whose digest differs from the pinned one.
/// `digest(folder, model)` is that of the file which is there, if it can be read.
pub(super) fn unpinned(
    style: &Style,
    digest: impl Fn(&str, &Model) -> Option<String>,
) -> impl Iterator<Item = (&str, Diagnostic)> {
    let models = std::iter::once(("checkpoints", &style.checkpoint))
        .chain(style.vae.iter().map(|vae| ("vae", vae)))
        .chain(style.loras.iter().map(|lora| ("loras", &lora.model)));
    models.filter_map(move |(folder, model)| {
        let pinned = model.sha256.as_ref()?;
        let found = digest(folder, model).filter(|found| found != pinned)?;
        let message =
            format!("the file \"{}\" has the SHA-256 {found:.12}.., and {pinned:.12}.. is pinned", model.file);
        let hint = "get the file that is pinned, or change `sha256` in the style";
        Some((model.file.as_str(), Diagnostic::error("wrong-model-digest", message).hint(hint)))
    })
}
