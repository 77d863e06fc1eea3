//! Resolves every asset: what is the same for all of its groups, such as axes, style, recipe, templates, backend.

mod motion;
mod presets;
mod unused;

use super::adopted;
use super::axes::{self, Shape};
use super::gather::{Asset, Gathered};
use super::order::Order;
use super::profile::Wanted;
use super::project::Settings;
use super::prompt::Known;
use super::sizes::Sizes;
use super::styles::{self, Blend};
use super::{Context, recipes, recolor};
use crate::manifest::built_ins::Versions;
use crate::manifest::preset::Preset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, BackendWord};
use crate::manifest::template::Template;
use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::recipe::{Matte, Recipe, Size};
use crate::words::style::Param;
use crate::words::timing::Timing;
use crate::workflow;

pub(super) use motion::{events, played};
use presets::inherited_presets;
pub(in crate::manifest) use presets::presets;
pub(super) use presets::unknown_version;
pub(super) use unused::has_border;

/// The workflow without an input image, and the one that takes its place beside a `reference`.
const TEXT_TO_IMAGE: &str = "sdxl";
const IMAGE_TO_IMAGE: &str = "sdxl-img2img";

/// The param that says how much of the input image changes.
const DENOISE: &str = "denoise";

/// What assets start from.
pub(super) struct Defaults<'a> {
    pub(super) styles: &'a styles::StyleTable,
    pub(super) recipes: &'a recipes::RecipeTable,
    pub(super) settings: &'a Settings,
    pub(super) wanted: Wanted<'a>,
}

/// A resolved asset.
pub(super) struct Resolved {
    pub(super) kind: Kind,
    pub(super) shape: Shape,
    /// Frames of an animation, 0 if its files decide; 1 for other kinds.
    pub(super) frames: u32,
    /// Versions of built-ins that the lock, or the base, holds it to.
    pub(super) pinned: Versions,
    pub(super) presets: Vec<Preset>,
    /// Whether the image fills its frame, without a background to cut out.
    pub(super) opaque: bool,
    pub(super) blend: Blend,
    pub(super) recipe: Recipe,
    pub(super) texts: Texts,
    pub(super) backend: BackendWord,
    pub(super) candidates: u32,
    pub(super) reroll: u32,
    /// The asset that it is `of`.
    pub(super) base: Option<usize>,
    /// How it plays; one duration stands for all frames.
    pub(super) timing: Option<Timing>,
    /// What its animations start from.
    inherited: Inherited,
}

impl Resolved {
    /// The colour of the background that its images are asked for on.
    fn asked_key(&self) -> Option<Rgb> {
        let names_key = |template: &Template| ["background", "key"].into_iter().any(|name| template.uses(name));
        let asked = match self.backend {
            BackendWord::Files => false,
            BackendWord::Sketch => true,
            BackendWord::Comfyui | BackendWord::Worker => {
                names_key(&self.blend.prompt)
                    || self.texts.prompt.as_ref().is_some_and(|prompt| names_key(&prompt.value))
            }
        };
        (asked && !self.opaque).then_some(self.blend.key.rgb)
    }

    /// Its recipe, which knows the colour of the background.
    pub(super) fn asked_recipe(&self) -> Recipe {
        self.asked_key().map_or_else(|| self.recipe.clone(), |key| self.recipe.on(key))
    }
}

/// An asset's own templates.
pub(super) struct Texts {
    pub(super) prompt: Option<At<Template>>,
    pub(super) negative: Option<At<Template>>,
    pub(super) path: Option<At<Template>>,
    pub(super) sources: Vec<At<Template>>,
    /// The tag of a file with frames.
    pub(super) tag: Option<At<Template>>,
}

/// What an animation takes from its base unless it has its own.
#[derive(Clone, Default)]
struct Inherited {
    size: Option<[u32; 2]>,
    style: Vec<styles::Layer>,
    /// The layers of the named recipe.
    recipe: Vec<recipes::Layer>,
    /// Recipe keys of its bases and its own; a recipe that it names is stronger than its base's keys.
    keys: Vec<recipes::Layer>,
}

/// Resolves every asset, bases first.
pub(super) fn resolve(
    all: &Gathered,
    order: &Order,
    sizes: &Sizes,
    defaults: &Defaults<'_>,
    cx: &mut Context<'_>,
) -> Vec<Resolved> {
    let mut resolved: Vec<Option<Resolved>> = all.assets.iter().map(|_| None).collect();
    for &at in &order.sequence {
        let base = order.base[at].and_then(|base| resolved[base].as_ref());
        let one = asset(&all.assets[at], base, all, sizes, defaults, cx);
        resolved[at] = Some(Resolved { base: order.base[at], ..one });
    }
    let mut all = Vec::with_capacity(resolved.len());
    all.extend(resolved.into_iter().flatten());
    all
}

fn asset(
    asset: &Asset,
    base: Option<&Resolved>,
    all: &Gathered,
    sizes: &Sizes,
    defaults: &Defaults<'_>,
    cx: &mut Context<'_>,
) -> Resolved {
    let shape = axes::shape(asset, base.map(|base| &base.shape), &all.vars, cx);
    let mut pinned = base.map(|base| base.pinned.clone()).unwrap_or_default();
    pinned.extend(defaults.wanted.pinned.get(asset.name.as_str()).cloned().unwrap_or_default());
    let presets = match (&asset.raw.preset, base) {
        (Some(names), _) => presets(&names.0, &pinned, defaults.wanted.built_ins, cx),
        (None, Some(base)) => inherited_presets(asset, &base.presets, &pinned, defaults.wanted.built_ins, cx),
        (None, None) => Vec::new(),
    };
    let inherited = inherited(asset, base, sizes, defaults, cx);
    let mut blend = defaults.styles.blend(&presets, &inherited.style);
    reference(asset, &mut blend, cx);
    let size = inherited.size.map_or(Size::Found, Size::Frame);
    let recipe = defaults.recipes.blend(asset.kind, size, &presets, &[&inherited.recipe, &inherited.keys]);
    let recipe = Recipe { repair: motion::repair(asset, recipe.repair), ..recipe };
    let opaque = asset.kind == Kind::Texture || presets.iter().rev().find_map(|preset| preset.opaque).unwrap_or(false);
    let known = Known { shape: &shape, vars: &all.vars };
    let texts = texts(asset, base, &known, cx);
    unused::same_sources(asset, &shape, &texts, cx);
    unused::tag(asset, cx);
    unused::recipe_keys(asset, &recipe, base.is_some(), cx);
    let backend = backend(asset, defaults.settings, cx);
    style_texts(asset, &blend, backend, &known, cx);
    if backend != BackendWord::Files && !adopted::is_whole(asset) && !asset.is_derived() {
        need_prompt(asset, base, texts.prompt.as_ref(), cx);
    }
    let frames = match (&asset.recolor, base) {
        (Some(_), Some(base)) => base.frames,
        (Some(_), None) => 1,
        (None, _) => motion::frames(asset, cx),
    };
    recolor::check(asset, frames, cx);
    adopted::check(asset, &shape, frames, cx);
    let (raw, settings) = (&asset.raw, defaults.settings);
    let candidates = settings.profile.candidates.or(raw.candidates.as_ref().map(|n| n.value.u32()));
    let reroll = settings.profile.reroll.or(raw.reroll.as_ref().map(|n| n.value.u32()));
    Resolved {
        kind: asset.kind,
        frames,
        pinned,
        presets,
        opaque,
        blend,
        recipe,
        texts,
        backend,
        candidates: candidates.unwrap_or(settings.candidates),
        reroll: reroll.unwrap_or(settings.reroll),
        base: None,
        timing: match base.filter(|_| asset.recolor.is_some()) {
            Some(base) => base.timing.clone(),
            None => motion::timing(asset, frames, cx),
        },
        inherited,
        shape,
    }
}

/// Parses an asset's own templates; prompts may be the base's.
fn texts(asset: &Asset, base: Option<&Resolved>, known: &Known<'_>, cx: &mut Context<'_>) -> Texts {
    let mut prompt = asset.raw.prompt.as_ref().map(|text| known.prompt(text, cx));
    let mut negative = asset.raw.negative.as_ref().map(|text| known.prompt(text, cx));
    if let Some(base) = base {
        prompt = prompt.or_else(|| base.texts.prompt.clone());
        negative = negative.or_else(|| base.texts.negative.clone());
    }
    let path = asset.raw.path.as_ref().and_then(|path| known.path(path, cx));
    let sources = asset.raw.source.iter().flat_map(|sources| &sources.0);
    let sources = sources.filter_map(|source| known.path(source, cx)).collect();
    let tag = asset.raw.tag.as_ref().and_then(|tag| known.path(tag, cx));
    Texts { prompt, negative, path, sources, tag }
}

/// Checks the templates of the asset's style against the asset's names.
fn style_texts(asset: &Asset, blend: &Blend, backend: BackendWord, known: &Known<'_>, cx: &mut Context<'_>) {
    let before = cx.problems.len();
    known.check(&blend.prompt, &["prompt", "background", "key"], Some(&asset.name), cx);
    known.check(&blend.negative, &["negative", "background", "key"], Some(&asset.name), cx);
    let reported = cx.problems.len() > before || *blend.prompt == Template::default();
    if matches!(backend, BackendWord::Comfyui | BackendWord::Worker) && !blend.prompt.uses("prompt") && !reported {
        let problem =
            Problem::warning("prompt-not-used", blend.prompt.span, "this style ignores the prompts of its assets");
        cx.report(problem.help("add `{prompt}` to it").related(asset.name.span, "used by this asset"));
    }
}

fn inherited(
    asset: &Asset,
    base: Option<&Resolved>,
    sizes: &Sizes,
    defaults: &Defaults<'_>,
    cx: &mut Context<'_>,
) -> Inherited {
    let mut inherited = base.map(|base| base.inherited.clone()).unwrap_or_default();
    if let Some(choice) = &asset.raw.style {
        inherited.style = defaults.styles.choice(choice, cx);
    }
    if let Some(name) = &asset.raw.recipe {
        let named = defaults.recipes.named(name, cx);
        if base.is_some() {
            inherited.recipe.clear();
            inherited.keys.extend(named);
        } else {
            inherited.recipe = named;
        }
    }
    let own = asset.raw.size.as_ref().map(|size| [size.value.0.u32(), size.value.1.u32()]);
    inherited.size = own.or(inherited.size).or_else(|| sizes.of(asset));
    let keys = recipes::Layer::read(&asset.keys, cx);
    if asset.kind == Kind::Texture && keys.matte.is_some_and(|matte| matte != Matte::None) {
        let background = asset.keys.background.as_ref().map(|background| (background.span, "background"));
        let matte = || asset.keys.matte.as_ref().map(|matte| (matte.span, "matte"));
        let (span, key) = background.or_else(matte).unwrap_or_default();
        let problem = Problem::error("texture-matte", span, "a texture has no background to cut out");
        cx.report(problem.help(format!("remove `{key}`, or make it a sprite")));
    }
    inherited.keys.push(keys);
    inherited
}

/// A reference image needs a workflow that starts from an image.
fn reference(asset: &Asset, blend: &mut Blend, cx: &mut Context<'_>) {
    let Some(reference) = &asset.raw.reference else { return };
    let is_built_in = cx.files.look(&workflow::path(TEXT_TO_IMAGE)).is_err();
    if blend.style.workflow == TEXT_TO_IMAGE && is_built_in {
        blend.style.workflow = IMAGE_TO_IMAGE.to_owned();
        blend.workflow = reference.span;
    }
    if let Some(strength) = &asset.raw.strength {
        let denoise = Param::Decimal(1000 * (1000 - strength.value.0));
        blend.style.params.insert(DENOISE.to_owned(), denoise);
        blend.params.insert(DENOISE.to_owned(), strength.span);
    }
}

fn backend(asset: &Asset, settings: &Settings, cx: &mut Context<'_>) -> BackendWord {
    let own = asset.raw.backend.as_ref();
    if let Some(source) = &asset.raw.source {
        if source.0.is_empty() {
            let problem =
                Problem::error("missing-key", source.span, format!("`{}` has an empty `source`", asset.name.value));
            cx.report_missing(problem.help("name a file or a glob"));
        }
        if let Some(own) = own
            && own.value != BackendWord::Files
        {
            let problem = Problem::error("source-and-backend", own.span, "an asset with `source` is not generated");
            cx.report(problem.help("remove one of them").related(source.span, "its source is given here"));
        }
        unused::beside_source(asset, cx);
        return BackendWord::Files;
    }
    if let Some(own) = own
        && own.value == BackendWord::Files
    {
        let problem = Problem::error("missing-key", own.span, format!("`{}` has no `source`", asset.name.value));
        cx.report_missing(problem.help("write `source = \"..\"`, a file or a glob"));
    }
    settings.profile.backend.or(own.map(|own| own.value)).unwrap_or(settings.backend)
}

fn need_prompt(asset: &Asset, base: Option<&Resolved>, prompt: Option<&At<Template>>, cx: &mut Context<'_>) {
    // An animation without its base lacks what the base would have.
    let orphan = asset.motion.of.is_some() && base.is_none();
    if prompt.is_none() && !orphan {
        let message = format!("the {} `{}` has no `prompt`", asset.kind, asset.name.value);
        let problem = Problem::error("missing-key", asset.name.span, message);
        cx.report_missing(problem.help("write `prompt = \"..\"`, or `source = \"..\"` for existing images"));
    } else if let Some(text) = &asset.raw.prompt
        && text.trim().is_empty()
    {
        let problem = Problem::error("empty-prompt", text.span, "the prompt is empty");
        cx.report(problem.help("describe the image"));
    }
}
