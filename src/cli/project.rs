//! What every subcommand of a project begins with, and how errors reach a person.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Global, Profile};
use super::{Exit, report};
use crate::session::{self, Cancel, Error, Operation};
use crate::words::event::Observer;

/// The project's folder: as given, else the nearest one upwards.
pub(super) fn root(global: &Global) -> anyhow::Result<PathBuf> {
    Ok(session::find_root(global.project.as_deref())?)
}

/// Carries out a short operation on the project under a profile.
pub(super) fn operate<T>(
    global: &Global,
    profile: &Profile,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    let (root, profile) = (root(global)?, profile.name());
    Ok(run(&operation(&root, profile.as_deref(), report::brief(global), &global.cancel))?)
}

/// Carries out a short operation on the project under the default profile.
pub(super) fn operate_on_default<T>(
    global: &Global,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    let root = root(global)?;
    Ok(run(&operation(&root, None, report::brief(global), &global.cancel))?)
}

/// Carries out a short operation that needs no project, on the project if there is one.
pub(super) fn operate_anywhere<T>(
    global: &Global,
    profile: &Profile,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    let (root, profile) = (root_if_any(global)?.unwrap_or_else(|| ".".into()), profile.name());
    Ok(run(&operation(&root, profile.as_deref(), report::brief(global), &global.cancel))?)
}

/// Prints an error; returns the exit code.
pub(super) fn explain(global: &Global, error: anyhow::Error) -> Exit {
    report::error(global, &Error::from(error))
}

/// The project's folder if there is a project; one that is named must exist.
pub(super) fn root_if_any(global: &Global) -> anyhow::Result<Option<PathBuf>> {
    match root(global) {
        Ok(root) => Ok(Some(root)),
        Err(error) if global.project.is_some() => Err(error),
        Err(_) => Ok(None),
    }
}

/// An operation on the project in `root`.
pub(super) fn operation<'a>(
    root: &'a Path,
    profile: Option<&'a str>,
    observer: Arc<dyn Observer>,
    cancel: &'a Cancel,
) -> Operation<'a> {
    Operation::new(root, profile, observer, cancel)
}
