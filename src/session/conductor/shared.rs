//! Files that are made from several assets.

use std::collections::BTreeMap;

use super::Site;
use super::progress::Progress;
use super::publish::existing;
use crate::assemble;
use crate::export::{self, ExportError, write::OutFile, write::Outcome};
use crate::plan::{Item, Planner, State};
use crate::session::workspace::Workspace;
use crate::store;
use crate::words::asset::GroupId;
use crate::words::digest::Digest;
use crate::words::index::{Entry, Seen};
use crate::words::output;
use crate::words::project::{Group, Origin};
use crate::words::recipe::Size;
use crate::words::sheet::scale;

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
    let project = &planner.manifest.project;
    let listed: Vec<Item> = planner.items().into_iter().filter(|item| is_listed(*item, state)).collect();
    let mut entries: Vec<(Item, Entry)> =
        listed.iter().filter_map(|item| Some((*item, entry(workspace, planner, *item, state)?))).collect();
    let mut whole = entries.len() == listed.len();
    if export::reads_pixels(project) {
        let known = known(workspace);
        for (item, entry) in &mut entries {
            let key = state.lock.entries.get(item.id()).and_then(|entry| Some(entry.made.as_ref()?.sprite));
            let seen = key.is_some_and(|key| see(workspace, *item, key, &project.scales, entry));
            // Without its sprites, what an earlier build wrote of the same pixels is as good.
            whole &= seen || known.get(item.id()).is_some_and(|known| entry.learn_from(known));
        }
    }
    let entries: Vec<Entry> = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(Lists { files: export::shared(project, &entries)?, whole })
}

/// The entries of the index that stands in the output folder.
fn known(workspace: &Workspace) -> BTreeMap<GroupId, Entry> {
    let path = workspace.folders.root.join(workspace.in_project(export::index::path()));
    let bytes = store::read_if_there(&path).ok().flatten();
    let index = bytes.and_then(|bytes| export::index::read(&bytes));
    let assets = index.into_iter().flat_map(|index| index.assets);
    assets.map(|entry| (GroupId::new(entry.kind, entry.name.clone()), entry)).collect()
}

/// Adds what the sprites of an item say, if they are still there.
fn see(workspace: &Workspace, item: Item, key: Digest, scales: &[u32], entry: &mut Entry) -> bool {
    let Some(sprites) = workspace.cache.read(&key).ok().flatten() else { return false };
    let layout = entry.tileset.as_ref().map(|tileset| tileset.layout);
    let Ok(sheet) = assemble::sheet_of(entry.kind, &sprites.frames, &item.sheet(), layout) else { return false };
    entry.learn(Seen {
        rgba: scales.iter().map(|k| Digest::of(scale(&sheet.image, *k).as_raw())).collect(),
        palette: &sprites.found.palette,
        baseline: sprites.found.baseline,
        weights: layout.map_or_else(Vec::new, |layout| assemble::weights(layout, &sprites.frames)),
    });
    true
}

/// Whether the shared file names an item: it was made, and has files of its own.
fn is_listed(item: Item, state: &State) -> bool {
    let has_files = !matches!(item, Item::Group(group) if group.path.is_none());
    has_files && state.lock.entries.get(item.id()).is_some_and(|entry| entry.made.is_some())
}

/// What is written of an item: sizes come from the manifest, else from what was made.
fn entry(workspace: &Workspace, planner: &Planner, item: Item, state: &State) -> Option<Entry> {
    let made = state.lock.entries.get(item.id())?.made.as_ref()?;
    let project = &planner.manifest.project;
    let group = match item {
        Item::Tileset(tileset) => return Some(Entry::of_tileset(project, tileset, made.pixels)),
        Item::Group(group) => group,
    };
    let from_manifest = match group.recipe.size {
        Size::Frame(size) => frames(planner, group).map(|frames| (size, frames)),
        _ => None,
    };
    let (size, count) = from_manifest.or_else(|| {
        let sprites = workspace.cache.read(&made.sprite).ok()??;
        let first = sprites.frames.first()?;
        Some(([first.width(), first.height()], sprites.frames.len() as u32))
    })?;
    Entry::of_group(project, group, size, count, made.pixels)
}

fn frames(planner: &Planner, group: &Group) -> Option<u32> {
    match &group.origin {
        Origin::Slots(slots) => Some(slots.len() as u32),
        Origin::Mirror(of) => planner.group(of).map(|of| of.slots().len() as u32),
    }
}
