//! One-offs, in the project at hand or without one: what `generate` and `batch` have in common.

use super::args::{Global, Wish};
use super::{Exit, build, project};
use crate::session::one_off::{Appearance, How, OneOffs, home};
use crate::session::{self, Existing, Operation};

/// Runs `make` and prints what came of it.
pub(super) fn run(
    global: &Global,
    wish: &Wish,
    force: bool,
    make: impl FnOnce(&Operation, &How) -> session::Result<OneOffs>,
) -> session::Result<Exit> {
    let root = match project::root_if_any(global)? {
        Some(root) => root,
        None => home()?,
    };
    let how = How { backend: wish.backend.clone(), existing: Existing::replace_if(force), time_limit: wish.time_limit };
    build::carry_out(global, &root, &wish.profile, |operation| Ok(make(operation, &how)?.outcome))
}

/// How the images look.
pub(super) fn appearance(wish: &Wish) -> Appearance {
    let Wish { size, palette, style, negative, .. } = wish.clone();
    Appearance { size, palette, style, negative }
}
