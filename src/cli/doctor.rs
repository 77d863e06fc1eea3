//! `dgx-pixels doctor`: examines project, servers and models, and prints what to do about what it finds.

use super::args::{Doctor, Global};
use super::style::{self, ERROR, GOOD, NAME, WARNING, count, paint};
use super::{Exit, project, report};
use crate::session;
use crate::session::Operation;
use crate::session::doctor::{self, Area, Level, ModelFile, Report};
use crate::words::text::printable;

/// Examines everything; exits 1 if a build would fail on something.
pub(super) fn run(global: &Global, args: &Doctor) -> session::Result<Exit> {
    if args.models {
        let here = |op: &Operation| Ok((op.project().is_some(), doctor::models(op)?));
        let (in_project, files) = project::operate_anywhere(global, &args.profile, here)?;
        match args.json {
            true => report::pretty(&files),
            false => report::list(global, "models", &files, |files| models(global, files, in_project)),
        }
        return Ok(Exit::Success);
    }
    let found = project::operate_anywhere(global, &args.profile, doctor::examine)?;
    match args.json {
        true => report::pretty(&found),
        false => report::result(global, "examined", &found, findings),
    }
    Ok(found.exit())
}

fn findings(report: &Report) {
    let mut area = None;
    for finding in &report.findings {
        if area != Some(finding.area) {
            area = Some(finding.area);
            style::out(&paint(NAME, word(finding.area)));
        }
        let level = match finding.level {
            Level::Ok => paint(GOOD, "ok     "),
            Level::Note => "note   ".to_owned(),
            Level::Warning => paint(WARNING, "warning"),
            Level::Problem => paint(ERROR, "problem"),
        };
        style::out(&format!("  {level}  {}", printable(&report::text(&finding.diagnostic))));
        if let Some(hint) = &finding.diagnostic.hint {
            style::out(&format!("           {}", printable(hint)));
        }
    }
    let problems = count(report.count(Level::Problem), "problem", "problems");
    let warnings = count(report.count(Level::Warning), "warning", "warnings");
    style::out(&format!("{problems}, {warnings}"));
}

fn word(area: Area) -> &'static str {
    match area {
        Area::Machine => "machine",
        Area::Project => "project",
        Area::Servers => "servers",
        Area::Models => "models",
    }
}

fn models(global: &Global, files: &[ModelFile], in_project: bool) {
    if files.is_empty() && !global.quiet {
        style::out("the manifest needs no model files: nothing in it asks a ComfyUI server");
    } else if !in_project && !global.quiet {
        style::out("there is no project here; the default style, which `generate` uses, needs:");
    }
    files.iter().for_each(model);
    if !files.is_empty() {
        let missing = files.iter().filter(|file| file.on.is_empty()).count();
        let files = count(files.len(), "file", "files");
        style::out(&format!("{files}, {missing} to get; run the commands in ComfyUI's folder"));
    }
}

fn model(file: &ModelFile) {
    let state = match file.on.as_slice() {
        [] if file.missing.is_empty() => "no server answers".to_owned(),
        [] => format!("missing on {}", file.missing.join(", ")),
        on => format!("on {}", on.join(", ")),
    };
    let name = printable(&format!("models/{}/{}", file.folder, file.file));
    style::out(&format!("{}  {state}", paint(NAME, &name)));
    if let Some(near) = file.near.as_ref().filter(|_| file.on.is_empty()) {
        style::out(&printable(&format!("  did you mean `{near}`?")));
    }
    match (file.about, file.licence, &file.page) {
        (Some(about), Some(licence), Some(page)) => style::out(&format!("  {about}; {licence}; {page}")),
        _ => style::out("  not known here: get it where you know it from, and read its licence"),
    }
    if let Some(command) = file.command.as_ref().filter(|_| file.on.is_empty()) {
        style::out(&format!("  {command}"));
    }
}
