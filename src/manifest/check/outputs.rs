//! Files that would be written twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Context;
use super::gather::Gathered;
use crate::manifest::problem::Problem;
use crate::words::asset::{GroupId, Kind};
use crate::words::atlas::Atlas;
use crate::words::output;
use crate::words::project::{Group, Project, Tileset};
use crate::words::source::Span;

/// Reports every file that two assets would write; case does not matter.
pub(super) fn check_clashes(
    project: &Project,
    groups: &[Group],
    tilesets: &[Tileset],
    atlases: &[Atlas],
    all: &Gathered,
    cx: &mut Context<'_>,
) {
    let all_groups = groups;
    let groups = groups.iter().filter_map(|group| Some((&group.id, group.path.as_deref()?)));
    let stems = groups.chain(tilesets.iter().map(|tileset| (&tileset.id, tileset.path.as_str())));
    let tileset_spans: HashMap<&str, Span> = all.tilesets.iter().map(|(name, _)| (name.as_str(), name.span)).collect();
    let span = |id: &GroupId| match id.kind {
        Kind::Tileset => tileset_spans.get(id.name.as_str()).copied().unwrap_or_default(),
        _ => all
            .asset(id.asset())
            .map_or_else(Span::default, |(_, asset)| asset.raw.path.as_ref().map_or(asset.name.span, |path| path.span)),
    };
    let mut written: BTreeMap<String, &GroupId> = BTreeMap::new();
    let mut clash = |file: String, id: &GroupId, first: &GroupId| {
        let message = format!("`{id}` and `{first}` both write `{file}`");
        let problem = Problem::error("output-clash", span(id), message);
        let label = if id.asset() == first.asset() { "the same asset" } else { "the other one" };
        cx.report(problem.help("give one of them another `path`").related(span(first), label));
    };
    let stems: Vec<_> = stems.collect();
    for (id, stem) in &stems {
        for file in output::of(project, id.kind, stem) {
            if let Some(first) = written.insert(file.path.to_ascii_lowercase(), id) {
                clash(file.path, id, first);
                break;
            }
        }
    }
    for (id, stem) in &stems {
        // A folder cannot be called as a file is.
        let folders = stem.match_indices('/').map(|(at, _)| stem[..at].to_ascii_lowercase());
        for folder in folders.filter(|folder| folder.contains('.')) {
            if let Some(first) = written.get(&folder) {
                clash(folder, id, first);
            }
        }
    }
    let mut shared: BTreeSet<String> = BTreeSet::new();
    for file in output::listing(project, all_groups) {
        if let Some(first) = written.get(&file.to_ascii_lowercase()) {
            let message = format!("`{first}` would write `{file}`, which is made from several assets");
            cx.report(Problem::error("output-clash", span(first), message).help("give it another `path`"));
        }
        shared.insert(file.to_ascii_lowercase());
    }
    shared.extend(written.into_keys());
    check_atlases(project, atlases, all, shared, cx);
}

/// Reports atlases that would write what an asset or an earlier atlas writes, or may write on a later page.
fn check_atlases(
    project: &Project,
    atlases: &[Atlas],
    all: &Gathered,
    mut written: BTreeSet<String>,
    cx: &mut Context<'_>,
) {
    let mut stems: Vec<String> = Vec::new();
    for (name, raw) in &all.atlases {
        let Some(atlas) = atlases.iter().find(|atlas| atlas.name == name.value) else { continue };
        let span = raw.path.as_ref().map_or(name.span, |path| path.span);
        let files: Vec<String> =
            output::of_atlas(project, atlas).iter().map(|file| file.to_ascii_lowercase()).collect();
        let stem = atlas.path.to_ascii_lowercase();
        let is_of_others = |file: &&String| stems.iter().any(|other| output::is_later_page(file, other));
        let clash = files
            .iter()
            .find(is_of_others)
            .or_else(|| written.iter().find(|other| files.contains(other) || output::is_later_page(other, &stem)));
        if let Some(file) = clash {
            let message = format!("the atlas `{}` would write `{file}`, which something else writes", atlas.name);
            cx.report(Problem::error("output-clash", span, message).help("give it another `path`"));
        }
        written.extend(files);
        stems.push(stem);
    }
}
