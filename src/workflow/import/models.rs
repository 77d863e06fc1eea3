//! The models of a workflow: checkpoint, LoRAs, VAE, ControlNets.

use serde_json::{Value, json};

use super::By;
use super::draft::Draft;
use super::sampler;
use super::users::Use;

/// Inputs that name the model itself.
const LOADED: [&str; 3] = ["ckpt_name", "unet_name", "model_name"];

/// The models that the style has to name.
#[derive(Debug, Default)]
pub(super) struct Models {
    /// Files and weights, in the order in which they are applied.
    pub(super) loras: Vec<(String, Value)>,
    /// The checkpoint's own VAE decodes.
    pub(super) own_vae: bool,
}

/// Binds the models, and removes the LoRAs that a style can insert again.
pub(super) fn find(draft: &mut Draft<'_>, output: &str) -> Models {
    let mut models = Models::default();
    if let Some((loader, input, loras)) = sampler::model(draft).and_then(|start| loader(draft, start)) {
        if !draft.has("checkpoint") {
            draft.bind("checkpoint", &loader, input, By::Link);
        }
        models.loras = remove_loras(draft, &loader, input == "ckpt_name", loras);
    }
    for id in draft.ids().into_iter().filter(|id| draft.input(id, "lora_name").is_some()).collect::<Vec<_>>() {
        let file = draft.input(&id, "lora_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if file.eq_ignore_ascii_case("none") {
            continue;
        }
        draft.note(format!(
            "the LoRA `{file}` in node `{id}` stays in the workflow: a style cannot express how it is used"
        ));
    }
    others(draft);
    models.own_vae = vae(draft, output);
    control(draft);
    models
}

/// The node that loads a model, its input, and the LoRAs between it and the sampler, the loader's neighbour first.
fn loader(draft: &Draft<'_>, start: String) -> Option<(String, &'static str, Vec<String>)> {
    let (mut id, mut loras) = (start, Vec::new());
    for _ in 0..draft.nodes().len() {
        if let Some(input) = LOADED.into_iter().find(|input| draft.input(&id, input).is_some()) {
            loras.reverse();
            return Some((id, input, loras));
        }
        if draft.input(&id, "lora_name").is_some() {
            loras.push(id.clone());
        } else {
            // A style chains its LoRAs directly: a node between two of them would move behind both.
            loras.clear();
        }
        let next = ["model", "model1"].iter().find_map(|input| draft.link(&id, input));
        id = next.or_else(|| draft.links(&id).into_iter().find_map(sampler::pipe))?.0;
    }
    None
}

/// Removes LoRAs as long as a style would insert them at the same place.
fn remove_loras(draft: &mut Draft<'_>, loader: &str, has_clip: bool, loras: Vec<String>) -> Vec<(String, Value)> {
    let (mut taken, mut removed) = (Vec::new(), Vec::new());
    let mut before = loader;
    for id in &loras {
        let Some(found) = plain(draft, id, before, has_clip) else { break };
        taken.push(found);
        removed.push(id);
        before = id;
    }
    // All links are read before the first one changes.
    let links: Vec<Use> = removed.iter().flat_map(|id| draft.users(id)).cloned().collect();
    if removed.is_empty() {
        return taken;
    }
    let nodes = draft.nodes_mut();
    for (user, input, slot) in links {
        nodes[&user]["inputs"][&input] = json!([loader, slot]);
    }
    removed.into_iter().for_each(|id| drop(nodes.remove(id)));
    taken
}

/// A LoRA's file and weight, if a style can express them; `before` is the loader, or the LoRA before it.
fn plain(draft: &Draft<'_>, id: &str, before: &str, has_clip: bool) -> Option<(String, Value)> {
    let file = draft.input(id, "lora_name")?.as_str()?.to_owned();
    let weight = draft.input(id, "strength_model")?.clone();
    let number = weight.as_f64().filter(|weight| weight.abs() <= 10.0)?;
    let same = (number * 1000.0 - (number * 1000.0).round()).abs() < 1e-6;
    let model = draft.link(id, "model")? == (before.to_owned(), 0);
    let clip = if has_clip {
        draft.link(id, "clip")? == (before.to_owned(), 1) && draft.input(id, "strength_clip")? == &weight
    } else {
        draft.input(id, "clip").is_none()
    };
    // Users of the model without the LoRA would get it too.
    let alone = draft.users(before).iter().all(|(user, _, slot)| user == id || *slot > u64::from(has_clip));
    (same && model && clip && alone).then_some((file, weight))
}

/// Binds the VAE that decodes the result; `true` if it is the checkpoint's own.
fn vae(draft: &mut Draft<'_>, output: &str) -> bool {
    let mut open = vec![output.to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    let mut decoder = None;
    while let Some(id) = open.pop().filter(|_| decoder.is_none()) {
        if draft.link(&id, "vae").is_some() && draft.link(&id, "samples").is_some() {
            decoder = draft.link(&id, "vae").map(|(from, _)| from);
        } else if seen.insert(id.clone()) {
            open.extend(draft.links(&id).into_iter().map(|(_, from, _)| from));
        }
    }
    let Some(decoder) = decoder else { return false };
    let Some(file) = draft.input(&decoder, "vae_name").cloned() else {
        return draft.input(&decoder, "ckpt_name").is_some();
    };
    let same: Vec<String> = draft.ids().into_iter().filter(|id| draft.input(id, "vae_name") == Some(&file)).collect();
    if !draft.has("vae") {
        for id in same {
            draft.bind("vae", &id, "vae_name", By::Link);
        }
    }
    false
}

/// Tells of models beside that of the style.
fn others(draft: &mut Draft<'_>) {
    if !draft.has("checkpoint") {
        draft.note("no model was found that a style can name: the workflow's own stays".to_owned());
    }
    for id in draft.ids() {
        for input in ["ckpt_name", "unet_name"] {
            let file = draft.value(&id, input).and_then(Value::as_str).filter(|file| !file.starts_with('{'));
            if let Some(file) = file.filter(|_| draft.has("checkpoint") && !draft.is_bound_to(&id, input)) {
                draft.note(format!("the model `{file}` in {} stays in the workflow", draft.called(&id)));
            }
        }
    }
}

fn control(draft: &mut Draft<'_>) {
    for id in draft.ids() {
        if draft.input(&id, "control_net_name").is_some_and(Value::is_string) {
            let name = draft.free("controlnet");
            draft.bind(&name, &id, "control_net_name", By::Link);
        }
        if draft.link(&id, "control_net").is_some() && draft.value(&id, "strength").is_some_and(Value::is_number) {
            let name = draft.free("strength");
            draft.bind(&name, &id, "strength", By::Link);
        }
    }
}
