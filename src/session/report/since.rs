//! What changed since a revision: the lock of then, and the images as they were.

use std::sync::Arc;

use crate::plan::{ItemPlan, Planner, State};
use crate::session::git::Git;
use crate::session::studio::{Studio, frames_of};
use crate::session::{Error, Operation, Result};
use crate::words::asset::GroupId;
use crate::words::lock::Lock;
use crate::words::sprite::Sprites;

/// A revision of the project.
pub(super) struct Since {
    pub(super) revision: String,
    lock: Lock,
    git: Git,
}

impl Since {
    /// The lock of a revision; one without a lock has nothing.
    pub(super) fn of(operation: &Operation, revision: &str) -> Result<Self> {
        let git = Git::of(operation.root).map_err(|error| {
            Error::usage("unknown-revision", format!("git cannot be asked: {error}"), "make `git status` work here")
        })?;
        let git = git.ok_or_else(|| {
            let message = "the project is in no git repository";
            Error::usage("unknown-revision", message, "leave `--since` out to report everything")
        })?;
        let text = git.lock_at(revision)?;
        let lock = Lock::parse(text.as_deref().unwrap_or_default()).map_err(|error| {
            let message = format!("`pixels.lock` of `{revision}` cannot be read: {error}");
            Error::usage("unknown-revision", message, "name a revision whose lock is whole")
        })?;
        Ok(Self { revision: revision.to_owned(), lock, git })
    }

    /// `new` or `changed`; nothing for what the lock of then has as it is.
    pub(super) fn change(&self, plan: &ItemPlan, state: &State) -> Option<&'static str> {
        match (self.lock.entries.get(&plan.id), state.lock.entries.get(&plan.id)) {
            (None, _) => Some("new"),
            (before, now) if before != now || plan.is_stale() => Some("changed"),
            _ => None,
        }
    }

    /// What the lock of then has and the manifest has not.
    pub(super) fn removed(&self, planner: &Planner) -> Vec<String> {
        let gone = |id: &&GroupId| planner.item(id).is_none();
        self.lock.entries.keys().filter(gone).map(ToString::to_string).collect()
    }

    /// The sprites as they were, if they were others: from the cache, else from the committed image.
    pub(super) fn before(&self, studio: &Studio, plan: &ItemPlan) -> Option<Arc<Sprites>> {
        let before = self.lock.entries.get(&plan.id)?.made.as_ref()?;
        let now = studio.state.lock.entries.get(&plan.id).and_then(|entry| entry.made.as_ref());
        if now.is_some_and(|now| now.pixels == before.pixels) {
            return None;
        }
        studio.cached(&before.sprite).or_else(|| {
            let output = studio.image_of(plan)?;
            let bytes = self.git.file_at(&self.revision, &studio.workspace.in_project(&output.path))?;
            frames_of(&bytes, output, studio.planner.item(&plan.id)?).map(Arc::new)
        })
    }
}
