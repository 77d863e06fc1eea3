//! Training runs: what the manifest asks for, and what a worker reports.

use serde::{Deserialize, Serialize};

/// The table `[train.NAME]`, with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Train {
    /// Its name.
    pub name: String,
    /// Its images.
    pub data: TrainData,
    /// The base model: a file of `models/checkpoints`, or a path.
    pub base: String,
    /// The word that calls the style; `None` takes the one of the data set.
    pub trigger: Option<String>,
    /// How many steps.
    pub steps: u32,
    /// The rank of the LoRA.
    pub rank: u32,
    /// Canvases in a step.
    pub batch: u32,
    /// The side of a square canvas.
    pub resolution: u32,
    /// How much of the data set is held out, per mille.
    pub hold_out: u32,
    /// The seed.
    pub seed: u32,
    /// Prompts of samples.
    pub prompts: Vec<String>,
}

/// Where the images of a run come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrainData {
    /// A folder, relative to the project.
    Folder(String),
    /// The project's own picked sprites: names, globs, tags.
    From(Vec<String>),
}

/// A run as a worker is asked for it. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainSpec {
    /// The base model.
    pub base: String,
    /// The prepared data set.
    pub data: String,
    /// The folder of the run.
    pub out: String,
    /// The folder with the tokenizer's files, for a base of one file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokenizers: Option<String>,
    /// The name of the LoRA.
    pub name: String,
    /// How many steps.
    pub steps: u32,
    /// The rank of the LoRA.
    pub rank: u32,
    /// Canvases in a step.
    pub batch: u32,
    /// The learning rate.
    pub lr: f64,
    /// The seed.
    pub seed: u32,
    /// Prompts of samples.
    pub prompts: Vec<String>,
    /// The seed of each prompt.
    pub seeds: Vec<u32>,
    /// A LoRA is kept every so many steps; 0 keeps the last one alone.
    pub lora_every: u32,
    /// Draws samples with LoRAs that are there, in place of training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofSpec>,
}

/// What is drawn for a proof: every prompt with the base, and with each LoRA at each strength.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofSpec {
    /// LoRAs of a run.
    pub loras: Vec<SavedLora>,
    /// Strengths, per mille.
    pub strengths: Vec<u32>,
}

/// The LoRA of a run at a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SavedLora {
    /// The step.
    pub step: u32,
    /// Its file.
    pub path: String,
}

/// Where a job of a worker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobPhase {
    /// It waits for another job.
    Queued,
    /// It loads the base and the data.
    Preparing,
    /// It trains.
    Running,
    /// It waits for a user.
    Paused,
    /// It writes the LoRA.
    Finishing,
    /// The LoRA is written.
    Done,
    /// It ended with an error.
    Failed,
    /// A user ended it.
    Cancelled,
    /// The worker ended before it.
    Interrupted,
}

impl JobPhase {
    /// Whether nothing more comes.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled | Self::Interrupted)
    }

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finishing => "finishing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The result of a finished job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainResult {
    /// The LoRA.
    pub path: String,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// First and last loss, and what else the worker measured.
    #[serde(default)]
    pub metrics: serde_json::Map<String, serde_json::Value>,
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// The worker's code.
    pub code: String,
    /// What happened.
    pub msg: String,
}

/// A job as a worker reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobStatus {
    /// Its id.
    pub job_id: String,
    /// Where it stands.
    pub state: JobPhase,
    /// Steps done.
    #[serde(default)]
    pub step: u32,
    /// Steps in all.
    #[serde(default)]
    pub steps: u32,
    /// The loss of the last step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// Seconds left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_s: Option<f64>,
    /// The result, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<TrainResult>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
}

/// An event of a job; its number counts without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobEvent {
    /// Its number, from 1.
    pub seq: u64,
    /// The job.
    pub job_id: String,
    /// What happened.
    #[serde(flatten)]
    pub kind: JobEventKind,
}

/// What happened in a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum JobEventKind {
    /// It stands elsewhere now.
    State {
        /// Where.
        state: JobPhase,
        /// Steps in all.
        #[serde(default)]
        steps: u32,
    },
    /// A step was done; not each is reported.
    Step {
        /// Its number.
        step: u32,
        /// Its loss.
        loss: f64,
        /// The mean of the last 25 losses.
        loss_avg: f64,
        /// Seconds a step.
        s_per_step: f64,
        /// Seconds left.
        eta_s: f64,
        /// Bytes in use.
        mem: u64,
    },
    /// A picture goes on; not each step is reported.
    Progress {
        /// Steps done.
        step: u32,
        /// Steps in all.
        steps: u32,
    },
    /// A picture as far as it is drawn, small.
    Preview {
        /// After this step.
        step: u32,
        /// Its file, which the next preview replaces.
        path: String,
        /// The SHA-256 of the file.
        sha256: String,
    },
    /// The loss on what is held out.
    Val {
        /// After this step.
        step: u32,
        /// The loss.
        loss: f64,
    },
    /// A sample was drawn.
    Sample {
        /// After this step.
        step: u32,
        /// The strength of the LoRA, per mille; in training it is whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strength: Option<u32>,
        /// Its prompt.
        prompt: String,
        /// Its seed.
        seed: u64,
        /// Its file.
        path: String,
        /// The SHA-256 of the file.
        sha256: String,
    },
    /// A LoRA was written before the last one.
    Lora {
        /// After this step.
        step: u32,
        /// Its file.
        path: String,
        /// The SHA-256 of the file.
        sha256: String,
    },
    /// A state was saved, from which the run can go on.
    Checkpoint {
        /// After this step.
        step: u32,
        /// Its folder.
        path: String,
    },
    /// A message for people.
    Log {
        /// `info` or `error`.
        level: String,
        /// The message.
        msg: String,
    },
    /// The LoRA is written.
    Done(TrainResult),
    /// The job failed.
    Failed(JobError),
    /// An event of a later version.
    #[serde(other)]
    Other,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// The program.
    pub server: String,
    /// Its version.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// New with each start.
    pub boot_id: String,
    /// What it can do: `train`, `generate`, `validate`.
    #[serde(default)]
    pub caps: Vec<String>,
    /// Its device.
    pub device: Device,
    /// Versions of Python and its packages.
    #[serde(default)]
    pub versions: std::collections::BTreeMap<String, String>,
    /// Its jobs.
    #[serde(default)]
    pub jobs: Vec<JobStatus>,
}

/// What a worker computes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// `cuda` or `cpu`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Bytes in all.
    pub mem_total: u64,
    /// Bytes that are free.
    pub mem_free: u64,
}
