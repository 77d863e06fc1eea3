//! Rendering: the bytes of every file of one item.

use crate::export::{self, write::OutFile};
use crate::plan::outputs::Output;
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::Diagnostic;
use crate::words::layout::Layout;
use crate::words::project::{Group, Manifest, Tileset};
use crate::words::sprite::Sprites;
use crate::words::timing::Timing;

/// What the exporters need beside the frames.
pub struct ExportItem<'a> {
    kind: Kind,
    stem: &'a str,
    timing: Option<&'a Timing>,
    columns: Option<u32>,
}

impl<'a> ExportItem<'a> {
    /// Of a group.
    pub fn group(group: &'a Group) -> Self {
        Self {
            kind: group.id.kind,
            stem: group.path.as_deref().unwrap_or(""),
            timing: group.timing.as_ref(),
            columns: None,
        }
    }

    /// Of a tileset.
    pub fn tileset(tileset: &'a Tileset) -> Self {
        Self { kind: Kind::Tileset, stem: &tileset.path, timing: None, columns: Some(columns(tileset.layout)) }
    }

    /// The bytes of every output; `folder` is put in front of the paths.
    pub fn render(
        &self,
        manifest: &Manifest,
        id: &GroupId,
        outputs: &[Output],
        sprites: &Sprites,
        folder: &str,
    ) -> Result<Vec<OutFile>, Diagnostic> {
        let item = export::Item {
            kind: self.kind,
            name: &id.name,
            stem: self.stem,
            frames: &sprites.frames,
            palette: &sprites.found.palette,
            timing: self.timing,
            columns: self.columns,
            baseline: sprites.found.baseline,
        };
        let render = |output: &Output| {
            let bytes = export::render(output, &item, &manifest.project);
            let bytes = bytes.map_err(|error| Diagnostic::error("export", format!("`{}`: {error}", output.path)))?;
            Ok(OutFile { path: format!("{folder}{}", output.path), bytes })
        };
        outputs.iter().map(render).collect()
    }
}

/// A layout's own columns.
pub fn columns(layout: Layout) -> u32 {
    match layout {
        Layout::Single => 1,
        Layout::Blob47 => 8,
        Layout::Edge16 | Layout::Corner16 => 4,
    }
}
