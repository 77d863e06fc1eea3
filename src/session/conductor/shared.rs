//! Files that are made from several assets.

use std::collections::{BTreeMap, BTreeSet};

use image::RgbaImage;

use super::Site;
use super::atlases::packed;
use super::needed::outdated_page;
use super::progress::Progress;
use super::publish::existing;
use crate::assemble;
use crate::export::{self, ExportError, Listed, Needs, SharedFile, write::OutFile, write::Outcome};
use crate::plan::{Item, Planner, State};
use crate::session::workspace::Workspace;
use crate::store;
use crate::words::asset::GroupId;
use crate::words::atlas::Atlas;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::index::{Entry, Seen};
use crate::words::output::{self, image_path};
use crate::words::project::{Group, Manifest, Origin};
use crate::words::recipe::Size;
use crate::words::sheet::scale;
use crate::words::sprite::Sprites;

/// Writes the shared files. Their content only depends on the assets, so that mostly they stay as they are.
pub(super) fn write(site: &Site, workspace: &mut Workspace, progress: &mut Progress) -> Result<(), ExportError> {
    let manifest = site.planner.manifest;
    let Lists { files, whole, failed, .. } = lists(workspace, site.planner, &progress.state)?;
    for (path, why) in failed {
        progress.fail_file(site, &workspace.in_project(&path), why);
    }
    progress.state.lock.shared = named(manifest, &files, &progress.state.lock.shared);
    let is_there = |path: &str| workspace.folders.root.join(workspace.in_project(path)).exists();
    // Where something is no longer known, the file that says it stays.
    let to_write = files.into_iter().filter(|file| (whole && file.whole) || !is_there(&file.path));
    let (mut files, mut unknown) = (Vec::new(), Vec::new());
    for SharedFile { path, bytes, .. } in to_write {
        let path = workspace.in_project(&path);
        match bytes {
            Some(bytes) => files.push(OutFile { path, bytes }),
            None => unknown.push(path),
        }
    }
    for path in unknown {
        progress.fail_file(site, &path, ExportError::Unknown.into());
    }
    for (file, published) in files.iter().zip(workspace.publish(&files, existing(site), &*site.observer)) {
        match published {
            Outcome::Wrote => progress.outcome.wrote += 1,
            Outcome::Preserved => progress.outcome.kept.push(file.path.clone()),
            Outcome::Failed(diagnostic) => progress.fail_file(site, &file.path, diagnostic),
            Outcome::Unchanged => {}
        }
    }
    Ok(())
}

/// The shared files that the lock names: those that are made, and the pages of atlases that are not known.
fn named(manifest: &Manifest, files: &[SharedFile], before: &BTreeSet<String>) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = output::shared(manifest).into_iter().collect();
    let made = |atlas: &Atlas| {
        let first = image_path(&atlas.path, manifest.project.scales[0]);
        files.iter().any(|file| file.path == first)
    };
    for atlas in manifest.atlases.iter().filter(|atlas| !made(atlas)) {
        named.extend(before.iter().filter(|path| output::is_later_page(path, &atlas.path)).cloned());
    }
    named.extend(files.iter().map(|file| file.path.clone()));
    named
}

/// What the shared files say.
pub struct Lists {
    /// All of them.
    pub files: Vec<SharedFile>,
    /// The size of everything that they list is known.
    pub whole: bool,
    /// The atlases that cannot be packed.
    pub failed: Vec<(String, Diagnostic)>,
    /// Files of atlases that cannot be packed without sprites and that do not follow from the lock.
    pub outdated: Vec<String>,
}

/// What the shared files are to say.
pub fn lists(workspace: &Workspace, planner: &Planner, state: &State) -> Result<Lists, ExportError> {
    let project = &planner.manifest.project;
    let items: Vec<Item> = planner.items().into_iter().filter(|item| is_listed(*item, state)).collect();
    let count = items.len();
    let entries = items.into_iter().filter_map(|item| Some((item, entry(workspace, planner, item, state)?)));
    let mut listed: Vec<(Item, Listed)> =
        entries.map(|(item, entry)| (item, Listed { entry, sprites: None })).collect();
    let whole = listed.len() == count;
    let needs = export::needs(planner.manifest);
    if needs > Needs::Geometry {
        let known = known(workspace);
        for (item, asset) in &mut listed {
            let made = state.lock.entries.get(item.id()).and_then(|entry| entry.made.as_ref());
            let sprites = made.and_then(|made| {
                let sprites = workspace.cache.read(&made.sprite).ok().flatten()?;
                Some(sprites.without(&made.merged).into_owned())
            });
            match sprites {
                Some(sprites) => see(*item, sprites, &project.scales, needs, asset),
                // Without its sprites, what an earlier build wrote of the same pixels is as good.
                None => {
                    let _ = known.get(item.id()).is_some_and(|known| asset.entry.learn_from(known));
                }
            }
        }
    }
    let listed: Vec<Listed> = listed.into_iter().map(|(_, asset)| asset).collect();
    let (mut atlases, mut failed, mut outdated) = (Vec::new(), Vec::new(), Vec::new());
    for atlas in &planner.manifest.atlases {
        match packed(atlas, &listed) {
            Ok(Some(packed)) => atlases.push(packed),
            Ok(None) => outdated.extend(outdated_page(workspace, atlas, state)),
            Err(why) => failed.push((image_path(&atlas.path, project.scales[0]), why)),
        }
    }
    Ok(Lists { files: export::shared(planner.manifest, &listed, &atlases)?, whole, failed, outdated })
}

/// The entries of the index that stands in the output folder.
fn known(workspace: &Workspace) -> BTreeMap<GroupId, Entry> {
    let path = workspace.folders.root.join(workspace.in_project(export::index::path()));
    let bytes = store::read_if_there(&path).ok().flatten();
    let index = bytes.and_then(|bytes| export::index::read(&bytes));
    let assets = index.into_iter().flat_map(|index| index.assets);
    assets.map(|entry| (GroupId::new(entry.kind, entry.name.clone()), entry)).collect()
}

/// Adds what the sprites of an item say.
fn see(item: Item, sprites: Sprites, scales: &[u32], needs: Needs, asset: &mut Listed) {
    let layout = asset.entry.tileset.as_ref().map(|tileset| tileset.layout);
    let Ok(sheet) = assemble::sheet_of(asset.entry.kind, &sprites.frames, &item.sheet(), layout) else { return };
    asset.entry.learn(Seen {
        rgba: scales.iter().map(|k| Digest::of(scale(&sheet.image, *k).as_raw())).collect(),
        palette: &sprites.found.palette,
        baseline: sprites.found.baseline,
        hits: sprites.frames.iter().map(hit).collect(),
        weights: layout.map_or_else(Vec::new, |layout| assemble::weights(layout, &sprites.frames)),
    });
    asset.sprites = (needs == Needs::Frames).then_some(sprites);
}

/// The smallest rectangle round the pixels of a frame that are not transparent.
fn hit(frame: &RgbaImage) -> Option<[u32; 4]> {
    let drawn = || frame.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[3] > 0);
    let [left, right] = [drawn().map(|(x, ..)| x).min()?, drawn().map(|(x, ..)| x).max()?];
    let [top, bottom] = [drawn().map(|(_, y, _)| y).min()?, drawn().map(|(_, y, _)| y).max()?];
    Some([left, top, right + 1 - left, bottom + 1 - top])
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
    let merged = made.merged.as_slice();
    let (size, count) = from_manifest.or_else(|| {
        let sprites = workspace.cache.read(&made.sprite).ok()??;
        let first = sprites.frames.first()?;
        Some(([first.width(), first.height()], sprites.frames.len() as u32))
    })?;
    let timing = group.timing.as_ref().map(|timing| timing.without(merged));
    let group = &Group { timing, ..group.clone() };
    Entry::of_group(project, group, size, count.saturating_sub(merged.len() as u32), made.pixels)
}

fn frames(planner: &Planner, group: &Group) -> Option<u32> {
    match &group.origin {
        Origin::Slots(slots) => Some(slots.len() as u32),
        Origin::Part(..) => Some(1),
        Origin::Still(_, motion) => Some(motion.frames),
        Origin::Mirror(of) | Origin::Recolor(of, _) => frames(planner, planner.group(of)?),
    }
}
