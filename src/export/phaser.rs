//! Phaser: Aseprite's JSON as `load.aseprite` and `anims.createFromAseprite` take it.
//!
//! That looks frames up by their number, so that they are called "0", "1" and so on, and it makes one animation of each
//! tag for the whole game, so that the tag is called as the asset is.

use serde::Serialize;

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::output::Output;
use crate::words::project::Project;

use super::aseprite::{Tag, named_tag};
use super::sheet_json::{Image, NamedFrame, named_frames, text};
use super::{Asset, ExportError, Format};

static SPEC: FormatSpec = FormatSpec {
    id: "phaser",
    version: 1,
    files: &[FileSpec { suffix: ".phaser.json", kinds: &[Kind::Animation], scope: Scope::Scale }],
    shared: &[],
};

/// The frames of every animation.
pub(super) struct Phaser;

impl Format for Phaser {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    fn bytes(&self, asset: &Asset<'_>, output: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        let frames = named_frames(asset, output.scale, |i| i.to_string());
        let tag = |timing| named_tag(asset.name, timing, frames.len());
        let frame_tags = asset.timing.map(tag).into_iter().collect();
        text(&File { meta: Meta { image: Image::of(asset, output.scale, &SPEC), frame_tags }, frames })
    }
}

#[derive(Serialize)]
struct File<'a> {
    frames: Vec<NamedFrame>,
    meta: Meta<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(flatten)]
    image: Image,
    frame_tags: Vec<Tag<'a>>,
}
