//! Consent: a plan with what it costs, and a token that allows to carry out that plan and no other.

mod offer;
mod token;

use super::build::build_if;
use super::planned::Planned;
use super::refusal::Refusal;
use super::{BuildOptions, Look, Opened, Operation, Options, Outcome, Result};
use crate::plan::Planner;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::offer::{Allowed, Offer};

pub use token::Consents;

/// How a caller agreed to what costs GPU time or changes the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreed<'a> {
    /// The token of the plan that it saw; without one the plan is the answer.
    pub token: Option<&'a str>,
    /// Images that a GPU may draw at most, whatever the plan says.
    pub ceiling: Option<usize>,
}

/// What a build with these options would do and cost, with the token that allows it, unless that is more than `ceiling`
/// images. Nothing is changed.
///
/// # Errors
/// `unknown-target`, or the project cannot be opened.
pub fn offer(operation: &Operation, options: &BuildOptions, ceiling: Option<usize>) -> Result<Offer> {
    let opened = operation.read(Options::of_build(options), Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    workspace.check_formats()?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    offer_of(operation, options, &Planned { workspace, planner: &planner, state, opened: Some(&opened) }, ceiling)
}

/// Whether a build is agreed to as things are now. The token stays good, and nothing is changed.
///
/// # Errors
/// [`Refusal::NotAgreed`] with the plan of now, or the project cannot be opened.
pub fn check_agreed(operation: &Operation, options: &BuildOptions, agreed: Agreed) -> Result<()> {
    let opened = operation.read(Options::of_build(options), Look::Outputs)?;
    let Opened { workspace, state, .. } = &*opened;
    workspace.check_formats()?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    check(operation, options, &Planned { workspace, planner: &planner, state, opened: Some(&opened) }, agreed)
}

/// Builds what was agreed to, and no image more.
///
/// # Errors
/// [`Refusal::NotAgreed`] with the plan of now, or as of [`super::build`].
pub fn build_agreed(operation: &Operation, options: &BuildOptions, agreed: Agreed) -> Result<Outcome> {
    build_if(operation, options, &|planned| permit(operation, options, planned, agreed).map(Some))
}

/// The offer of an open project, with a token unless such a build is refused in any case.
pub(super) fn offer_of(
    operation: &Operation,
    options: &BuildOptions,
    planned: &Planned,
    ceiling: Option<usize>,
) -> Result<Offer> {
    let mut offer = offer::offered(options, planned, ceiling)?;
    if offer.refused.is_none() {
        let digest = offer::digest(operation, options, planned);
        offer.plan_token = Some(operation.resources.consents.issue(&digest, offer.at_most));
    }
    Ok(offer)
}

/// How many images may be drawn; the token is used up.
pub(super) fn permit(
    operation: &Operation,
    options: &BuildOptions,
    planned: &Planned,
    agreed: Agreed,
) -> Result<usize> {
    permitted(operation, options, planned, agreed, Consents::redeem)
}

/// Whether images may be drawn; the token stays good.
pub(super) fn check(operation: &Operation, options: &BuildOptions, planned: &Planned, agreed: Agreed) -> Result<()> {
    permitted(operation, options, planned, agreed, Consents::check).map(drop)
}

fn permitted(
    operation: &Operation,
    options: &BuildOptions,
    planned: &Planned,
    agreed: Agreed,
    look: fn(&Consents, &str, &Digest) -> std::result::Result<Allowed, Diagnostic>,
) -> Result<usize> {
    let now = offer::offered(options, planned, agreed.ceiling)?;
    let refuse = |why: Diagnostic| match offer_of(operation, options, planned, agreed.ceiling) {
        Ok(offer) => Refusal::NotAgreed { why, offer: Box::new(offer) }.into(),
        Err(error) => error,
    };
    if let Some(why) = now.refused {
        return Err(refuse(why));
    }
    let Some(token) = agreed.token else {
        let why = Diagnostic::error("plan-token-missing", "nothing is made before its plan was seen");
        return Err(refuse(why.hint("look at the plan in this answer, and call again with its `plan_token`")));
    };
    let digest = offer::digest(operation, options, planned);
    let allowed = look(&operation.resources.consents, token, &digest).map_err(refuse)?;
    // What was lost since is not in the digest.
    if now.images > allowed.images || now.assets > allowed.assets {
        let message = format!(
            "{} images and {} assets are wanted, and {} and {} were agreed to",
            now.images, now.assets, allowed.images, allowed.assets
        );
        return Err(refuse(Diagnostic::error("plan-changed", message).hint("look at the plan in this answer")));
    }
    Ok(allowed.images.min(agreed.ceiling.unwrap_or(usize::MAX)))
}
