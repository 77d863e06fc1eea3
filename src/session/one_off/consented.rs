//! One-offs whose plan the caller has seen.

use super::wanted::Wanted;
use super::{FromPrompt, How, OneOffs, run};
use crate::plan::Planner;
use crate::session::build::build_if;
use crate::session::consent::{check, offer_of};
use crate::session::planned::Planned;
use crate::session::{
    Agreed, BuildOptions, Consent, Error, Look, NewAsset, Offer, Operation, Options, Outcome, Result, add,
};

/// Says how many images may be drawn for what is planned with these options; an error refuses it.
pub(in crate::session) type May<'a> = dyn Fn(&BuildOptions, &Planned) -> Result<usize> + 'a;

/// What making images of a prompt would cost, with the token that allows it.
///
/// # Errors
/// What is wrong with the prompt, or the project cannot be opened.
pub fn offer_generation(operation: &Operation, from: &FromPrompt, how: &How, ceiling: Option<usize>) -> Result<Offer> {
    let build = BuildOptions::default();
    planned(operation, generation(from, how)?, |planned| offer_of(operation, &build, planned, ceiling))
}

/// Whether making images of a prompt is agreed to as things are now; the token stays good.
///
/// # Errors
/// [`crate::session::Refusal::NotAgreed`] with the plan of now, or as of [`offer_generation`].
pub fn check_generation(operation: &Operation, from: &FromPrompt, how: &How, agreed: Agreed) -> Result<()> {
    let build = BuildOptions::default();
    planned(operation, generation(from, how)?, |planned| check(operation, &build, planned, agreed))
}

/// Makes images of a prompt if that is permitted.
pub(in crate::session) fn generate_if(
    operation: &Operation,
    from: &FromPrompt,
    how: &How,
    may: &May,
) -> Result<OneOffs> {
    let options = BuildOptions::default();
    run(operation, from.wanted()?, how, options.clone(), &|planned| may(&options, planned).map(Some))
}

/// What adding a sprite of a prompt to the manifest and building it would cost.
///
/// # Errors
/// The manifest would not be valid with it.
pub fn offer_sprite(operation: &Operation, from: &FromPrompt, ceiling: Option<usize>) -> Result<Offer> {
    let asset = from.asset()?;
    let build = of(&asset);
    planned(operation, with(&asset, &build)?, |planned| offer_of(operation, &build, planned, ceiling))
}

/// Whether adding a sprite and building it is agreed to as things are now; the token stays good.
///
/// # Errors
/// [`crate::session::Refusal::NotAgreed`] with the plan of now, or as of [`offer_sprite`].
pub fn check_sprite(operation: &Operation, from: &FromPrompt, agreed: Agreed) -> Result<()> {
    let asset = from.asset()?;
    let build = of(&asset);
    planned(operation, with(&asset, &build)?, |planned| check(operation, &build, planned, agreed))
}

/// Adds a sprite of a prompt to the manifest and builds it, if that is permitted. A run that was cut off goes on with the
/// images that are `left` of what was permitted then.
pub(in crate::session) fn add_if(
    operation: &Operation,
    from: &FromPrompt,
    left: Option<usize>,
    may: &May,
) -> Result<Outcome> {
    let asset = from.asset()?;
    let build = of(&asset);
    let images = match left {
        Some(left) => left,
        None => planned(operation, with(&asset, &build)?, |planned| may(&build, planned))?,
    };
    match add(operation, &asset) {
        // The run that was cut off added it.
        Err(error) if left.is_some() && is_there(&error) => {}
        added => drop(added?),
    }
    build_if(operation, &build, &|_| Ok(Some(images)))
}

fn is_there(error: &Error) -> bool {
    error.diagnostics().iter().any(|one| one.code == "duplicate-key")
}

fn generation(from: &FromPrompt, how: &How) -> Result<Options> {
    let Wanted { assets, .. } = from.wanted()?;
    Ok(Options { backend: how.backend.clone(), remake: true, more: Some(assets), ..Options::default() })
}

fn with(asset: &NewAsset, build: &BuildOptions) -> Result<Options> {
    Ok(Options { more: Some(asset.more()?), ..Options::of_build(build) })
}

fn planned<T>(operation: &Operation, options: Options, look: impl FnOnce(&Planned) -> Result<T>) -> Result<T> {
    let (workspace, state) = operation.open(options, Look::Outputs)?;
    workspace.check_formats()?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    look(&Planned { workspace: &workspace, planner: &planner, state: &state, opened: None })
}

fn of(asset: &NewAsset) -> BuildOptions {
    let targets = vec![format!("{}:{}", asset.kind, asset.name)];
    BuildOptions { targets, consent: Consent::Required, ..BuildOptions::default() }
}
