//! `.hex`: one `rrggbb` per line; blank lines and lines that start with `;`, `//` or `# ` are skipped.

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed};

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let mut parsed = Parsed::default();
    for (i, line) in text.lines().map(str::trim).enumerate() {
        let is_comment = line == "#" || ["# ", ";", "//"].iter().any(|start| line.starts_with(start));
        if !line.is_empty() && !is_comment {
            let color = Rgb::parse(line).ok_or_else(|| PaletteError::no_color(i + 1, line, "ff7700"))?;
            parsed.colors.push(color);
        }
    }
    Ok(parsed)
}

pub(super) fn write(palette: &Palette) -> String {
    palette.colors.iter().map(|color| format!("{}\n", &color.to_string()[1..])).collect()
}
