//! What one server lacks for one ask: classes, inputs, ranges, values, files, and models that do not go together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::architecture::{self, Family};
use super::probe::Known;
use super::text::clean;
use super::{Settings, provenance};
use crate::generate::Batch;
use crate::words::ask::ComfyAsk;
use crate::words::source::Sources;
use crate::words::style::Model;
use crate::workflow::{self, Bound, MismatchKind};

/// Something that a server lacks for an ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Misfit {
    /// What, lower case, with the place in the manifest.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

/// Asks of one style lack the same: prompts and seeds are of no account.
#[derive(Default)]
pub struct Memo(HashMap<(usize, String), Vec<Misfit>>);

impl Memo {
    /// What server number `server` lacks for an ask.
    pub fn misfits(
        &mut self,
        server: usize,
        known: &Known,
        ask: &ComfyAsk,
        bound: &Bound,
        batch: &Batch,
        settings: &Settings,
    ) -> &[Misfit] {
        let roles: Vec<&String> = ask.inputs.keys().collect();
        let style = format!("{:?} {roles:?}", ask.style);
        self.0.entry((server, style)).or_insert_with(|| misfits(known, ask, bound, &batch.sources, settings))
    }
}

fn misfits(known: &Known, ask: &ComfyAsk, bound: &Bound, sources: &Sources, settings: &Settings) -> Vec<Misfit> {
    let images: BTreeMap<String, String> = ask.inputs.keys().map(|role| (role.clone(), UPLOAD.to_owned())).collect();
    let graph = bound.filled(0, "dgxp/file", &images);
    let mut misfits: Vec<Misfit> = known
        .catalogue
        .check(&graph)
        .into_iter()
        .filter(|misfit| !is_upload(misfit))
        .map(|m| placed(m, ask, sources))
        .collect();
    misfits.extend(unsound(&graph, bound).map(|message| Misfit { message, hint: None }));
    misfits.extend(open_roles(ask, bound));
    // What the class lists and what the folder lists is one thing missing.
    let file = |misfit: &Misfit| misfit.message.split('"').nth(1).map(str::to_owned);
    let told: BTreeSet<String> = misfits.iter().filter_map(file).collect();
    let unlisted = unlisted(known, &graph, sources).into_iter();
    misfits.extend(unlisted.filter(|misfit| file(misfit).is_none_or(|file| !told.contains(&file))));
    misfits.extend(strangers(known, ask, sources, settings));
    misfits.extend(unpinned(ask, sources, settings));
    misfits
}

/// The name of a picture that will be there once it is uploaded.
const UPLOAD: &str = "dgxp/input.png";

/// Some servers list the pictures that they have: ours is none of them yet.
fn is_upload(misfit: &workflow::Mismatch) -> bool {
    misfit.kind == MismatchKind::Choice && misfit.value.as_ref().is_some_and(|value| value == UPLOAD)
}

/// What a server would run badly or not at all, and never say so.
pub fn unsound(graph: &Value, bound: &Bound) -> Option<String> {
    let mut titled = graph.clone();
    for output in bound.outputs() {
        // Titles are not sent; here they say which output is meant.
        titled[output]["_meta"] = json!({ "title": "dgx:output" });
    }
    workflow::validate(&titled).first().map(|error| format!("the graph cannot run: {error}"))
}

fn placed(misfit: workflow::Mismatch, ask: &ComfyAsk, sources: &Sources) -> Misfit {
    let place = match &misfit.value {
        Some(Value::String(text)) => place_of(sources, text),
        Some(value) => place_of_value(sources, misfit.input.as_deref().unwrap_or_default(), value),
        None => None,
    };
    let node = match misfit.kind {
        MismatchKind::File | MismatchKind::NoClass => String::new(),
        _ => format!("node `{}` of workflow `{}`: ", misfit.node, ask.style.workflow),
    };
    let message = format!("{node}{}", clean(&misfit.diagnostic.message, 600));
    let hint = misfit.diagnostic.hint.map(|hint| clean(&hint, 400));
    let hint = match misfit.kind {
        MismatchKind::File => {
            let folder = misfit.folder.unwrap_or_default();
            let put = format!(
                "put the file into `models/{folder}` of ComfyUI; `dgx-pixels doctor --models` says where to get it"
            );
            let near = misfit.near.map(|near| clean(&near, 400));
            Some(near.map_or(put.clone(), |near| format!("did you mean `{near}`? Or {put}")))
        }
        _ => hint,
    };
    Misfit { message: with_place(message, place), hint }
}

fn with_place(message: String, place: Option<String>) -> String {
    match place {
        Some(place) => format!("{message} ({place})"),
        None => message,
    }
}

/// Where a text stands quoted in the manifest: `pixels.toml:14`.
pub fn place_of(sources: &Sources, text: &str) -> Option<String> {
    let (double, single) = (format!("\"{text}\""), format!("'{text}'"));
    sources.line_with(|line| line.contains(&double) || line.contains(&single))
}

/// Where a number is set, by the key that the input comes from.
fn place_of_value(sources: &Sources, input: &str, value: &Value) -> Option<String> {
    let key = match input {
        "width" | "height" => "canvas",
        "sampler_name" => "sampler",
        other => other,
    };
    let value = value.to_string();
    sources.line_with(|line| {
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).collect();
        words.contains(&key) && words.contains(&value.as_str())
    })
}

/// Pictures that the workflow takes in and the asset does not give.
fn open_roles(ask: &ComfyAsk, bound: &Bound) -> Vec<Misfit> {
    let open = bound.roles().into_iter().filter(|role| !ask.inputs.contains_key(*role));
    let lacks = open.map(|role| Misfit {
        message: format!("the workflow `{}` takes a picture `{role}`, and the asset gives none", ask.style.workflow),
        hint: Some(format!("write `inputs = {{ {role} = \"..\" }}`, or use another workflow")),
    });
    lacks.collect()
}

/// Files whose list the node's class does not tell, against the server's folders.
fn unlisted(known: &Known, graph: &Value, sources: &Sources) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for (folder, file) in workflow::files(graph, &known.catalogue) {
        let Some(list) = known.models.get(&folder) else { continue };
        // On Windows a server lists folders with backslashes.
        let has = list.iter().any(|there| *there == file || there.replace('\\', "/") == file.replace('\\', "/"));
        if !has {
            let message = format!("the server has no file {} in its folder `{folder}`", Value::from(file.as_str()));
            let hint = format!(
                "put the file into `models/{folder}` of ComfyUI; `dgx-pixels doctor --models` says where to get it"
            );
            misfits.push(Misfit { message: with_place(message, place_of(sources, &file)), hint: Some(hint) });
        }
    }
    misfits
}

/// The family of a model file: from its header on this machine, else from what the server told.
fn family(known: &Known, settings: &Settings, folder: &str, file: &str) -> Option<Family> {
    let local = provenance::local(settings, folder, file).and_then(|path| architecture::of_file(&path));
    local.or_else(|| known.families.get(&(folder.to_owned(), file.to_owned())).cloned())
}

/// LoRAs that were made for another family than the checkpoint: they would do nothing, in silence.
fn strangers(known: &Known, ask: &ComfyAsk, sources: &Sources, settings: &Settings) -> Vec<Misfit> {
    let style = &ask.style;
    let own = family(known, settings, "checkpoints", &style.checkpoint.file)
        .or_else(|| style.workflow.starts_with("sdxl").then_some(Family::Sdxl));
    let Some(own) = own else { return Vec::new() };
    let mut misfits = Vec::new();
    for lora in &style.loras {
        let file = &lora.model.file;
        if let Some(other) = family(known, settings, "loras", file).filter(|other| *other != own) {
            let message = format!("the LoRA \"{file}\" was made for {other}, and `{}` is {own}", style.checkpoint.file);
            let hint = format!("take a LoRA that was made for {own}: ComfyUI would leave this one out and not say so");
            misfits.push(Misfit { message: with_place(message, place_of(sources, file)), hint: Some(hint) });
        }
    }
    misfits
}

/// Files that are not what the manifest pins.
fn unpinned(ask: &ComfyAsk, sources: &Sources, settings: &Settings) -> Vec<Misfit> {
    let style = &ask.style;
    let models = std::iter::once(("checkpoints", &style.checkpoint))
        .chain(style.vae.iter().map(|vae| ("vae", vae)))
        .chain(style.loras.iter().map(|lora| ("loras", &lora.model)));
    let wrong = |(folder, model): (&str, &Model)| {
        let pinned = model.sha256.as_ref()?;
        let found = provenance::digest(settings, folder, &model.file).filter(|found| found != pinned)?;
        let message =
            format!("the file \"{}\" has the SHA-256 {found:.12}.., and {pinned:.12}.. is pinned", model.file);
        let hint = "get the file that is pinned, or change `sha256` in the style".to_owned();
        Some(Misfit { message: with_place(message, place_of(sources, &model.file)), hint: Some(hint) })
    };
    models.filter_map(wrong).collect()
}
