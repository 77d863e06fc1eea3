//! Degrades pixel art as diffusion models do. Uses no function of the platform's mathematics library, so that every
//! machine degrades alike.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgba, RgbaImage};

use super::art::Dice;

/// The parameters of the degradation.
#[derive(Clone, Copy)]
pub struct Spoil {
    /// Width and height of a cell in pixels.
    pub cell: [f64; 2],
    /// The share of the first cell that is cropped.
    pub phase: f64,
    /// The drift of lines in cells, along their axis
    pub drift: f64,
    /// and across it.
    pub warp: f64,
    /// The radius of the blur in cells.
    pub blur: f64,
    /// The overshoot of sharpening on both sides of a step, as a share of the step.
    pub halo: f64,
    /// Noise per pixel, shading over the picture, and jitter per cell, in 8-bit levels.
    pub noise: f64,
    pub shade: f64,
    pub jitter: f64,
    /// The colour behind the subject, and the amplitude of its texture.
    pub key: [u8; 3],
    pub texture: f64,
    pub jpeg: Option<u8>,
}

impl Spoil {
    /// A fractional scale and hardly any other degradation.
    pub const EASY: Self = Self {
        cell: [10.7, 10.7],
        phase: 0.3,
        drift: 0.0,
        warp: 0.0,
        blur: 0.06,
        halo: 0.0,
        noise: 1.5,
        shade: 2.0,
        jitter: 1.0,
        key: [255, 0, 255],
        texture: 0.0,
        jpeg: None,
    };
    /// Drifting lines, cells that are not square, and more of everything.
    pub const MEDIUM: Self = Self {
        cell: [11.3, 10.6],
        drift: 0.4,
        warp: 0.1,
        blur: 0.09,
        noise: 3.0,
        shade: 4.0,
        jitter: 2.0,
        ..Self::EASY
    };
    /// Warped lines that drift by more than half a cell.
    pub const HARD: Self = Self {
        cell: [10.4, 11.6],
        drift: 0.6,
        warp: 0.2,
        blur: 0.11,
        noise: 5.0,
        shade: 8.0,
        jitter: 3.5,
        texture: 2.0,
        ..Self::EASY
    };
}

/// A smooth wave through 0, 1, 0, -1 at 0, 1/4, 1/2, 3/4.
fn wave(t: f64) -> f64 {
    let t = t - t.floor();
    let (half, sign) = if t < 0.5 { (2.0 * t, 1.0) } else { (2.0 * t - 1.0, -1.0) };
    sign * 4.0 * half * (1.0 - half)
}

/// Degrades a picture.
pub fn spoil(truth: &RgbaImage, how: &Spoil, seed: u64) -> RgbaImage {
    let mut dice = Dice::new(seed);
    let cells = jittered(truth, how, &mut dice);
    let logical = [truth.width(), truth.height()];
    let [width, height] = [0, 1].map(|axis| ((f64::from(logical[axis]) - how.phase) * how.cell[axis]) as usize);
    let blurred = |pixels: &[[f64; 3]]| blurred(pixels, width, how);
    let drawn = blurred(&blurred(&laid_out(&cells, logical, [width, height], how)));
    let drawn = if how.halo > 0.0 { sharpened(&drawn, &blurred(&blurred(&drawn)), how.halo) } else { drawn };
    let image = RgbaImage::from_fn(width as u32, height as u32, |x, y| {
        let (s, t) = (f64::from(x) / width as f64, f64::from(y) / height as f64);
        let shade = how.shade * wave(0.7 * s + 0.2) * wave(0.6 * t + 0.1);
        let grain = (dice.roll() + dice.roll() + dice.roll() - 1.5) * 2.0 * how.noise;
        let [r, g, b] =
            drawn[y as usize * width + x as usize].map(|v| (v + shade + grain + 0.5).clamp(0.0, 255.0) as u8);
        Rgba([r, g, b, 255])
    });
    how.jpeg.map_or(image.clone(), |quality| through_jpeg(&image, quality))
}

/// The colours of the cells with jitter; the key colour behind the subject.
fn jittered(truth: &RgbaImage, how: &Spoil, dice: &mut Dice) -> Vec<[f64; 3]> {
    let mut cell = |pixel: &Rgba<u8>| {
        let (color, by) =
            if pixel[3] > 0 { ([pixel[0], pixel[1], pixel[2]], how.jitter) } else { (how.key, how.texture) };
        let off = (dice.roll() + dice.roll() - 1.0) * 2.0 * by;
        color.map(|v| f64::from(v) + off)
    };
    truth.pixels().map(&mut cell).collect()
}

/// Renders the cells on drifting lines with four samples per pixel.
fn laid_out(cells: &[[f64; 3]], logical: [u32; 2], [width, height]: [usize; 2], how: &Spoil) -> Vec<[f64; 3]> {
    let place = |at: f64, length: usize, across: f64, axis: usize| {
        let t = at / length as f64;
        let bent = how.drift * wave(0.9 * t + 0.15 * axis as f64) + how.warp * wave(1.3 * across + 0.4 * t);
        let cell = at / how.cell[axis] + how.phase + bent * wave(0.5 * t);
        (cell.max(0.0) as usize).min(logical[axis] as usize - 1)
    };
    let pixel = |i: usize| {
        let mut sum = [0.0; 3];
        for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let (x, y) = ((i % width) as f64 + dx, (i / width) as f64 + dy);
            let column = place(x, width, y / height as f64, 0);
            let row = place(y, height, x / width as f64, 1);
            let color = cells[row * logical[0] as usize + column];
            sum = [0, 1, 2].map(|c| sum[c] + color[c] / 4.0);
        }
        sum
    };
    (0..width * height).map(pixel).collect()
}

/// Filters along rows and transposes; two passes filter both axes and restore the orientation.
fn blurred(pixels: &[[f64; 3]], width: usize, how: &Spoil) -> Vec<[f64; 3]> {
    let part = how.blur * how.cell[0] / 2.0;
    let height = pixels.len() / width;
    let across: Vec<[f64; 3]> = (0..pixels.len())
        .map(|i| {
            let (x, row) = (i % width, i / width * width);
            let (left, right) = (pixels[row + x.saturating_sub(1)], pixels[row + (x + 1).min(width - 1)]);
            [0, 1, 2].map(|c| (pixels[i][c] + part * (left[c] + right[c])) / (1.0 + 2.0 * part))
        })
        .collect();
    let down = |i: usize| {
        let (x, y) = (i % width, i / width);
        let (above, below) = (across[y.saturating_sub(1) * width + x], across[(y + 1).min(height - 1) * width + x]);
        [0, 1, 2].map(|c| (across[i][c] + part * (above[c] + below[c])) / (1.0 + 2.0 * part))
    };
    (0..across.len()).map(down).collect()
}

/// Unsharp masking with a radius of a pixel or two, independent of the size of cells: halos beside edges.
fn sharpened(pixels: &[[f64; 3]], blurred: &[[f64; 3]], halo: f64) -> Vec<[f64; 3]> {
    let sharper = |(a, b): (&[f64; 3], &[f64; 3])| [0, 1, 2].map(|c| a[c] + 4.0 * halo * (a[c] - b[c]));
    pixels.iter().zip(blurred).map(sharper).collect()
}

fn through_jpeg(image: &RgbaImage, quality: u8) -> RgbaImage {
    let rgb = image::DynamicImage::ImageRgba8(image.clone()).to_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.encode(&rgb, rgb.width(), rgb.height(), ExtendedColorType::Rgb8).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgba8()
}
