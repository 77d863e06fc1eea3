//! `assets.rs`: every asset as a Rust type, so that one that is gone is a compile error which names it.
//!
//! A sprite is an enum with a variant for itself (`Still`) and for each of its animations (`Walk`); a tileset has `Tiles`.
//! Axes are fields: `Knight::Walk(Facing::East)`. Paths, frames and durations are constants.

mod model;
mod names;
mod source;

use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};
use crate::words::format::FormatSpec;
use crate::words::index::Entry;
use crate::words::project::{Manifest, Project};

use super::{Asset, ExportError, Format, Listed, Output};
use model::Model;

static SPEC: FormatSpec = FormatSpec { id: "rust", version: 1, files: &[], shared: &["assets.rs"] };

/// The types of all assets.
pub(super) struct Rust;

/// What the first line of each part begins with; the digest of what follows stands behind it. Parts of two branches are
/// merged, and are still as they were written.
const MARK: &str = "// Written by dgx-pixels: ";

impl Format for Rust {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, _: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        Err(ExportError::NoFormat(output.path.clone()))
    }

    fn refusal(&self, manifest: &Manifest) -> Option<Diagnostic> {
        let groups = manifest.groups.iter();
        let none = Digest::of(&[]);
        let groups = groups.filter_map(|group| Entry::of_group(&manifest.project, group, [1, 1], 1, none));
        let tilesets = manifest.tilesets.iter();
        let tilesets = tilesets.map(|tileset| Entry::of_tileset(&manifest.project, tileset, none));
        let entries: Vec<Entry> = groups.chain(tilesets).collect();
        let Err(error) = Model::of(&entries) else { return None };
        let ExportError::RustName { asset, .. } = &error else { return Some(error.into()) };
        let group = manifest.groups.iter().find(|group| group.id.kind == asset.kind && group.id.asset() == asset.name);
        let tileset = manifest.tilesets.iter().find(|tileset| tileset.id == *asset);
        let place = group.map(|group| &group.place).or(tileset.map(|tileset| &tileset.place)).cloned();
        Some(Diagnostic::from(error).at(place))
    }

    fn shared_bytes(&self, _: &str, listed: &[Listed], project: &Project) -> Result<Vec<u8>, ExportError> {
        let entries: Vec<Entry> = listed.iter().map(|asset| asset.entry.clone()).collect();
        let parts = source::parts(&Model::of(&entries)?, &project.name);
        let marked = |part: String| format!("{MARK}{}\n{part}", Digest::of(part.as_bytes()).short());
        Ok(parts.into_iter().map(marked).collect::<String>().into_bytes())
    }

    /// Nobody changed a part since it was written.
    fn is_shared(&self, _: &str, found: &str) -> bool {
        let Some(parts) = found.strip_prefix(MARK) else { return false };
        parts.split(&format!("\n{MARK}")).enumerate().all(|(at, part)| {
            let Some((digest, text)) = part.split_once('\n') else { return false };
            // The line end before the next mark belongs to the part; the last one has its own.
            let is_last = at + 1 == found.matches(MARK).count();
            let text = if is_last { text.to_owned() } else { format!("{text}\n") };
            digest.parse::<Short>().is_ok_and(|digest| digest == Digest::of(text.as_bytes()).short())
        })
    }
}
