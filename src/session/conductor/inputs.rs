//! Reading raws and the inputs of asks.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};

use super::workers::Stop;
use crate::plan::Plan;
use crate::session::workspace::Workspace;
use crate::store::Blobs;
use crate::words::ask::{Ask, Input};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::image_file;
use crate::words::raw::Raw;

/// A raw from memory or the store.
pub(super) fn read(blobs: &Blobs, digest: &Digest, known: Option<Arc<Raw>>) -> Result<Arc<Raw>, Stop> {
    if let Some(raw) = known {
        return Ok(raw);
    }
    match blobs.read(digest) {
        Ok(Some(raw)) => Ok(Arc::new(raw)),
        Ok(None) => Err(Stop::Damaged(*digest)),
        Err(error) => {
            let message = format!("the raw {:.12} cannot be read: {error}", digest.to_string());
            Err(Diagnostic::error("store-read", message).hint("check the disk and its permissions").into())
        }
    }
}

/// The pixels of an ask's inputs.
pub(super) fn inputs(
    workspace: &Workspace,
    ask: &Ask,
    plan: &Plan,
    shared: &mut HashMap<Input, Weak<Raw>>,
) -> Result<BTreeMap<String, Arc<Raw>>, Diagnostic> {
    let mut inputs = BTreeMap::new();
    for (role, input) in ask.inputs() {
        // An image that many requests take as input is in memory once.
        let known = shared.get(input).and_then(Weak::upgrade);
        let raw = match (input, known) {
            (Input::Slot(slot), known) => {
                let planned = plan.items.get(&slot.group).into_iter().flat_map(|item| &item.slots);
                let pick = planned.into_iter().find(|planned| planned.id == *slot).and_then(|slot| slot.pick.as_ref());
                let no_pick = || Diagnostic::error("input-not-ready", format!("its input `{slot}` has no pick"));
                let pick = pick.ok_or_else(no_pick)?;
                let known = known.filter(|known| known.digest == pick.raw);
                read(&workspace.blobs, &pick.raw, known).map_err(Stop::diagnostic)?
            }
            (Input::File(_), Some(known)) => known,
            (Input::File(path), None) => Arc::new(input_file(workspace, path)?),
        };
        shared.insert(input.clone(), Arc::downgrade(&raw));
        inputs.insert(role.clone(), raw);
    }
    Ok(inputs)
}

fn input_file(workspace: &Workspace, path: &str) -> Result<Raw, Diagnostic> {
    let bytes = std::fs::read(workspace.folders.root.join(path)).map_err(|error| {
        let message = format!("`{path}` cannot be read: {error}");
        Diagnostic::error("input-file", message).hint("put the file there")
    })?;
    let image = image_file::decode(&bytes, path);
    image.map(|image| Raw::new(image.pixels)).map_err(|error| Diagnostic::error("input-file", error.to_string()))
}

/// The files of the project that an ask reads: the source of its candidate, and its inputs.
pub(super) fn files_of(ask: &Ask, n: u32) -> Vec<String> {
    let source = ask.sources().and_then(|sources| sources.get((n as usize).saturating_sub(1)));
    let source = source.map(|source| source.path.clone());
    let inputs = ask.inputs().values().filter_map(|input| match input {
        Input::File(path) => Some(path.clone()),
        Input::Slot(_) => None,
    });
    source.into_iter().chain(inputs).collect()
}
