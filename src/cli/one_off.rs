//! One-offs, in the project at hand or without one: what `generate` and `batch` have in common.

use std::time::Instant;

use super::args::{Global, Wish};
use super::{Exit, project, report};
use crate::session::one_off::{Appearance, How, OneOffs, home};
use crate::session::{self, Existing, Operation};

/// Runs `make` and prints what came of it.
pub(super) fn run(
    global: &Global,
    wish: &Wish,
    force: bool,
    make: impl FnOnce(&Operation, &How) -> session::Result<OneOffs>,
) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let root = match project::root_if_any(global)? {
        Some(root) => root,
        None => home()?,
    };
    let profile = wish.profile.name();
    let made = {
        let operation = project::operation(&root, profile.as_deref(), report::observer(global), &global.cancel);
        make(
            &operation,
            &How { backend: wish.backend.clone(), existing: Existing::replace_if(force), time_limit: wish.time_limit },
        )?
    };
    report::summary(global, &made.outcome, began.elapsed());
    Ok(made.outcome.exit())
}

/// How the images look.
pub(super) fn appearance(wish: &Wish) -> Appearance {
    let Wish { size, palette, style, negative, .. } = wish.clone();
    Appearance { size, palette, style, negative }
}
