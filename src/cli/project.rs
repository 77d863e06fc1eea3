//! What every subcommand of a project begins with, and how errors reach a person.

use std::path::PathBuf;

use anyhow::{Context, anyhow};

use super::args::{Global, Profile};
use super::{Exit, report, style};
use crate::manifest;
use crate::session::{self, Cancel, Error, Operation};
use crate::store::{self, Hold};
use crate::words::event::Event;

/// An error of usage with the next step.
pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    anyhow!(Error::usage("usage", message, hint))
}

/// The project's folder: as given, else the nearest one upwards.
pub fn root(global: &Global) -> anyhow::Result<PathBuf> {
    Ok(session::find_root(global.project.as_deref())?)
}

/// Carries out an operation on the project under a profile.
pub fn operate<T>(
    global: &Global,
    profile: &Profile,
    operation: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    operate_as(global, profile.name().as_deref(), operation)
}

/// Carries out an operation on the project under the default profile.
pub fn operate_on_default<T>(
    global: &Global,
    operation: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    operate_as(global, None, operation)
}

fn operate_as<T>(
    global: &Global,
    profile: Option<&str>,
    operation: impl FnOnce(&Operation) -> session::Result<T>,
) -> anyhow::Result<T> {
    let (root, observer) = (root(global)?, report::brief(global));
    Ok(operation(&Operation { root: &root, profile, observer, cancel: &Cancel::default() })?)
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

/// Shows what the manifest says and probably should not.
pub fn warn(global: &Global, loaded: &manifest::Loaded) {
    if !global.quiet && !loaded.warnings.is_empty() {
        anstream::eprint!("{}", loaded.sources.render(&loaded.warnings, style::stderr_is_coloured()));
    }
}
