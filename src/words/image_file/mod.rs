//! Decodes still images (PNG, JPEG, WebP) to RGBA8. Invalid files yield an error, never a panic.
//!
//! The format is detected from the content, not from the file name. Width and height are checked before decoding. EXIF
//! orientation is applied; gamma and ICC profiles are not: values are taken as sRGB. 16-bit channels are rounded to 8
//! bits.

mod outline;
mod png;

use std::io::{self, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{jpeg::JpegDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageFormat, Limits, RgbaImage};

use crate::words::diagnostic::{Diagnostic, Subject};

use outline::{jpeg_outline, webp_is_lossy};

/// The largest width and height, in pixels.
pub const MAX_SIDE: u32 = 16_384;
/// The largest number of pixels.
pub const MAX_PIXELS: u64 = 64 << 20;
/// The largest file, in bytes.
pub const MAX_BYTES: u64 = 256 << 20;
/// The largest allocation of a decoder, in bytes.
const MAX_ALLOC: u64 = 512 << 20;

/// A decoded image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// RGBA8 with straight alpha, upright.
    pub pixels: RgbaImage,
    /// Whether the format is lossy, so that decoders of other machines may produce other pixels.
    pub lossy: bool,
}

/// A file that cannot be used as an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` {problem}")]
pub struct ImageError {
    /// The name passed to [`decode`].
    pub name: String,
    /// What is wrong with the file.
    pub problem: Problem,
}

impl ImageError {
    /// The next step, if one helps.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint().map(str::to_owned)
    }
}

/// What is wrong with an image file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file has no bytes.
    #[error("is empty")]
    Empty,
    /// The file is larger than [`MAX_BYTES`].
    #[error("has more than 256 MiB")]
    TooLong,
    /// The format is not supported.
    #[error("is {0}; PNG, JPEG and WebP can be read")]
    Format(&'static str),
    /// Width or height is zero or exceeds the limits.
    #[error("is {0} x {1} pixels; 1 to 16384 a side and at most 64 million pixels can be read")]
    Size(u32, u32),
    /// The image has several frames.
    #[error("is an animated {0}; only a still image can be read")]
    Animated(&'static str),
    /// The image is CMYK.
    #[error("is a CMYK JPEG; its colours have no exact RGB values")]
    Cmyk,
    /// The file is truncated.
    #[error("is cut off: its end is missing")]
    Truncated,
    /// The decoder failed.
    #[error("is damaged or unusual: {0}")]
    Damaged(String),
}

impl From<ImageError> for Diagnostic {
    fn from(error: ImageError) -> Self {
        let (code, message, hint) = (error.problem.code(), error.to_string(), error.hint());
        let diagnostic = Self::error(code, message).about(Subject::File(error.name));
        match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

impl Problem {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "image-empty",
            Self::TooLong => "image-too-long",
            Self::Format(_) => "image-format",
            Self::Size(..) => "image-size",
            Self::Animated(_) => "image-animated",
            Self::Cmyk => "image-cmyk",
            Self::Truncated => "image-truncated",
            Self::Damaged(_) => "image-damaged",
        }
    }

    /// The next step, if one helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Animated(_) => Some("save its frames as one strip (`strip = N`) or as numbered files (`walk-*.png`)"),
            Self::Cmyk | Self::Format(_) => Some("save it as an RGB PNG"),
            Self::Size(..) | Self::TooLong => Some("scale it down, or cut it into several files"),
            Self::Empty | Self::Truncated => Some("copy or download the file again"),
            Self::Damaged(_) => Some("open it in an image editor and save it as a PNG"),
        }
    }
}

/// Decodes an image; `name` is used in errors only.
pub fn decode(bytes: &[u8], name: &str) -> Result<Decoded, ImageError> {
    // The decoders are fuzzed by their authors. Should one panic anyway, the file is reported as damaged.
    catch_unwind(AssertUnwindSafe(|| sniff_and_decode(bytes)))
        .unwrap_or_else(|_| Err(Problem::Damaged("the decoder gave up".to_owned())))
        .map_err(|problem| ImageError { name: name.to_owned(), problem })
}

/// The number of pixels that the first bytes of an image announce; 0 for what [`decode`] does not read, `None` if these
/// bytes do not say it.
pub fn pixels(head: &[u8]) -> Option<u64> {
    let area = |[width, height]: [u32; 2]| u64::from(width) * u64::from(height);
    match image::guess_format(head) {
        Ok(ImageFormat::Png) => png::size(head).map(area),
        Ok(ImageFormat::Jpeg) => jpeg_outline(head).frame.map(|[width, height, _]| area([width, height])),
        Ok(ImageFormat::WebP) => {
            let decoder = WebPDecoder::new(Cursor::new(head)).ok()?;
            Some(area(decoder.dimensions().into()))
        }
        _ => Some(0),
    }
}

/// Encodes an image as PNG: RGBA8, no text chunks.
pub fn encode(image: &RgbaImage) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_color(::png::ColorType::Rgba);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::Fast);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(image.as_raw())).map_err(io::Error::other)?;
    Ok(bytes)
}

fn sniff_and_decode(bytes: &[u8]) -> Result<Decoded, Problem> {
    if bytes.is_empty() {
        return Err(Problem::Empty);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Problem::TooLong);
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => png::read(bytes),
        Ok(ImageFormat::Jpeg) => jpeg(bytes),
        Ok(ImageFormat::WebP) => webp(bytes),
        Ok(other) => Err(Problem::Format(name_of(other))),
        Err(_) => Err(Problem::Format("not an image of a known format")),
    }
}

fn name_of(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Gif => "a GIF",
        ImageFormat::Bmp => "a BMP",
        ImageFormat::Tiff => "a TIFF",
        ImageFormat::Ico => "an ICO",
        ImageFormat::Avif => "an AVIF",
        ImageFormat::Qoi => "a QOI",
        ImageFormat::Dds => "a DDS",
        ImageFormat::Hdr => "an HDR",
        ImageFormat::OpenExr => "an OpenEXR",
        ImageFormat::Pnm => "a PNM",
        ImageFormat::Farbfeld => "a farbfeld",
        _ => "an image of another format",
    }
}

/// The first bytes of a PNG that [`png_size`] needs.
pub const PNG_HEAD: usize = 24;

/// Width and height of a PNG by its first bytes.
pub fn png_size(head: &[u8]) -> Option<[u32; 2]> {
    head.starts_with(b"\x89PNG\r\n\x1a\n").then(|| png::size(head)).flatten()
}

fn jpeg(bytes: &[u8]) -> Result<Decoded, Problem> {
    let outline = jpeg_outline(bytes);
    if let Some([width, height, components]) = outline.frame {
        check_size(width, height)?;
        if components == 4 {
            return Err(Problem::Cmyk);
        }
    }
    if !outline.ends {
        return Err(Problem::Truncated);
    }
    finish(JpegDecoder::new(Cursor::new(bytes)).map_err(problem)?, true)
}

fn webp(bytes: &[u8]) -> Result<Decoded, Problem> {
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(problem)?;
    if decoder.has_animation() {
        return Err(Problem::Animated("WebP"));
    }
    finish(decoder, webp_is_lossy(bytes))
}

fn finish(mut decoder: impl ImageDecoder, lossy: bool) -> Result<Decoded, Problem> {
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    decoder.set_limits(limits()).map_err(problem)?;
    // Unreadable metadata is no reason to reject the image.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(problem)?;
    image.apply_orientation(orientation);
    Ok(Decoded { pixels: image.into_rgba8(), lossy })
}

fn check_size(width: u32, height: u32) -> Result<(), Problem> {
    let sides = 1..=MAX_SIDE;
    let area = u64::from(width) * u64::from(height);
    if sides.contains(&width) && sides.contains(&height) && area <= MAX_PIXELS {
        Ok(())
    } else {
        Err(Problem::Size(width, height))
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

fn problem(error: image::ImageError) -> Problem {
    match &error {
        image::ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => Problem::Truncated,
        other => Problem::Damaged(other.to_string()),
    }
}
