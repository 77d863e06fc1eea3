//! An animation as an animated PNG: full frames, durations in milliseconds.

use image::RgbaImage;
use png::{ColorType, Encoder};

use crate::assemble::{AssembleError, order};
use crate::words::timing::{Playback, Timing};

use super::{ExportError, png::settle};

/// Changes when the same frames would be written as other bytes.
pub const VERSION: u32 = 1;

/// The frames in the order of one round, with the milliseconds of each.
pub(super) fn round<'a>(frames: &'a [RgbaImage], timing: Option<&Timing>) -> Vec<(&'a RgbaImage, u32)> {
    let duration = |i: usize| timing.and_then(|timing| timing.durations.get(i)).copied().unwrap_or(100);
    let playback = timing.map_or(Playback::Forward, |timing| timing.playback);
    order(frames.len(), playback).into_iter().map(|i| (&frames[i], duration(i))).collect()
}

/// The bytes of the file; it repeats without end unless the timing says once.
pub fn apng(frames: &[RgbaImage], timing: Option<&Timing>) -> Result<Vec<u8>, ExportError> {
    let round = round(frames, timing);
    let (first, _) = round.first().ok_or(AssembleError::Empty)?;
    let plays = if timing.is_none_or(|timing| timing.repeat) { 0 } else { 1 };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, first.width(), first.height());
    settle(&mut encoder);
    encoder.set_color(ColorType::Rgba);
    encoder.set_animated(round.len() as u32, plays)?;
    let mut writer = encoder.write_header()?;
    for (frame, duration) in round {
        let (numerator, denominator) = delay(duration);
        writer.set_frame_delay(numerator, denominator)?;
        writer.write_image_data(frame.as_raw())?;
    }
    writer.finish()?;
    Ok(bytes)
}

/// A fraction of a second in 16 bits: thousandths, else seconds.
fn delay(milliseconds: u32) -> (u16, u16) {
    u16::try_from(milliseconds)
        .map_or_else(|_| (u16::try_from(milliseconds / 1000).unwrap_or(u16::MAX), 1), |thousandths| (thousandths, 1000))
}
