//! What a server is: version, device, flags, nodes and models, found by asking. Nothing is guessed from a version.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::architecture::{self, Family};
use super::client::{Client, FEW, Kind, MOST, NoAnswer, SOME, foreign};
use super::text::{NAME, clean};
use super::wire;
use crate::workflow::Catalogue;

/// The folders of ComfyUI that graphs name files of.
const FOLDERS: [&str; 8] =
    ["checkpoints", "loras", "vae", "controlnet", "upscale_models", "diffusion_models", "text_encoders", "clip_vision"];

/// What a server said of itself.
#[derive(Clone, Debug)]
pub struct ServerInfo {
    /// Version, device and flags.
    pub stats: Stats,
    /// The most bytes that it takes in an upload.
    pub most_upload: Option<u64>,
    /// The classes of its nodes.
    pub catalogue: Catalogue,
    /// Its model files by folder, as it lists them.
    pub models: BTreeMap<String, Vec<String>>,
    /// The model files whose families were requested.
    pub requested: BTreeSet<(String, String)>,
    /// The families of those whose metadata names one, by folder and name.
    pub families: BTreeMap<(String, String), Family>,
    /// It has `/api/jobs`.
    pub has_jobs: bool,
}

/// The answer to `/system_stats`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// ComfyUI's version.
    pub version: String,
    /// The version of its torch.
    pub torch: String,
    /// The version of its Python.
    pub python: String,
    /// Its operating system.
    pub os: String,
    /// Its flags.
    pub argv: Vec<String>,
    /// Its devices: name, memory in all, memory that is free.
    pub devices: Vec<(String, u64, u64)>,
}

/// Asks for version, device and flags: the cheapest sign that this is a ComfyUI.
pub async fn stats(client: &Client) -> Result<Stats, NoAnswer> {
    let value = client.get_json(&["system_stats"], &[]).await?;
    let Some(system) = value.get("system").filter(|system| system.is_object()) else {
        return Err(NoAnswer::new(Kind::Foreign, "it is no ComfyUI server: `/system_stats` describes no system"));
    };
    let text = |name: &str| clean(system.get(name).and_then(Value::as_str).unwrap_or_default(), NAME);
    let strings = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).take(256).map(|text| clean(text, NAME)).collect()
    };
    let devices = value.get("devices").and_then(Value::as_array).into_iter().flatten().take(64);
    let devices = devices.map(|device| {
        let bytes = |name: &str| device.get(name).and_then(Value::as_f64).unwrap_or_default() as u64;
        (device_name(device), bytes("vram_total"), bytes("vram_free"))
    });
    Ok(Stats {
        version: text("comfyui_version"),
        torch: text("pytorch_version"),
        python: text("python_version"),
        os: text("os"),
        argv: strings(system.get("argv")),
        devices: devices.collect(),
    })
}

/// `cuda:0 NVIDIA GB10 : cudaMallocAsync` is an NVIDIA GB10.
fn device_name(device: &Value) -> String {
    let name = clean(device.get("name").and_then(Value::as_str).unwrap_or_default(), NAME);
    let name = name.split(" : ").next().unwrap_or_default();
    let bare = name.split_once(' ').filter(|(first, _)| first.contains(':')).map(|(_, rest)| rest);
    bare.unwrap_or(name).to_owned()
}

/// Asks for everything that decides whether a server can do a job; of the `wanted` model files also for their families.
pub async fn probe(client: &Client, wanted: &BTreeSet<(String, String)>) -> Result<ServerInfo, NoAnswer> {
    let stats = stats(client).await?;
    let features = async {
        // Servers without the route report no limit.
        let value = client.get_json(&["features"], &[]).await.ok()?;
        value.get("max_upload_size").and_then(Value::as_u64)
    };
    let jobs = async {
        let answer = client.get(&["api", "jobs"], &[("limit", "1")], SOME).await.ok()?;
        (answer.status == 200 && wire::has_jobs(&answer.body)).then_some(())
    };
    let (catalogue, most_upload, has_jobs, models, families) =
        tokio::join!(catalogue(client), features, jobs, models(client), families(client, wanted));
    let catalogue = catalogue?;
    let requested = wanted.clone();
    Ok(ServerInfo { stats, most_upload, catalogue, models, requested, families, has_jobs: has_jobs.is_some() })
}

/// The classes of its nodes.
async fn catalogue(client: &Client) -> Result<Catalogue, NoAnswer> {
    let route = ["object_info"];
    let answer = client.get(&route, &[], MOST).await?;
    if answer.status != 200 || !answer.body.trim_ascii_start().starts_with(b"{") {
        return Err(foreign(&route, &answer));
    }
    // Python writes bounds that are none as `Infinity`, which is no JSON.
    let again = || Catalogue::parse(&wire::without_nan(&answer.body));
    let catalogue = Catalogue::parse(&answer.body).or_else(|_| again());
    catalogue.map_err(|error| NoAnswer::new(Kind::Foreign, error.to_string()))
}

/// Files without metadata, and servers without the route, have no family.
async fn families(client: &Client, wanted: &BTreeSet<(String, String)>) -> BTreeMap<(String, String), Family> {
    let asked = wanted.iter().map(|(folder, file)| async move {
        let (route, query) = (["view_metadata", folder.as_str()], [("filename", file.as_str())]);
        let metadata = client.read(&route, &query, SOME, wire::family_words).await.ok()?;
        Some(((folder.clone(), file.clone()), architecture::of_words(&metadata)?))
    });
    futures_util::future::join_all(asked).await.into_iter().flatten().collect()
}

async fn models(client: &Client) -> BTreeMap<String, Vec<String>> {
    let Ok(folders) = client.read(&["models"], &[], FEW, wire::names).await else { return BTreeMap::new() };
    let there = FOLDERS.iter().filter(|folder| folders.iter().any(|there| there == *folder));
    let lists = there.map(|folder| async move {
        let files = client.read(&["models", folder], &[], SOME, wire::names).await.ok()?;
        Some(((*folder).to_owned(), files))
    });
    futures_util::future::join_all(lists).await.into_iter().flatten().collect()
}
