//! Whether pictures are pixel art at its native size, from their runs of equal pixels.
//!
//! Pixel art has many lines of one pixel between equal or darker neighbours; smooth edges pass through the tones in between, and
//! noise differs little. A run with a run on either side is described by its length, by the order of the three colours and by its
//! contrast. How often each kind occurs differs so much between pixel art and all else that the mean log-likelihood
//! ratio of the runs decides (naive Bayes classifier). Its tables were counted on some 500 finished pictures and 450 others.

use image::RgbaImage;

use crate::process::picture::beside;

use super::changes::same;

/// The mean bits per run from which a picture is pixel art.
const SURE: i64 = 2;
/// The same for pictures so small that hardly anything else has their size.
const SURE_SMALL: i64 = -21;
/// What it says that some pixels are transparent and none half: 2.2 bits. Drawings with smooth edges have both.
const CUT_OUT: i64 = 35;
/// Below this, no more lines are looked at.
const HOPELESS: i64 = -16;
/// So many rows and columns are looked at, first and in the end.
const LINES: [usize; 2] = [24, 160];
/// The largest width and height of a small picture.
const SMALL: u32 = 64;
/// No model draws a raw of at most this width and height in as few colours as [`SPARE`]; a painter might.
const MEDIUM: u32 = 256;
/// Textures and icons have at most this width and height, and no raws of models. Small pictures with noise whose grid is
/// right are hardly less sure than this.
const ICON: u32 = 160;
const HALF_SURE: i64 = 500;
/// Of pictures of at most this width and height, the default cells would have two pixels.
const SCREEN: u32 = 320;
/// The most colours of a palette that somebody chose.
const SPARE: usize = 64;
/// The largest number of colours of a picture without noise.
pub(super) const FEW: usize = 256;
/// Shaded tiles look like raws or paintings by their runs, but have no noise: of 1,585 raws none has more than [`FEW`]
/// colours, fewer steps of at most so many levels than this share of all, and each colour in so many runs on average.
const FAINT: u8 = 4;
const NOISE: f64 = 0.3;
const REUSED: usize = 16;
/// Soft enlargements of few colours may have that, too, but hardly any with this share of runs that are dots and lines of
/// one pixel: 48 of 4,112, most of them by 1.5.
const FINE: f64 = 0.16;
/// Scenes that were painted in tones somebody chose have at most so many colours; smooth pictures have thousands.
const PAINTED: usize = 1024;
/// One pixel of so many differs from all beside it in pictures with noise, though their colours are few: raws of 16 to 200
/// colours whose grid is unsure have one of 400 or more, with one exception in 35; painted scenes have one of 880 or fewer.
const SPECKS: usize = 500;

/// What a picture may be instead of pixel art, in the order of [`TABLES`].
const RAW: usize = 0;
const REDUCED: usize = 1;

/// By length, order and contrast of a run: how much more likely it is in pixel art, in sixteenths of a bit.
type Table = [[[i16; 3]; 3]; 5];

#[rustfmt::skip]
const TABLES: [Table; 5] = [
    // Raws of models.
    [
        [[-67, -12, 47], [-71, 28, 83], [-58, 105, 104]],
        [[-73, 70, 92], [-77, 74, 95], [-48, 82, 104]],
        [[-56, 78, 89], [-57, 79, 92], [-42, 83, 107]],
        [[-30, 74, 72], [-47, 73, 86], [-38, 81, 105]],
        [[-25, 82, 64], [-34, 72, 74], [-37, 78, 104]],
    ],
    // Raws of models whose colours were reduced.
    [
        [[-49, -17, 38], [-52, 12, 57], [-75, 42, 85]],
        [[-74, 16, 81], [-80, 24, 82], [-70, 30, 92]],
        [[-64, 45, 87], [-72, 35, 84], [-70, 32, 94]],
        [[-45, 45, 70], [-64, 25, 71], [-66, 24, 86]],
        [[-43, 40, 51], [-58, 13, 43], [-70, 9, 68]],
    ],
    // Pixel art that was enlarged softly.
    [
        [[-69, -54, -2], [-40, -8, 28], [-24, 59, 88]],
        [[-50, 9, 79], [-40, 24, 71], [-30, 37, 78]],
        [[-31, 28, 70], [-38, 28, 74], [-26, 35, 87]],
        [[-12, 47, 76], [-32, 32, 66], [-24, 38, 88]],
        [[-11, 63, 69], [-31, 31, 74], [-48, 28, 86]],
    ],
    // Paintings of few colours.
    [
        [[-43, -29, 47], [-29, -27, 16], [-8, 79, 82]],
        [[-84, -28, 30], [-58, -21, 16], [-3, 53, 81]],
        [[-73, 2, 44], [-44, -3, 26], [-6, 48, 77]],
        [[-35, 23, 46], [-27, 8, 35], [-17, 34, 67]],
        [[-47, 31, 29], [-61, -19, 3], [-74, -8, 31]],
    ],
    // Drawings with smooth edges.
    [
        [[-59, -50, -23], [0, 24, 35], [8, 86, 88]],
        [[-52, 58, 81], [-12, 51, 77], [11, 54, 88]],
        [[-43, 55, 77], [-23, 36, 66], [7, 70, 95]],
        [[-29, 51, 53], [-42, 6, 13], [6, 57, 39]],
        [[-31, 27, 17], [-75, -39, -11], [-31, 22, 6]],
    ],
];

/// What pictures look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::process) enum Look {
    /// Pixel art at its native size.
    Native,
    /// Probably that: only strong evidence for larger cells says otherwise.
    Likely,
    /// No pixel art, but without noise.
    Clean,
    /// Raws of models, or anything else.
    Noisy,
}

/// What pictures of one group look like together.
pub(super) fn look(images: &[&RgbaImage]) -> Look {
    let longest = images.iter().map(|image| image.width().max(image.height())).max().unwrap_or(0);
    if longest <= SMALL / 2 {
        return Look::Native;
    }
    let small = longest <= SMALL;
    let Some(evidence) = evidence(images, small) else { return if small { Look::Likely } else { Look::Clean } };
    match evidence {
        Evidence { bits: SURE.., .. } => Look::Native,
        Evidence { bits, cut_out: true, .. } if bits + CUT_OUT >= SURE => Look::Likely,
        Evidence { bits, cut_out, .. } if small && (bits >= SURE_SMALL || cut_out) => Look::Likely,
        Evidence { bits, rival, .. }
            if !small
                && longest <= MEDIUM
                && (bits >= HOPELESS || rival <= REDUCED)
                && images.iter().all(|image| has_at_most(image, SPARE)) =>
        {
            Look::Likely
        }
        Evidence { fine, faint, .. }
            if fine >= FINE && faint < NOISE && images.iter().all(|image| reuses_its_colors(image)) =>
        {
            Look::Native
        }
        Evidence { rival: RAW | REDUCED, .. } => Look::Noisy,
        _ if small || images.iter().all(|image| has_at_most(image, FEW)) => Look::Clean,
        _ => Look::Noisy,
    }
}

/// How much more likely pixel art is than the likeliest rival.
#[derive(Clone, Copy, Debug)]
struct Evidence {
    /// The mean over all runs, in sixteenths of a bit.
    bits: i64,
    rival: usize,
    /// Some pixels are transparent, none is half transparent.
    cut_out: bool,
    /// The share of the runs that are dots and lines of one pixel, in clear contrast to both sides.
    fine: f64,
    /// The share of the steps between runs of at most [`FAINT`] levels.
    faint: f64,
}

fn evidence(images: &[&RgbaImage], small: bool) -> Option<Evidence> {
    let mut last = None;
    for lines in LINES {
        let mut runs = Runs::default();
        images.iter().for_each(|image| runs.count(image, lines));
        last = runs.evidence(small);
        if last.is_some_and(|found| found.bits + if found.cut_out { CUT_OUT } else { 0 } < HOPELESS) {
            break;
        }
    }
    last
}

/// How many runs there are of each kind.
#[derive(Default)]
struct Runs {
    counts: [[[i64; 3]; 3]; 5],
    steps: u32,
    faint: u32,
    clear: bool,
    soft: bool,
}

impl Runs {
    /// Counts the runs of evenly spaced rows and columns.
    fn count(&mut self, image: &RgbaImage, lines: usize) {
        let (pixels, width, height) =
            (image.as_raw().as_chunks::<4>().0, image.width() as usize, image.height() as usize);
        for y in spaced(height, lines) {
            self.line(pixels[y * width..][..width].iter().copied());
        }
        for x in spaced(width, lines) {
            self.line(pixels[x..].iter().step_by(width).copied());
        }
    }

    fn line(&mut self, pixels: impl Iterator<Item = [u8; 4]>) {
        // The last run that ended, and the present one with its length.
        let mut before: Option<[u8; 4]> = None;
        let mut run: Option<([u8; 4], usize)> = None;
        for pixel in pixels {
            self.clear |= pixel[3] == 0;
            self.soft |= (1..255).contains(&pixel[3]);
            match &mut run {
                Some((color, length)) if same(*color, pixel) => *length += 1,
                Some((color, length)) => {
                    let (a, b) = (seen(*color), seen(pixel));
                    self.steps += 1;
                    self.faint += u32::from((0..4).all(|i| a[i].abs_diff(b[i]) <= FAINT));
                    if let Some(before) = before {
                        self.add(before, *color, pixel, *length);
                    }
                    (before, run) = (Some(*color), Some((pixel, 1)));
                }
                None => run = Some((pixel, 1)),
            }
        }
    }

    fn add(&mut self, before: [u8; 4], run: [u8; 4], after: [u8; 4], length: usize) {
        let [before, run, after] = [before, run, after].map(seen);
        let length = match length {
            1 => 0,
            2 => 1,
            3..=4 => 2,
            5..=8 => 3,
            _ => 4,
        };
        let between = (0..4).all(|i| (before[i].min(after[i])..=before[i].max(after[i])).contains(&run[i]));
        let order = if before == after { 2 } else { usize::from(!between) };
        let apart = |other: [u8; 4]| (0..4).map(|i| run[i].abs_diff(other[i])).max().unwrap_or(0);
        let contrast = match apart(before).min(apart(after)) {
            0..12 => 0,
            12..48 => 1,
            _ => 2,
        };
        self.counts[length][order][contrast] += 1;
    }

    /// `None` without runs. No model draws a raw of a small size.
    fn evidence(&self, small: bool) -> Option<Evidence> {
        let counts = || self.counts.as_flattened().as_flattened().iter();
        let all = Some(counts().sum::<i64>()).filter(|all| *all > 0)?;
        let bits = |table: &Table| {
            let kinds = table.as_flattened().as_flattened().iter();
            counts().zip(kinds).map(|(count, bits)| count * i64::from(*bits)).sum::<i64>() / all
        };
        let rivals = TABLES.iter().map(bits).enumerate().skip(if small { REDUCED + 1 } else { RAW });
        let (rival, bits) = rivals.min_by_key(|(_, bits)| *bits)?;
        let [_, turns @ ..] = self.counts[0];
        let fine = turns.iter().flat_map(|turn| &turn[1..]).sum::<i64>() as f64 / all as f64;
        let faint = f64::from(self.faint) / f64::from(self.steps.max(1));
        Some(Evidence { bits, rival, cut_out: self.clear && !self.soft, fine, faint })
    }
}

/// A pixel as it is seen: transparent ones have no colour.
pub(super) fn seen(pixel: [u8; 4]) -> [u8; 4] {
    if pixel[3] == 0 { [0; 4] } else { pixel }
}

/// At most so many places, evenly spaced.
fn spaced(length: usize, most: usize) -> impl Iterator<Item = usize> {
    let step = length.div_ceil(most).max(1);
    (step / 2..length).step_by(step)
}

pub(super) fn has_at_most(image: &RgbaImage, most: usize) -> bool {
    let mut colors = std::collections::HashSet::new();
    let mut last = None;
    image.pixels().all(|pixel| last.replace(pixel) == Some(pixel) || !colors.insert(pixel.0) || colors.len() <= most)
}

/// Whether a picture of more than [`FEW`] colours has each in [`REUSED`] runs or more, on average.
fn reuses_its_colors(image: &RgbaImage) -> bool {
    let (mut colors, mut runs, mut last) = (std::collections::HashSet::new(), 0, None);
    for pixel in image.pixels().map(|pixel| seen(pixel.0)) {
        if last.replace(pixel) != Some(pixel) {
            runs += 1;
            colors.insert(pixel);
        }
    }
    (FEW + 1..=runs / REUSED).contains(&colors.len())
}

/// Whether a picture whose grid is unsure is rather left as it is: it is too small for a raw; there is hardly any evidence of
/// the grid, and it is small or its colours were chosen; or there is no noise.
pub(super) fn stays_in_doubt(image: &RgbaImage, confidence: i64) -> bool {
    let longest = image.width().max(image.height());
    longest <= ICON && confidence < HALF_SURE
        || confidence < super::UNSURE && (longest <= SCREEN || has_at_most(image, FEW))
        || has_at_most(image, PAINTED) && !has_specks(image)
}

/// Whether more than one pixel of [`SPECKS`] differs from all pixels beside it, as those of noise do.
fn has_specks(image: &RgbaImage) -> bool {
    let (pixels, width, height) = (image.as_raw().as_chunks::<4>().0, image.width() as usize, image.height() as usize);
    let most = pixels.len() / SPECKS;
    let is_speck = |at: &usize| beside([width, height], *at).all(|other| !same(pixels[*at], pixels[other]));
    (0..pixels.len()).filter(is_speck).nth(most).is_some()
}
