//! Before anything is asked: what no server can do is found and told, all at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::run::Run;
use crate::plan::{SlotPlan, Step, Trouble};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::Event;

impl Run<'_> {
    /// Shows the backend everything that it will or may be asked. What it cannot do fails when its turn comes, and
    /// everything else goes on.
    pub fn preflight(&mut self) {
        let Some(backend) = self.backends.get("comfyui").filter(|_| !self.options.locked && !self.options.frozen)
        else {
            return;
        };
        let asks = self.may_be_asked();
        if asks.is_empty() {
            return;
        }
        let asks: Vec<(SlotId, Arc<Ask>)> = asks.into_iter().collect();
        let findings = backend.preflight(&asks, &self.batch);
        for finding in findings {
            let Diagnostic { message, hint, .. } = finding.diagnostic;
            let slots = finding.slots.clone();
            self.observer.on(&Event::Unable { slots, message: message.clone(), hint: hint.clone() });
            for slot in finding.slots {
                // Several things may be missing for one slot; each was told, and the first one names its failure.
                self.unable.entry(slot).or_insert_with(|| Trouble { message: message.clone(), hint: hint.clone() });
            }
        }
    }

    /// Every ask for servers among the slots that are to be made, also of those that wait.
    fn may_be_asked(&self) -> BTreeMap<SlotId, Arc<Ask>> {
        let mut asks = BTreeMap::new();
        let items = self.selected.iter().filter_map(|id| self.plan.items.get(id));
        for item in items {
            let again: Vec<&SlotId> = match &item.step {
                Step::Recapture(wants, _) => wants.iter().map(|(slot, _)| slot).collect(),
                _ => Vec::new(),
            };
            for slot in item.slots.iter().filter(|slot| is_open(slot) || again.contains(&&slot.id)) {
                let asked = self.planner.slot(&slot.id).filter(|slot| matches!(slot.ask, Ask::Comfyui(_)));
                if let Some(asked) = asked {
                    asks.insert(slot.id.clone(), Arc::new(asked.ask.clone()));
                }
            }
        }
        asks
    }
}

/// Whether anything may still be asked for a slot: it lacks a picture, waits for another's, or may be re-rolled.
fn is_open(slot: &SlotPlan) -> bool {
    !slot.requests.is_empty() || !slot.waits.is_empty() || (!slot.adopt.is_empty() && slot.pick.is_none())
}
