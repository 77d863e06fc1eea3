//! The arguments of `compare`.

use std::path::PathBuf;

use clap::Subcommand;

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CompareArgs {
    #[command(subcommand)]
    pub command: CompareCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CompareCommand {
    /// Generate what the arms of a comparison lack
    Run(CompareRun),
    /// Vote on blind pairs of images
    Vote(CompareVote),
    /// Show what votes and metrics say, and write a page
    Report(CompareReport),
    /// Write an arm into the style of the manifest
    Adopt(CompareAdopt),
    /// Write arms for LoRAs at several weights into the manifest
    Sweep(CompareSweep),
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CompareRun {
    /// The comparison: `[compare.NAME]` of the manifest
    pub name: String,
    #[command(flatten)]
    pub profile: Profile,
    /// Only print how many images it would generate
    #[arg(long)]
    pub dry_run: bool,
    /// Generate more images than `max_images` without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Fail what servers have not made after this time, such as `90s` or `10m`
    #[arg(long, value_name = "TIME", value_parser = super::seconds)]
    pub time_limit: Option<u32>,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CompareVote {
    /// The comparison: `[compare.NAME]` of the manifest
    pub name: String,
    #[command(flatten)]
    pub profile: Profile,
    /// Print the next N pairs as JSON lines, and take no votes
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub pairs: Option<u16>,
    /// Who votes; only a digest is kept [default: git's user name]
    #[arg(long, value_name = "NAME")]
    pub rater: Option<String>,
    /// Seed that chooses pairs and sides [default: derived from comparison and rater]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Take back the last vote
    #[arg(long, conflicts_with = "pairs")]
    pub undo: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CompareReport {
    /// The comparison: `[compare.NAME]` of the manifest
    pub name: String,
    #[command(flatten)]
    pub profile: Profile,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The page, one file that works offline [default: .dgx-pixels/compare-NAME.html]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite an existing page
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CompareAdopt {
    /// The comparison: `[compare.NAME]` of the manifest
    pub name: String,
    /// The arm
    pub arm: String,
    #[command(flatten)]
    pub profile: Profile,
    /// Only print what it would change
    #[arg(long)]
    pub dry_run: bool,
    /// Adopt it even if the votes do not separate it from the others
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("files").required(true).multiple(true).args(["lora", "checkpoints"])))]
pub(crate) struct CompareSweep {
    /// The comparison: `[compare.NAME]` of the manifest; it is written if there is none
    pub name: String,
    /// A LoRA, as the servers list it
    #[arg(long, value_name = "FILE")]
    pub lora: Vec<String>,
    /// Further LoRAs in ComfyUI's folder, such as "house-*.safetensors"
    #[arg(long, value_name = "GLOB")]
    pub checkpoints: Option<String>,
    /// Their weights: from..to/step, or a list with commas
    #[arg(long, value_name = "WEIGHTS")]
    pub weights: String,
    /// The slots of a new comparison: assets by name, glob or tag:NAME
    #[arg(long, value_name = "SLOT", value_delimiter = ',')]
    pub slots: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Only print the arms
    #[arg(long)]
    pub dry_run: bool,
}
