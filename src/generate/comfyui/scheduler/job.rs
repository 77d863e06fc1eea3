//! A job: one image that is wanted, with all that decides where and when it is made.

use std::collections::BTreeMap;

use super::{Cause, JobId, ServerId};

/// One image that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What a server needs for it.
    pub work: Work,
    /// The servers that cannot do it, each with the cause; all others can as far as is known.
    pub unable: BTreeMap<ServerId, Cause>,
    /// What an earlier build sent and did not see the end of.
    pub earlier: Vec<Earlier>,
}

/// What a server needs for a job. Equal texts are equal things: a digest of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Checkpoint and VAE (and workflow): what costs most to change.
    pub model: String,
    /// The LoRA stack with its weights.
    pub loras: String,
    /// Width and height.
    pub canvas: [u32; 2],
    /// The prompts.
    pub prompt: String,
    /// Breaks ties: the order of the slots and candidates.
    pub order: u64,
}

/// An attempt of an earlier build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number; unique within the job.
    pub number: u32,
    /// Where it was posted.
    pub server: ServerId,
}
