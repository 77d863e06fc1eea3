//! `assets.rs`: every asset as a Rust type, so that one that is gone is a compile error which names it.
//!
//! A sprite is an enum with a variant for itself (`Still`) and for each of its animations (`Walk`); a tileset has `Tiles`.
//! Axes are fields: `Knight::Walk(Facing::East)`. Paths, frames and durations are constants.

mod model;
mod names;
mod source;

use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::format::FormatSpec;
use crate::words::index::Entry;
use crate::words::project::{Manifest, Project};

use super::{Asset, ExportError, Format, Listed, Output};
use model::Model;

static SPEC: FormatSpec = FormatSpec { id: "rust", version: 1, files: &[], shared: &["assets.rs"] };

/// The types of all assets.
pub(super) struct Rust;

/// What the first line begins with; the digest of what follows stands behind it.
const HEAD: &str = "// Written by dgx-pixels, which writes it again: ";

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
        let text = source::source(&Model::of(&entries)?, &project.name);
        Ok(format!("{HEAD}{}\n{text}", Digest::of(text.as_bytes())).into_bytes())
    }

    /// Nobody changed it since it was written.
    fn is_shared(&self, _: &str, found: &str) -> bool {
        let parts = found.strip_prefix(HEAD).and_then(|rest| rest.split_once('\n'));
        parts.is_some_and(|(digest, text)| {
            digest.parse::<Digest>().is_ok_and(|digest| digest == Digest::of(text.as_bytes()))
        })
    }
}
