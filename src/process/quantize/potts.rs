//! Segments similar tones: a Potts model with label costs, minimised by iterated conditional modes.
//!
//! Noise scatters; two tones of an artist form regions. A cell pays for its distance from its colour, in units of the
//! noise; a pair of neighbours pays for different labels; every colour has a cost. Sweeps in a fixed order give every
//! cell its best label (Besag, "On the statistical analysis of dirty pictures", 1986). Then labels are merged greedily;
//! label costs as in Delong et al., "Fast approximate energy minimization with label costs" (2012).

use crate::words::color::{ColorPlanes, Lab};

use super::label_merge::LabelMerge;
use super::sites::Sites;

/// Rounds of sweeping and merging.
const ROUNDS: usize = 3;
/// Sweeps per round.
const SWEEPS: usize = 2;

/// Labels every site with one of the colours, in units of the noise. Returns the colours that remain, and the labels.
pub(super) fn labeled(sites: &Sites, mut colors: Vec<Lab>) -> (Vec<Lab>, Vec<u16>) {
    let mut nearest = nearest_labels(sites, &colors);
    let mut labels = nearest.clone();
    for round in 0..ROUNDS {
        if round > 0 {
            nearest = nearest_labels(sites, &colors);
        }
        for _ in 0..SWEEPS {
            sweep(sites, &colors, &nearest, &mut labels);
        }
        colors = LabelMerge::of(sites, colors.len(), &labels).merged(&mut labels);
    }
    (colors, labels)
}

fn nearest_labels(sites: &Sites, colors: &[Lab]) -> Vec<u16> {
    let planes = ColorPlanes::of(colors);
    let nearest = |site: usize| planes.least(|color| sites.distance2(site, color)) as u16;
    (0..sites.colors.len()).map(nearest).collect()
}

/// Gives every site the label of least cost among its nearest colour and the labels of its neighbours.
fn sweep(sites: &Sites, colors: &[Lab], nearest: &[u16], labels: &mut [u16]) {
    for site in 0..labels.len() {
        let cost = |label: u16| {
            let pairs = sites.around(site).filter(|(other, _)| labels[*other] != label).map(|(_, cost)| cost);
            0.5 * sites.distance2(site, colors[usize::from(label)]) + pairs.sum::<f32>()
        };
        let others = sites.around(site).map(|(other, _)| labels[other]).chain([nearest[site]]);
        let first = (labels[site], cost(labels[site]));
        let best = others.fold(first, |best, label| {
            let cost = if label == best.0 { best.1 } else { cost(label) };
            if cost < best.1 { (label, cost) } else { best }
        });
        labels[site] = best.0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;
    use crate::process::picture::Picture;

    /// Segments two tones, `apart` in units of the noise, distributed by `tone`: the number of colours, and of wrong
    /// cells.
    fn found(apart: f32, tone: impl Fn(usize, usize) -> bool) -> (usize, usize) {
        let (colors, labels) = segmented(|x, y| if tone(x, y) { apart } else { 0.0 });
        let light = |i: usize| colors[usize::from(labels[i])][0] > apart / 2.0;
        (colors.len(), (0..576).filter(|&i| light(i) != tone(i % 24, i / 24)).count())
    }

    /// Segments cells of a lightness under noise of 1.
    fn segmented(lightness: impl Fn(usize, usize) -> f32) -> (Vec<Lab>, Vec<u16>) {
        let picture = Picture { width: 24, height: 24, pixels: vec![0; 576] };
        let mut state = 9u32;
        let mut wobble = || {
            let mut sum = 0.0;
            for _ in 0..12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5;
            }
            sum
        };
        let labs: Vec<Lab> = (0..576).map(|i| [lightness(i % 24, i / 24) + wobble(), wobble(), wobble()]).collect();
        let sites = Sites::of(&[labs], &[picture], &Noise::uniform([1.0; 3]), 0.0);
        let many = (0..8).map(|i| [1.5 * i as f32 - 1.5, (i % 3) as f32 - 1.0, 0.0]).collect();
        labeled(&sites, many)
    }

    #[test]
    fn two_regions_are_two_colours() {
        let (colors, wrong) = found(3.0, |x, _| x >= 12);
        assert!(colors == 2 && wrong <= 4, "{colors} colours, {wrong} cells wrong");
    }

    #[test]
    fn noise_is_one_colour() {
        assert_eq!(found(0.0, |_, _| false).0, 1);
    }

    #[test]
    fn a_checkerboard_and_a_single_cell_stay() {
        let (colors, wrong) = found(6.0, |x, y| (x + y) % 2 == 0);
        assert!(colors == 2 && wrong <= 4, "{colors} colours, {wrong} cells wrong");
        assert_eq!(found(11.0, |x, y| (x, y) == (11, 7)), (2, 0));
    }

    /// A slope that is left of the shading splits no colour; tones that lie side by side are two.
    #[test]
    fn a_slope_is_one_colour_and_a_texture_is_two() {
        assert_eq!(segmented(|x, _| (x as f32 - 11.5) / 20.0).0.len(), 1);
        let (colors, _) = found(6.0, |x, y| (x / 2 + y / 2) % 2 == 0);
        assert_eq!(colors, 2);
    }
}
