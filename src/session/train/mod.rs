//! Trains a LoRA of the project's own style, in a worker that goes on when this process ends.

mod adopt;
mod arm;
mod base;
mod cells;
mod choice;
mod data;
mod draw;
mod generation;
mod install;
mod interval;
mod log;
mod memorized;
mod package;
mod process;
mod prove;
mod record;
mod run;
mod samples;

use serde::Serialize;

use crate::generate::worker::LinkError;
use crate::session::{Error, Operation, Result};
use crate::words::suggest::nearest;
use crate::words::train::{Device, JobEvent, JobStatus, Train};

pub use adopt::{AdoptOptions, AdoptedLora, adopt, compare_arms};
pub use arm::{Arm, Leak};
pub use choice::Choice;
pub use draw::ProveOptions;
pub use generation::picture_settings;
pub use install::{Installed, Packages, home, install};
pub use interval::Interval;
pub use process::{WorkerStatus, jobs, status, stop};
pub use prove::{Memorized, Proof, prove};
pub use run::{Attach, Bound, SampleEvent, Trained, cancel, plan, train};
pub use samples::Measured;

/// What a run will do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainPlan {
    /// The run.
    pub name: String,
    /// The job of the worker: the same data and options are the same job.
    pub job: String,
    /// The base model.
    pub base: String,
    /// Canvases that are trained on.
    pub canvases: usize,
    /// Canvases that are held out.
    pub held_out: usize,
    /// The word that calls the style.
    pub trigger: String,
    /// Steps.
    pub steps: u32,
    /// The digest of the data set.
    pub fingerprint: String,
    /// Bytes of memory that it needs, estimated from the size of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Seconds, by what this machine needed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

/// What happens during a run, for an observer.
#[derive(Debug)]
pub enum TrainEvent<'a> {
    /// What it will do.
    Planned(&'a TrainPlan),
    /// The worker that does it.
    Worker {
        /// Its version.
        version: &'a str,
        /// What it computes on.
        device: &'a Device,
    },
    /// Servers of this machine give back the memory of their models, by address.
    Freed(&'a [String]),
    /// The worker ended and was started again.
    Restarted,
    /// An event of the job.
    Job(&'a JobEvent),
    /// A sample was measured.
    Sample(&'a SampleEvent),
}

/// The observer of a run.
pub type OnEvent<'a> = &'a mut dyn FnMut(&TrainEvent<'_>);

/// The jobs of the worker.
pub type Jobs = Vec<JobStatus>;

/// The table of a run.
fn table(op: &Operation, name: &str) -> Result<(crate::session::Workspace, Train)> {
    let (workspace, _) = op.open(crate::session::Options::default(), crate::session::Look::Lock)?;
    let trains = &workspace.manifest.trains;
    if let Some(found) = trains.iter().find(|train| train.name == name) {
        let found = found.clone();
        return Ok((workspace, found));
    }
    let hint = match nearest(name, trains.iter().map(|train| train.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a run is a table `[train.NAME]` of `pixels.toml`".to_owned(),
    };
    Err(Error::usage("unknown-train", format!("no training run is called `{name}`"), hint))
}

/// A failure of the worker as an error.
fn failed(error: LinkError) -> Error {
    Error::Failed(error.into())
}
