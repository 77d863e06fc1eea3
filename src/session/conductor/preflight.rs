//! Preflight: what no server can do is found before anything is requested, and reported all at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::channel;

use super::Site;
use super::batch::batch;
use super::progress::Progress;
use crate::generate::Finding;
use crate::plan::{SlotPlan, Step};
use crate::session::options::{Generation, Missing};
use crate::session::workspace::Workspace;
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::event::Event;

/// What no server can do, by slot: a request for it fails when its turn comes, and everything else goes on.
pub(super) type Unable = HashMap<SlotId, Diagnostic>;

/// Shows the backend everything that will or may be requested.
pub(super) fn preflight(site: &Site, workspace: &Workspace, progress: &Progress) -> Unable {
    let mut unable = Unable::new();
    let asks = may_be_requested(site, progress);
    let requests = site.options.lock.may_change() && site.options.generation == Generation::Request;
    for (word, backend) in site.backends.iter().filter(|_| requests) {
        let own = asks.iter().filter(|(_, ask)| ask.backend() == *word);
        let own: Vec<(SlotId, Arc<Ask>)> = own.map(|(slot, ask)| (slot.clone(), Arc::clone(ask))).collect();
        if own.is_empty() {
            continue;
        }
        for finding in backend.preflight(&own, &batch(site, workspace, channel().0)) {
            let finding = Finding { diagnostic: with_way_out(finding.diagnostic, workspace), ..finding };
            site.observer.on(&reported(site, &finding));
            for slot in finding.slots {
                // Several things may be missing for one slot: each was reported, and the first one is its failure.
                unable.entry(slot).or_insert_with(|| finding.diagnostic.clone());
            }
        }
    }
    unable
}

/// Without a server there is still placeholder art.
fn with_way_out(diagnostic: Diagnostic, workspace: &Workspace) -> Diagnostic {
    if diagnostic.code != "server-unreachable" {
        return diagnostic;
    }
    let way_out = match workspace.one_off {
        true => "draw placeholders with `--backend sketch`",
        false => "build placeholders with `--fill sketch`",
    };
    let hint = diagnostic.hint.as_ref().map_or_else(|| way_out.to_owned(), |hint| format!("{hint}; or {way_out}"));
    diagnostic.hint(hint)
}

/// What is filled with placeholder art does not fail: it is a warning without the advice to fill it.
fn reported(site: &Site, finding: &Finding) -> Event {
    let diagnostic = match site.options.missing {
        Missing::Fail => finding.diagnostic.clone(),
        Missing::Sketch => Diagnostic { severity: Severity::Warning, hint: None, ..finding.diagnostic.clone() },
    };
    Event::Unable { slots: finding.slots.clone(), diagnostic }
}

/// Every ask for servers among the slots that are to be made, also of those that wait.
fn may_be_requested(site: &Site, progress: &Progress) -> BTreeMap<SlotId, Arc<Ask>> {
    let mut asks = BTreeMap::new();
    for item in progress.selected.iter().filter_map(|id| progress.plan.items.get(id)) {
        let again: Vec<&SlotId> = match &item.step {
            Step::Recapture(wants, _) => wants.iter().map(|(slot, _)| slot).collect(),
            _ => Vec::new(),
        };
        for planned in item.slots.iter().filter(|slot| is_open(slot) || again.contains(&&slot.id)) {
            let slot = site.planner.slot(&planned.id).filter(|slot| slot.ask.costs_gpu());
            if let Some(slot) = slot {
                asks.insert(planned.id.clone(), Arc::new(slot.ask.clone()));
            }
        }
    }
    asks
}

/// Whether anything may still be requested for a slot: it lacks an image, waits for another's, or may be re-rolled.
fn is_open(slot: &SlotPlan) -> bool {
    !slot.requests.is_empty() || !slot.waits.is_empty() || (!slot.adopt.is_empty() && slot.pick.is_none())
}
