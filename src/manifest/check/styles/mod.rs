//! Styles: named layers, and their combination.

use std::collections::{BTreeMap, HashMap};

use super::{Context, templates};
use crate::manifest::preset::Preset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawStyle, StyleChoice, StyleKeys};
use crate::manifest::template::Template;
use crate::words::source::Span;
use crate::words::style::{Lora, Model, Param, Style};

mod key;
mod models;

pub(super) use key::KeyColor;

/// Some keys of a style, checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    workflow: Option<At<String>>,
    checkpoint: Option<Model>,
    vae: Option<Option<Model>>,
    loras: Option<Vec<Lora>>,
    prompt: Option<At<Template>>,
    negative: Option<At<Template>>,
    key: Option<KeyColor>,
    canvas: Option<[u32; 2]>,
    steps: Option<u32>,
    cfg: Option<u32>,
    sampler: Option<String>,
    scheduler: Option<String>,
    params: Vec<(At<String>, Param)>,
}

/// A style with its templates not yet expanded.
#[derive(Clone, Debug)]
pub(super) struct Blend {
    pub(super) style: Style,
    pub(super) prompt: At<Template>,
    pub(super) negative: At<Template>,
    pub(super) key: KeyColor,
    /// Where the workflow is named, if the manifest names it.
    pub(super) workflow: Span,
    /// Where each param is named.
    pub(super) params: BTreeMap<String, Span>,
}

impl Layer {
    /// Checks a table's values.
    pub(super) fn read(keys: &StyleKeys, cx: &mut Context<'_>) -> Self {
        Self {
            workflow: keys.workflow.as_ref().and_then(|workflow| models::workflow(workflow, cx)),
            checkpoint: keys.checkpoint.as_ref().and_then(|value| models::model(value, cx)),
            vae: keys.vae.as_ref().map(|value| models::vae(value, cx)),
            loras: keys.loras.as_ref().map(|list| list.iter().filter_map(|lora| models::lora(lora, cx)).collect()),
            prompt: keys.prompt.as_ref().map(|text| templates::parse(text, cx)),
            negative: keys.negative.as_ref().map(|text| templates::parse(text, cx)),
            key: keys.key.as_ref().and_then(|word| key::read(word, cx)),
            canvas: keys.canvas.as_ref().and_then(|canvas| models::canvas(canvas, cx)),
            steps: keys.steps.as_ref().map(|n| n.value.u32()),
            cfg: keys.cfg.as_ref().and_then(|cfg| u32::try_from(cfg.value.0).ok()),
            sampler: keys.sampler.as_ref().and_then(|word| models::word("sampler", word, cx)),
            scheduler: keys.scheduler.as_ref().and_then(|word| models::word("scheduler", word, cx)),
            params: keys
                .params
                .iter()
                .flat_map(|params| &params.0)
                .filter_map(|param| models::param(param, cx))
                .collect(),
        }
    }

    /// Applies this layer over a style.
    pub(super) fn apply(&self, blend: &mut Blend) {
        fn set<T: Clone>(to: &mut T, from: &Option<T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        let style = &mut blend.style;
        if let Some(workflow) = &self.workflow {
            style.workflow.clone_from(workflow);
            blend.workflow = workflow.span;
        }
        for (name, value) in &self.params {
            style.params.insert(name.value.clone(), value.clone());
            blend.params.insert(name.value.clone(), name.span);
        }
        set(&mut style.checkpoint, &self.checkpoint);
        set(&mut style.vae, &self.vae);
        set(&mut style.loras, &self.loras);
        set(&mut style.canvas, &self.canvas);
        set(&mut style.steps, &self.steps);
        set(&mut style.cfg, &self.cfg);
        set(&mut style.sampler, &self.sampler);
        set(&mut style.scheduler, &self.scheduler);
        set(&mut blend.prompt, &self.prompt);
        set(&mut blend.negative, &self.negative);
        set(&mut blend.key, &self.key);
    }
}

/// All named styles.
pub(super) struct StyleTable {
    styles: HashMap<String, Vec<Layer>>,
    names: Vec<String>,
    /// The arm of a comparison, then the profile.
    over: Vec<Layer>,
}

impl StyleTable {
    /// Checks all named styles and what they start from; `over` lies over every style.
    pub(super) fn read(styles: &[(At<String>, RawStyle)], over: Vec<Layer>, cx: &mut Context<'_>) -> Self {
        let entries: Vec<super::inherit::Entry<'_, Layer>> =
            styles.iter().map(|(name, raw)| (name, raw.inherits.as_ref(), Layer::read(&raw.keys, cx))).collect();
        let styles = super::inherit::chains("style", &entries, cx);
        let names = entries.iter().map(|(name, ..)| name.value.clone()).collect();
        Self { styles, names, over }
    }

    /// The layers of an asset's `style =`: those of the named style, then its own.
    pub(super) fn choice(&self, choice: &At<StyleChoice>, cx: &mut Context<'_>) -> Vec<Layer> {
        match &choice.value {
            StyleChoice::Name(name) => self.named(name, choice.span, cx),
            StyleChoice::Inline(raw) => {
                let mut layers = match &raw.inherits {
                    Some(name) => self.named(name, name.span, cx),
                    None => Vec::new(),
                };
                layers.push(Layer::read(&raw.keys, cx));
                layers
            }
        }
    }

    fn named(&self, name: &str, span: Span, cx: &mut Context<'_>) -> Vec<Layer> {
        if name == "default" {
            return Vec::new();
        }
        if let Some(layers) = self.styles.get(name) {
            return layers.clone();
        }
        let problem = Problem::error("unknown-style", span, format!("no style is called `{name}`"));
        let problem = problem.help("the manifest has no table `[style.NAME]`");
        let hints = cx.hints();
        cx.report(problem.suggest(name, self.names.iter().map(String::as_str).filter(|_| hints)));
        Vec::new()
    }

    /// The style of an asset: built-in, presets, `default`, the asset's choice, an arm, the profile. A preset knows a canvas that
    /// suits its subject; one that the manifest names wins.
    pub(super) fn blend(&self, presets: &[Preset], choice: &[Layer]) -> Blend {
        let mut blend = built_in();
        for preset in presets {
            blend.style.canvas = preset.canvas.unwrap_or(blend.style.canvas);
        }
        for layer in self.styles.get("default").into_iter().flatten() {
            layer.apply(&mut blend);
        }
        for layer in choice.iter().chain(&self.over) {
            layer.apply(&mut blend);
        }
        blend
    }
}

/// The prompt of a style that sets none.
pub(in crate::manifest) const STYLE_PROMPT: &str = "pixel art, {prompt}, simple, flat colors, {background}";

/// The weakest layer.
fn built_in() -> Blend {
    let text = |text: &str| At { value: Template::parse(text).unwrap_or_default(), span: Span::default() };
    Blend {
        style: Style::built_in(),
        prompt: text(STYLE_PROMPT),
        negative: text("3d render, realistic, blurry, text"),
        key: KeyColor::default(),
        workflow: Span::default(),
        params: BTreeMap::new(),
    }
}
