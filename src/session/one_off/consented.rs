//! One-offs whose plan the caller has seen.

use super::wanted::Wanted;
use super::{FromPrompt, How, OneOffs, run};
use crate::plan::Planner;
use crate::session::build::build_if;
use crate::session::consent::{offer_of, permit};
use crate::session::planned::Planned;
use crate::session::{Agreed, BuildOptions, Consent, Look, NewAsset, Offer, Operation, Options, Outcome, Result, add};

/// What making images of a prompt would cost, with the token that allows it.
///
/// # Errors
/// What is wrong with the prompt, or the project cannot be opened.
pub fn offer_generation(operation: &Operation, from: &FromPrompt, how: &How, ceiling: Option<usize>) -> Result<Offer> {
    let Wanted { assets, .. } = from.wanted()?;
    let options = Options { backend: how.backend.clone(), remake: true, more: Some(assets), ..Options::default() };
    offer_for(operation, options, &BuildOptions::default(), ceiling)
}

/// Makes images of a prompt, as its plan said.
///
/// # Errors
/// [`crate::session::Refusal::NotAgreed`] with the plan of now, or as of [`super::generate`].
pub fn generate_agreed(operation: &Operation, from: &FromPrompt, how: &How, agreed: Agreed) -> Result<OneOffs> {
    let options = BuildOptions::default();
    let may = |planned: &Planned| permit(operation, &options, planned, agreed).map(Some);
    run(operation, from.wanted()?, how, options.clone(), &may)
}

/// What adding a sprite of a prompt to the manifest and building it would cost.
///
/// # Errors
/// The manifest would not be valid with it.
pub fn offer_sprite(operation: &Operation, from: &FromPrompt, ceiling: Option<usize>) -> Result<Offer> {
    let asset = from.asset()?;
    let options = Options { more: Some(asset.more()?), ..Options::of_build(&of(&asset)) };
    offer_for(operation, options, &of(&asset), ceiling)
}

/// Adds a sprite of a prompt to the manifest and builds it, as its plan said.
///
/// # Errors
/// [`crate::session::Refusal::NotAgreed`] with the plan of now, or as of [`super::add_and_build`].
pub fn add_agreed(operation: &Operation, from: &FromPrompt, agreed: Agreed) -> Result<Outcome> {
    let asset = from.asset()?;
    let build = of(&asset);
    let options = Options { more: Some(asset.more()?), ..Options::of_build(&build) };
    let (workspace, state) = operation.open(options, Look::Outputs)?;
    workspace.check_formats()?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let planned = Planned { workspace: &workspace, planner: &planner, state: &state };
    let images = permit(operation, &build, &planned, agreed)?;
    add(operation, &asset)?;
    build_if(operation, &build, &|_| Ok(Some(images)))
}

fn offer_for(operation: &Operation, options: Options, build: &BuildOptions, ceiling: Option<usize>) -> Result<Offer> {
    let (workspace, state) = operation.open(options, Look::Outputs)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    offer_of(operation, build, &Planned { workspace: &workspace, planner: &planner, state: &state }, ceiling)
}

fn of(asset: &NewAsset) -> BuildOptions {
    let targets = vec![format!("{}:{}", asset.kind, asset.name)];
    BuildOptions { targets, consent: Consent::Required, ..BuildOptions::default() }
}
