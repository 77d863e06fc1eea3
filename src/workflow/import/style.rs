//! The style that draws what an imported workflow drew.

use serde_json::Value;

use super::draft::Draft;
use super::models::Models;

/// Keys of a style as the imported workflow had them; `None` where it had no value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedStyle {
    /// The workflow's name, and the style's.
    pub workflow: String,
    /// The checkpoint's file.
    pub checkpoint: Option<String>,
    /// The VAE's file; `none` is the checkpoint's own.
    pub vae: Option<String>,
    /// LoRAs and their weights, in the order in which they are applied.
    pub loras: Vec<(String, Value)>,
    /// Width and height, if a manifest accepts them.
    pub canvas: Option<[u64; 2]>,
    /// Sampling steps.
    pub steps: Option<Value>,
    /// Guidance.
    pub cfg: Option<Value>,
    /// ComfyUI's name of the sampler.
    pub sampler: Option<String>,
    /// ComfyUI's name of the scheduler.
    pub scheduler: Option<String>,
}

pub(super) fn style(name: &str, draft: &Draft<'_>, models: Models) -> ImportedStyle {
    let text = |name: &str| draft.was(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| draft.was(name).filter(|value| value.is_number()).cloned();
    ImportedStyle {
        workflow: name.to_owned(),
        checkpoint: text("checkpoint"),
        vae: text("vae").or_else(|| models.own_vae.then(|| "none".to_owned())),
        loras: models.loras,
        canvas: canvas(draft),
        steps: number("steps"),
        cfg: number("cfg"),
        sampler: text("sampler"),
        scheduler: text("scheduler"),
    }
}

fn canvas(draft: &Draft<'_>) -> Option<[u64; 2]> {
    let side = |name: &str| draft.was(name).and_then(Value::as_u64);
    let (width, height) = side("width").zip(side("height"))?;
    let is_valid = |side: u64| side.is_multiple_of(8) && (64..=4096).contains(&side);
    (is_valid(width) && is_valid(height)).then_some([width, height])
}
