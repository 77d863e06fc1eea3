//! Adobe's swatches: `.ase` (Swatch Exchange) and `.aco`, both big-endian.
//!
//! RGB, HSB and grey have exact RGB values; CMYK and Lab depend on a colour profile and are refused.

use crate::words::color::Rgb;

use super::cursor::Cursor;
use super::{PaletteError, Parsed};

const ASE: &str = "Adobe swatch exchange";
const ACO: &str = "Adobe colour swatch file";

/// Whether the file is an `.ase` of Adobe; those of Aseprite start differently.
pub(super) fn is_ase(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ASEF")
}

/// Whether the file is an `.aco`: version 1 or 2, and room for the colours that it announces.
pub(super) fn is_aco(bytes: &[u8]) -> bool {
    let mut bytes = Cursor(bytes);
    let Some((version, count)) = bytes.u16_be().zip(bytes.u16_be()) else { return false };
    let length = bytes.0.len();
    match version {
        // Version 2 follows, so that old readers stop before it.
        1 => {
            count > 0
                && (length == 10 * usize::from(count) || bytes.0.get(10 * usize::from(count)..).is_some_and(is_v2))
        }
        2 => count > 0 && length >= 14 * usize::from(count),
        _ => false,
    }
}

fn is_v2(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 2])
}

pub(super) fn read_ase(bytes: &[u8]) -> Result<Parsed, PaletteError> {
    let cut_off = || PaletteError::damaged(ASE, "it is cut off");
    let mut rest = Cursor(bytes);
    let blocks = rest.take(8).and_then(|_magic_and_version| rest.u32_be()).ok_or_else(cut_off)?;
    let mut parsed = Parsed::default();
    for _ in 0..blocks {
        let (kind, length) = rest.u16_be().zip(rest.u32_be()).ok_or_else(cut_off)?;
        let block = rest.take(length as usize).ok_or_else(cut_off)?;
        if kind == 1 {
            let number = parsed.colors.len() + 1;
            parsed.colors.push(entry(number, block).unwrap_or_else(|| Err(cut_off()))?);
        }
    }
    Ok(parsed)
}

/// A colour of an `.ase`: its name, its model and its values from 0 to 1.
fn entry(number: usize, block: &[u8]) -> Option<Result<Rgb, PaletteError>> {
    let mut block = Cursor(block);
    let name = usize::from(block.u16_be()?);
    block.take(2 * name)?;
    Some(match block.take(4)? {
        b"RGB " => Ok(Rgb([channel(block.f32_be()?), channel(block.f32_be()?), channel(block.f32_be()?)])),
        b"Gray" => Ok(Rgb([channel(block.f32_be()?); 3])),
        b"CMYK" => Err(PaletteError::Model { number, model: "CMYK" }),
        b"LAB " => Err(PaletteError::Model { number, model: "Lab" }),
        _ => Err(PaletteError::damaged(ASE, format!("colour {number} has an unknown model"))),
    })
}

/// 0 to 1 as a byte; what is not a number is 0.
fn channel(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

pub(super) fn read_aco(bytes: &[u8]) -> Result<Parsed, PaletteError> {
    let mut rest = Cursor(bytes);
    let head = rest.u16_be().zip(rest.u16_be());
    let (version, count) = head.ok_or_else(|| PaletteError::damaged(ACO, "its header is cut off"))?;
    let mut parsed = Parsed::default();
    for number in 1..=usize::from(count) {
        let color = swatch(&mut rest, number, version);
        parsed.colors.push(color.unwrap_or_else(|| Err(PaletteError::damaged(ACO, "it is cut off")))?);
    }
    Ok(parsed)
}

/// A colour of an `.aco`: its space, four values, and from version 2 its name.
fn swatch(rest: &mut Cursor<'_>, number: usize, version: u16) -> Option<Result<Rgb, PaletteError>> {
    let space = rest.u16_be()?;
    let values = [rest.u16_be()?, rest.u16_be()?, rest.u16_be()?, rest.u16_be()?];
    if version >= 2 {
        let name = rest.u32_be()? as usize;
        rest.take(name.checked_mul(2)?)?;
    }
    let byte = |value: u16| ((u32::from(value) + 128) / 257) as u8;
    Some(match space {
        0 => Ok(Rgb([byte(values[0]), byte(values[1]), byte(values[2])])),
        1 => Ok(hsb(values)),
        2 => Err(PaletteError::Model { number, model: "CMYK" }),
        7 => Err(PaletteError::Model { number, model: "Lab" }),
        8 => Ok(Rgb([((u32::from(values[0].min(10_000)) * 255 + 5000) / 10_000) as u8; 3])),
        _ => Err(PaletteError::damaged(ACO, format!("colour {number} has an unknown space"))),
    })
}

/// Hue, saturation and brightness, 0 to 65535 each.
fn hsb([hue, saturation, brightness, _]: [u16; 4]) -> Rgb {
    let [hue, saturation, brightness] = [hue, saturation, brightness].map(|value| f64::from(value) / 65_535.0);
    let sector = 6.0 * hue;
    let part = sector - f64::from(sector as u8);
    let [low, falling, rising] =
        [saturation, saturation * part, saturation * (1.0 - part)].map(|share| brightness * (1.0 - share));
    let rgb = match sector as u8 % 6 {
        0 => [brightness, rising, low],
        1 => [falling, brightness, low],
        2 => [low, brightness, rising],
        3 => [low, falling, brightness],
        4 => [rising, low, brightness],
        _ => [brightness, low, falling],
    };
    Rgb(rgb.map(|value| (value * 255.0 + 0.5) as u8))
}
