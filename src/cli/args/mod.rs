//! The arguments of the command line, which are its manual, too.

mod build;
mod compare;
mod dataset;
mod manifest;
#[cfg(feature = "mcp")]
mod mcp;
mod one_off;
mod palette;
mod pick;
mod process;
mod see;
#[cfg(feature = "serve")]
mod serve;
mod store;
mod tileset;
#[cfg(all(unix, feature = "worker"))]
mod train;
#[cfg(feature = "tui")]
mod tui;
mod workflow;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::session::{self, Cancel, Error};

pub(super) use build::{Build, Check, Plan, Watch, Why};
pub(super) use compare::{
    CompareAdopt, CompareArgs, CompareCommand, CompareReport, CompareRun, CompareSweep, CompareVote,
};
pub(super) use dataset::{
    DatasetArgs, DatasetAudit, DatasetCommand, DatasetFromProject, DatasetImages, DatasetPrepare,
};
pub(super) use manifest::{Add, Adopt, Fmt, Init, Mv, Rm};
#[cfg(feature = "mcp")]
pub(super) use mcp::Mcp;
pub(super) use one_off::{Batch, Generate, Wish};
pub(super) use palette::{PaletteArgs, PaletteCommand};
pub(super) use pick::{Keep, Pick, Reroll, Unpick};
pub(super) use process::Process;
pub(super) use see::{Candidates, List, Report, Show, WhatIf};
#[cfg(feature = "serve")]
pub(super) use serve::{Review, Serve};
pub(super) use store::{Cache, CacheCommand, Doctor, Gc, Lock, LockCommand};
pub(super) use tileset::{TilesetArgs, TilesetCommand, TilesetVerify};
#[cfg(all(unix, feature = "worker"))]
pub(super) use train::{TrainAdopt, TrainArgs, TrainCommand, TrainCompare, TrainProve, WorkerArgs, WorkerCommand};
#[cfg(feature = "tui")]
pub(super) use tui::{FirstScreen, Images as TerminalImages, Tui};
pub(super) use workflow::{Import, WorkflowArgs, WorkflowCheck, WorkflowCommand};

/// Turns a declarative pixels.toml into folders of true, reproducible pixel art.
#[derive(Debug, Parser)]
#[command(name = "dgx-pixels", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(super) struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 success, 1 some assets failed or files were in the way, 2 invalid manifest or usage, \
3 a gate failed, 4 not up to date, 130 interrupted. Of several, the first of 130, 2, 1, 3, 4 is returned.";

/// Options of all subcommands.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Global {
    /// The project's folder [default: this folder or the nearest parent with a pixels.toml]
    #[arg(long, short = 'C', global = true, value_name = "DIR", help_heading = "Global")]
    pub project: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, help_heading = "Global")]
    pub color: Color,
    /// Print only results and errors: no progress, no warnings, no closing line
    #[arg(long, short, global = true, overrides_with = "quiet", help_heading = "Global")]
    pub quiet: bool,
    /// Print every step of every asset
    #[arg(long, short, global = true, overrides_with = "verbose", help_heading = "Global")]
    pub verbose: bool,
    /// Worker threads [default: one per processor]
    #[arg(long, short, global = true, value_name = "N", help_heading = "Global")]
    pub jobs: Option<u16>,
    /// Output format: `json` prints events and results to stdout, one object per line
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Human, help_heading = "Global")]
    pub message_format: MessageFormat,
    /// Cancels the operation; the signal handler triggers it.
    #[arg(skip)]
    pub cancel: Cancel,
}

/// When output is coloured; `NO_COLOR` is respected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// How events and results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// Progress bars on a terminal, plain lines elsewhere
    Human,
    /// One JSON object per line
    Json,
    /// As `human`, and annotations of GitHub Actions, which a job of it gets without being asked
    Github,
}

/// The parser. Commands whose output has a format of its own do not offer another one.
pub(super) fn command() -> clap::Command {
    let command = Args::command();
    let format = command.get_arguments().find(|argument| argument.get_id() == "message_format").cloned();
    let Some(format) = format.map(|format| format.hide(true)) else { return command };
    let hide = |own: clap::Command| own.arg(format.clone());
    let command = OWN_FORMAT.iter().fold(command, |command, name| command.mut_subcommand(name, hide));
    command.mut_subcommand("workflow", |workflow| workflow.mut_subcommand("show", hide))
}

/// Commands that print a file or speak a protocol.
const OWN_FORMAT: &[&str] = &[
    "schema",
    "completions",
    "man",
    #[cfg(feature = "mcp")]
    "mcp",
];

impl Args {
    /// Refuses `--message-format json` for what prints a file.
    pub(super) fn check_format(&self) -> session::Result<()> {
        let name = match &self.command {
            _ if self.global.message_format != MessageFormat::Json => return Ok(()),
            Command::Schema => "schema",
            Command::Completions { .. } => "completions",
            Command::Man { .. } => "man",
            #[cfg(feature = "mcp")]
            Command::Mcp(_) => "mcp",
            Command::Workflow(WorkflowArgs { command: WorkflowCommand::Show { .. } }) => "workflow show",
            _ => return Ok(()),
        };
        let message = format!("`{name}` prints a file, which `--message-format json` does not change");
        Err(Error::usage("no-json", message, "leave `--message-format` out"))
    }
}

/// A time in seconds, or with a unit.
fn seconds(text: &str) -> Result<u32, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        _ => None,
    };
    let seconds = unit.and_then(|unit| number.parse::<u32>().ok()?.checked_mul(unit));
    seconds.filter(|seconds| *seconds > 0).ok_or_else(|| "a time is a whole number with `s`, `m` or `h`".to_owned())
}

/// Whether arguments that could not be parsed ask for JSON.
pub(super) fn wants_json(arguments: &[OsString]) -> bool {
    let mut pairs = arguments.iter().zip(arguments.iter().skip(1));
    arguments.iter().any(|argument| argument == "--message-format=json")
        || pairs.any(|(option, value)| option == "--message-format" && value == "json")
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build everything that is not up to date
    Build(Build),
    /// Build again whenever a file changes
    Watch(Watch),
    /// Check that everything is up to date
    Check(Check),
    /// Show what a build would do
    Plan(Plan),
    /// Explain why an asset would be rebuilt
    Why(Why),
    /// List the assets
    List(List),
    /// Show the candidates of an asset
    Candidates(Candidates),
    /// Show an asset in the terminal
    Show(Show),
    /// Compare assets with what another recipe would make of them
    WhatIf(WhatIf),
    /// Compare styles: the same slots and seeds, blind votes, a decision
    Compare(CompareArgs),
    /// Write a page that shows all assets, or a table
    Report(Report),
    /// Review the assets in a browser: look, pick, re-roll, direct
    #[cfg(feature = "serve")]
    Review(Review),
    /// Work on the project in the terminal: look, pick, re-roll, compare, generate
    #[cfg(feature = "tui")]
    Tui(Tui),
    /// Serve the project over HTTP
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Generate images from one prompt, with or without a project
    Generate(Generate),
    /// Generate an image for every prompt in a list
    Batch(Batch),
    /// Add an asset to pixels.toml
    Add(Add),
    /// Make an edited file of the output folder the source of its asset
    Adopt(Adopt),
    /// Restore images to true pixel art, without a project
    Process(Process),
    /// List, show, extract and convert palettes
    Palette(PaletteArgs),
    /// Verify tilesets
    Tileset(TilesetArgs),
    /// Audit and prepare training data
    Dataset(DatasetArgs),
    /// Train a LoRA of the project's own style
    #[cfg(all(unix, feature = "worker"))]
    Train(TrainArgs),
    /// Install and inspect the training worker
    #[cfg(all(unix, feature = "worker"))]
    Worker(WorkerArgs),
    /// List, show, import and check ComfyUI workflows
    Workflow(WorkflowArgs),
    /// Pick a candidate of an asset
    Pick(Pick),
    /// Remove a pick, so that the gates choose again
    Unpick(Unpick),
    /// Mark candidates, so that no reroll drops them
    Keep(Keep),
    /// Generate new candidates of an asset
    Reroll(Reroll),
    /// Rename an asset in the manifest, the lock and the output folder
    Mv(Mv),
    /// Remove assets from the manifest; the next build removes their files
    Rm(Rm),
    /// Format pixels.toml; comments stay
    Fmt(Fmt),
    /// Update built-in presets and workflows to their newest versions
    Upgrade,
    /// Manage the store: size, verify, gc, export, import
    Cache(Cache),
    /// Resolve merge conflicts in pixels.lock
    Lock(Lock),
    /// Serve the project to assistants over the Model Context Protocol
    #[cfg(feature = "mcp")]
    Mcp(Mcp),
    /// Diagnose problems with the project, the servers and the models
    Doctor(Doctor),
    /// Create a project
    Init(Init),
    /// Print the JSON schema of pixels.toml
    Schema,
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write man pages
    Man {
        /// Folder for the pages [default: print the main page]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// A profile other than the default one.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Profile {
    /// Use `[profile.NAME]` of the manifest, which has its own lock
    #[arg(long, short = 'P', value_name = "NAME", env = "DGX_PIXELS_PROFILE")]
    profile: Option<String>,
}

impl Profile {
    /// Its name; the default profile has none.
    pub(super) fn name(&self) -> Option<String> {
        self.profile.clone().filter(|name| !matches!(name.as_str(), "" | "default"))
    }
}

#[cfg(all(test, unix, feature = "serve", feature = "mcp", feature = "worker", feature = "tui"))]
mod tests;
