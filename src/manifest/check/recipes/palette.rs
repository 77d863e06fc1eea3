//! The palette of a recipe: `auto`, a built-in one, a file, or colours.

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, Int, PaletteValue};
use crate::words::color::Rgb;
use crate::words::palette;
use crate::words::recipe::PaletteChoice;
use crate::words::source::Span;
use crate::words::suggest::did_you_mean;

/// The largest palette file that is read.
const LARGEST: u64 = 16 << 20;

/// The formats of palette files, for hints.
const FORMATS: &str = "the formats are GIMP .gpl, .hex, JASC .pal, Lospec .json and .png";

pub(super) fn read(
    value: &At<PaletteValue>,
    colors: Option<&At<Int<1, 256>>>,
    cx: &mut Context<'_>,
) -> Option<PaletteChoice> {
    let choice = match &value.value {
        PaletteValue::Name(name) if name == "auto" => Some(PaletteChoice::Auto),
        PaletteValue::Name(name) => named(name, value.span, cx),
        PaletteValue::Colors(colors) => list(colors, value.span, cx),
    };
    if let (Some(PaletteChoice::Given(_)), Some(colors)) = (&choice, colors) {
        let problem = Problem::error("palette-and-colors", colors.span, "`colors` has no effect beside a palette");
        cx.report(problem.help("keep one of them").related(value.span, "the palette is given here"));
    }
    choice
}

fn list(colors: &[At<String>], span: Span, cx: &mut Context<'_>) -> Option<PaletteChoice> {
    if colors.is_empty() || colors.len() > 256 {
        cx.report_missing(size(span, colors.len()));
        return None;
    }
    let mut read = Vec::with_capacity(colors.len());
    for color in colors {
        let rgb = Rgb::parse(color);
        if rgb.is_none() {
            let problem = Problem::error("unknown-color", color.span, format!("`{}` is not a colour", color.value));
            cx.report(problem.help("colours of a palette are written `#rrggbb`"));
        }
        read.push(rgb);
    }
    read.into_iter().collect::<Option<Vec<Rgb>>>().map(PaletteChoice::Given)
}

fn size(span: Span, colors: usize) -> Problem {
    let message = format!("the palette has {colors} colours");
    Problem::error("palette-size", span, message).help("it must have 1 to 256")
}

fn named(name: &str, span: Span, cx: &mut Context<'_>) -> Option<PaletteChoice> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let is_file = extension.is_some_and(|e| ["gpl", "hex", "pal", "json", "png"].contains(&e.as_str()));
    if is_file {
        return file(name, span, cx);
    }
    if let Some(known) = cx.palettes.get(name) {
        return known.clone();
    }
    if palette::builtin(name).is_none() && cx.readable_file(name) {
        let message = format!("`{name}` is not a palette in a format that is read");
        cx.report(Problem::error("bad-palette", span, message).help(FORMATS));
        return None;
    }
    let found = palette::builtin(name).map(|palette| PaletteChoice::Given(palette.colors));
    if found.is_none() {
        let problem = Problem::error("unknown-palette", span, format!("no palette is called `{name}`"));
        let problem = problem.help("`dgx-pixels palette list` shows all; a file ends in .gpl .hex .pal .json or .png");
        let names = palette::builtin_names();
        cx.report(match did_you_mean(name, names.iter().copied()) {
            Some(hint) => problem.help(format!("{hint} `dgx-pixels palette list` shows all")),
            None => problem,
        });
        return None;
    }
    cx.palettes.insert(name.to_owned(), found.clone());
    found
}

fn file(name: &str, span: Span, cx: &mut Context<'_>) -> Option<PaletteChoice> {
    let path = cx.readable(name, span)?;
    if let Some(Some(known)) = cx.palettes.get(&path) {
        return Some(known.clone());
    }
    let bytes = match cx.files.read(&path, LARGEST) {
        Ok(bytes) => bytes,
        Err(missing) => {
            let (code, reason) = missing.reason();
            let problem = Problem::error(code, span, format!("the palette `{path}` {reason}"));
            cx.report(problem.help("the path is relative to the project"));
            return None;
        }
    };
    let palette = match palette::parse(&path, &bytes) {
        Ok(palette) => palette,
        Err(error) => {
            let problem = Problem::error("bad-palette", span, format!("the palette `{path}` cannot be read: {error}"));
            cx.report(problem.help(FORMATS));
            return None;
        }
    };
    if palette.colors.is_empty() || palette.colors.len() > 256 {
        cx.report(size(span, palette.colors.len()));
        return None;
    }
    let choice = PaletteChoice::Given(palette.colors);
    cx.palettes.insert(path, Some(choice.clone()));
    Some(choice)
}
