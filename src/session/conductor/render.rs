//! Rendering: the bytes of every file of one item.

use crate::assemble;
use crate::export::{self, write::OutFile};
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::Diagnostic;
use crate::words::layout::Layout;
use crate::words::output::Output;
use crate::words::project::{Group, Manifest, SheetOptions, Tileset};
use crate::words::recipe::Repair;
use crate::words::sheet::TooLarge;
use crate::words::sprite::Sprites;
use crate::words::timing::Timing;

/// What the formats need beside the frames.
pub(super) struct ExportItem<'a> {
    kind: Kind,
    stem: &'a str,
    timing: Option<&'a Timing>,
    /// Equal frames are shown together.
    merges: bool,
    layout: Option<Layout>,
    sheet: SheetOptions,
    tileset: Option<&'a Tileset>,
}

impl<'a> ExportItem<'a> {
    /// Of a group.
    pub(super) fn group(group: &'a Group) -> Self {
        Self {
            kind: group.id.kind,
            stem: group.path.as_deref().unwrap_or(""),
            timing: group.timing.as_ref(),
            merges: group.recipe.repair != Repair::Off,
            layout: None,
            sheet: group.sheet,
            tileset: None,
        }
    }

    /// Of a tileset.
    pub(super) fn tileset(tileset: &'a Tileset) -> Self {
        Self {
            kind: Kind::Tileset,
            stem: &tileset.path,
            timing: None,
            merges: false,
            layout: Some(tileset.layout),
            sheet: tileset.sheet,
            tileset: Some(tileset),
        }
    }

    /// Which tiles it has, if it is a tileset.
    pub(super) fn tileset_layout(&self) -> Option<Layout> {
        self.layout
    }

    /// The frames, counted from 0, that equal the ones before and are shown with them. Those that an artist drew at
    /// their own size are as they were meant to be.
    pub(super) fn merged(&self, sprites: &Sprites) -> Vec<u32> {
        let Some(timing) = self.timing.filter(|_| self.merges && sprites.found.pitch != [1000; 2]) else {
            return Vec::new();
        };
        let frames = &sprites.frames;
        timing.mergeable(|frame| frame < frames.len() && frames[frame] == frames[frame - 1])
    }

    /// The bytes of every output, and what they lose of the sprites; `folder` is put in front of the paths.
    pub(super) fn render(
        &self,
        manifest: &Manifest,
        id: &GroupId,
        outputs: &[Output],
        sprites: &Sprites,
        folder: &str,
    ) -> Result<(Vec<OutFile>, Vec<Diagnostic>), Diagnostic> {
        let Some(image) = outputs.iter().find(|output| output.is_image()) else { return Ok(Default::default()) };
        let failed = |output: &Output, diagnostic: Diagnostic| Diagnostic {
            message: format!("`{}`: {diagnostic}", output.path),
            ..diagnostic
        };
        let merged = self.merged(sprites);
        let (sprites, timing) = (sprites.without(&merged), self.timing.map(|timing| timing.without(&merged)));
        let sheet = assemble::sheet_of(self.kind, &sprites.frames, &self.sheet, self.layout);
        let sheet = sheet.map_err(|error| failed(image, error.into()))?;
        for output in outputs {
            let size = [sheet.image.width(), sheet.image.height()].map(u64::from);
            let large = TooLarge::check(size, output.scale).map_err(assemble::AssembleError::Large);
            large.map_err(|error| failed(output, error.into()))?;
        }
        let weights = self.layout.map_or_else(Vec::new, |layout| assemble::weights(layout, &sprites.frames));
        let terrains = self.tileset.iter().flat_map(|tileset| &tileset.terrains);
        let terrains: Vec<&str> = terrains.map(|terrain| terrain.texture.name.as_str()).collect();
        let names = |tileset: &'a Tileset| export::TilesetNames {
            of: &tileset.of.name,
            over: tileset.over.as_ref().map(|over| over.name.as_str()),
            terrains: &terrains,
            weights: &weights,
            border: tileset.border,
        };
        let asset = export::Asset {
            kind: self.kind,
            name: &id.name,
            stem: self.stem,
            sheet: &sheet,
            frames: &sprites.frames,
            palette: &sprites.found.palette,
            timing: timing.as_ref(),
            layout: self.layout,
            baseline: sprites.found.baseline,
            tileset: self.tileset.map(names),
            packing: self.sheet,
        };
        let render = |output: &Output| {
            let bytes = export::bytes(output, &asset, &manifest.project);
            let bytes = bytes.map_err(|error| failed(output, error.into()))?;
            Ok(OutFile { path: format!("{folder}{}", output.path), bytes })
        };
        let files = outputs.iter().map(render).collect::<Result<_, Diagnostic>>()?;
        Ok((files, export::losses(outputs, &asset, &manifest.project)))
    }
}
