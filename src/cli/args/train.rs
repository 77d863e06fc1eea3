//! The arguments of `dgx-pixels train` and `dgx-pixels worker`.

use std::path::PathBuf;

#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct TrainArgs {
    #[command(subcommand)]
    pub command: Option<TrainCommand>,
    /// The run: a table [train.NAME] of pixels.toml
    #[arg(required_unless_present = "list", value_name = "NAME")]
    pub name: Option<String>,
    /// Print what the run would do, and train nothing
    #[arg(long, conflicts_with_all = ["cancel", "list"])]
    pub dry_run: bool,
    /// List the jobs of the worker
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
    /// End the job of the run; its state is saved, and `train NAME` continues it
    #[arg(long, conflicts_with = "detach")]
    pub cancel: bool,
    /// Leave the job to the worker, and return
    #[arg(long)]
    pub detach: bool,
    /// End a worker that this command starts with the command
    #[arg(long, conflicts_with = "detach")]
    pub bound: bool,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum TrainCommand {
    /// Draw and judge samples: what a run learnt, copied and changed, and which step to use; exits 3 if it fails
    Prove(TrainProve),
    /// Write the LoRA that a proof chose into a style
    Adopt(TrainAdopt),
    /// Write a comparison of the present style with the steps and strengths of a proof, to vote on
    Compare(TrainCompare),
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TrainProve {
    /// The run: a table [train.NAME] of pixels.toml
    pub name: String,
    /// Judge the samples that are there, and draw none
    #[arg(long)]
    pub no_draw: bool,
    /// Seeds of each prompt
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=16))]
    pub seeds: u32,
    /// Strengths of the LoRA
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values_t = [0.6, 0.8, 1.0])]
    pub strengths: Vec<f64>,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TrainAdopt {
    /// The run: a table [train.NAME] of pixels.toml
    pub name: String,
    /// The style that gets it
    #[arg(long, value_name = "STYLE", default_value = "default")]
    pub style: String,
    /// The LoRA of another step than the proof chose
    #[arg(long, value_name = "N")]
    pub step: Option<u32>,
    /// Another strength than the proof chose
    #[arg(long, value_name = "X")]
    pub strength: Option<f64>,
    /// Only print what it would change
    #[arg(long)]
    pub dry_run: bool,
    /// Adopt it even if the proof does not support it
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TrainCompare {
    /// The run: a table [train.NAME] of pixels.toml
    pub name: String,
    /// What is drawn with each: assets by name, glob or tag:NAME
    #[arg(required = true, value_name = "SLOT")]
    pub slots: Vec<String>,
    /// Only print the arms
    #[arg(long)]
    pub dry_run: bool,
}

/// Install and inspect the training worker
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct WorkerArgs {
    #[command(subcommand)]
    pub command: WorkerCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum WorkerCommand {
    /// Install it with its pinned packages into an environment of its own
    Install {
        /// Python 3.11 or newer
        #[arg(long, value_name = "PYTHON")]
        python: Option<PathBuf>,
        /// Use the packages of this environment, and install none
        #[arg(long, value_name = "DIR", conflicts_with = "python")]
        environment: Option<PathBuf>,
    },
    /// Show whether it is installed and runs, and its jobs
    Status,
    /// End it; its jobs save their state
    Stop,
}
