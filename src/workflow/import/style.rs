//! The lines of a manifest that draw what an imported workflow drew.

use std::fmt::Write as _;

use serde_json::Value;

use super::draft::Draft;
use super::models::Models;

/// A table `[style.NAME]`.
pub(super) fn lines(name: &str, draft: &Draft, models: &Models) -> String {
    let mut text = format!("[style.{name}]\nworkflow = {}\n", quoted(name));
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value}");
        }
    };
    let string = |name: &str| draft.was(name).and_then(Value::as_str).map(quoted);
    let number = |name: &str| draft.was(name).filter(|value| value.is_number()).map(ToString::to_string);
    line("checkpoint", string("checkpoint"));
    line("vae", string("vae").or_else(|| models.own_vae.then(|| quoted("none"))));
    let loras = models.loras.iter().map(|(file, weight)| format!("{{ file = {}, weight = {weight} }}", quoted(file)));
    line("loras", Some(format!("[{}]", loras.collect::<Vec<_>>().join(", "))));
    line("canvas", canvas(draft));
    line("steps", number("steps"));
    line("cfg", number("cfg"));
    line("sampler", string("sampler"));
    line("scheduler", string("scheduler"));
    text
}

/// The canvas, if a manifest may have it.
fn canvas(draft: &Draft) -> Option<String> {
    let side = |name: &str| draft.was(name).and_then(Value::as_u64);
    let (width, height) = side("width").zip(side("height"))?;
    let fits = |side: u64| side.is_multiple_of(8) && (64..=4096).contains(&side);
    (fits(width) && fits(height)).then(|| format!("[{width}, {height}]"))
}

fn quoted(text: &str) -> String {
    crate::manifest::edit::quoted(text)
}
