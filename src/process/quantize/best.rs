//! The colours of a palette that a picture needs most.

use crate::process::picture::CLEAR;
use crate::words::color::{Lab, Rgb, distance2, oklab};

use super::Quantized;

/// At most `count` colours of a palette, in its order.
///
/// Begins with all that the pictures would use and drops, one by one, the colour whose pixels lose least when they take
/// the nearest of the others; of equal ones the last.
pub(super) fn best(quantized: &Quantized, palette: &[Rgb], count: usize) -> Vec<Rgb> {
    let labs: Vec<Lab> = palette.iter().map(|&rgb| oklab(rgb)).collect();
    let pixels = pixels(quantized);
    let nearest = |lab: &Lab, kept: &[usize]| {
        let near = kept.iter().map(|&color| (distance2(*lab, labs[color]), color));
        near.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, 0))
    };
    let all: Vec<usize> = (0..palette.len()).collect();
    let mut kept: Vec<usize> = pixels.iter().map(|(lab, _)| nearest(lab, &all).1).collect();
    kept.sort_unstable();
    kept.dedup();
    while kept.len() > count.max(1) {
        let owners: Vec<(f32, usize)> = pixels.iter().map(|(lab, _)| nearest(lab, &kept)).collect();
        let loss = |dropped: usize| -> f64 {
            let rest: Vec<usize> = kept.iter().copied().filter(|color| *color != dropped).collect();
            let own = pixels.iter().zip(&owners).filter(|(_, (_, color))| *color == dropped);
            own.map(|((lab, weight), (before, _))| weight * f64::from(nearest(lab, &rest).0 - before)).sum()
        };
        let losses: Vec<f64> = kept.iter().map(|&color| loss(color)).collect();
        let least = (0..kept.len()).rev().min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap_or(0);
        kept.remove(least);
    }
    kept.into_iter().map(|color| palette[color]).collect()
}

/// The colours of the opaque pixels with their numbers.
fn pixels(quantized: &Quantized) -> Vec<(Lab, f64)> {
    let mut counts = vec![0u32; quantized.palette.len()];
    let opaque = quantized.pictures.iter().flat_map(|picture| &picture.pixels).filter(|index| **index != CLEAR);
    opaque.for_each(|&index| counts[usize::from(index)] += 1);
    let counted = quantized.palette.iter().zip(counts).filter(|(_, count)| *count > 0);
    counted.map(|(&rgb, count)| (oklab(rgb), f64::from(count))).collect()
}
