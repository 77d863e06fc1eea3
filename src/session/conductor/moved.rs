//! The frames of a sprite that moves: its masks are read, and the frames are measured like those of any animation.

use std::collections::BTreeMap;
use std::path::Path;

use super::inputs::{changed, input_file};
use super::restore::guarded;
use crate::assemble;
use crate::plan::Inputs;
use crate::process;
use crate::words::diagnostic::Diagnostic;
use crate::words::motion::Motion;
use crate::words::recipe::Gate;
use crate::words::sprite::Sprites;

/// Moves a sprite; the project's masks are those whose digests are known.
pub(in crate::session) fn moved(
    root: &Path,
    inputs: &Inputs,
    of: &Sprites,
    motion: &Motion,
) -> Result<Sprites, Diagnostic> {
    let mut masks = BTreeMap::new();
    for path in motion.masks() {
        let mask = input_file(root, path)?;
        if mask.digest != inputs.pixels(path)? {
            return Err(changed(path));
        }
        masks.insert(path.to_owned(), mask.pixels);
    }
    guarded("moving it", || {
        let mut sprites = assemble::still(of, motion, &masks)?;
        let mut metrics = process::steadiness(&sprites.frames, sprites.found.baseline);
        if motion.bob.is_some() {
            // It leaves its baseline on purpose.
            metrics.retain(|name, _| !name.starts_with(Gate::Baseline.word()));
            sprites.found.metrics.remove(Gate::Baseline.word());
        }
        sprites.found.metrics.extend(metrics);
        Ok(sprites)
    })
}
