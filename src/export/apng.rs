//! An animation as an animated PNG: full frames, durations in milliseconds.

use png::{ColorType, Encoder};

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;

use super::png::set_compression;
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "apng",
    version: 2,
    files: &[FileSpec { suffix: ".apng", kinds: &[Kind::Animation], scope: Scope::Asset }],
    shared: &[],
};

/// An animated PNG of every animation.
pub(super) struct Apng;

impl Format for Apng {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, _: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let round = asset.round();
        let (first, _) = round.first().ok_or(ExportError::Empty)?;
        let plays = if asset.loops() { 0 } else { 1 };
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, first.width(), first.height());
        set_compression(&mut encoder);
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
}

/// A fraction of a second in 16 bits: thousandths, else seconds.
fn delay(milliseconds: u32) -> (u16, u16) {
    u16::try_from(milliseconds)
        .map_or_else(|_| (u16::try_from(milliseconds / 1000).unwrap_or(u16::MAX), 1), |thousandths| (thousandths, 1000))
}
