//! The arguments of `dgx-pixels dataset`.

use std::path::PathBuf;

/// Audit and prepare training data
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatasetArgs {
    #[command(subcommand)]
    pub command: DatasetCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum DatasetCommand {
    /// Report what a folder of images is worth as training data; exits 3 if it cannot be trained on
    Audit(DatasetAudit),
    /// Make canvases with captions: images enlarged by whole factors, never resampled
    Prepare(DatasetPrepare),
    /// Write the project's own picked sprites into a folder, with captions from their prompts
    FromProject(DatasetFromProject),
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatasetFromProject {
    /// Assets by name, glob or tag:NAME; all of them without
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// The folder for images and dataset.toml
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// The licence of the images, such as CC0-1.0
    #[arg(long, value_name = "TEXT")]
    pub licence: Option<String>,
    /// Write over files of the same names
    #[arg(long)]
    pub force: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatasetAudit {
    #[command(flatten)]
    pub images: DatasetImages,
    /// Draw the images into this PNG, those with findings first
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,
    /// Write over the file of `--sheet`
    #[arg(long, requires = "sheet")]
    pub force: bool,
    /// Print the audit as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatasetPrepare {
    #[command(flatten)]
    pub images: DatasetImages,
    /// The folder for canvases and captions
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Side of a square canvas in pixels; others have about the same area
    #[arg(long, value_name = "N", default_value_t = 1024)]
    pub resolution: u32,
    /// Side of an enlarged native pixel, a multiple of 8 [default: 32, 16 or 8, the largest with which all images fit]
    #[arg(long, value_name = "N")]
    pub cell: Option<u32>,
    /// Give each image a canvas of its own
    #[arg(long)]
    pub no_sheets: bool,
    /// Share of the images that is held out for validation
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    pub hold_out: f64,
}

/// Which images, and how they are looked at.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatasetImages {
    /// Folder of images; `dataset.toml` in it has notes, NAME.txt the caption of NAME.png
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The word that calls the style [default: that of dataset.toml, else dgxpx_style]
    #[arg(long, value_name = "WORD")]
    pub trigger: Option<String>,
    /// The template of captions, with {trigger} {words} {folders} {tags} {view} {background} {size} {colors}
    #[arg(long, value_name = "TEXT")]
    pub template: Option<String>,
    /// The colour behind transparent pixels
    #[arg(long, value_name = "white|black|magenta|#RRGGBB", default_value = "white")]
    pub background: String,
    /// Restore images that are no native pixel art, instead of refusing them
    #[arg(long)]
    pub restore: bool,
    /// The least number of distinct images
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub least: usize,
}
