//! What a cut-out leaves: a fringe of half-transparent cells in the old key's colour.

use super::View;
use super::ground::is_key;

/// Alpha from here on is opaque.
const OPAQUE: u8 = 240;

/// Clears half-transparent cells in a key colour that touch transparent ones, from the rim inwards.
pub(super) fn cut(view: &View<'_>, opaque: &mut [bool]) {
    let is_fringe = |cell: usize| view.cells.alpha[cell] < OPAQUE && is_key(view.lab(cell));
    loop {
        let at_rim = |cell: usize| view.beside(cell).any(|beside| !opaque[beside]);
        let fringe: Vec<usize> =
            (0..view.len()).filter(|cell| opaque[*cell] && is_fringe(*cell) && at_rim(*cell)).collect();
        if fringe.is_empty() {
            break;
        }
        fringe.into_iter().for_each(|cell| opaque[cell] = false);
    }
}
