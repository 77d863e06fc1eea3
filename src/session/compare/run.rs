//! `compare run`: captures what the arms of a comparison lack.

use std::sync::Arc;

use serde::Serialize;

use super::cells::{Cells, TAG};
use crate::plan::Planner;
use crate::session::conductor::{Site, carry_out};
use crate::session::job::Ended;
use crate::session::{BuildOptions, Exit, Operation, Outcome, Result};
use crate::words::event::Event;

/// What a comparison needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparing {
    /// The version of this form: fields are added without a new one, never changed or removed.
    pub version: u32,
    /// The comparison.
    pub name: String,
    /// Its arms.
    pub arms: Vec<String>,
    /// Its slots.
    pub slots: usize,
    /// Seeds of each slot.
    pub seeds: u32,
    /// Pictures in all: slots x seeds x arms.
    pub images: usize,
    /// Images that are generated.
    pub generate: usize,
    /// Pictures whose inputs wait for a pick of another asset.
    pub waiting: usize,
    /// How long the servers take, if images of each kind were made before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Above this number of images it needs consent.
    pub max_images: u32,
    /// The arms start from the same noise for the same seed.
    pub paired: bool,
}

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Ran {
    /// What it needed.
    pub needed: Comparing,
    /// Images that were requested.
    pub asked: usize,
    /// Pictures that are there now.
    pub images: usize,
    /// What the build did.
    #[serde(skip)]
    pub outcome: Outcome,
}

impl Ended for Ran {
    /// A picture that fails its gates is what a comparison wants to know, no failure.
    fn exit(&self) -> Exit {
        match self.outcome.exit() {
            Exit::Gate => Exit::Success,
            Exit::Success if !self.outcome.waiting.is_empty() => Exit::Failed,
            exit => exit,
        }
    }
}

/// What a comparison needs; nothing is changed.
///
/// # Errors
/// `unknown-comparison`, `unknown-target`, `equal-arms`, or the project cannot be opened.
pub fn plan_comparison(operation: &Operation, name: &str) -> Result<Comparing> {
    let cells = Cells::open(operation, name)?;
    cells.differ()?;
    Ok(needs(&cells))
}

fn needs(cells: &Cells) -> Comparing {
    let planner = cells.planner();
    let plan = cells.plan();
    let own = |id: &crate::words::asset::GroupId| {
        planner.group(id).is_some_and(|group| group.tags.iter().any(|tag| tag == TAG))
    };
    let slots = plan.items.values().filter(|item| own(&item.id)).flat_map(|item| &item.slots);
    let (mut generate, mut waiting) = (0, 0);
    for slot in slots {
        generate += slot.requests.len();
        waiting += usize::from(!slot.waits.is_empty());
    }
    let images = cells.groups.iter().map(Vec::len).sum();
    let seeds = cells.comparison.seeds;
    Comparing {
        version: 1,
        name: cells.comparison.name.clone(),
        arms: cells.comparison.arms.clone(),
        slots: cells.cells.len() / (seeds as usize).max(1),
        seeds,
        images,
        generate,
        waiting,
        seconds: cells.workspace.expected(&planner, &plan).map(|expected| expected.as_secs().max(1)),
        max_images: cells.workspace.manifest.project.max_images,
        paired: cells.paired,
    }
}

/// Captures what the store lacks of a comparison. The lock and the output stay as they are.
///
/// # Errors
/// As of [`plan_comparison`]; too many images without consent.
pub fn run_comparison(operation: &Operation, name: &str, options: &BuildOptions) -> Result<Ran> {
    let _lock = operation.lock("compare run")?;
    let cells = Cells::open(operation, name)?;
    cells.differ()?;
    operation.warn_of_manifest(&cells.workspace);
    let needed = needs(&cells);
    let Cells { mut workspace, state, .. } = cells;
    let options = BuildOptions { targets: vec![format!("tag:{TAG}")], ..options.clone() };
    let (manifest, inputs) = (Arc::clone(&workspace.manifest), Arc::clone(&workspace.inputs));
    let site = Site {
        planner: &Planner::new(&manifest, &inputs),
        options: &options,
        backends: &operation.backends(&workspace, options.lock),
        observer: Arc::clone(&operation.observer),
        cancel: operation.cancel,
        requests: operation.resources.requests.clone(),
        deliver: None,
    };
    let mut outcome = carry_out(&site, &mut workspace, state)?;
    // Gates judge candidates of a build; here they are measured.
    outcome.gated.clear();
    operation.observer.on(&Event::Finished(outcome.clone()));
    let failed = outcome.failed.len() + outcome.waiting.len();
    let images = needed.images.saturating_sub(failed);
    Ok(Ran { asked: outcome.asked, images, needed, outcome })
}
