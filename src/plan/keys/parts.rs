//! Digests of the field groups of an ask: the lock keeps 16 bits of each, so that `why` names a change in any clone.

use super::ask::{AskKey, ComfyAskKey, SketchAskKey, WorkerAskKey, canonical, encode_model};
use super::encode_inputs;
use crate::plan::state::Inputs;
use crate::words::ask::ComfyAsk;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::workflow;

/// Digests of the field groups of an ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Prompt and negative prompt.
    pub prompt: Option<Digest>,
    /// Workflow, sampler and the rest of the graph.
    pub graph: Option<Digest>,
    /// Size and background.
    pub canvas: Option<Digest>,
    /// Input images.
    pub inputs: Option<Digest>,
    /// Model files.
    pub models: Option<Digest>,
}

/// The parts of an ask with these keys.
pub(super) fn of_ask(keys: &[AskKey], inputs: &Inputs) -> Result<Parts, Diagnostic> {
    match keys {
        [AskKey::Comfyui(key)] => of_comfyui(key, inputs),
        [AskKey::Sketch(key)] => Ok(of_sketch(key)),
        [AskKey::Worker(key)] => Ok(of_worker(key)),
        files => {
            let all = part(|e| {
                e.list(files.iter(), |e, key| {
                    e.digest(&key.digest());
                });
            });
            Ok(Parts { inputs: Some(all), ..Parts::default() })
        }
    }
}

fn of_comfyui(key: &ComfyAskKey, inputs: &Inputs) -> Result<Parts, Diagnostic> {
    let [width, height] = key.ask.style.canvas;
    let promptless = ComfyAsk { prompt: String::new(), negative: String::new(), ..key.ask.clone() };
    let promptless = workflow::bind(&promptless, &inputs.workflows).map_err(|error| error.diagnostic())?;
    Ok(Parts {
        prompt: Some(part(|e| {
            e.text(&key.ask.prompt).text(&key.ask.negative);
        })),
        graph: Some(part(|e| {
            e.bytes(&canonical(&promptless.graph));
        })),
        canvas: Some(part(|e| {
            e.uint(width.into()).uint(height.into());
        })),
        inputs: (!key.inputs.is_empty()).then(|| part(|e| encode_inputs(e, &key.inputs))),
        models: Some(part(|e| {
            e.list(key.models().iter(), |e, model| encode_model(e, model));
        })),
    })
}

fn of_sketch(key: &SketchAskKey) -> Parts {
    Parts {
        prompt: Some(part(|e| key.encode_subject(e))),
        graph: Some(part(|e| key.encode_pose(e))),
        canvas: Some(part(|e| key.encode_canvas(e))),
        inputs: (!key.inputs.is_empty()).then(|| part(|e| encode_inputs(e, &key.inputs))),
        models: None,
    }
}

fn of_worker(key: &WorkerAskKey) -> Parts {
    let [width, height] = key.ask.style.canvas;
    Parts {
        prompt: Some(part(|e| {
            e.text(&key.ask.prompt).text(&key.ask.negative);
        })),
        graph: Some(part(|e| key.encode_sampling(e))),
        canvas: Some(part(|e| {
            e.uint(width.into()).uint(height.into());
        })),
        inputs: None,
        models: Some(part(|e| key.encode_models(e))),
    }
}

/// The digest of one group of fields.
pub(super) fn part(write: impl FnOnce(&mut Encoder)) -> Digest {
    let mut encoder = Encoder::new("part");
    write(&mut encoder);
    encoder.finish()
}
