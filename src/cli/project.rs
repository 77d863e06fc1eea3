//! What every subcommand of a project begins with, and how errors reach a person.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::args::Global;
use super::{Exit, report, style};
use crate::manifest;
use crate::session::{Cancel, Error, Operation};
use crate::store::{self, Hold};
use crate::words::event::{Event, Observer};

/// An error of usage with the next step.
pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    anyhow!(Error::usage("usage", message, hint))
}

/// The project's folder: as given, else the nearest one upwards.
pub fn root(global: &Global) -> anyhow::Result<PathBuf> {
    let from = match &global.project {
        Some(folder) => return named(folder.clone()),
        None => std::env::current_dir().context("this folder cannot be read")?,
    };
    manifest::find_root(&from).ok_or_else(|| {
        usage(
            "there is no `pixels.toml` in this folder or above it",
            "begin a project with `dgx-pixels init`, or name its folder with `-C DIR`",
        )
    })
}

fn named(folder: PathBuf) -> anyhow::Result<PathBuf> {
    if folder.join("pixels.toml").is_file() {
        return Ok(folder);
    }
    Err(usage(
        format!("there is no `pixels.toml` in `{}`", folder.display()),
        "begin a project there with `dgx-pixels init DIR`",
    ))
}

/// Takes the project for this process; says whom it waits for.
pub fn hold(global: &Global, root: &std::path::Path, command: &str) -> anyhow::Result<Hold> {
    let waiting = |holder: &str| {
        let holder = if holder.is_empty() { "another process" } else { holder }.to_owned();
        report::observer(global).on(&Event::Waiting { holder });
    };
    store::hold(&root.join(store::FOLDER), command, waiting).context("cannot write into `.dgx-pixels`")
}

/// Prints an error with its hint; returns the exit code.
pub fn explain(error: anyhow::Error) -> Exit {
    let error = Error::from(error);
    match &error {
        Error::Manifest(problems) => anstream::eprint!("{}", problems.render(style::stderr_is_coloured())),
        other => other.diagnostics().iter().for_each(|found| style::error(&found.message, found.hint.as_deref())),
    }
    error.exit()
}

/// Shows what the manifest says and probably should not.
pub fn warn(global: &Global, loaded: &manifest::Loaded) {
    if !global.quiet && !loaded.warnings.is_empty() {
        anstream::eprint!("{}", loaded.sources.render(&loaded.warnings, style::stderr_is_coloured()));
    }
}

/// The project's folder if there is a project; one that is named must exist.
pub fn root_if_any(global: &Global) -> anyhow::Result<Option<PathBuf>> {
    match root(global) {
        Ok(root) => Ok(Some(root)),
        Err(error) if global.project.is_some() => Err(error),
        Err(_) => Ok(None),
    }
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
