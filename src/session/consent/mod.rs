//! Consent: a plan with what it costs, and a token that allows to carry out that plan and no other.

mod offer;
mod token;

use schemars::JsonSchema;
use serde::Serialize;

use super::build::build_if;
use super::refusal::Refusal;
use super::workspace::Workspace;
use super::{BuildOptions, Error, Look, Operation, Options, Outcome, Result};
use crate::plan::{Planner, State};
use crate::words::diagnostic::Diagnostic;

pub use offer::{Offer, OfferedItem};
pub use token::Consents;

/// What a token allows at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Allowed {
    /// Groups and tilesets that are made.
    pub assets: usize,
    /// Images that a GPU draws, rerolls included.
    pub images: usize,
}

/// How a caller agreed to what costs GPU time or changes the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed<'a> {
    /// By the token of a plan that it saw.
    Token(&'a str),
    /// Its user was asked and agreed to so much.
    Asked(Allowed),
    /// Not at all: the plan is the answer.
    No,
}

/// An open project as a plan sees it.
pub(super) struct Planned<'a> {
    pub workspace: &'a Workspace,
    pub planner: &'a Planner<'a>,
    pub state: &'a State,
}

/// What a build with these options would do and cost, with the token that allows it. Nothing is changed.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn offer(operation: &Operation, options: &BuildOptions) -> Result<Offer> {
    let (workspace, state) = operation.open(Options::of_build(options), Look::Outputs)?;
    workspace.check_formats()?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    offer_of(operation, options, &Planned { workspace: &workspace, planner: &planner, state: &state })
}

/// Builds what was agreed to, and no image more.
///
/// # Errors
/// [`Refusal::NotAgreed`] with the plan of now, or as of [`super::build`].
pub fn build_agreed(operation: &Operation, options: &BuildOptions, agreed: Agreed) -> Result<Outcome> {
    build_if(operation, options, &|planned| permit(operation, options, planned, agreed).map(Some))
}

/// The offer of an open project, with a token unless such a build is refused in any case.
pub(super) fn offer_of(operation: &Operation, options: &BuildOptions, planned: &Planned) -> Result<Offer> {
    let mut offer = Offer::new(options, planned)?;
    if offer.refused.is_none() {
        let digest = offer::digest(operation, options, planned);
        offer.plan_token = Some(operation.resources.consents.issue(&digest, offer.at_most));
    }
    Ok(offer)
}

/// How many images may be drawn.
pub(super) fn permit(
    operation: &Operation,
    options: &BuildOptions,
    planned: &Planned,
    agreed: Agreed,
) -> Result<usize> {
    let wanted = Offer::new(options, planned)?.at_most;
    let refuse = |why: Diagnostic| -> Error {
        match offer_of(operation, options, planned) {
            Ok(offer) => Refusal::NotAgreed { why, offer: Box::new(offer) }.into(),
            Err(error) => error,
        }
    };
    let allowed = match agreed {
        Agreed::Asked(allowed) => allowed,
        Agreed::Token(token) => {
            let digest = offer::digest(operation, options, planned);
            operation.resources.consents.redeem(token, &digest).map_err(refuse)?
        }
        Agreed::No => {
            let why = Diagnostic::error("plan-token-missing", "nothing is made before its plan was seen");
            return Err(refuse(why.hint("look at the plan in this answer, and call again with its `plan_token`")));
        }
    };
    // What was captured or judged before does not change a plan's digest, and may only make it smaller.
    if wanted.images > allowed.images || wanted.assets > allowed.assets {
        let message = format!(
            "{} images and {} assets are wanted, and {} and {} were agreed to",
            wanted.images, wanted.assets, allowed.images, allowed.assets
        );
        return Err(refuse(Diagnostic::error("plan-changed", message).hint("look at the plan in this answer")));
    }
    Ok(allowed.images)
}
