//! Paint.NET's `.txt`: `aarrggbb` per line, comments after `;`.

use crate::words::color::Rgb;

use super::{PaletteError, Parsed};

/// Whether a text is one: its header says so, or its first colour has eight digits.
pub(super) fn is(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(';'));
    let says_so = text.trim_start().to_ascii_lowercase().starts_with("; paint.net");
    says_so || first.is_some_and(|line| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

pub(super) fn read(text: &str) -> Result<Parsed, PaletteError> {
    let mut parsed = Parsed::default();
    for (i, line) in text.lines().enumerate() {
        let color = line.split(';').next().unwrap_or_default().trim();
        if color.is_empty() {
            let name = line.trim().strip_prefix(";Palette Name:").map(str::trim);
            parsed.name = name.map_or(parsed.name, str::to_owned);
            continue;
        }
        let wrong = || PaletteError::no_color(i + 1, color, "ffff7700");
        let digits = color.split_at_checked(2).filter(|_| color.len() == 8);
        let (alpha, rgb) = digits.ok_or_else(wrong)?;
        let alpha = u8::from_str_radix(alpha, 16).map_err(|_| wrong())?;
        let rgb = Rgb::parse(rgb).ok_or_else(wrong)?;
        if alpha >= 128 {
            parsed.colors.push(rgb);
        }
    }
    Ok(parsed)
}
