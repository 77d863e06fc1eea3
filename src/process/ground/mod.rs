//! What is found on the raw, before the grid, and decides neither the grid nor the colours: painted checkerboards become
//! transparent; frames along the border and watermarks take the colour of the ground beside them.

mod checkerboard;
mod frame;
mod regions;
mod watermark;

use std::borrow::Cow;

use image::imageops::crop_imm;
use rayon::prelude::*;

use crate::words::raw::Raw;
use crate::words::recipe::{DrawnFrame, Matte, Recipe};

pub(super) use regions::Regions;

/// The raws without painted grounds, frames and watermarks. Raws without one stay as they are, and so do those
/// that are clean: pixel art without noise.
pub(super) fn peeled<'a>(raws: &'a [Raw], recipe: &Recipe, are_clean: fn(&[Raw]) -> bool) -> Cow<'a, [Raw]> {
    if recipe.matte == Matte::None {
        return Cow::Borrowed(raws);
    }
    let frames = recipe.drawn_frame == DrawnFrame::Auto;
    let peeled: Vec<Option<Raw>> = raws.par_iter().map(|raw| peel(raw, frames)).collect();
    if peeled.iter().all(Option::is_none) || are_clean(raws) {
        return Cow::Borrowed(raws);
    }
    peeled.into_iter().zip(raws).map(|(peeled, raw)| peeled.unwrap_or_else(|| raw.clone())).collect()
}

/// The raws without the frames that are drawn along their borders, if the recipe cuts them off: by one width, so that
/// the frames of an animation stay of one size.
pub(super) fn unframed<'a>(raws: &'a [Raw], recipe: &Recipe) -> Cow<'a, [Raw]> {
    if recipe.drawn_frame != DrawnFrame::Remove {
        return Cow::Borrowed(raws);
    }
    let widths: Option<Vec<u32>> = raws.par_iter().map(|raw| frame::outer_width(&raw.pixels)).collect();
    let width = widths.and_then(|widths| widths.into_iter().max()).unwrap_or(0);
    match raws.iter().map(|raw| cropped(raw, width)).collect::<Option<Vec<Raw>>>() {
        Some(cropped) => Cow::Owned(cropped),
        None => Cow::Borrowed(raws),
    }
}

/// A raw without so many pixels on every side; `None` if that leaves it as it is, or nothing of it.
pub(super) fn cropped(raw: &Raw, width: u32) -> Option<Raw> {
    let [columns, rows] = [raw.pixels.width(), raw.pixels.height()].map(|length| length.saturating_sub(2 * width));
    let pixels = || crop_imm(&raw.pixels, width, width, columns, rows).to_image();
    (width > 0 && columns > 0 && rows > 0).then(|| Raw { pixels: pixels(), digest: raw.digest })
}

fn peel(raw: &Raw, frames: bool) -> Option<Raw> {
    let raw_of = |pixels| Raw { pixels, digest: raw.digest };
    if let Some(pixels) = checkerboard::removed(&raw.pixels) {
        return Some(raw_of(pixels));
    }
    let framed = if frames { frame::removed(&raw.pixels) } else { None };
    let pixels = framed.as_ref().unwrap_or(&raw.pixels);
    watermark::removed(pixels).or(framed).map(raw_of)
}
