//! A palette: named colours in an order that has meaning.

use crate::color::Rgb;

/// Colours in a fixed order, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Its name, such as `Endesga 32`.
    pub name: String,
    /// Who made it; empty if unknown.
    pub author: String,
    /// 1 to 256 colours.
    pub colors: Vec<Rgb>,
}

/// Why a palette file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PaletteError(pub String);

/// TEMP shim: a built-in palette.
pub fn builtin(name: &str) -> Option<Palette> {
    let colors = [
        "000000", "1d2b53", "7e2553", "008751", "ab5236", "5f574f", "c2c3c7", "fff1e8", "ff004d", "ffa300", "ffec27",
        "00e436", "29adff", "83769c", "ff77a8", "ffccaa",
    ];
    let colors = colors.iter().filter_map(|color| Rgb::parse(color)).collect();
    ["pico-8", "endesga-32"].contains(&name).then(|| Palette { name: name.into(), author: String::new(), colors })
}

/// TEMP shim: the built-in palettes.
pub fn builtin_names() -> Vec<&'static str> {
    vec!["endesga-32", "pico-8"]
}

/// TEMP shim: reads a `.hex` file.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Palette, PaletteError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PaletteError("is not UTF-8".into()))?;
    let color = |line: &str| Rgb::parse(line).ok_or_else(|| PaletteError(format!("`{line}` is not a colour")));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let colors: Vec<Rgb> = lines.map(color).collect::<Result<_, _>>()?;
    if colors.is_empty() || colors.len() > 256 {
        return Err(PaletteError(format!("has {} colours; 1 to 256 are possible", colors.len())));
    }
    Ok(Palette { name: file_name.into(), author: String::new(), colors })
}
