//! PNG: eight bits a channel with alpha, or palette indices. No text, no time: equal pixels give equal bytes.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use image::RgbaImage;
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
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

    fn loss(&self, asset: &Asset<'_>, project: &Project) -> Option<Diagnostic> {
        let tones = || asset.palette.len() + soft(&asset.sheet.image, asset.palette).len();
        let many = Some(project.png).filter(|png| *png == PngMode::Indexed).map(|_| tones())?;
        (many > MAX_INDEXED).then(|| {
            let message = format!("it has {many} colours, too many for an index: its image has four channels");
            Diagnostic::warning("png-not-indexed", message).hint("set `colors = 255` or fewer in its recipe")
        })
    }
}

/// What has more tones than an index can name is written with four channels in either mode.
pub(super) fn encode(image: &RgbaImage, mode: PngMode, palette: &[Rgb]) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, image.width(), image.height());
    set_compression(&mut encoder);
    let soft = soft(image, palette);
    if mode == PngMode::Rgba || palette.len() + soft.len() > MAX_INDEXED {
        encoder.set_color(ColorType::Rgba);
        write(encoder, image.as_raw())?;
    } else {
        encoder.set_color(ColorType::Indexed);
        let colors = soft.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]);
        encoder.set_palette(color_table(palette).into_iter().chain(colors).collect::<Vec<u8>>());
        let opaque = if soft.is_empty() { 0 } else { palette.len() };
        let alpha = std::iter::once(0).chain(std::iter::repeat_n(255, opaque)).chain(soft.iter().map(|tone| tone[3]));
        encoder.set_trns(alpha.collect::<Vec<u8>>());
        write(encoder, &indices(image, palette, &soft)?)?;
    }
    Ok(bytes)
}

/// The half-transparent tones of an image: by their place in the palette, the least transparent first.
fn soft(image: &RgbaImage, palette: &[Rgb]) -> Vec<[u8; 4]> {
    let tones: BTreeSet<[u8; 4]> = image.pixels().map(|pixel| pixel.0).filter(is_soft).collect();
    let place = |[r, g, b, _]: &[u8; 4]| palette.iter().position(|color| color.0 == [*r, *g, *b]);
    let mut tones: Vec<[u8; 4]> = tones.into_iter().filter(|tone| place(tone).is_some()).collect();
    tones.sort_by_key(|tone| (place(tone), Reverse(tone[3])));
    tones
}

/// Whether a pixel is neither opaque nor transparent.
pub(super) fn is_soft(pixel: &[u8; 4]) -> bool {
    (1..255).contains(&pixel[3])
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

/// The index of every pixel in [`color_table`] with these tones behind it; the first of equal colours.
pub(super) fn indices(image: &RgbaImage, palette: &[Rgb], soft: &[[u8; 4]]) -> Result<Vec<u8>, ExportError> {
    let mut known = std::collections::HashMap::new();
    let tones = palette.iter().map(|Rgb([r, g, b])| [*r, *g, *b, 255]).chain(soft.iter().copied());
    for (i, tone) in tones.enumerate() {
        known.entry(tone).or_insert(i as u8 + 1);
    }
    let index = |(x, y, pixel): (u32, u32, &image::Rgba<u8>)| match pixel.0 {
        [_, _, _, 0] => Ok(0),
        tone @ [r, g, b, _] => known.get(&tone).copied().ok_or(ExportError::Color { x, y, color: Rgb([r, g, b]) }),
    };
    image.enumerate_pixels().map(index).collect()
}
