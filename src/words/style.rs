//! A style: what all generated images of an asset share, such as model, LoRAs, sampler and canvas.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

/// A resolved style: no field is left to a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Style {
    /// A built-in workflow (`sdxl`) or the name of a file in `workflows/`.
    pub workflow: String,
    /// The version of the built-in workflow; `None` for a file of the project, or for the newest version.
    #[serde(skip)]
    pub workflow_version: Option<u32>,
    /// The checkpoint's file.
    pub checkpoint: Model,
    /// The VAE; `None` uses the checkpoint's own.
    pub vae: Option<Model>,
    /// LoRAs in the order in which they are applied.
    pub loras: Vec<Lora>,
    /// Width and height of the raw, in pixels.
    pub canvas: [u32; 2],
    /// Sampling steps.
    pub steps: u32,
    /// Guidance in thousandths.
    pub cfg: u32,
    /// ComfyUI's name of the sampler.
    pub sampler: String,
    /// ComfyUI's name of the scheduler.
    pub scheduler: String,
    /// Values of the workflow's other placeholders, by name.
    pub params: BTreeMap<String, Param>,
}

impl Style {
    /// What identifies the workflow: `sdxl@1`, or the name of a file of the project.
    pub fn workflow_id(&self) -> Cow<'_, str> {
        match self.workflow_version {
            Some(version) => Cow::Owned(format!("{}@{version}", self.workflow)),
            None => Cow::Borrowed(&self.workflow),
        }
    }

    /// The weakest layer of every style.
    pub fn built_in() -> Self {
        let model = |file: &str| Model { file: file.to_owned(), sha256: None };
        Self {
            workflow: "sdxl".to_owned(),
            workflow_version: None,
            checkpoint: model("sd_xl_base_1.0.safetensors"),
            vae: Some(model("sdxl-vae-fp16-fix.safetensors")),
            // Eight steps of `lcm` need the first; the second draws pixel art.
            loras: vec![
                Lora { model: model("lcm-lora-sdxl.safetensors"), weight: 1000 },
                Lora { model: model("pixel-art-xl.safetensors"), weight: 1200 },
            ],
            canvas: [1024, 1024],
            steps: 8,
            cfg: 1500,
            sampler: "lcm".to_owned(),
            scheduler: "sgm_uniform".to_owned(),
            params: BTreeMap::new(),
        }
    }
}

/// A value for a placeholder of the workflow. It enters keys through the bound graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Param {
    /// A whole number.
    Whole(i64),
    /// A decimal, in millionths.
    Decimal(i64),
    /// Text, such as the name of a file.
    Text(String),
    /// True or false.
    Truth(bool),
}

impl Param {
    /// The value as a graph has it.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Whole(number) => (*number).into(),
            // Below 2^53 millionths this is the float nearest to the written decimal.
            Self::Decimal(millionths) => (*millionths as f64 / 1_000_000.0).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Truth(truth) => (*truth).into(),
        }
    }
}

/// A model file by name, with the digest that pins it if the manifest has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
    /// The name as the server lists it.
    pub file: String,
    /// SHA-256 as 64 lower-case hexadecimal digits.
    pub sha256: Option<String>,
}

/// A LoRA and its weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lora {
    /// The file.
    pub model: Model,
    /// Weight in thousandths.
    pub weight: i32,
}
