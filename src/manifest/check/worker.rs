//! Assets that the worker of this machine draws: what it cannot do is known without asking it.

use super::Context;
use super::gather::Asset;
use super::resolve::Resolved;
use crate::manifest::problem::Problem;
use crate::words::ask::WorkerAsk;
use crate::words::suggest::words;

/// Reports what the worker cannot draw.
pub(super) fn check(asset: &Asset, resolved: &Resolved, cx: &mut Context<'_>) {
    let style = &resolved.blend.style;
    let span = asset.name.span;
    let other = "set `backend = \"comfyui\"` for this asset";
    if style.workflow != WorkerAsk::WORKFLOW {
        let message = format!("the worker draws from a prompt alone, and not with the workflow `{}`", style.workflow);
        cx.report(Problem::error("worker-workflow", span, message).help(other));
    } else if let Some(inputs) = asset.raw.inputs.as_ref().filter(|inputs| !inputs.0.is_empty()) {
        let span = inputs.0[0].0.span;
        cx.report(Problem::error("worker-workflow", span, "the worker takes no input images").help(other));
    }
    let named = [
        ("sampler", &style.sampler, WorkerAsk::SAMPLERS.as_slice()),
        ("scheduler", &style.scheduler, WorkerAsk::SCHEDULERS.as_slice()),
    ];
    for (what, name, known) in named {
        if !known.contains(&name.as_str()) {
            let message = format!("the worker has no {what} `{name}`");
            let help = format!("it has {}; or {other}", words(known));
            cx.report(Problem::error("worker-sampler", span, message).help(help));
        }
    }
}
