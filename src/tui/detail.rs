//! Everything about an asset, as the screen has it.

use std::sync::Arc;

use super::art::Art;
use crate::session::{ListedItem, ShownCandidate, Threshold};
use crate::words::lock::Provenance;
use crate::words::sprite::Restoration;

/// Everything about an asset.
#[derive(Clone, Debug)]
pub struct Detail {
    /// What `list` says of it.
    pub item: ListedItem,
    /// Its frames or tiles.
    pub art: Option<Arc<Art>>,
    /// A map of a tileset.
    pub map: Option<Arc<Art>>,
    /// Its slots with their candidates.
    pub slots: Vec<Slot>,
    /// Grid, palette and metrics.
    pub found: Option<Restoration>,
    /// The gates of its recipe.
    pub thresholds: Vec<Threshold>,
    /// What its picks were made with.
    pub provenance: Vec<Provenance>,
    /// What a build would do with it.
    pub why: Option<String>,
    /// Why it has no image.
    pub error: Option<String>,
}

/// The candidates of a slot.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its name.
    pub id: String,
    /// What `pick` takes for it.
    pub target: String,
    /// Its candidates.
    pub choices: Vec<Choice>,
}

/// A candidate.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What `candidates` says of it.
    pub shown: ShownCandidate,
    /// Restored.
    pub art: Option<Arc<Art>>,
    /// Its raw, made smaller.
    pub photo: Option<Arc<Art>>,
}
