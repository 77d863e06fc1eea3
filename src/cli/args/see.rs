//! The arguments of what shows assets and changes nothing: `list`, `candidates`, `show`, `what-if`, `report`.

use std::path::PathBuf;

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct List {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Candidates {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a frame (`knight-walk@e#3`), a glob or `tag:NAME`
    pub target: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Draw a contact sheet: each restored candidate beside its raw
    #[arg(long, value_name = "FILE.png")]
    pub sheet: Option<PathBuf>,
    /// Overwrite an existing sheet
    #[arg(long, requires = "sheet")]
    pub force: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, a member, a glob or `tag:NAME`
    pub target: String,
    /// Show a candidate instead, by its number
    #[arg(long, short = 'n', value_name = "N")]
    pub candidate: Option<u32>,
    /// Columns to use [default: those of the terminal]
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<u16>,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WhatIf {
    #[command(flatten)]
    pub profile: Profile,
    /// Changes with the keys of a recipe (`palette=pico-8`, `size=24`), and assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "KEY=VALUE|TARGET", required = true)]
    pub words: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Draw a contact sheet: each asset before and after
    #[arg(long, value_name = "FILE.png")]
    pub sheet: Option<PathBuf>,
    /// Overwrite an existing sheet
    #[arg(long, requires = "sheet")]
    pub force: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Report {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Only what changed since a revision of git, such as `origin/main`
    #[arg(long, value_name = "REVISION")]
    pub since: Option<String>,
    /// The page, one file that works offline [default: .dgx-pixels/report.html]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write a table in Markdown, and the page only with `--out`
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write small images for the table into this folder, named by their content
    #[arg(long, value_name = "DIR", requires = "markdown")]
    pub images: Option<PathBuf>,
    /// The address under which that folder will be found [default: its path beside the table]
    #[arg(long, value_name = "URL", requires = "images")]
    pub image_base: Option<String>,
    /// Overwrite files that are no reports
    #[arg(long)]
    pub force: bool,
}
