//! The palette of a recipe: `auto`, a built-in one, a file, or colours.

use std::collections::BTreeSet;

use super::Context;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, Int, PaletteValue};
use crate::words::color::Rgb;
use crate::words::palette::{self, MAX_COLORS};
use crate::words::recipe::PaletteChoice;
use crate::words::source::Span;
use crate::words::suggest::did_you_mean;

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
    if colors.is_empty() || colors.len() > MAX_COLORS {
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
    let colors = read.into_iter().collect::<Option<Vec<Rgb>>>()?;
    let distinct: BTreeSet<&Rgb> = colors.iter().collect();
    if distinct.len() < colors.len() {
        cx.report(duplicates(span, "this palette", colors.len() - distinct.len()).help("remove them"));
    }
    Some(PaletteChoice::Given(colors))
}

fn duplicates(span: Span, which: &str, count: usize) -> Problem {
    let message = match count {
        1 => format!("{which} has a colour twice"),
        _ => format!("{which} has {count} colours that came before"),
    };
    Problem::warning("duplicate-colors", span, message)
}

fn size(span: Span, colors: usize) -> Problem {
    let message = format!("the palette has {colors} colours");
    Problem::error("palette-size", span, message).help(format!("it must have 1 to {MAX_COLORS}"))
}

fn named(name: &str, span: Span, cx: &mut Context<'_>) -> Option<PaletteChoice> {
    if let Some(known) = cx.palettes.get(name) {
        return known.clone();
    }
    let found = palette::builtin(name).map(|palette| PaletteChoice::Given(palette.colors));
    if found.is_none() && (palette::is_file_name(name) || cx.files.look(name).is_ok()) {
        return file(name, span, cx);
    }
    if found.is_none() {
        let problem = Problem::error("unknown-palette", span, format!("no palette is called `{name}`"));
        let problem = problem.help("`dgx-pixels palette list` shows all; a file is named relative to the project");
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
    let bytes = match cx.files.read(&path, palette::MAX_BYTES as u64) {
        Ok(bytes) => bytes,
        Err(missing) => {
            let (code, reason) = missing.reason();
            let problem = Problem::error(code, span, format!("the palette `{path}` {reason}"));
            cx.report(problem.help(missing.hint("the path is relative to the project")));
            return None;
        }
    };
    let palette = match palette::parse(&path, &bytes) {
        Ok(palette) => palette,
        Err(error) => {
            let problem = Problem::error("bad-palette", span, format!("the palette `{path}` cannot be read: {error}"));
            cx.report(problem.help(error.hint()));
            return None;
        }
    };
    if palette.duplicates > 0 {
        let which = format!("the palette `{path}`");
        cx.report(
            duplicates(span, &which, palette.duplicates).help("each counts once, in the place where it came first"),
        );
    }
    let choice = PaletteChoice::Given(palette.colors);
    cx.palettes.insert(path, Some(choice.clone()));
    Some(choice)
}
