//! Half-transparent pixels. Grid, colours and background are found as ever; a cell's alpha is sampled beside its colour.
//! While pictures are fitted and cleaned up, a colour with an alpha of its own is an index of its own (a tone), so that
//! no step has to know of it.

use std::collections::{HashMap, HashSet};

use crate::words::color::Lab;
use crate::words::recipe::Alpha;

use super::cells::Cells;
use super::picture::{CLEAR, Picture};

/// The alpha from which a pixel counts as opaque where it is cut.
const HALF: u8 = 128;
/// The steps of [`Alpha::Levels`]: quarters.
const LEVELS: [u8; 5] = [0, 64, 128, 192, 255];
/// Alpha beyond these is noise of an opaque or a transparent pixel.
const SOFT: std::ops::RangeInclusive<u8> = 16..=239;

/// What [`Alpha::Auto`] is for these pictures.
pub(super) fn resolved(alpha: Alpha, finished: bool) -> Alpha {
    match (alpha, finished) {
        (Alpha::Auto, true) => Alpha::Keep,
        (Alpha::Auto, false) => Alpha::Binary,
        (given, _) => given,
    }
}

/// The least alpha of a pixel that is not transparent.
pub(super) fn least(alpha: Alpha) -> u8 {
    match alpha {
        Alpha::Auto | Alpha::Binary => HALF,
        Alpha::Levels => LEVELS[1] / 2,
        Alpha::Keep => 1,
    }
}

/// The number of cells whose alpha is lost by cutting it.
pub(super) fn cut(cells: &[Cells], alpha: Alpha) -> u32 {
    let soft = cells.iter().filter(|_| alpha == Alpha::Binary).flat_map(|cells| &cells.alpha);
    soft.filter(|alpha| SOFT.contains(alpha)).count() as u32
}

/// What the alpha of a pixel that is not transparent becomes.
pub(super) fn level(alpha: Alpha, value: u8) -> u8 {
    match alpha {
        Alpha::Levels => LEVELS.into_iter().min_by_key(|level| level.abs_diff(value)).unwrap_or(value).max(LEVELS[1]),
        Alpha::Binary => u8::MAX,
        Alpha::Auto | Alpha::Keep => value,
    }
}

/// Whether cells have more pairs of a colour and an alpha than there are indices.
pub(super) fn is_too_varied(cells: &[Cells], alpha: Alpha) -> bool {
    let most = usize::from(CLEAR);
    if alpha == Alpha::Binary || cells.iter().map(Cells::len).sum::<usize>() <= most {
        return false;
    }
    let mut pairs = HashSet::new();
    let exceeds = |cells: &Cells| {
        let value = |cell: usize| cells.alpha.get(cell).map_or(u8::MAX, |value| level(alpha, *value));
        let pair = |cell: usize| (cells.lab(cell).map(f32::to_bits), value(cell));
        (0..cells.len()).any(|cell| !cells.clear[cell] && pairs.insert(pair(cell)) && pairs.len() > most)
    };
    cells.iter().any(exceeds)
}

/// The alpha of every cell of each frame; nothing if all are opaque or transparent.
pub(super) fn planes(cells: &[Cells], alpha: Alpha) -> Vec<Vec<u8>> {
    if alpha == Alpha::Binary || cells.iter().all(|cells| cells.alpha.iter().all(|alpha| *alpha == 255)) {
        return Vec::new();
    }
    let plane = |cells: &Cells| match cells.alpha.is_empty() {
        true => vec![255; cells.len()],
        false => cells.alpha.iter().map(|value| level(alpha, *value)).collect(),
    };
    cells.iter().map(plane).collect()
}

/// What the indices of pictures stand for: a colour and its alpha. The opaque colours come first, in their order.
pub(super) struct Tones {
    colors: usize,
    more: Vec<(u16, u8)>,
}

impl Tones {
    /// Gives every colour with another alpha than 255 an index of its own. Without planes all are opaque.
    pub(super) fn join(pictures: &mut [Picture], colors: usize, planes: &[Vec<u8>]) -> Self {
        let mut tones = Self { colors, more: Vec::new() };
        let mut known = HashMap::new();
        for (picture, plane) in pictures.iter_mut().zip(planes) {
            for (index, alpha) in picture.pixels.iter_mut().zip(plane).filter(|(index, _)| **index != CLEAR) {
                if *alpha < 255 {
                    *index = *known.entry((*index, *alpha)).or_insert_with(|| tones.add(*index, *alpha));
                }
            }
        }
        tones
    }

    fn add(&mut self, color: u16, alpha: u8) -> u16 {
        let index = self.colors + self.more.len();
        if index < usize::from(CLEAR) {
            self.more.push((color, alpha));
            return index as u16;
        }
        // Out of indices: the nearest alpha that the colour has.
        let same = self.more.iter().enumerate().filter(|(_, tone)| tone.0 == color);
        let nearest = same.min_by_key(|(_, tone)| tone.1.abs_diff(alpha));
        nearest.map_or(color, |(i, _)| (self.colors + i) as u16)
    }

    /// The colours of all indices.
    pub(super) fn labs(&self, mut labs: Vec<Lab>) -> Vec<Lab> {
        let more: Vec<Lab> = self.more.iter().map(|(color, _)| labs[usize::from(*color)]).collect();
        labs.extend(more);
        labs
    }

    /// Whether a pixel is at least half opaque. Outlines are drawn around these.
    pub(super) fn is_solid(&self, index: u16) -> bool {
        index != CLEAR && self.tone(index).1 >= HALF
    }

    fn tone(&self, index: u16) -> (u16, u8) {
        usize::from(index).checked_sub(self.colors).and_then(|i| self.more.get(i)).copied().unwrap_or((index, 255))
    }

    /// Turns the indices back into those of colours; returns the alpha of every pixel, nothing if all are opaque.
    pub(super) fn split(&self, pictures: &mut [Picture]) -> Vec<Vec<u8>> {
        if self.more.is_empty() {
            return Vec::new();
        }
        let plane = |picture: &mut Picture| {
            let alpha =
                picture.pixels.iter().map(|&index| if index == CLEAR { 0 } else { self.tone(index).1 }).collect();
            picture.map(|index| self.tone(index).0);
            alpha
        };
        pictures.iter_mut().map(plane).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{drawn, text};

    #[test]
    fn tones_are_colours_again_with_their_alpha() {
        let mut pictures = [drawn(&["01.", "110"])];
        let planes = [vec![255, 90, 7, 90, 255, 1]];
        let tones = Tones::join(&mut pictures, 2, &planes);
        assert_eq!(text(&pictures[0]), ["02.", "213"]);
        assert_eq!([0, 1, 2, 3, CLEAR].map(|index| tones.is_solid(index)), [true, true, false, false, false]);
        assert_eq!(tones.labs(vec![[0.1; 3], [0.2; 3]]), [[0.1; 3], [0.2; 3], [0.2; 3], [0.1; 3]]);
        assert_eq!(tones.split(&mut pictures), [vec![255, 90, 0, 90, 255, 1]]);
        assert_eq!(text(&pictures[0]), ["01.", "110"]);
    }

    #[test]
    fn opaque_pictures_have_no_tones() {
        let mut pictures = [drawn(&["01.", "110"])];
        let tones = Tones::join(&mut pictures, 2, &[]);
        assert!(tones.split(&mut pictures).is_empty());
        assert_eq!(text(&pictures[0]), ["01.", "110"]);
    }
}
