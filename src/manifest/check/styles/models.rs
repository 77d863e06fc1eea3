//! Values of a style: models, canvas, words for ComfyUI.

use super::Context;
use crate::manifest::check::names;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, Int, ModelValue, Pair, ParamValue, RawLora};
use crate::words::diagnostic::Diagnostic;
use crate::words::source::Span;
use crate::words::style::{Lora, Model, Param};
use crate::workflow::FIELDS;

pub(super) fn workflow(name: &At<String>, cx: &mut Context<'_>) -> Option<At<String>> {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    if let Err(refused) = names::name(format_args!("the workflow"), stem) {
        let refused = Diagnostic { code: "bad-workflow".into(), ..refused };
        let hint = "name a built-in (`sdxl`), or a file in `workflows/` without its folder and `.json`";
        cx.report(Problem::new(name.span, refused.hint(hint)));
        return None;
    }
    Some(At { value: stem.to_owned(), span: name.span })
}

/// A param: its name is that of a placeholder, and none that a style or a request fills already.
pub(super) fn param((name, value): &(At<String>, At<ParamValue>), cx: &mut Context<'_>) -> Option<(At<String>, Param)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        let problem = Problem::error("bad-name", name.span, format!("`{}` cannot be a param", name.value));
        cx.report(problem.help("use letters, digits, `-` and `_`"));
        return None;
    }
    if FIELDS.contains(&name.as_str()) || ["seed", "prefix"].contains(&name.as_str()) {
        let message = format!("`{}` cannot be a param: workflows already use it", name.value);
        let help = match name.as_str() {
            "width" | "height" => "it is the style's `canvas`".to_owned(),
            "seed" | "prompt" => format!("`{}` is a key of the asset", name.value),
            "prefix" => "dgx-pixels names the files on a server".to_owned(),
            key => format!("`{key}` is a key of the style itself"),
        };
        cx.report(Problem::error("reserved-param", name.span, message).help(help));
        return None;
    }
    Some((name.clone(), value.value.0.clone()))
}

pub(super) fn word(what: &str, word: &At<String>, cx: &mut Context<'_>) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    if word.is_empty() || !word.chars().all(plain) {
        let problem = Problem::error("bad-word", word.span, format!("`{}` is not the name of a {what}", word.value));
        cx.report(problem.help("write ComfyUI's own name, such as `euler_ancestral` or `karras`"));
        return None;
    }
    Some(word.value.clone())
}

pub(super) fn model(value: &At<ModelValue>, cx: &mut Context<'_>) -> Option<Model> {
    match &value.value {
        ModelValue::File(name) => file(name, value.span, cx).map(|file| Model { file, sha256: None }),
        ModelValue::Pinned(raw) => pinned("a model", raw.file.as_ref(), raw.sha256.as_ref(), value.span, cx),
    }
}

/// The VAE; `none` is the checkpoint's own.
pub(super) fn vae(value: &At<ModelValue>, cx: &mut Context<'_>) -> Option<Model> {
    match &value.value {
        ModelValue::File(name) if name == "none" => None,
        _ => model(value, cx),
    }
}

pub(super) fn lora(raw: &At<RawLora>, cx: &mut Context<'_>) -> Option<Lora> {
    let model = pinned("a LoRA", raw.file.as_ref(), raw.sha256.as_ref(), raw.span, cx)?;
    let weight = raw.weight.as_ref().map_or(1000, |weight| weight.value.0);
    Some(Lora { model, weight: i32::try_from(weight).unwrap_or_default() })
}

fn pinned(
    what: &str,
    name: Option<&At<String>>,
    sha256: Option<&At<String>>,
    span: Span,
    cx: &mut Context<'_>,
) -> Option<Model> {
    let Some(name) = name else {
        let problem = Problem::error("missing-key", span, format!("{what} has no `file`"));
        cx.report_missing(problem.help("write `file = \"..\"`, the name as the server lists it"));
        return None;
    };
    let file = file(name, name.span, cx)?;
    Some(Model { file, sha256: sha256.and_then(|digest| sha(digest, cx)) })
}

/// A model's name as a server lists it; it may be in a folder.
fn file(name: &str, span: Span, cx: &mut Context<'_>) -> Option<String> {
    let leads_out = name.split(['/', '\\']).any(|piece| piece.is_empty() || piece == "." || piece == "..");
    if leads_out || name.chars().any(char::is_control) || name.contains(':') {
        let problem = Problem::error("bad-model", span, format!("`{name}` is not the name of a model file"));
        cx.report(problem.help("write it as the server lists it, without ComfyUI's own folder"));
        return None;
    }
    Some(name.to_owned())
}

fn sha(digest: &At<String>, cx: &mut Context<'_>) -> Option<String> {
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem = Problem::error("bad-digest", digest.span, "a SHA-256 digest has 64 hexadecimal digits");
        cx.report(problem.help(format!("this has {} characters", digest.chars().count())));
        return None;
    }
    Some(digest.to_ascii_lowercase())
}

pub(super) fn canvas(canvas: &At<Pair<Int<64, 4096>>>, cx: &mut Context<'_>) -> Option<[u32; 2]> {
    let size = [canvas.value.0.u32(), canvas.value.1.u32()];
    if size.iter().any(|side| side % 8 != 0) {
        let message = format!("the canvas {} x {} is not a multiple of 8", size[0], size[1]);
        let near = size.map(|side| (side + 4) / 8 * 8);
        let help = format!("the nearest valid canvas is [{}, {}]", near[0], near[1]);
        cx.report(Problem::error("bad-canvas", canvas.span, message).help(help));
        return None;
    }
    Some(size)
}
