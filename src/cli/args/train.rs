//! The arguments of `dgx-pixels train` and `dgx-pixels worker`.

use std::path::PathBuf;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct TrainArgs {
    /// The run: a table [train.NAME] of pixels.toml
    #[arg(required_unless_present = "list", value_name = "NAME")]
    pub name: Option<String>,
    /// Print what the run would do, and train nothing
    #[arg(long, conflicts_with_all = ["cancel", "list"])]
    pub dry_run: bool,
    /// List the jobs of the worker
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
    /// Judge a run by its samples: what it learnt, copied and changed; exits 3 if it fails
    #[arg(long, conflicts_with_all = ["cancel", "list", "dry_run", "detach", "bound"])]
    pub prove: bool,
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
