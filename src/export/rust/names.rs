//! Identifiers from the names of a manifest.

/// `knight-walk` as `KnightWalk`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1))).collect()
}

/// The same, with another name in front where a digit would be the first character.
pub(super) fn pascal_after(front: &str, name: &str) -> String {
    let ident = pascal(name);
    if ident.starts_with(|c: char| c.is_ascii_digit()) { pascal(front) + &ident } else { ident }
}

/// Whether Rust takes it as the name of a type or a variant.
pub(super) fn is_identifier(ident: &str) -> bool {
    ident.starts_with(|c: char| c.is_ascii_alphabetic()) && ident != "Self"
}

/// The name of a direction.
pub(super) fn facing(direction: &str) -> Option<&'static str> {
    let known = FACINGS.iter().find(|(word, _)| *word == direction);
    known.map(|(_, name)| *name)
}

/// Directions in the order of their axis, with their names.
pub(super) const FACINGS: [(&str, &str); 8] = [
    ("s", "South"),
    ("se", "SouthEast"),
    ("e", "East"),
    ("ne", "NorthEast"),
    ("n", "North"),
    ("nw", "NorthWest"),
    ("w", "West"),
    ("sw", "SouthWest"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let names = ["knight-walk", "knight_walk", "dark.Red", "2d-hero", "self", "-"].map(pascal);
        assert_eq!(names, ["KnightWalk", "KnightWalk", "DarkRed", "2dHero", "Self", ""]);
        assert_eq!(names.map(|name| is_identifier(&name)), [true, true, true, false, false, false]);
        assert_eq!((pascal_after("level", "2"), pascal_after("level", "two")), ("Level2".into(), "Two".into()));
    }
}
