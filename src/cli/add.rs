//! `dgx-pixels add`: one more asset in pixels.toml.

use super::args::{Add, Global};
use super::{Exit, project};
use crate::session::{self, NewAsset};

/// Appends an asset; nothing is built.
pub(super) fn run(global: &Global, args: &Add) -> session::Result<Exit> {
    let asset = NewAsset {
        preset: args.preset.clone(),
        prompt: args.prompt.clone(),
        of: args.of.clone(),
        over: args.over.clone(),
        action: args.action.clone(),
        layout: args.layout.clone(),
        size: args.size.clone(),
        palette: args.palette.clone(),
        style: args.style.clone(),
        frames: args.frames,
        candidates: args.candidates,
        directions: args.directions,
        fps: args.fps,
        recipe: args.recipe.clone(),
        reference: args.reference.clone(),
        tags: args.tags.clone(),
        matrix: args.matrix.clone(),
        mirror: args.mirror.clone(),
        source: args.source.clone(),
        ..NewAsset::new(args.kind.into(), &args.name)
    };
    project::operate_on_default(global, |operation| session::add(operation, &asset))?;
    Ok(Exit::Success)
}
