//! Recipes: named layers, and their combination.

mod palette;

use std::collections::{BTreeMap, HashMap};

use super::Context;
use super::inherit::{Entry, chains, unknown};
use crate::manifest::preset::Preset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, AutoOr, CleanupStep, Int, Pair, RawRecipe, RecipeKeys};
use crate::words::asset::Kind;
use crate::words::recipe::{
    Alpha, Anchor, Cleanup, Dither, DrawnFrame, Fit, Framing, Gate, GridChoice, Holes, Matte, Outline, PaletteChoice,
    Recipe, Repair, Shadow, Size,
};

/// Some keys of a recipe, checked.
#[derive(Clone, Debug, Default)]
pub(in crate::manifest) struct Layer {
    pub(in crate::manifest) palette: Option<PaletteChoice>,
    pub(in crate::manifest) colors: Option<u32>,
    pub(in crate::manifest) grid: Option<GridChoice>,
    pub(in crate::manifest) drawn_frame: Option<DrawnFrame>,
    pub(in crate::manifest) matte: Option<Matte>,
    pub(in crate::manifest) holes: Option<Holes>,
    pub(in crate::manifest) shadow: Option<Shadow>,
    pub(in crate::manifest) alpha: Option<Alpha>,
    pub(in crate::manifest) outline: Option<Outline>,
    pub(in crate::manifest) cleanup: Option<Cleanup>,
    pub(in crate::manifest) dither: Option<Dither>,
    pub(in crate::manifest) repair: Option<Repair>,
    pub(in crate::manifest) fit: Option<Fit>,
    pub(in crate::manifest) scale: Option<u32>,
    pub(in crate::manifest) anchor: Option<Anchor>,
    pub(in crate::manifest) margin: Option<u32>,
    pub(in crate::manifest) gates: Vec<(Gate, i64)>,
}

impl Layer {
    /// Checks a table's values.
    pub(in crate::manifest) fn read(keys: &RecipeKeys, cx: &mut Context<'_>) -> Self {
        Self {
            palette: keys.palette.as_ref().and_then(|palette| palette::read(palette, keys.colors.as_ref(), cx)),
            colors: keys.colors.as_ref().map(|n| n.value.u32()),
            grid: grid(keys, cx),
            drawn_frame: keys.drawn_frame.as_ref().map(|word| word.value),
            matte: matte(keys, cx),
            holes: keys.holes.as_ref().map(|word| word.value),
            shadow: keys.shadow.as_ref().map(|word| word.value),
            alpha: keys.alpha.as_ref().map(|word| word.value),
            outline: keys.outline.as_ref().map(|word| word.value),
            cleanup: keys.cleanup.as_ref().map(|steps| cleanup(&steps.value)),
            dither: keys.dither.as_ref().map(|word| word.value),
            repair: keys.repair.as_ref().map(|on| if on.value { Repair::Auto } else { Repair::Off }),
            fit: keys.fit.as_ref().map(|word| word.value),
            scale: keys.scale.as_ref().map(|n| n.value.u32()),
            anchor: keys.anchor.as_ref().map(|word| word.value),
            margin: keys.margin.as_ref().map(|n| n.value.u32()),
            gates: gates(keys, cx),
        }
    }

    /// Applies this layer over a recipe.
    pub(in crate::manifest) fn apply(&self, recipe: &mut Recipe) {
        fn set<T: Clone>(to: &mut T, from: &Option<T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut recipe.palette, &self.palette);
        if let Some(colors) = self.colors {
            recipe.palette = std::mem::replace(&mut recipe.palette, PaletteChoice::Auto).limited(colors);
        }
        set(&mut recipe.grid, &self.grid);
        set(&mut recipe.drawn_frame, &self.drawn_frame);
        set(&mut recipe.matte, &self.matte);
        set(&mut recipe.holes, &self.holes);
        set(&mut recipe.shadow, &self.shadow);
        set(&mut recipe.alpha, &self.alpha);
        set(&mut recipe.outline, &self.outline);
        set(&mut recipe.cleanup, &self.cleanup);
        set(&mut recipe.dither, &self.dither);
        set(&mut recipe.repair, &self.repair);
        set(&mut recipe.fit, &self.fit);
        recipe.scale = self.scale.or(recipe.scale);
        set(&mut recipe.anchor, &self.anchor);
        set(&mut recipe.margin, &self.margin);
        recipe.gates.extend(self.gates.iter().copied());
    }

    /// As [`Self::apply`], but keeps a palette that the project gives.
    pub(in crate::manifest) fn apply_preset(&self, recipe: &mut Recipe) {
        let given = recipe.palette.palette().is_some().then(|| recipe.palette.clone());
        self.apply(recipe);
        if let Some(given) = given {
            recipe.palette = given;
        }
    }
}

fn matte(keys: &RecipeKeys, cx: &mut Context<'_>) -> Option<Matte> {
    if let (Some(matte), Some(background)) = (&keys.matte, &keys.background) {
        let problem =
            Problem::error("background-twice", matte.span, "`background` and `matte` both set the background");
        cx.report(problem.help("remove `matte`").related(background.span, "the background is given here"));
    }
    let background = keys.background.as_ref().map(|background| background.value.0);
    background.or_else(|| keys.matte.as_ref().map(|word| word.value))
}

fn grid(keys: &RecipeKeys, cx: &mut Context<'_>) -> Option<GridChoice> {
    if let (Some(grid), Some(pixel_size)) = (&keys.grid, &keys.pixel_size) {
        let problem = Problem::error("grid-twice", pixel_size.span, "`grid` and `pixel_size` both set the grid");
        cx.report(problem.help("keep one of them").related(grid.span, "the grid is given here"));
    }
    let pitch = keys.pixel_size.as_ref().map(|pitch| {
        let Pair(x, y) = pitch.value;
        GridChoice::Pitch([x.0, y.0].map(|n| u32::try_from(n).unwrap_or_default()))
    });
    pitch.or_else(|| keys.grid.as_ref().map(|grid| cells(grid.value)))
}

/// Thresholds; each must be a value that its gate can measure.
fn gates(keys: &RecipeKeys, cx: &mut Context<'_>) -> Vec<(Gate, i64)> {
    let given =
        |keys: &RecipeKeys| keys.pixel_size.is_some() || keys.grid.as_ref().is_some_and(|g| g.value != AutoOr::Auto);
    let mut gates = Vec::new();
    for (gate, threshold) in keys.gates.iter().flat_map(|gates| &gates.0) {
        let (most, unit) = gate.value.range();
        if threshold.value.0 > most {
            let message = format!("`{}` is out of range: 0 to {most}", threshold.value.0);
            let problem = Problem::error("out-of-range", threshold.span, message);
            cx.report(problem.help(format!("`{}` is measured in {unit}", gate.value.word())));
        }
        if gate.value == Gate::Grid && given(keys) {
            let problem =
                Problem::warning("unused-key", gate.span, "`grid` has no effect: a given grid needs no confidence");
            cx.report(problem.help("remove it, or have the grid found"));
        }
        gates.push((gate.value, threshold.value.0));
    }
    gates
}

fn cells(grid: AutoOr<Pair<Int<1, 4096>>>) -> GridChoice {
    match grid {
        AutoOr::Auto => GridChoice::Auto,
        AutoOr::Given(Pair(x, y)) => GridChoice::Cells([x.u32(), y.u32()]),
    }
}

fn cleanup(steps: &[At<CleanupStep>]) -> Cleanup {
    let has = |step| steps.iter().any(|given| given.value == step);
    Cleanup { orphans: has(CleanupStep::Orphans), jaggies: has(CleanupStep::Jaggies), dust: has(CleanupStep::Dust) }
}

/// All named recipes.
pub(super) struct RecipeTable {
    recipes: HashMap<String, Vec<Layer>>,
}

impl RecipeTable {
    /// Checks all named recipes and what they start from.
    pub(super) fn read(recipes: &[(At<String>, RawRecipe)], cx: &mut Context<'_>) -> Self {
        let entries: Vec<Entry<'_, Layer>> =
            recipes.iter().map(|(name, raw)| (name, raw.inherits.as_ref(), Layer::read(&raw.keys, cx))).collect();
        Self { recipes: chains("recipe", &entries, cx) }
    }

    /// The layers of a recipe by name.
    pub(super) fn named(&self, name: &At<String>, cx: &mut Context<'_>) -> Vec<Layer> {
        if name.value == "default" {
            return Vec::new();
        }
        let layers = self.recipes.get(name.as_str()).cloned();
        layers.unwrap_or_else(|| {
            let hints = cx.hints();
            cx.report(unknown("recipe", name, name.span, self.recipes.keys().map(String::as_str).filter(|_| hints)));
            Vec::new()
        })
    }

    /// The recipe of an asset: built-in, `default`, what its kind needs, presets, then the given layers.
    pub(super) fn blend(&self, kind: Kind, size: Size, presets: &[Preset], layers: &[&[Layer]]) -> Recipe {
        let default = self.recipes.get("default").map_or(&[][..], Vec::as_slice);
        let recipe = blend(kind, size, default, presets, layers);
        // A single image has nothing to repair.
        Recipe { repair: if kind == Kind::Animation { recipe.repair } else { Repair::Auto }, ..recipe }
    }
}

/// Combines all layers, weakest first.
pub(super) fn blend(kind: Kind, size: Size, default: &[Layer], presets: &[Preset], layers: &[&[Layer]]) -> Recipe {
    let mut recipe = built_in(size);
    for layer in default {
        layer.apply(&mut recipe);
    }
    for preset in presets {
        (preset.recipe)().apply_preset(&mut recipe);
    }
    if kind == Kind::Texture {
        // A texture has no subject: no outline, no margin, no gates of a subject.
        (recipe.outline, recipe.margin) = (Outline::None, 0);
        recipe.gates.retain(|gate, _| !matches!(gate, Gate::Coverage | Gate::Border));
    }
    for layer in layers.iter().copied().flatten() {
        layer.apply(&mut recipe);
    }
    if kind == Kind::Texture {
        recipe.matte = Matte::None;
    }
    recipe.framing = match (kind, recipe.matte) {
        (Kind::Texture, _) => Framing::Tile,
        (_, Matte::None) => Framing::Crop,
        (_, _) => Framing::Subject,
    };
    recipe
}

/// The weakest layer.
fn built_in(size: Size) -> Recipe {
    Recipe {
        size,
        framing: Framing::Subject,
        fit: Fit::Fill,
        scale: None,
        anchor: Anchor::Bottom,
        margin: 0,
        palette: PaletteChoice::Auto,
        grid: GridChoice::Auto,
        drawn_frame: DrawnFrame::Auto,
        matte: Matte::Auto,
        holes: Holes::Auto,
        shadow: Shadow::Keep,
        alpha: Alpha::Auto,
        outline: Outline::None,
        cleanup: Cleanup::default(),
        dither: Dither::None,
        repair: Repair::Auto,
        gates: BTreeMap::from([(Gate::Grid, 600)]),
        adopted: false,
    }
}

/// A recipe without an asset, from its own file.
pub(in crate::manifest) fn standalone(
    size: Size,
    presets: &[Preset],
    keys: &RecipeKeys,
    cx: &mut Context<'_>,
) -> Recipe {
    let layer = Layer::read(keys, cx);
    blend(Kind::Sprite, size, &[], presets, &[&[layer]])
}
