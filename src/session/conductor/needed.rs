//! Sprites that shared files need and that are not on this machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::{self, Needs};
use crate::plan::{Plan, Planner, State, Step};
use crate::session::workspace::Workspace;
use crate::store;
use crate::words::asset::{GroupId, Kind};
use crate::words::atlas::Atlas;
use crate::words::digest::Digest;
use crate::words::format::{FileSpec, Scope};
use crate::words::output::{self, AtlasFile};

/// Groups that shared files need the sprites of and that have none: of characters and atlases that change, and of those
/// without a file.
pub(super) fn needed(workspace: &Workspace, planner: &Planner, plan: &Plan, state: &State) -> BTreeSet<GroupId> {
    let manifest = planner.manifest;
    if export::needs(manifest) < Needs::Frames {
        return BTreeSet::new();
    }
    let mut characters: BTreeMap<&str, Vec<&GroupId>> = BTreeMap::new();
    for group in planner.manifest.groups.iter().filter(|group| group.path.is_some()) {
        let base = group.base.as_ref().filter(|base| group.id.kind == Kind::Animation && base.kind == Kind::Sprite);
        let is_sprite = group.id.kind == Kind::Sprite;
        if let Some(id) = base.or(is_sprite.then_some(&group.id)) {
            characters.entry(id.asset()).or_default().push(&group.id);
        }
    }
    let has_characters = manifest.project.formats.iter().flat_map(|format| format.files).any(is_of_characters);
    let is_fresh = |id: &&GroupId| plan.items.get(*id).is_none_or(|item| item.step == Step::Fresh);
    let is_missing = |path: &String| !workspace.folders.root.join(workspace.in_project(path)).exists();
    let missing = output::shared(manifest).iter().chain(&state.lock.shared).any(is_missing);
    let moves = |members: &Vec<&GroupId>| members.iter().any(|id| id.kind == Kind::Animation);
    let characters = characters.into_values().filter(moves).filter(|_| has_characters);
    let changed = characters.filter(|members| missing || !members.iter().all(is_fresh)).flatten();
    let is_outdated = |atlas: &&Atlas| {
        missing || !atlas.members.iter().all(|id| is_fresh(&id)) || outdated_page(workspace, atlas, state).is_some()
    };
    let on_atlases = manifest.atlases.iter().filter(is_outdated).flat_map(|atlas| &atlas.members);
    let has_none = |id: &GroupId| {
        let made = state.lock.entries.get(id).and_then(|entry| entry.made.as_ref());
        made.is_some_and(|made| !state.sprites.contains(&made.sprite))
    };
    changed.chain(on_atlases).filter(|id| has_none(id)).cloned().collect()
}

fn is_of_characters(file: &FileSpec) -> bool {
    file.scope == Scope::Character
}

/// The JSON of an atlas that was not made of what the lock says; `None` if it was.
pub(super) fn outdated_page(workspace: &Workspace, atlas: &Atlas, state: &State) -> Option<String> {
    let project = &workspace.manifest.project;
    let path = output::atlas_path(&atlas.path, 0, AtlasFile::Frames, project.scales[0]);
    let made = |id: &GroupId| Some(state.lock.entries.get(id)?.made.as_ref()?.pixels);
    let Some(pixels) = atlas.members.iter().map(made).collect::<Option<Vec<Digest>>>() else { return Some(path) };
    let bytes = store::read_if_there(&workspace.folders.root.join(workspace.in_project(&path))).ok().flatten();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let follows = export::follows_atlas(&text, &atlas.source(&pixels));
    (!follows).then_some(path)
}
