//! One-offs: images that no manifest and no lock knows. Raws are stored as in any build, so that the same prompt with the
//! same seed is generated only once.

mod deliver;
mod wanted;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use etcetera::BaseStrategy;
use serde::Serialize;

use super::{BuildOptions, Error, Existing, Look, Operation, Options, Outcome, Result, backends, build};
use crate::store;
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};
use crate::words::sprite::Verdict;

pub use crate::manifest::prompts::name_of;
pub use deliver::{Delivered, Delivery, deliver};
use wanted::Wanted;
pub use wanted::{Appearance, FromList, FromPrompt};

/// How one-offs are made.
#[derive(Clone, Debug)]
pub struct How {
    /// The backend's word; the project's own if left out.
    pub backend: Option<String>,
    /// What becomes of a file that is in the way and differs.
    pub existing: Existing,
}

/// What came of a run.
#[derive(Clone, Debug, Serialize)]
pub struct OneOffs {
    /// Files that are in their place.
    pub delivered: Vec<Delivered>,
    /// Places that have no new file: another one is there and stays, or it could not be written.
    pub kept: Vec<String>,
    /// The numbers of the build.
    #[serde(skip)]
    pub outcome: Outcome,
}

/// Makes images of one prompt.
pub fn generate(operation: &Operation, from: &FromPrompt, how: &How) -> Result<OneOffs> {
    run(operation, from.wanted()?, how)
}

/// Makes an image for every prompt of a list.
pub fn batch(operation: &Operation, from: &FromList, how: &How) -> Result<OneOffs> {
    run(operation, from.wanted()?, how)
}

/// The manifest of the folder that stands in for a project.
const MANIFEST: &str = "[project]\nname = \"one-offs\"\n";

/// The folder that stands in for a project where there is none, in the user's cache; it is made if it does not exist.
pub fn home() -> Result<PathBuf> {
    let strategy = etcetera::choose_base_strategy().context("there is no folder for caches of this user")?;
    let root = strategy.cache_dir().join("dgx-pixels");
    let path = root.join("pixels.toml");
    let cannot = || format!("cannot write `{}`", path.display());
    if store::read_if_there(&path).with_context(cannot)?.as_deref() != Some(MANIFEST.as_bytes()) {
        store::write_whole(&path, MANIFEST.as_bytes(), "once").with_context(cannot)?;
    }
    Ok(root)
}

fn run(operation: &Operation, Wanted { assets, place }: Wanted, how: &How) -> Result<OneOffs> {
    let _lock = operation.lock("generate")?;
    let options = Options { backend: how.backend.clone(), remake: true, more: Some(assets), ..Options::default() };
    let (mut workspace, state) = operation.open(options, Look::Lock)?;
    let delivery = Delivery::new(&workspace, place, how.existing);
    let seen = Arc::new(Seen::default());
    let observer: Arc<dyn Observer> = {
        let (seen, outer) = (Arc::clone(&seen), Arc::clone(&operation.observer));
        Arc::new(move |event: &Event| {
            seen.note(event);
            if !is_internal(event) {
                outer.on(event);
            }
        })
    };
    // Whoever names the images one by one has agreed to their number.
    let how = BuildOptions { yes: true, ..BuildOptions::default() };
    let backends = backends(&workspace, false);
    let built = build(&mut workspace, state, &how, &backends, observer, operation.cancel)?;
    let mut outcome = built.map_err(|_| refused())?;
    let (mut delivered, mut kept) = (Vec::new(), Vec::new());
    for (group, pick) in seen.made() {
        match deliver(&delivery, &group, pick, &*operation.observer) {
            Some(Ok(file)) => delivered.push(file),
            Some(Err(path)) => kept.push(path),
            None => {}
        }
    }
    // Nobody asked for the files of the folder between backend and place.
    (outcome.wrote, outcome.pruned) = (0, 0);
    outcome.kept.clone_from(&kept);
    Ok(OneOffs { delivered, kept, outcome })
}

/// One-offs have no lock that could be stale, no targets, and agree to any number of images.
fn refused() -> Error {
    let diagnostic = Diagnostic::error("internal", "a build of one-offs was refused");
    Error::Failed(diagnostic.hint("this is a bug of dgx-pixels: report it with the command"))
}

/// The files between backend and place interest nobody, and an image has its own event.
fn is_internal(event: &Event) -> bool {
    matches!(event, Event::Wrote { .. } | Event::Pruned { .. } | Event::Processed { verdict: Verdict::Pass, .. })
}

/// The groups that were made, with their picks.
#[derive(Default)]
struct Seen(Mutex<(Vec<GroupId>, BTreeMap<SlotId, u32>)>);

impl Seen {
    fn note(&self, event: &Event) {
        let (made, picks) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Picked { slot, n } => {
                picks.insert(slot.clone(), *n);
            }
            Event::Processed { group, .. } => made.push(group.clone()),
            _ => {}
        }
    }

    /// Every group with the number of its picked candidate.
    fn made(&self) -> Vec<(GroupId, u32)> {
        let (made, picks) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pick = |group: &GroupId| picks.get(&SlotId::only(group.clone())).copied().unwrap_or(1);
        made.drain(..).map(|group| (group.clone(), pick(&group))).collect()
    }
}
