//! The project as readers opened it last. It is opened again when anything that it was read from changed, came or went.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use super::workspace::refuse_committed_store;
use super::{Loader, Look, Options, Result, Workspace, open_with};
use crate::plan::{Plan, Planner, State};
use crate::store::Stamp;
use crate::threads::{self, Aside};

/// Projects that are kept: readers want them with and without outputs, and as a build would open them.
const MOST: usize = 4;

/// A project that is open for reading.
pub struct Opened {
    pub(super) workspace: Workspace,
    pub(super) state: State,
    plan: OnceLock<Plan>,
    lock_text: OnceLock<String>,
}

impl Opened {
    fn new((workspace, state): (Workspace, State)) -> Self {
        Self { workspace, state, plan: OnceLock::new(), lock_text: OnceLock::new() }
    }

    /// The plan of everything, made once.
    pub(super) fn plan(&self, planner: &Planner) -> &Plan {
        self.plan.get_or_init(|| planner.plan(&self.state))
    }

    /// The lock as text, written once.
    pub(super) fn lock_text(&self) -> &str {
        self.lock_text.get_or_init(|| self.state.lock.text())
    }
}

/// What was opened last, with the files and folders that it was read from.
#[derive(Default)]
pub struct OpenedLast {
    kept: Mutex<Vec<Kept>>,
    /// How it was opened at least once: only what is wanted again is kept.
    wanted: Mutex<Vec<Key>>,
    /// Held by the one that opens, so that others wait for what it opens in place of opening the same.
    opening: Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    key: Key,
    began: Instant,
    /// Nothing where a file changed so recently that it may change again under the same stamp.
    rests_on: Option<Arc<[(PathBuf, Stamp)]>>,
    opened: Arc<Opened>,
}

/// How a project was opened.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    profile: Option<String>,
    recapture: bool,
    remake: bool,
    look: Look,
}

impl Key {
    /// Nothing for what is opened otherwise than as its manifest says.
    fn of(options: &Options, look: Look) -> Option<Self> {
        let Options { profile, recapture, remake, backend, more, comparison, built_ins } = options;
        let is_plain = backend.is_none() && more.is_none() && !comparison && *built_ins == Default::default();
        is_plain.then(|| Self { profile: profile.clone(), recapture: *recapture, remake: *remake, look })
    }
}

impl OpenedLast {
    /// The project as it is now: what was opened last, if nothing changed since, else opened anew.
    pub(super) fn read(&self, loader: &Loader, root: &Path, options: &Options, look: Look) -> Result<Arc<Opened>> {
        let arrived = Instant::now();
        let open = || threads::aside(Aside::Look, || open_with(loader, root, options, look)).map(Opened::new);
        let Some(key) = Key::of(options, look) else { return open().map(Arc::new) };
        if let Some(opened) = self.current(&key, arrived, root)? {
            return Ok(opened);
        }
        let _alone = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = self.current(&key, arrived, root)? {
            return Ok(opened);
        }
        let began = Instant::now();
        let opened = Arc::new(open()?);
        if !self.is_wanted_again(&key) {
            return Ok(opened);
        }
        let rests_on = rests_on(&opened);
        let mut kept = self.kept();
        kept.retain(|kept| kept.key != key);
        kept.insert(0, Kept { key, began, rests_on, opened: Arc::clone(&opened) });
        kept.truncate(MOST);
        Ok(opened)
    }

    /// What is kept, if it is what opening would give.
    fn current(&self, key: &Key, arrived: Instant, root: &Path) -> Result<Option<Arc<Opened>>> {
        let Some(kept) = self.kept().iter().find(|kept| kept.key == *key).cloned() else { return Ok(None) };
        let is_current =
            |rests_on: &Arc<[(PathBuf, Stamp)]>| rests_on.iter().all(|(path, stamp)| Stamp::of(path) == *stamp);
        if kept.began < arrived && !kept.rests_on.as_ref().is_some_and(is_current) {
            return Ok(None);
        }
        refuse_committed_store(root, &kept.opened.workspace.loaded)?;
        Ok(Some(kept.opened))
    }

    /// A command that reads once need not look what it rests on.
    fn is_wanted_again(&self, key: &Key) -> bool {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = wanted.contains(key);
        if !is_known {
            wanted.push(key.clone());
        }
        is_known
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stamps of all that a project was read from.
fn rests_on(opened: &Opened) -> Option<Arc<[(PathBuf, Stamp)]>> {
    let workspace = &opened.workspace;
    // A lock that was rebuilt rests on more than itself.
    if workspace.rebuilt.is_some() {
        return None;
    }
    let paths = workspace.rests_on(&opened.state);
    let is_old = |stamp: &Stamp| !stamp.is_younger_than(workspace.began);
    // A file that was removed after it was read has no stamp, but its folder has another one.
    let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    if !folders.into_iter().map(Stamp::of).all(|stamp| is_old(&stamp)) {
        return None;
    }
    let stamp = |path: PathBuf| {
        let stamp = Stamp::of(&path);
        is_old(&stamp).then_some((path, stamp))
    };
    paths.into_iter().map(stamp).collect()
}
