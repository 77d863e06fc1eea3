//! Compares a restored picture with the truth; all values are integers.

use std::collections::BTreeSet;

use dgx_pixels::words::color::{Rgb, distance, nearest, oklab};
use image::{Rgba, RgbaImage};

/// True colours within this OKLab distance count as equal.
const SAME: f32 = 0.02;

/// Values in per mille, except `off` and `colors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The larger error of width and height, in cells.
    pub off: u32,
    /// The share of the truth's opaque pixels with the correct colour.
    pub right: u32,
    /// The number of restored and of true colours.
    pub colors: [usize; 2],
    /// The intersection of the opaque areas over their union.
    pub alpha: u32,
}

/// Judges at the best offset: the number of empty cells around a subject is unknown.
pub fn judge(truth: &RgbaImage, made: &RgbaImage) -> Judged {
    let off = truth.width().abs_diff(made.width()).max(truth.height().abs_diff(made.height()));
    let reach = off.min(3) as i64 + 1;
    let palette = colors(truth);
    let labels = [truth, made].map(|image| labels(image, &palette));
    let places = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    let counts = places.map(|place| count(truth, made, &labels, place));
    let [right, both, either] = counts.max().unwrap_or_default();
    let opaque = truth.pixels().filter(|pixel| pixel[3] > 0).count().max(1) as u32;
    Judged {
        off,
        right: right * 1000 / opaque,
        colors: [colors(made).len(), palette.len()],
        alpha: both * 1000 / either.max(1),
    }
}

/// Correct pixels, intersection and union of the opaque pixels, with the restored picture shifted.
fn count(truth: &RgbaImage, made: &RgbaImage, labels: &[Vec<Option<usize>>; 2], (dx, dy): (i64, i64)) -> [u32; 3] {
    let width = i64::from(truth.width());
    let (made_width, made_height) = (i64::from(made.width()), i64::from(made.height()));
    let at = |i: usize| {
        let (x, y) = (i as i64 % width + dx, i as i64 / width + dy);
        let inside = (0..made_width).contains(&x) && (0..made_height).contains(&y);
        if inside { labels[1][(y * made_width + x) as usize] } else { None }
    };
    let mut counts = [0; 3];
    for (i, want) in labels[0].iter().enumerate() {
        let have = at(i);
        counts[0] += u32::from(want.is_some() && *want == have);
        counts[1] += u32::from(want.is_some() && have.is_some());
        counts[2] += u32::from(want.is_some() || have.is_some());
    }
    counts
}

fn colors(image: &RgbaImage) -> Vec<Rgb> {
    let opaque = image.pixels().filter(|pixel| pixel[3] > 0).map(|Rgba([r, g, b, _])| Rgb([*r, *g, *b]));
    opaque.collect::<BTreeSet<_>>().into_iter().collect()
}

/// For every pixel the nearest true colour; of colours within [`SAME`] the first.
fn labels(image: &RgbaImage, palette: &[Rgb]) -> Vec<Option<usize>> {
    let same = |a: usize, b: usize| distance(oklab(palette[a]), oklab(palette[b])) < SAME;
    let first: Vec<usize> = (0..palette.len()).map(|i| (0..i).find(|&j| same(i, j)).unwrap_or(i)).collect();
    let label = |Rgba([r, g, b, alpha]): &Rgba<u8>| (*alpha > 0).then(|| first[nearest(palette, Rgb([*r, *g, *b]))]);
    image.pixels().map(label).collect()
}
