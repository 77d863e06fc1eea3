//! Sheets to files: one exporter a format, all pure; [`mod@write`] alone touches the disk.

pub mod write;

mod apng;
mod aseprite;
mod bevy;
mod error;
mod gif;
mod png;
mod render;
mod ron;

pub use error::ExportError;
pub use render::{Item, render};
pub use ron::{SharedItem, VERSION as SHARED_VERSION, is_shared, shared};

/// The version of sheets and of the PNGs that hold them, part of the key of every file.
pub const IMAGE_VERSION: u32 = png::VERSION + crate::assemble::SHEET_VERSION - 1;

/// The version of an exporter, part of the key of its files.
pub fn version(exporter: crate::words::project::Exporter) -> u32 {
    use crate::words::project::Exporter;
    match exporter {
        Exporter::Aseprite => aseprite::VERSION,
        Exporter::Apng => apng::VERSION,
        Exporter::Bevy => bevy::VERSION + SHARED_VERSION - 1,
        Exporter::Gif => gif::VERSION,
    }
}
