//! PNG: eight bits a channel with alpha, or palette indices. No text, no time: equal pixels give equal bytes.

use image::RgbaImage;
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use crate::words::color::Rgb;
use crate::words::format::{FormatSpec, IMAGE};
use crate::words::output::Output;
use crate::words::project::{PngMode, Project};
use crate::words::sheet::scale;

use super::{Asset, ExportError, Format};

/// Colours of an indexed file; index 0 is transparent.
pub(super) const MAX_INDEXED: usize = 255;

/// The image of every asset, at every scale.
pub(super) struct Png;

impl Format for Png {
    fn spec(&self) -> &'static FormatSpec {
        &IMAGE
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, project: &Project) -> Result<Vec<u8>, ExportError> {
        encode(&scale(&asset.sheet.image, output.scale), project.png, asset.palette)
    }
}

/// More than 255 colours have no index and are written with four channels in either mode.
fn encode(image: &RgbaImage, mode: PngMode, palette: &[Rgb]) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, image.width(), image.height());
    set_compression(&mut encoder);
    if mode == PngMode::Rgba || palette.len() > MAX_INDEXED {
        encoder.set_color(ColorType::Rgba);
        write(encoder, image.as_raw())?;
    } else {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(color_table(palette));
        encoder.set_trns(vec![0]);
        write(encoder, &indices(image, palette)?)?;
    }
    Ok(bytes)
}

/// Sets depth, filter and compression, so that nothing depends on a default. Flat colours compress best unfiltered.
pub(super) fn set_compression<W: std::io::Write>(encoder: &mut Encoder<'_, W>) {
    encoder.set_depth(BitDepth::Eight);
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(6));
}

fn write(encoder: Encoder<'_, &mut Vec<u8>>, data: &[u8]) -> Result<(), ExportError> {
    let mut writer = encoder.write_header()?;
    writer.write_image_data(data)?;
    Ok(writer.finish()?)
}

/// Black for the transparent index 0, then the palette in its own order.
pub(super) fn color_table(palette: &[Rgb]) -> Vec<u8> {
    [Rgb([0; 3])].iter().chain(palette).flat_map(|color| color.0).collect()
}

/// The index of every pixel in [`color_table`]; the first of equal colours.
pub(super) fn indices(image: &RgbaImage, palette: &[Rgb]) -> Result<Vec<u8>, ExportError> {
    let mut known = std::collections::HashMap::new();
    for (i, color) in palette.iter().enumerate() {
        known.entry(color.0).or_insert(i as u8 + 1);
    }
    let index = |(x, y, pixel): (u32, u32, &image::Rgba<u8>)| match pixel.0 {
        [_, _, _, 0] => Ok(0),
        [r, g, b, 255] => known.get(&[r, g, b]).copied().ok_or(ExportError::Color { x, y, color: Rgb([r, g, b]) }),
        _ => Err(ExportError::Alpha { x, y }),
    };
    image.enumerate_pixels().map(index).collect()
}
