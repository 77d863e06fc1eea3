//! Answers: a value with the text of the same, pictures as image blocks, and errors as the session's diagnostics.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rmcp::model::{CallToolResult, ContentBlock, Resource};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Server, internal};
use crate::session::{Error, Offer, Refusal, Result};
use crate::words::text::printable;

/// Items of an offer in an answer.
pub(super) const PAGE: usize = 20;

/// What a tool answers.
pub(super) struct Answer {
    value: Value,
    picture: Option<Vec<u8>>,
    links: Vec<String>,
    /// The plan that the answer is, where it asks for consent.
    pub(super) offer: Option<Box<Offer>>,
}

impl Answer {
    /// A value alone.
    pub(super) fn of(value: &impl Serialize) -> Result<Self> {
        let value = serde_json::to_value(value).map_err(internal)?;
        Ok(Self { value, picture: None, links: Vec::new(), offer: None })
    }

    /// With a picture.
    #[must_use]
    pub(super) fn picture(self, png: Vec<u8>) -> Self {
        Self { picture: Some(png), ..self }
    }

    /// A plan to agree to.
    #[must_use]
    pub(super) fn asks(self, offer: Offer) -> Self {
        Self { offer: Some(Box::new(offer)), ..self }
    }

    /// With links to assets.
    #[must_use]
    pub(super) fn links(self, assets: impl IntoIterator<Item = String>) -> Self {
        Self { links: assets.into_iter().collect(), ..self }
    }
}

impl Server {
    /// An answer as the protocol has it.
    pub(super) fn shown(&self, answer: Answer) -> CallToolResult {
        let value = self.clean(answer.value);
        let text = ContentBlock::text(value.to_string());
        let picture = answer.picture.map(|png| ContentBlock::image(BASE64_STANDARD.encode(png), "image/png"));
        let links = answer.links.iter().map(|name| {
            let link = Resource::new(format!("pixels://asset/{name}"), name.clone()).with_mime_type("image/png");
            ContentBlock::resource_link(link)
        });
        let mut result = CallToolResult::success(std::iter::once(text).chain(picture).chain(links).collect());
        result.structured_content = Some(value);
        result
    }

    /// An error as the protocol has it: all that is wrong, and the plan of now if it is about that.
    pub(super) fn refused(&self, error: &Error) -> CallToolResult {
        let mut value = json!({ "diagnostics": error.diagnostics() });
        if let Some(offer) = offer(error) {
            value["plan"] = serde_json::to_value(offer.clone().page(0, PAGE)).unwrap_or_default();
        }
        CallToolResult::error(vec![ContentBlock::text(self.clean(value).to_string())])
    }

    /// Without control characters, and without the place of the project on this machine.
    pub(super) fn clean(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.clean_text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.clean(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (printable(&name), self.clean(value))).collect()
            }
            other => other,
        }
    }

    pub(super) fn clean_text(&self, text: &str) -> String {
        let root = self.0.project.root().to_string_lossy();
        printable(text).replace(&*root, ".")
    }
}

/// The plan that an error carries.
pub(super) fn offer(error: &Error) -> Option<&Offer> {
    match error {
        Error::Refused(Refusal::NotAgreed { offer, .. }) => Some(offer),
        _ => None,
    }
}
