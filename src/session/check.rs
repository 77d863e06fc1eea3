//! `check`: is everything up to date? Nothing is made, no network is used.

use serde::Serialize;

use super::plan::{failure, gated_groups, reason};
use super::{Exit, Gated, Look, Operation, Options, Result, Workspace, lists, select};
use crate::plain_file::{self, FETCH, Refused};
use crate::plan::{ItemPlan, Planner, Reason, State, Step};
use crate::store::read_if_there;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::output;
use crate::words::text::with_unix_line_ends;

/// The answer of [`check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Checked {
    /// What is not up to date.
    pub stale: Vec<Stale>,
    /// Groups whose files failed a gate that no user's pick overrules.
    pub gated: Vec<Gated>,
    /// How many groups and tilesets the manifest has.
    pub assets: usize,
    /// 0, 3 or 4.
    pub exit: Exit,
}

/// A group, a tileset or a shared file that is not up to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Stale {
    /// Its name; a shared file's path in the output folder.
    pub name: String,
    /// A stable name of the reason: one of a planned item's, or `candidates-missing`, `choice-missing`,
    /// `cannot-be-made`, `not-in-manifest`, `file-missing`, `file-differs`, `lock-damaged`.
    pub code: &'static str,
    /// The reason as a sentence.
    pub why: &'static str,
    /// Why it cannot be made, if that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<Diagnostic>,
    /// It is a file that is made from several assets.
    #[serde(skip)]
    pub is_shared: bool,
}

impl Stale {
    fn new(name: impl Into<String>, (code, why): (&'static str, &'static str)) -> Self {
        Self { name: name.into(), code, why, diagnostic: None, is_shared: false }
    }

    fn shared(name: impl Into<String>, because: (&'static str, &'static str)) -> Self {
        Self { is_shared: true, ..Self::new(name, because) }
    }
}

/// Compares manifest, input files and lock for the targets, and looks whether their files are there; with
/// [`Look::Outputs`] whether they are what the lock says, too.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn check(operation: &Operation, targets: &[String], look: Look) -> Result<Checked> {
    let (workspace, state) = operation.open(Options::default(), look)?;
    workspace.check_formats()?;
    operation.warn_of_manifest(&workspace);
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let selected = select(&planner, targets)?;
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    let has_files = |item: &ItemPlan| item.outputs.iter().all(|output| is_there(&workspace, &output.path));
    let missing = |item: &ItemPlan| {
        let made = state.lock.entries.get(&item.id).is_some_and(|entry| entry.made.is_some());
        (made && item.step == Step::Fresh && !has_files(item)).then(|| Stale::new(&*item.id.name, MISSING))
    };
    let stale = items.iter().filter_map(|item| Some((item, stale_item(item, &state, look).or_else(|| missing(item))?)));
    let mut stale: Vec<Stale> = stale.map(|(item, stale)| with_pointer(stale, &workspace, item)).collect();
    // What concerns no asset alone is for a check of everything.
    if targets.is_empty() {
        let removed = state.lock.entries.keys().filter(|id| !plan.items.contains_key(id));
        stale.extend(removed.map(|id| Stale::new(&*id.name, ("not-in-manifest", "the manifest no longer has it"))));
        stale.extend(match look {
            Look::Outputs => stale_shared_files(&workspace, &planner, &state)?,
            Look::Lock => missing_shared_files(&workspace, &state),
        });
        if workspace.rebuilt.is_some() {
            let lock = workspace.folders.lock(workspace.profile.as_deref());
            let name = lock.file_name().unwrap_or_default().to_string_lossy();
            stale.push(Stale::new(name, ("lock-damaged", "it is empty or cut off")));
        }
    }
    let gated = gated_groups(&plan, &state, &selected);
    // As in every command: a failed gate is told before what is not up to date.
    let exit = match (gated.is_empty(), stale.is_empty()) {
        (false, _) => Exit::Gate,
        (true, false) => Exit::Stale,
        (true, true) => Exit::Success,
    };
    Ok(Checked { stale, gated, assets: items.len(), exit })
}

/// A stale item with the pointer of Git LFS that is among its files.
fn with_pointer(stale: Stale, workspace: &Workspace, item: &ItemPlan) -> Stale {
    let place = |path: &str| workspace.folders.root.join(workspace.in_project(path));
    let mut files = item.outputs.iter().filter(|_| stale.code == reason(Reason::Outputs).0);
    let Some(file) = files.find(|file| plain_file::lfs_digest(&place(&file.path)).is_some()) else { return stale };
    let path = workspace.in_project(&file.path);
    let message = format!("`{path}` is a Git LFS pointer, its content is not on this machine");
    let diagnostic = Diagnostic::error(Refused::LfsPointer.code(), message).hint(FETCH).about(Subject::File(path));
    Stale { diagnostic: Some(diagnostic), ..stale }
}

fn stale_item(item: &ItemPlan, state: &State, look: Look) -> Option<Stale> {
    let name = &*item.id.name;
    if item.slots.iter().any(|slot| !slot.requests.is_empty() || !slot.adopt.is_empty()) {
        return Some(Stale::new(name, ("candidates-missing", "candidates are missing")));
    }
    if item.slots.iter().any(|slot| slot.pick_is_new) {
        return Some(Stale::new(name, ("choice-missing", "the lock lacks the choice among its candidates")));
    }
    match &item.step {
        Step::Fresh
        | Step::Wait
        | Step::Make(Reason::Outdated | Reason::Needed)
        | Step::Recapture(_, Reason::Outdated | Reason::Needed) => None,
        Step::Make(why) | Step::Recapture(_, why) => Some(Stale::new(name, reason(*why))),
        Step::Fail(_) if look == Look::Outputs && is_unchanged_on_disk(item, state) => None,
        Step::Fail(found) => {
            let stale = Stale::new(name, ("cannot-be-made", "it cannot be made"));
            Some(Stale { diagnostic: Some(failure(&item.id, found)), ..stale })
        }
    }
}

/// Shared files that are not there, or are not what the lock's assets make.
pub(super) fn stale_shared_files(workspace: &Workspace, planner: &Planner, state: &State) -> Result<Vec<Stale>> {
    let place = |path: &str| workspace.folders.root.join(workspace.in_project(path));
    let mut stale = missing_shared_files(workspace, state);
    let lists = lists(workspace, planner, state)?;
    let outdated = lists.outdated.into_iter().filter(|path| is_there(workspace, path));
    stale.extend(outdated.map(|path| Stale::shared(path, ("file-differs", "it does not say what the lock says"))));
    let differs = |path: &str, bytes: &[u8]| {
        read_if_there(&place(path)).is_ok_and(|found| found.is_some_and(|found| *with_unix_line_ends(&found) != *bytes))
    };
    let known = lists.files.into_iter().filter(|file| lists.whole && file.whole);
    let other = known.filter_map(|file| file.bytes.filter(|bytes| differs(&file.path, bytes)).map(|_| file.path));
    stale.extend(other.map(|path| Stale::shared(path, ("file-differs", "it does not say what the lock says"))));
    Ok(stale)
}

fn missing_shared_files(workspace: &Workspace, state: &State) -> Vec<Stale> {
    let manifest = &workspace.manifest;
    let is_later_page = |path: &&String| {
        let mut atlases = manifest.atlases.iter();
        atlases.any(|atlas| output::is_later_page(path, &atlas.path))
    };
    let pages = state.lock.shared.iter().filter(is_later_page).cloned();
    let missing = output::shared(manifest).into_iter().chain(pages).filter(|path| !is_there(workspace, path));
    missing.map(|path| Stale::shared(path, ("file-missing", "it is not there"))).collect()
}

/// Whether a file of the output folder is there, whatever is in it.
fn is_there(workspace: &Workspace, path: &str) -> bool {
    workspace.folders.root.join(workspace.in_project(path)).exists()
}

/// Why an asset is made again whose files were deleted.
const MISSING: (&str, &str) = ("file-missing", "a file of it is not there");

/// An asset whose raw is absent is fine as long as nothing has to be made of it.
fn is_unchanged_on_disk(item: &ItemPlan, state: &State) -> bool {
    let made = state.lock.entries.get(&item.id).and_then(|entry| entry.made.as_ref());
    made.zip(state.outputs.as_ref()).is_some_and(|(made, outputs)| {
        Some(made.sprite) == item.key && made.files.iter().all(|(path, digest)| outputs.get(path) == Some(digest))
    })
}
