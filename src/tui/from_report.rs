//! What a report says of an asset, as the screen has it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbaImage;

use super::cards::Card;
use super::detail::{Choice, Detail, Slot};
use super::{Art, map};
use crate::session::{self, Report, ReportAsset};
use crate::words::image_file;

/// An asset as it is seen among others.
pub(super) fn card(asset: &ReportAsset) -> (String, Card) {
    let key = format!("{}:{}", asset.listed.kind, asset.listed.name);
    let art = map_of(asset, 0, [4, 3]).or_else(|| art_of(asset)).map(Arc::new);
    (key, Card { art, error: asset.error.clone(), why: asset.why.clone() })
}

fn art_of(asset: &ReportAsset) -> Option<Art> {
    let image = asset.image.as_ref()?;
    Art::strip(&decoded(&image.src)?, image.frames, asset.timing.as_ref())
}

fn map_of(asset: &ReportAsset, seed: u64, size: [u32; 2]) -> Option<Art> {
    let tiles = asset.tiles.as_ref()?;
    map::random(tiles, art_of(asset)?.frames(), seed, size).map(Art::still)
}

/// The file of a data URI.
fn decoded(uri: &str) -> Option<RgbaImage> {
    let bytes = STANDARD.decode(uri.split_once(";base64,")?.1).ok()?;
    Some(image_file::decode(&bytes, "image").ok()?.pixels)
}

/// An asset that is opened; a tileset's map is another one for each seed.
pub(super) fn detail(report: Report, seed: u64) -> Option<Detail> {
    let asset = report.assets.into_iter().next()?;
    let art = art_of(&asset).map(Arc::new);
    let map = map_of(&asset, seed, [8, 6]).map(Arc::new);
    let image = |image: &Option<session::Image>| {
        let image = image.as_ref()?;
        Art::strip(&decoded(&image.src)?, image.frames, None).map(Arc::new)
    };
    let alone = asset.choices.len() == 1;
    let key = format!("{}:{}", asset.listed.kind, asset.listed.name);
    let slots = asset.choices.iter().map(|slot| {
        let choice = |one: &session::ReportCandidate| Choice {
            shown: one.shown.clone(),
            art: image(&one.image),
            photo: image(&one.photo),
        };
        Slot {
            id: slot.slot.clone(),
            target: if alone { key.clone() } else { slot.slot.clone() },
            choices: slot.candidates.iter().map(choice).collect(),
        }
    });
    let slots = slots.collect();
    Some(Detail {
        art,
        map,
        slots,
        item: asset.listed,
        found: asset.found,
        thresholds: asset.thresholds,
        provenance: asset.provenance,
        why: asset.why,
        error: asset.error,
    })
}
