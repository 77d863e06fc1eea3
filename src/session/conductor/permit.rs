//! Whether a build may be carried out as it was asked for.

use super::Site;
use super::progress::Progress;
use crate::plan::{ItemPlan, Planner, Step};
use crate::session::options::Consent;
use crate::session::refusal::Refusal;

/// Refuses a build that would change a lock that must not change, or that needs consent.
pub(super) fn check(site: &Site, progress: &Progress, profile: Option<&str>) -> Result<(), Refusal> {
    let Progress { plan, state, selected, .. } = progress;
    let items: Vec<&ItemPlan> = plan.items.values().filter(|item| selected.contains(&item.id)).collect();
    if !site.options.lock.may_change() {
        let stale = items.iter().filter(|item| item.is_stale()).map(|item| item.id.name.clone());
        let gone = state.lock.entries.keys().filter(|id| site.planner.item(id).is_none()).map(|id| id.name.clone());
        let stale: Vec<String> = stale.chain(gone).collect();
        return if stale.is_empty() { Ok(()) } else { Err(Refusal::Stale(stale)) };
    }
    if site.options.consent == Consent::Given {
        return Ok(());
    }
    let slots = items.iter().flat_map(|item| &item.slots);
    let over: Vec<String> = slots.filter(|slot| slot.sketches_over).map(|slot| slot.id.to_string()).collect();
    if profile.is_none() && !over.is_empty() {
        return Err(Refusal::SketchesOver(over));
    }
    let images: usize = items.iter().map(|item| images(site.planner, item)).sum();
    let most = site.planner.manifest.project.max_images;
    if images > most as usize { Err(Refusal::TooMany { images, most }) } else { Ok(()) }
}

/// Images that a GPU draws for an item, those of slots that still wait included.
fn images(planner: &Planner, item: &ItemPlan) -> usize {
    let drawn = |id| planner.slot(id).filter(|slot| slot.ask.costs_gpu());
    let asked = item.slots.iter().filter_map(|slot| Some((slot, drawn(&slot.id)?))).map(|(planned, slot)| {
        if planned.waits.is_empty() { planned.requests.len() } else { slot.candidates as usize }
    });
    let again = match &item.step {
        Step::Recapture(wants, _) => wants.iter().filter(|(id, _)| drawn(id).is_some()).count(),
        _ => 0,
    };
    asked.sum::<usize>() + again
}
