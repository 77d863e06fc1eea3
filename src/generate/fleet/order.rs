//! What the fleet wants done, and what it tells.

use super::{JobId, ServerId, Ticket};
use crate::words::diagnostic::Diagnostic;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// See whether the server answers as a ComfyUI does; answered by `News::Probed`.
    Probe {
        /// The server.
        server: ServerId,
    },
    /// Note the try in the journal, upload its inputs, post it; answered by `News::Posted`.
    Post {
        /// Where.
        server: ServerId,
        /// The try.
        ticket: Ticket,
    },
    /// Read the histories, cheaply; answered by `News::Peeked`.
    Peek {
        /// The server.
        server: ServerId,
        /// Which tries.
        tickets: Vec<Ticket>,
    },
    /// Read history, queue and history again; answered by `News::Looked`.
    Look {
        /// The server.
        server: ServerId,
        /// Which tries; may be none, then the queue alone is wanted.
        tickets: Vec<Ticket>,
    },
    /// Download what a try made; answered by `News::Fetched`.
    Fetch {
        /// Where it was made.
        server: ServerId,
        /// The try.
        ticket: Ticket,
    },
    /// Delete the try from the queue, and if it runs interrupt it and nothing else; nothing answers.
    Withdraw {
        /// Where.
        server: ServerId,
        /// The try.
        ticket: Ticket,
    },
    /// The job's one answer.
    Answer {
        /// The job.
        job: JobId,
        /// The answer.
        answer: Answer,
    },
    /// Something that a person or an event stream may want to know.
    Tell(Tell),
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With the image that was fetched for this ticket.
    Done {
        /// The try.
        ticket: Ticket,
    },
    /// Without.
    Failed(Reason),
    /// The build was cancelled.
    Cancelled,
}

/// Why a job has no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No server that could do it can be reached; each with what is known of it.
    #[error("no server can do it: {}", each(.0))]
    NoServer(Vec<(String, String)>),
    /// Every server was asked and will not do it; each with why.
    #[error("{}", each(.0))]
    Rejected(Vec<(String, String)>),
    /// Too little memory wherever it was tried; the server's message.
    #[error("out of memory: {0}")]
    OutOfMemory(String),
    /// A node failed.
    #[error("{0}")]
    Node(String),
    /// Somebody interrupted it twice.
    #[error("somebody else interrupted it on `{0}`, again")]
    Interrupted(String),
    /// Somebody deleted it from the queue twice.
    #[error("it vanished from the queue of `{0}`, again; somebody else cleared it")]
    Vanished(String),
    /// Its servers died or stalled under it so many times.
    #[error("it was given up after {tries} tries, the last on `{server}`: {why}")]
    Poison {
        /// How many tries.
        tries: u32,
        /// The last server.
        server: String,
        /// What happened there.
        why: String,
    },
    /// It was made, and no sound image could be had.
    #[error("`{server}` made it, but the image cannot be had: {why}")]
    Output {
        /// The last server.
        server: String,
        /// What was wrong.
        why: String,
    },
}

fn each(servers: &[(String, String)]) -> String {
    if let Some((_, what)) = servers.first().filter(|first| servers.iter().all(|other| other.1 == first.1)) {
        let names: Vec<String> = servers.iter().map(|(name, _)| format!("`{name}`")).collect();
        return format!("{}: {what}", names.join(", "));
    }
    servers.iter().map(|(name, what)| format!("`{name}`: {what}")).collect::<Vec<_>>().join("; ")
}

impl Reason {
    /// The next step, if one helps.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoServer(_) => {
                "start a ComfyUI server or name one in pixels.local.toml; `dgx-pixels doctor` shows more"
            }
            Self::Rejected(_) => "`dgx-pixels doctor --models` says what is missing and where to get it",
            Self::OutOfMemory(_) => "use a smaller canvas, or close what else uses the device's memory",
            Self::Node(_) => return None,
            Self::Interrupted(_) | Self::Vanished(_) => "run the build again when nobody else needs the server",
            Self::Poison { .. } => "the log of the server says more; `dgx-pixels doctor` shows the servers",
            Self::Output { .. } => "see whether the disk of the server is full, then run the build again",
        })
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoServer(_) => "no-server",
            Self::Rejected(_) => "request-rejected",
            Self::OutOfMemory(_) => "out-of-memory",
            Self::Node(_) => "node-failed",
            Self::Interrupted(_) => "request-interrupted",
            Self::Vanished(_) => "request-vanished",
            Self::Poison { .. } => "server-failed",
            Self::Output { .. } => "image-unavailable",
        }
    }

    /// As a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code(), self.to_string());
        match self.hint() {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

/// What is known of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing yet.
    Unknown,
    /// It answers.
    Up,
    /// It does not answer in time; it keeps what it has and gets nothing new.
    Slow,
    /// It cannot be reached or used; what it had goes elsewhere.
    Down,
    /// It answers, but nothing moves; what it had goes elsewhere.
    Stalled,
}

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// A server's standing changed.
    Server {
        /// The server.
        server: ServerId,
        /// What it is now.
        standing: Standing,
        /// Why, lower case, as a whole phrase; empty where the standing says all.
        why: String,
        /// The next step, if one helps.
        hint: Option<&'static str>,
    },
    /// A job is asked for once more.
    Again {
        /// The try that came to nothing.
        ticket: Ticket,
        /// Where it was.
        server: ServerId,
        /// Why, lower case.
        why: String,
    },
    /// A try of an earlier build is taken over.
    Adopted {
        /// The try.
        ticket: Ticket,
        /// Where it is.
        server: ServerId,
    },
    /// A server has requests of somebody else; ours wait among them.
    Busy {
        /// The server.
        server: ServerId,
        /// How many.
        foreign: usize,
    },
    /// All that could work is stalled or busy for others; the jobs wait.
    Waiting {
        /// Why, lower case.
        why: String,
    },
}
