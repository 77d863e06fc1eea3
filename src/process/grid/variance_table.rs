//! The variance of colours within cells, the measure by which grids are compared.

use std::borrow::Cow;
use std::ops::Range;

use crate::process::canvas::Canvas;

use super::profile::LARGE;
use super::warp::Warp;

/// Parts of a picture along an axis for [`VarianceTable::regional`].
const REGIONS: usize = 3;

/// Pictures of more pixels than this are subsampled to every fourth pixel along both axes: the larger a picture, the
/// less of it decides which grid fits.
const HUGE: usize = 16 << 20;

/// A picture prepared for measuring variances. Large pictures are subsampled along both axes.
#[derive(Clone)]
pub(super) struct VarianceTable {
    width: usize,
    height: usize,
    planes: [Vec<f32>; 3],
    /// The sum of the squares of all values.
    squares: f64,
    /// Raw pixels per pixel of the planes: 1, 2 or 4.
    step: usize,
}

impl VarianceTable {
    /// Subsamples a picture and shifts its values to a mean near 0, which keeps sums in `f32` accurate.
    pub(super) fn of(canvas: &Canvas<'_>) -> Self {
        let step = match canvas.width * canvas.height {
            pixels if pixels > HUGE => 4,
            _ if canvas.width.min(canvas.height) >= LARGE => 2,
            _ => 1,
        };
        let (width, height) = (canvas.width.div_ceil(step), canvas.height.div_ceil(step));
        let mut planes = canvas.subsampled(step);
        for plane in &mut planes {
            let mean = plane.iter().step_by(61).sum::<f32>() / plane.len().div_ceil(61) as f32;
            plane.iter_mut().for_each(|value| *value -= mean);
        }
        let squares = planes.iter().map(|plane| sum_of_squares(plane)).sum();
        Self { width, height, planes, squares, step }
    }

    /// Width and height of the picture in raw pixels; of a subsampled one nearly.
    pub(super) fn size(&self) -> [f64; 2] {
        [self.width, self.height].map(|length| (length * self.step) as f64)
    }

    /// The number of pixels that are compared.
    pub(super) fn pixels(&self) -> usize {
        self.width * self.height
    }

    /// A part of the picture; its ranges are in raw pixels, and so are the lines in it, from its corner.
    pub(super) fn part(&self, columns: &Range<usize>, rows: &Range<usize>) -> Cow<'_, Self> {
        let [columns, rows] = [(columns, self.width), (rows, self.height)]
            .map(|(range, length)| range.start / self.step..range.end.div_ceil(self.step).min(length));
        if (columns.len(), rows.len()) == (self.width, self.height) {
            return Cow::Borrowed(self);
        }
        let planes = self.planes.each_ref().map(|plane| {
            let rows = plane.chunks_exact(self.width.max(1)).take(rows.end).skip(rows.start);
            rows.flat_map(|row| &row[columns.clone()]).copied().collect::<Vec<f32>>()
        });
        let squares = planes.iter().flatten().map(|value| f64::from(value * value)).sum();
        Cow::Owned(Self { width: columns.len(), height: rows.len(), planes, squares, step: self.step })
    }

    /// The picture with its warp removed (nearest neighbour).
    pub(super) fn unwarped(&self, warp: &Warp) -> Self {
        let mut planes = [(); 3].map(|()| Vec::with_capacity(self.width * self.height));
        let back = 1.0 / self.step as f64;
        let columns = warp.columns(self.step);
        let last = [self.width, self.height].map(|length| length.saturating_sub(1) as f64);
        let mut places = vec![0; self.width];
        for y in 0..self.height {
            let [right, down] = warp.row(y * self.step, &columns);
            for (x, ((right, down), place)) in right.iter().zip(&down).zip(&mut places).enumerate() {
                let column = (x as f64 + right * back + 0.5).clamp(0.0, last[0]) as u32;
                let row = (y as f64 + down * back + 0.5).clamp(0.0, last[1]) as u32;
                *place = row as usize * self.width + column as usize;
            }
            for (to, from) in planes.iter_mut().zip(&self.planes) {
                to.extend(places.iter().map(|&place| from[place]));
            }
        }
        let squares = planes.iter().map(|plane| sum_of_squares(plane)).sum();
        Self { width: self.width, height: self.height, planes, squares, step: self.step }
    }

    /// The variance within the cells between straight lines, in squared OKLab units per pixel. Lines are in raw pixels,
    /// ascending.
    pub(super) fn variance(&self, columns: &[usize], rows: &[usize]) -> f64 {
        let (columns, rows) = (self.spans(columns, self.width), self.spans(rows, self.height));
        let mut explained = 0.0;
        let mut sums = vec![0.0f32; self.width];
        for plane in &self.planes {
            for band in &rows {
                sums.fill(0.0);
                for row in plane[band.start * self.width..band.end * self.width].chunks_exact(self.width) {
                    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                }
                for span in &columns {
                    let sum = f64::from(sums[span.clone()].iter().sum::<f32>());
                    explained += sum * sum / (band.len() * span.len()) as f64;
                }
            }
        }
        (self.squares - explained).max(0.0) / (self.width * self.height).max(1) as f64
    }

    /// [`VarianceTable::variance`] for each of [`REGIONS`] by [`REGIONS`] parts of the picture. `margin` is the share of a
    /// cell at each of its sides that is left out.
    pub(super) fn regional(&self, columns: &[usize], rows: &[usize], margin: f64) -> [f64; REGIONS * REGIONS] {
        let inner = |spans: Vec<Range<usize>>| -> Vec<Range<usize>> {
            let inner = |span: Range<usize>| {
                let margin = (margin * span.len() as f64) as usize;
                span.start + margin..span.end - margin
            };
            spans.into_iter().map(inner).collect()
        };
        let (columns, rows) = (inner(self.spans(columns, self.width)), inner(self.spans(rows, self.height)));
        let part = |span: &Range<usize>, length: usize| (span.start + span.end) * REGIONS / (2 * length).max(1);
        let mut errors = [0.0; REGIONS * REGIONS];
        let (mut sums, mut squares) = (vec![0.0f32; self.width], vec![0.0f32; self.width]);
        for (plane, band) in self.planes.iter().flat_map(|plane| rows.iter().map(move |band| (plane, band))) {
            sums.fill(0.0);
            squares.fill(0.0);
            for row in plane[band.start * self.width..band.end * self.width].chunks_exact(self.width) {
                for ((sum, square), value) in sums.iter_mut().zip(&mut squares).zip(row) {
                    *sum += value;
                    *square += value * value;
                }
            }
            for span in &columns {
                let sum = f64::from(sums[span.clone()].iter().sum::<f32>());
                let square = f64::from(squares[span.clone()].iter().sum::<f32>());
                let error = (square - sum * sum / (band.len() * span.len()) as f64).max(0.0);
                errors[part(band, self.height).min(REGIONS - 1) * REGIONS + part(span, self.width).min(REGIONS - 1)] +=
                    error;
            }
        }
        let share = (REGIONS * REGIONS) as f64 / (self.width * self.height).max(1) as f64;
        errors.map(|error| error * share)
    }

    /// The ranges of subsampled pixels between lines in raw pixels.
    fn spans(&self, lines: &[usize], length: usize) -> Vec<Range<usize>> {
        spans(&lines.iter().map(|line| line.div_ceil(self.step)).collect::<Vec<_>>(), length)
    }
}

/// The sum of squares in eight partial sums: a fixed order that compilers vectorise.
fn sum_of_squares(values: &[f32]) -> f64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0f64; 8];
    for eight in eights {
        sums.iter_mut().zip(eight).for_each(|(sum, value)| *sum += f64::from(value * value));
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| f64::from(value * value)).sum::<f64>()
}

/// The non-empty ranges between ascending lines, from 0 to `length`.
fn spans(lines: &[usize], length: usize) -> Vec<Range<usize>> {
    let lines = lines.iter().map(|line| (*line).min(length));
    let starts = std::iter::once(0).chain(lines.clone());
    let ends = lines.chain(std::iter::once(length));
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::raw::Raw;
    use image::{Rgba, RgbaImage};

    #[test]
    fn the_variance_is_zero_on_the_grid_and_large_beside_it() {
        let image = RgbaImage::from_fn(48, 48, |x, y| Rgba([(x / 8 * 91 + y / 8 * 57) as u8, 80, 9, 255]));
        let raw = Raw::new(image);
        let table = VarianceTable::of(&Canvas::of(&raw, 128));
        let lines = |shift: usize| (1..6).map(|i| i * 8 - shift).collect::<Vec<_>>();
        assert!(table.variance(&lines(0), &lines(0)) < 1e-6);
        assert!(table.variance(&lines(4), &lines(4)) > 1e-3);
    }
}
