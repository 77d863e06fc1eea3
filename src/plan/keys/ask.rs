//! The key of an ask: what a backend is asked for, without the seed.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Key, encode_inputs};
use crate::plan::state::Inputs;
use crate::words::ask::{Ask, ComfyAsk, FilesAsk, Input, Part, SketchAsk, Source, WorkerAsk};
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::skeleton::{self, Skeleton};
use crate::words::style::{Lora, Model, Param};
use crate::workflow::{self, Bound};

/// What a backend is asked for.
#[derive(Debug, Serialize)]
#[serde(tag = "backend", rename_all = "lowercase")]
pub enum AskKey<'a> {
    /// Of a ComfyUI server.
    Comfyui(Box<ComfyAskKey<'a>>),
    /// Of the sketch artist.
    Sketch(SketchAskKey<'a>),
    /// Of a file.
    Files(FilesAskKey),
    /// Of the worker of this machine.
    Worker(WorkerAskKey<'a>),
}

impl<'a> AskKey<'a> {
    /// The keys of an ask, one a source for files. `digests` has the pixels of its inputs by role.
    pub fn of(ask: &'a Ask, digests: &BTreeMap<&'a str, Digest>, inputs: &'a Inputs) -> Result<Vec<Self>, Diagnostic> {
        match ask {
            Ask::Comfyui(ask) => Ok(vec![Self::Comfyui(Box::new(ComfyAskKey::new(ask, digests, inputs)?))]),
            Ask::Sketch(ask) => Ok(vec![Self::Sketch(SketchAskKey { ask, inputs: digests.clone() })]),
            Ask::Files(FilesAsk { sources }) => {
                sources.iter().map(|source| Ok(Self::Files(FilesAskKey::new(source, inputs)?))).collect()
            }
            Ask::Worker(ask) => Ok(vec![Self::Worker(WorkerAskKey { ask })]),
        }
    }

    /// The digest of whichever it is.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Comfyui(key) => key.digest(),
            Self::Sketch(key) => key.digest(),
            Self::Files(key) => key.digest(),
            Self::Worker(key) => key.digest(),
        }
    }
}

/// The digests of an ask's inputs by role: those of input slots are given, those of input files are added.
pub fn input_digests<'a>(
    ask: &'a Ask,
    raws: &BTreeMap<&'a str, Digest>,
    inputs: &Inputs,
) -> Result<BTreeMap<&'a str, Digest>, Diagnostic> {
    let mut all = raws.clone();
    for (role, input) in ask.inputs() {
        match input {
            Input::File(path) => drop(all.insert(role, inputs.pixels(path)?)),
            Input::Skeleton(skeleton) => drop(all.insert(role, SkeletonKey(skeleton).digest())),
            Input::Slot(_) => {}
        }
    }
    Ok(all)
}

/// A pose that the program draws. The image that places it is an input of the same ask.
struct SkeletonKey<'a>(&'a Skeleton);

impl Key for SkeletonKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels skeleton@1";

    fn encode(&self, encoder: &mut Encoder) {
        let Skeleton { body, action, facing, frame, frames, canvas: [width, height] } = *self.0;
        encoder.text(&skeleton::name(body, action)).text(facing).uint(frame.into()).uint(frames.into());
        encoder.uint(width.into()).uint(height.into());
    }
}

/// A request to a ComfyUI workflow: the bound graph has prompt, sampler and the rest; `ask` names them for people.
#[derive(Debug)]
pub struct ComfyAskKey<'a> {
    /// What the graph was bound from.
    pub ask: &'a ComfyAsk,
    /// The pixels of its inputs by role.
    pub inputs: BTreeMap<&'a str, Digest>,
    /// The project's own workflow, if it is none of the built-in ones.
    pub template: Option<&'a Value>,
    bound: Bound,
}

impl<'a> ComfyAskKey<'a> {
    fn new(ask: &'a ComfyAsk, digests: &BTreeMap<&'a str, Digest>, inputs: &'a Inputs) -> Result<Self, Diagnostic> {
        let name = &ask.style.workflow;
        if let Some(error) = inputs.bad_workflows.get(name) {
            return Err(error.diagnostic());
        }
        let template = inputs.workflows.get(name);
        let bound = workflow::bind(ask, &inputs.workflows).map_err(|error| error.diagnostic())?;
        Ok(Self { ask, inputs: digests.clone(), template, bound })
    }

    /// The models that the graph loads.
    pub fn models(&self) -> Vec<&'a Model> {
        let style = &self.ask.style;
        let checkpoint = self.bound.uses("checkpoint").then_some(&style.checkpoint);
        let vae = style.vae.as_ref().filter(|_| self.bound.uses("vae"));
        checkpoint.into_iter().chain(vae).chain(style.loras.iter().map(|lora| &lora.model)).collect()
    }
}

impl Key for ComfyAskKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels ask comfyui@1";

    fn encode(&self, encoder: &mut Encoder) {
        let [width, height] = self.ask.style.canvas;
        encoder.bytes(&canonical(&self.bound.graph)).uint(width.into()).uint(height.into());
        encode_inputs(encoder, &self.inputs);
        encoder.list(self.models().iter(), |e, model| encode_model(e, model));
        if let Some(open) = self.bound.doubtful() {
            encoder.list(open.iter(), |e, pointer| {
                e.text(pointer);
            });
        }
    }
}

impl Serialize for ComfyAskKey<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ComfyAsk { style, prompt, negative, .. } = self.ask;
        #[derive(Serialize)]
        struct Fields<'a> {
            prompt: &'a str,
            negative: &'a str,
            workflow: &'a str,
            template: Option<Digest>,
            checkpoint: Option<String>,
            vae: Option<String>,
            loras: Vec<String>,
            canvas: [u32; 2],
            steps: u32,
            cfg: f64,
            sampler: &'a str,
            scheduler: &'a str,
            params: BTreeMap<&'a str, Value>,
            inputs: &'a BTreeMap<&'a str, Digest>,
        }
        let checkpoint = self.bound.uses("checkpoint").then_some(&style.checkpoint);
        let vae = style.vae.as_ref().filter(|_| self.bound.uses("vae"));
        let fields = Fields {
            prompt,
            negative,
            workflow: &style.workflow,
            template: self.template.map(|graph| Digest::of(&canonical(graph))),
            checkpoint: checkpoint.map(model_text),
            vae: vae.map(model_text),
            loras: style.loras.iter().map(lora_text).collect(),
            canvas: style.canvas,
            steps: style.steps,
            cfg: f64::from(style.cfg) / 1000.0,
            sampler: &style.sampler,
            scheduler: &style.scheduler,
            params: style.params.iter().map(|(name, param)| (name.as_str(), Param::json(param))).collect(),
            inputs: &self.inputs,
        };
        fields.serialize(serializer)
    }
}

fn model_text(model: &Model) -> String {
    match &model.sha256 {
        Some(sha256) => format!("{} sha256 {sha256}", model.file),
        None => model.file.clone(),
    }
}

fn lora_text(lora: &Lora) -> String {
    format!("{} weight {}", model_text(&lora.model), f64::from(lora.weight) / 1000.0)
}

/// RFC 8785: one text for one value, whatever the order in which its keys were written.
pub(super) fn canonical(graph: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(graph).unwrap_or_else(|_| graph.to_string().into_bytes())
}

pub(super) fn encode_model(encoder: &mut Encoder, model: &Model) {
    encoder.text(&model.file).text(model.sha256.as_deref().unwrap_or(""));
}

/// A request to the worker of this machine.
#[derive(Debug)]
pub struct WorkerAskKey<'a> {
    /// What is drawn.
    pub ask: &'a WorkerAsk,
}

impl<'a> WorkerAskKey<'a> {
    /// The models that it loads: checkpoint, VAE, LoRAs.
    pub fn models(&self) -> Vec<&'a Model> {
        let style = &self.ask.style;
        let loras = style.loras.iter().map(|lora| &lora.model);
        std::iter::once(&style.checkpoint).chain(style.vae.iter()).chain(loras).collect()
    }

    pub(super) fn encode_models(&self, e: &mut Encoder) {
        let style = &self.ask.style;
        encode_model(e, &style.checkpoint);
        e.list(style.vae.iter(), encode_model);
        e.list(style.loras.iter(), |e, lora| encode_model(e, &lora.model));
    }

    /// Everything between prompt and canvas.
    pub(super) fn encode_sampling(&self, e: &mut Encoder) {
        let style = &self.ask.style;
        e.uint(style.steps.into()).uint(style.cfg.into()).text(&style.sampler).text(&style.scheduler);
        e.list(style.loras.iter(), |e, lora| {
            e.text(&lora.weight.to_string());
        });
    }
}

impl Key for WorkerAskKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels ask worker@1";

    fn encode(&self, encoder: &mut Encoder) {
        let WorkerAsk { style, prompt, negative } = self.ask;
        encoder.text(prompt).text(negative).uint(style.canvas[0].into()).uint(style.canvas[1].into());
        self.encode_sampling(encoder);
        self.encode_models(encoder);
    }
}

impl Serialize for WorkerAskKey<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            prompt: &'a str,
            negative: &'a str,
            checkpoint: String,
            vae: Option<String>,
            loras: Vec<String>,
            canvas: [u32; 2],
            steps: u32,
            cfg: f64,
            sampler: &'a str,
            scheduler: &'a str,
        }
        let WorkerAsk { style, prompt, negative } = self.ask;
        let fields = Fields {
            prompt,
            negative,
            checkpoint: model_text(&style.checkpoint),
            vae: style.vae.as_ref().map(model_text),
            loras: style.loras.iter().map(lora_text).collect(),
            canvas: style.canvas,
            steps: style.steps,
            cfg: f64::from(style.cfg) / 1000.0,
            sampler: &style.sampler,
            scheduler: &style.scheduler,
        };
        fields.serialize(serializer)
    }
}

/// A request to the sketch artist.
#[derive(Debug)]
pub struct SketchAskKey<'a> {
    /// What is drawn.
    pub ask: &'a SketchAsk,
    /// The pixels of its inputs by role.
    pub inputs: BTreeMap<&'a str, Digest>,
}

impl SketchAskKey<'_> {
    pub(super) fn encode_subject(&self, e: &mut Encoder) {
        e.text(&self.ask.subject).list(self.ask.presets.iter(), |e, preset| {
            e.text(preset);
        });
    }

    pub(super) fn encode_pose(&self, e: &mut Encoder) {
        let pose = &self.ask.pose;
        e.text(self.ask.kind.word());
        e.text(pose.facing.as_deref().unwrap_or("")).text(pose.action.as_deref().unwrap_or(""));
        e.uint(pose.frame.into()).uint(pose.frames.into());
    }

    pub(super) fn encode_canvas(&self, e: &mut Encoder) {
        let [width, height] = self.ask.size;
        e.uint(width.into()).uint(height.into()).text(&self.background());
    }

    fn background(&self) -> String {
        self.ask.key.map_or_else(|| "opaque".to_owned(), |color| color.to_string())
    }
}

impl Key for SketchAskKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels ask sketch@2";

    fn encode(&self, encoder: &mut Encoder) {
        self.encode_subject(encoder);
        self.encode_pose(encoder);
        self.encode_canvas(encoder);
        encode_inputs(encoder, &self.inputs);
        // Nothing for an image of one thing, so that its key stays.
        if !self.ask.things.is_empty() {
            encoder.text("things").uint(self.ask.things.len() as u64);
            for thing in &self.ask.things {
                encoder.text(thing);
            }
        }
    }
}

impl Serialize for SketchAskKey<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            prompt: &'a str,
            presets: &'a [String],
            kind: &'a str,
            direction: Option<&'a str>,
            action: Option<&'a str>,
            frame: u32,
            frames: u32,
            canvas: [u32; 2],
            background: String,
            inputs: &'a BTreeMap<&'a str, Digest>,
        }
        let SketchAsk { subject, presets, kind, size, pose, .. } = self.ask;
        let fields = Fields {
            prompt: subject,
            presets,
            kind: kind.word(),
            direction: pose.facing.as_deref(),
            action: pose.action.as_deref(),
            frame: pose.frame,
            frames: pose.frames,
            canvas: *size,
            background: self.background(),
            inputs: &self.inputs,
        };
        fields.serialize(serializer)
    }
}

/// A file of the project, or one part of a strip.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FilesAskKey {
    /// The digest of the file's bytes.
    pub source: Digest,
    /// The part, if it is not the whole image.
    pub part: Option<Part>,
    /// The frame, if the file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
}

impl FilesAskKey {
    fn new(source: &Source, inputs: &Inputs) -> Result<Self, Diagnostic> {
        Ok(Self { source: inputs.bytes(&source.path)?, part: source.part, frame: source.frame })
    }
}

impl Key for FilesAskKey {
    const CONTEXT: &'static str = "dgx-pixels ask files@1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.source);
        if let Some(Part { number, columns, rows }) = self.part {
            encoder.uint(number.into()).uint(columns.into());
            // Younger than the others: a single row adds nothing.
            if rows > 1 {
                encoder.text("rows").uint(rows.into());
            }
        }
        // Younger as well.
        if let Some(frame) = self.frame {
            encoder.text("frame").uint(frame.into());
        }
    }
}
