//! The settings of a sampler: prompts, seed, steps and size, found by following its links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::By;
use super::draft::Draft;
use super::titles::{TEXTS, texts};

/// Inputs that lead to no prompt.
const NOT_CONDITIONING: [&str; 15] = [
    "model",
    "clip",
    "vae",
    "image",
    "images",
    "pixels",
    "mask",
    "control_net",
    "latent",
    "latent_image",
    "samples",
    "clip_vision",
    "clip_vision_output",
    "style_model",
    "upscale_model",
];

/// Nodes that also need the size of the canvas.
const SIZED: [&str; 2] = ["ModelSamplingFlux", "CLIPTextEncodeSDXL"];

/// Binds the settings of all samplers.
pub(super) fn find(draft: &mut Draft) {
    let samplers = samplers(draft);
    let Some(base) = samplers.iter().find(|id| !draws_on(draft, id, &samplers)).or(samplers.first()).cloned() else {
        return;
    };
    prompts(draft, &base);
    for id in std::iter::once(&base).chain(samplers.iter().filter(|id| **id != base)) {
        settings(draft, id, *id == base);
    }
    canvas(draft, &base);
    let guided = draft.ids().into_iter().find(|id| draft.class(id) == "FluxGuidance");
    if let Some(id) = guided.filter(|_| !draft.has("guidance")) {
        draft.bind("guidance", &id, "guidance", By::Link);
    }
}

/// The node that gives the first sampler its model.
pub(super) fn model(draft: &Draft) -> Option<String> {
    let samplers = samplers(draft);
    let base = samplers.iter().find(|id| !draws_on(draft, id, &samplers)).or(samplers.first())?;
    Some(at(draft, base, "model").or_else(|| at(draft, &behind(draft, base, "guider")?, "model"))?.0)
}

fn samplers(draft: &Draft) -> Vec<String> {
    let is_sampler = |id: &String| {
        draft.link(id, "latent_image").is_some()
            && (draft.link(id, "positive").is_some() || draft.link(id, "guider").is_some())
            && (draft.link(id, "model").is_some() || draft.link(id, "guider").is_some())
    };
    draft.ids().into_iter().filter(is_sampler).collect()
}

/// Whether the latent of a sampler comes from another one.
fn draws_on(draft: &Draft, id: &str, samplers: &[String]) -> bool {
    let (mut open, mut seen) = (vec![draft.link(id, "latent_image")], BTreeSet::new());
    while let Some(found) = open.pop() {
        let Some((from, _)) = found.filter(|(from, _)| seen.insert(from.clone())) else { continue };
        if samplers.contains(&from) {
            return true;
        }
        open.extend(draft.links(&from).into_iter().map(|(_, to, slot)| Some((to, slot))));
    }
    false
}

fn at(draft: &Draft, id: &str, input: &str) -> Option<(String, u64)> {
    draft.link(id, input)
}

fn behind(draft: &Draft, id: &str, input: &str) -> Option<String> {
    draft.link(id, input).map(|(from, _)| from)
}

fn prompts(draft: &mut Draft, sampler: &str) {
    let guider = behind(draft, sampler, "guider").unwrap_or_else(|| sampler.to_owned());
    let start = |inputs: &[&str]| inputs.iter().find_map(|input| at(draft, &guider, input));
    let (positive, negative) = (start(&["positive", "conditioning", "cond1"]), start(&["negative"]));
    let shown: Vec<String> = positive.map(|link| encoders(draft, link)).unwrap_or_default();
    let hidden: Vec<String> = negative.map(|link| encoders(draft, link)).unwrap_or_default();
    for (name, found) in [("prompt", &shown), ("negative", &hidden)] {
        // A node that both share is the prompt's.
        let own = found.iter().filter(|id| name == "prompt" || !shown.contains(id));
        let mut own: Vec<&String> = own.collect();
        if draft.has(name) || own.is_empty() {
            continue;
        }
        let first = own.remove(0);
        texts(draft, name, first, By::Link);
        for other in own {
            draft.note(format!("node `{other}` also belongs to the {name}; its text stays as it is"));
        }
    }
}

/// The nodes with text that a conditioning link leads to, the nearest first.
fn encoders(draft: &Draft, start: (String, u64)) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut open = std::collections::VecDeque::from([start]);
    while let Some((id, slot)) = open.pop_front() {
        if !seen.insert((id.clone(), slot)) || draft.class(&id) == "ConditioningZeroOut" {
            continue;
        }
        let has_text = TEXTS.iter().any(|input| draft.value(&id, input).is_some_and(Value::is_string));
        if has_text {
            if !found.contains(&id) {
                found.push(id);
            }
            continue;
        }
        // Nodes that change both sides return them in the same order.
        let sides = (draft.link(&id, "positive"), draft.link(&id, "negative"));
        match sides {
            (Some(positive), Some(negative)) => open.push_back(if slot == 1 { negative } else { positive }),
            _ => {
                let links =
                    draft.links(&id).into_iter().filter(|(input, ..)| !NOT_CONDITIONING.contains(&input.as_str()));
                open.extend(links.map(|(_, from, slot)| (from, slot)));
            }
        }
    }
    found
}

/// Binds seed, steps and so on. A later sampler shares the first one's where the values are equal.
fn settings(draft: &mut Draft, id: &str, is_base: bool) {
    let sigmas = steps_node(draft, id).unwrap_or_else(|| id.to_owned());
    let or_self = |found: Option<String>| found.unwrap_or_else(|| id.to_owned());
    let (noise, sampler) = (or_self(behind(draft, id, "noise")), or_self(behind(draft, id, "sampler")));
    let guider = or_self(behind(draft, id, "guider"));
    let places = [
        ("seed", noise.clone(), "noise_seed"),
        ("seed", id.to_owned(), "seed"),
        ("steps", sigmas.clone(), "steps"),
        ("scheduler", sigmas.clone(), "scheduler"),
        ("sampler", sampler, "sampler_name"),
        ("cfg", guider, "cfg"),
    ];
    for (name, node, input) in places {
        let value = draft.value(&node, input).cloned();
        let follows = name == "seed" || (value.is_some() && draft.was(name) == value.as_ref());
        if if is_base { !draft.has(name) } else { follows } {
            draft.bind(name, &node, input, By::Link);
        }
    }
    let denoise = if draft.input(&sigmas, "denoise").is_some() { sigmas } else { id.to_owned() };
    let is_part = draft.value(&denoise, "denoise").and_then(Value::as_f64).is_some_and(|part| part < 1.0);
    if is_base && is_part && !draft.has("denoise") {
        draft.bind("denoise", &denoise, "denoise", By::Link);
    }
}

/// The node behind `sigmas` that has the number of steps.
fn steps_node(draft: &Draft, id: &str) -> Option<String> {
    let mut node = behind(draft, id, "sigmas")?;
    for _ in 0..8 {
        if draft.input(&node, "steps").is_some() {
            return Some(node);
        }
        node = behind(draft, &node, "sigmas")?;
    }
    None
}

/// Binds the size of the first latent.
fn canvas(draft: &mut Draft, sampler: &str) {
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
fn sized(draft: &mut Draft, size: &[Option<Value>; 2]) {
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
fn one_image(draft: &mut Draft, id: &str) {
    let count = draft.input(id, "batch_size").and_then(Value::as_u64).filter(|count| *count > 1);
    if let Some(count) = count {
        draft.nodes[id]["inputs"]["batch_size"] = json!(1);
        draft.note(format!("node `{id}` made {count} images at once; it makes one now, use `candidates` for more"));
    }
}
