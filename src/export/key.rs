//! What of the options enters the key of a file: its exporter, that exporter's version, and what it reads.

use crate::assemble::SHEET_VERSION;
use crate::digest::{Digest, Encoder};
use crate::manifest::{PngMode, Project, SheetOptions};
use crate::plan::outputs::{Output, Role};

use super::render::json_scale;
use super::{apng, aseprite, bevy, gif, png};

/// A digest of everything but the pixels, names and timing that decides the bytes of a file.
pub fn options_key(project: &Project, output: &Output) -> Digest {
    let mut key = Encoder::new("dgx-pixels file options v1");
    match output.role {
        Role::Image(scale) => {
            let mode = match project.png {
                PngMode::Rgba => "rgba",
                PngMode::Indexed => "indexed",
            };
            key.text("png").uint(png::VERSION.into()).uint(scale.into()).text(mode);
            sheet(&mut key, &project.sheet);
        }
        Role::BevyMeta(_) => {
            key.text("bevy").uint(bevy::VERSION.into());
        }
        Role::AsepriteJson => {
            key.text("aseprite").uint(aseprite::VERSION.into()).uint(json_scale(project).into());
            sheet(&mut key, &project.sheet);
        }
        Role::Apng => {
            key.text("apng").uint(apng::VERSION.into());
        }
        Role::Gif => {
            key.text("gif").uint(gif::VERSION.into());
        }
    }
    key.finish()
}

fn sheet(key: &mut Encoder, options: &SheetOptions) {
    key.uint(SHEET_VERSION.into());
    key.uint(options.padding.into()).uint(options.extrude.into()).uint(options.columns.into());
}
