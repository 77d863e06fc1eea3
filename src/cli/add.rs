//! `dgx-pixels add`: one more asset in pixels.toml.

use std::path::Path;
use std::sync::Arc;

use super::args::{Add, Global};
use super::{Exit, project, report, style};
use crate::session::{self, Added, NewAsset};

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
        ..NewAsset::new(args.kind.into(), &args.name)
    };
    append(global, &project::root(global)?, &asset)?;
    Ok(Exit::Success)
}

/// Appends an asset and prints its name.
pub(super) fn append(global: &Global, root: &Path, asset: &NewAsset) -> session::Result<()> {
    let operation = project::operation(root, None, Arc::new(()), &global.cancel);
    let added = session::add(&operation, asset)?;
    report::value(global, "added", &added, |Added { kind, name, file }| {
        style::out(&format!("added [{kind}.{name}] to {file}"));
    });
    Ok(())
}
