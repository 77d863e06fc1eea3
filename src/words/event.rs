//! What happens in a build, as one enum; bars, JSON lines and tests are observers of it.

use serde::Serialize;

use crate::words::asset::{GroupId, Kind, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::job::JobState;
use crate::words::outcome::Outcome;
use crate::words::sprite::Verdict;

impl Event {
    /// Whether a server draws an image because of it.
    pub fn draws(&self) -> bool {
        matches!(self, Self::Asked { backend, .. } if backend == "comfyui")
    }
}

/// One thing that happened. Serialized, it is a line of `--message-format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Another process works in this project; this one waits for it.
    Waiting {
        /// What the other one said of itself: command and process id.
        holder: String,
    },
    /// A job of this project was queued, began or ended. Only subscribers of a project get it.
    Job {
        /// Its number.
        id: u64,
        /// Where it stands.
        #[serde(flatten)]
        state: JobState,
    },
    /// A watch waits for the next change.
    Watching {
        /// How many files a build rests on.
        files: usize,
    },
    /// Files changed that a build rests on; a build follows.
    Changed {
        /// Files, and folders in which files came or went; relative to the project, with `/`.
        files: Vec<String>,
    },
    /// Nothing can be built; a watch waits for the next change.
    Refused {
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
    /// The plan, before anything is done.
    Planned {
        /// Groups and tilesets that are up to date.
        fresh: usize,
        /// Groups and tilesets that are to be made, now or once what they wait for is there.
        make: usize,
        /// Of these, those that are made again from what is had.
        process: usize,
        /// Images that are to be asked for.
        generate: usize,
        /// Slots that wait for another's pick.
        waiting: usize,
        /// How many seconds servers will take for them, by what was measured before; nothing if that is not known.
        seconds: Option<u64>,
    },
    /// A request goes out.
    Asked {
        /// For which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// The seed.
        seed: u64,
        /// Who is asked: `comfyui`, `sketch`, `files`.
        backend: String,
    },
    /// A request goes on.
    Progress {
        /// Of which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// Steps done.
        step: u32,
        /// Steps in all.
        steps: u32,
        /// The server's address, without a login.
        server: String,
        /// The checkpoint that it samples with.
        #[serde(skip_serializing_if = "Option::is_none")]
        model: Option<String>,
    },
    /// There is an image of a request that is not finished.
    Preview {
        /// Of which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// `jpeg` or `png`.
        format: String,
        /// The file, in base64.
        base64: String,
    },
    /// What is known of a server changed.
    Server {
        /// Its address, without a login.
        server: String,
        /// What it is now.
        state: ServerState,
        /// Why, or what it is. The message is empty where there is nothing to add.
        #[serde(flatten)]
        diagnostic: Diagnostic,
    },
    /// Something that no server can do was found before anything was asked.
    Unable {
        /// The slots that want it.
        slots: Vec<SlotId>,
        /// What is missing.
        #[serde(flatten)]
        diagnostic: Diagnostic,
    },
    /// Something that is good to know for who wants to know all.
    Noted {
        /// Whose: a slot's or a group's name; empty for the project.
        name: String,
        /// What, lower case.
        message: String,
    },
    /// A raw was captured and stored.
    Captured {
        /// For which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// The raw.
        raw: Digest,
    },
    /// A raw that was had already serves a wanted candidate.
    Adopted {
        /// For which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// The raw.
        raw: Digest,
    },
    /// The gates looked at a candidate.
    Judged {
        /// Of which slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
        /// What they said.
        verdict: Verdict,
        /// Higher is better, 0 to 1000.
        score: i64,
    },
    /// A slot has its pick.
    Picked {
        /// The slot.
        slot: SlotId,
        /// The candidate's number.
        n: u32,
    },
    /// A group was restored, or a tileset assembled.
    Processed {
        /// Which.
        group: GroupId,
        /// What the gates said of the whole.
        verdict: Verdict,
    },
    /// A file was written.
    Wrote {
        /// Relative to the project, with `/`.
        path: String,
    },
    /// The manifest has one more asset.
    Added(Added),
    /// A one-off is in its place.
    Delivered {
        /// The file, as the caller named it.
        path: String,
        /// Width and height.
        size: [u32; 2],
        /// The seed that generates it again.
        seed: u64,
    },
    /// Somebody else's file was in the way and stays.
    Kept {
        /// Relative to the project, with `/`.
        path: String,
    },
    /// Somebody else's file was in the way; it lies in `.dgx-pixels/kept` now.
    MovedAside {
        /// Relative to the project, with `/`.
        path: String,
        /// Its copy.
        to: String,
    },
    /// A file of an asset that is no longer made was removed.
    Pruned {
        /// Relative to the project, with `/`.
        path: String,
    },
    /// An asset failed; the others go on.
    Failed {
        /// A slot's or a group's name, or a file.
        name: String,
        /// Why.
        #[serde(flatten)]
        diagnostic: Diagnostic,
    },
    /// Something that a person should know, and that stops nothing.
    Warned {
        /// A slot's or a group's name; empty for the project.
        name: String,
        /// What.
        #[serde(flatten)]
        diagnostic: Diagnostic,
    },
    /// A build ended; the last event of every build.
    #[serde(rename = "summary")]
    Finished(Outcome),
}

impl Event {
    /// A warning about what has this name; empty for the project.
    pub fn warned(name: &str, diagnostic: Diagnostic) -> Self {
        Self::Warned { name: name.to_owned(), diagnostic }
    }
}

/// An asset that was added to the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Added {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The file that has it now, relative to the project.
    pub file: String,
}

/// What is known of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServerState {
    /// It answers.
    Up,
    /// It does not answer in time, and keeps what it has.
    Busy,
    /// It cannot be reached or used.
    Down,
    /// It answers, but nothing moves.
    Stalled,
    /// It is back after it was down or stalled.
    Returned,
}

impl ServerState {
    /// The diagnostic of a server in this state.
    pub fn diagnostic(self, message: impl Into<String>) -> Diagnostic {
        match self {
            Self::Up => Diagnostic::note("server-up", message),
            Self::Returned => Diagnostic::note("server-returned", message),
            Self::Busy => Diagnostic::warning("server-busy", message),
            Self::Down => Diagnostic::warning("server-down", message),
            Self::Stalled => Diagnostic::warning("server-stalled", message),
        }
    }
}

/// Is told of every event, from any thread.
pub trait Observer: Send + Sync {
    /// One thing happened.
    fn on(&self, event: &Event);
}

/// The silent observer.
impl Observer for () {
    fn on(&self, _: &Event) {}
}

impl<F: Fn(&Event) + Send + Sync> Observer for F {
    fn on(&self, event: &Event) {
        self(event);
    }
}
