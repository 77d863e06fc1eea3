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
    let is_text = bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
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
