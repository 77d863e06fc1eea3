//! Reduces a picture to a given number of colours.

use quantette::PaletteSize;
use quantette::deps::palette::Oklab;
use quantette::kmeans::{Kmeans, KmeansOptions};
use quantette::wu::{BinnerF32x3, WuF32x3};

use crate::words::color::{Lab, Rgb, from_oklab, oklab};

/// At most `count` colours (1 to 256), sorted by lightness: Wu's quantization, then k-means, both in OKLab (by
/// `quantette`).
///
/// The inputs are our own OKLab values, and only sums, products and square roots are applied to them, so that the
/// result is equal on every machine. It does not depend on the order of the pixels, so that a mirrored picture has the
/// same colours. Pictures with at most `count` colours keep them.
pub fn reduce_colors(pixels: &[Rgb], count: usize) -> Vec<Rgb> {
    let mut pixels = pixels.to_vec();
    pixels.sort_unstable();
    let distinct: Vec<Rgb> = pixels.chunk_by(|a, b| a == b).map(|equal| equal[0]).collect();
    let count = count.clamp(1, 256);
    if distinct.len() <= count {
        return sorted(distinct);
    }
    let labs: Vec<Oklab> = pixels.iter().map(|&rgb| oklab(rgb)).map(|[l, a, b]| Oklab::new(l, a, b)).collect();
    let chosen = PaletteSize::try_from(count as u16).ok().and_then(|size| {
        let start = WuF32x3::run_slice(&labs, BinnerF32x3::oklab_from_srgb8()).ok()?.palette(size);
        Some(Kmeans::run_slice(&labs, start, KmeansOptions::new()).ok()?.into_palette().into_vec())
    });
    let colors = chosen.unwrap_or_default().into_iter().map(|lab| from_oklab([lab.l, lab.a, lab.b]));
    sorted(colors.collect())
}

/// As [`reduce_colors`], several times faster and about half as accurate at 16 colours: NeuQuant, a neural network in
/// sRGB, for previews.
pub fn preview_colors(pixels: &[Rgb], count: usize) -> Vec<Rgb> {
    let distinct = distinct(pixels);
    if distinct.len() <= count {
        return sorted(distinct);
    }
    let bytes: Vec<u8> = pixels.iter().flat_map(|Rgb([r, g, b])| [*r, *g, *b, 255]).collect();
    let map = color_quant::NeuQuant::new(10, count.clamp(2, 256), &bytes).color_map_rgb();
    let colors = map.chunks_exact(3).map(|c| Rgb([c[0], c[1], c[2]])).collect();
    sorted(colors)
}

fn distinct(pixels: &[Rgb]) -> Vec<Rgb> {
    let mut distinct = pixels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// Sorts by lightness, then by value, and removes duplicates.
fn sorted(mut colors: Vec<Rgb>) -> Vec<Rgb> {
    let lightness = |color: &Rgb| -> f32 {
        let [l, _, _]: Lab = oklab(*color);
        l
    };
    colors.sort_by(|a, b| lightness(a).total_cmp(&lightness(b)).then(a.cmp(b)));
    colors.dedup();
    colors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Vec<Rgb> {
        (0..2000).map(|i| Rgb([(i % 251) as u8, (i * 7 % 253) as u8, (i / 9) as u8])).collect()
    }

    #[test]
    fn few_colours_stay_and_many_become_few() {
        assert_eq!(reduce_colors(&[Rgb([9, 9, 9]), Rgb([1, 1, 1])], 4), [Rgb([1, 1, 1]), Rgb([9, 9, 9])]);
        for count in [1, 2, 16] {
            assert!((1..=count).contains(&reduce_colors(&ramp(), count).len()));
            assert!(!preview_colors(&ramp(), count).is_empty());
        }
    }

    /// Otherwise a mirrored picture would not have the mirrored result.
    #[test]
    fn the_order_of_the_pixels_does_not_matter() {
        let backward: Vec<Rgb> = ramp().into_iter().rev().collect();
        for count in [4, 16] {
            assert_eq!(reduce_colors(&backward, count), reduce_colors(&ramp(), count));
        }
    }
}
