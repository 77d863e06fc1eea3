//! An ask: everything that generates the raws of one slot. It contains nothing of a recipe.

use std::collections::BTreeMap;

use serde::Serialize;

use super::asset::{Kind, SlotId};
use super::color::Rgb;
use super::skeleton::Skeleton;
use super::style::Style;

/// The request of one slot to its backend. It contains nothing of a recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "backend", rename_all = "lowercase")]
pub enum Ask {
    /// To a ComfyUI server.
    Comfyui(ComfyAsk),
    /// To the built-in placeholder artist.
    Sketch(SketchAsk),
    /// For files of the project.
    Files(FilesAsk),
    /// To the worker of this machine.
    Worker(WorkerAsk),
}

impl Ask {
    /// The backend's word in the manifest.
    pub fn backend(&self) -> &'static str {
        match self {
            Self::Comfyui(_) => "comfyui",
            Self::Sketch(_) => "sketch",
            Self::Files(_) => "files",
            Self::Worker(_) => "worker",
        }
    }

    /// Whether the same ask and seed make equal pixels on every machine, so that a lost image comes back as it was.
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Sketch(_) | Self::Files(_) => true,
            Self::Comfyui(_) | Self::Worker(_) => false,
        }
    }

    /// Whether a GPU works for it, of a server or of this machine.
    pub fn costs_gpu(&self) -> bool {
        match self {
            Self::Comfyui(_) | Self::Worker(_) => true,
            Self::Sketch(_) | Self::Files(_) => false,
        }
    }

    /// The request, where it is to a ComfyUI server.
    pub fn comfyui(&self) -> Option<&ComfyAsk> {
        match self {
            Self::Comfyui(ask) => Some(ask),
            Self::Sketch(_) | Self::Files(_) | Self::Worker(_) => None,
        }
    }

    /// The request, where it is to the placeholder artist.
    pub fn sketch(&self) -> Option<&SketchAsk> {
        match self {
            Self::Sketch(ask) => Some(ask),
            Self::Comfyui(_) | Self::Files(_) | Self::Worker(_) => None,
        }
    }

    /// The request, where it is to the worker of this machine.
    pub fn worker(&self) -> Option<&WorkerAsk> {
        match self {
            Self::Worker(ask) => Some(ask),
            Self::Comfyui(_) | Self::Sketch(_) | Self::Files(_) => None,
        }
    }

    /// The prompt, or what a placeholder shows, where there is one.
    pub fn prompt(&self) -> Option<&str> {
        match self {
            Self::Comfyui(ask) => Some(&ask.prompt),
            Self::Sketch(ask) => Some(&ask.subject),
            Self::Worker(ask) => Some(&ask.prompt),
            Self::Files(_) => None,
        }
    }

    /// The style, where a model draws it.
    pub fn style(&self) -> Option<&Style> {
        match self {
            Self::Comfyui(ask) => Some(&ask.style),
            Self::Worker(ask) => Some(&ask.style),
            Self::Sketch(_) | Self::Files(_) => None,
        }
    }

    /// The checkpoint that draws it. A workflow of the project may load others.
    pub fn checkpoint(&self) -> Option<&str> {
        self.style().map(|style| style.checkpoint.file.as_str()).filter(|file| !file.is_empty())
    }

    /// The files of the project that are its candidates, where it is not generated.
    pub fn sources(&self) -> Option<&[Source]> {
        match self {
            Self::Files(ask) => Some(&ask.sources),
            Self::Comfyui(_) | Self::Sketch(_) | Self::Worker(_) => None,
        }
    }

    /// Whether placeholder art answers it.
    pub fn is_placeholder(&self) -> bool {
        matches!(self, Self::Sketch(_))
    }

    /// Its input images, by role.
    pub fn inputs(&self) -> &BTreeMap<String, Input> {
        static NONE: BTreeMap<String, Input> = BTreeMap::new();
        match self {
            Self::Comfyui(ask) => &ask.inputs,
            Self::Sketch(ask) => &ask.inputs,
            Self::Files(_) | Self::Worker(_) => &NONE,
        }
    }
}

/// A request to a ComfyUI workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComfyAsk {
    /// Model, sampler, canvas and so on.
    pub style: Style,
    /// The whole prompt, templates expanded.
    pub prompt: String,
    /// The whole negative prompt.
    pub negative: String,
    /// Reference images, masks, control images by role name.
    pub inputs: BTreeMap<String, Input>,
}

/// A request to the worker of this machine, which draws from a prompt alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkerAsk {
    /// Model, sampler, canvas and so on; its workflow and params are not used.
    pub style: Style,
    /// The whole prompt, templates expanded.
    pub prompt: String,
    /// The whole negative prompt.
    pub negative: String,
}

impl WorkerAsk {
    /// The workflow that the worker draws as.
    pub const WORKFLOW: &str = "sdxl";
    /// Its samplers, under ComfyUI's names.
    pub const SAMPLERS: [&str; 4] = ["euler", "euler_ancestral", "dpmpp_2m", "lcm"];
    /// Its schedulers, under ComfyUI's names.
    pub const SCHEDULERS: [&str; 4] = ["normal", "sgm_uniform", "simple", "karras"];
}

/// A request to the placeholder artist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SketchAsk {
    /// The kind of the asset.
    pub kind: Kind,
    /// The asset's own prompt, else its base's, templates expanded.
    pub subject: String,
    /// Several things that one image shows side by side; nothing where it shows the subject.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub things: Vec<String>,
    /// The names of its presets, in order.
    pub presets: Vec<String>,
    /// Logical width and height. The raw has eight pixels a cell; a cut-out below twelve cells fills its frame, so its
    /// raw has a ring of background round it.
    pub size: [u32; 2],
    /// The flat background, or `None` for an opaque image.
    pub key: Option<Rgb>,
    /// Direction, action and frame.
    pub pose: Pose,
    /// Inputs by role name; the artist ignores the images, but waits for them like any backend.
    pub inputs: BTreeMap<String, Input>,
}

/// Direction, action and frame of a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pose {
    /// `s`, `se`, `e`, `ne`, `n`, `nw`, `w` or `sw`; `s` faces the viewer.
    pub facing: Option<String>,
    /// `walk`, `idle`, ..; free text.
    pub action: Option<String>,
    /// The frame's number from 0.
    pub frame: u32,
    /// Frames in all; 1 for a sprite.
    pub frames: u32,
}

/// Images of the project as candidates, in natural order.
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
    /// The part, if it is not the whole image.
    pub part: Option<Part>,
    /// The number of the frame in a file with several, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
}

/// One frame of an image with several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its number from 0: row by row, left to right.
    pub number: u32,
    /// Frames in a row.
    pub columns: u32,
    /// Rows of frames.
    pub rows: u32,
}

impl Part {
    /// How many parts the image has.
    pub fn count(self) -> u32 {
        self.columns.saturating_mul(self.rows)
    }
}

impl From<(u32, u32)> for Part {
    /// A part of a strip: its number, and how many there are side by side.
    fn from((number, columns): (u32, u32)) -> Self {
        Self { number, columns, rows: 1 }
    }
}

impl Serialize for Part {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = [self.number, self.columns, self.rows];
        serializer.collect_seq(&all[..if self.rows == 1 { 2 } else { 3 }])
    }
}

/// What an input is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// The picked raw of another slot.
    Slot(SlotId),
    /// An image file of the project, relative to it, with `/`.
    File(String),
    /// A pose that this program draws as a skeleton.
    Skeleton(Skeleton),
}
