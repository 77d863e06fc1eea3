//! Shading: a slow variation of lightness and hue over the whole picture, which would split every colour into several.

use crate::words::color::Lab;

use super::super::picture::{CLEAR, Picture};

/// The width of the smoothing window, as a fraction 1 / `WINDOW` of the picture's longer side.
const WINDOW: usize = 5;
/// The weight of no shading at all, as a share of a full window: where few cells tell it, it is weak (ridge regression).
const RIDGE: f32 = 0.1;

/// The shading of each cell, row by row: the difference between cells and their colours, averaged over the
/// neighbourhood.
pub(super) fn shading(cells: &[Lab], picture: &Picture, palette: &[Lab]) -> Vec<Lab> {
    let mut fields: Vec<[f32; 4]> = cells
        .iter()
        .zip(&picture.pixels)
        .map(|(cell, index)| match palette.get(usize::from(*index)) {
            Some(color) if *index != CLEAR => [cell[0] - color[0], cell[1] - color[1], cell[2] - color[2], 1.0],
            _ => [0.0; 4],
        })
        .collect();
    let reach = picture.width.max(picture.height) / WINDOW / 2;
    let window = (2 * reach + 1) as f32;
    let ridge = RIDGE * window * window * window * window;
    // Two box filters make a triangular filter.
    for _ in 0..2 {
        for y in 0..picture.height {
            box_sum(&mut fields[y * picture.width..], 1, picture.width, reach);
        }
        for x in 0..picture.width {
            box_sum(&mut fields[x..], picture.width, picture.height, reach);
        }
    }
    fields.into_iter().map(|[l, a, b, n]| [l, a, b].map(|sum| sum / (n + ridge))).collect()
}

/// Box filter: replaces each of `length` values, `step` apart, by the sum over `reach` values to either side.
fn box_sum(values: &mut [[f32; 4]], step: usize, length: usize, reach: usize) {
    let mut sums = vec![[0.0f32; 4]];
    for i in 0..length {
        sums.push([0, 1, 2, 3].map(|k| sums[i][k] + values[i * step][k]));
    }
    for i in 0..length {
        let (from, to) = (i.saturating_sub(reach), (i + reach + 1).min(length));
        values[i * step] = [0, 1, 2, 3].map(|k| sums[to][k] - sums[from][k]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_over_one_colour_is_shading() {
        let picture = Picture { width: 20, height: 10, pixels: vec![0; 200] };
        let cells: Vec<Lab> =
            picture.enumerate_pixels().map(|(x, _, _)| [0.5 + 0.002 * (x as f32 - 9.5), 0.0, 0.0]).collect();
        let shading = shading(&cells, &picture, &[[0.5, 0.0, 0.0]]);
        assert!(cells.iter().zip(&shading).all(|(cell, shading)| (cell[0] - shading[0] - 0.5).abs() < 0.009));
    }

    #[test]
    fn a_spot_is_not_shading() {
        let picture = Picture { width: 30, height: 30, pixels: vec![0; 900] };
        let spot = |x: isize, y: isize| (8..11).contains(&x) && (8..11).contains(&y);
        let cells: Vec<Lab> =
            picture.enumerate_pixels().map(|(x, y, _)| [if spot(x, y) { 0.55 } else { 0.5 }, 0.0, 0.0]).collect();
        let shading = shading(&cells, &picture, &[[0.5, 0.0, 0.0]]);
        assert!(shading.iter().all(|shading| shading[0].abs() < 0.012));
    }

    #[test]
    fn pictures_one_cell_wide_or_high_have_shading() {
        for (width, height) in [(1, 9), (9, 1), (1, 1)] {
            let picture = Picture { width, height, pixels: vec![0; width * height] };
            let cells = vec![[0.6, 0.0, 0.0]; width * height];
            let shading = shading(&cells, &picture, &[[0.5, 0.0, 0.0]]);
            assert!(shading.iter().all(|shading| (0.0..0.1).contains(&shading[0])));
        }
    }
}
