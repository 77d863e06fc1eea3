//! What the fleet is told.

use super::{Job, JobId, ServerId, Ticket};

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// More jobs.
    Jobs(Vec<Job>),
    /// A server turned out not to be able to do a job.
    Unable {
        /// The server.
        server: ServerId,
        /// The job.
        job: JobId,
        /// Why, lower case: what is missing there.
        why: String,
    },
    /// A server can do a job after all.
    Able {
        /// The server.
        server: ServerId,
        /// The job.
        job: JobId,
    },
    /// Answers `Order::Probe`: the server is a ComfyUI and answers, or not.
    Probed {
        /// The server.
        server: ServerId,
        /// How it went.
        result: Result<(), Fault>,
    },
    /// Answers `Order::Post`; `Ok` is a 200 with this prompt id and without node errors.
    Posted {
        /// The try.
        ticket: Ticket,
        /// How it went.
        result: Result<(), PostError>,
    },
    /// Answers `Order::Peek`.
    Peeked {
        /// The server.
        server: ServerId,
        /// What was seen.
        result: Result<Peek, Fault>,
    },
    /// Answers `Order::Look`.
    Looked {
        /// The server.
        server: ServerId,
        /// What was seen.
        result: Result<Look, Fault>,
    },
    /// Answers `Order::Fetch`; `Ok` means that the image is here, decoded and sound.
    Fetched {
        /// The try.
        ticket: Ticket,
        /// How it went.
        result: Result<(), FetchError>,
    },
    /// A frame shows that a try runs: it started, a node runs, a step is done.
    Stirred {
        /// The try.
        ticket: Ticket,
    },
    /// A frame says that a try ended, well or not (success, error, interrupted, `executing(null)`).
    Over {
        /// The try.
        ticket: Ticket,
    },
    /// The server's socket opened or closed. A socket that never opens needs no news.
    Socket {
        /// The server.
        server: ServerId,
        /// Whether it is open now.
        open: bool,
    },
    /// The jobs are not wanted any more: their tries are withdrawn, what is being fetched is kept.
    Cancel {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// A job starts over: its tries are withdrawn, its failures forgotten, and other servers preferred.
    Retry {
        /// The job.
        job: JobId,
    },
    /// A job comes before all others that wait.
    MoveToFront {
        /// The job.
        job: JobId,
    },
    /// Time has passed.
    Tick,
}

/// Why a server did not answer as it should. Each is said of one request; what follows from it the fleet decides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection: refused, no route, name not known, or a proxy's 502, 503 or 504. The request did not arrive.
    #[error("it refuses connections")]
    Refused,
    /// No answer in time.
    #[error("it does not answer in time")]
    TimedOut,
    /// The connection closed before there was a whole answer.
    #[error("it closes connections without an answer")]
    Dropped,
    /// It answers, and cannot be used: HTML, no JSON, a wrong certificate, 401 or 403. The text says which.
    #[error("{0}")]
    Unfit(String),
}

/// Why a post was not a plain success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// The server will not do it: validation, a missing file, an input that is too large to upload (413).
    Rejected(String),
    /// 200 with node errors: a part of it was queued all the same.
    Partly(String),
    /// Surely not accepted: connecting or an upload failed before the prompt was sent.
    Unsent(Fault),
    /// Sent, and nobody knows: no answer, half an answer, an answer that makes no sense (500 too).
    Unsure(Fault),
}

/// `GET /history/{id}` of each ticket, and `GET /prompt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// Those that have ended.
    pub ended: Vec<(Ticket, End)>,
    /// `queue_remaining`: running and pending of everybody, read after the histories.
    pub remaining: usize,
}

/// History, then queue, then history again of each ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Every ticket of the order, with where it is.
    pub seen: Vec<(Ticket, Sight)>,
    /// The prompt id that runs, whosever it is.
    pub running: Option<String>,
    /// How many wait in the queue, whosever they are.
    pub pending: usize,
    /// How many of those that run or wait are somebody else's (none of our prompt ids, past or present).
    pub foreign: usize,
}

/// Where a try is on its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Neither in the queue nor, before and after, in the history.
    Absent,
    /// It waits.
    Queued,
    /// It runs.
    Running,
    /// It has ended.
    Ended(End),
}

/// How a try ended, from its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Well; it may be fetched.
    Success,
    /// The device has too little memory; the server's message.
    OutOfMemory(String),
    /// A node failed; its class and message.
    Node(String),
    /// Somebody interrupted it (the fleet knows itself whether that was us).
    Interrupted,
}

/// Why an image could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No file is there, or the history names none.
    Missing,
    /// Not a whole, sound image of a sane size; what is wrong with it.
    Damaged(String),
    /// The server did not answer.
    Fault(Fault),
}
