//! The question to the user, where the client can ask it: images and seconds of a plan, yes or no.

use std::collections::BTreeMap;

use rmcp::model::{
    ClientResult, ElicitRequest, ElicitRequestParams, ElicitationAction, InputRequest, InputRequiredResult,
    InputResponses, JsonObject, ProtocolVersion, ServerRequest,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};

use crate::session::{Error, Offer};
use crate::words::text::count;

/// The name of the question.
const QUESTION: &str = "consent";

/// What the user said.
pub(super) enum Said {
    /// The plan of this token is carried out.
    Yes(String),
    /// It is not.
    No,
    /// The question is the answer to this call.
    Later(Box<InputRequiredResult>),
    /// Nobody can be asked.
    Nothing,
}

/// Asks for a plan, if the client can and there is something to ask.
pub(super) async fn ask(offer: &Offer, context: &RequestContext<RoleServer>) -> Said {
    let (Some(token), Some(question)) = (offer.plan_token.clone(), question(offer)) else { return Said::Nothing };
    if context.client_capabilities().is_none_or(|client| client.elicitation.is_none()) {
        return Said::Nothing;
    }
    let is_modern =
        context.protocol_version().is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
    if is_modern {
        let requests = BTreeMap::from([(QUESTION.to_owned(), InputRequest::Elicitation(question))]);
        return Said::Later(Box::new(InputRequiredResult::new(Some(requests), Some(token))));
    }
    match context.peer.send_request(ServerRequest::ElicitRequest(question)).await {
        Ok(ClientResult::ElicitResult(said)) if said.action == ElicitationAction::Accept => Said::Yes(token),
        Ok(ClientResult::ElicitResult(_)) => Said::No,
        // A client that cannot ask after all gets the plan.
        _ => Said::Nothing,
    }
}

/// What the user said to a question that was an answer: the arguments with the token, or a refusal.
///
/// # Errors
/// `declined`.
pub(super) fn answered(
    arguments: &mut JsonObject,
    responses: Option<&InputResponses>,
    state: Option<&str>,
) -> Result<(), Error> {
    let (Some(said), Some(token)) = (responses.and_then(|all| all.get(QUESTION)), state) else { return Ok(()) };
    if said.get("action").and_then(Value::as_str) != Some("accept") {
        return Err(declined());
    }
    arguments.insert("plan_token".to_owned(), Value::from(token));
    Ok(())
}

pub(super) fn declined() -> Error {
    Error::usage("declined", "the user does not want this plan", "ask the user what to make in its place")
}

fn question(offer: &Offer) -> Option<ElicitRequest> {
    let images = count(offer.images, "image", "images");
    let more = match offer.at_most.images.saturating_sub(offer.images) {
        0 => String::new(),
        more => format!(" (up to {more} more if they fail their gates)"),
    };
    let time = offer.seconds.map_or_else(String::new, |seconds| format!(", about {seconds} s"));
    let message = format!("Make {} with {images}{more}{time}?", count(offer.assets, "asset", "assets"));
    let requested_schema = serde_json::from_value(json!({ "type": "object", "properties": {} })).ok()?;
    Some(ElicitRequest::new(ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }))
}
