//! Grounds that are found on the raw, before the grid: what models paint for transparency. Their pixels become
//! transparent, so that they decide neither the grid nor the colours.

mod checkerboard;

use std::borrow::Cow;

use rayon::prelude::*;

use crate::process::grid;
use crate::words::raw::Raw;
use crate::words::recipe::{Matte, Recipe};

/// The raws without painted grounds. Raws without one stay as they are, and so does finished art.
pub(super) fn peeled<'a>(raws: &'a [Raw], recipe: &Recipe) -> Cow<'a, [Raw]> {
    if recipe.matte == Matte::None {
        return Cow::Borrowed(raws);
    }
    let peeled: Vec<Option<Raw>> = raws.par_iter().map(|raw| peel(raw)).collect();
    if peeled.iter().all(Option::is_none) || grid::is_clean(raws) {
        return Cow::Borrowed(raws);
    }
    peeled.into_iter().zip(raws).map(|(peeled, raw)| peeled.unwrap_or_else(|| raw.clone())).collect()
}

fn peel(raw: &Raw) -> Option<Raw> {
    let pixels = checkerboard::removed(&raw.pixels)?;
    Some(Raw { pixels, digest: raw.digest })
}
