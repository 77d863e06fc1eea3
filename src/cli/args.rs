//! What may be written on the command line. The only long file: it is the manual, too.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::session::Generator;
use crate::words::asset::Kind;

/// Turns a declarative pixels.toml into folders of true, reproducible pixel art.
#[derive(Debug, Parser)]
#[command(name = "dgx-pixels", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 made, 1 some assets failed or were kept, 2 manifest or usage, 3 a gate failed, \
4 stale, 130 interrupted.";

/// Options of every subcommand.
#[derive(Clone, Debug, clap::Args)]
pub struct Global {
    /// The project's folder [default: the nearest one upwards with a pixels.toml]
    #[arg(long, short = 'C', global = true, value_name = "DIR", help_heading = "Global")]
    pub project: Option<PathBuf>,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, help_heading = "Global")]
    pub color: Color,
    /// Results and errors only
    #[arg(long, short, global = true, help_heading = "Global")]
    pub quiet: bool,
    /// Every step of every asset
    #[arg(long, short, global = true, help_heading = "Global")]
    pub verbose: bool,
    /// Threads that compute [default: one a processor]
    #[arg(long, short, global = true, value_name = "N", help_heading = "Global")]
    pub jobs: Option<u16>,
    /// How `build` and `check` tell events: `json` writes one a line to stdout
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Human, help_heading = "Global")]
    pub message_format: MessageFormat,
}

/// When output is coloured; `NO_COLOR` is honoured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// How events are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Bars on a terminal, plain lines elsewhere
    Human,
    /// One JSON object a line, with a closing summary
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make what is not up to date
    Build(Build),
    /// Say whether everything is up to date, without making anything
    Check(Check),
    /// Show what a build would do
    Plan(Plan),
    /// Show why an asset would be made again
    Why(Why),
    /// Generate pictures of one prompt, in a project or without one
    Generate(Generate),
    /// Generate a picture for every prompt of a list
    Batch(Batch),
    /// Append an asset to pixels.toml
    Add(Add),
    /// Restore images to true pixel art, without a project
    Process(Process),
    /// List, show, extract and convert palettes
    Palette(super::palette::PaletteArgs),
    /// List, show, import and check ComfyUI workflows
    Workflow(super::workflow::WorkflowArgs),
    /// Choose a candidate of an asset
    Pick(Pick),
    /// Leave the choice to the gates again
    Unpick(Unpick),
    /// Ask for new candidates of an asset
    Reroll(Reroll),
    /// Rename an asset in manifest, lock and output
    Mv(Mv),
    /// Move built-in presets and workflows to their newest versions
    Upgrade,
    /// Look after the store: size, verify, gc, export, import
    Cache(Cache),
    /// Mend pixels.lock after a merge
    Lock(Lock),
    /// Look at project, servers and models, and say what mends what is found
    Doctor(Doctor),
    /// Begin a project
    Init(Init),
    /// Print the JSON schema of pixels.toml
    Schema,
    /// Print a shell's completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write man pages
    Man {
        /// The folder for them [default: the main page to stdout]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// A profile other than the default.
#[derive(Clone, Debug, clap::Args)]
pub struct Profile {
    /// A `[profile.NAME]` of the manifest, with a lock of its own
    #[arg(long, short = 'P', value_name = "NAME", env = "DGX_PIXELS_PROFILE")]
    profile: Option<String>,
}

impl Profile {
    /// Its name; the default one has none.
    pub fn name(&self) -> Option<String> {
        self.profile.clone().filter(|name| !matches!(name.as_str(), "" | "default"))
    }
}

#[derive(Clone, Debug, clap::Args)]
pub struct Build {
    /// Assets by name, glob or `tag:NAME` [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// Exit 4 if pixels.lock would change
    #[arg(long)]
    pub locked: bool,
    /// As --locked, and no network at all
    #[arg(long)]
    pub frozen: bool,
    /// Print the plan and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite files that are not ours; copies go to .dgx-pixels/kept
    #[arg(long)]
    pub overwrite: bool,
    /// Ask again for lost raws of automatic picks
    #[arg(long)]
    pub recapture: bool,
    /// Agree to more images than `max_images`, and to placeholders over captures
    #[arg(long, short)]
    pub yes: bool,
    /// Fill what cannot be made with placeholder art, which the lock never knows
    #[arg(long, value_name = "BACKEND", value_parser = ["sketch"])]
    pub fill: Option<String>,
    /// Go on with other assets when one fails (the default)
    #[arg(long, hide = true)]
    pub keep_going: bool,
}

impl Build {
    /// A plain build of a few targets.
    pub fn of(targets: Vec<String>, profile: Profile) -> Self {
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

/// How pictures are to look that are no asset of a manifest yet.
#[derive(Clone, Debug, clap::Args)]
pub struct Wish {
    /// The frame in logical pixels [default: as found]
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<String>,
    /// A built-in palette, a palette file, or colours (`#1a1c2c,#5d275d`)
    #[arg(long, value_name = "PALETTE")]
    pub palette: Option<String>,
    /// A style of the manifest
    #[arg(long, value_name = "NAME")]
    pub style: Option<String>,
    /// What is not to be seen
    #[arg(long, value_name = "PROMPT")]
    pub negative: Option<String>,
    #[command(flatten)]
    pub profile: Profile,
    /// What draws [default: the project's; without a project comfyui]
    #[arg(long, value_name = "BACKEND", value_parser = ["comfyui", "sketch"])]
    pub backend: Option<String>,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Generate {
    /// What kind of picture: character, creature, item, icon, prop, portrait, scene; several with commas
    pub preset: String,
    /// What is to be seen
    pub prompt: String,
    #[command(flatten)]
    pub wish: Wish,
    /// The first picture's seed; the next ones count on [default: one that follows from name and prompt]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many pictures; with --add how many candidates of one
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: u32,
    /// A `.png` file or a folder [default: this folder]
    #[arg(long, short, value_name = "FILE|DIR", visible_alias = "output", conflicts_with = "add")]
    pub out: Option<PathBuf>,
    /// The picture's name [default: made of the prompt]
    #[arg(long)]
    pub name: Option<String>,
    /// Write over files that are there and differ
    #[arg(long, conflicts_with = "add")]
    pub force: bool,
    /// Append it to pixels.toml as a sprite and build that
    #[arg(long, conflicts_with = "backend")]
    pub add: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Batch {
    /// A prompt a line (`name: prompt`), a .csv with columns (name, prompt, preset, size, palette, seed, style,
    /// negative), or a .toml with tables as in pixels.toml
    pub file: PathBuf,
    /// The folder for the pictures
    #[arg(long, short, value_name = "DIR", visible_alias = "output")]
    pub out: PathBuf,
    /// The preset of prompts without one
    #[arg(long)]
    pub preset: Option<String>,
    #[command(flatten)]
    pub wish: Wish,
    /// Write over files that are there and differ
    #[arg(long)]
    pub force: bool,
    /// Go on with other pictures when one fails (the default)
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
pub struct Add {
    /// What it is
    pub kind: AddKind,
    /// Its name
    pub name: String,
    /// What is to be seen
    pub prompt: Option<String>,
    /// The preset, several with commas
    #[arg(long)]
    pub preset: Option<String>,
    /// The sprite of an animation, the texture of a tileset
    #[arg(long, value_name = "ASSET")]
    pub of: Option<String>,
    /// The texture that the tileset lies over
    #[arg(long, value_name = "TEXTURE")]
    pub over: Option<String>,
    /// What an animation's figure does
    #[arg(long)]
    pub action: Option<String>,
    /// Frames of an animation
    #[arg(long, value_name = "N")]
    pub frames: Option<u32>,
    /// Layout of a tileset: single, edge16, corner16, blob47
    #[arg(long)]
    pub layout: Option<String>,
    /// Views of a sprite: 4 or 8
    #[arg(long, value_name = "N")]
    pub directions: Option<u32>,
    /// Pictures to choose from
    #[arg(long, value_name = "N")]
    pub candidates: Option<u32>,
    /// The frame in logical pixels
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
pub struct Check {
    #[command(flatten)]
    pub profile: Profile,
    /// Read the files in the output folder too
    #[arg(long)]
    pub outputs: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Plan {
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
pub struct Why {
    /// The asset, or one of its members (`potion@red`)
    pub asset: String,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Process {
    /// Images, or folders of images
    #[arg(required = true, value_name = "IMAGE|DIR")]
    pub images: Vec<PathBuf>,
    /// Where NAME.png is written for every image
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Logical cells across and down
    #[arg(long, value_name = "auto|WxH", default_value = "auto")]
    pub grid: String,
    /// Width of a logical pixel in pixels of the image, such as 8 or 7.5
    #[arg(long, value_name = "N", conflicts_with = "grid")]
    pub pixel_size: Option<f64>,
    /// Fit the subject into a frame [default: as found]
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<String>,
    /// A built-in palette or a palette file
    #[arg(long, value_name = "PALETTE")]
    pub palette: Option<String>,
    /// At most so many colours [default: as many as are there]
    #[arg(long, value_name = "N", conflicts_with = "palette")]
    pub colors: Option<u32>,
    /// Leave the background as it is
    #[arg(long)]
    pub keep_background: bool,
    /// A TOML file with the keys of a recipe
    #[arg(long, value_name = "FILE")]
    pub recipe: Option<PathBuf>,
    /// Restore all images as one group: one grid, one palette
    #[arg(long)]
    pub group: bool,
    /// Draw what was found into a folder NAME here for every image: grid, confidence, palette and residue
    #[arg(long, value_name = "DIR")]
    pub explain: Option<PathBuf>,
    /// Print grid, palette and figures, one JSON object an image
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Pick {
    #[command(flatten)]
    pub profile: Profile,
    /// The asset, its member, or a frame (`knight-walk@e#3`)
    pub slot: String,
    /// The candidate's number, as `plan` and the lock show it
    pub n: u32,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Unpick {
    #[command(flatten)]
    pub profile: Profile,
    /// The asset, its member, or a frame
    pub slot: String,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Reroll {
    #[command(flatten)]
    pub profile: Profile,
    /// The asset, its member, or a frame
    pub slot: String,
    /// Numbers of candidates that stay in the choice
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub keep: Vec<u32>,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Mv {
    /// The asset's name
    pub from: String,
    /// Its new name
    pub to: String,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Lock {
    #[command(subcommand)]
    pub command: LockCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub enum LockCommand {
    /// Unite the two sides of a merge conflict in pixels.lock
    Resolve {
        /// Where two people picked differently, take our pick
        #[arg(long, conflicts_with = "theirs")]
        ours: bool,
        /// Where two people picked differently, take their pick
        #[arg(long)]
        theirs: bool,
    },
}

#[derive(Clone, Debug, clap::Args)]
pub struct Cache {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub enum CacheCommand {
    /// What the store holds, in bytes
    Size,
    /// Read every raw and put damaged ones aside
    Verify,
    /// Remove what no lock of this checkout names; a scope is required
    Gc(Gc),
    /// Write raws into one file
    Export {
        /// The picked raws only
        #[arg(long)]
        picked: bool,
        /// Write over a file
        #[arg(long)]
        force: bool,
        /// The file to write
        file: PathBuf,
    },
    /// Take raws in from a file that `export` wrote
    Import {
        /// The file to read
        file: PathBuf,
    },
}

#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub struct Gc {
    /// Raws that no lock names
    #[arg(long)]
    pub raws: bool,
    /// Cached sprites that no lock names
    #[arg(long)]
    pub sprites: bool,
    /// Both
    #[arg(long)]
    pub all: bool,
    /// Say what would go, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Sweep a store of its own folder, too, though other projects may keep raws there
    #[arg(long)]
    pub shared: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub struct Doctor {
    #[command(flatten)]
    pub profile: Profile,
    /// List the model files that the manifest needs: folder, source, licence, and a command that gets each
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
pub struct Init {
    /// The folder [default: this one]
    pub folder: Option<PathBuf>,
    /// The project's name [default: the folder's]
    #[arg(long)]
    pub name: Option<String>,
    /// The generator of pictures
    #[arg(long, value_enum, default_value_t = InitBackend::Sketch)]
    pub backend: InitBackend,
}
