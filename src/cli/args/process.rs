//! The arguments of `dgx-pixels process`.

use std::path::PathBuf;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Process {
    /// Images, or folders of images
    #[arg(required = true, value_name = "IMAGE|DIR")]
    pub images: Vec<PathBuf>,
    /// Output folder; every image becomes NAME.png in it
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Number of logical pixels across and down
    #[arg(long, value_name = "auto|WxH", default_value = "auto")]
    pub grid: String,
    /// Size of a logical pixel in pixels of the image, such as 8 or 7.5
    #[arg(long, value_name = "N", conflicts_with = "grid")]
    pub pixel_size: Option<f64>,
    /// Fit the subject into a frame of this size [default: as found]
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<String>,
    /// A built-in palette or a palette file
    #[arg(long, value_name = "PALETTE")]
    pub palette: Option<String>,
    /// Maximum number of colours; with a palette, so many of its colours [default: as many as are found]
    #[arg(long, value_name = "N")]
    pub colors: Option<u32>,
    /// Background to cut out: a flat one, one in a vivid key colour or in this colour alone, or none
    #[arg(long, value_name = "auto|key|none|#RRGGBB")]
    pub background: Option<String>,
    /// Keep the background: `--background none`
    #[arg(long, conflicts_with = "background")]
    pub keep_background: bool,
    /// A frame drawn along the border: removed with the background inside it, kept, or cut off [default: auto]
    #[arg(long, value_name = "MODE", value_parser = ["auto", "keep", "remove"])]
    pub drawn_frame: Option<String>,
    /// Background that the subject encloses: removed where it looks like a gap, kept, or removed [default: auto]
    #[arg(long, value_name = "MODE", value_parser = ["auto", "keep", "cut"])]
    pub holes: Option<String>,
    /// The shadow that a subject casts on its background: kept, made of one colour, or removed [default: keep]
    #[arg(long, value_name = "MODE", value_parser = ["keep", "flat", "remove"])]
    pub shadow: Option<String>,
    /// Half-transparent pixels: kept for finished art only, kept, rounded to quarters, or made opaque or transparent
    #[arg(long, value_name = "MODE", value_parser = ["auto", "keep", "levels", "binary"])]
    pub alpha: Option<String>,
    /// A subject larger than its frame: reduced to fill it, reduced by a whole step, or not reduced [default: fill]
    #[arg(long, value_name = "FIT", value_parser = ["fill", "step", "exact"])]
    pub fit: Option<String>,
    /// TOML file with the keys of a recipe
    #[arg(long, value_name = "FILE")]
    pub recipe: Option<PathBuf>,
    /// Restore all images with one grid and one palette
    #[arg(long)]
    pub group: bool,
    /// Also draw what was found (grid, confidence, palette, residue) into a folder NAME in here for every image
    #[arg(long, value_name = "DIR")]
    pub explain: Option<PathBuf>,
    /// Exit 3 if a gate fails: a grid below its confidence, or a gate of the recipe
    #[arg(long)]
    pub strict: bool,
    /// Print grid, palette and metrics, one JSON object per image
    #[arg(long)]
    pub json: bool,
}
