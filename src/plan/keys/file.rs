//! The key of a group's files beside its sprites.

use serde::{Serialize, Serializer};

use super::{Key, word};
use crate::plan::state::Versions;
use crate::words::digest::Encoder;
use crate::words::project::{PngMode, Project, SheetOptions};
use crate::words::timing::Timing;

/// How often the geometry of extruded sheets changed.
const EXTRUDED: u32 = 1;

/// What decides the bytes of a group's files beside its sprites: formats, their versions, options and names.
#[derive(Clone, Debug, Serialize)]
pub struct FileKey<'a> {
    /// The version of sheets and of the PNGs that hold them.
    pub image: u32,
    /// Whole-number scales of the images.
    pub scale: &'a [u32],
    /// The formats, with their versions.
    #[serde(serialize_with = "versioned")]
    pub export: Vec<(&'a str, u32)>,
    /// How PNGs are written.
    pub png: PngMode,
    /// How frames and tiles lie in a sheet.
    pub sheet: SheetOptions,
    /// The files, relative to the output folder.
    pub paths: &'a [String],
    /// How an animation plays.
    pub timing: Option<&'a Timing>,
}

impl<'a> FileKey<'a> {
    /// The key of files at these paths.
    pub fn new(
        project: &'a Project,
        versions: &Versions,
        paths: &'a [String],
        sheet: SheetOptions,
        timing: Option<&'a Timing>,
    ) -> Self {
        Self {
            image: versions.image,
            scale: &project.scales,
            export: project.formats.iter().map(|format| (format.id, format.version)).collect(),
            png: project.png,
            sheet,
            paths,
            timing,
        }
    }
}

impl Key for FileKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels file v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.uint(self.image.into());
        encoder.list(self.scale.iter(), |e, scale| {
            e.uint((*scale).into());
        });
        encoder.list(self.export.iter(), |e, (id, version)| {
            e.text(id).uint((*version).into());
        });
        encoder.text(if self.png == PngMode::Indexed { "indexed" } else { "rgba" });
        let SheetOptions { padding, extrude, columns } = self.sheet;
        encoder.uint(padding.into()).uint(extrude.into()).uint(columns.into());
        if extrude > 0 {
            encoder.uint(EXTRUDED.into());
        }
        encoder.list(self.paths.iter(), |e, path| {
            e.text(path);
        });
        if let Some(timing) = self.timing {
            encoder.text(&timing.tag).list(timing.durations.iter(), |e, ms| {
                e.uint((*ms).into());
            });
            encoder.text(&word(&timing.playback)).int(timing.repeat.into());
            if !timing.events.is_empty() {
                encoder.list(timing.events.iter(), |e, (name, frames)| {
                    e.text(name).list(frames.iter(), |e, frame| {
                        e.uint((*frame).into());
                    });
                });
            }
        }
    }
}

fn versioned<S: Serializer>(formats: &[(&str, u32)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(formats.iter().map(|(id, version)| format!("{id}@{version}")))
}
