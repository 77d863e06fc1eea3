//! The plan of one group or tileset.

use super::slots::{SlotPlan, Want};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::lock::Parts;
use crate::words::output::Output;

/// The plan of one group or tileset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemPlan {
    /// Its name.
    pub id: GroupId,
    /// Its slots in frame order.
    pub slots: Vec<SlotPlan>,
    /// The sprite key, once every pick that it depends on is known.
    pub key: Option<Digest>,
    /// The key of its files beside their pixels.
    pub export: Digest,
    /// The text of `parts` in the lock.
    pub parts: Parts,
    /// The files it makes, relative to the output folder.
    pub outputs: Vec<Output>,
    /// The next step.
    pub step: Step,
}

/// The next step of a group or tileset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// None: it is up to date.
    Fresh,
    /// Make its sprites and files.
    Make(Reason),
    /// Request lost raws again, with the same seeds, and then make it.
    Recapture(Vec<(SlotId, Want)>, Reason),
    /// It waits for its candidates, or for the pick or sprite of another.
    Wait,
    /// It cannot be made.
    Fail(Diagnostic),
}

/// Why a group or tileset is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was never made.
    New,
    /// Other raws, another recipe, another base.
    Changed,
    /// Names or options of its files changed.
    Export,
    /// Files are missing or not what the lock says; the lock stays as it is.
    Outputs,
    /// Others need its pixels; its files and the lock stay as they are.
    Needed,
    /// An older process version made it; the lock counts as up to date.
    Outdated,
}

impl ItemPlan {
    /// Whether candidates of its own must be requested, judged or picked.
    pub fn is_stale_by_slots(&self) -> bool {
        self.slots.iter().any(|slot| !slot.requests.is_empty() || !slot.adopt.is_empty() || slot.pick_is_new)
    }

    /// Whether the lock would change.
    pub fn is_stale(&self) -> bool {
        self.is_stale_by_slots()
            || match &self.step {
                Step::Make(reason) | Step::Recapture(_, reason) => {
                    !matches!(reason, Reason::Outputs | Reason::Needed | Reason::Outdated)
                }
                // What it waits for is counted there.
                Step::Wait | Step::Fresh | Step::Fail(_) => false,
            }
    }
}
