//! A job in short: what it cost, what it made, and what failed, for those who read few words.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::log::JobEvent;
use super::report::JobReport;
use crate::store::FOLDER;
use crate::words::diagnostic::Diagnostic;
use crate::words::job::JobPhase;
use crate::words::outcome::Outcome;

/// Files and failures that are named.
const NAMED: usize = 10;

/// A job in short.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct JobSummary {
    /// Its number.
    pub job: u64,
    /// What it does.
    pub command: String,
    /// Queued, running or over.
    pub phase: JobPhase,
    /// Images that a GPU was asked for.
    pub images: usize,
    /// What it did; once it is over.
    #[schemars(with = "Option<Outcome>")]
    pub outcome: Option<Value>,
    /// Files that it wrote, the first ones.
    pub files: Vec<String>,
    /// Why it did not happen, and what failed of it, the first ones.
    #[schemars(with = "Vec<Diagnostic>")]
    pub diagnostics: Vec<Value>,
    /// The number of its last event.
    pub events: u64,
    /// Its process ended before it did, and another one went on with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
}

impl JobSummary {
    pub(super) fn new(report: &JobReport, events: &[Arc<JobEvent>]) -> Self {
        let id = report.id.0;
        let failed = events.iter().filter(|event| is(event, "failed")).map(|event| diagnostic(&event.event));
        Self {
            job: id,
            command: report.work.command().to_owned(),
            phase: report.phase,
            images: events.iter().filter(|event| draws(event)).count(),
            outcome: report.result.as_ref().map(|result| result.get("outcome").unwrap_or(result).clone()),
            files: events.iter().filter_map(|event| file(id, event)).take(NAMED).collect(),
            diagnostics: report.diagnostics.iter().cloned().chain(failed).take(NAMED).collect(),
            events: events.last().map_or(0, |event| event.seq),
            resumed: report.resumed,
        }
    }
}

/// Images that servers drew in the events of a job.
pub(super) fn captured(events: &[Arc<JobEvent>]) -> usize {
    let image = |event: &Arc<JobEvent>| ["slot", "n"].map(|field| event.event.get(field).map(Value::to_string));
    let asked: BTreeSet<_> = events.iter().filter(|event| draws(event)).map(image).collect();
    let captured: BTreeSet<_> = events.iter().filter(|event| is(event, "captured")).map(image).collect();
    asked.intersection(&captured).count()
}

fn is(event: &JobEvent, name: &str) -> bool {
    text(event, "event") == Some(name)
}

fn draws(event: &JobEvent) -> bool {
    is(event, "asked") && matches!(text(event, "backend"), Some("comfyui" | "worker"))
}

fn text<'a>(event: &'a JobEvent, field: &str) -> Option<&'a str> {
    event.event.get(field).and_then(Value::as_str)
}

/// A file relative to the project.
fn file(id: u64, event: &JobEvent) -> Option<String> {
    let path = text(event, "path")?;
    match text(event, "event")? {
        "wrote" => Some(path.to_owned()),
        "delivered" => Some(format!("{FOLDER}/jobs/{id}/made/{path}")),
        _ => None,
    }
}

fn diagnostic(event: &Map<String, Value>) -> Value {
    let is_of_event = |name: &str| matches!(name, "event" | "name");
    event.iter().filter(|(name, _)| !is_of_event(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
