//! A raw: a captured image as a backend answered it, named by the digest of its pixels.

use image::RgbaImage;

use crate::words::digest::{Digest, Encoder};

/// A captured image, never changed after its capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// RGBA8 pixels with straight alpha, as decoded at capture.
    pub pixels: RgbaImage,
    /// [`pixels_digest`] of the pixels.
    pub digest: Digest,
}

impl Raw {
    /// Names the pixels.
    pub fn new(pixels: RgbaImage) -> Self {
        let digest = pixels_digest(&pixels);
        Self { pixels, digest }
    }
}

/// The digest over width, height and RGBA8 pixels, independent of any file format.
pub fn pixels_digest(image: &RgbaImage) -> Digest {
    Encoder::new("dgx-pixels raw v1")
        .uint(image.width().into())
        .uint(image.height().into())
        .bytes(image.as_raw())
        .finish()
}
