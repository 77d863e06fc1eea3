//! What a build notes about captures: journal and records.

use super::Workspace;
use crate::store::{Note, Record};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileError, FileResult};
use crate::words::lock::Provenance;

/// The journal, as messages name it.
pub(in crate::session) const JOURNAL: &str = ".dgx-pixels/journal";

impl Workspace {
    /// Says so if the journal shows a build that was cut off.
    pub fn cut_off(&self) -> Option<Diagnostic> {
        let left = self.journal.left().ok()?;
        let asked = |note: &Note| if let Note::Asked { request, .. } = note { Some(*request) } else { None };
        let requests: Vec<Digest> = left.iter().filter_map(asked).collect();
        let captured = requests.iter().filter(|request| self.records.captures.contains_key(*request)).count();
        let requested = requests.len();
        let message =
            format!("the last build was cut off: {captured} of {requested} images were captured, and are kept");
        (requested > 0).then(|| Diagnostic::warning("cut-off", message))
    }

    /// Checks that files which a backend read are still what the keys say.
    pub fn unchanged(&mut self, files: &[String]) -> Result<(), Diagnostic> {
        let now = self.index.digests(&self.folders.root, files);
        let changed = files.iter().zip(now).find(|(path, now)| self.inputs.bytes(path).ok() != *now);
        match changed {
            None => Ok(()),
            Some((path, _)) => {
                let diagnostic =
                    Diagnostic::error("input-changed", format!("`{path}` changed while the build read it"));
                Err(diagnostic.hint("build again").about(Subject::File(path.clone())))
            }
        }
    }

    /// Appends to the journal.
    pub fn note(&self, notes: &[Note]) -> Result<(), Diagnostic> {
        Ok(self.journal.note(notes).accessing(Access::WriteJournal, JOURNAL)?)
    }

    /// Records a capture; once it is committed it is never requested again.
    pub fn record(
        &mut self,
        request: Digest,
        raw: Digest,
        provenance: &Provenance,
        cost: Cost,
    ) -> Result<(), Diagnostic> {
        let millis = self.took.remove(&request);
        let record = Record { request, raw, provenance: provenance.clone(), millis };
        self.records.keep(record).accessing(Access::WriteStore, self.folders.shown_store())?;
        self.uncommitted.add(request, cost);
        Ok(())
    }

    /// Notes the captures since the last time in the journal, in one batch. What cost a request is saved from a power cut
    /// first: the journal says nothing that the store could lose.
    pub fn commit_captures(&mut self) -> Result<(), FileError> {
        let Uncommitted { notes, flush } = std::mem::take(&mut self.uncommitted);
        if flush {
            self.records.flush().accessing(Access::WriteStore, self.folders.shown_store())?;
        }
        self.journal.note(&notes).accessing(Access::WriteJournal, JOURNAL)
    }

    /// Clears the journal: what it stands for is in the store and the lock.
    pub fn clear_journal(&self) -> Result<(), FileError> {
        let captures = &self.records.captures;
        self.journal.clear(|request| captures.contains_key(request)).accessing(Access::WriteJournal, JOURNAL)
    }
}

/// What a capture cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A request to a server: it must survive a power cut.
    Request,
    /// Nothing that this machine cannot do again.
    Nothing,
}

/// Captures that are recorded and not in the journal yet.
#[derive(Debug, Default)]
pub(super) struct Uncommitted {
    notes: Vec<Note>,
    /// One of them cost a request.
    flush: bool,
}

impl Uncommitted {
    fn add(&mut self, request: Digest, cost: Cost) {
        self.notes.push(Note::Captured { request });
        self.flush |= cost == Cost::Request;
    }
}
