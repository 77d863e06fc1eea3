//! How a server is set up.

use std::collections::BTreeMap;

/// How a server is.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    /// How long a sampler takes.
    pub seconds: f64,
    /// The size of generated images, whatever the graph says.
    pub size: Option<(u32, u32)>,
    /// The path before all routes, such as `/comfy`.
    pub base: &'static str,
    /// The whole `Authorization` header that is asked for, such as `Bearer abc`.
    pub authorization: Option<&'static str>,
    /// Has `/api/jobs`, and takes no id but a UUID.
    pub newer: bool,
    /// Keeps the results of all nodes, not those of the last prompt alone.
    pub caches_all: bool,
    /// Sends previews with every step.
    pub previews: bool,
    /// The most bytes of a request.
    pub max_upload: usize,
    /// Classes that are missing.
    pub without: Vec<&'static str>,
    /// Model files by folder.
    pub models: BTreeMap<String, Vec<String>>,
    /// The first device, as `/system_stats` tells it.
    pub device: &'static str,
    pub version: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seconds: 0.0,
            size: None,
            base: "",
            authorization: None,
            newer: false,
            caches_all: false,
            previews: false,
            max_upload: 104_857_600,
            without: Vec::new(),
            models: models(),
            device: "cuda:0 NVIDIA GB10 : cudaMallocAsync",
            version: "0.3.64",
        }
    }
}

/// The files that the built-in styles name.
fn models() -> BTreeMap<String, Vec<String>> {
    let folder = |name: &str, files: &[&str]| (name.to_owned(), files.iter().map(|file| (*file).to_owned()).collect());
    BTreeMap::from([
        folder("checkpoints", &["sd_xl_base_1.0.safetensors"]),
        folder("controlnet", &["controlnet-openpose-sdxl-1.0.safetensors"]),
        folder("loras", &["lcm-lora-sdxl.safetensors", "pixel-art-xl.safetensors"]),
        folder("upscale_models", &["4x-fake.pth"]),
        folder("vae", &["sdxl-vae-fp16-fix.safetensors"]),
        folder("embeddings", &[]),
        folder("clip_vision", &[]),
        folder("diffusion_models", &[]),
        folder("text_encoders", &[]),
        folder("vae_approx", &[]),
    ])
}

/// A worker that HTTP cannot see is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zombie {
    /// Jobs wait and none runs.
    Idle,
    /// One job runs for ever.
    Stuck,
}
