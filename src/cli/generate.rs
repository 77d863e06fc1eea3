//! `dgx-pixels generate`: one-off images, or a new sprite of the project with `--add`.

use super::args::{Build, Generate, Global, Wish};
use super::{Exit, add, build, one_off, project};
use crate::session::one_off::{FromPrompt, generate, name_of};
use crate::session::{self, NewAsset, palette};
use crate::words::asset::Kind;

/// Generates images of one prompt.
pub(super) fn run(global: &Global, args: &Generate) -> session::Result<Exit> {
    if args.add {
        return add_and_build(global, args);
    }
    let from = FromPrompt {
        preset: args.preset.clone(),
        prompt: args.prompt.clone(),
        name: args.name.clone(),
        count: args.count,
        seed: args.seed,
        appearance: one_off::appearance(&args.wish),
        out: args.out.clone().unwrap_or_else(|| ".".into()),
    };
    one_off::run(global, &args.wish, args.force, |operation, how| generate(operation, &from, how))
}

/// Adds a sprite to the manifest and builds it.
fn add_and_build(global: &Global, args: &Generate) -> session::Result<Exit> {
    let name = args.name.clone().unwrap_or_else(|| name_of(&args.prompt));
    let Wish { size, palette, style, negative, profile, .. } = args.wish.clone();
    let asset = NewAsset {
        preset: Some(args.preset.clone()),
        prompt: Some(args.prompt.clone()),
        size,
        palette: palette.as_deref().map(palette::portable).transpose()?,
        style,
        negative,
        candidates: (args.count > 1).then_some(args.count),
        seed: args.seed,
        ..NewAsset::new(Kind::Sprite, &name)
    };
    add::append(global, &project::root(global)?, &asset)?;
    build::run(global, &Build::of(vec![format!("sprite:{name}")], profile))
}
