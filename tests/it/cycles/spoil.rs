//! What models do to the frames of an animation.

use dgx_pixels::words::raw::Raw;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Rgba, RgbaImage};

/// Pixels of a cell.
const CELL: f64 = 8.0;
/// Cells of the ground round a frame.
const ROOM: u32 = 3;

/// How much of everything.
#[derive(Clone, Copy, Default)]
pub struct Spoil {
    /// Levels of noise.
    pub noise: i32,
    /// Compressed with loss.
    pub jpeg: bool,
    /// Levels by which a channel of a whole frame is off.
    pub tint: i32,
    /// Pixels by which it is off its place.
    pub shift: i32,
    /// Cells by which it is off its place.
    pub drift: i32,
    /// The share by which it is too large or too small.
    pub scale: f64,
}

impl Spoil {
    /// Everything together.
    pub const ALL: Self = Self { noise: 10, jpeg: true, tint: 10, shift: 3, drift: 2, scale: 0.04 };
}

struct Chance(u64);

impl Chance {
    /// A number from 0 to `below` - 1.
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// A number from -`most` to `most`.
    fn around(&mut self, most: i32) -> i32 {
        self.next(2 * most as u64 + 1) as i32 - most
    }
}

/// Raws of the frames on magenta, 8 pixels a cell.
pub fn spoiled(frames: &[RgbaImage], by: Spoil, seed: u64) -> Vec<Raw> {
    let mut chance = Chance(seed);
    (0..9).for_each(|_| _ = chance.next(2));
    frames.iter().map(|frame| Raw::new(one(frame, by, &mut chance))).collect()
}

fn one(frame: &RgbaImage, by: Spoil, chance: &mut Chance) -> RgbaImage {
    let scale = 1.0 + by.scale * f64::from(chance.around(1000)) / 1000.0;
    let off = [(); 2].map(|()| f64::from(8 * chance.around(by.drift) + chance.around(by.shift)));
    let tint = [(); 3].map(|()| chance.around(by.tint));
    let cells = frame.width();
    let side = (cells + 2 * ROOM) * CELL as u32;
    let middle = f64::from(side) / 2.0;
    let cell = |at: u32, off: f64| {
        let at = ((f64::from(at) + 0.5 - middle) / scale + middle - off) / CELL - f64::from(ROOM);
        (0.0..f64::from(cells)).contains(&at).then_some(at as u32)
    };
    let mut image = RgbaImage::from_fn(side, side, |x, y| {
        let pixel = cell(x, off[0]).zip(cell(y, off[1])).map(|(x, y)| *frame.get_pixel(x, y));
        let Rgba([r, g, b, _]) = pixel.filter(|pixel| pixel.0[3] > 0).unwrap_or(Rgba([255, 0, 255, 255]));
        let mut channel = 0;
        let [r, g, b] = [r, g, b].map(|level| {
            channel += 1;
            (i32::from(level) + tint[channel - 1] + chance.around(by.noise)).clamp(0, 255) as u8
        });
        Rgba([r, g, b, 255])
    });
    if by.jpeg {
        let mut bytes = Vec::new();
        let opaque = DynamicImage::ImageRgba8(image).to_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&opaque).unwrap();
        image = image::load_from_memory(&bytes).unwrap().to_rgba8();
    }
    image
}
