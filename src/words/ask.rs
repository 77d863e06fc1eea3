//! An ask: everything that one slot wants of its backend. Nothing of a recipe is in it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::asset::{Kind, SlotId};
use super::color::Rgb;
use super::style::Style;

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

    /// Whether the same ask and seed make equal pixels on every machine, so that a lost image comes back as it was.
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Sketch(_) | Self::Files(_) => true,
            Self::Comfyui(_) => false,
        }
    }

    /// Whether a server's GPU works for it.
    pub fn costs_gpu(&self) -> bool {
        match self {
            Self::Comfyui(_) => true,
            Self::Sketch(_) | Self::Files(_) => false,
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
