//! The use case `build`: make what is not up to date.

use std::sync::Arc;

use super::conductor::{Site, carry_out};
use super::{BuildOptions, Look, Operation, Options, Result};
use crate::plan::Planner;
use crate::session::job::Ended;
use crate::session::workspace::sealed;
use crate::words::event::Event;
use crate::words::exit::Exit;
use crate::words::outcome::Outcome;

impl Ended for Outcome {
    fn exit(&self) -> Exit {
        Self::exit(self)
    }
}

/// Builds the targets; a build with nothing to do parses nothing. [`Event::Finished`] is the last event.
///
/// # Errors
/// What concerns the project as a whole. What concerns one asset is in the outcome, and the others go on.
pub fn build(op: &Operation, options: &BuildOptions) -> Result<Outcome> {
    let _lock = op.lock("build")?;
    let outcome = match options.is_plain().then(|| sealed(op.root, op.profile)).flatten() {
        Some(outcome) => outcome,
        None => build_now(op, options)?,
    };
    op.observer.on(&Event::Finished(outcome.clone()));
    Ok(outcome)
}

fn build_now(op: &Operation, options: &BuildOptions) -> Result<Outcome> {
    let (mut workspace, state) = op.open(Options::of_build(options), Look::Outputs)?;
    op.warn_of_manifest(&workspace);
    let (manifest, inputs) = (Arc::clone(&workspace.manifest), Arc::clone(&workspace.inputs));
    let planner = Planner::new(&manifest, &inputs);
    let backends = op.backends(&workspace, options.lock);
    let site = Site {
        planner: &planner,
        options,
        backends: &backends,
        observer: Arc::clone(&op.observer),
        cancel: op.cancel,
        requests: op.resources.requests.clone(),
        deliver: None,
    };
    let outcome = carry_out(&site, &mut workspace, state)?;
    Ok(Outcome { out: workspace.manifest.project.out.clone(), ..outcome })
}
