//! Which files a group or tileset makes, by name: known before any pixel is.

use crate::words::asset::Kind;
use crate::words::project::{Exporter, Group, Project, Tileset};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The image at a whole-number scale.
    Image(u32),
    /// Bevy's `.meta` of the image at that scale.
    BevyMeta(u32),
    /// Aseprite's JSON array of the sheet at scale 1.
    AsepriteJson,
    /// The animation as an animated PNG.
    Apng,
    /// The animation as an animated GIF.
    Gif,
}

/// A file that is made, relative to the output folder, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    /// Its path.
    pub path: String,
    /// What it is.
    pub role: Role,
}

/// The files of a group, in the order of their publication within it: meta before its image, JSON last.
pub fn of_group(project: &Project, group: &Group) -> Vec<Output> {
    group.path.as_deref().map_or_else(Vec::new, |stem| outputs(project, group.id.kind, stem))
}

/// The files of a tileset.
pub fn of_tileset(project: &Project, tileset: &Tileset) -> Vec<Output> {
    outputs(project, Kind::Tileset, &tileset.path)
}

/// The file that names all assets for `bevy_asset_loader`, if Bevy is exported to.
pub fn shared(project: &Project) -> Vec<String> {
    project.exporters.contains(&Exporter::Bevy).then(|| "pixels.assets.ron".to_owned()).into_iter().collect()
}

fn outputs(project: &Project, kind: Kind, stem: &str) -> Vec<Output> {
    let sheet = matches!(kind, Kind::Animation | Kind::Tileset);
    let mut outputs = Vec::new();
    for &scale in &project.scales {
        let image = if scale == 1 { format!("{stem}.png") } else { format!("{stem}@{scale}x.png") };
        if project.exporters.contains(&Exporter::Bevy) {
            outputs.push(Output { path: format!("{image}.meta"), role: Role::BevyMeta(scale) });
        }
        outputs.push(Output { path: image, role: Role::Image(scale) });
    }
    for exporter in &project.exporters {
        match exporter {
            Exporter::Apng if kind == Kind::Animation => {
                outputs.push(Output { path: format!("{stem}.apng"), role: Role::Apng })
            }
            Exporter::Gif if kind == Kind::Animation => {
                outputs.push(Output { path: format!("{stem}.gif"), role: Role::Gif })
            }
            Exporter::Aseprite if sheet => {
                outputs.push(Output { path: format!("{stem}.json"), role: Role::AsepriteJson })
            }
            _ => {}
        }
    }
    outputs
}
