//! The arguments of what keeps lock and store in order: `lock`, `cache`, `doctor`.

use std::path::PathBuf;

use clap::Subcommand;

use super::Profile;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Lock {
    #[command(subcommand)]
    pub command: LockCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum LockCommand {
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
pub(crate) struct Cache {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CacheCommand {
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
pub(crate) struct Gc {
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
pub(crate) struct Doctor {
    #[command(flatten)]
    pub profile: Profile,
    /// List the model files that the manifest needs, with folder, licence, source and download command
    #[arg(long)]
    pub models: bool,
    /// Print one JSON value
    #[arg(long)]
    pub json: bool,
}
