//! Tables of recipes.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::table::table;
use super::word::words;
use super::{At, AutoOr, Int, Keyed, OneOrMany, Pair, Read, Reader, Span, Thousandths, Words};
use crate::manifest::problem::Problem;
use crate::words::palette::MAX_COLORS;
use crate::words::recipe::{Alpha, Anchor, Dither, DrawnFrame, Fit, Gate, Holes, Matte, Outline, Shadow};

table! {
    /// How images are restored. A change never generates new images.
    pub struct RawRecipe "a recipe" {
        /// The recipe that this one starts from; `default` if it names none.
        inherits: String,
    }
    with {
        /// How.
        keys: RecipeKeys,
    }
}

table! {
    /// Steps from a raw image to a sprite.
    pub struct RecipeKeys "a recipe" {
        /// `auto`, a built-in palette, a file (.gpl .hex .pal .json .png .txt .act
        /// .ase .aco .aseprite), or a list of colours `#rrggbb`.
        palette: PaletteValue,
        /// The most colours, chosen from the image; under an inherited palette, so many of its colours.
        colors: Int<1, 256>,
        /// The logical grid: `auto`, or the number of cells across and down.
        grid: AutoOr<Pair<Int<1, 4096>>>,
        /// Width and height of a cell in pixels of the raw image, at most three decimal places.
        pixel_size: Pair<Thousandths<1000, 512_000>>,
        /// A frame that is drawn along the border: removed with the background inside it (`auto`, the default), kept
        /// (`keep`), or cut off whatever is inside (`remove`).
        drawn_frame: DrawnFrame,
        /// The background that is cut out: the flat one (`auto`), one in the key colour alone (`key`: the style's, or
        /// vivid magenta, green or blue), one in this colour (`#rrggbb`), or `none`.
        background: BackgroundValue,
        /// The older name of `background`: `auto` or `none`.
        matte: Matte,
        /// What happens to background that the subject encloses.
        holes: Holes,
        /// The shadow that a subject casts on its background: kept (`keep`, the default), made of one colour (`flat`), or
        /// removed (`remove`).
        shadow: Shadow,
        /// Half-transparent pixels: kept as they are (`keep`), rounded to quarters (`levels`), made opaque or
        /// transparent (`binary`), or kept for finished art only (`auto`, the default).
        alpha: Alpha,
        /// The outline, in the darkest colour.
        outline: Outline,
        /// Clean-up steps.
        cleanup: Vec<At<CleanupStep>>,
        /// How colours are mixed when a palette is mapped.
        dither: Dither,
        /// Whether the frames of an animation are steadied: brought to one place and one tint, and single pixels to their
        /// neighbours in time; they are if left out.
        repair: bool,
        /// A subject larger than its frame is reduced so that it fills it (`fill`, the default), is reduced by a whole
        /// step (`step`, formerly `reduce`), or fails (`exact`).
        fit: Fit,
        /// A fixed whole-step reduction, so that a whole set has one scale.
        scale: Int<1, 8>,
        /// Where a smaller subject is placed in its frame.
        anchor: Anchor,
        /// Empty pixels kept free on every side of the frame.
        margin: Int<0, 256>,
        /// Thresholds by gate, mostly in per mille.
        gates: Keyed<Gate, Int<0, 1_000_000>>,
    }
}

table! {
    /// A recipe by itself, for `process --recipe`.
    pub struct RawRecipeFile "a recipe file" {
        /// The recipe, if its keys do not stand at the top.
        recipe: RawLooseRecipe,
    }
    with {
        /// The recipe's keys at the top.
        top: RawLooseRecipe,
    }
}

table! {
    /// A recipe without an asset.
    pub struct RawLooseRecipe "a recipe file" {
        /// Width, or `[width, height]`, of the result in logical pixels.
        size: Pair<Int<1, 1024>>,
        /// Built-in presets; later ones win.
        preset: OneOrMany<String>,
    }
    with {
        /// How it is restored.
        keys: RecipeKeys,
    }
}

/// A background as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BackgroundValue(pub Matte);

impl Read for BackgroundValue {
    fn wanted() -> String {
        "`auto`, `key`, `none` or a colour `#rrggbb`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(text) = value.as_str() else { return reader.wrong_type(span, value) };
        let found = Matte::parse(text).map(Self);
        if found.is_none() {
            let problem = Problem::error("unknown-value", span, format!("`{text}` is not a background"));
            reader.problem(problem.help(format!("write {}", Self::wanted())));
        }
        found
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string", "enum": ["auto", "key", "none"] },
            { "type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$" }
        ] })
    }
}

/// An optional clean-up step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CleanupStep {
    /// Gives single pixels their neighbours' colour.
    Orphans,
    /// Removes the corners of a line's staircase.
    Jaggies,
    /// Removes specks apart from the subject.
    Dust,
}

words!(CleanupStep, "a clean-up step": "orphans" => Self::Orphans, "jaggies" => Self::Jaggies, "dust" => Self::Dust);

/// A palette as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PaletteValue {
    /// `auto`, a built-in, or a file.
    Name(String),
    /// Colours.
    Colors(Vec<At<String>>),
}

impl Read for PaletteValue {
    fn wanted() -> String {
        "a palette's name, a file or a list of colours".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(name) => Some(Self::Name(name.as_ref().to_owned())),
            DeValue::Array(_) => Vec::read(value, span, reader).map(Self::Colors),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        let colors = json_schema!({
            "type": "array", "items": { "type": "string", "pattern": "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$" },
            "minItems": 1, "maxItems": MAX_COLORS
        });
        json_schema!({ "anyOf": [{ "type": "string" }, colors] })
    }
}
