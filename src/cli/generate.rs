//! `dgx-pixels generate`: one-off images, or a new sprite of the project with `--add`.

use super::args::{Generate, Global};
use super::{Exit, build, one_off, project};
use crate::session;
use crate::session::one_off::{FromPrompt, add_and_build, generate};

/// Generates images of one prompt.
pub(super) fn run(global: &Global, args: &Generate) -> session::Result<Exit> {
    let from = FromPrompt {
        preset: args.preset.clone(),
        prompt: args.prompt.clone(),
        name: args.name.clone(),
        count: args.count,
        seed: args.seed,
        appearance: one_off::appearance(&args.wish),
        out: args.out.clone().unwrap_or_else(|| ".".into()),
    };
    if args.add {
        let root = project::root(global)?;
        return build::carry_out(global, &root, &args.wish.profile, |operation| add_and_build(operation, &from));
    }
    one_off::run(global, &args.wish, args.force, |operation, how| generate(operation, &from, how))
}
