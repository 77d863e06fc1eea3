//! An animation as an animated GIF: its own palette, durations in hundredths of a second.

use std::collections::HashSet;

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;

use super::png::{MAX_INDEXED, color_table, indices, is_soft};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "gif",
    version: 2,
    files: &[FileSpec { suffix: ".gif", kinds: &[Kind::Animation], scope: Scope::Asset }],
    shared: &[],
};

/// Viewers show anything shorter for a tenth of a second.
const SHORTEST: u64 = 2;

/// An animated GIF of every animation.
pub(super) struct Gif;

impl Format for Gif {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, _: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let frames: Vec<RgbaImage> = asset.frames.iter().map(cut).collect();
        let round = Asset { frames: &frames, ..*asset }.round();
        let (first, _) = round.first().ok_or(ExportError::Empty)?;
        let too_large = |_| ExportError::Sides(first.width(), first.height());
        let (width, height) =
            (u16::try_from(first.width()).map_err(too_large)?, u16::try_from(first.height()).map_err(too_large)?);
        let palette = &fitting(&frames, asset.palette)?;
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height, &color_table(palette))?;
        if asset.loops() {
            encoder.set_repeat(Repeat::Infinite)?;
        }
        let delays = delays(round.iter().map(|(_, duration)| *duration));
        for ((frame, _), delay) in round.into_iter().zip(delays) {
            encoder.write_frame(&Frame {
                delay,
                dispose: DisposalMethod::Background,
                transparent: Some(0),
                width,
                height,
                buffer: indices(frame, palette, &[])?.into(),
                ..Frame::default()
            })?;
        }
        drop(encoder);
        Ok(bytes)
    }

    fn loss(&self, asset: &Asset<'_>, _: &Project) -> Option<Diagnostic> {
        asset.frames.iter().flat_map(RgbaImage::pixels).any(|pixel| is_soft(&pixel.0)).then(|| {
            let message = "a GIF has no half-transparent pixels: in it they are opaque or transparent";
            Diagnostic::warning("gif-alpha", message).hint("export `apng`, which keeps them")
        })
    }
}

/// A frame whose pixels are opaque or transparent.
fn cut(frame: &RgbaImage) -> RgbaImage {
    let mut frame = frame.clone();
    for pixel in frame.pixels_mut().filter(|pixel| is_soft(&pixel.0)) {
        let [r, g, b, alpha] = pixel.0;
        pixel.0 = if alpha < 128 { [0; 4] } else { [r, g, b, 255] };
    }
    frame
}

/// Hundredths of a second, the error of each carried to the next, so that a round lasts as long as it should.
fn delays(milliseconds: impl Iterator<Item = u32>) -> Vec<u16> {
    let (mut wanted, mut given) = (0, 0);
    milliseconds
        .map(|duration| {
            wanted += u64::from(duration);
            let delay = ((wanted + 5) / 10).saturating_sub(given).clamp(SHORTEST, u16::MAX.into());
            given += delay;
            delay as u16
        })
        .collect()
}

/// A palette of more colours than a GIF holds is cut to those that are used.
fn fitting(frames: &[RgbaImage], palette: &[Rgb]) -> Result<Vec<Rgb>, ExportError> {
    if palette.len() <= MAX_INDEXED {
        return Ok(palette.to_vec());
    }
    let used: HashSet<_> = frames.iter().flat_map(RgbaImage::pixels).filter(|pixel| pixel.0[3] > 0).collect();
    let is_used = |color: &&Rgb| used.contains(&image::Rgba([color.0[0], color.0[1], color.0[2], 255]));
    let kept: Vec<_> = palette.iter().filter(is_used).copied().collect();
    if kept.len() > MAX_INDEXED { Err(ExportError::Colors(kept.len())) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_duration_is_carried() {
        assert_eq!(delays([83; 6].into_iter()), [8, 9, 8, 8, 9, 8]);
        assert_eq!(delays([5, 5, 100].into_iter()), [2, 2, 7]);
    }
}
