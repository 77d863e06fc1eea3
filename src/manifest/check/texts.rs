//! How much text the templates of all assets make, known before any is expanded.

use super::Context;
use super::axes::view;
use super::gather::{Asset, Gathered};
use super::inputs::{Inputs, Source};
use super::prompt::background;
use super::resolve::Resolved;
use super::slots::{Counts, count};
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::{DIRECTION, Template};
use crate::words::source::Span;
use crate::words::style::{Param, Style};

/// The longest prompt, in bytes.
const LONGEST: usize = 64 << 10;

/// The longest path, in bytes.
const LONGEST_PATH: usize = 4096;

/// The most text of all slots, in MiB.
const MOST: u128 = 256;

/// Reports every text that would be too long; `None` if there is one, or if all together are.
pub(super) fn limit(all: &Gathered, assets: &[Resolved], inputs: &[Inputs], cx: &mut Context<'_>) -> Option<()> {
    let before = cx.problems.len();
    let sized = all.assets.iter().zip(assets).zip(inputs);
    let sizes: Vec<u128> = sized.map(|((raw, asset), inputs)| One { raw, asset, all }.size(inputs, cx)).collect();
    let counts = Counts::of(&sizes, |size| *size);
    if counts.total > MOST << 20 {
        let (at, largest) = counts.largest?;
        let (name, mib) = (&all.assets[at].name, |bytes: u128| bytes >> 20);
        let message = format!(
            "the texts of all slots have {} MiB, those of `{}` {}",
            mib(counts.total),
            name.value,
            mib(largest)
        );
        let help = format!("at most {MOST} MiB are allowed: shorten its texts, or make its matrix smaller");
        cx.report(Problem::error("too-much-text", name.span, message).help(help));
    }
    (cx.problems.len() == before).then_some(())
}

/// One asset, to be measured.
struct One<'a> {
    raw: &'a Asset,
    asset: &'a Resolved,
    all: &'a Gathered,
}

impl One<'_> {
    /// The most bytes of the texts of all of its slots and groups.
    fn size(&self, inputs: &Inputs, cx: &mut Context<'_>) -> u128 {
        let Self { raw, asset, .. } = self;
        let texts = &asset.texts;
        let own = self.optional(texts.prompt.as_ref(), LONGEST, cx);
        let own_negative = self.optional(texts.negative.as_ref(), LONGEST, cx);
        let action = raw.motion.action.as_ref().map_or(0, |action| action.len());
        let presets: usize = asset.presets.iter().map(|preset| preset.words.len() + preset.name.len()).sum();
        let words = sum([own, presets, action, 100]);
        let prompt = self.text(&asset.blend.prompt, ("prompt", words), LONGEST, cx);
        let negative = sum([own_negative, self.text(&asset.blend.negative, ("negative", own_negative), LONGEST, cx)]);
        let files = inputs.values().filter_map(|source| match source {
            Source::File(path) => Some(path),
            Source::Asset { .. } | Source::Pose { .. } => None,
        });
        let paths = texts.sources.iter().chain(files);
        let paths = paths.fold(0, |all, path| sum([all, self.text(path, ("", 0), LONGEST_PATH, cx)]));
        let slot = sum([prompt, negative, paths, style(&asset.blend.style), presets, action, 64 * inputs.len()]);
        let tags = raw.raw.tags.as_ref().map_or(0, |tags| tags.0.iter().map(|tag| tag.len() + 24).sum());
        let group = sum([tags, self.optional(texts.path.as_ref(), LONGEST_PATH, cx)]);
        let times = |count: u128, bytes: usize| count.saturating_mul(bytes as u128);
        times(count(asset), slot).saturating_add(times(asset.shape.groups(), group))
    }

    fn optional(&self, template: Option<&At<Template>>, most: usize, cx: &mut Context<'_>) -> usize {
        template.map_or(0, |template| self.text(template, ("", 0), most, cx))
    }

    /// The most bytes of a text; `inner` is a name with the bytes that stand for it.
    fn text(&self, template: &At<Template>, inner: (&str, usize), most: usize, cx: &mut Context<'_>) -> usize {
        let bytes = template.longest(|name| if name == inner.0 { inner.1 } else { self.value(name) });
        if bytes > most {
            let message = format!("this text has up to {bytes} bytes once its names are replaced");
            let help = format!("at most {most} are allowed: shorten it, or the variables that it names");
            // The built-in frame of a style has no place.
            let built_in = template.span == Span::default();
            let span = if built_in { self.raw.name.span } else { template.span };
            let problem = Problem::error("text-too-long", span, message).help(help);
            let framed = !built_in && !inner.0.is_empty();
            cx.report(if framed { problem.related(self.raw.name.span, "used by this asset") } else { problem });
            // Reported once, and not again for what it is a part of.
            return 0;
        }
        bytes
    }

    /// The most bytes of a value.
    fn value(&self, name: &str) -> usize {
        let blend = &self.asset.blend;
        match (name, self.asset.shape.axis(name)) {
            ("background", _) => background(blend, false).len(),
            ("key", _) => blend.key.word.len(),
            (_, Some((_, axis))) => {
                let long = |text: &str| if name == DIRECTION { view(text).len().max(text.len()) } else { text.len() };
                axis.values.iter().map(|value| long(&value.text)).max().unwrap_or(0)
            }
            (_, None) => self.all.vars.get(name).map_or(0, String::len),
        }
    }
}

fn sum<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().fold(0, usize::saturating_add)
}

/// The bytes of the texts in a style, which every slot has for itself.
fn style(style: &Style) -> usize {
    let models = [Some(&style.checkpoint), style.vae.as_ref()].into_iter().flatten();
    let models = models.chain(style.loras.iter().map(|lora| &lora.model));
    let models: usize = models.map(|model| model.file.len() + 64).sum();
    let params = style
        .params
        .iter()
        .map(|(name, param)| name.len() + if let Param::Text(text) = param { text.len() } else { 8 });
    models + params.sum::<usize>() + style.workflow.len() + style.sampler.len() + style.scheduler.len()
}
