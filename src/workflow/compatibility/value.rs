//! Compares one value with what its input takes.

use serde_json::Value;

use super::{Finding, MismatchKind};
use crate::words::suggest::{list, nearest_file, words};
use crate::workflow::catalogue::Kind;

/// Types that only links carry; inputs of other types may also take a literal value.
const LINKED: [&str; 16] = [
    "MODEL",
    "CLIP",
    "VAE",
    "CONDITIONING",
    "LATENT",
    "IMAGE",
    "MASK",
    "SAMPLER",
    "SIGMAS",
    "NOISE",
    "GUIDER",
    "CONTROL_NET",
    "UPSCALE_MODEL",
    "CLIP_VISION",
    "CLIP_VISION_OUTPUT",
    "STYLE_MODEL",
];

/// The most choices that a message lists.
const LISTED: usize = 12;

/// Why an input does not take a value, if it does not. A server would round or replace some of these values in silence.
pub(super) fn check(name: &str, value: &Value, kind: &Kind, suggests: bool) -> Option<Finding> {
    let is_type = match kind {
        Kind::Link(word) => !LINKED.contains(&word.as_str()),
        Kind::Whole { .. } => value.is_i64() || value.is_u64(),
        Kind::Number { .. } => value.is_number(),
        Kind::Text | Kind::Image | Kind::File { .. } => value.is_string(),
        Kind::Truth => value.is_boolean(),
        Kind::Choice(_) | Kind::Anything => true,
    };
    if !is_type {
        let message = format!("`{name}` is {}, but must be {}", short(value), kind.words());
        return Some(Finding::new(MismatchKind::Type, message));
    }
    match kind {
        Kind::Whole { least, most } => {
            let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))?;
            (number < *least || number > *most).then(|| range(name, value, least, most))
        }
        Kind::Number { least, most } => {
            let number = value.as_f64()?;
            (!(number >= *least && number <= *most)).then(|| range(name, value, least, most))
        }
        Kind::Choice(choices) => (!choices.contains(value)).then(|| choice(name, value, choices, suggests)),
        Kind::File { folder, names: Some(names) } => {
            let file = value.as_str()?;
            let missing = !names.iter().any(|name| name == file);
            missing.then(|| missing_file(file, folder, names, suggests))
        }
        _ => None,
    }
}

fn range(name: &str, value: &Value, least: &dyn std::fmt::Display, most: &dyn std::fmt::Display) -> Finding {
    let message = format!("`{name}` is {value}, but must be {least} to {most}");
    Finding::new(MismatchKind::Range, message)
}

fn choice(name: &str, value: &Value, choices: &[Value], suggests: bool) -> Finding {
    let known: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
    let message = format!("`{name}` is {}, which is not among its choices", short(value));
    let finding = Finding::new(MismatchKind::Choice, message);
    let finding = match known.len() {
        0 => finding,
        few if few <= LISTED => finding.hint(format!("the choices are {}", words(&known))),
        many => finding.hint(format!("the choices are {} and {} others", words(&known[..LISTED]), many - LISTED)),
    };
    if suggests { finding.suggest(value.as_str().unwrap_or_default(), known) } else { finding }
}

fn missing_file(file: &str, folder: &'static str, names: &[String], suggests: bool) -> Finding {
    let shown = short(&Value::from(file));
    let message = format!("the server has no file {shown} in its folder `{folder}`");
    let finding = Finding { folder: Some(folder), ..Finding::new(MismatchKind::File, message) };
    if !suggests {
        return finding.hint(format!("put the file into `models/{folder}` of ComfyUI"));
    }
    let finding = finding.hint(missing_file_hint(file, folder, names));
    let near = nearest_file(file, names).map(str::to_owned);
    Finding { near, ..finding }
}

/// The next step for a file that a server lacks: the one that may be meant, and what else its folder has.
pub fn missing_file_hint(file: &str, folder: &str, names: &[String]) -> String {
    let near = nearest_file(file, names).map(|near| format!("did you mean `{near}`? Or ")).unwrap_or_default();
    let has = match names {
        [] => "which has none yet".to_owned(),
        names => format!("which has {}", list(names)),
    };
    format!("{near}put the file into `models/{folder}` of ComfyUI, {has}")
}

/// A value as JSON, shortened.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text,
    }
}
