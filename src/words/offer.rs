//! A plan as it is offered to a caller: what it would make and cost, and the token that allows it.

use schemars::JsonSchema;
use serde::Serialize;

use super::asset::Kind;
use super::diagnostic::Diagnostic;

/// What a token allows at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Allowed {
    /// Groups and tilesets that are made.
    pub assets: usize,
    /// Images that a GPU draws, rerolls included.
    pub images: usize,
}

/// What is next for a group or a tileset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlannedStep {
    /// Nothing.
    Fresh,
    /// Its sprites and files are made.
    Make,
    /// Lost raws are generated again, then it is made.
    Recapture,
    /// It waits for candidates, or for another's pick or sprite.
    Wait,
    /// It cannot be made.
    Fail,
}

/// What a build would do and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Offer {
    /// The version of this form.
    pub version: u32,
    /// Groups and tilesets that would be made.
    pub assets: usize,
    /// Groups and tilesets that are up to date.
    pub fresh: usize,
    /// Images that a GPU draws.
    pub images: usize,
    /// The most that the token allows: rerolls of images that fail their gates are among its images.
    pub at_most: Allowed,
    /// Placeholders that are drawn without a GPU.
    pub sketches: usize,
    /// Seconds that servers take, if such images were drawn before.
    pub seconds: Option<u64>,
    /// What would be made or cannot be.
    pub items: Vec<OfferedItem>,
    /// The place of the first item that is not listed, if there are more.
    pub next: Option<usize>,
    /// What the manifest no longer has: its files are removed.
    pub remove: Vec<String>,
    /// Allows this build once; nothing if it is refused in any case.
    pub plan_token: Option<String>,
    /// How many seconds the token is good.
    pub expires_in: u64,
    /// Why such a build is refused in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Diagnostic>,
}

/// A group or a tileset that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfferedItem {
    /// The kind of its asset.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What is next.
    pub step: PlannedStep,
    /// Images that are generated for it now.
    pub images: usize,
    /// The reason, by its stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why it cannot be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<Diagnostic>,
}

impl Offer {
    /// The same offer with the items from one place on, and at most so many.
    #[must_use]
    pub fn page(mut self, from: usize, most: usize) -> Self {
        let end = from.saturating_add(most);
        self.next = (end < self.items.len()).then_some(end);
        self.items = self.items.into_iter().skip(from).take(most).collect();
        self
    }
}
