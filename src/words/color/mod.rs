//! Colour: 8-bit sRGB, and a portable OKLab that is equal bit by bit on every machine.

mod planes;
mod tables;

use serde::{Deserialize, Serialize};

use crate::words::digest::Digest;

pub(crate) use planes::ColorPlanes;

/// A colour in OKLab: lightness 0 to 1, then `a` and `b`, each within about -0.32 to 0.28.
pub type Lab = [f32; 3];

/// Converts an 8-bit sRGB colour to OKLab (Ottosson, "A perceptual color space for image processing", 2020; matrices of
/// 2021). The bits are equal on every machine.
pub fn oklab(color: Rgb) -> Lab {
    from_light(color.0.map(|value| tables::DECODE[usize::from(value)]))
}

/// Converts linear sRGB to OKLab.
#[inline(always)]
fn from_light([r, g, b]: [f32; 3]) -> Lab {
    let l = cube_root(0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b);
    let m = cube_root(0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b);
    let s = cube_root(0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b);
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// Appends the OKLab values of colours to three planes. The bits equal those of [`oklab`]; the loops are simple enough
/// for compilers to vectorise.
pub fn oklab_planes(colors: impl Iterator<Item = [u8; 3]>, planes: &mut [Vec<f32>; 3]) {
    let (start, colors) = (planes[0].len(), colors.collect::<Vec<_>>());
    for (channel, plane) in planes.iter_mut().enumerate() {
        plane.extend(colors.iter().map(|color| tables::DECODE[usize::from(color[channel])]));
    }
    let [r, g, b] = planes;
    for ((r, g), b) in r[start..].iter_mut().zip(&mut g[start..]).zip(&mut b[start..]) {
        [*r, *g, *b] = from_light([*r, *g, *b]);
    }
}

/// [`oklab`] of eight colours: the same bits, by loops that compilers vectorise.
pub(crate) fn oklab_lanes(colors: [[u8; 3]; 8]) -> [Lab; 8] {
    let mut planes = [[0.0; 8]; 3];
    for (i, color) in colors.iter().enumerate() {
        for (plane, value) in planes.iter_mut().zip(color) {
            plane[i] = tables::DECODE[usize::from(*value)];
        }
    }
    let [r, g, b] = &mut planes;
    for i in 0..8 {
        [r[i], g[i], b[i]] = from_light([r[i], g[i], b[i]]);
    }
    std::array::from_fn(|i| [planes[0][i], planes[1][i], planes[2][i]])
}

/// Converts OKLab to the nearest 8-bit sRGB colour; values outside the gamut are clamped.
pub fn from_oklab([l, a, b]: Lab) -> Rgb {
    let cube = |x: f32| x * x * x;
    let long = cube(l + 0.396_337_78 * a + 0.215_803_76 * b);
    let medium = cube(l - 0.105_561_346 * a - 0.063_854_17 * b);
    let short = cube(l - 0.089_484_18 * a - 1.291_485_5 * b);
    Rgb([
        4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
        -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
        -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
    ]
    .map(|light| tables::ENCODE.partition_point(|&step| step <= light) as u8))
}

/// The Euclidean distance of two colours. 0.02 is just noticeable; black and white are 1 apart.
pub fn distance(a: Lab, b: Lab) -> f32 {
    distance2(a, b).sqrt()
}

/// The squared [`distance`].
pub fn distance2(a: Lab, b: Lab) -> f32 {
    let [l, m, n] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    l * l + m * m + n * n
}

/// The index of the palette colour nearest to `color` in OKLab; ties go to the lowest index, 0 for an empty palette.
pub fn nearest(palette: &[Rgb], color: Rgb) -> usize {
    let wanted = oklab(color);
    nearest_lab(palette.iter().map(|&rgb| oklab(rgb)), wanted)
}

/// As [`nearest`], for colours in OKLab.
pub fn nearest_lab(palette: impl IntoIterator<Item = Lab>, wanted: Lab) -> usize {
    let mut best = (0, f32::INFINITY);
    for (index, lab) in palette.into_iter().enumerate() {
        let d = distance2(lab, wanted);
        if d < best.1 {
            best = (index, d);
        }
    }
    best.0
}

/// What [`conversion_digest`] is on every machine, in short.
pub const CONVERSION_DIGEST: &str = "5f4e4e59ee78e6aa";

/// The digest of the OKLab bits of all 2^24 colours. Machines with equal digests agree on every conversion.
pub fn conversion_digest() -> Digest {
    let mut hasher = blake3::Hasher::new();
    let mut row = Vec::with_capacity(256 * 12);
    for high in 0..=u16::MAX {
        let [r, g] = high.to_be_bytes();
        row.clear();
        for b in 0..=u8::MAX {
            row.extend(oklab(Rgb([r, g, b])).iter().flat_map(|value| value.to_bits().to_le_bytes()));
        }
        hasher.update(&row);
    }
    Digest(*hasher.finalize().as_bytes())
}

/// The cube root of a number from 0 to 1, exact to about an ulp: an initial value from the exponent bits, then two
/// steps of Halley's method. The platform's `cbrt` differs between machines.
#[inline(always)]
pub(crate) fn cube_root(x: f32) -> f32 {
    let seed = f32::from_bits(x.to_bits() / 3 + 0x2a51_37a0);
    let step = |y: f32| {
        let cube = y * y * y;
        y * (x + x + cube) / (x + cube + cube)
    };
    if x > 0.0 { step(step(seed)) } else { 0.0 }
}

/// An 8-bit sRGB colour; written `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    /// Reads `#rrggbb`, `rrggbb` or `#rgb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            6 => Some(Self([(value >> 16) as u8, (value >> 8) as u8, value as u8])),
            3 => Some(Self(
                [(value >> 8) as u8 & 15, (value >> 4) as u8 & 15, value as u8 & 15].map(|nibble| nibble * 17),
            )),
            _ => None,
        }
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl std::fmt::Debug for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Rgb {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not a colour such as `#ff7700`"))
    }
}

impl From<Rgb> for String {
    fn from(color: Rgb) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversion_round_trips() {
        for value in (0..1 << 24).step_by(997) {
            let [_, r, g, b] = u32::to_be_bytes(value);
            let color = Rgb([r, g, b]);
            assert_eq!(from_oklab(oklab(color)), color);
        }
    }

    #[test]
    fn planes_have_the_bits_of_single_colours() {
        let colors: Vec<[u8; 3]> = (0..1000u32).map(|i| [i as u8, (i / 3) as u8, (i * 7) as u8]).collect();
        let mut planes = [Vec::new(), Vec::new(), Vec::new()];
        oklab_planes(colors.iter().copied(), &mut planes);
        for (i, color) in colors.iter().enumerate() {
            assert_eq!([0, 1, 2].map(|p| planes[p][i].to_bits()), oklab(Rgb(*color)).map(f32::to_bits));
        }
    }

    #[test]
    fn conversion_matches_published_values() {
        let near = |a: Lab, b: Lab| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-4);
        assert!(near(oklab(Rgb([255, 255, 255])), [1.0, 0.0, 0.0]));
        assert!(near(oklab(Rgb([255, 0, 0])), [0.62796, 0.22486, 0.12585]));
        assert!(near(oklab(Rgb([0, 0, 255])), [0.45201, -0.03246, -0.31153]));
        assert_eq!(oklab(Rgb([0, 0, 0])), [0.0; 3]);
    }

    #[test]
    fn conversion_is_fixed_to_the_bit() {
        let bits = |text: &str| oklab(Rgb::parse(text).unwrap()).map(f32::to_bits);
        assert_eq!(bits("#ff00ff"), [0x3f33_a0e7, 0x3e8c93f4, 0xbe2d373c]);
        assert_eq!(bits("#3b5dc9"), [0x3f03_e4e4, 0xbc15aa60, 0xbe305774]);
        assert_eq!(bits("#010203"), [0x3da8_91b2, 0xbb80a620, 0xbbe5ba70]);
    }

    #[test]
    fn the_nearest_of_equal_colours_is_the_first() {
        let palette = [Rgb([9, 9, 9]), Rgb([200, 0, 0]), Rgb([200, 0, 0])];
        assert_eq!(nearest(&palette, Rgb([190, 10, 10])), 1);
        assert_eq!(nearest(&[], Rgb([1, 2, 3])), 0);
    }

    #[test]
    #[ignore = "all 2^24 colours: some seconds in a debug build"]
    fn the_digest_of_all_conversions_is_fixed() {
        assert_eq!(conversion_digest().short().to_string(), CONVERSION_DIGEST);
    }

    #[test]
    #[ignore = "all 2^24 colours: some seconds in a debug build"]
    fn every_conversion_round_trips() {
        for value in 0..1u32 << 24 {
            let [_, r, g, b] = value.to_be_bytes();
            assert_eq!(from_oklab(oklab(Rgb([r, g, b]))), Rgb([r, g, b]));
        }
    }
}
