//! Work on other threads, and the messages that come back from it.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use crate::export::write::OutFile;
use crate::generate::Arrival;
use crate::plan::Want;
use crate::store::Judged;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::lock::Provenance;
use crate::words::raw::Raw;
use crate::words::sprite::{Sprites, Verdict};

/// What comes back to the loop.
pub(super) enum Message {
    /// A backend answered a request.
    Arrived(Arrival),
    /// A raw is in the store, or could not be put there.
    Stored { request: Digest, result: Result<(Arc<Raw>, Provenance), Diagnostic> },
    /// A candidate was judged.
    Judged { slot: SlotId, want: Want, raw: Digest, result: Result<Judgement, Stop> },
    /// Sprites and files were made.
    Made { id: GroupId, key: Digest, result: Result<Made, Stop> },
    /// The build was cancelled.
    Cancelled,
}

/// What the gates said of a candidate; with its sprites if they were restored for it.
pub(super) type Judgement = (Judged, Option<Arc<Sprites>>);

/// Sprites and the files made of them.
pub(super) struct Made {
    pub sprites: Arc<Sprites>,
    pub pixels: Digest,
    pub verdict: Verdict,
    pub files: Vec<OutFile>,
}

/// Why a piece of work could not be done.
pub(super) enum Stop {
    /// The raw or the cached sprite of that digest is missing or damaged; the planner is asked again without it.
    Damaged(Digest),
    /// Anything else.
    Failed(Diagnostic),
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(diagnostic)
    }
}

impl Stop {
    /// The diagnostic, where the planner cannot be asked again.
    pub(super) fn diagnostic(self) -> Diagnostic {
        match self {
            Self::Damaged(digest) => {
                let message = format!("`{:.12}` in the store is damaged and was put aside", digest.to_string());
                let hint = "build again: what can be made again is, and what cannot is named";
                Diagnostic::error("damaged-blob", message).hint(hint)
            }
            Self::Failed(diagnostic) => diagnostic,
        }
    }
}

/// Counts work in progress and hands it to the threads that compute.
pub(super) struct Workers {
    mailbox: Sender<Message>,
    running: usize,
}

impl Workers {
    /// No work yet; everything reports to `mailbox`.
    pub(super) fn new(mailbox: Sender<Message>) -> Self {
        Self { mailbox, running: 0 }
    }

    /// Runs a new piece of work.
    pub(super) fn spawn(&mut self, work: impl FnOnce() -> Message + Send + 'static) {
        self.running += 1;
        self.pass_on(work);
    }

    /// Runs the next step of work that is counted already.
    pub(super) fn pass_on(&self, work: impl FnOnce() -> Message + Send + 'static) {
        let mailbox = self.mailbox.clone();
        // The loop may have ended with an error; then the result is not needed.
        rayon::spawn(move || drop(mailbox.send(work())));
    }

    /// Counts work that is done elsewhere, such as a request.
    pub(super) fn begin(&mut self) {
        self.running += 1;
    }

    /// So many pieces of work ended.
    pub(super) fn end(&mut self, pieces: usize) {
        self.running = self.running.saturating_sub(pieces);
    }

    /// Whether nothing is in progress.
    pub(super) fn is_idle(&self) -> bool {
        self.running == 0
    }
}
