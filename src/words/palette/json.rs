//! Palettes as JSON: a list of colours, or an object with one, as Lospec and Pixelorama write it.
//!
//! A colour is a text (`#ff7700`, `ff7700`, `#f70`, `#ff7700ff`, Godot's `(1, 0.46, 0, 1)`), a list of three or four
//! numbers, or an object that holds either under `color`, `hex` or `data`, or has `r`, `g` and `b`. Numbers are 0 to
//! 255, or 0 to 1 if any has a fraction.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed};

/// Where an object has its colours.
const LISTS: [&str; 3] = ["colors", "colours", "palette"];
/// Where a colour that is an object has its value.
const VALUES: [&str; 3] = ["color", "hex", "data"];

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let file: Value =
        serde_json::from_str(text).map_err(|error| PaletteError::line(error.line().max(1), message(&error)))?;
    let (list, object) = match &file {
        Value::Array(list) => (list, None),
        Value::Object(object) => (list_of(object)?, Some(object)),
        _ => return Err(PaletteError::line(1, "a list of colours was expected, or an object with `colors`")),
    };
    let mut colors = Vec::with_capacity(list.len());
    for (i, entry) in list.iter().enumerate() {
        let (rgb, alpha) = color(entry).ok_or_else(|| no_color(text, i, entry))?;
        if alpha >= 128 {
            let index = entry.get("index").and_then(Value::as_u64);
            colors.push((index.unwrap_or(u64::MAX), rgb));
        }
    }
    // Pixelorama keeps a colour's place in the palette beside it.
    colors.sort_by_key(|(index, _)| *index);
    let word = |key: &str| object.and_then(|object| object.get(key)?.as_str()).unwrap_or_default().to_owned();
    Ok(Parsed {
        name: word("name"),
        author: word("author"),
        colors: colors.into_iter().map(|(_, rgb)| Rgb(rgb)).collect(),
    })
}

fn list_of(object: &Map<String, Value>) -> Result<&Vec<Value>, PaletteError> {
    let list = LISTS.iter().find_map(|key| object.get(*key));
    list.and_then(Value::as_array).ok_or_else(|| PaletteError::line(1, "`colors` is missing, or is no list"))
}

/// A colour with its alpha.
fn color(entry: &Value) -> Option<([u8; 3], u8)> {
    match entry {
        Value::String(text) => color_of_text(text, false),
        Value::Array(numbers) => color_of_numbers(numbers.iter()),
        Value::Object(object) => match VALUES.iter().find_map(|key| Some((*key, object.get(*key)?))) {
            // Godot 3, with which Pixelorama wrote `data`, puts alpha first.
            Some((key, Value::String(text))) => color_of_text(text, key == "data"),
            Some((_, Value::Array(numbers))) => color_of_numbers(numbers.iter()),
            Some(_) => None,
            None => {
                let rgb = ["r", "g", "b"].map(|key| object.get(key));
                let [Some(r), Some(g), Some(b)] = rgb else { return None };
                color_of_numbers([r, g, b].into_iter().chain(object.get("a")))
            }
        },
        _ => None,
    }
}

fn color_of_text(text: &str, alpha_first: bool) -> Option<([u8; 3], u8)> {
    if let Some(numbers) = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let numbers: Vec<f64> = numbers.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
        return scaled(&numbers, 255.0);
    }
    let digits = text.strip_prefix('#').unwrap_or(text);
    let (first, second) = match digits.split_at_checked(if alpha_first { 2 } else { 6 }) {
        Some(parts) if digits.len() == 8 => parts,
        _ => return Rgb::parse(text).map(|rgb| (rgb.0, 255)),
    };
    let (alpha, rgb) = if alpha_first { (first, second) } else { (second, first) };
    Some((Rgb::parse(rgb)?.0, u8::from_str_radix(alpha, 16).ok()?))
}

fn color_of_numbers<'a>(numbers: impl Iterator<Item = &'a Value>) -> Option<([u8; 3], u8)> {
    let numbers: Vec<&Value> = numbers.take(5).collect();
    let has_fractions = numbers.iter().any(|number| number.is_f64());
    let values: Vec<f64> = numbers.iter().map(|number| number.as_f64()).collect::<Option<_>>()?;
    scaled(&values, if has_fractions { 255.0 } else { 1.0 })
}

/// Three or four numbers as bytes.
fn scaled(numbers: &[f64], scale: f64) -> Option<([u8; 3], u8)> {
    let byte = |number: f64| {
        let value = number * scale;
        (0.0..=255.0).contains(&value).then_some((value + 0.5) as u8)
    };
    match *numbers {
        [r, g, b] => Some(([byte(r)?, byte(g)?, byte(b)?], 255)),
        [r, g, b, alpha] => Some(([byte(r)?, byte(g)?, byte(b)?], byte(alpha)?)),
        _ => None,
    }
}

/// `serde_json` keeps no places: a text is searched for, anything else is counted.
fn no_color(text: &str, i: usize, entry: &Value) -> PaletteError {
    match entry.as_str() {
        Some(hex) => {
            let line = text.lines().position(|line| line.contains(hex)).map_or(1, |i| i + 1);
            PaletteError::no_color(line, hex, "ff7700")
        }
        None => {
            PaletteError::damaged("JSON", format!("colour {} is none such as `\"ff7700\"` or `[255, 119, 0]`", i + 1))
        }
    }
}

/// The message without its position, which `PaletteError` reports itself. `serde_json` offers it only as text.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// Lospec's form.
#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    author: &'a str,
    colors: Vec<String>,
}

pub(super) fn write(palette: &Palette) -> String {
    let file = File {
        name: &palette.name,
        author: &palette.author,
        colors: palette.colors.iter().map(|color| color.to_string()[1..].to_owned()).collect(),
    };
    serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
}
