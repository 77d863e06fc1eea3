//! How many images a plan draws on a GPU, and whether that needs consent.

use crate::plan::{ItemPlan, Planner, SlotPlan, Step};
use crate::session::options::{BuildOptions, Consent};
use crate::session::refusal::Refusal;
use crate::words::project::Slot;

/// Images that a GPU draws for an item, those of slots that still wait included.
pub(in crate::session) fn of_item(planner: &Planner, item: &ItemPlan) -> usize {
    let asked = drawn(planner, item).map(|(planned, slot)| {
        if planned.waits.is_empty() { planned.requests.len() } else { slot.candidates as usize }
    });
    let again = match &item.step {
        Step::Recapture(wants, _) => {
            wants.iter().filter(|(id, _)| planner.slot(id).is_some_and(|slot| slot.ask.costs_gpu())).count()
        }
        _ => 0,
    };
    asked.sum::<usize>() + again
}

/// Images that a GPU may draw for an item beyond these while none passes its gates.
pub(in crate::session) fn rerolls(planner: &Planner, item: &ItemPlan) -> usize {
    let open = drawn(planner, item).filter(|(planned, _)| planned.pick.is_none() || planned.pick_is_new);
    open.map(|(_, slot)| slot.reroll as usize).sum()
}

/// Requests for a GPU that are ready to be sent.
pub(in crate::session) fn requested<'a>(planner: &Planner, items: impl Iterator<Item = &'a ItemPlan>) -> usize {
    items.map(|item| drawn(planner, item).map(|(planned, _)| planned.requests.len()).sum::<usize>()).sum()
}

/// The slots of an item that a GPU draws.
fn drawn<'a>(planner: &'a Planner, item: &'a ItemPlan) -> impl Iterator<Item = (&'a SlotPlan, &'a Slot)> {
    let slots = item.slots.iter().filter_map(|slot| Some((slot, planner.slot(&slot.id)?)));
    slots.filter(|(_, slot)| slot.ask.costs_gpu())
}

/// Why a build of these items needs consent, if it does.
pub(in crate::session) fn refusal<'a>(
    options: &BuildOptions,
    items: impl Iterator<Item = &'a ItemPlan>,
    images: usize,
    most: u32,
    profile: Option<&str>,
) -> Option<Refusal> {
    if options.consent == Consent::Given {
        return None;
    }
    let slots = items.flat_map(|item| &item.slots);
    let over: Vec<String> = slots.filter(|slot| slot.sketches_over).map(|slot| slot.id.to_string()).collect();
    if profile.is_none() && !over.is_empty() {
        return Some(Refusal::SketchesOver(over));
    }
    (images > most as usize).then_some(Refusal::TooMany { images, most })
}
