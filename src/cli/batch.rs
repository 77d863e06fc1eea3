//! `dgx-pixels batch`: a list of prompts becomes a folder of images.

use super::args::{Batch, Global};
use super::{Exit, one_off};
use crate::session;
use crate::session::one_off::{FromList, batch};

/// Generates every image of a list.
pub(super) fn run(global: &Global, args: &Batch) -> session::Result<Exit> {
    let list = FromList {
        file: args.file.clone(),
        preset: args.preset.clone(),
        appearance: one_off::appearance(&args.wish),
        out: args.out.clone(),
    };
    one_off::run(global, &args.wish, args.force, |operation, how| batch(operation, &list, how))
}
