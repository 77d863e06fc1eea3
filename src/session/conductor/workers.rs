//! Work on other threads, and the messages that come back from it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use super::restore::guarded;
use crate::assemble::verify::CounterExample;
use crate::export::write::OutFile;
use crate::generate::Arrival;
use crate::plan::Want;
use crate::session::memory;
use crate::store::Judged;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::lock::Provenance;
use crate::words::proof::Proof;
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
    /// What the files lose of the sprites.
    pub losses: Vec<Diagnostic>,
    /// Whether the tiles of a set join; `None` for anything else.
    pub proof: Option<Result<Proof, CounterExample>>,
    /// Frames that are shown with the ones before.
    pub merged: Vec<u32>,
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

/// Counts work in progress and hands it to the threads that compute, in order, as much at a time as memory is set aside
/// for.
pub(super) struct Workers {
    mailbox: Sender<Message>,
    running: usize,
    waiting: VecDeque<(u64, Box<dyn FnOnce() -> Message + Send>)>,
    /// The pixels of the work that threads have.
    pixels: Arc<AtomicU64>,
}

impl Workers {
    /// No work yet; everything reports to `mailbox`.
    pub(super) fn new(mailbox: Sender<Message>) -> Self {
        Self { mailbox, running: 0, waiting: VecDeque::new(), pixels: Arc::default() }
    }

    /// Queues a new piece of work that holds so many pixels of raws in memory; `what` names it where it panics, `report`
    /// makes the message of its result.
    pub(super) fn spawn<T, E: From<Diagnostic>>(
        &mut self,
        pixels: u64,
        what: &'static str,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
        report: impl FnOnce(Result<T, E>) -> Message + Send + 'static,
    ) {
        self.running += 1;
        let work = move || report(guarded(what, work));
        self.waiting.push_back((pixels.min(memory::most()), Box::new(work)));
        self.launch();
    }

    /// Runs what waits, as far as there is memory for it. Ended work says so before its message comes.
    pub(super) fn launch(&mut self) {
        while let Some((pixels, _)) = self.waiting.front()
            && self.pixels.load(Ordering::SeqCst) + pixels <= memory::most()
            && let Some((pixels, work)) = self.waiting.pop_front()
        {
            self.pixels.fetch_add(pixels, Ordering::SeqCst);
            let used = Arc::clone(&self.pixels);
            self.run(move || {
                let message = work();
                used.fetch_sub(pixels, Ordering::SeqCst);
                message
            });
        }
    }

    /// Runs the next step of work that is counted already.
    pub(super) fn pass_on<T, E: From<Diagnostic>>(
        &self,
        what: &'static str,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
        report: impl FnOnce(Result<T, E>) -> Message + Send + 'static,
    ) {
        self.run(move || report(guarded(what, work)));
    }

    fn run(&self, work: impl FnOnce() -> Message + Send + 'static) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_any_work_is_the_failure_of_that_work() {
        let (mailbox, messages) = std::sync::mpsc::channel();
        let mut workers = Workers::new(mailbox);
        let request = crate::words::digest::Digest::of(b"request");
        let work = || -> Result<_, Diagnostic> { panic!("on purpose") };
        workers.spawn(0, "storing it", work, move |result| Message::Stored { request, result });
        let Ok(Message::Stored { result: Err(why), .. }) = messages.recv() else { panic!("no failure arrived") };
        assert_eq!((why.code.as_ref(), why.message.as_str()), ("internal", "storing it ended in a panic"));
        assert!(!workers.is_idle());
    }
}
