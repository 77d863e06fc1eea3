//! `mv`: an asset gets another name in the manifest and the locks; its captures stay valid.

use std::path::Path;

use serde::Serialize;

use super::workspace::{all_locks, save_lock};
use super::{Error, Look, Operation, Options, Result, edited_files, select};
use crate::manifest::edit;
use crate::plan::Planner;
use crate::store::Folders;
use crate::words::asset::GroupId;
use crate::words::file_error::FileResult;
use crate::words::lock::Lock;

/// What [`rename`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Renamed {
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
    /// The files of the manifest that changed, relative to the project.
    pub manifest: Vec<String>,
    /// Whether the asset was made: the next build renames its files.
    pub made: bool,
}

/// Renames an asset.
///
/// # Errors
/// `unknown-target`, `not-an-asset`, `same-name`, `name-taken`, `bad-name`, `reserved-name`, `non-ascii-name`.
pub fn rename(operation: &Operation, from: &str, to: &str) -> Result<Renamed> {
    let _lock = operation.lock("mv")?;
    let (workspace, state) = operation.open(Options::default(), Look::Lock)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    if !planner.items().iter().any(|item| item.id().asset() == from) {
        select(&planner, &[from.to_owned()])?;
        let message = format!("`{from}` is not the name of an asset");
        return Err(Error::usage("not-an-asset", message, "name the asset as the manifest does, without `@`"));
    }
    if from == to {
        let message = format!("`{from}` has that name already");
        return Err(Error::usage("same-name", message, "give it another name"));
    }
    let edited = edit::rename(&workspace.loaded, from, to).map_err(Error::Usage)?;
    let locks = all_locks(&workspace.folders)?;
    // Both names first, then the manifest, then the new name alone: a kill in between loses no pick.
    for (path, lock) in &locks {
        let mut both = renamed(lock.clone(), from, to);
        both.entries.extend(lock.entries.clone());
        write_lock(&workspace.folders, path, &both)?;
    }
    edited_files::write(operation, &edited)?;
    for (path, lock) in locks {
        write_lock(&workspace.folders, &path, &renamed(lock, from, to))?;
    }
    Ok(Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
        manifest: edited.iter().map(|file| file.path.to_string_lossy().into_owned()).collect(),
        made: state.lock.entries.iter().any(|(id, entry)| id.asset() == from && entry.made.is_some()),
    })
}

fn write_lock(folders: &Folders, path: &Path, lock: &Lock) -> Result<()> {
    Ok(save_lock(folders, path, &lock.text()).writing(path)?)
}

fn renamed(lock: Lock, from: &str, to: &str) -> Lock {
    let rename = |id: GroupId| match id.name.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('@') => GroupId::new(id.kind, format!("{to}{rest}")),
        _ => id,
    };
    Lock { entries: lock.entries.into_iter().map(|(id, entry)| (rename(id), entry)).collect(), ..lock }
}
