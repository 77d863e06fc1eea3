//! Nodes that load models: removes an unused VAE loader, inserts the LoRAs.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::words::style::Style;
use crate::workflow::{Placeholders, WorkflowError, is_link};

/// A style without a VAE uses the one of its checkpoint.
pub(super) fn drop_unused_vae(
    nodes: &mut Map<String, Value>,
    open: &mut Placeholders,
    style: &Style,
) -> Result<(), WorkflowError> {
    let loaders = open.places.iter().filter(|place| place.name == "vae" && style.vae.is_none());
    let loaders: BTreeSet<String> = loaders.map(|place| place.node.clone()).collect();
    if loaders.is_empty() {
        return Ok(());
    }
    let Some(checkpoint) = open.place("checkpoint").filter(|place| place.input == "ckpt_name") else {
        return Err(WorkflowError::NoPlace {
            workflow: style.workflow.clone(),
            what: "the VAE `none`".to_owned(),
            hint: "set a VAE in the style, `vae = \"..\"`: its model has none".to_owned(),
        });
    };
    let own = json!([checkpoint.node, 2]);
    relink(nodes, |(from, slot)| (slot == 0 && loaders.contains(from)).then(|| own.clone()), &[]);
    loaders.iter().for_each(|loader| drop(nodes.remove(loader)));
    open.places.retain(|place| !loaders.contains(&place.node));
    Ok(())
}

/// Chains the LoRAs between the model's loader and all nodes that use it.
pub(super) fn chain_loras(
    nodes: &mut Map<String, Value>,
    open: &Placeholders,
    style: &Style,
) -> Result<(), WorkflowError> {
    if style.loras.is_empty() {
        return Ok(());
    }
    let Some(model) = open.place("checkpoint") else {
        return Err(WorkflowError::NoPlace {
            workflow: style.workflow.clone(),
            what: "the LoRAs".to_owned(),
            hint: "write `loras = []` in the style, or `{checkpoint}` in the node that loads the model".to_owned(),
        });
    };
    // Only a loader of whole checkpoints has a CLIP output.
    let has_clip = model.input == "ckpt_name";
    let mut last = model.node.clone();
    let mut chain = Vec::new();
    for (i, lora) in style.loras.iter().enumerate() {
        let mut id = format!("lora{}", i + 1);
        while nodes.contains_key(&id) {
            id.push('_');
        }
        let weight = super::thousandths(lora.weight.into());
        let file = &lora.model.file;
        let node = if has_clip {
            json!({ "class_type": "LoraLoader", "inputs": { "model": [last, 0], "clip": [last, 1], "lora_name": file,
                "strength_model": weight, "strength_clip": weight } })
        } else {
            json!({ "class_type": "LoraLoaderModelOnly", "inputs": { "model": [last, 0], "lora_name": file,
                "strength_model": weight } })
        };
        nodes.insert(id.clone(), node);
        chain.push(id.clone());
        last = id;
    }
    let most = u64::from(has_clip);
    relink(nodes, |(from, slot)| (slot <= most && from == model.node).then(|| json!([last, slot])), &chain);
    Ok(())
}

/// Redirects links, except in the nodes `except`; `to` gives a link its new origin.
fn relink(nodes: &mut Map<String, Value>, to: impl Fn((&str, u64)) -> Option<Value>, except: &[String]) {
    let except: BTreeSet<&String> = except.iter().collect();
    for (_, node) in nodes.iter_mut().filter(|(id, _)| !except.contains(id)) {
        for input in node["inputs"].as_object_mut().into_iter().flat_map(|inputs| inputs.values_mut()) {
            if let Some(to) = is_link(input).and_then(&to) {
                *input = to;
            }
        }
    }
}
