//! The arguments of what edits a manifest: `init`, `add`, `adopt`, `mv`, `rm`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::session::Generator;
use crate::words::asset::Kind;

/// What generates the images of a new project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InitBackend {
    Comfyui,
    Sketch,
}

impl From<InitBackend> for Generator {
    fn from(backend: InitBackend) -> Self {
        match backend {
            InitBackend::Comfyui => Self::Comfyui,
            InitBackend::Sketch => Self::Sketch,
        }
    }
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Init {
    /// Folder of the project [default: this folder]
    pub folder: Option<PathBuf>,
    /// Name of the project [default: the folder's name]
    #[arg(long)]
    pub name: Option<String>,
    /// What generates the images
    #[arg(long, value_enum, default_value_t = InitBackend::Sketch)]
    pub backend: InitBackend,
    /// Write a manifest that shows all keys
    #[arg(long, conflicts_with = "from_images")]
    pub example: bool,
    /// Write a sprite for every image in a folder of the project, with the size that is found in it
    #[arg(long, value_name = "DIR")]
    pub from_images: Option<PathBuf>,
}

/// What can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AddKind {
    Sprite,
    Animation,
    Texture,
    Tileset,
}

impl From<AddKind> for Kind {
    fn from(kind: AddKind) -> Self {
        match kind {
            AddKind::Sprite => Self::Sprite,
            AddKind::Animation => Self::Animation,
            AddKind::Texture => Self::Texture,
            AddKind::Tileset => Self::Tileset,
        }
    }
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// Kind of asset
    pub kind: AddKind,
    /// Name of the asset
    pub name: String,
    /// What the image shows
    pub prompt: Option<String>,
    /// Preset; several separated by commas
    #[arg(long)]
    pub preset: Option<String>,
    /// Sprite that an animation is made from, or texture that a tileset is made from
    #[arg(long, value_name = "ASSET")]
    pub of: Option<String>,
    /// Texture that a tileset lies over
    #[arg(long, value_name = "TEXTURE")]
    pub over: Option<String>,
    /// Action of an animation, such as walk
    #[arg(long)]
    pub action: Option<String>,
    /// Number of frames of an animation
    #[arg(long, value_name = "N")]
    pub frames: Option<u32>,
    /// Layout of a tileset: single, edge16, corner16, blob47
    #[arg(long)]
    pub layout: Option<String>,
    /// Number of views of a sprite: 4 or 8
    #[arg(long, value_name = "N")]
    pub directions: Option<u32>,
    /// Number of candidates
    #[arg(long, value_name = "N")]
    pub candidates: Option<u32>,
    /// Frame size in logical pixels
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<String>,
    /// A built-in palette or colours (`#1a1c2c,#5d275d`)
    #[arg(long, value_name = "PALETTE")]
    pub palette: Option<String>,
    /// A style of the manifest
    #[arg(long, value_name = "NAME")]
    pub style: Option<String>,
    /// A recipe of the manifest
    #[arg(long, value_name = "NAME")]
    pub recipe: Option<String>,
    /// Words to select it by; several separated by commas
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    pub tags: Vec<String>,
    /// An axis and its values, such as `color=red,blue`; may be repeated
    #[arg(long, value_name = "AXIS=VALUES")]
    pub matrix: Vec<String>,
    /// A direction that mirrors another, such as `w=e`; several separated by commas
    #[arg(long, value_name = "TO=FROM", value_delimiter = ',')]
    pub mirror: Vec<String>,
    /// Frames a second of an animation
    #[arg(long, value_name = "N")]
    pub fps: Option<u32>,
    /// Images of the project in place of generated ones: files or globs; several separated by commas
    #[arg(long, value_name = "FILES", value_delimiter = ',')]
    pub source: Vec<String>,
    /// An image that it starts from: a file of the project, or an asset
    #[arg(long, value_name = "FILE|ASSET")]
    pub reference: Option<String>,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Adopt {
    /// An edited image in the output folder, such as assets/sprites/knight.png
    pub file: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Fmt {
    /// Write nothing; exit with 4 where a file is written in another way
    #[arg(long)]
    pub check: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Mv {
    /// Current name of the asset
    pub from: String,
    /// New name
    pub to: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rm {
    /// Names of assets
    #[arg(required = true, value_name = "ASSET")]
    pub names: Vec<String>,
}
