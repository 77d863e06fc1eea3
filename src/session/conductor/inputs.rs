//! Reading raws and the inputs of asks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::workers::Stop;
use crate::generate::InputImage;
use crate::generate::skeleton::{self, Place};
use crate::plain_file;
use crate::plan::Plan;
use crate::session::workspace::Workspace;
use crate::store::Blobs;
use crate::words::ask::{Ask, Input};
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileError, FileResult};
use crate::words::image_file;
use crate::words::raw::Raw;
use crate::words::skeleton::Skeleton;

/// The role of the image that is drawn over.
const BASE: &str = "image";

/// A raw from memory or the store.
pub(super) fn read(blobs: &Blobs, digest: &Digest, known: Option<Arc<Raw>>) -> Result<Arc<Raw>, Stop> {
    if let Some(raw) = known {
        return Ok(raw);
    }
    match blobs.read(digest) {
        Ok(Some(raw)) => Ok(Arc::new(raw)),
        Ok(None) => Err(Stop::Damaged(*digest)),
        Err(error) => Err(Diagnostic::from(FileError::new(Access::ReadStore, format!("{digest}.png"), error)).into()),
    }
}

/// The inputs of an ask by their digests. Their pixels are read when a server needs them: requests wait by the thousand.
pub(super) fn inputs(
    workspace: &Workspace,
    ask: &Ask,
    plan: &Plan,
) -> Result<BTreeMap<String, InputImage>, Diagnostic> {
    let mut inputs = BTreeMap::new();
    for (role, input) in ask.inputs() {
        let image = match input {
            Input::Slot(slot) => {
                let digest = picked(plan, slot)?;
                let blobs = Arc::clone(&workspace.blobs);
                InputImage::new(digest, move || raw(&blobs, &digest))
            }
            Input::File(path) => {
                let known = workspace.inputs.files.get(path).and_then(|file| file.as_ref().ok()?.pixels);
                let unread = || Diagnostic::error("input-file", format!("`{path}` cannot be read"));
                let (digest, root, path) = (known.ok_or_else(unread)?, workspace.folders.root.clone(), path.clone());
                InputImage::new(digest, move || {
                    input_file(&root, &path)
                        .and_then(|raw| if raw.digest == digest { Ok(raw) } else { Err(changed(&path)) })
                })
            }
            Input::Skeleton(skeleton) => drawn(*skeleton, place(workspace, ask, plan, skeleton.canvas)?),
        };
        inputs.insert(role.clone(), image);
    }
    Ok(inputs)
}

/// The raw that an input takes from another slot.
fn picked(plan: &Plan, slot: &SlotId) -> Result<Digest, Diagnostic> {
    let planned = plan.items.get(&slot.group).into_iter().flat_map(|item| &item.slots);
    let pick = planned.into_iter().find(|planned| planned.id == *slot).and_then(|slot| slot.pick.as_ref());
    let no_pick = || Diagnostic::error("input-not-ready", format!("its input `{slot}` has no pick"));
    Ok(pick.ok_or_else(no_pick)?.raw)
}

fn raw(blobs: &Blobs, digest: &Digest) -> Result<Raw, Diagnostic> {
    read(blobs, digest, None).map(Arc::unwrap_or_clone).map_err(Stop::diagnostic)
}

/// Where the figure stands in the image that the ask draws over: a skeleton stands there as well, in every frame alike.
fn place(workspace: &Workspace, ask: &Ask, plan: &Plan, canvas: [u32; 2]) -> Result<Option<Place>, Diagnostic> {
    let base = match ask.inputs().get(BASE) {
        Some(Input::Slot(slot)) => raw(&workspace.blobs, &picked(plan, slot)?)?,
        Some(Input::File(path)) => input_file(&workspace.folders.root, path)?,
        Some(Input::Skeleton(_)) | None => return Ok(None),
    };
    Ok(Place::of_figure(&base.pixels, canvas))
}

/// The image of a skeleton. It is drawn again when it is sent.
fn drawn(skeleton: Skeleton, place: Option<Place>) -> InputImage {
    let draw = move || skeleton::draw(&skeleton, place);
    InputImage::new(draw().digest, move || Ok(draw()))
}

pub(super) fn input_file(root: &Path, path: &str) -> Result<Raw, Diagnostic> {
    let bytes = plain_file::read(&root.join(path), image_file::MAX_BYTES).accessing(Access::ReadInput, path)?;
    Ok(Raw::new(image_file::decode(&bytes, path)?.pixels))
}

pub(super) fn changed(path: &str) -> Diagnostic {
    Diagnostic::error("input-changed", format!("`{path}` changed while the build read it")).hint("build again")
}

/// The files of the project that an ask reads: the source of its candidate, and its inputs.
pub(super) fn files_of(ask: &Ask, n: u32) -> Vec<String> {
    let source = ask.sources().and_then(|sources| sources.get((n as usize).saturating_sub(1)));
    let source = source.map(|source| source.path.clone());
    let inputs = ask.inputs().values().filter_map(|input| match input {
        Input::File(path) => Some(path.clone()),
        Input::Slot(_) | Input::Skeleton(_) => None,
    });
    source.into_iter().chain(inputs).collect()
}
