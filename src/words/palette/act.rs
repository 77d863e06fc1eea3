//! Palettes without a header: bytes of red, green and blue, known by their length. Adobe's `.act` has 256 colours and
//! may end in their true number; emulators keep 64 (NES) and 512 (Mega Drive) of them in a `.pal`.

use crate::words::color::Rgb;

use super::Parsed;

/// The lengths of plain triples.
const PLAIN: [usize; 3] = [64 * 3, 256 * 3, 512 * 3];
/// Adobe's triples, with a count and the number of the transparent colour.
const COUNTED: usize = 256 * 3 + 4;

/// Whether bytes that no other format claims are such a palette. A text of that length is none.
pub(super) fn is(file_name: &str, bytes: &[u8]) -> bool {
    let fits = bytes.len() == COUNTED || PLAIN.contains(&bytes.len());
    let is_plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_plain));
    fits && (!is_text || file_name.to_ascii_lowercase().ends_with(".act"))
}

pub(super) fn read(bytes: &[u8]) -> Parsed {
    let (triples, end) = if bytes.len() == COUNTED { bytes.split_at(256 * 3) } else { (bytes, &[][..]) };
    let (count, clear) = match *end {
        [a, b, c, d] => (usize::from(u16::from_be_bytes([a, b])), usize::from(u16::from_be_bytes([c, d]))),
        _ => (0, usize::MAX),
    };
    let triples = triples.as_chunks::<3>().0;
    let count = if (1..=256).contains(&count) { count } else { triples.len() };
    let colors = triples[..count].iter().enumerate().filter(|(i, _)| *i != clear).map(|(_, rgb)| Rgb(*rgb));
    Parsed { colors: colors.collect(), ..Parsed::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_that_length_is_none_in_any_language() {
        let text = format!("GIMP Palette\nName: é\n#{}\n", "x".repeat(744));
        assert_eq!(text.len(), 768);
        assert!(!is("x.gpl", text.as_bytes()));
        assert!(is("x.act", text.as_bytes()));
        assert!(is("x", &[0; 768]));
    }
}
