//! What the scheduler wants done, and what it reports.

use super::{AttemptId, Cause, Health, JobFailure, JobId, ServerId};
use crate::words::diagnostic::Diagnostic;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Check that the server answers as a ComfyUI does; answered by `Input::Probed`.
    Probe {
        /// The server.
        server: ServerId,
    },
    /// Write the attempt to the journal, upload its inputs, post it; answered by `Input::Posted`.
    Post {
        /// Where.
        server: ServerId,
        /// The attempt.
        attempt: AttemptId,
    },
    /// Read the histories, cheaply; answered by `Input::Polled`.
    Poll {
        /// The server.
        server: ServerId,
        /// Which attempts.
        attempts: Vec<AttemptId>,
    },
    /// Read history, queue and history again; answered by `Input::Snapshot`.
    Snapshot {
        /// The server.
        server: ServerId,
        /// Which attempts; none if the queue alone is wanted.
        attempts: Vec<AttemptId>,
    },
    /// Download what an attempt made; answered by `Input::Fetched`.
    Fetch {
        /// Where it was made.
        server: ServerId,
        /// The attempt.
        attempt: AttemptId,
    },
    /// Delete the attempt from the queue and leave it alone if it runs already; answered by `Input::TakenBack`.
    TakeBack {
        /// Where.
        server: ServerId,
        /// The attempt.
        attempt: AttemptId,
    },
    /// Delete the attempt from the queue, and if it runs interrupt it and nothing else.
    Withdraw {
        /// Where.
        server: ServerId,
        /// The attempt.
        attempt: AttemptId,
    },
    /// The job's one answer.
    Answer {
        /// The job.
        job: JobId,
        /// The answer.
        answer: Answer,
    },
    /// Nothing more will be said or asked of the attempt.
    Forget {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Something that a person or an event stream may want to know.
    Notify(Notice),
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With the image that was fetched for this attempt.
    Done {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Without an image.
    Failed(JobFailure),
    /// The job was cancelled.
    Cancelled,
}

/// Something to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A server's health changed.
    Server {
        /// The server.
        server: ServerId,
        /// What it is now.
        health: Health,
        /// Why, as a whole phrase, and the next step; the message is empty where the health says all.
        cause: Cause,
    },
    /// A job is requested once more.
    Requeued {
        /// The attempt that failed.
        attempt: AttemptId,
        /// Where and why.
        diagnostic: Diagnostic,
    },
    /// A request that only waited on a server was taken back, since another one is idle.
    Moved {
        /// The attempt.
        attempt: AttemptId,
        /// Where it waited.
        server: ServerId,
        /// How many requests of others are there.
        others: usize,
    },
    /// An attempt of an earlier build is taken over.
    Adopted {
        /// The attempt.
        attempt: AttemptId,
        /// Where it is.
        server: ServerId,
    },
    /// A server has requests of others; ours wait among them.
    Shared {
        /// The server.
        server: ServerId,
        /// How many are not ours.
        others: usize,
    },
    /// Every server that could work is stalled, slow or down; the jobs wait.
    Waiting {
        /// Which servers.
        diagnostic: Diagnostic,
    },
}
