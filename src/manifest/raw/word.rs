//! Words with a fixed meaning.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::{Read, Reader, Span};
use crate::manifest::problem::Problem;
use crate::words::layout::{Layout, Look};
use crate::words::motion::Side;
use crate::words::project::PngMode;
use crate::words::recipe::{Alpha, Anchor, Dither, DrawnFrame, Fit, Gate, Holes, Matte, Outline, Shadow};
use crate::words::timing::Playback;

/// One of a few words.
pub(crate) trait Words: Copy + PartialEq + 'static {
    /// What the word names, for messages: `an anchor`.
    const WHAT: &'static str;

    /// The code of the problem with an unknown word.
    const CODE: &'static str = "unknown-value";

    /// All words in order.
    const ALL: &'static [(&'static str, Self)];

    /// Finds a word; reports an unknown one.
    fn find(word: &str, span: Span, reader: &mut Reader) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        if found.is_none() {
            let problem = Problem::error(Self::CODE, span, format!("`{word}` is not {}", Self::WHAT));
            reader.problem(problem.suggest(word, Self::ALL.iter().map(|(known, _)| *known)));
        }
        found.map(|(_, value)| *value)
    }
}

/// Implements [`Words`] and [`Read`].
macro_rules! words {
    ($type:ty, $what:literal $(, $code:literal)?: $($word:literal => $value:expr),* $(,)?) => {
        impl Words for $type {
            const WHAT: &'static str = $what;
            $(const CODE: &'static str = $code;)?
            const ALL: &'static [(&'static str, Self)] = &[$(($word, $value)),*];
        }

        impl Read for $type {
            fn wanted() -> String {
                format!("{} (a string)", $what)
            }

            fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
                let Some(word) = value.as_str() else {
                    return reader.wrong_type(span, value);
                };
                Self::find(word, span, reader)
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "enum": [$($word),*] })
            }
        }
    };
}

/// A backend as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendWord {
    /// A ComfyUI server.
    Comfyui,
    /// The placeholder artist.
    Sketch,
    /// Files of the project.
    Files,
    /// The worker of this machine.
    Worker,
}

words!(BackendWord, "a backend":
    "comfyui" => Self::Comfyui, "sketch" => Self::Sketch, "files" => Self::Files, "worker" => Self::Worker);
words!(Side, "a side":
    "top" => Self::Top, "right" => Self::Right, "bottom" => Self::Bottom, "left" => Self::Left);
words!(PngMode, "a PNG mode": "rgba" => Self::Rgba, "indexed" => Self::Indexed);
// `reduce` is the older name of `step`.
words!(Fit, "a fit":
    "fill" => Self::Fill, "step" => Self::Step, "exact" => Self::Exact, "reduce" => Self::Step);
words!(Anchor, "an anchor": "bottom" => Self::Bottom, "center" => Self::Center, "top" => Self::Top);
words!(Matte, "a matte": "auto" => Self::Auto, "none" => Self::None);
words!(Holes, "a treatment of holes": "auto" => Self::Auto, "keep" => Self::Keep, "cut" => Self::Cut);
words!(Alpha, "a treatment of alpha":
    "auto" => Self::Auto, "keep" => Self::Keep, "levels" => Self::Levels, "binary" => Self::Binary);
words!(DrawnFrame, "a treatment of drawn frames": "auto" => Self::Auto, "keep" => Self::Keep, "remove" => Self::Remove);
words!(Shadow, "a treatment of shadows": "keep" => Self::Keep, "flat" => Self::Flat, "remove" => Self::Remove);
words!(Outline, "an outline":
    "none" => Self::None, "outer" => Self::Outer, "inner" => Self::Inner, "selective" => Self::Selective);
words!(Dither, "a dither": "none" => Self::None, "ordered" => Self::Ordered);
words!(Playback, "a playback": "forward" => Self::Forward, "reverse" => Self::Reverse, "pingpong" => Self::Pingpong);
words!(Layout, "a layout":
    "single" => Self::Single, "blob47" => Self::Blob47, "edge16" => Self::Edge16, "corner16" => Self::Corner16,
    "corner81" => Self::Corner81, "corner256" => Self::Corner256, "a2" => Self::A2, "slopes" => Self::Slopes);
words!(Look, "a look":
    "flat" => Self::Flat, "grass" => Self::Grass, "shore" => Self::Shore, "cliff" => Self::Cliff, "path" => Self::Path,
    "stone" => Self::Stone);
words!(Gate, "a gate", "unknown-gate":
    "grid" => Self::Grid, "colors" => Self::Colors, "coverage" => Self::Coverage, "border" => Self::Border,
    "orphans" => Self::Orphans, "residue" => Self::Residue, "reduced" => Self::Reduced,
    "baseline" => Self::Baseline, "flicker" => Self::Flicker, "seam" => Self::Seam, "key" => Self::Key,
    "loop" => Self::Loop);

/// The id of a format; the check knows which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormatId(pub String);

impl FormatId {
    /// The key of a schema that stands for an `enum` of all formats.
    pub(crate) const PLACEHOLDER: &'static str = "formats";
}

impl Read for FormatId {
    fn wanted() -> String {
        "an exporter (a string)".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let id = value.as_str();
        if id.is_none() {
            reader.wrong_type::<Self>(span, value);
        }
        id.map(|id| Self(id.to_owned()))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", (Self::PLACEHOLDER): true })
    }
}

pub(super) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_gates_and_layouts_are_their_own() {
        assert!(Gate::ALL.iter().all(|gate| Words::ALL.contains(&(gate.word(), *gate))));
        assert_eq!(<Gate as Words>::ALL.len(), Gate::ALL.len());
        assert!(Layout::ALL.iter().all(|layout| Words::ALL.contains(&(layout.word(), *layout))));
        assert_eq!(<Layout as Words>::ALL.len(), Layout::ALL.len());
        assert!(Look::ALL.iter().all(|look| Words::ALL.contains(&(look.word(), *look))));
        assert_eq!(<Look as Words>::ALL.len(), Look::ALL.len());
    }
}
