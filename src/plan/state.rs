//! The planner's input: the files of the project, the lock, and the local state. Plain data.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::words::asset::GroupId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::{Digest, Short};
use crate::words::lock::Lock;
use crate::workflow::WorkflowError;

/// Digests of the files that asks name, and versions of the code that computes.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// By path relative to the project.
    pub files: BTreeMap<String, Result<FileInput, Diagnostic>>,
    /// The project's own workflows by name.
    pub workflows: BTreeMap<String, Value>,
    /// Workflow files that cannot be used, by name.
    pub bad_workflows: BTreeMap<String, WorkflowError>,
    /// Versions of process, assembly and images.
    pub versions: Versions,
}

/// One file of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileInput {
    /// Digest of its bytes.
    pub bytes: Digest,
    /// Digest of its pixels, for files that are inputs of an ask.
    pub pixels: Option<Digest>,
}

/// Versions that enter keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of the restoration.
    pub process: u32,
    /// Of the assembly of tilesets.
    pub assembly: u32,
    /// Of the movements of a sprite that stands still.
    pub motion: u32,
    /// Of sheets and of the PNGs that hold them.
    pub image: u32,
}

impl Inputs {
    /// The digest of a file's bytes, or why there is none.
    pub fn bytes(&self, path: &str) -> Result<Digest, Diagnostic> {
        self.file(path).map(|file| file.bytes)
    }

    /// The digest of an image file's pixels, or why there is none.
    pub fn pixels(&self, path: &str) -> Result<Digest, Diagnostic> {
        let pixels = self.file(path)?.pixels;
        pixels.ok_or_else(|| unusable(path, "is not an image"))
    }

    fn file(&self, path: &str) -> Result<FileInput, Diagnostic> {
        self.files.get(path).cloned().unwrap_or_else(|| Err(unusable(path, "does not exist")))
    }
}

/// A file of the project that an asset needs and cannot have.
pub fn unusable(path: &str, why: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("input-file", format!("`{path}` {why}"));
    diagnostic.hint("put the file there, or change the manifest").about(Subject::File(path.to_owned()))
}

/// The lock and the local state: captures, cached sprites, outputs on disk. A build updates it as results arrive.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Candidates, picks and results.
    pub lock: Lock,
    /// Captures by request: the raw and the id of its provenance.
    pub records: HashMap<Digest, (Digest, String)>,
    /// Raws that are available.
    pub raws: HashSet<Digest>,
    /// Raws in `raws/` whose content Git LFS did not fetch.
    pub pointers: HashSet<Digest>,
    /// Keys of the sprites that are available.
    pub sprites: HashSet<Digest>,
    /// Digests of files by path relative to the output folder; a missing one is absent on disk. `None`: not read.
    pub outputs: Option<HashMap<String, Short>>,
    /// The file key with which this checkout last wrote a group's files.
    pub exported: HashMap<GroupId, Digest>,
    /// Requests that failed in this run, with the reason.
    pub failed: HashMap<Digest, Diagnostic>,
    /// Groups that failed in this run, with the reason.
    pub broken: HashMap<GroupId, Diagnostic>,
    /// Groups that are up to date, but whose sprites others need.
    pub needed: HashSet<GroupId>,
    /// Groups whose picked raws are inputs of others and are lost.
    pub wanted: HashSet<GroupId>,
    /// External files at the paths of outputs, which are preserved; relative to the output folder.
    pub preserved: HashSet<String>,
    /// Make again what an older process version made, where its raws are available.
    pub remake: bool,
    /// Request lost raws of automatic picks again whatever the state of the outputs (`--recapture`).
    pub recapture: bool,
}
