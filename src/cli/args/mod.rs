//! The command line's arguments. The only long file: it is the manual, too.

mod palette;
mod workflow;

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::session::{BuildOptions, Cancel, Conflicts, Consent, Generator, LockMode, LostRaws, Missing};
use crate::words::asset::Kind;

pub(super) use palette::{PaletteArgs, PaletteCommand};
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
    /// Print only results and errors
    #[arg(long, short, global = true, help_heading = "Global")]
    pub quiet: bool,
    /// Print every step of every asset
    #[arg(long, short, global = true, help_heading = "Global")]
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
}

/// The parser. Commands whose output has a format of its own do not offer another one.
pub(super) fn command() -> clap::Command {
    let command = Args::command();
    let format = command.get_arguments().find(|argument| argument.get_id() == "message_format").cloned();
    let Some(format) = format.map(|format| format.hide(true)) else { return command };
    let own = ["schema", "completions", "man"];
    own.into_iter().fold(command, |command, name| command.mut_subcommand(name, |own| own.arg(format.clone())))
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build everything that is not up to date
    Build(Build),
    /// Check that everything is up to date
    Check(Check),
    /// Show what a build would do
    Plan(Plan),
    /// Explain why an asset would be rebuilt
    Why(Why),
    /// Generate images from one prompt, with or without a project
    Generate(Generate),
    /// Generate an image for every prompt in a list
    Batch(Batch),
    /// Add an asset to pixels.toml
    Add(Add),
    /// Restore images to true pixel art, without a project
    Process(Process),
    /// List, show, extract and convert palettes
    Palette(PaletteArgs),
    /// List, show, import and check ComfyUI workflows
    Workflow(WorkflowArgs),
    /// Pick a candidate of an asset
    Pick(Pick),
    /// Remove a pick, so that the gates choose again
    Unpick(Unpick),
    /// Generate new candidates of an asset
    Reroll(Reroll),
    /// Rename an asset in the manifest, the lock and the output folder
    Mv(Mv),
    /// Update built-in presets and workflows to their newest versions
    Upgrade,
    /// Manage the store: size, verify, gc, export, import
    Cache(Cache),
    /// Resolve merge conflicts in pixels.lock
    Lock(Lock),
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
#[derive(Clone, Debug, clap::Args)]
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

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Build {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Exit 4 if pixels.lock would change
    #[arg(long)]
    pub locked: bool,
    /// Like --locked, and without network access
    #[arg(long)]
    pub frozen: bool,
    /// Print the plan and build nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite files that this checkout did not write; copies go to .dgx-pixels/kept
    #[arg(long)]
    pub overwrite: bool,
    /// Generate lost raws of automatic picks again
    #[arg(long)]
    pub recapture: bool,
    /// Allow more images than `max_images`, and placeholder art in place of generated images
    #[arg(long, short)]
    pub yes: bool,
    /// Fill in placeholder art for what cannot be built; it never enters the lock
    #[arg(long, value_name = "BACKEND", value_parser = ["sketch"])]
    pub fill: Option<String>,
    /// Continue with other assets when one fails (the default)
    #[arg(long, hide = true)]
    pub keep_going: bool,
}

impl Build {
    /// The options of the session's build.
    pub(crate) fn options(&self) -> BuildOptions {
        BuildOptions {
            targets: self.targets.clone(),
            lock: match (self.frozen, self.locked) {
                (true, _) => LockMode::Frozen,
                (_, true) => LockMode::Locked,
                _ => LockMode::Update,
            },
            conflicts: if self.overwrite { Conflicts::Overwrite } else { Conflicts::Preserve },
            consent: if self.yes { Consent::Given } else { Consent::Required },
            missing: if self.fill.is_some() { Missing::Sketch } else { Missing::Fail },
            lost: if self.recapture { LostRaws::Recapture } else { LostRaws::Leave },
        }
    }

    /// A plain build of a few targets.
    pub(super) fn of(targets: Vec<String>, profile: Profile) -> Self {
        Self {
            targets,
            profile,
            locked: false,
            frozen: false,
            dry_run: false,
            overwrite: false,
            recapture: false,
            yes: true,
            fill: None,
            keep_going: false,
        }
    }
}

/// How one-off images look.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Wish {
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
    #[arg(long, value_name = "BACKEND", value_parser = ["comfyui", "sketch"])]
    pub backend: Option<String>,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Generate {
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
pub(super) struct Batch {
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
pub(super) struct Add {
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
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Check {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Also read the files in the output folder; without it they only have to be there
    #[arg(long)]
    pub outputs: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Plan {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Print one JSON value
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Why {
    /// An asset, or one of its members (`potion@red`)
    pub asset: String,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Process {
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
    /// Maximum number of colours [default: as many as are found]
    #[arg(long, value_name = "N", conflicts_with = "palette")]
    pub colors: Option<u32>,
    /// Keep the background
    #[arg(long)]
    pub keep_background: bool,
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

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Pick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame (`knight-walk@e#3`)
    pub slot: String,
    /// Number of the candidate, as in the lock
    pub n: u32,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Unpick {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame
    pub slot: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Reroll {
    #[command(flatten)]
    pub profile: Profile,
    /// An asset, one of its members, or a frame
    pub slot: String,
    /// Numbers of candidates to keep
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub keep: Vec<u32>,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Mv {
    /// Current name of the asset
    pub from: String,
    /// New name
    pub to: String,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Lock {
    #[command(subcommand)]
    pub command: LockCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum LockCommand {
    /// Merge the two sides of a conflict in pixels.lock
    Resolve {
        /// Prefer our pick where both sides picked
        #[arg(long, conflicts_with = "theirs")]
        ours: bool,
        /// Prefer their pick where both sides picked
        #[arg(long)]
        theirs: bool,
    },
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Cache {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Show the size of the store
    Size,
    /// Read every raw and quarantine damaged ones
    Verify,
    /// Remove what no lock of this checkout refers to; a scope is required
    Gc(Gc),
    /// Export raws into one file
    Export {
        /// Only picked raws
        #[arg(long)]
        picked: bool,
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
        /// File to write
        file: PathBuf,
    },
    /// Import raws from a file that `export` wrote
    Import {
        /// File to read
        file: PathBuf,
    },
}

#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Gc {
    /// Remove raws that no lock refers to
    #[arg(long)]
    pub raws: bool,
    /// Remove cached sprites that no lock refers to
    #[arg(long)]
    pub sprites: bool,
    /// Remove both
    #[arg(long)]
    pub all: bool,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Also clean a store outside of the project, which other projects may share
    #[arg(long)]
    pub shared: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub profile: Profile,
    /// List the model files that the manifest needs, with folder, licence, source and download command
    #[arg(long)]
    pub models: bool,
    /// Print one JSON value
    #[arg(long)]
    pub json: bool,
}

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
pub(super) struct Init {
    /// Folder of the project [default: this folder]
    pub folder: Option<PathBuf>,
    /// Name of the project [default: the folder's name]
    #[arg(long)]
    pub name: Option<String>,
    /// What generates the images
    #[arg(long, value_enum, default_value_t = InitBackend::Sketch)]
    pub backend: InitBackend,
}
