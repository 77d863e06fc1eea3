//! Lospec's `.json`: `{"name": .., "author": .., "colors": ["rrggbb", ..]}`, or the list of colours alone.

use serde::{Deserialize, Serialize};

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed};

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default)]
    name: String,
    #[serde(default)]
    author: String,
    colors: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let read = |error: serde_json::Error| PaletteError::line(error.line().max(1), message(&error));
    // Also a plain list of colours; serde would read a list as the fields in order.
    let file: File = match text.trim_start().starts_with('[') {
        true => File { name: String::new(), author: String::new(), colors: serde_json::from_str(text).map_err(read)? },
        false => serde_json::from_str(text).map_err(read)?,
    };
    let color = |hex: &String| {
        let line = text.lines().position(|line| line.contains(hex.as_str())).map_or(1, |i| i + 1);
        Rgb::parse(hex).ok_or_else(|| PaletteError::no_color(line, hex, "ff7700"))
    };
    let colors = file.colors.iter().map(color).collect::<Result<_, _>>()?;
    Ok(Parsed { name: file.name, author: file.author, colors })
}

/// The message without its position, which `PaletteError` reports itself. `serde_json` offers it only as text.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

pub(super) fn write(palette: &Palette) -> String {
    let file = File {
        name: palette.name.clone(),
        author: palette.author.clone(),
        colors: palette.colors.iter().map(|color| color.to_string()[1..].to_owned()).collect(),
    };
    serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
}
