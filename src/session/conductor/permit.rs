//! Whether a build may be carried out as it was asked for.

use super::progress::Progress;
use super::{Site, images};
use crate::plan::ItemPlan;
use crate::session::options::Generation;
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
    let drawn = match site.options.generation {
        Generation::Request => items.iter().map(|item| images::of_item(site.planner, item)).sum(),
        Generation::Withhold => 0,
    };
    let most = site.planner.manifest.project.max_images;
    images::refusal(site.options, items.into_iter(), drawn, most, profile).map_or(Ok(()), Err)
}
