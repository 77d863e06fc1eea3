//! A raw: an image as a backend returned it, identified by the digest of its pixels.

use image::RgbaImage;

use crate::words::digest::{Digest, Encoder};

/// A captured image. It never changes after its capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// RGBA8 pixels with straight (not premultiplied) alpha, as decoded at capture.
    pub pixels: RgbaImage,
    /// [`pixels_digest`] of the pixels.
    pub digest: Digest,
}

impl Raw {
    /// The number of its pixels.
    pub fn area(&self) -> u64 {
        u64::from(self.pixels.width()) * u64::from(self.pixels.height())
    }

    /// Computes the digest of the pixels.
    pub fn new(pixels: RgbaImage) -> Self {
        let digest = pixels_digest(&pixels);
        Self { pixels, digest }
    }
}

/// The digest of width, height and RGBA8 pixels, independent of any file format.
pub fn pixels_digest(image: &RgbaImage) -> Digest {
    Encoder::new("dgx-pixels raw v1")
        .uint(image.width().into())
        .uint(image.height().into())
        .bytes(image.as_raw())
        .finish()
}
