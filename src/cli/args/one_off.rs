//! The arguments of `generate` and `batch`.

use std::path::PathBuf;

use super::Profile;

/// How one-off images look.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Wish {
    /// Frame size in logical pixels [default: as found]
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<String>,
    /// A built-in palette, a palette file, or colours (`#1a1c2c,#5d275d`)
    #[arg(long, value_name = "PALETTE")]
    pub palette: Option<String>,
    /// A style of the manifest
    #[arg(long, value_name = "NAME")]
    pub style: Option<String>,
    /// What the image must not show
    #[arg(long, value_name = "PROMPT")]
    pub negative: Option<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// What generates the images [default: the project's backend; comfyui without a project]
    #[arg(long, value_name = "BACKEND", value_parser = ["comfyui", "sketch", "worker"])]
    pub backend: Option<String>,
    /// Fail what servers have not made after this time, such as `90s` or `10m`
    #[arg(long, value_name = "TIME", value_parser = super::seconds)]
    pub time_limit: Option<u32>,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Generate {
    /// Kind of image: character, creature, item, icon, prop, portrait, scene; several separated by commas
    pub preset: String,
    /// What the image shows
    pub prompt: String,
    #[command(flatten)]
    pub wish: Wish,
    /// Seed of the first image, counted up for the others [default: derived from the name]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Number of images; with --add, number of candidates
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: u32,
    /// Output file (`.png`) or folder [default: this folder]
    #[arg(long, short, value_name = "FILE|DIR", visible_alias = "output", conflicts_with = "add")]
    pub out: Option<PathBuf>,
    /// Name of the image [default: derived from the prompt]
    #[arg(long)]
    pub name: Option<String>,
    /// Overwrite existing files
    #[arg(long, conflicts_with = "add")]
    pub force: bool,
    /// Add it to pixels.toml as a sprite, and build that
    #[arg(long, conflicts_with = "backend")]
    pub add: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Batch {
    /// List of prompts: one per line (`name: prompt`), a .csv with columns (name, prompt, preset, size, palette,
    /// seed, style, negative), or a .toml with tables as in pixels.toml
    pub file: PathBuf,
    /// Output folder
    #[arg(long, short, value_name = "DIR", visible_alias = "output")]
    pub out: PathBuf,
    /// Preset for prompts that have none
    #[arg(long)]
    pub preset: Option<String>,
    #[command(flatten)]
    pub wish: Wish,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
    /// Continue with other images when one fails (the default)
    #[arg(long, hide = true)]
    pub keep_going: bool,
}
