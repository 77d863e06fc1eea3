//! GIMP's `.gpl`: a header, comments, and `r g b name` per line. Aseprite's variant adds alpha as a fourth number.

use crate::words::color::Rgb;

use super::{Palette, PaletteError, Parsed, decimal};

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let mut lines = text.lines().map(str::trim).enumerate().map(|(i, line)| (i + 1, line));
    if lines.next().map(|(_, line)| line) != Some("GIMP Palette") {
        return Err(PaletteError::line(1, "a `.gpl` file starts with `GIMP Palette`"));
    }
    let mut parsed = Parsed::default();
    let mut has_alpha = false;
    for (number, line) in lines {
        if let Some(comment) = line.strip_prefix('#') {
            if let Some(author) = comment.trim().strip_prefix("Author:") {
                parsed.author = author.trim().to_owned();
            }
        } else if let Some(name) = line.strip_prefix("Name:") {
            parsed.name = name.trim().to_owned();
        } else if let Some(channels) = line.strip_prefix("Channels:") {
            has_alpha = channels.trim() == "RGBA";
        } else if !line.is_empty() && !line.starts_with("Columns:") {
            let (rgb, alpha) =
                decimal(line).ok_or_else(|| PaletteError::no_color(number, line, "255 119 0\tOrange"))?;
            if !has_alpha || alpha.is_none_or(|alpha| alpha >= 128) {
                parsed.colors.push(Rgb(rgb));
            }
        }
    }
    Ok(parsed)
}

pub(super) fn write(palette: &Palette) -> String {
    let one_line = |text: &str| text.replace(char::is_control, " ").trim().to_owned();
    let mut text = format!("GIMP Palette\nName: {}\nColumns: 8\n", one_line(&palette.name));
    if !palette.author.is_empty() {
        text.push_str(&format!("# Author: {}\n", one_line(&palette.author)));
    }
    for color in &palette.colors {
        let [r, g, b] = color.0;
        text.push_str(&format!("{r:3} {g:3} {b:3}\t{r:02x}{g:02x}{b:02x}\n"));
    }
    text
}
