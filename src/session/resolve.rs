//! `lock resolve`: both sides of a merge conflict become one lock.

use std::io;

use serde::Serialize;

use super::workspace::save_lock;
use super::{Error, Operation, Result, asks_of_manifest, load_options};
use crate::manifest;
use crate::plain_file::{self, LONGEST_TEXT};
use crate::store::{Folders, OwnedFiles, read_behind_links};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::file_error::FileResult;
use crate::words::lock::{self, Lock, Side, Undecided};

const LOCK: &str = "pixels.lock";
const WRITTEN: &str = ".dgx-pixels/written";

/// What [`resolve`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// Whether there was a conflict; without one nothing changed.
    pub conflict: bool,
}

/// Merges the two sides of a conflict in `pixels.lock`; where two users picked differently, `prefer` decides.
///
/// # Errors
/// `no-lock`, `lock-damaged`, `lock-newer`, `manifest-conflict`, `picks-differ`, and what is wrong in the manifest.
pub fn resolve(operation: &Operation, prefer: Option<Side>) -> Result<Resolved> {
    let _lock = operation.lock("lock resolve")?;
    let path = operation.root.join(LOCK);
    let text = read_behind_links(&path).and_then(|bytes| {
        let bytes = bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
    });
    let text = text.map_err(|error| {
        let message = format!("`{LOCK}` cannot be read: {error}");
        let hint = plain_file::hint(&error, "`dgx-pixels build` writes one");
        Error::usage(plain_file::code(&error, "no-lock"), message, hint)
    })?;
    if !text.lines().any(is_marker) {
        parse("`pixels.lock`", &text)?;
        return Ok(Resolved { conflict: false });
    }
    let (ours, theirs) = lock::sides(&text);
    let ours = parse("our side of `pixels.lock`", &ours)?;
    let theirs = parse("their side of `pixels.lock`", &theirs)?;
    require_resolved_manifest(operation)?;
    let loaded = manifest::load(operation.root, &load_options(None))?;
    let asks = asks_of_manifest(operation.root)?;
    let merged = lock::merge(&ours, &theirs, &|slot, ask| asks.contains(&(slot.clone(), ask)), prefer)
        .map_err(|undecided| picks_differ(&undecided))?;
    own(operation, &loaded.manifest.project.out, &[&ours, &theirs])?;
    save_lock(&Folders::new(operation.root, None), &path, &merged.text()).writing(LOCK)?;
    Ok(Resolved { conflict: true })
}

/// A line that version control wrote into a file that it could not merge.
fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker))
}

fn parse(what: &str, text: &str) -> Result<Lock> {
    Lock::parse(text).map_err(|error| {
        let diagnostic = Diagnostic::error(error.code(), format!("{what} cannot be read: {error}"));
        Error::Usage(diagnostic.hint(error.hint()).about(Subject::File(LOCK.to_owned())))
    })
}

fn require_resolved_manifest(operation: &Operation) -> Result<()> {
    let text = plain_file::read_text(&operation.root.join("pixels.toml"), LONGEST_TEXT).unwrap_or_default();
    if !text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        return Ok(());
    }
    let message = "`pixels.toml` holds an unresolved merge";
    Err(Error::usage("manifest-conflict", message, "resolve it first, then run `dgx-pixels lock resolve`"))
}

fn picks_differ(undecided: &[Undecided]) -> Error {
    let differ = |one: &Undecided| format!("{} (ours {}, theirs {})", one.slot, one.ours.n, one.theirs.n);
    let slots: Vec<String> = undecided.iter().map(differ).collect();
    let message = format!("the two sides have different picks: {}", slots.join("; "));
    Error::usage("picks-differ", message, "choose a side with `lock resolve --ours` or `--theirs`")
}

/// This checkout keeps the right to replace the files of either side.
fn own(operation: &Operation, out: &str, locks: &[&Lock]) -> Result<()> {
    let folders = Folders::new(operation.root, None);
    let mut written = OwnedFiles::load(&folders.work, None).reading(WRITTEN)?;
    let files = locks.iter().flat_map(|lock| lock.files().map(|(path, digest)| (digest, format!("{out}/{path}"))));
    Ok(written.add(&files.collect::<Vec<_>>()).writing(WRITTEN)?)
}
