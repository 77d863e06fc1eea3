//! The worker of this machine: whether it is installed, of this version, and has what it would draw with.

use std::sync::Arc;

use super::{Area, Report};
use crate::generate::worker::{missing_models, other_version};
use crate::session::{Cancel, Workspace, train};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::text::count;
use crate::words::train::Hello;

const AREA: Area = Area::Servers;

/// Examines the worker of a project that draws or trains with it. Nothing is started.
pub(super) fn examine(workspace: &Workspace, cancel: &Cancel, report: &mut Report) {
    let asks = asks(workspace);
    if (asks.is_empty() && workspace.manifest.trains.is_empty()) || cancel.is_cancelled() {
        return;
    }
    let Ok(status) = train::status() else { return };
    match (status.problem, status.running) {
        // Without it a build fails; a run of `train` says so itself.
        (Some(problem), None) => {
            let severity = if asks.is_empty() { Severity::Note } else { Severity::Error };
            report.add(AREA, of(Diagnostic { severity, ..problem }));
        }
        (_, Some(running)) => of_running(&running, report),
        (None, None) => {
            report.ok(AREA, "worker", format!("worker {} is installed; a build starts it", env!("CARGO_PKG_VERSION")));
        }
    }
    let findings = missing_models(&train::picture_settings(workspace), &asks);
    if findings.is_empty() && !asks.is_empty() {
        report.ok(Area::Models, "worker-models", "this machine has all files that the worker draws with");
    }
    for finding in findings {
        let slots = count(finding.slots.len(), "asset wants", "assets want");
        let message = format!("{} ({slots} it)", finding.diagnostic.message);
        report.add(Area::Models, Diagnostic { message, ..finding.diagnostic });
    }
}

fn of_running(hello: &Hello, report: &mut Report) {
    if let Some(problem) = other_version(hello) {
        return report.add(AREA, of(problem));
    }
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let device = &hello.device;
    let torch = hello.versions.get("torch").map_or_else(String::new, |torch| format!(", torch {torch}"));
    let shown = format!(
        "worker {} on {} ({}){torch}, {:.0} of {:.0} GiB free",
        hello.version,
        device.name,
        device.kind,
        gib(device.mem_free),
        gib(device.mem_total)
    );
    if device.kind == "cuda" {
        return report.ok(AREA, "worker", shown);
    }
    let hint = "it computes on processors: minutes for an image. Check the NVIDIA driver with `nvidia-smi`, then \
                `dgx-pixels worker stop`: the next build starts it again";
    report.add(AREA, of(Diagnostic::warning("worker-on-cpu", shown).hint(hint)));
}

fn of(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.about(Subject::Server("worker".to_owned()))
}

/// Every slot that the worker draws, with what it asks.
fn asks(workspace: &Workspace) -> Vec<(SlotId, Arc<Ask>)> {
    let slots = workspace.manifest.groups.iter().flat_map(|group| group.slots());
    let drawn = slots.filter(|slot| slot.ask.worker().is_some());
    drawn.map(|slot| (slot.id.clone(), Arc::new(slot.ask.clone()))).collect()
}
