//! Examines machine, project, servers and models, and changes nothing: every finding has a code and, where something can
//! be done about it, the next step.

mod inventory;
mod models;
mod project;
mod servers;
#[cfg(all(unix, feature = "worker"))]
mod worker;

use serde::Serialize;

use super::{Error, Exit, Look, Operation, Options, Result, Workspace};
use crate::plan::State;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::text::count;

pub use inventory::{Device, Inventory, InventoryFile, inventory};
pub use models::{ModelFile, models};

/// What was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// This machine.
    Machine,
    /// Manifest, lock, raws, git.
    Project,
    /// The servers that images come from.
    Servers,
    /// The model files that the manifest needs.
    Models,
}

/// How well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It will do, but not well.
    Warning,
    /// A build would fail on it.
    Problem,
}

/// One thing that was examined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// What it is about.
    pub area: Area,
    /// How well it is.
    pub level: Level,
    /// What was found, and what to do about it.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// In the order of the examination, areas together.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// A failure if a build would fail on something.
    pub fn exit(&self) -> Exit {
        if self.count(Level::Problem) > 0 { Exit::Failed } else { Exit::Success }
    }

    /// Adds what is as it should be.
    fn ok(&mut self, area: Area, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { area, level: Level::Ok, diagnostic: Diagnostic::note(code, message) });
    }

    /// Adds what is not as it should be.
    fn add(&mut self, area: Area, diagnostic: Diagnostic) {
        let level = match diagnostic.severity {
            Severity::Error => Level::Problem,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        };
        self.findings.push(Finding { area, level, diagnostic });
    }
}

/// Examines everything. Without a project, this machine and the servers that its environment names.
pub fn examine(op: &Operation) -> Result<Report> {
    let mut report = Report::default();
    machine(&mut report);
    let opened = opened(op, &mut report);
    let workspace = opened.as_ref().map(|(workspace, _)| workspace);
    let looks = servers::examine(op.project(), workspace, &mut report)?;
    #[cfg(all(unix, feature = "worker"))]
    if let Some((workspace, _)) = &opened {
        worker::examine(workspace, op.cancel, &mut report);
    }
    if let Some((workspace, state)) = &opened {
        models::examine(workspace, state, &looks, op.cancel, &mut report);
    }
    Ok(report)
}

fn machine(report: &mut Report) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let threads = count(threads, "processor", "processors");
    report.ok(Area::Machine, "machine", format!("dgx-pixels {} on {os} {arch}, {threads}", env!("CARGO_PKG_VERSION")));
}

/// The project, if there is one and it can be opened.
fn opened(op: &Operation, report: &mut Report) -> Option<(Workspace, State)> {
    if op.project().is_none() {
        let note = Diagnostic::note("no-project", "there is no project here");
        let hint = "begin one with `dgx-pixels init`; without one `generate` and `process` work all the same";
        report.add(Area::Project, note.hint(hint));
        return None;
    }
    match op.open(options(), Look::Outputs) {
        Ok((workspace, state)) => {
            project::examine(&workspace, &state, report);
            Some((workspace, state))
        }
        Err(Error::Manifest(problems)) => {
            let message = format!("the manifest has {}", count(problems.list().len(), "problem", "problems"));
            let hint = "`dgx-pixels plan` shows them with their places";
            report.add(Area::Project, Diagnostic::error("manifest-problems", message).hint(hint));
            None
        }
        Err(error) => {
            for diagnostic in error.diagnostics() {
                let hint = diagnostic.hint.clone();
                let hint = hint.unwrap_or_else(|| "check the folder and its permissions".to_owned());
                report.add(Area::Project, diagnostic.hint(hint));
            }
            None
        }
    }
}

fn options() -> Options {
    Options { remake: true, ..Options::default() }
}
