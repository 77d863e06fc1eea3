//! What every subcommand of a project begins with, and how errors reach a person.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Global, Profile};
use super::report;
use crate::session::{self, Cancel, Operation};
use crate::words::event::Observer;

/// The project's folder: as given, else the nearest one upwards.
pub(super) fn root(global: &Global) -> session::Result<PathBuf> {
    session::find_root(global.project.as_deref())
}

/// Carries out a short operation on the project under a profile.
pub(super) fn operate<T>(
    global: &Global,
    profile: &Profile,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> session::Result<T> {
    let (root, profile) = (root(global)?, profile.name());
    run(&operation(&root, profile.as_deref(), report::brief(global), &global.cancel))
}

/// Carries out a short operation on the project under the default profile.
pub(super) fn operate_on_default<T>(
    global: &Global,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> session::Result<T> {
    let root = root(global)?;
    run(&operation(&root, None, report::brief(global), &global.cancel))
}

/// Carries out a short operation that needs no project, on the project if there is one.
pub(super) fn operate_anywhere<T>(
    global: &Global,
    profile: &Profile,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> session::Result<T> {
    let (root, profile) = (root_if_any(global)?.unwrap_or_else(|| ".".into()), profile.name());
    run(&operation(&root, profile.as_deref(), report::brief(global), &global.cancel))
}

/// The project's folder if there is a project; one that is named must exist.
pub(super) fn root_if_any(global: &Global) -> session::Result<Option<PathBuf>> {
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
