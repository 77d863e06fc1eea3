//! One-offs: images that no manifest and no lock knows. Raws are stored as in any build, so that the same prompt with the
//! same seed is generated only once.

mod consented;
mod deliver;
mod wanted;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use etcetera::BaseStrategy;
use serde::Serialize;

use super::build::Permit;
use super::conductor::{Site, carry_out};
use super::job::Ended;
use super::planned::Planned;
use super::{Added, BuildOptions, Consent, Existing, Exit, Look, Operation, Options, Outcome, Result, add, build};
use crate::manifest::BuiltIns;
use crate::plan::{Planner, State};
use crate::store;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};
use crate::words::file_error::FileResult;
use crate::words::sprite::Verdict;

pub(super) use consented::{add_if, generate_if};
pub use consented::{check_generation, check_sprite, offer_generation, offer_sprite};
pub use deliver::{Delivered, Delivery, deliver};
use wanted::Wanted;
pub use wanted::{Appearance, FromList, FromPrompt};

/// Whether a word is the name of a preset.
pub fn is_preset(word: &str) -> bool {
    BuiltIns::default().presets.iter().any(|preset| preset.name == word)
}

/// How one-offs are made.
#[derive(Clone, Debug)]
pub struct How {
    /// The backend's word; the project's own if left out.
    pub backend: Option<String>,
    /// What becomes of a file that is in the way and differs.
    pub existing: Existing,
    /// Seconds after which requests to servers that have no answer fail.
    pub time_limit: Option<u32>,
}

/// What came of a run.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct OneOffs {
    /// Files that are in their place, by path.
    pub delivered: Vec<Delivered>,
    /// What the build did; `kept` are places with another image, or that could not be written.
    pub outcome: Outcome,
}

impl Ended for OneOffs {
    fn exit(&self) -> Exit {
        self.outcome.exit()
    }
}

/// Makes images of one prompt.
pub fn generate(operation: &Operation, from: &FromPrompt, how: &How) -> Result<OneOffs> {
    run(operation, from.wanted()?, how, agreed(), &|_| Ok(None))
}

/// Makes an image for every prompt of a list.
pub fn batch(operation: &Operation, from: &FromList, how: &How) -> Result<OneOffs> {
    run(operation, from.wanted()?, how, agreed(), &|_| Ok(None))
}

/// Adds a sprite of one prompt to the manifest and builds it.
pub fn add_and_build(operation: &Operation, from: &FromPrompt) -> Result<Outcome> {
    let Added { kind, name, .. } = add(operation, &from.asset()?)?;
    build(operation, &BuildOptions { targets: vec![format!("{kind}:{name}")], ..agreed() })
}

/// Whoever names the images one by one has agreed to their number.
fn agreed() -> BuildOptions {
    BuildOptions { consent: Consent::Given, ..BuildOptions::default() }
}

/// The manifest of the folder that stands in for a project.
const MANIFEST: &str = "[project]\nname = \"one-offs\"\n";

/// The folder that stands in for a project where there is none, in the user's cache; it is made if it does not exist.
pub fn home() -> Result<PathBuf> {
    let strategy = etcetera::choose_base_strategy().map_err(|error| {
        let diagnostic = Diagnostic::error("no-cache-folder", format!("this user has no cache folder: {error}"));
        diagnostic.hint("set `HOME`, or run the command in a project")
    })?;
    let root = strategy.cache_dir().join("dgx-pixels");
    let path = root.join("pixels.toml");
    if store::read_if_there(&path).reading(&path)?.as_deref() != Some(MANIFEST.as_bytes()) {
        store::write_unflushed(&path, MANIFEST.as_bytes(), "once").writing(&path)?;
    }
    Ok(root)
}

fn run(
    operation: &Operation,
    Wanted { assets, place }: Wanted,
    how: &How,
    build: BuildOptions,
    permit: &Permit,
) -> Result<OneOffs> {
    let _lock = operation.lock("generate")?;
    let options = Options { backend: how.backend.clone(), remake: true, more: Some(assets), ..Options::default() };
    let (mut workspace, state) = operation.open(options, Look::Lock)?;
    let delivery = Delivery::new(&workspace, place, how.existing);
    let delivered = RefCell::new(Vec::new());
    let deliver = |group: &GroupId, state: &State, outcome: &mut Outcome| match deliver(
        &delivery,
        group,
        pick(state, group),
        &*operation.observer,
    ) {
        Some(Ok(file)) => delivered.borrow_mut().push(file),
        Some(Err(path)) => outcome.kept.push(path),
        None => {}
    };
    let (manifest, inputs) = (Arc::clone(&workspace.manifest), Arc::clone(&workspace.inputs));
    let planner = Planner::new(&manifest, &inputs);
    let most_images = permit(&Planned { workspace: &workspace, planner: &planner, state: &state, opened: None })?;
    let build = BuildOptions { time_limit: how.time_limit, most_images, ..build };
    let site = Site {
        planner: &planner,
        options: &build,
        backends: &operation.backends(&workspace, build.lock),
        observer: public(&operation.observer),
        cancel: operation.cancel,
        requests: operation.resources.requests.clone(),
        deliver: Some(&deliver),
    };
    let outcome = carry_out(&site, &mut workspace, state)?;
    // The files between backend and place are internal.
    let mut outcome = Outcome { wrote: 0, pruned: 0, ..outcome };
    outcome.kept.sort_by(|a, b| natord::compare(a, b));
    operation.observer.on(&Event::Finished(outcome.clone()));
    // They arrive in any order.
    let mut delivered: Vec<Delivered> = delivered.into_inner();
    delivered.sort_by(|a, b| natord::compare(&a.path, &b.path));
    Ok(OneOffs { delivered, outcome })
}

/// The number of the picked candidate of a group of one.
fn pick(state: &State, group: &GroupId) -> u32 {
    let slot = state.lock.slot(&SlotId::only(group.clone()));
    slot.and_then(|slot| slot.pick.as_ref()).map_or(1, |pick| pick.n)
}

/// An observer without the events of the files between backend and place; an image has its own event.
fn public(observer: &Arc<dyn Observer>) -> Arc<dyn Observer> {
    let observer = Arc::clone(observer);
    Arc::new(move |event: &Event| match event {
        Event::Wrote { .. } | Event::Pruned { .. } | Event::Processed { verdict: Verdict::Pass, .. } => {}
        event => observer.on(event),
    })
}
