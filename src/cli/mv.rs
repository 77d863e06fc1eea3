//! `dgx-pixels mv`: an asset gets another name in manifest, lock and output, and nothing is captured again.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{Global, Mv};
use super::{Exit, project, style};
use crate::manifest::edit;
use crate::session::{self, Look, Options};
use crate::store::{Folders, write_whole};
use crate::words::asset::GroupId;
use crate::words::lock::Lock;

/// Renames an asset.
pub fn run(global: &Global, args: &Mv) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let _hold = project::hold(global, &root, "mv")?;
    let (workspace, state) = session::open(&root, &Options::default(), Look::Lock)?;
    let known = workspace.plan(&state).items.keys().any(|id| id.asset() == args.from);
    if !known {
        let planner = crate::plan::Planner::new(&workspace.manifest, &workspace.inputs);
        session::select(&planner, std::slice::from_ref(&args.from))?;
        return Err(project::usage(
            format!("`{}` is no asset's name", args.from),
            "name the asset as the manifest does, without `@`",
        ));
    }
    if args.from == args.to {
        return Err(project::usage(format!("`{}` has that name already", args.from), "name another one to rename it"));
    }
    let edited = edit::rename(&workspace.loaded, &args.from, &args.to).map_err(|error| {
        project::usage(error.to_string(), "names have letters, digits, `-` and `_`, and each is used once")
    })?;
    let locks = locks(&workspace.folders)?;
    // Both names first, then the manifest, then the new name alone: a cut in between loses nobody's pick.
    for (path, lock) in &locks {
        let mut both = renamed(lock.clone(), &args.from, &args.to);
        both.entries.extend(lock.entries.clone());
        write_lock(path, &both)?;
    }
    for file in edited {
        write_whole(&root.join(&file.path), file.text.as_bytes(), "manifest")
            .with_context(|| format!("cannot write `{}`", file.path.display()))?;
    }
    for (path, lock) in locks {
        write_lock(&path, &renamed(lock, &args.from, &args.to))?;
    }
    if !global.quiet {
        let made = state.lock.entries.iter().any(|(id, entry)| id.asset() == args.from && entry.made.is_some());
        let next = if made { "; `dgx-pixels build` renames its files" } else { "" };
        style::out(&format!("{} is {} now{next}", args.from, args.to));
    }
    Ok(Exit::Success)
}

fn write_lock(path: &Path, lock: &Lock) -> anyhow::Result<()> {
    write_whole(path, lock.text().as_bytes(), "lock").with_context(|| format!("cannot write `{}`", path.display()))
}

/// Every lock of this checkout.
fn locks(folders: &Folders) -> anyhow::Result<Vec<(PathBuf, Lock)>> {
    let mut locks = Vec::new();
    for path in session::lock_files(folders) {
        if let Some(lock) = session::read_lock(&path)? {
            locks.push((path, lock));
        }
    }
    Ok(locks)
}

fn renamed(lock: Lock, from: &str, to: &str) -> Lock {
    let rename = |id: GroupId| match id.name.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('@') => GroupId::new(id.kind, format!("{to}{rest}")),
        _ => id,
    };
    Lock { entries: lock.entries.into_iter().map(|(id, entry)| (rename(id), entry)).collect(), ..lock }
}
