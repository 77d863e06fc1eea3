//! The use case `build`: make what is not up to date.

use std::sync::Arc;

use super::check::stale_shared_files;
use super::conductor::{Site, carry_out, nothing_to_do};
use super::planned::Planned;
use super::{BuildOptions, Error, Look, Operation, Options, Result};
use crate::plan::Planner;
use crate::session::job::Ended;
use crate::session::workspace::noop_outcome;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::Event;
use crate::words::exit::Exit;
use crate::words::outcome::Outcome;

impl Ended for Outcome {
    fn exit(&self) -> Exit {
        Self::exit(self)
    }
}

/// Something is to be done in a checkout that this process may not write into.
fn read_only() -> Error {
    let message = "there is something to build, and this process may not write into `.dgx-pixels`";
    let hint = "make the folder of the project writable; `dgx-pixels plan` shows what a build would do";
    Error::Failed(Diagnostic::error("project-lock", message).hint(hint))
}

/// Builds the targets; a build with nothing to do parses nothing. [`Event::Finished`] is the last event.
///
/// # Errors
/// What concerns the project as a whole. What concerns one asset is in the outcome, and the others go on.
pub fn build(op: &Operation, options: &BuildOptions) -> Result<Outcome> {
    let lock = op.lock_if_writable("build")?;
    let outcome = match options.is_plain().then(|| noop_outcome(op.root, op.profile)).flatten() {
        Some(outcome) => outcome,
        None => build_now(op, options, lock.is_some(), &|_| Ok(None))?,
    };
    op.observer.on(&Event::Finished(outcome.clone()));
    Ok(outcome)
}

/// Says how many images a GPU may draw for what is planned; an error refuses the build.
pub(super) type Permit<'a> = dyn Fn(&Planned) -> Result<Option<usize>> + 'a;

/// Builds the targets if what is planned is permitted, under one lock of the project.
pub(super) fn build_if(op: &Operation, options: &BuildOptions, permit: &Permit) -> Result<Outcome> {
    let lock = op.lock_if_writable("build")?;
    let outcome = build_now(op, options, lock.is_some(), permit)?;
    op.observer.on(&Event::Finished(outcome.clone()));
    Ok(outcome)
}

fn build_now(op: &Operation, options: &BuildOptions, may_write: bool, permit: &Permit) -> Result<Outcome> {
    let (mut workspace, state) = op.open(Options::of_build(options), Look::Outputs)?;
    workspace.check_formats()?;
    op.warn_of_manifest(&workspace);
    let (manifest, inputs) = (Arc::clone(&workspace.manifest), Arc::clone(&workspace.inputs));
    let planner = Planner::new(&manifest, &inputs);
    let most_images = permit(&Planned { workspace: &workspace, planner: &planner, state: &state, opened: None })?;
    let options = &BuildOptions { most_images: most_images.or(options.most_images), ..options.clone() };
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
    let outcome = if may_write {
        carry_out(&site, &mut workspace, state)?
    } else {
        match stale_shared_files(&workspace, &planner, &state)?.is_empty() {
            true => nothing_to_do(&site, &workspace, state)?,
            false => None,
        }
        .ok_or_else(read_only)?
    };
    Ok(Outcome { out: workspace.manifest.project.out.clone(), ..outcome })
}
