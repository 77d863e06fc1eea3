//! A job: one image that is wanted, with all that decides where and when it is made.

use std::collections::BTreeMap;

/// A server, by its place in the list that the fleet was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub usize);

/// A job; the driver numbers them, and never gives a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// One try of a job: what has a prompt id of its own on one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The job.
    pub job: JobId,
    /// Which try: new ones are numbered on from the greatest of [`Job::earlier`], the first is 1.
    pub attempt: u32,
}

/// One image that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Who it is.
    pub id: JobId,
    /// What a server needs for it.
    pub work: Work,
    /// The servers that cannot do it, each with why; all others can as far as is known.
    pub unable: BTreeMap<ServerId, String>,
    /// What an earlier build asked for and did not see the end of.
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

/// A try of an earlier build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number; unique within the job.
    pub attempt: u32,
    /// Where it was posted.
    pub server: ServerId,
}
