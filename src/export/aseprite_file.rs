//! Aseprite's own file of a sprite or an animation.

use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;
use crate::words::sheet::scale;

use super::ase::{self, Cel, Picture, Tag};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "aseprite-file",
    version: 1,
    files: &[FileSpec { suffix: ".aseprite", kinds: &[Kind::Animation, Kind::Sprite], scope: Scope::Asset }],
    shared: &[],
};

/// An `.aseprite` file of every sprite and animation.
pub(super) struct AsepriteFile;

impl Format for AsepriteFile {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let shown =
            if asset.kind == Kind::Animation { asset.frames } else { &asset.frames[..asset.frames.len().min(1)] };
        let frames: Vec<RgbaImage> = shown.iter().map(|frame| scale(frame, output.scale)).collect();
        let [width, height] = frames.first().ok_or(ExportError::Empty)?.dimensions().into();
        let last = frames.len() - 1;
        let cel = |(i, image)| Cel { image, at: [0, 0], duration: asset.duration(i) };
        ase::bytes(&Picture {
            size: [width, height],
            palette: asset.palette,
            cels: frames.into_iter().enumerate().map(cel).collect(),
            tags: asset.timing.map(|timing| Tag::of(timing, 0, last)).into_iter().collect(),
            pivot: [width / 2, (asset.baseline * output.scale).min(height)],
            marked: false,
        })
    }
}
