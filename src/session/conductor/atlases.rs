//! Atlases of the sprites that are known.

use std::collections::{BTreeMap, BTreeSet};

use image::RgbaImage;

use crate::assemble::{self, AssembleError, Page};
use crate::export::Listed;
use crate::words::asset::{GroupId, Kind};
use crate::words::atlas::{Atlas, AtlasFrame, Packed};
use crate::words::color::Rgb;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::sheet::Rect;

/// The pages of an atlas. `None` if the frames of a member are not known.
pub(super) fn packed<'a>(atlas: &'a Atlas, listed: &[Listed]) -> Result<Option<Packed<'a>>, Diagnostic> {
    let by_id: BTreeMap<(Kind, &str), &Listed> =
        listed.iter().map(|asset| ((asset.entry.kind, asset.entry.name.as_str()), asset)).collect();
    let mut members: Vec<&[RgbaImage]> = Vec::new();
    let mut palette: Vec<Rgb> = Vec::new();
    let mut pixels = Vec::new();
    for id in &atlas.members {
        let Some(asset) = by_id.get(&(id.kind, id.name.as_str())) else { return Ok(None) };
        let Some(sprites) = &asset.sprites else { return Ok(None) };
        pixels.push(asset.entry.pixels);
        let shown = if id.kind.is_sheet() { sprites.frames.len() } else { sprites.frames.len().min(1) };
        members.push(&sprites.frames[..shown]);
        palette.extend(&sprites.found.palette);
    }
    let mut known = BTreeSet::new();
    palette.retain(|color| known.insert(*color));
    let pages = assemble::atlas(&members, &atlas.packing).map_err(|error| {
        let subject = match error {
            AssembleError::Page { member, .. } => Subject::Asset(atlas.members[member].name.clone()),
            _ => Subject::Asset(atlas.name.clone()),
        };
        Diagnostic::from(error).about(subject)
    })?;
    let frames = pages.iter().enumerate().flat_map(|(i, page)| placed(atlas, i, page)).collect();
    let source = atlas.source(&pixels);
    Ok(Some(Packed { atlas, source, pages: pages.into_iter().map(|page| page.image).collect(), frames, palette }))
}

/// The frames on a page.
fn placed(atlas: &Atlas, page: usize, on: &Page) -> Vec<AtlasFrame> {
    let place = |(member, frame, rect): &(usize, usize, Rect)| {
        let GroupId { kind, name } = atlas.members[*member].clone();
        let Rect { x, y, width: w, height: h } = *rect;
        AtlasFrame { kind, name, frame: *frame, page, x, y, w, h }
    };
    on.frames.iter().map(place).collect()
}
