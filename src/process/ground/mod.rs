//! What is found on the raw, before the grid, and decides neither the grid nor the colours: painted checkerboards become
//! transparent; frames along the border and watermarks take the colour of the ground beside them.

mod checkerboard;
mod frame;
mod regions;
mod watermark;

use std::borrow::Cow;

use rayon::prelude::*;

use crate::process::grid;
use crate::words::raw::Raw;
use crate::words::recipe::{Matte, Recipe};

pub(super) use regions::Regions;

/// The raws without painted grounds, frames and watermarks. Raws without one stay as they are, and so does finished art.
pub(super) fn peeled<'a>(raws: &'a [Raw], recipe: &Recipe) -> Cow<'a, [Raw]> {
    if recipe.matte == Matte::None {
        return Cow::Borrowed(raws);
    }
    let peeled: Vec<Option<Raw>> = raws.par_iter().map(peel).collect();
    if peeled.iter().all(Option::is_none) || grid::is_clean(raws) {
        return Cow::Borrowed(raws);
    }
    peeled.into_iter().zip(raws).map(|(peeled, raw)| peeled.unwrap_or_else(|| raw.clone())).collect()
}

fn peel(raw: &Raw) -> Option<Raw> {
    let raw_of = |pixels| Raw { pixels, digest: raw.digest };
    if let Some(pixels) = checkerboard::removed(&raw.pixels) {
        return Some(raw_of(pixels));
    }
    let framed = frame::removed(&raw.pixels);
    let pixels = framed.as_ref().unwrap_or(&raw.pixels);
    watermark::removed(pixels).or(framed).map(raw_of)
}
