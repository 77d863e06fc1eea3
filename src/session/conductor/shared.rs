//! Files that are made from several assets.

use super::Site;
use super::progress::Progress;
use super::publish::existing;
use crate::export::{self, ExportError, ListedAsset, write::OutFile, write::Outcome};
use crate::plan::{Item, Planner, State};
use crate::session::workspace::Workspace;
use crate::words::output;
use crate::words::project::{Group, Origin};
use crate::words::recipe::Size;

/// Writes the shared files. Their content only depends on the assets, so that mostly they stay as they are.
pub(super) fn write(site: &Site, workspace: &mut Workspace, progress: &mut Progress) -> Result<(), ExportError> {
    let names = output::shared(&site.planner.manifest.project);
    let Lists { files, whole } = lists(workspace, site.planner, &progress.state)?;
    let missing = names.iter().any(|name| !workspace.folders.root.join(workspace.in_project(name)).exists());
    // Where a size is no longer known, the file that has it stays.
    if whole || missing {
        let files: Vec<OutFile> =
            files.into_iter().map(|(path, bytes)| OutFile { path: workspace.in_project(&path), bytes }).collect();
        for (file, published) in files.iter().zip(workspace.publish(&files, existing(site), &*site.observer)) {
            match published {
                Outcome::Wrote => progress.outcome.wrote += 1,
                Outcome::Preserved => progress.outcome.kept.push(file.path.clone()),
                Outcome::Failed(diagnostic) => progress.fail_file(site, &file.path, diagnostic),
                Outcome::Unchanged => {}
            }
        }
    }
    progress.state.lock.shared = names.into_iter().collect();
    Ok(())
}

/// What the shared files say.
pub struct Lists {
    /// By path relative to the output folder.
    pub files: Vec<(String, Vec<u8>)>,
    /// The size of everything that they list is known.
    pub whole: bool,
}

/// What the shared files are to say.
pub fn lists(workspace: &Workspace, planner: &Planner, state: &State) -> Result<Lists, ExportError> {
    let listed = planner.items().into_iter().filter(|item| is_listed(*item, state)).count();
    let sized: Vec<(Item, [u32; 2], u32)> =
        planner.items().into_iter().filter_map(|item| sized(workspace, planner, item, state)).collect();
    let assets: Vec<_> = sized.iter().map(|(item, size, count)| listed_asset(*item, *size, *count)).collect();
    Ok(Lists { files: export::shared(&planner.manifest.project, &assets)?, whole: sized.len() == listed })
}

/// Whether the shared file names an item: it was made, and has files of its own.
fn is_listed(item: Item, state: &State) -> bool {
    let has_files = !matches!(item, Item::Group(group) if group.path.is_none());
    has_files && state.lock.entries.get(item.id()).is_some_and(|entry| entry.made.is_some())
}

/// Size and number of an item's frames: from the manifest, else from what was made.
fn sized<'a>(
    workspace: &Workspace,
    planner: &Planner,
    item: Item<'a>,
    state: &State,
) -> Option<(Item<'a>, [u32; 2], u32)> {
    let made = state.lock.entries.get(item.id())?.made.as_ref()?;
    let from_manifest = match item {
        Item::Tileset(tileset) => Some((tileset.size, tileset.count())),
        Item::Group(group) => match (group.recipe.size, &group.path) {
            (_, None) => return None,
            (Size::Frame(size), _) => frames(planner, group).map(|frames| (size, frames)),
            _ => None,
        },
    };
    let (size, count) = from_manifest.or_else(|| {
        let sprites = workspace.cache.read(&made.sprite).ok()??;
        let first = sprites.frames.first()?;
        Some(([first.width(), first.height()], sprites.frames.len() as u32))
    })?;
    Some((item, size, count))
}

fn frames(planner: &Planner, group: &Group) -> Option<u32> {
    match &group.origin {
        Origin::Slots(slots) => Some(slots.len() as u32),
        Origin::Mirror(of) => planner.group(of).map(|of| of.slots().len() as u32),
    }
}

fn listed_asset<'a>(item: Item<'a>, size: [u32; 2], count: u32) -> ListedAsset<'a> {
    let (stem, layout) = match item {
        Item::Group(group) => (group.path.as_deref().unwrap_or(""), None),
        Item::Tileset(tileset) => (tileset.path.as_str(), Some(tileset.layout)),
    };
    ListedAsset { kind: item.id().kind, name: &item.id().name, stem, size, count, layout, sheet: item.sheet() }
}
