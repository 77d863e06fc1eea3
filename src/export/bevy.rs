//! Bevy: a `.meta` beside every image, and `pixels.assets.ron` with all images and their grids.
//!
//! The meta makes Bevy sample its image nearest, whatever the game's default is. Loader path and fields are those of
//! Bevy 0.20; they move between its releases, so that a later one is a new version here.
//! `bevy_asset_loader` loads the shared file without a line of code. Its paths are relative to the game's assets folder,
//! which is the output folder unless the project says otherwise.

use std::collections::BTreeMap;

use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::words::asset::Kind;
use crate::words::format::{FileSpec, FormatSpec, Scope};
use crate::words::index::IndexGrid;
use crate::words::output::{Output, scale_suffix};
use crate::words::project::Project;

use super::{Asset, ExportError, Format, Listed};

static SPEC: FormatSpec = FormatSpec {
    id: "bevy",
    version: 1,
    files: &[FileSpec { suffix: ".png.meta", kinds: &Kind::ALL, scope: Scope::Scale }],
    shared: &["pixels.assets.ron"],
};

/// Meta files and the collection of all assets.
pub(super) struct Bevy;

impl Format for Bevy {
    fn spec(&self) -> &'static FormatSpec {
        &SPEC
    }

    /// The same text for every image: nothing in it depends on the pixels.
    fn bytes(&self, _: &Asset<'_>, _: &Output, _: &Project) -> Result<Vec<u8>, ExportError> {
        Ok(META.into())
    }

    /// The keys are `sprite.knight.image`, `animation.knight-walk.image` and `animation.knight-walk.layout`; at other
    /// scales than 1 `sprite.knight@2x.image`.
    fn shared_bytes(&self, _: &str, listed: &[Listed], _: &Project) -> Result<Vec<u8>, ExportError> {
        let mut collection = BTreeMap::new();
        for entry in listed.iter().map(|asset| &asset.entry) {
            for image in &entry.images {
                let key = format!("{}.{}{}", entry.kind, entry.name, scale_suffix(image.scale));
                let loaded = Dynamic::Image { path: image.path.clone(), sampler: Sampler::Nearest };
                collection.insert(format!("{key}.image"), loaded);
                if entry.kind.is_sheet() {
                    collection.insert(format!("{key}.layout"), atlas_layout(&entry.grid, image.scale));
                }
            }
        }
        Ok(text(&Collection(collection))?.into_bytes())
    }

    /// The lines are those that would be written, in any order.
    fn is_shared(&self, _: &str, found: &str) -> bool {
        let lines = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let entries = ron::from_str::<Collection>(found).ok();
        entries.and_then(|entries| text(&entries).ok()).is_some_and(|text| lines(&text) == lines(found))
    }
}

/// An entry as `bevy_asset_loader` reads it: its optional numbers are written without `Some`.
#[derive(Deserialize, Serialize)]
enum Dynamic {
    Image {
        path: String,
        sampler: Sampler,
    },
    TextureAtlasLayout {
        tile_size_x: u32,
        tile_size_y: u32,
        columns: u32,
        rows: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        padding_x: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        padding_y: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        offset_x: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        offset_y: u32,
    },
}

#[derive(Deserialize, Serialize)]
enum Sampler {
    Nearest,
}

/// A map in a struct without a name, as the loader's collection is.
#[derive(Deserialize, Serialize)]
struct Collection(BTreeMap<String, Dynamic>);

fn text(entries: &Collection) -> ron::Result<String> {
    Ok(ron::ser::to_string_pretty(entries, PrettyConfig::new().new_line("\n"))? + "\n")
}

fn atlas_layout(grid: &IndexGrid, scale: u32) -> Dynamic {
    Dynamic::TextureAtlasLayout {
        tile_size_x: grid.cell[0] * scale,
        tile_size_y: grid.cell[1] * scale,
        columns: grid.columns,
        rows: grid.rows,
        padding_x: grid.gap * scale,
        padding_y: grid.gap * scale,
        offset_x: grid.offset * scale,
        offset_y: grid.offset * scale,
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

pub(super) const META: &str = r#"(
    meta_format_version: "1.0",
    asset: Load(
        loader: "bevy_image::image_loader::ImageLoader",
        settings: (
            format: FromExtension,
            texture_format: None,
            is_srgb: true,
            sampler: Descriptor((
                label: None,
                address_mode_u: ClampToEdge,
                address_mode_v: ClampToEdge,
                address_mode_w: ClampToEdge,
                mag_filter: Nearest,
                min_filter: Nearest,
                mipmap_filter: Nearest,
                lod_min_clamp: 0.0,
                lod_max_clamp: 32.0,
                compare: None,
                anisotropy_clamp: 1,
                border_color: None,
            )),
            asset_usage: ("MAIN_WORLD | RENDER_WORLD"),
            array_layout: None,
            expand_grayscale: true,
        ),
    ),
)
"#;
