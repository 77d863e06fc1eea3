//! Synthetic pixel art, drawn with integer arithmetic, equal on every machine.

use image::{Rgba, RgbaImage};

const INK: Rgba<u8> = Rgba([26, 22, 34, 255]);
const NONE: Rgba<u8> = Rgba([0; 4]);

/// A deterministic random number generator.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed * 2 + 1)
    }

    /// A number from 0 to 1.
    pub fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / f64::from(1 << 24)
    }

    pub fn below(&mut self, count: u32) -> u32 {
        ((self.roll() * f64::from(count)) as u32).min(count - 1)
    }
}

/// Five tones from dark to light.
fn ramp(dark: [u8; 3], light: [u8; 3]) -> [Rgba<u8>; 5] {
    [0u32, 1, 2, 3, 4].map(|i| {
        let mixed = |c: usize| ((u32::from(dark[c]) * (4 - i) + u32::from(light[c]) * i) / 4) as u8;
        Rgba([mixed(0), mixed(1), mixed(2), 255])
    })
}

/// Draws a dark outline around the opaque pixels.
fn outlined(mut picture: RgbaImage) -> RgbaImage {
    let filled = |x: i64, y: i64| picture.get_pixel_checked(x as u32, y as u32).is_some_and(|p| p[3] > 0);
    let beside = |x: i64, y: i64| [(0, 1), (0, -1), (1, 0), (-1, 0)].iter().any(|(dx, dy)| filled(x + dx, y + dy));
    let places = (0..i64::from(picture.height())).flat_map(|y| (0..i64::from(picture.width())).map(move |x| (x, y)));
    let edge: Vec<(i64, i64)> = places.filter(|&(x, y)| !filled(x, y) && beside(x, y)).collect();
    edge.into_iter().for_each(|(x, y)| picture.put_pixel(x as u32, y as u32, INK));
    picture
}

/// A symmetric creature with eyes and an outline, lit from above, with a margin of three cells.
pub fn creature(side: u32, seed: u64) -> RgbaImage {
    let mut dice = Dice::new(seed);
    let (half, room) = (side / 2, 3);
    let tones =
        ramp([64, 20 + dice.below(60) as u8, 70], [240, 190 + dice.below(50) as u8, 120 + dice.below(90) as u8]);
    let bumps: Vec<f64> = (0..side).map(|_| dice.roll()).collect();
    let width = |y: u32| {
        let t = (f64::from(y) + 0.5) / f64::from(side);
        let smooth = (0..5).map(|i| bumps[((y / 3 * 3 + i) % side) as usize]).sum::<f64>() / 5.0;
        f64::from(half) * (4.0 * t * (1.0 - t)) * (0.55 + 0.6 * smooth)
    };
    let mut picture = RgbaImage::from_pixel(side + 2 * room, side + 2 * room, NONE);
    for y in 0..side {
        for x in 0..(width(y) as u32).min(half - 1) {
            let light = 5 - (y * 5 / side) as i32 - i32::from(x * 3 > half * 2) + i32::from((x + 2 * y) % 7 == 0);
            let tone = tones[light.clamp(0, 4) as usize];
            for x in [half - 1 - x, half + x] {
                picture.put_pixel(x + room, y + room, tone);
            }
        }
    }
    for x in [half - 4, half + 3] {
        picture.put_pixel(x + room, side / 3 + room, Rgba([252, 252, 248, 255]));
        picture.put_pixel(x + room, side / 3 + room + 1, INK);
    }
    outlined(picture)
}

/// Four creatures with gaps between them.
pub fn sheet() -> RgbaImage {
    let mut picture = RgbaImage::new(48, 48);
    for i in 0..4i64 {
        image::imageops::replace(&mut picture, &creature(18, 7 + i as u64), i % 2 * 24, i / 2 * 24);
    }
    picture
}

/// A full-frame landscape: a dithered sky, hills, grass and a house.
pub fn scene() -> RgbaImage {
    let (sky, hill, grass) =
        (ramp([60, 90, 170], [200, 220, 240]), ramp([50, 40, 80], [150, 120, 150]), ramp([24, 70, 40], [120, 190, 90]));
    RgbaImage::from_fn(52, 44, |x, y| {
        let ridge = 20 + (x * 5 / 7) % 9 + if x / 13 % 2 == 0 { 13 - x % 13 } else { x % 13 } / 3;
        match () {
            _ if (30..40).contains(&x) && (26..36).contains(&y) && !(y == 30 && x % 4 == 2) => {
                Rgba(if y < 29 { [170, 52, 56, 255] } else { [176, 132, 96, 255] })
            }
            _ if y >= 34 => grass[1 + usize::from((x * 5 + y * 9) % 13 == 0) + usize::from(y == 34)],
            _ if y >= ridge => hill[usize::from(y < ridge + 2) + usize::from((x * 7 + y * 3) % 11 == 0)],
            _ => sky[((y + (x + y) % 2 * 3) / 8).min(4) as usize],
        }
    })
}

/// A stone wall of five similar tones with dark joints.
pub fn near_tones() -> RgbaImage {
    let tones = [52u8, 96, 110, 124, 138, 152].map(|v| Rgba([v, v - 4, v + 8, 255]));
    RgbaImage::from_fn(36, 36, |x, y| {
        let row = y / 6;
        let joint = y % 6 == 5 || (x + row * 3) % 10 == 9;
        let stone = ((x + row * 3) / 10 * 3 + row * 5) % 4;
        let lit = y % 6 == 0 || (x * 7 + y * 5) % 17 == 0;
        tones[if joint { 0 } else { stone as usize + 1 + usize::from(lit) }]
    })
}

/// Curved lines one pixel wide, and a checkerboard.
pub fn thin_lines() -> RgbaImage {
    let mut picture = RgbaImage::from_pixel(34, 34, NONE);
    for i in 0..26u32 {
        picture.put_pixel(4 + i, 4 + i, Rgba([210, 160, 80, 255]));
        picture.put_pixel(4, 4 + i, Rgba([240, 240, 230, 255]));
        picture.put_pixel(4 + i, 29, Rgba([120, 60, 40, 255]));
        if i > 8 {
            picture.put_pixel(4 + i, 6 + i / 4, Rgba([60, 120, 200, 255]));
        }
    }
    for (x, y) in (0..8).flat_map(|y| (0..8).map(move |x| (x, y))) {
        let color = if (x + y) % 2 == 0 { INK } else { Rgba([230, 90, 90, 255]) };
        picture.put_pixel(8 + x, 19 + y, color);
    }
    picture
}

/// A creature on white whose eyes have white glints.
pub fn glint() -> RgbaImage {
    let mut picture = creature(26, 3);
    for pixel in picture.pixels_mut().filter(|pixel| pixel.0 == [252, 252, 248, 255]) {
        *pixel = Rgba([255; 4]);
    }
    picture
}

/// A ring with a hole nine cells wide.
pub fn ring() -> RgbaImage {
    let tones = ramp([110, 60, 20], [250, 220, 120]);
    let picture = RgbaImage::from_fn(30, 30, |x, y| {
        let (dx, dy) = (2 * x as i32 - 29, 2 * y as i32 - 29);
        let far = dx * dx + dy * dy;
        if (110..480).contains(&far) { tones[((dx + dy + 44) / 18).clamp(0, 4) as usize] } else { NONE }
    });
    outlined(picture)
}
