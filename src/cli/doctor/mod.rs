//! `dgx-pixels doctor`: looks at project, servers and models, changes nothing, and says what mends what it finds.

mod models;
mod project;
mod servers;

use serde::Serialize;

use super::args::{Doctor, Global};
use super::style::{self, ERROR, GOOD, NAME, WARNING, paint};
use super::{Exit, project as root_of};
use crate::manifest;
use crate::plan::State;
use crate::session::{self, Look, Options, Workspace};

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `machine`, `project`, `server` or `models`.
    pub area: &'static str,
    /// How well it is.
    pub level: Level,
    /// What was found, lower case.
    pub message: String,
    /// The next command or edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds what is as it should be.
    pub fn ok(&mut self, area: &'static str, message: impl Into<String>) {
        self.add(area, Level::Ok, message, None::<String>);
    }

    /// Adds what was found, with what mends it.
    pub fn add(
        &mut self,
        area: &'static str,
        level: Level,
        message: impl Into<String>,
        mend: Option<impl Into<String>>,
    ) {
        self.0.push(Finding { area, level, message: message.into(), mend: mend.map(Into::into) });
    }

    fn worst(&self) -> Level {
        self.0.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    }
}

/// Looks at everything; exits 1 if a build would fail on something.
pub fn run(global: &Global, args: &Doctor) -> anyhow::Result<Exit> {
    let mut findings = Findings::default();
    machine(&mut findings);
    let opened = open(global, args, &mut findings)?;
    let needs = opened.as_ref().map(|(workspace, _)| models::needs(workspace)).unwrap_or_default();
    if args.models {
        return models::list(global, args, &needs, opened.as_ref().map(|(workspace, _)| workspace));
    }
    let looks = servers::look(opened.as_ref().map(|(workspace, _)| workspace), &mut findings)?;
    if let Some((workspace, state)) = &opened {
        models::check(workspace, state, &needs, &looks, &mut findings);
    }
    print(args, &findings)?;
    Ok(if findings.worst() == Level::Problem { Exit::Failed } else { Exit::Success })
}

fn machine(findings: &mut Findings) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let threads = style::count(threads, "processor", "processors");
    findings.ok("machine", format!("dgx-pixels {} on {os} {arch}, {threads}", env!("CARGO_PKG_VERSION")));
}

/// The project, if this is one and it can be opened.
fn open(global: &Global, args: &Doctor, findings: &mut Findings) -> anyhow::Result<Option<(Workspace, State)>> {
    let here = std::env::current_dir()?;
    if global.project.is_none() && manifest::find_root(&here).is_none() {
        let mend = "begin one with `dgx-pixels init`; without one `generate` and `process` work all the same";
        findings.add("project", Level::Note, "there is no project here", Some(mend));
        return Ok(None);
    }
    let root = root_of::root(global)?;
    let options = Options { profile: args.profile.name(), remake: true, ..Options::default() };
    match session::open(&root, &options, Look::Outputs) {
        Ok((workspace, state)) => {
            project::check(&workspace, &state, findings);
            Ok(Some((workspace, state)))
        }
        Err(session::Error::Manifest(problems)) => {
            let count = style::count(problems.list().len(), "problem", "problems");
            let mend = "`dgx-pixels plan` shows them with their places";
            findings.add("project", Level::Problem, format!("the manifest has {count}"), Some(mend));
            Ok(None)
        }
        Err(error) => {
            for found in error.diagnostics() {
                let mend = found.hint.unwrap_or_else(|| "check the folder and its permissions".to_owned());
                findings.add("project", Level::Problem, found.message, Some(mend));
            }
            Ok(None)
        }
    }
}

fn print(args: &Doctor, findings: &Findings) -> anyhow::Result<()> {
    if args.json {
        style::out(&serde_json::to_string_pretty(&serde_json::json!({ "findings": findings.0 }))?);
        return Ok(());
    }
    let mut area = "";
    for finding in &findings.0 {
        if finding.area != area {
            area = finding.area;
            style::out(&paint(NAME, area));
        }
        let word = match finding.level {
            Level::Ok => paint(GOOD, "ok     "),
            Level::Note => "note   ".to_owned(),
            Level::Warning => paint(WARNING, "warning"),
            Level::Problem => paint(ERROR, "problem"),
        };
        style::out(&format!("  {word}  {}", finding.message));
        if let Some(mend) = &finding.mend {
            style::out(&format!("           {mend}"));
        }
    }
    let count = |level| findings.0.iter().filter(|finding| finding.level == level).count();
    style::out(&format!(
        "{}, {}",
        style::count(count(Level::Problem), "problem", "problems"),
        style::count(count(Level::Warning), "warning", "warnings")
    ));
    Ok(())
}
