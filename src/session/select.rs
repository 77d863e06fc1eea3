//! Whether the selected part of a plan may be carried out.

use std::collections::BTreeSet;

use super::{BuildOptions, Refusal};
use crate::plan::{ItemPlan, Plan, Planner, State, Step};
use crate::words::ask::Ask;
use crate::words::asset::GroupId;

/// Whether the selected part of the plan may be carried out as it is.
pub fn permitted(
    planner: &Planner,
    plan: &Plan,
    selected: &BTreeSet<GroupId>,
    state: &State,
    profile: Option<&str>,
    options: &BuildOptions,
) -> Result<(), Refusal> {
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    if options.locked || options.frozen {
        let stale = items.iter().filter(|item| item.is_stale()).map(|item| item.id.name.clone());
        let gone = state.lock.entries.keys().filter(|id| planner.item(id).is_none()).map(|id| id.name.clone());
        let stale: Vec<String> = stale.chain(gone).collect();
        return if stale.is_empty() { Ok(()) } else { Err(Refusal::Stale(stale)) };
    }
    let slots = || items.iter().flat_map(|item| &item.slots);
    let over: Vec<String> = slots().filter(|slot| slot.sketches_over).map(|slot| slot.id.to_string()).collect();
    if profile.is_none() && !over.is_empty() && !options.yes {
        return Err(Refusal::SketchesOver(over));
    }
    let images: usize = items.iter().map(|item| images(planner, item)).sum();
    let most = planner.manifest.project.max_images;
    if images > most as usize && !options.yes { Err(Refusal::TooMany { images, most }) } else { Ok(()) }
}

/// Images that a GPU draws for an item, those of slots that still wait included.
fn images(planner: &Planner, item: &ItemPlan) -> usize {
    let drawn = |id| planner.slot(id).filter(|slot| matches!(slot.ask, Ask::Comfyui(_)));
    let asked = item.slots.iter().filter_map(|slot| Some((slot, drawn(&slot.id)?))).map(|(planned, slot)| {
        if planned.waits.is_empty() { planned.requests.len() } else { slot.candidates as usize }
    });
    let again = match &item.step {
        Step::Recapture(wants, _) => wants.iter().filter(|(id, _)| drawn(id).is_some()).count(),
        _ => 0,
    };
    asked.sum::<usize>() + again
}
