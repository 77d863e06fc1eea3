//! The built-in palettes: the files in `palettes/`.

use super::{Palette, gpl};

/// Names and file contents, in listing order.
const BUILTIN: [(&str, &str); 12] = [
    ("pico-8", include_str!("../../../palettes/pico-8.gpl")),
    ("endesga-32", include_str!("../../../palettes/endesga-32.gpl")),
    ("endesga-64", include_str!("../../../palettes/endesga-64.gpl")),
    ("dawnbringer-16", include_str!("../../../palettes/dawnbringer-16.gpl")),
    ("dawnbringer-32", include_str!("../../../palettes/dawnbringer-32.gpl")),
    ("sweetie-16", include_str!("../../../palettes/sweetie-16.gpl")),
    ("resurrect-64", include_str!("../../../palettes/resurrect-64.gpl")),
    ("aap-64", include_str!("../../../palettes/aap-64.gpl")),
    ("slso8", include_str!("../../../palettes/slso8.gpl")),
    ("nes", include_str!("../../../palettes/nes.gpl")),
    ("game-boy", include_str!("../../../palettes/game-boy.gpl")),
    ("one-bit", include_str!("../../../palettes/one-bit.gpl")),
];

/// The built-in palette of that name.
pub fn builtin(name: &str) -> Option<Palette> {
    let (_, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
    let parsed = gpl::read(text).ok()?;
    Some(Palette { name: parsed.name, author: parsed.author, colors: parsed.colors, duplicates: 0 })
}

/// The names of the built-in palettes.
pub fn builtin_names() -> Vec<&'static str> {
    BUILTIN.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_palette_has_its_colours() {
        let counts = [16, 32, 64, 16, 32, 16, 64, 64, 8, 55, 4, 2];
        for (name, count) in builtin_names().into_iter().zip(counts) {
            let palette = builtin(name).unwrap();
            assert_eq!(palette.colors.len(), count, "{name}");
            assert_eq!(super::super::distinct(palette.colors.clone()).unwrap(), palette.colors, "{name}");
            assert!(!palette.name.is_empty() && !palette.author.is_empty(), "{name}");
        }
        assert_eq!(builtin("endesga-33"), None);
    }

    #[test]
    fn a_colour_stands_beside_its_own_hex() {
        for (name, text) in BUILTIN {
            let hex: Vec<_> = text.lines().filter_map(|line| line.split_once('\t')).map(|(_, hex)| hex).collect();
            let colors: Vec<_> = builtin(name).unwrap().colors.iter().map(|c| c.to_string()[1..].to_owned()).collect();
            assert_eq!(hex, colors, "{name}");
        }
    }
}
