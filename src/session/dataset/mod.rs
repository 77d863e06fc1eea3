//! Training data sets: an audit of a folder of images, and the canvases that are made of it.
//!
//! Every image is taken back to its native pixels. They are enlarged by whole factors only, so that each of them covers
//! whole cells of the VAE; an image for which this is not possible is refused, never resampled.

mod audit;
mod canvas;
mod caption;
mod folder;
mod from_project;
mod lattice;
mod likeness;
mod look;
mod prepare;
mod summary;

use std::path::PathBuf;

use serde::Serialize;

use crate::words::color::Rgb;
use crate::words::dataset::ImageNotes;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;

pub use audit::{audit, draw};
pub use caption::TEMPLATE;
pub use from_project::{FromProject, from_project};
pub use likeness::Likeness;
pub use prepare::{Canvas, Prepared, Sprite, prepare};
pub use summary::{Summary, WordCount};

/// The word that calls the style, unless the notes or the user set another.
pub const TRIGGER: &str = "dgxpx_style";

/// What is audited, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with the images.
    pub folder: PathBuf,
    /// The word that calls the style; `None` takes the one of the notes.
    pub trigger: Option<String>,
    /// The template of captions; `None` takes the one of the notes.
    pub template: Option<String>,
    /// The colour behind transparent pixels.
    pub background: Background,
    /// Restores images that are no native pixel art, instead of refusing them.
    pub restore: bool,
    /// The least number of distinct images.
    pub least: usize,
}

/// How canvases are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CanvasOptions {
    /// The side of a square canvas in pixels; others have about the same area.
    pub resolution: u32,
    /// The side of an enlarged native pixel; `None` takes the largest with which all images fit.
    pub cell: Option<u32>,
    /// Small images share a canvas.
    pub sheets: bool,
    /// How much of the data set is held out for validation, per mille.
    pub hold_out: u32,
}

/// The colour behind transparent pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Background(pub Rgb);

impl Background {
    /// White.
    pub const WHITE: Self = Self(Rgb([255, 255, 255]));

    /// Its name in captions.
    fn name(self) -> String {
        match self.0.0 {
            [255, 255, 255] => "white".to_owned(),
            [0, 0, 0] => "black".to_owned(),
            [255, 0, 255] => "magenta".to_owned(),
            [0, 255, 0] => "green".to_owned(),
            _ => format!("plain {}", self.0),
        }
    }
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The folder.
    pub folder: String,
    /// The word that calls the style.
    pub trigger: String,
    /// Whether training can start.
    pub trainable: bool,
    /// Counts over all images.
    pub summary: Summary,
    /// The images, in natural order.
    pub images: Vec<AuditedImage>,
    /// Pairs of images that are alike.
    pub alike: Vec<Alike>,
    /// What is wrong with the data set as a whole.
    pub findings: Vec<Diagnostic>,
}

/// An image of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditedImage {
    /// Its path, relative to the folder.
    pub file: String,
    /// Width and height of the file; absent if it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// Width and height in native pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native: Option<[u32; 2]>,
    /// The whole factor by which it is enlarged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// Whether our own restoration made its native pixels.
    pub restored: bool,
    /// How many colours it has.
    pub colors: usize,
    /// Its caption.
    pub caption: String,
    /// Whether a user wrote the caption.
    pub own_caption: bool,
    /// The view that it shows, by its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<&'static str>,
    /// Source, author and licence.
    #[serde(flatten)]
    pub notes: ImageNotes,
    /// The digest of its native pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
}

/// Two images that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alike {
    /// The first image.
    pub file: String,
    /// The second one.
    pub other: String,
    /// How they are alike.
    pub likeness: Likeness,
}
