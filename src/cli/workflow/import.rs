//! `dgx-pixels workflow import`: an export of ComfyUI becomes a workflow of the project.

use std::path::Path;

use anyhow::Context;

use super::super::args::Global;
use super::super::{Exit, project, style};
use super::{Import, read, refused};
use crate::manifest::{self, edit};
use crate::store::write_whole;
use crate::workflow::import::{Binding, Imported, Wanted, import};
use crate::workflow::{self, FileError, WorkflowError};

/// Longer values are cut in the table.
const SHOWN: usize = 40;

/// Reads, binds, writes and shows.
pub(super) fn run(global: &Global, args: &Import) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let name = name(args)?;
    let text = read(&args.file).map_err(|error| {
        let message = format!("`{}` cannot be read: {error:#}", args.file.display());
        project::usage(message, "export the workflow in ComfyUI with Workflow > Export (API)")
    })?;
    let wanted = args.bind.iter().map(|bind| wanted(bind)).collect::<anyhow::Result<Vec<_>>>()?;
    let imported = import(&name, &text, &wanted).map_err(|error| explained(&error, &args.file))?;
    let path = workflow::path(&name);
    let full = root.join(&path);
    if full.exists() && !args.force {
        let hint = "`--force` writes over it, `--name` gives it another name";
        return Err(project::usage(format!("`{path}` exists already"), hint));
    }
    std::fs::create_dir_all(root.join("workflows")).context("cannot make `workflows`")?;
    let text = serde_json::to_string_pretty(&imported.graph)? + "\n";
    write_whole(&full, text.as_bytes(), "workflow").with_context(|| format!("cannot write `{path}`"))?;
    tell(&imported, &path, &name, global.quiet);
    Ok(Exit::Success)
}

/// An error of the imported file, under the name that the user gave.
fn explained(error: &WorkflowError, file: &Path) -> anyhow::Error {
    let WorkflowError::File(_, error) = error else { return refused(error) };
    let hint = match error {
        FileError::Invalid(_) | FileError::Unreadable(_) => error.hint(),
        _ => "open it in ComfyUI, choose Workflow > Export (API), and import the file that it saves",
    };
    project::usage(format!("`{}` {error}", file.display()), hint)
}

/// The name that is given, else the file's, as far as it can be one.
fn name(args: &Import) -> anyhow::Result<String> {
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c.to_ascii_lowercase() } else { '-' };
    let name = match &args.name {
        Some(name) => name.clone(),
        None => stem.chars().map(plain).collect::<String>().trim_matches(['-', '.', '_']).to_owned(),
    };
    match manifest::valid_name(&name) {
        Ok(()) => Ok(name),
        Err(why) => Err(project::usage(format!("the name `{name}` {why}"), "give it another one with `--name`")),
    }
}

/// `prompt=6.text`, or `prompt=6`.
fn wanted(text: &str) -> anyhow::Result<Wanted> {
    let parts = text.split_once('=').filter(|(name, node)| !name.is_empty() && !node.is_empty());
    let Some((name, place)) = parts else {
        let message = format!("`{text}` does not say what is bound to which node");
        return Err(project::usage(message, "write `--bind prompt=6`, or `--bind prompt=6.text`"));
    };
    let (node, input) = place.split_once('.').map_or((place, None), |(node, input)| (node, Some(input.to_owned())));
    Ok(Wanted { name: name.to_owned(), node: node.to_owned(), input })
}

fn tell(imported: &Imported, path: &str, name: &str, quiet: bool) {
    for note in &imported.notes {
        style::warning(note, None);
    }
    if quiet {
        return;
    }
    for line in table(&imported.bindings) {
        style::out(&line);
    }
    style::out(&format!("\nwrote {path}. A style that draws what it drew:\n\n{}", edit::style_table(&imported.style)));
    if workflow::built_in(name, None).is_some() {
        style::hint(&format!("it takes the place of the built-in workflow `{name}` in this project"));
    }
    style::hint(&format!("`dgx-pixels workflow check {name}` looks for what a server would refuse"));
}

/// One line a binding, in columns.
fn table(bindings: &[Binding]) -> Vec<String> {
    let heading = ["placeholder", "node", "input", "was", "found by"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(heading)
        .chain(bindings.iter().map(|binding| {
            let node = format!("{} {}", binding.node, binding.class);
            let was = if binding.was.is_null() { String::new() } else { short(&binding.was.to_string()) };
            [format!("{{{}}}", binding.name), node, binding.input.clone(), was, binding.by.word().to_owned()]
        }))
        .collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(width);
    let padded = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    padded.collect()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text.to_owned(),
    }
}
