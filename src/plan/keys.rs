//! The keys that decide what is made again: ask, request, sprite, file. Each is a versioned, hand-made encoding.

use std::collections::BTreeMap;

use serde_json::Value;

use super::state::{Inputs, Versions};
use crate::words::ask::{Ask, ComfyAsk, FilesAsk, SketchAsk, Source};
use crate::words::asset::SlotId;
use crate::words::digest::{Digest, Encoder};
use crate::words::project::{Manifest, PngMode, Project, Tileset};
use crate::words::recipe::{GridChoice, PaletteChoice, Recipe, Size};
use crate::words::style::Model;
use crate::words::timing::Timing;
use crate::workflow::{self, WorkflowError};

/// What one slot asks, as keys: one for a model or an artist, one a source for files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskKeys {
    /// In the order of the candidates; every candidate of a single key answers it.
    pub asks: Vec<Digest>,
    /// What [`crate::words::lock::Entry::parts`] holds of it.
    pub parts: Parts,
}

/// Digests of the field groups of an ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What is to be seen.
    pub prompt: Option<Digest>,
    /// How it is drawn.
    pub graph: Option<Digest>,
    /// On what it is drawn.
    pub canvas: Option<Digest>,
    /// From what other pictures.
    pub inputs: Option<Digest>,
    /// By which models.
    pub models: Option<Digest>,
}

/// Why an ask has no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// A file of the project cannot be read; the text says why.
    File(String),
    /// Its workflow cannot be bound.
    Workflow(WorkflowError),
}

/// The keys of an ask whose inputs from other slots are given as raws.
pub fn ask_keys(ask: &Ask, raws: &BTreeMap<&str, Digest>, inputs: &Inputs) -> Result<AskKeys, NoKey> {
    match ask {
        Ask::Comfyui(ask) => comfy_keys(ask, raws, inputs),
        Ask::Sketch(ask) => Ok(sketch_keys(ask, raws)),
        Ask::Files(ask) => files_keys(ask, inputs),
    }
}

/// Adds the digests of an ask's input files to those of its input raws.
pub fn input_digests<'a>(
    ask: &'a Ask,
    raws: &BTreeMap<&'a str, Digest>,
    inputs: &Inputs,
) -> Result<BTreeMap<&'a str, Digest>, NoKey> {
    let mut all = raws.clone();
    for (role, input) in ask.inputs() {
        if let crate::words::ask::Input::File(path) = input {
            all.insert(role, inputs.pixels(path).map_err(NoKey::File)?);
        }
    }
    Ok(all)
}

fn encode_inputs(encoder: &mut Encoder, inputs: &BTreeMap<&str, Digest>) {
    encoder.list(inputs.iter(), |e, (role, digest)| {
        e.text(role).digest(digest);
    });
}

fn inputs_part(inputs: &BTreeMap<&str, Digest>) -> Option<Digest> {
    (!inputs.is_empty()).then(|| {
        let mut encoder = Encoder::new("part");
        encode_inputs(&mut encoder, inputs);
        encoder.finish()
    })
}

fn comfy_keys(ask: &ComfyAsk, digests: &BTreeMap<&str, Digest>, inputs: &Inputs) -> Result<AskKeys, NoKey> {
    let style = &ask.style;
    if let Some(error) = inputs.bad_workflows.get(&style.workflow) {
        return Err(NoKey::Workflow(error.clone()));
    }
    let bound = workflow::bind(ask, &inputs.workflows).map_err(NoKey::Workflow)?;
    let mut key = Encoder::new("dgx-pixels ask comfyui@1");
    key.bytes(&canonical(&bound.graph)).uint(style.canvas[0].into()).uint(style.canvas[1].into());
    encode_inputs(&mut key, digests);
    let checkpoint = bound.uses("checkpoint").then_some(&style.checkpoint);
    let vae = style.vae.as_ref().filter(|_| bound.uses("vae"));
    let loras = style.loras.iter().map(|lora| &lora.model);
    let models: Vec<&Model> = checkpoint.into_iter().chain(vae).chain(loras).collect();
    key.list(models.iter(), |e, model| encode_model(e, model));
    if let Some(open) = bound.doubtful() {
        key.list(open.iter(), |e, pointer| {
            e.text(pointer);
        });
    }
    let plain = ComfyAsk { prompt: String::new(), negative: String::new(), ..ask.clone() };
    let plain = workflow::bind(&plain, &inputs.workflows).map_err(NoKey::Workflow)?;
    let parts = Parts {
        prompt: Some(Encoder::new("part").text(&ask.prompt).text(&ask.negative).finish()),
        graph: Some(Encoder::new("part").bytes(&canonical(&plain.graph)).finish()),
        canvas: Some(Encoder::new("part").uint(style.canvas[0].into()).uint(style.canvas[1].into()).finish()),
        inputs: inputs_part(digests),
        models: Some(Encoder::new("part").list(models.iter(), |e, model| encode_model(e, model)).finish()),
    };
    Ok(AskKeys { asks: vec![key.finish()], parts })
}

/// RFC 8785: one text for one value, whatever the order in which its keys were written.
fn canonical(graph: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(graph).unwrap_or_else(|_| graph.to_string().into_bytes())
}

fn encode_model(encoder: &mut Encoder, model: &Model) {
    encoder.text(&model.file).text(model.sha256.as_deref().unwrap_or(""));
}

fn sketch_keys(ask: &SketchAsk, digests: &BTreeMap<&str, Digest>) -> AskKeys {
    let key = ask.key.map_or_else(|| "opaque".to_owned(), |color| color.to_string());
    let pose = |e: &mut Encoder| {
        e.text(ask.kind.word())
            .text(ask.pose.facing.as_deref().unwrap_or(""))
            .text(ask.pose.action.as_deref().unwrap_or(""));
        e.uint(ask.pose.frame.into()).uint(ask.pose.frames.into());
    };
    let seen = |e: &mut Encoder| {
        e.text(&ask.subject).list(ask.presets.iter(), |e, preset| {
            e.text(preset);
        });
    };
    let canvas = |e: &mut Encoder| {
        e.uint(ask.size[0].into()).uint(ask.size[1].into()).text(&key);
    };
    let part = |write: &dyn Fn(&mut Encoder)| {
        let mut encoder = Encoder::new("part");
        write(&mut encoder);
        Some(encoder.finish())
    };
    let mut encoder = Encoder::new("dgx-pixels ask sketch@1");
    seen(&mut encoder);
    pose(&mut encoder);
    canvas(&mut encoder);
    encode_inputs(&mut encoder, digests);
    let parts = Parts {
        prompt: part(&seen),
        graph: part(&pose),
        canvas: part(&canvas),
        inputs: inputs_part(digests),
        models: None,
    };
    AskKeys { asks: vec![encoder.finish()], parts }
}

fn files_keys(ask: &FilesAsk, inputs: &Inputs) -> Result<AskKeys, NoKey> {
    let one = |source: &Source| -> Result<Digest, NoKey> {
        let mut encoder = Encoder::new("dgx-pixels ask files@1");
        encoder.digest(&inputs.bytes(&source.path).map_err(NoKey::File)?);
        if let Some((part, parts)) = source.part {
            encoder.uint(part.into()).uint(parts.into());
        }
        Ok(encoder.finish())
    };
    let asks = ask.sources.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let all = Encoder::new("part")
        .list(asks.iter(), |e, ask| {
            e.digest(ask);
        })
        .finish();
    Ok(AskKeys { asks, parts: Parts { prompt: None, graph: None, canvas: None, inputs: Some(all), models: None } })
}

/// The identity of a request: the ask and its seed.
pub fn request(ask: &Digest, seed: u64) -> Digest {
    Encoder::new("dgx-pixels request v1").digest(ask).uint(seed).finish()
}

/// The seed of candidate `n` when the manifest sets none: 53 bits, so that every reader of JSON keeps it.
pub fn seed(slot: &SlotId, n: u32) -> u64 {
    let key =
        Encoder::new("dgx-pixels seed v1").text(slot.group.kind.word()).text(&slot.to_string()).uint(n.into()).finish();
    key.short().0 >> 11
}

/// What a group's sprites are made from.
pub fn sprite(process: u32, recipe: &Recipe, raws: &[Digest], base: Option<&Digest>) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels sprite v1");
    encoder.uint(process.into());
    encode_recipe(&mut encoder, recipe);
    encoder.list(raws.iter(), |e, raw| {
        e.digest(raw);
    });
    encoder.list(base.into_iter(), |e, base| {
        e.digest(base);
    });
    encoder.finish()
}

/// What a mirrored group's sprites are made from.
pub fn mirror(of: &Digest) -> Digest {
    Encoder::new("dgx-pixels mirror v1").digest(of).finish()
}

/// What a tileset's tiles are made from.
pub fn tileset(assembly: u32, tileset: &Tileset, of: &Digest, over: Option<&Digest>) -> Digest {
    let border = tileset.border;
    let mut encoder = Encoder::new("dgx-pixels tileset v1");
    encoder.uint(assembly.into()).text(&tileset.id.name).text(tileset.layout.word());
    encoder.uint(tileset.size[0].into()).uint(tileset.size[1].into());
    encoder.uint(border.width.into()).uint(border.wobble.into()).uint(border.radius.into()).int(border.outline.into());
    encoder.digest(of).list(over.into_iter(), |e, over| {
        e.digest(over);
    });
    encoder.finish()
}

fn encode_recipe(e: &mut Encoder, recipe: &Recipe) {
    let pair = |e: &mut Encoder, word: &str, [a, b]: [u32; 2]| {
        e.text(word).uint(a.into()).uint(b.into());
    };
    match recipe.size {
        Size::Found => pair(e, "found", [0, 0]),
        Size::Frame(size) => pair(e, "frame", size),
    }
    e.text(word(&recipe.framing).as_str()).text(word(&recipe.fit).as_str()).uint(recipe.scale.unwrap_or(0).into());
    e.text(word(&recipe.anchor).as_str()).uint(recipe.margin.into());
    match &recipe.palette {
        PaletteChoice::Auto => pair(e, "auto", [0, 0]),
        PaletteChoice::Colors(n) => pair(e, "colors", [*n, 0]),
        PaletteChoice::Given(colors) => {
            e.text("given").list(colors.iter(), |e, color| {
                e.bytes(&color.0);
            });
        }
    }
    match recipe.grid {
        GridChoice::Auto => pair(e, "auto", [0, 0]),
        GridChoice::Cells(cells) => pair(e, "cells", cells),
        GridChoice::Pitch(pitch) => pair(e, "pitch", pitch),
    }
    e.text(word(&recipe.matte).as_str()).text(word(&recipe.holes).as_str()).text(word(&recipe.outline).as_str());
    let cleanup = recipe.cleanup;
    e.int(cleanup.orphans.into()).int(cleanup.jaggies.into()).int(cleanup.dust.into());
    e.text(word(&recipe.dither).as_str());
    e.list(recipe.gates.iter(), |e, (gate, threshold)| {
        e.text(gate.word()).int(*threshold);
    });
}

/// The manifest's word of a unit variant.
fn word<T: serde::Serialize>(variant: &T) -> String {
    serde_json::to_value(variant).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The digest of a recipe alone, for `parts`.
pub fn recipe(recipe: &Recipe) -> Digest {
    let mut encoder = Encoder::new("part");
    encode_recipe(&mut encoder, recipe);
    encoder.finish()
}

/// What decides the bytes of a group's files beside its sprites: formats, their versions, options and names.
pub fn export(manifest: &Manifest, versions: &Versions, paths: &[String], timing: Option<&Timing>) -> Digest {
    let Project { scales, formats, png, sheet, .. } = &manifest.project;
    let mut encoder = Encoder::new("dgx-pixels file v1");
    encoder.uint(versions.image.into());
    encoder.list(scales.iter(), |e, scale| {
        e.uint((*scale).into());
    });
    encoder.list(formats.iter(), |e, format| {
        e.text(format.id).uint(format.version.into());
    });
    encoder.text(if *png == PngMode::Indexed { "indexed" } else { "rgba" });
    encoder.uint(sheet.padding.into()).uint(sheet.extrude.into()).uint(sheet.columns.into());
    encoder.list(paths.iter(), |e, path| {
        e.text(path);
    });
    if let Some(timing) = timing {
        encoder.text(&timing.tag).list(timing.durations.iter(), |e, ms| {
            e.uint((*ms).into());
        });
        encoder.text(&word(&timing.playback)).int(timing.repeat.into());
    }
    encoder.finish()
}
