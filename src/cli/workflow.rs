//! `dgx-pixels workflow`: lists, shows, imports and checks ComfyUI workflows.

use std::path::PathBuf;

use super::args::{Global, Import, Profile, WorkflowArgs, WorkflowCheck, WorkflowCommand as Command};
use super::{Exit, project, report, style};
use crate::session::workflow::{self, Against, Checked, Checks, ImportRequest, Imported, Listed, Place};
use crate::session::{self, Existing, Operation};
use crate::words::diagnostic::Diagnostic;
use crate::words::text::printable;

/// Longer values are cut in the table of bindings.
const SHOWN: usize = 40;

/// Runs the subcommand.
pub(super) fn run(global: &Global, args: &WorkflowArgs) -> session::Result<Exit> {
    match &args.command {
        Command::List => {
            let all = project::operate_anywhere(global, &Profile::default(), workflow::list)?;
            report::list(global, "workflows", &all, list);
            Ok(Exit::Success)
        }
        Command::Show { name } => {
            let text = project::operate_anywhere(global, &Profile::default(), |op| workflow::show(op, name))?;
            style::text(&text);
            Ok(Exit::Success)
        }
        Command::Import(args) => import(global, args),
        Command::Check(args) => check(global, args),
    }
}

fn import(global: &Global, args: &Import) -> session::Result<Exit> {
    let request = ImportRequest {
        file: args.file.clone(),
        name: args.name.clone(),
        bind: args.bind.clone(),
        existing: Existing::replace_if(args.force),
        against: against(args.server.as_ref(), args.object_info.as_ref()),
    };
    let imported = project::operate_on_default(global, |op| workflow::import(op, &request))?;
    let printed = |warning: &Diagnostic| {
        style::warning(&printable(&warning.message), warning.hint.as_deref().map(printable).as_deref());
    };
    imported.warnings.iter().for_each(printed);
    report::value(global, "workflow-imported", &imported, show_import);
    Ok(Exit::Success)
}

fn check(global: &Global, args: &WorkflowCheck) -> session::Result<Exit> {
    let against = against(args.server.as_ref(), args.object_info.as_ref());
    let check = |op: &Operation| workflow::check(op, &args.names, &against);
    let checks = project::operate_anywhere(global, &Profile::default(), check)?;
    report::result(global, "workflows-checked", &checks, |checks| show_checks(global, checks));
    Ok(if checks.workflows.iter().any(Checked::fails) { Exit::Failed } else { Exit::Success })
}

fn against(server: Option<&String>, object_info: Option<&PathBuf>) -> Against {
    match (server, object_info) {
        (Some(url), _) => Against::Server(url.clone()),
        (None, Some(path)) => Against::ObjectInfo(path.clone()),
        (None, None) => Against::Recorded,
    }
}

fn list(all: &[Listed]) {
    let width = all.iter().map(|one| one.name.len()).max().unwrap_or_default();
    for one in all {
        let about = one.about.map(str::to_owned);
        let takes = match &one.error {
            Some(error) => Some(format!("cannot be used: {}", printable(&error.message))),
            None => Some(takes(one)).filter(|takes| !takes.is_empty()),
        };
        let words: Vec<String> = [Some(place(one.file.as_deref())), about, takes].into_iter().flatten().collect();
        let gap = " ".repeat(width - one.name.len());
        style::out(&format!("{}{gap}  {}", style::paint(style::NAME, &one.name), printable(&words.join("; "))));
    }
}

fn place(file: Option<&str>) -> String {
    file.unwrap_or("built in").to_owned()
}

/// What a workflow takes beyond what every asset has.
fn takes(one: &Listed) -> String {
    let params = one.params.iter().map(|(name, default)| match default {
        Some(default) => format!("{name} = {default}"),
        None => name.clone(),
    });
    let params: Vec<String> = params.collect();
    let parts = [("inputs", one.inputs.join(", ")), ("params", params.join(", "))];
    let parts = parts.into_iter().filter(|(_, list)| !list.is_empty()).map(|(what, list)| format!("{what}: {list}"));
    printable(&parts.collect::<Vec<_>>().join("; "))
}

fn show_import(imported: &Imported) {
    table(imported).iter().for_each(|line| style::out(line));
    let style = printable(&imported.style);
    style::out(&format!("\nwrote {}. A style that generates what it generated:\n\n{style}", imported.file));
    let name = &imported.name;
    if imported.hides_built_in {
        style::hint(&format!("it takes the place of the built-in workflow `{name}` in this project"));
    }
    style::hint(&format!("`dgx-pixels workflow check {name}` finds what a server would refuse"));
}

/// One line a binding, in columns.
fn table(imported: &Imported) -> Vec<String> {
    let heading = ["placeholder", "node", "input", "was", "found by"].map(str::to_owned);
    let bindings = imported.bindings.iter().map(|binding| {
        let node = node(&binding.node, &binding.class, &binding.title);
        [
            format!("{{{}}}", binding.name),
            node,
            printable(&binding.input),
            value(&binding.was),
            binding.by.word().to_owned(),
        ]
    });
    columns(std::iter::once(heading).chain(bindings).collect())
}

/// A node with its class and its title.
fn node(id: &str, class: &str, title: &str) -> String {
    let title =
        if title.is_empty() || title == class { String::new() } else { format!(" {}", short(&format!("{title:?}"))) };
    printable(&format!("{id} {class}{title}"))
}

fn value(value: &serde_json::Value) -> String {
    if value.is_null() { String::new() } else { short(&value.to_string()) }
}

fn columns<const COUNT: usize>(rows: Vec<[String; COUNT]>) -> Vec<String> {
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths: [usize; COUNT] = std::array::from_fn(width);
    let padded = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    padded.collect()
}

/// What fills the placeholders of a workflow of the project, so that a person sees what is in the wrong place.
fn places(places: &[Place]) -> Vec<String> {
    let heading = ["placeholder", "node", "input", "is", "was"].map(str::to_owned);
    let rows = places.iter().map(|place| {
        let node = node(&place.node, &place.class, &place.title);
        [format!("{{{}}}", place.name), node, printable(&place.input), value(&place.value), value(&place.was)]
    });
    columns(std::iter::once(heading).chain(rows).collect())
}

fn short(text: &str) -> String {
    let text = printable(text);
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text,
    }
}

fn show_checks(global: &Global, checks: &Checks) {
    checks.workflows.iter().for_each(|checked| show_check(global, checked));
    if !global.quiet && checks.recorded_only {
        style::hint("checked against the recorded core nodes of ComfyUI; only a server knows its model files");
    }
}

fn show_check(global: &Global, checked: &Checked) {
    let (name, place) = (style::paint(style::NAME, &checked.name), place(checked.file.as_deref()));
    if checked.findings.is_empty() {
        if !global.quiet {
            style::out(&format!("{}  {name} ({place})", style::paint(style::GOOD, "fits")));
            show_places(checked);
        }
        return;
    }
    let fails = checked.fails();
    let word = if fails { style::paint(style::ERROR, "fails") } else { style::paint(style::WARNING, "maybe") };
    style::out(&format!("{word} {name} ({place})"));
    if !global.quiet {
        show_places(checked);
    }
    for found in &checked.findings {
        style::out(&format!("  {}", printable(&found.message)));
        if let Some(hint) = &found.hint {
            style::out(&format!("    {}: {}", style::paint(style::HINT, "hint"), printable(hint)));
        }
    }
}

/// Built-in workflows need no second look.
fn show_places(checked: &Checked) {
    if checked.file.is_some() && !checked.places.is_empty() {
        places(&checked.places).iter().for_each(|line| style::out(&format!("  {line}")));
    }
}
