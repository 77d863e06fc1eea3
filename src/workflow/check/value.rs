//! One value held against what its input takes.

use serde_json::Value;

use super::Wrong;
use crate::words::suggest::{nearest, words};
use crate::workflow::catalogue::Kind;

/// What is wrong, in words, and the next step.
pub(super) type Found = (Wrong, String, Option<String>);

/// Types that only links carry; of others a class may take values of its own.
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

/// More choices than these are not listed.
const LISTED: usize = 12;

/// Why a value does not fit. A server would take some of these for something near; nothing is guessed here.
pub(super) fn misfit(name: &str, value: &Value, kind: &Kind) -> Option<Found> {
    let fits = match kind {
        Kind::Link(word) => !LINKED.contains(&word.as_str()),
        Kind::Whole { .. } => value.is_i64() || value.is_u64(),
        Kind::Number { .. } => value.is_number(),
        Kind::Text | Kind::Picture | Kind::File { .. } => value.is_string(),
        Kind::Truth => value.is_boolean(),
        Kind::Choice(_) | Kind::Anything => true,
    };
    if !fits {
        return Some((Wrong::Type, format!("`{name}` is {}, and {} is wanted", short(value), kind.words()), None));
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
        Kind::Choice(choices) => (!choices.contains(value)).then(|| {
            let known: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
            let message = format!("`{name}` is {}, which is not among its choices", short(value));
            (Wrong::Choice, message, near(value, &known))
        }),
        Kind::File { folder, names: Some(names) } => {
            let name_of_file = value.as_str()?;
            (!names.iter().any(|name| name == name_of_file)).then(|| {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                let message = format!("the server has no file {} in its folder `{folder}`", short(value));
                let hint = nearest(name_of_file, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                (Wrong::File, message, hint.or_else(|| Some(format!("put it into `models/{folder}` of ComfyUI"))))
            })
        }
        _ => None,
    }
}

fn range(name: &str, value: &Value, least: &dyn std::fmt::Display, most: &dyn std::fmt::Display) -> Found {
    (Wrong::Range, format!("`{name}` is {value}, and {least} to {most} is possible"), None)
}

fn near(value: &Value, known: &[&str]) -> Option<String> {
    match nearest(value.as_str().unwrap_or_default(), known.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None if known.len() <= LISTED => Some(format!("possible are {}", words(known))),
        None => Some(format!("possible are {} and {} others", words(&known[..LISTED]), known.len() - LISTED)),
    }
}

/// A value as JSON, cut where it is long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text,
    }
}
