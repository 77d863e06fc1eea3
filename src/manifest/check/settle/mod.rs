//! Every asset with all that is the same for its groups: axes, style, recipe, templates, backend.

mod motion;

use std::collections::BTreeMap;

use super::axes::{self, Shape};
use super::gather::{Asset, Gathered};
use super::inputs::{self, Source};
use super::order::Order;
use super::project::Settings;
use super::prompt::Known;
use super::styles::{self, Blend};
use super::tilesets::Sizes;
use super::{Context, recipes};
use crate::manifest::preset::{self, Preset};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, BackendWord};
use crate::manifest::template::Template;
use crate::words::asset::Kind;
use crate::words::recipe::{Matte, Recipe, Size};
use crate::words::source::Span;
use crate::words::timing::Timing;

/// Where everything that an asset starts from is found.
pub(super) struct Books<'a> {
    pub(super) styles: &'a styles::Book,
    pub(super) recipes: &'a recipes::Book,
    pub(super) settings: &'a Settings,
    pub(super) vars: &'a BTreeMap<String, String>,
}

/// An asset, settled.
pub(super) struct Settled {
    pub(super) kind: Kind,
    pub(super) shape: Shape,
    /// Frames of an animation, 0 if its files will tell; 1 for other kinds.
    pub(super) frames: u32,
    pub(super) presets: Vec<&'static Preset>,
    /// Nothing is cut out of a flat background.
    pub(super) opaque: bool,
    pub(super) blend: Blend,
    pub(super) recipe: Recipe,
    pub(super) texts: Texts,
    pub(super) backend: BackendWord,
    pub(super) candidates: u32,
    pub(super) reroll: u32,
    /// The asset that it is `of`.
    pub(super) base: Option<usize>,
    /// How it plays, but for the durations of frames that its files will tell.
    pub(super) timing: Option<Timing>,
    pub(super) inputs: BTreeMap<String, Source>,
    /// What an animation of it starts from.
    heritage: Heritage,
}

/// An asset's own templates.
pub(super) struct Texts {
    pub(super) prompt: Option<At<Template>>,
    pub(super) negative: Option<At<Template>>,
    pub(super) path: Option<At<Template>>,
    pub(super) sources: Vec<At<Template>>,
}

/// What an animation takes from its base unless it says it itself.
#[derive(Clone, Default)]
struct Heritage {
    size: Option<[u32; 2]>,
    style: Vec<styles::Layer>,
    /// The layers of the named recipe.
    recipe: Vec<recipes::Layer>,
    /// Recipe keys of its bases and its own; a recipe that it names itself is stronger than its base's keys.
    keys: Vec<recipes::Layer>,
}

/// Settles every asset.
pub(super) fn settle(
    all: &Gathered,
    order: &Order,
    sizes: &Sizes,
    books: &Books<'_>,
    cx: &mut Context<'_>,
) -> Vec<Settled> {
    let mut settled: Vec<Option<Settled>> = all.assets.iter().map(|_| None).collect();
    for &at in &order.sequence {
        let base = order.base[at].and_then(|base| settled[base].as_ref());
        let mut one = asset(&all.assets[at], base, sizes, books, cx);
        one.base = order.base[at];
        let known = Known { shape: &one.shape, vars: books.vars };
        one.inputs = inputs::read(at, all, &settled, &known, cx);
        settled[at] = Some(one);
    }
    settled.into_iter().flatten().collect()
}

fn asset(asset: &Asset, base: Option<&Settled>, sizes: &Sizes, books: &Books<'_>, cx: &mut Context<'_>) -> Settled {
    let shape = axes::shape(asset, base.map(|base| &base.shape), books.vars, cx);
    let presets = match &asset.raw.preset {
        Some(names) => presets(&names.0, cx),
        None => base.map(|base| base.presets.clone()).unwrap_or_default(),
    };
    let heritage = heritage(asset, base, sizes, books, cx);
    let blend = books.styles.blend(&presets, &heritage.style);
    let size = heritage.size.map_or(Size::Found, Size::Frame);
    let recipe = books.recipes.blend(asset.kind, size, &presets, &[&heritage.recipe, &heritage.keys]);
    let opaque = asset.kind == Kind::Texture || presets.iter().rev().find_map(|preset| preset.opaque).unwrap_or(false);
    let known = Known { shape: &shape, vars: books.vars };
    let texts = texts(asset, base, &known, cx);
    let backend = backend(asset, books.settings, cx);
    style_texts(asset, &blend, backend, &known, cx);
    if backend != BackendWord::Files {
        need_prompt(asset, base, texts.prompt.as_ref(), cx);
    }
    let frames = motion::frames(asset, cx);
    let (raw, settings) = (&asset.raw, books.settings);
    let candidates = settings.profile.candidates.or(raw.candidates.as_ref().map(|n| n.value.u32()));
    let reroll = settings.profile.reroll.or(raw.reroll.as_ref().map(|n| n.value.u32()));
    Settled {
        kind: asset.kind,
        frames,
        presets,
        opaque,
        blend,
        recipe,
        texts,
        backend,
        candidates: candidates.unwrap_or(settings.candidates),
        reroll: reroll.unwrap_or(settings.reroll),
        base: None,
        timing: motion::timing(asset, frames, cx),
        inputs: BTreeMap::new(),
        heritage,
        shape,
    }
}

/// Reads an asset's own templates; prompts may be the base's.
fn texts(asset: &Asset, base: Option<&Settled>, known: &Known<'_>, cx: &mut Context<'_>) -> Texts {
    let mut prompt = asset.raw.prompt.as_ref().map(|text| known.prompt(text, cx));
    let mut negative = asset.raw.negative.as_ref().map(|text| known.prompt(text, cx));
    if let Some(base) = base {
        prompt = prompt.or_else(|| base.texts.prompt.clone());
        negative = negative.or_else(|| base.texts.negative.clone());
    }
    let path = asset.raw.path.as_ref().and_then(|path| known.path(path, cx));
    let sources = asset.raw.source.iter().flat_map(|sources| &sources.0);
    let sources = sources.filter_map(|source| known.path(source, cx)).collect();
    Texts { prompt, negative, path, sources }
}

/// Checks the templates of the asset's style, which it alone may be able to fill.
fn style_texts(asset: &Asset, blend: &Blend, backend: BackendWord, known: &Known<'_>, cx: &mut Context<'_>) {
    let before = cx.problems.len();
    known.check(&blend.prompt, &["prompt", "background", "key"], Some(&asset.name), cx);
    known.check(&blend.negative, &["negative", "background", "key"], Some(&asset.name), cx);
    let told = cx.problems.len() > before || *blend.prompt == Template::default();
    if backend == BackendWord::Comfyui && !blend.prompt.uses("prompt") && !told {
        let problem = Problem::warning("prompt-not-used", blend.prompt.span, "this style shows no asset's own prompt");
        cx.tell(problem.help("write `{prompt}` where it belongs").related(asset.name.span, "used by this asset"));
    }
}

fn heritage(asset: &Asset, base: Option<&Settled>, sizes: &Sizes, books: &Books<'_>, cx: &mut Context<'_>) -> Heritage {
    let mut heritage = base.map(|base| base.heritage.clone()).unwrap_or_default();
    if let Some(choice) = &asset.raw.style {
        heritage.style = books.styles.choice(choice, cx);
    }
    if let Some(name) = &asset.raw.recipe {
        let named = books.recipes.named(name, cx);
        if base.is_some() {
            heritage.recipe.clear();
            heritage.keys.extend(named);
        } else {
            heritage.recipe = named;
        }
    }
    let own = asset.raw.size.as_ref().map(|size| [size.value.0.u32(), size.value.1.u32()]);
    heritage.size = own.or(heritage.size).or_else(|| sizes.of(asset));
    let keys = recipes::Layer::read(&asset.keys, cx);
    if asset.kind == Kind::Texture && keys.matte == Some(Matte::Auto) {
        let span = asset.keys.matte.as_ref().map_or_else(Span::default, |matte| matte.span);
        let problem = Problem::error("texture-matte", span, "a texture has no background that could be cut out");
        cx.tell(problem.help("leave `matte` out, or make it a sprite"));
    }
    heritage.keys.push(keys);
    heritage
}

/// Presets by name, in order.
pub(in crate::manifest) fn presets(names: &[At<String>], cx: &mut Context<'_>) -> Vec<&'static Preset> {
    let mut presets: Vec<&'static Preset> = Vec::with_capacity(names.len());
    for name in names {
        match preset::find(name) {
            Some(preset) => presets.push(preset),
            None => {
                let problem =
                    Problem::error("unknown-preset", name.span, format!("no preset is called `{}`", name.value));
                cx.tell(problem.suggest(name, preset::names()));
            }
        }
    }
    presets
}

fn backend(asset: &Asset, settings: &Settings, cx: &mut Context<'_>) -> BackendWord {
    let own = asset.raw.backend.as_ref();
    if let Some(source) = &asset.raw.source {
        if source.0.is_empty() {
            let problem =
                Problem::error("missing-key", source.span, format!("`{}` has an empty `source`", asset.name.value));
            cx.missing(problem.help("name a file or a glob"));
        }
        if let Some(own) = own
            && own.value != BackendWord::Files
        {
            let problem = Problem::error("source-and-backend", own.span, "an asset with `source` is not drawn");
            cx.tell(problem.help("remove one of them").related(source.span, "its source is given here"));
        }
        unused(asset, cx);
        return BackendWord::Files;
    }
    if let Some(own) = own
        && own.value == BackendWord::Files
    {
        let problem = Problem::error("missing-key", own.span, format!("`{}` has no `source`", asset.name.value));
        cx.missing(problem.help("write `source = \"..\"`, a file or a glob"));
    }
    settings.profile.backend.or(own.map(|own| own.value)).unwrap_or(settings.backend)
}

/// Keys that mean nothing when files are the source.
fn unused(asset: &Asset, cx: &mut Context<'_>) {
    let raw = &asset.raw;
    if let Some(inputs) = &raw.inputs {
        let problem = Problem::error("inputs-with-source", inputs.span, "an asset with `source` takes no inputs");
        cx.tell(problem.help("remove one of them"));
    }
    let spans = [
        ("candidates", raw.candidates.as_ref().map(|n| n.span)),
        ("reroll", raw.reroll.as_ref().map(|n| n.span)),
        ("seed", raw.seed.as_ref().map(|n| n.span)),
    ];
    for (key, span) in spans.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("`{key}` means nothing here: the files of `source` are the candidates");
        cx.tell(Problem::warning("unused-key", span, message).help("remove it"));
    }
}

fn need_prompt(asset: &Asset, base: Option<&Settled>, prompt: Option<&At<Template>>, cx: &mut Context<'_>) {
    // Without the base that it names an animation lacks more than it does itself.
    let orphan = asset.motion.of.is_some() && base.is_none();
    if prompt.is_none() && !orphan {
        let message = format!("the {} `{}` has no `prompt`", asset.kind, asset.name.value);
        let problem = Problem::error("missing-key", asset.name.span, message);
        cx.missing(problem.help("write `prompt = \"..\"`, or `source = \"..\"` for pictures that you have"));
    } else if let Some(text) = &asset.raw.prompt
        && text.trim().is_empty()
    {
        let problem = Problem::error("empty-prompt", text.span, "the prompt is empty");
        cx.tell(problem.help("say what is to be seen"));
    }
}

/// The values of one shape that a group of another shape means: equal values on equal axes, else the only value.
pub(super) fn index(target: &Shape, asker: &Shape, at: &[usize]) -> Option<Vec<usize>> {
    let of = |axis: &axes::Axis| {
        let same = asker.axis(&axis.name).map(|(number, own)| &own.values[at[number]]);
        match same {
            Some(value) => axis.values.iter().position(|known| known == value),
            None => (axis.values.len() == 1).then_some(0),
        }
    };
    target.axes.iter().map(of).collect()
}
