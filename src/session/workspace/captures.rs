//! What a build notes about captures: journal and records.

use super::Workspace;
use crate::store::{Note, Record};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::lock::Provenance;

/// The journal, as messages name it.
pub(in crate::session) const JOURNAL: &str = ".dgx-pixels/journal";

impl Workspace {
    /// Says so if the journal shows a build that was cut off.
    pub fn cut_off(&self) -> Option<Diagnostic> {
        let left = self.journal.left().ok()?;
        let captured = left.iter().filter(|note| matches!(note, Note::Captured { .. })).count();
        let requested = left.iter().filter(|note| matches!(note, Note::Asked { .. })).count();
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

    /// Records a capture; from here on it is never requested again.
    pub fn record(&mut self, request: Digest, raw: Digest, provenance: &Provenance) -> Result<(), Diagnostic> {
        let record = Record { request, raw, provenance: provenance.clone() };
        self.records.keep(record).accessing(Access::WriteStore, self.folders.shown_store())?;
        self.note(&[Note::Captured { request }])
    }
}
