//! What is known of one attempt at a job.

use std::time::Duration;

use super::ServerId;
use super::job_queue::Key;
use super::server::Server;

/// How far an attempt is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It is being posted.
    Posting,
    /// Nobody knows whether it was accepted; with the time of the first snapshot that lacked it.
    Unsure(Option<Duration>),
    /// An earlier build posted it.
    Earlier,
    /// The server has it.
    Sent,
    /// The server has finished it; the download waits for the server to be reached.
    Made,
    /// The download is repeated then.
    FetchAgain(Duration),
    /// It is being downloaded.
    Fetching,
}

/// Whether an attempt that waits is taken back from its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TakeBack {
    /// It is not.
    No,
    /// For this server, which is idle.
    For(ServerId),
    /// The server did not say whether it was deleted.
    Unsure,
}

/// One attempt at a job, as long as anything is expected of it.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub server: ServerId,
    pub stage: Stage,
    pub key: Key,
    /// An earlier build posted it, and may have withdrawn it.
    pub adopted: bool,
    /// Grows with every attempt.
    pub serial: u64,
    /// When its post began.
    pub began: Duration,
    /// When the server had it.
    pub sent: Duration,
    /// A frame or a snapshot showed that it runs.
    pub started: bool,
    /// A frame of it came.
    pub heard: bool,
    /// The socket was open when it was posted, so that frames of it have to come.
    pub listened: bool,
    /// When a snapshot first showed that it runs.
    pub runs_since: Option<Duration>,
    /// It is being taken back, or was in vain: the server may have deleted it.
    pub taken_back: TakeBack,
    /// A frame reported its end before the answer to its post came.
    pub early: bool,
    /// The job goes on elsewhere, since its server is down or stalled.
    pub detached: bool,
    /// Nobody wants it any more.
    pub abandoned: bool,
    /// It struck its job when it was detached.
    pub struck: bool,
    /// It put its job in doubt when it was detached.
    pub doubted: bool,
    /// The connection breaks of its server when it was posted.
    pub breaks: u32,
    /// The refused connections of its server when it was posted.
    pub refusals: u32,
    /// Downloads of a wrong file.
    pub bad_fetches: u32,
    /// Downloads that the server did not answer.
    pub faults: u32,
}

impl Attempt {
    /// An attempt that is about to be posted, or was by an earlier build.
    pub(super) fn new(id: ServerId, server: &Server, stage: Stage, key: Key, began: (u64, Duration)) -> Self {
        Self {
            server: id,
            adopted: stage == Stage::Earlier,
            stage,
            key,
            serial: began.0,
            began: began.1,
            sent: Duration::ZERO,
            started: false,
            heard: false,
            listened: server.listens(),
            runs_since: None,
            taken_back: TakeBack::No,
            early: false,
            detached: !server.is_expected_back(),
            abandoned: false,
            struck: false,
            doubted: false,
            breaks: server.breaks(),
            refusals: server.refusals(),
            bad_fetches: 0,
            faults: 0,
        }
    }

    /// Whether its job waits for it and for nothing else.
    pub(super) fn is_active(&self) -> bool {
        !self.detached && !self.abandoned
    }

    /// Whether it may be in the server's queue or history: what a query can ask for.
    pub(super) fn is_on_server(&self) -> bool {
        matches!(self.stage, Stage::Unsure(_) | Stage::Earlier | Stage::Sent)
    }

    /// Whether a server has it, or may have it.
    pub(super) fn is_posted(&self) -> bool {
        matches!(self.stage, Stage::Unsure(_) | Stage::Sent)
    }

    /// Whether the server has finished it.
    pub(super) fn is_made(&self) -> bool {
        matches!(self.stage, Stage::Made | Stage::FetchAgain(_) | Stage::Fetching)
    }
}
