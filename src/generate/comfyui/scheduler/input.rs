//! What happens to the scheduler.

use super::{AttemptId, Cause, Job, JobId, ServerId};

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// More jobs.
    Jobs(Vec<Job>),
    /// A server lacks something for a job.
    Incompatible {
        /// The server.
        server: ServerId,
        /// The job.
        job: JobId,
        /// What it lacks.
        cause: Cause,
    },
    /// A server can do a job after all.
    Compatible {
        /// The server.
        server: ServerId,
        /// The job.
        job: JobId,
    },
    /// Answers `Action::Probe`: the server is a ComfyUI and answers, or not.
    Probed {
        /// The server.
        server: ServerId,
        /// How it went.
        result: Result<(), Fault>,
    },
    /// Answers `Action::Post`; `Ok` is a 200 with this prompt id and without node errors.
    Posted {
        /// The attempt.
        attempt: AttemptId,
        /// How it went.
        result: Result<(), PostError>,
    },
    /// Answers `Action::Poll`.
    Polled {
        /// The server.
        server: ServerId,
        /// What was seen.
        result: Result<Poll, Fault>,
    },
    /// Answers `Action::Snapshot`.
    Snapshot {
        /// The server.
        server: ServerId,
        /// What was seen.
        result: Result<Snapshot, Fault>,
    },
    /// Answers `Action::Fetch`; `Ok` means that the image is here, decoded and valid.
    Fetched {
        /// The attempt.
        attempt: AttemptId,
        /// How it went.
        result: Result<(), FetchError>,
    },
    /// Answers `Action::TakeBack`: where the attempt is after it was deleted from the queue, which is `Absent` if it was
    /// there.
    TakenBack {
        /// The attempt.
        attempt: AttemptId,
        /// What was seen.
        result: Result<Status, Fault>,
    },
    /// A frame of any kind came from a server, so that its socket is not deaf.
    Heard {
        /// The server.
        server: ServerId,
    },
    /// A frame shows that an attempt runs: it started, a node runs, a step is done.
    Progressed {
        /// The attempt.
        attempt: AttemptId,
    },
    /// A frame says that an attempt ended, well or not (success, error, interrupted, `executing(null)`).
    Finished {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The server's socket opened or closed. A socket that never opens is never mentioned.
    Socket {
        /// The server.
        server: ServerId,
        /// Whether it is open now.
        open: bool,
    },
    /// The jobs are not wanted any more: their attempts are withdrawn, what is being fetched is kept.
    Cancel {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// The time of these jobs is over: they fail, and their attempts are withdrawn.
    Expire {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// A job starts over: its attempts are withdrawn, its failures forgotten, and other servers preferred.
    Retry {
        /// The job.
        job: JobId,
    },
    /// A job comes before all others that wait.
    MoveToFront {
        /// The job.
        job: JobId,
    },
    /// Another job adopts an attempt that nobody wants: it is forgotten and stays on its server. One that is wanted, or
    /// that may be on its way to the server, is kept.
    Release {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Time has passed.
    Timer,
}

/// Why a server did not answer as it should. Each concerns one request; what follows from it the scheduler decides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection: refused, no route, name not known, or a proxy's 502, 503 or 504. The request did not arrive.
    #[error("it refuses connections")]
    Refused,
    /// No answer in time.
    #[error("{0}")]
    TimedOut(String),
    /// The connection closed before there was a whole answer.
    #[error("{0}")]
    Dropped(String),
    /// It answers, and cannot be used: HTML, no JSON, half an answer, a wrong certificate, 401 or 403. The text says which.
    #[error("{0}")]
    Unfit(String),
}

/// Why a post was not a plain success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// The server will not do it: validation, a missing file, an input that is too large to upload (413).
    Rejected(Cause),
    /// 200 with node errors: a part of it was queued all the same.
    InPart(Cause),
    /// Surely not accepted: connecting or an upload failed before the prompt was sent.
    Unsent(Fault),
    /// Sent, and nobody knows: no answer, half an answer, an answer that makes no sense (500 too).
    Unsure(Fault),
}

/// `GET /history/{id}` of each attempt, and `GET /prompt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Those that have ended.
    pub ended: Vec<(AttemptId, End)>,
    /// `queue_remaining`: running and pending of everybody, read after the histories.
    pub remaining: usize,
}

/// History, then queue, then history again of each attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Every attempt of the action, with where it is.
    pub seen: Vec<(AttemptId, Status)>,
    /// The prompt id that runs, whosever it is.
    pub running: Option<String>,
    /// How many wait in the queue, whosever they are.
    pub pending: usize,
    /// How many of those that run or wait are not ours (none of our prompt ids, past or present).
    pub others: usize,
}

/// Where an attempt is on its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Neither in the queue nor, before and after, in the history.
    Absent,
    /// It waits.
    Queued,
    /// It runs.
    Running,
    /// It has ended.
    Ended(End),
}

/// How an attempt ended, from its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Well; it may be fetched.
    Success,
    /// The device has too little memory; the server's message.
    OutOfMemory(String),
    /// A node failed; its class and message.
    NodeFailed(Cause),
    /// Somebody interrupted it (the scheduler knows itself whether that was us).
    Interrupted,
}

/// Why an image could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No file is there, or the history names none.
    Missing,
    /// Not a whole, valid image of a sane size; what is wrong with it.
    Damaged(String),
    /// An image that is not the answer, and would not be if it was downloaded again: of another request, or of another
    /// size.
    NotOurs(Cause),
    /// The server began to send it and did not end in time.
    Unfinished(String),
    /// The server did not answer.
    Fault(Fault),
}
