//! Tables of styles.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::number::{decimal_places, whole};
use super::table::table;
use super::{At, Int, Named, Pair, Read, Reader, Span, Thousandths};
use crate::manifest::problem::Problem;
use crate::words::style::Param;

table! {
    /// How images are generated. A change generates new images.
    pub struct RawStyle "a style" {
        /// The style that this one starts from; `default` if it names none.
        inherits: String,
    }
    with {
        /// Its keys.
        keys: StyleKeys,
    }
}

table! {
    /// Keys of a style.
    pub struct StyleKeys "a style" {
        /// A built-in workflow (`sdxl`, `sdxl-img2img`, `sdxl-inpaint`, `sdxl-controlnet`, `sdxl-pose`, `sdxl-seamless`), or the name of a file in `workflows/` without `.json`.
        workflow: String,
        /// The checkpoint's file as the server lists it, or `{ file = "..", sha256 = ".." }` to pin it.
        checkpoint: ModelValue,
        /// The VAE, by file, or `{ file, sha256 }`; `none` uses the checkpoint's own.
        vae: ModelValue,
        /// LoRAs in the order in which they are applied.
        loras: Vec<At<RawLora>>,
        /// The whole prompt. `{prompt}` is the asset's own, `{background}` the flat background of what is cut out, `{key}` its colour.
        prompt: String,
        /// What the image must not show; the asset's own follows, or replaces `{negative}`.
        negative: String,
        /// The colour of the flat background: a word such as `magenta`, or `#rrggbb`.
        key: String,
        /// Width and height of the generated image, in pixels; multiples of 8. It wins over the one of a preset.
        canvas: Pair<Int<64, 4096>>,
        /// Sampling steps.
        steps: Int<1, 200>,
        /// Guidance, at most three decimal places.
        cfg: Thousandths<0, 50_000>,
        /// ComfyUI's name of the sampler.
        sampler: String,
        /// ComfyUI's name of the scheduler.
        scheduler: String,
        /// Values of the workflow's other placeholders: `{ denoise = 0.5 }`.
        params: Named<ParamValue>,
    }
}

table! {
    /// A LoRA.
    pub struct RawLora "a LoRA" {
        /// The file as the server lists it.
        file: String,
        /// Its weight, at most three decimal places; 1 if left out.
        weight: Thousandths<-10_000, 10_000>,
        /// SHA-256 of the file, to pin it.
        sha256: String,
    }
}

table! {
    /// A model file with the digest that pins it.
    pub struct RawModel "a model" {
        /// The file as the server lists it.
        file: String,
        /// SHA-256 of the file, to pin it.
        sha256: String,
    }
}

/// A model by name, or pinned.
#[derive(Clone, Debug)]
pub(crate) enum ModelValue {
    /// By name.
    File(String),
    /// With its digest.
    Pinned(RawModel),
}

impl Read for ModelValue {
    fn wanted() -> String {
        "a file name or `{ file, sha256 }`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(file) => Some(Self::File(file.as_ref().to_owned())),
            DeValue::Table(_) => RawModel::read(value, span, reader).map(Self::Pinned),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, RawModel::schema(generator)] })
    }
}

/// A number, text, or a truth.
#[derive(Clone, Debug)]
pub(crate) struct ParamValue(pub Param);

/// No decimal of a param is larger: it is exact in millionths.
const LARGEST: i64 = 9_000_000_000;

impl Read for ParamValue {
    fn wanted() -> String {
        "a number, text, `true` or `false`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let out_of_range = |text: String| Problem::error("out-of-range", span, format!("`{text}` is too large"));
        let param = match value {
            DeValue::String(text) => Param::Text(text.as_ref().to_owned()),
            DeValue::Boolean(truth) => Param::Truth(*truth),
            DeValue::Integer(integer) => match whole(integer) {
                Some(number) => Param::Whole(number),
                None => {
                    reader.problem(out_of_range(integer.to_string()));
                    return None;
                }
            },
            DeValue::Float(float) => match decimal_places(float.as_str(), 6) {
                Ok(Some(number)) if number.abs() <= LARGEST * 1_000_000 => Param::Decimal(number),
                Ok(_) => {
                    reader.problem(out_of_range(float.to_string()));
                    return None;
                }
                Err(why) => {
                    reader.problem(Problem::error("bad-decimal", span, format!("`{float}` {why}")));
                    return None;
                }
            },
            _ => {
                return reader.wrong_type(span, value);
            }
        };
        Some(Self(param))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string", "boolean"] })
    }
}

/// The style of an asset: a name, or keys of its own.
#[derive(Clone, Debug)]
pub(crate) enum StyleChoice {
    /// `style = "dark"`.
    Name(String),
    /// `style = { steps = 4 }`.
    Inline(Box<RawStyle>),
}

impl Read for StyleChoice {
    fn wanted() -> String {
        "the name of a style or a table of its keys".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(name) => Some(Self::Name(name.as_ref().to_owned())),
            DeValue::Table(_) => RawStyle::read(value, span, reader).map(|style| Self::Inline(Box::new(style))),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, RawStyle::schema(generator)] })
    }
}
