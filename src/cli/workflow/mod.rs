//! `dgx-pixels workflow`: lists, shows, imports and checks ComfyUI workflows.

mod check;
mod import;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::Global;
use super::{Exit, project, style};
use crate::manifest;
use crate::words::suggest::did_you_mean;
use crate::workflow::{self, BUILT_IN, FileError, Meaning, WorkflowError};

/// No workflow that a person made is larger, and no answer of `/object_info`.
const LARGEST: u64 = 64 << 20;

/// List, show, import and check ComfyUI workflows
#[derive(Clone, Debug, clap::Args)]
pub struct WorkflowArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// List the built-in workflows and those of the project
    List,
    /// Print a workflow's file
    Show {
        /// A built-in workflow, or one of the project
        name: String,
    },
    /// Make a workflow of the project from what ComfyUI exports with Workflow > Export (API)
    Import(Import),
    /// Hold workflows against the nodes of a server, or against ComfyUI's core nodes as they are recorded here
    Check(Check),
}

#[derive(Clone, Debug, clap::Args)]
struct Import {
    /// The file that ComfyUI exported
    file: PathBuf,
    /// What it is called in the manifest [default: the file's name]
    #[arg(long)]
    name: Option<String>,
    /// Bind a placeholder (prompt, seed ..) to a node that is not found by itself
    #[arg(long, value_name = "NAME=NODE[.INPUT]")]
    bind: Vec<String>,
    /// Write over a workflow of the project
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Debug, clap::Args)]
struct Check {
    /// Workflows by name [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A ComfyUI server that is asked what it knows; its login is that of `pixels.local.toml`
    #[arg(long, value_name = "URL", conflicts_with = "object_info")]
    server: Option<String>,
    /// A file with what `/object_info` of a server answers
    #[arg(long, value_name = "FILE")]
    object_info: Option<PathBuf>,
}

/// Runs the subcommand.
pub fn run(global: &Global, args: &WorkflowArgs) -> anyhow::Result<Exit> {
    match &args.command {
        Command::List => list(&all(global)?),
        Command::Show { name } => show(name, &all(global)?),
        Command::Import(args) => import::run(global, args),
        Command::Check(args) => check::run(global, args),
    }
}

/// A workflow by name: what its file says, and whether it is the project's own.
struct Found {
    text: Result<String, WorkflowError>,
    is_own: bool,
}

/// Every workflow that can be named here; outside a project those that are built in.
fn all(global: &Global) -> anyhow::Result<BTreeMap<String, Found>> {
    let built_in = BUILT_IN.iter().filter_map(|one| workflow::built_in(one.name, None));
    let mut all: BTreeMap<String, Found> =
        built_in.map(|one| (one.name.to_owned(), Found { text: Ok(one.text.to_owned()), is_own: false })).collect();
    let Some(root) = root(global)? else { return Ok(all) };
    for entry in std::fs::read_dir(root.join("workflows")).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".json").filter(|stem| manifest::valid_name(stem).is_ok()) {
            let text = read(&entry.path());
            let text = text.map_err(|error| {
                WorkflowError::File(stem.to_owned(), FileError::Unreadable(format!("cannot be read: {error:#}")))
            });
            all.insert(stem.to_owned(), Found { text, is_own: true });
        }
    }
    Ok(all)
}

/// The project's folder, if there is a project; one that is named has to be there.
fn root(global: &Global) -> anyhow::Result<Option<PathBuf>> {
    match project::root(global) {
        Ok(root) => Ok(Some(root)),
        Err(error) if global.project.is_some() => Err(error),
        Err(_) => Ok(None),
    }
}

/// A file's text.
fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))?;
    anyhow::ensure!(bytes.len() as u64 <= LARGEST, "it is larger than {} MiB", LARGEST >> 20);
    String::from_utf8(bytes).context("it is not UTF-8 text")
}

/// An error of a workflow, as one of usage.
fn refused(error: &WorkflowError) -> anyhow::Error {
    project::usage(error.to_string(), error.hint())
}

fn unknown(name: &str, all: &BTreeMap<String, Found>) -> anyhow::Error {
    let near = did_you_mean(name, all.keys().map(String::as_str));
    let hint = near.map_or(String::new(), |hint| hint + " ");
    project::usage(format!("no workflow is called `{name}`"), format!("{hint}`dgx-pixels workflow list` shows all"))
}

fn list(all: &BTreeMap<String, Found>) -> anyhow::Result<Exit> {
    let width = all.keys().map(String::len).max().unwrap_or_default();
    for (name, found) in all {
        let place = if found.is_own { workflow::path(name) } else { "built in".to_owned() };
        let about = workflow::built_in(name, None).filter(|_| !found.is_own).map(|one| one.about.to_owned());
        let graph = found.text.clone().and_then(|text| workflow::parse(name, &text));
        let open = match &graph {
            Ok(graph) => Some(opened(&workflow::placeholders(graph))).filter(|open| !open.is_empty()),
            Err(error) => Some(format!("cannot be used: {error}")),
        };
        let words: Vec<String> = [Some(place), about, open].into_iter().flatten().collect();
        style::out(&format!(
            "{}{}  {}",
            style::paint(style::NAME, name),
            " ".repeat(width - name.len()),
            words.join("; ")
        ));
    }
    Ok(Exit::Success)
}

/// The inputs and params of a workflow.
fn opened(open: &workflow::Placeholders) -> String {
    let roles: Vec<&str> = open.names(Meaning::Role).into_iter().collect();
    let params = open.names(Meaning::Param).into_iter().map(|name| match open.defaults.get(name) {
        Some(default) => format!("{name} = {default}"),
        None => name.to_owned(),
    });
    let params: Vec<String> = params.collect();
    let parts = [("inputs", roles.join(", ")), ("params", params.join(", "))];
    let parts = parts.into_iter().filter(|(_, list)| !list.is_empty()).map(|(what, list)| format!("{what}: {list}"));
    parts.collect::<Vec<_>>().join("; ")
}

fn show(name: &str, all: &BTreeMap<String, Found>) -> anyhow::Result<Exit> {
    let found = all.get(name).ok_or_else(|| unknown(name, all))?;
    style::text(found.text.as_ref().map_err(refused)?);
    Ok(Exit::Success)
}
