//! The colour of the flat background that a subject is cut out of.

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::color::Rgb;

/// A background colour with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manifest) struct KeyColor {
    /// Its words in a prompt.
    pub(in crate::manifest) word: String,
    /// Its value.
    pub(in crate::manifest) rgb: Rgb,
}

impl Default for KeyColor {
    fn default() -> Self {
        Self { word: "magenta".to_owned(), rgb: Rgb([255, 0, 255]) }
    }
}

const COLORS: [(&str, [u8; 3]); 16] = [
    ("magenta", [255, 0, 255]),
    ("green", [0, 255, 0]),
    ("lime", [0, 255, 0]),
    ("blue", [0, 0, 255]),
    ("cyan", [0, 255, 255]),
    ("red", [255, 0, 0]),
    ("yellow", [255, 255, 0]),
    ("orange", [255, 128, 0]),
    ("pink", [255, 105, 180]),
    ("purple", [128, 0, 128]),
    ("teal", [0, 128, 128]),
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("brown", [139, 69, 19]),
];

/// A colour's name or `#rrggbb`; other words may precede it (`bright green`).
fn color(text: &str) -> Option<Rgb> {
    if text.starts_with('#') {
        return Rgb::parse(text);
    }
    let last = text.split_whitespace().last()?.to_ascii_lowercase();
    COLORS.iter().find(|(word, _)| *word == last).map(|(_, rgb)| Rgb(*rgb))
}

pub(super) fn read(word: &At<String>, cx: &mut Context<'_>) -> Option<KeyColor> {
    let rgb = color(word);
    if rgb.is_none() {
        let problem = Problem::error("unknown-color", word.span, format!("`{}` is not a colour", word.value));
        let problem = problem.help("write a word such as `magenta`, or `#rrggbb`");
        cx.report(problem.suggest(word, COLORS.iter().map(|(word, _)| *word)));
    }
    rgb.map(|rgb| KeyColor { word: word.trim().to_owned(), rgb })
}
