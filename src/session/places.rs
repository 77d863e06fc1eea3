//! Where assets are declared.

use std::collections::BTreeMap;

use super::{Look, Opened, Operation, Options, Result};
use crate::words::source::Place;

/// The places of all groups and tilesets in the manifest, by name.
///
/// # Errors
/// The project cannot be opened.
pub fn places(operation: &Operation) -> Result<BTreeMap<String, Place>> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, .. } = &*opened;
    let groups = workspace.manifest.groups.iter().map(|group| (group.id.name.clone(), group.place.clone()));
    let tilesets = workspace.manifest.tilesets.iter();
    Ok(groups.chain(tilesets.map(|tileset| (tileset.id.name.clone(), tileset.place.clone()))).collect())
}
