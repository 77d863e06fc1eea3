//! Images as bytes, for front ends that have no files: what is seen of an asset, of a candidate, and raws by digest.

use std::path::PathBuf;
use std::sync::Arc;

use image::RgbaImage;
use image::imageops::{self, FilterType};
use schemars::JsonSchema;
use serde::Serialize;

use super::select::means_several;
use super::show::{Shown, show};
use super::{Error, Look, Opened, Operation, Options, Project, Result};
use crate::manifest;
use crate::plan::{Plan, Planner, SlotPlan, State};
use crate::store::{Blobs, Folders};
use crate::words::asset::SlotId;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::raw::Raw;

/// The largest factor of an enlarged image.
pub const MOST_SCALE: u32 = 32;

/// The longest side of an enlarged image, in pixels.
const LONGEST: u32 = 8192;

/// Which image of an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// A candidate in place of the asset itself.
    pub candidate: Option<u32>,
    /// One frame or tile, from 1; all side by side if left out.
    pub frame: Option<usize>,
    /// How many times its size, a whole factor; 0 stands for 1.
    pub scale: u32,
}

/// The image of one asset, or of a member or slot of one, as a PNG.
///
/// # Errors
/// `unknown-target`, `unknown-candidate`, `ambiguous-slot`, `no-image`, `bad-value`.
pub fn image_png(operation: &Operation, target: &str, which: Which) -> Result<Vec<u8>> {
    let shown = show(operation, &one(target)?, which.candidate)?;
    let [Shown { frames, name }] = shown.as_slice() else {
        let names: Vec<&str> = shown.iter().map(|one| one.name.as_str()).take(20).collect();
        let message = format!("`{target}` has several images");
        return Err(Error::usage("ambiguous-slot", message, format!("name one: {}", names.join(", "))));
    };
    let frames: Vec<&RgbaImage> = match which.frame {
        None => frames.iter().collect(),
        Some(n) => n.checked_sub(1).and_then(|at| frames.get(at)).into_iter().collect(),
    };
    if frames.is_empty() {
        let message = format!("`{name}` has no such frame");
        return Err(Error::usage("unknown-target", message, "frames count from 1"));
    }
    encode(&strip(&frames, which.scale.max(1))?)
}

/// The raw of a candidate, as a PNG.
///
/// # Errors
/// `unknown-target`, `unknown-candidate`, `ambiguous-slot`, `no-image`.
pub fn raw_png(operation: &Operation, target: &str, n: u32) -> Result<(Digest, Vec<u8>)> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let (slot, digest) = candidate(&planner, plan, state, target, n)?;
    let raw = workspace.blobs.bytes(&digest).accessing(Access::ReadStore, workspace.folders.shown_store())?;
    Ok((digest, raw.ok_or_else(|| no_raw(&slot.id, n))?))
}

/// The slot that a target means, and the raw of one of its candidates.
pub(super) fn candidate<'p>(
    planner: &Planner,
    plan: &'p Plan,
    state: &State,
    target: &str,
    n: u32,
) -> Result<(&'p SlotPlan, Digest)> {
    let slots = super::select::slots(planner, plan, &one(target)?)?;
    let [slot] = slots.as_slice() else {
        let names: Vec<String> = slots.iter().map(|slot| slot.id.to_string()).take(20).collect();
        let message = format!("`{target}` has several slots");
        return Err(Error::usage("ambiguous-slot", message, format!("name one: {}", names.join(", "))));
    };
    let asks: Vec<_> = slot.keys.iter().flat_map(|keys| keys.asks.iter().map(Digest::short)).collect();
    let lines = state.lock.slot(&slot.id).map(|entry| entry.candidates.as_slice()).unwrap_or_default();
    let line = lines.iter().filter(|line| line.n == n).max_by_key(|line| asks.contains(&line.ask));
    Ok((slot, line.ok_or_else(|| unknown_candidate(&slot.id, n))?.raw))
}

pub(super) fn no_raw(slot: &SlotId, n: u32) -> Error {
    let message = format!("the raw of `{slot}` {n} is not on this machine");
    Error::usage("no-image", message, "bring the captures with `cache import`, or build it")
}

fn unknown_candidate(slot: &SlotId, n: u32) -> Error {
    let message = format!("`{slot}` has no candidate {n}");
    Error::usage("unknown-candidate", message, format!("`dgx-pixels candidates {slot}` shows them"))
}

/// A target that can only mean one thing.
fn one(target: &str) -> Result<String> {
    if means_several(target) {
        let message = format!("`{target}` may mean several assets");
        return Err(Error::usage("unknown-target", message, "name one asset, member or slot"));
    }
    Ok(target.to_owned())
}

/// Frames side by side, enlarged.
fn strip(frames: &[&RgbaImage], scale: u32) -> Result<RgbaImage> {
    let [width, height] = frames.first().map_or([0, 0], |frame| frame.dimensions().into());
    let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
    let sides = [width.saturating_mul(count), height].map(|side| side.saturating_mul(scale));
    if scale > MOST_SCALE || sides.iter().any(|side| *side > LONGEST) {
        let message = format!("an image of {} x {} pixels is too large", sides[0], sides[1]);
        return Err(Error::usage("bad-value", message, "choose a smaller scale, or one frame"));
    }
    let mut strip = RgbaImage::new(width * count, height);
    for (frame, left) in frames.iter().zip((0..).step_by(width.max(1) as usize)) {
        imageops::replace(&mut strip, *frame, left, 0);
    }
    // Whole factors copy pixels.
    Ok(if scale == 1 { strip } else { imageops::resize(&strip, sides[0], sides[1], FilterType::Nearest) })
}

fn encode(image: &RgbaImage) -> Result<Vec<u8>> {
    image_file::encode(image).map_err(|error| Error::internal(format!("an image cannot be encoded: {error}")))
}

/// The raws of a project by digest.
#[derive(Clone)]
pub struct RawFiles(Arc<Blobs>);

impl RawFiles {
    /// Finds the folders of raws.
    ///
    /// # Errors
    /// The project cannot be opened.
    pub fn open(operation: &Operation) -> Result<Self> {
        let opened = operation.read(Options::default(), Look::Lock)?;
        let Opened { workspace, .. } = &*opened;
        Ok(Self(Arc::clone(&workspace.blobs)))
    }

    /// The PNG of a raw.
    ///
    /// # Errors
    /// `unknown-blob`; the store cannot be read.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>> {
        let bytes = self.0.bytes(digest).accessing(Access::ReadStore, "the store")?;
        bytes
            .ok_or_else(|| Error::usage("unknown-blob", "there is no raw of this digest here", "`candidates` has them"))
    }
}

/// A raw that a caller brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Brought {
    /// Its digest.
    pub raw: Digest,
    /// The store did not have it.
    pub is_new: bool,
}

/// Stores a raw that the lock names and that somebody else has. Nothing else may be put into a store from outside.
///
/// # Errors
/// `unknown-blob` where the lock does not name it; `wrong-digest` where the image has other pixels; what is wrong with the
/// image.
pub fn bring_raw(operation: &Operation, digest: &Digest, bytes: &[u8]) -> Result<Brought> {
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    if !state.lock.raws().contains(digest) {
        let hint = "only raws that `pixels.lock` names are taken";
        return Err(Error::usage("unknown-blob", format!("pixels.lock has no raw {digest}"), hint));
    }
    let decoded = image_file::decode(bytes, "the image").map_err(|error| Error::Usage(error.into()))?;
    let raw = Raw::new(decoded.pixels);
    if raw.digest != *digest {
        let message = format!("the pixels of the image have the digest {}", raw.digest);
        return Err(Error::usage("wrong-digest", message, "send the PNG of the raw as `GET` gives it"));
    }
    let is_new = !workspace.blobs.is_stored(digest);
    let store = workspace.folders.shown_store();
    workspace.blobs.keep_durably(&raw).accessing(Access::WriteStore, store)?;
    Ok(Brought { raw: *digest, is_new })
}

/// The folder of the store, where `pixels.local.toml` or the environment names one.
pub fn store_folder(project: &Project) -> Option<PathBuf> {
    let local = manifest::local_settings(Some(project.root()));
    local.store.map(|store| Folders::new(project.root(), Some(&store)).store)
}

/// The addresses of the servers, without logins.
pub fn server_addresses(project: &Project) -> Vec<String> {
    manifest::local_settings(Some(project.root())).servers.into_iter().map(|server| server.url).collect()
}
