//! Gathers the tables of all files by name; every name is unique.

use std::collections::{BTreeMap, HashMap};

use super::{Context, names};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{
    At, Directions, Int, Named, OneOrMany, RawAnimation, RawAsset, RawAtlas, RawCompare, RawFile, RawMotion,
    RawProfile, RawProject, RawRecipe, RawRecolor, RawSheet, RawSprite, RawStyle, RawTexture, RawTileset, RawTrain,
    RecipeKeys, Scalar, StripValue,
};
use crate::manifest::template::RESERVED;
use crate::words::asset::Kind;
use crate::words::source::Span;
use crate::words::timing::Playback;

/// One file, read.
pub(in crate::manifest) struct Part<T> {
    /// Its tables.
    pub(in crate::manifest) raw: T,
    /// Whether it is `pixels.toml`.
    pub(in crate::manifest) root: bool,
}

/// All tables of all files.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) project: Option<At<RawProject>>,
    pub(super) vars: BTreeMap<String, String>,
    pub(super) styles: Vec<(At<String>, RawStyle)>,
    pub(super) recipes: Vec<(At<String>, RawRecipe)>,
    pub(super) profiles: Vec<(At<String>, RawProfile)>,
    pub(super) trains: Vec<(At<String>, RawTrain)>,
    pub(super) comparisons: Vec<(At<String>, RawCompare)>,
    pub(super) assets: Vec<Asset>,
    pub(super) tilesets: Vec<(At<String>, RawTileset)>,
    pub(super) atlases: Vec<(At<String>, RawAtlas)>,
    /// Assets and tilesets by name.
    index: HashMap<String, Found>,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Asset(usize),
    Tileset,
}

/// A sprite, an animation or a texture as it is written.
pub(super) struct Asset {
    pub(super) kind: Kind,
    pub(super) name: At<String>,
    pub(super) raw: RawAsset,
    pub(super) keys: RecipeKeys,
    pub(super) directions: Option<At<Directions>>,
    pub(super) mirror: Option<At<Named<String>>>,
    /// The other asset that it has the shape of, and its colours.
    pub(super) recolor: Option<At<RawRecolor>>,
    pub(super) nine_slice: Option<At<OneOrMany<Int<0, 512>>>>,
    /// How many values of its matrix one image shows.
    pub(super) per_image: Option<At<Int<2, 64>>>,
    pub(super) motion: Motion,
    /// Keys of its sheet; animations only.
    pub(super) sheet: RawSheet,
}

impl Asset {
    /// Whether it is made from another asset, so that nothing of it is generated.
    pub(super) fn is_derived(&self) -> bool {
        self.recolor.is_some() || self.motion.still.is_some()
    }
}

/// The keys of animations only.
#[derive(Default)]
pub(super) struct Motion {
    pub(super) of: Option<At<String>>,
    pub(super) action: Option<At<String>>,
    pub(super) frames: Option<At<Int<1, 64>>>,
    pub(super) fps: Option<At<Int<1, 60>>>,
    pub(super) durations: Option<At<OneOrMany<Int<1, 65_535>>>>,
    pub(super) playback: Option<At<Playback>>,
    pub(super) repeat: Option<At<bool>>,
    pub(super) strip: Option<At<StripValue>>,
    pub(super) rows: Option<At<OneOrMany<String>>>,
    pub(super) events: Option<At<Named<OneOrMany<Int<1, 64>>>>>,
    /// The sprite that moves, which `of` names as well.
    pub(super) still: Option<At<String>>,
    /// Where another `of` is written beside it.
    pub(super) beside_still: Option<Span>,
    /// How that sprite moves.
    pub(super) moves: Option<At<RawMotion>>,
}

impl Gathered {
    /// What a name names.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        self.index.get(name).copied()
    }

    /// The asset of that name and its number.
    pub(super) fn asset(&self, name: &str) -> Option<(usize, &Asset)> {
        match self.find(name)? {
            Found::Asset(at) => Some((at, &self.assets[at])),
            Found::Tileset => None,
        }
    }

    /// The names of assets of some kinds.
    pub(super) fn names(&self, wanted: impl Fn(Kind) -> bool) -> impl Iterator<Item = &str> {
        self.assets.iter().filter(move |asset| wanted(asset.kind)).map(|asset| asset.name.as_str())
    }
}

/// Gathers the tables of all files.
pub(super) fn gather(parts: Vec<Part<RawFile>>, cx: &mut Context<'_>) -> Gathered {
    let mut all = Gathered::default();
    let mut seen = Seen::default();
    for Part { raw, root } in parts {
        if !root {
            included(&raw, cx);
        } else if raw.project.is_some() {
            all.project = raw.project;
        }
        vars(raw.vars, &mut all, &mut seen, cx);
        named(raw.style, "style", &mut all.styles, &mut seen, cx);
        named(raw.recipe, "recipe", &mut all.recipes, &mut seen, cx);
        named(raw.profile, "profile", &mut all.profiles, &mut seen, cx);
        named(raw.atlas, "atlas", &mut all.atlases, &mut seen, cx);
        named(raw.train, "train", &mut all.trains, &mut seen, cx);
        named(raw.compare, "comparison", &mut all.comparisons, &mut seen, cx);
        assets(raw.sprite, Kind::Sprite, sprite, &mut all, &mut seen, cx);
        assets(raw.animation, Kind::Animation, animation, &mut all, &mut seen, cx);
        assets(raw.texture, Kind::Texture, texture, &mut all, &mut seen, cx);
        for (name, raw) in raw.tileset.map(|named| named.value.0).unwrap_or_default() {
            if seen.check("asset", "tileset", &name, cx) {
                all.index.insert(name.value.clone(), Found::Tileset);
                all.tilesets.push((name, raw.value));
            }
        }
    }
    all
}

/// Reports tables that only `pixels.toml` may have.
fn included(raw: &RawFile, cx: &mut Context<'_>) {
    if let Some(project) = &raw.project {
        let problem = Problem::error("included-project", project.span, "an included file has a table `[project]`");
        cx.report(problem.help("move it to `pixels.toml`"));
    }
    if let Some(include) = &raw.include {
        let problem = Problem::error("nested-include", include.span, "an included file includes further files");
        cx.report(problem.help("name them in the `include` of `pixels.toml`"));
    }
}

/// Names that were seen, by what they are names of, letters in one case.
#[derive(Default)]
struct Seen(HashMap<(&'static str, String), (Span, &'static str, String)>);

impl Seen {
    /// Whether the name is possible and new.
    fn check(&mut self, space: &'static str, what: &'static str, name: &At<String>, cx: &mut Context<'_>) -> bool {
        if let Err(refused) = names::valid(name) {
            cx.report(Problem::new(name.span, refused));
            return false;
        }
        // Names of assets, atlases, comparisons, profiles and training runs become file names, where case may not matter.
        let is_file = ["asset", "atlas", "comparison", "profile", "train"].contains(&space);
        let key = (space, if is_file { name.to_ascii_lowercase() } else { name.value.clone() });
        if let Some((first, kind, spelt)) = self.0.get(&key) {
            let label = format!("the {kind} `{spelt}` is here");
            let problem = if *spelt == name.value {
                let message = format!("there are two assets or tables called `{spelt}`");
                Problem::error("duplicate-name", name.span, message)
                    .help("names are unique across all files, and those of assets across all kinds")
            } else {
                let message = format!("`{}` and `{spelt}` differ only in case", name.value);
                Problem::error("case-clash", name.span, message).help("on Windows and macOS they would be one file")
            };
            cx.report(problem.related(*first, label));
            return false;
        }
        self.0.insert(key, (name.span, what, name.value.clone()));
        true
    }
}

fn named<T>(
    table: Option<At<Named<T>>>,
    what: &'static str,
    list: &mut Vec<(At<String>, T)>,
    seen: &mut Seen,
    cx: &mut Context<'_>,
) {
    for (name, raw) in table.map(|named| named.value.0).unwrap_or_default() {
        if seen.check(what, what, &name, cx) {
            list.push((name, raw.value));
        }
    }
}

fn vars(table: Option<At<Named<Scalar>>>, all: &mut Gathered, seen: &mut Seen, cx: &mut Context<'_>) {
    for (name, value) in table.map(|named| named.value.0).unwrap_or_default() {
        if !seen.check("variable", "variable", &name, cx) {
            continue;
        }
        if RESERVED.contains(&name.as_str()) {
            let message = format!("`{}` cannot be a variable: templates already use it", name.value);
            cx.report(Problem::error("reserved-variable", name.span, message).help("choose another name"));
            continue;
        }
        all.vars.insert(name.value, value.value.0);
    }
}

fn assets<T>(
    table: Option<At<Named<T>>>,
    kind: Kind,
    make: fn(At<String>, T) -> Asset,
    all: &mut Gathered,
    seen: &mut Seen,
    cx: &mut Context<'_>,
) {
    let table = table.map(|named| named.value.0).unwrap_or_default();
    // They are large, and many.
    all.assets.reserve_exact(table.len());
    for (name, raw) in table {
        if seen.check("asset", kind.word(), &name, cx) {
            all.index.insert(name.value.clone(), Found::Asset(all.assets.len()));
            let mut asset = make(name, raw.value);
            referenced(&mut asset, cx);
            all.assets.push(asset);
        }
    }
}

/// The role of the image in `sdxl-img2img`.
const REFERENCE: &str = "image";

/// A reference image is an input of the workflow.
fn referenced(asset: &mut Asset, cx: &mut Context<'_>) {
    let raw = &mut asset.raw;
    let Some(reference) = raw.reference.clone() else {
        if let Some(strength) = &raw.strength {
            let problem =
                Problem::warning("unused-key", strength.span, "`strength` has no effect: there is no `reference`");
            cx.report(problem.help("write `reference = \"..\"`: an image of the project, or an asset"));
        }
        return;
    };
    let inputs = raw.inputs.get_or_insert_with(|| At { value: Named::default(), span: reference.span });
    if let Some((role, _)) = inputs.value.0.iter().find(|(role, _)| role.value == REFERENCE) {
        let problem = Problem::error("reference-and-input", reference.span, "`reference` is the input `image`");
        cx.report(problem.help("remove one of them").related(role.span, "it is given here"));
        return;
    }
    let role = At { value: REFERENCE.to_owned(), span: reference.span };
    inputs.value.0.push((role, reference));
}

fn sprite(name: At<String>, raw: RawSprite) -> Asset {
    let RawSprite { directions, mirror, recolor, nine_slice, per_image, asset, keys } = raw;
    let motion = Motion { of: recolor.as_ref().and_then(|recolor| recolor.of.clone()), ..Motion::default() };
    let bare = bare(Kind::Sprite, name, asset, keys);
    Asset { directions, mirror, recolor, nine_slice, per_image, motion, ..bare }
}

fn animation(name: At<String>, raw: RawAnimation) -> Asset {
    let RawAnimation { of, action, frames, fps, durations, playback, repeat, strip, events, .. } = raw;
    let RawAnimation { rows, directions, mirror, recolor, still, motion: moves, asset, keys, sheet, .. } = raw;
    let beside_still = of.as_ref().filter(|_| still.is_some()).map(|of| of.span);
    let of = recolor.as_ref().and_then(|recolor| recolor.of.clone()).or_else(|| still.clone()).or(of);
    let timed = Motion { of, action, frames, fps, durations, playback, repeat, strip, rows, ..Motion::default() };
    let motion = Motion { events, still, beside_still, moves, ..timed };
    Asset { directions, mirror, recolor, motion, sheet, ..bare(Kind::Animation, name, asset, keys) }
}

fn texture(name: At<String>, RawTexture { asset, keys }: RawTexture) -> Asset {
    bare(Kind::Texture, name, asset, keys)
}

/// An asset without the keys that only some kinds have.
fn bare(kind: Kind, name: At<String>, raw: RawAsset, keys: RecipeKeys) -> Asset {
    let (directions, mirror, recolor, nine_slice, per_image) = Default::default();
    let (motion, sheet) = Default::default();
    Asset { kind, name, raw, keys, directions, mirror, recolor, nine_slice, per_image, motion, sheet }
}
