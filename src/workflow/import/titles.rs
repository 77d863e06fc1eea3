//! Explicit bindings: by a node's title (`dgx:prompt`), or from the command line.

use super::draft::Draft;
use super::{By, Wanted};
use crate::words::suggest::{did_you_mean, words};
use crate::workflow::WorkflowError;
use crate::workflow::graph::title;

/// In place of a placeholder's name: an input that is left as it is.
const KEEP: &str = "keep";

/// Inputs that hold the text of a prompt.
const TEXTS: [&str; 10] =
    ["text", "prompt", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "string", "value", "caption"];

/// Binds all nodes with a title `dgx:NAME`.
pub(super) fn read(draft: &mut Draft<'_>) -> Result<(), WorkflowError> {
    for id in draft.ids() {
        let title = title(&draft.nodes()[&id]);
        let Some(word) = title.strip_prefix("dgx:") else { continue };
        let word = word.split([',', ' ']).next().unwrap_or_default();
        let names = if word == "sampler" { SAMPLER.to_vec() } else { vec![word] };
        let is_known = ["output", "lora", "loras"].contains(&word) || draft.has_its_own(&id);
        if is_known || names.iter().all(|name| draft.has(name)) {
            continue;
        }
        let bound = names.into_iter().filter(|name| node(draft, name, &id, By::Title)).count();
        if bound == 0 {
            let message = format!("node `{id}` is titled `dgx:{word}`, but has no input for it");
            return Err(no_input(draft, &id, message, word));
        }
    }
    Ok(())
}

/// The names that a node titled `dgx:sampler` may have.
const SAMPLER: [&str; 5] = ["seed", "steps", "cfg", "sampler", "scheduler"];

/// Carries out a binding from the command line; `keep` leaves an input as it is.
pub(super) fn wanted(draft: &mut Draft<'_>, wanted: &Wanted) -> Result<(), WorkflowError> {
    exists(draft, wanted)?;
    let Wanted { name, node: id, input } = wanted;
    if name == KEEP {
        draft.kept.insert((id.clone(), input.clone()));
        return Ok(());
    }
    let bound = match input {
        Some(input) => draft.bind(name, id, input, By::Command),
        None => node(draft, name, id, By::Command),
    };
    if bound {
        return Ok(());
    }
    let message = match input {
        Some(input) => format!("cannot bind `{name}`: node `{id}` has no value in an input `{input}`"),
        None => format!("cannot bind `{name}`: node `{id}` has no input for it"),
    };
    Err(no_input(draft, id, message, name))
}

/// Checks that the named node exists.
pub(super) fn exists(draft: &Draft<'_>, wanted: &Wanted) -> Result<(), WorkflowError> {
    let Wanted { name, node: id, .. } = wanted;
    if !draft.nodes().contains_key(id) {
        let ids = draft.ids();
        let known: Vec<&str> = ids.iter().map(String::as_str).collect();
        let list: Vec<String> = ids.iter().take(20).map(|id| format!("`{id}` ({})", draft.class(id))).collect();
        return Err(WorkflowError::BadBinding {
            message: format!("cannot bind `{name}`: node `{id}` does not exist"),
            hint: match did_you_mean(id, known.iter().copied()) {
                Some(hint) => format!("{hint} the nodes are {}", list.join(", ")),
                None => format!("the nodes are {}", list.join(", ")),
            },
        });
    }
    Ok(())
}

fn no_input(draft: &Draft<'_>, id: &str, message: String, name: &str) -> WorkflowError {
    let inputs = draft.nodes()[id]["inputs"].as_object();
    let inputs: Vec<&str> = inputs.into_iter().flatten().map(|(input, _)| input.as_str()).collect();
    WorkflowError::BadBinding {
        message,
        hint: format!("its inputs are {}; `--bind {name}={id}.INPUT` names one that holds a value", words(&inputs)),
    }
}

/// Binds a name in a node, at the input that fits it.
fn node(draft: &mut Draft<'_>, name: &str, id: &str, by: By) -> bool {
    match name {
        "prompt" | "negative" => texts(draft, name, id, by),
        "canvas" | "size" => ["width", "height"].iter().filter(|side| draft.bind(side, id, side, by)).count() == 2,
        "seed" => first(draft, name, id, &["seed", "noise_seed", "value"], by),
        "sampler" => first(draft, name, id, &["sampler_name", "value"], by),
        "checkpoint" | "model" => first(draft, "checkpoint", id, &["ckpt_name", "unet_name", "model_name"], by),
        "vae" => first(draft, name, id, &["vae_name"], by),
        "controlnet" => first(draft, name, id, &["control_net_name"], by),
        name if draft.class(id).starts_with("LoadImage") => draft.bind(name, id, "image", by),
        name => first(draft, name, id, &[name, "value"], by),
    }
}

fn first(draft: &mut Draft<'_>, name: &str, id: &str, inputs: &[&str], by: By) -> bool {
    inputs.iter().any(|input| draft.bind(name, id, input, by))
}

/// Binds every input of a node that holds text.
fn texts(draft: &mut Draft<'_>, name: &str, id: &str, by: By) -> bool {
    let is_text = |input: &&str| draft.value(id, input).is_some_and(serde_json::Value::is_string);
    let found: Vec<&str> = TEXTS.into_iter().filter(is_text).collect();
    found.into_iter().filter(|input| draft.bind(name, id, input, by)).count() > 0
}
