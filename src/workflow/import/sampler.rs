//! The settings of the stages: seed, steps, size and so on, found by following links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::By;
use super::draft::Draft;
use super::stages::{self, Stage};

/// Nodes that also need the size of the canvas.
const SIZED: [&str; 2] = ["ModelSamplingFlux", "CLIPTextEncodeSDXL"];

/// Binds the settings of all stages.
pub(super) fn find(draft: &mut Draft<'_>, stages: &[Stage]) {
    let Some(first) = stages.first() else { return };
    for stage in stages {
        settings(draft, stage, stage == first);
    }
    canvas(draft, &first.id);
    let guided = draft.ids().into_iter().find(|id| draft.class(id) == "FluxGuidance");
    if let Some(id) = guided.filter(|_| !draft.has("guidance")) {
        draft.bind("guidance", &id, "guidance", By::Link);
    }
    split_steps(draft, stages);
}

/// The node that gives the first stage its model.
pub(super) fn model(draft: &Draft<'_>) -> Option<String> {
    let stages = stages::find(draft);
    let Stage { id, guider } = stages.first()?;
    let from = |id: &str| draft.link(id, "model").or_else(|| draft.links(id).into_iter().find_map(pipe));
    Some(from(id).or_else(|| from(guider))?.0)
}

/// A link that carries the model together with other things.
pub(super) fn pipe((input, from, slot): (String, String, u64)) -> Option<(String, u64)> {
    input.contains("pipe").then_some((from, slot))
}

fn behind(draft: &Draft<'_>, id: &str, input: &str) -> Option<String> {
    draft.link(id, input).map(|(from, _)| from)
}

/// Binds seed, steps and so on. A later stage shares the first one's where the values are equal.
fn settings(draft: &mut Draft<'_>, stage: &Stage, is_first: bool) {
    let id = &stage.id;
    let or_self = |found: Option<String>| found.unwrap_or_else(|| id.clone());
    let sigmas = or_self(steps_node(draft, id));
    let (noise, sampler) = (or_self(behind(draft, id, "noise")), or_self(behind(draft, id, "sampler")));
    let has_noise = stage.has_noise(draft);
    let places = [
        ("seed", noise, "noise_seed"),
        ("seed", id.clone(), "seed"),
        ("steps", sigmas.clone(), "steps"),
        ("scheduler", sigmas.clone(), "scheduler"),
        ("sampler", sampler, "sampler_name"),
        ("cfg", stage.guider.clone(), "cfg"),
    ];
    for (name, node, input) in places {
        let value = draft.value(&node, input).cloned();
        let binds = match name {
            "seed" => has_noise && (!is_first || !draft.has(name)),
            name if is_first => !draft.has(name),
            name => value.is_some() && draft.was(name) == value.as_ref(),
        };
        if binds {
            draft.bind(name, &node, input, By::Link);
        }
    }
    let denoise = if draft.input(&sigmas, "denoise").is_some() { sigmas } else { id.clone() };
    let is_part = draft.value(&denoise, "denoise").and_then(Value::as_f64).is_some_and(|part| part < 1.0);
    if is_first && is_part && !draft.has("denoise") {
        draft.bind("denoise", &denoise, "denoise", By::Link);
    }
}

/// The node behind `sigmas` that has the number of steps.
fn steps_node(draft: &Draft<'_>, id: &str) -> Option<String> {
    let mut node = behind(draft, id, "sigmas")?;
    for _ in 0..8 {
        if draft.input(&node, "steps").is_some() {
            return Some(node);
        }
        node = behind(draft, &node, "sigmas")?;
    }
    None
}

/// Stages that share out the steps do so at a fixed number.
fn split_steps(draft: &mut Draft<'_>, stages: &[Stage]) {
    let Some(steps) = draft.was("steps").and_then(Value::as_u64) else { return };
    let splits = |stage: &&Stage| {
        let at = ["start_at_step", "end_at_step"].map(|input| draft.value(&stage.id, input).and_then(Value::as_u64));
        at.into_iter().flatten().find(|at| (1..steps).contains(at)).map(|at| (stage.id.clone(), at))
    };
    if let Some((id, at)) = stages.iter().find_map(|stage| splits(&stage)) {
        draft.note(format!(
            "node `{id}` hands over at step {at} of {steps}; with another number of steps in the style, change it in the \
             workflow"
        ));
    }
}

/// Binds the size of the first latent.
fn canvas(draft: &mut Draft<'_>, sampler: &str) {
    let mut next = behind(draft, sampler, "latent_image");
    let mut seen = BTreeSet::new();
    while let Some(id) = next.filter(|id| seen.insert(id.clone())) {
        one_image(draft, &id);
        let is_sized = ["width", "height"].iter().all(|side| draft.value(&id, side).is_some_and(Value::is_number));
        if is_sized && !draft.has("width") {
            let size = ["width", "height"].map(|side| draft.value(&id, side).cloned());
            for side in ["width", "height"] {
                draft.bind(side, &id, side, By::Link);
            }
            sized(draft, &size);
            return;
        }
        next = ["samples", "latent", "pixels", "image", "images"].iter().find_map(|input| behind(draft, &id, input));
    }
}

/// Binds other nodes that repeat the size.
fn sized(draft: &mut Draft<'_>, size: &[Option<Value>; 2]) {
    for id in draft.ids().into_iter().filter(|id| SIZED.contains(&draft.class(id))).collect::<Vec<_>>() {
        for (side, inputs) in [("width", ["width", "target_width"]), ("height", ["height", "target_height"])] {
            let wanted = &size[usize::from(side == "height")];
            for input in inputs {
                if draft.value(&id, input) == wanted.as_ref() && wanted.is_some() {
                    draft.bind(side, &id, input, By::Link);
                }
            }
        }
    }
}

/// A request makes one image.
fn one_image(draft: &mut Draft<'_>, id: &str) {
    let holder = draft.holder(id, "batch_size");
    let Some((node, input)) = holder else { return };
    let count = draft.input(&node, &input).and_then(Value::as_u64).filter(|count| *count > 1);
    if let Some(count) = count {
        draft.nodes_mut()[id]["inputs"]["batch_size"] = json!(1);
        draft.note(format!("node `{id}` made {count} images at once; it makes one now, use `candidates` for more"));
    }
}
