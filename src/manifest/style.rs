//! What is asked of a backend: the style of a slot and its ask.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::asset::{Kind, SlotId};
use crate::color::Rgb;

/// A resolved style: every field has its value, none is a default any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Style {
    /// A built-in workflow (`sdxl`) or the name of a file in `workflows/`.
    pub workflow: String,
    /// The checkpoint's file.
    pub checkpoint: Model,
    /// A VAE of its own, if any.
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
    /// What the workflow asks for beyond these, by the names of its placeholders.
    pub params: BTreeMap<String, Param>,
}

impl Style {
    /// The style that everything starts from.
    pub fn built_in() -> Self {
        let model = |file: &str| Model { file: file.to_owned(), sha256: None };
        Self {
            workflow: "sdxl".to_owned(),
            checkpoint: model("sd_xl_base_1.0.safetensors"),
            vae: Some(model("sdxl-vae-fp16-fix.safetensors")),
            // Eight steps of `lcm` draw nothing without the first; the second draws pixel art.
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

/// A value that a style hands to its workflow by name. It enters keys by the graph that it is bound into.
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
            // Below 2^53 millionths this is the nearest to what was written.
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

/// What one slot asks of its backend. Nothing of a recipe is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "backend", rename_all = "lowercase")]
pub enum Ask {
    /// A ComfyUI server draws it.
    Comfyui(ComfyAsk),
    /// The built-in placeholder artist draws it.
    Sketch(SketchAsk),
    /// Files of the project are it.
    Files(FilesAsk),
}

impl Ask {
    /// The backend's word in the manifest.
    pub fn backend(&self) -> &'static str {
        match self {
            Self::Comfyui(_) => "comfyui",
            Self::Sketch(_) => "sketch",
            Self::Files(_) => "files",
        }
    }

    /// Other slots and files that the ask takes as inputs, by role.
    pub fn inputs(&self) -> &BTreeMap<String, Input> {
        static NONE: BTreeMap<String, Input> = BTreeMap::new();
        match self {
            Self::Comfyui(ask) => &ask.inputs,
            Self::Sketch(ask) => &ask.inputs,
            Self::Files(_) => &NONE,
        }
    }
}

/// A request to a ComfyUI workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComfyAsk {
    /// How it is drawn.
    pub style: Style,
    /// The whole prompt, templates expanded.
    pub prompt: String,
    /// The whole negative prompt.
    pub negative: String,
    /// Reference images, masks, control images by role name.
    pub inputs: BTreeMap<String, Input>,
}

/// A request to the placeholder artist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SketchAsk {
    /// The kind of the asset.
    pub kind: Kind,
    /// What is to be seen: the asset's own prompt (an animation without one: its base's), templates expanded.
    pub subject: String,
    /// The names of its presets, in order.
    pub presets: Vec<String>,
    /// Logical width and height; the raw is eight times as large.
    pub size: [u32; 2],
    /// The flat background, or `None` for an opaque picture.
    pub key: Option<Rgb>,
    /// Direction, action and frame.
    pub pose: Pose,
    /// Inputs by role name; the artist ignores the pictures, but waits for them as any backend does.
    pub inputs: BTreeMap<String, Input>,
}

/// What a figure does and where it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pose {
    /// `s`, `se`, `e`, `ne`, `n`, `nw`, `w` or `sw`; `s` looks at the viewer.
    pub facing: Option<String>,
    /// `walk`, `idle`, ..; free text.
    pub action: Option<String>,
    /// The frame's number from 0.
    pub frame: u32,
    /// Frames in all; 1 for a sprite.
    pub frames: u32,
}

/// Pictures of the project as candidates, in natural order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilesAsk {
    /// One candidate each.
    pub sources: Vec<Source>,
}

/// A file, or one part of a strip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// Relative to the project, with `/`.
    pub path: String,
    /// The part's number from 0 and the number of equal parts, left to right.
    pub part: Option<(u32, u32)>,
}

/// What an input is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// The picked raw of another slot.
    Slot(SlotId),
    /// An image file of the project, relative to it, with `/`.
    File(String),
}
