//! What every subcommand of a project begins with, and how errors reach a person.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::args::{Global, Profile};
use super::{Exit, report};
use crate::session::{self, Cancel, Error, Operation};
use crate::store::{self, Hold};
use crate::words::event::{Event, Observer};

/// An error of usage with the next step.
pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    anyhow!(Error::usage("usage", message, hint))
}

/// The project's folder: as given, else the nearest one upwards.
pub fn root(global: &Global) -> anyhow::Result<PathBuf> {
    Ok(session::find_root(global.project.as_deref())?)
}

/// Carries out a short operation on the project under a profile.
pub fn operate<T>(
    global: &Global,
    profile: &Profile,
    run: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    let (root, profile) = (root(global)?, profile.name());
    Ok(run(&operation(&root, profile.as_deref(), report::brief(global), &global.cancel))?)
}

/// Carries out a short operation on the project under the default profile.
pub fn operate_on_default<T>(global: &Global, run: impl FnOnce(&Operation) -> session::Result<T>) -> anyhow::Result<T> {
    let root = root(global)?;
    Ok(run(&operation(&root, None, report::brief(global), &global.cancel))?)
}

/// Takes the project for this process; says whom it waits for.
pub fn hold(global: &Global, root: &std::path::Path, command: &str) -> anyhow::Result<Hold> {
    let waiting = |holder: &str| {
        let holder = if holder.is_empty() { "another process" } else { holder }.to_owned();
        report::observer(global).on(&Event::Waiting { holder });
    };
    store::hold(&root.join(store::FOLDER), command, waiting).context("cannot write into `.dgx-pixels`")
}

/// Prints an error; returns the exit code.
pub fn explain(global: &Global, error: anyhow::Error) -> Exit {
    report::error(global, &Error::from(error))
}

/// An operation on the project in `root`.
pub fn operation<'a>(
    root: &'a Path,
    profile: Option<&'a str>,
    observer: Arc<dyn Observer>,
    cancel: &'a Cancel,
) -> Operation<'a> {
    Operation::new(root, profile, observer, cancel)
}
