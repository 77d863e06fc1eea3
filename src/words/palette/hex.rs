//! `.hex`: one `rrggbb` a line; blank lines and lines that start with `;`, `//` or `# ` are passed over.

use crate::words::color::Rgb;

use super::{Found, Palette, PaletteError};

pub(super) fn read(text: &str) -> Result<Found, PaletteError> {
    let mut found = Found::default();
    for (i, line) in text.lines().map(str::trim).enumerate() {
        let is_comment = line == "#" || ["# ", ";", "//"].iter().any(|start| line.starts_with(start));
        if !line.is_empty() && !is_comment {
            let color = Rgb::parse(line).ok_or_else(|| PaletteError::no_color(i + 1, line, "ff7700"))?;
            found.colors.push(color);
        }
    }
    Ok(found)
}

pub(super) fn write(palette: &Palette) -> String {
    palette.colors.iter().map(|color| format!("{}\n", &color.to_string()[1..])).collect()
}
