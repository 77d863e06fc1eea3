//! What the worker of this machine cannot draw, found before the first request.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Settings;
use super::capture::unpinned;
use crate::generate::worker::models::other_version;
use crate::generate::worker::{LinkError, Worker};
use crate::generate::{Batch, Finding};
use crate::words::ask::{Ask, WorkerAsk};
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::event::{Event, ServerState};
use crate::words::train::Hello;

/// Looks for model files, and for a worker that can draw.
pub(super) fn check(settings: &Settings, asks: &[(SlotId, Arc<Ask>)], batch: &Batch) -> Vec<Finding> {
    let mut findings = missing(settings, asks);
    if batch.cancel.is_cancelled() {
        return Vec::new();
    }
    match worker(settings) {
        Ok(hello) => batch.observer.on(&up(&hello)),
        Err(diagnostic) => {
            let slots = asks.iter().map(|(slot, _)| slot.clone()).collect();
            findings.insert(0, Finding { slots, diagnostic });
        }
    }
    findings
}

/// Files that are missing or are others than the style pins, each once with all slots that need it.
pub fn missing(settings: &Settings, asks: &[(SlotId, Arc<Ask>)]) -> Vec<Finding> {
    // Assets of one style need the same files.
    let mut styles: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    let mut found: BTreeMap<(String, Option<String>), Finding> = BTreeMap::new();
    for (slot, ask) in asks.iter().filter_map(|(slot, ask)| Some((slot, ask.worker()?))) {
        let problems = styles.entry(format!("{:?}", ask.style)).or_insert_with(|| problems(settings, ask));
        for diagnostic in problems.iter() {
            let key = (diagnostic.message.clone(), diagnostic.hint.clone());
            let empty = || Finding { slots: Vec::new(), diagnostic: diagnostic.clone() };
            found.entry(key).or_insert_with(empty).slots.push(slot.clone());
        }
    }
    found.into_values().collect()
}

fn problems(settings: &Settings, ask: &WorkerAsk) -> Vec<Diagnostic> {
    let missing = settings.models().drawing(ask, 0, &settings.out).err().unwrap_or_default();
    missing.into_iter().chain(unpinned(settings, ask)).collect()
}

/// The worker, started unless it runs.
fn worker(settings: &Settings) -> Result<Hello, Diagnostic> {
    let connect = || Worker::connect(&settings.sockets).map(|(_, hello)| hello);
    let hello = match connect() {
        Ok(hello) => hello,
        Err(LinkError::Refused(refusal)) => return Err(LinkError::Refused(refusal).into()),
        Err(_) => {
            (settings.start)()?;
            connect().map_err(Diagnostic::from)?
        }
    };
    match other_version(&hello) {
        Some(diagnostic) => Err(diagnostic.about(Subject::Server("worker".to_owned()))),
        None => Ok(hello),
    }
}

fn up(hello: &Hello) -> Event {
    let message = format!("worker {} on {} ({})", hello.version, hello.device.name, hello.device.kind);
    Event::Server {
        server: "worker".to_owned(),
        state: ServerState::Up,
        diagnostic: ServerState::Up.diagnostic(message),
    }
}
