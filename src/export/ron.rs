//! `pixels.assets.ron`: all images and their grids for `bevy_asset_loader`, without a line of code.
//!
//! Paths are relative to the output folder, which is the game's assets folder or must be named as an asset source.

use std::collections::BTreeMap;

use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::words::asset::Kind;
use crate::words::project::{Exporter, Project};

use super::ExportError;
use super::render::{columns, is_sheet, suffix};

/// Changes when the same items would be written as other text.
pub const VERSION: u32 = 1;

/// What the shared file says of a group or tileset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedItem<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The group's name.
    pub name: &'a str,
    /// The path of its image without `.png`, relative to the output folder.
    pub stem: &'a str,
    /// Width and height of a frame, in logical pixels.
    pub size: [u32; 2],
    /// How many frames or tiles.
    pub count: u32,
    /// A tileset layout's own columns.
    pub columns: Option<u32>,
}

/// Whether a text is such a file, or what a merge made of two: its lines are those that would be written, in any order.
pub fn is_shared(text: &str) -> bool {
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let entries = ron::from_str::<Collection>(text).ok();
    entries.and_then(|entries| written(&entries).ok()).is_some_and(|written| lines(&written) == lines(text))
}

fn written(entries: &Collection) -> ron::Result<String> {
    Ok(ron::ser::to_string_pretty(entries, PrettyConfig::new().new_line("\n"))? + "\n")
}

/// An entry as `bevy_asset_loader` reads it: its optional numbers stand there plainly, not in a `Some`.
#[derive(Deserialize, Serialize)]
enum Entry {
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
struct Collection(BTreeMap<String, Entry>);

/// The files made from all assets together, by path relative to the output folder; none without Bevy.
///
/// The keys are `sprite.knight.image`, `animation.knight-walk.image` and `animation.knight-walk.layout`; at other
/// scales than 1 `sprite.knight@2x.image`.
pub fn shared<'a>(
    project: &Project,
    items: impl Iterator<Item = SharedItem<'a>>,
) -> Result<Vec<(String, Vec<u8>)>, ExportError> {
    if !project.exporters.contains(&Exporter::Bevy) {
        return Ok(Vec::new());
    }
    let mut entries = BTreeMap::new();
    for item in items {
        for &scale in &project.scales {
            let key = format!("{}.{}{}", item.kind, item.name, suffix(scale));
            let path = format!("{}{}.png", item.stem, suffix(scale));
            entries.insert(format!("{key}.image"), Entry::Image { path, sampler: Sampler::Nearest });
            if is_sheet(item.kind) {
                entries.insert(format!("{key}.layout"), layout(project, &item, scale));
            }
        }
    }
    Ok(vec![("pixels.assets.ron".to_owned(), written(&Collection(entries))?.into_bytes())])
}

fn layout(project: &Project, item: &SharedItem<'_>, scale: u32) -> Entry {
    let options = &project.sheet;
    let count = item.count.max(1);
    let columns = match columns(options, item.columns) {
        0 => count,
        columns => columns.min(count),
    };
    let gap = (options.padding + 2 * options.extrude) * scale;
    let offset = (options.padding + options.extrude) * scale;
    Entry::TextureAtlasLayout {
        tile_size_x: item.size[0] * scale,
        tile_size_y: item.size[1] * scale,
        columns,
        rows: count.div_ceil(columns),
        padding_x: gap,
        padding_y: gap,
        offset_x: offset,
        offset_y: offset,
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
