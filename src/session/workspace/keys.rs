//! Serialized keys of what is up to date: the old values that `why` names later.

use std::collections::HashSet;
use std::io;

use super::Workspace;
use crate::plan::{Changes, Plan, Planner, State};
use crate::store::Keys;
use crate::words::asset::GroupId;

impl Workspace {
    /// Whether no key was ever stored; a build that changed nothing has none to add otherwise.
    pub fn lacks_keys(&self) -> bool {
        !Keys::new(&self.folders.store).exist()
    }

    /// Stores the keys of what is up to date and not stored yet.
    pub fn store_keys(&self, planner: &Planner, plan: &Plan) -> io::Result<()> {
        let keys = Keys::new(&self.folders.store);
        let known = keys.list()?;
        keys.add(&planner.new_keys(plan, &|key| known.contains(&key)))
    }

    /// What changed of an item since the lock's entry was written.
    pub fn changes(&self, planner: &Planner, plan: &Plan, id: &GroupId, state: &State) -> io::Result<Changes> {
        let wanted: HashSet<_> = planner.old_keys(id, state).into_iter().collect();
        let old = Keys::new(&self.folders.store).read(&wanted)?;
        Ok(planner.changes(plan, id, state, &|key| old.get(&key).cloned()))
    }
}
