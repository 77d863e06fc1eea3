//! Paint Shop Pro's `.pal`: `JASC-PAL`, `0100`, the number of colours, then `r g b` per line, terminated by CR LF.

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed, decimal};

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let is_comment = |line: &str| line.is_empty() || line.starts_with('#') || line.starts_with(';');
    let mut lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !is_comment(line));
    let mut header = |expected: &str| match lines.next() {
        Some((_, line)) if line == expected => Ok(()),
        other => Err(PaletteError::line(other.map_or(1, |(i, _)| i + 1), format!("`{expected}` is missing"))),
    };
    header("JASC-PAL")?;
    header("0100")?;
    let (count_line, count) = lines
        .next()
        .and_then(|(i, line)| Some((i + 1, line.parse::<usize>().ok()?)))
        .ok_or_else(|| PaletteError::line(3, "the number of colours is missing"))?;
    let mut parsed = Parsed::default();
    for (i, line) in lines {
        let (rgb, _) = decimal(line).ok_or_else(|| PaletteError::no_color(i + 1, line, "255 119 0"))?;
        parsed.colors.push(Rgb(rgb));
    }
    if parsed.colors.len() != count {
        let message = format!("the header announces {count} colours, the file has {}", parsed.colors.len());
        return Err(PaletteError::line(count_line, message));
    }
    Ok(parsed)
}

pub(super) fn write(palette: &Palette) -> String {
    let mut text = format!("JASC-PAL\r\n0100\r\n{}\r\n", palette.colors.len());
    for color in &palette.colors {
        let [r, g, b] = color.0;
        text.push_str(&format!("{r} {g} {b}\r\n"));
    }
    text
}
