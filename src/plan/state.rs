//! What the planner is told: the inputs of the project, the lock, and what is had on this machine. Plain data.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};
use crate::words::lock::Lock;
use crate::workflow::WorkflowError;

/// Digests of the files that asks name, and the versions of what computes.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// By path relative to the project; an error is a sentence.
    pub files: BTreeMap<String, Result<FileInput, String>>,
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
    /// Of sheets and of the PNGs that hold them.
    pub image: u32,
}

impl Inputs {
    /// The digest of a file's bytes, or why there is none.
    pub fn bytes(&self, path: &str) -> Result<Digest, String> {
        self.file(path).map(|file| file.bytes)
    }

    /// The digest of an image file's pixels, or why there is none.
    pub fn pixels(&self, path: &str) -> Result<Digest, String> {
        let pixels = self.file(path)?.pixels;
        pixels.ok_or_else(|| format!("`{path}` is not an image"))
    }

    fn file(&self, path: &str) -> Result<FileInput, String> {
        self.files.get(path).cloned().unwrap_or_else(|| Err(format!("`{path}` does not exist")))
    }
}

/// What is had: the lock as it stands, captures, cached sprites, outputs on disk. The conductor folds arrivals in.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Candidates, picks and what was made.
    pub lock: Lock,
    /// Captures by request: the raw and the id of its provenance.
    pub records: HashMap<Digest, (Digest, String)>,
    /// Raws whose pixels can be read.
    pub raws: HashSet<Digest>,
    /// Sprite keys whose sprites can be read.
    pub sprites: HashSet<Digest>,
    /// Digests of files by path relative to the output folder; one that is not here is absent. `None`: nobody looked.
    pub outputs: Option<HashMap<String, Short>>,
    /// The file key with which this checkout last wrote a group's files.
    pub exported: HashMap<GroupId, Digest>,
    /// Requests that failed in this run, with the reason.
    pub failed: HashMap<Digest, Diagnostic>,
    /// Groups that failed in this run, with the reason.
    pub broken: HashMap<GroupId, Diagnostic>,
    /// Groups that are up to date, but whose sprites others need.
    pub needed: HashSet<GroupId>,
    /// Groups whose picked raws are inputs of others and are not on this machine.
    pub wanted: HashSet<GroupId>,
    /// Files of somebody else that are in the way and stay, relative to the output folder.
    pub kept: HashSet<String>,
    /// What an older process version made is made anew where its raws are had.
    pub remake: bool,
    /// Lost raws of automatic picks may be asked for again whatever the state of the outputs (`--recapture`).
    pub recapture: bool,
}
