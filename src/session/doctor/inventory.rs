//! What each server has of checkpoints, LoRAs and VAEs, and what the manifest wants of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::models::{ModelFile, Need, model_file, wanted};
use super::{options, servers};
use crate::manifest;
use crate::plan::State;
use crate::session::{Look, Operation, Result};
use crate::words::lock::ModelFound;
use crate::workflow::models::find;

/// The folders that a style names files of.
const FOLDERS: [&str; 3] = ["checkpoints", "loras", "vae"];

/// What a server has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Inventory {
    /// Its address, without a login.
    pub server: String,
    /// Its version of ComfyUI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Its devices.
    pub devices: Vec<Device>,
    /// Jobs that run or wait on it, of anybody.
    pub queued: u64,
    /// The model that it used last, of anybody, where its history says so: what is loaded no server says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_model: Option<String>,
    /// Its files and those that it lacks.
    pub files: Vec<InventoryFile>,
}

/// A device of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Device {
    /// Its name.
    pub name: String,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes that are free.
    pub free: u64,
}

/// A model file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct InventoryFile {
    /// The folder below `models/` of ComfyUI.
    pub folder: String,
    /// Its name there.
    pub file: String,
    /// What it is, where it is a known one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<&'static str>,
    /// Its digest, where an image of the lock was made with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Slots that want it.
    pub wanted: Vec<String>,
    /// Whether the server has it.
    pub present: bool,
    /// What to do where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What each server has, and what is missing. Nothing is generated.
///
/// # Errors
/// The project cannot be opened, or the machine gives no threads.
pub fn inventory(op: &Operation) -> Result<Vec<Inventory>> {
    let opened = op.project().map(|_| op.open(options(), Look::Lock)).transpose()?;
    let addresses = match &opened {
        Some((workspace, _)) => workspace.loaded.local.servers.clone(),
        None => manifest::local_settings(None).servers,
    };
    let looks = servers::look_at(&addresses)?;
    let wanted = opened.as_ref().map(|(workspace, _)| wanted(workspace)).unwrap_or_default();
    let digests = opened.as_ref().map(|(_, state)| digests(state)).unwrap_or_default();
    let missing: BTreeMap<&Need, ModelFile> = wanted.keys().map(|need| (need, model_file(need, &looks))).collect();
    let one = |look: &crate::generate::comfyui::Look| {
        let server = look.address.clone();
        let looked = match &look.answer {
            Ok(looked) => looked,
            Err(error) => return Inventory { server, error: Some(error.to_string()), ..Inventory::default() },
        };
        let stats = &looked.known.stats;
        let device =
            |(name, memory, free): &(String, u64, u64)| Device { name: name.clone(), memory: *memory, free: *free };
        let has = |need: &Need| looked.known.models.get(&need.folder).is_some_and(|files| files.contains(&need.file));
        let all = FOLDERS.iter().flat_map(|folder| {
            let files = looked.known.models.get(*folder).into_iter().flatten();
            files.map(|file| Need { folder: (*folder).to_owned(), file: file.clone() })
        });
        let lacked = wanted.keys().filter(|need| !has(need)).cloned();
        let file = |need: Need| InventoryFile {
            about: find(&need.file).map(|known| known.about),
            sha256: digests.get(need.file.as_str()).map(|digest| (*digest).to_owned()),
            wanted: wanted.get(&need).cloned().unwrap_or_default(),
            present: has(&need),
            hint: missing.get(&need).filter(|_| !has(&need)).and_then(way_out),
            folder: need.folder,
            file: need.file,
        };
        Inventory {
            server,
            version: Some(stats.version.clone()),
            error: None,
            devices: stats.devices.iter().map(device).collect(),
            queued: looked.queued,
            last_model: looked.last_model.clone(),
            files: lacked.chain(all).map(file).collect(),
        }
    };
    Ok(looks.iter().map(one).collect())
}

/// The next step for a file that a server lacks.
fn way_out(file: &ModelFile) -> Option<String> {
    let near = file.near.as_ref().map(|near| format!("did you mean `{near}`?"));
    near.or_else(|| file.command.clone()).or_else(|| file.page.clone())
}

/// Digests of files that images of the lock were made with.
fn digests(state: &State) -> BTreeMap<&str, &str> {
    let made = state.lock.provenance.values();
    let found = made.flat_map(|made| made.checkpoint.iter().chain(&made.vae).chain(&made.loras));
    found.filter_map(|found: &ModelFound| Some((found.file.as_str(), found.sha256.as_deref()?))).collect()
}
