//! `.hex`: one `rrggbb` per line; blank lines and lines that start with `;`, `//` or `# ` are skipped.

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed};

/// Whether the first line that is no comment is a colour.
pub(super) fn is(text: &str) -> bool {
    lines(text).next().is_some_and(|(_, line)| Rgb::parse(line).is_some())
}

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let color = |(number, line)| Rgb::parse(line).ok_or_else(|| PaletteError::no_color(number, line, "ff7700"));
    Ok(Parsed { colors: lines(text).map(color).collect::<Result<_, _>>()?, ..Parsed::default() })
}

/// The lines that must be colours, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_comment = |line: &str| line == "#" || ["# ", ";", "//"].iter().any(|start| line.starts_with(start));
    let lines = text.lines().map(str::trim).enumerate().map(|(i, line)| (i + 1, line));
    lines.filter(move |(_, line)| !line.is_empty() && !is_comment(line))
}

pub(super) fn write(palette: &Palette) -> String {
    palette.colors.iter().map(|color| format!("{}\n", &color.to_string()[1..])).collect()
}
