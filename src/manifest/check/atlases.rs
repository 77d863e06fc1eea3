//! Atlases: which assets are on them.

use std::collections::BTreeSet;

use super::Context;
use super::gather::Gathered;
use super::groups::{output, place};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawAtlas};
use crate::words::asset::GroupId;
use crate::words::atlas::{Atlas, Packing};
use crate::words::diagnostic::Diagnostic;
use crate::words::project::{Group, Project, Tileset};
use crate::words::recipe::Size;
use crate::words::selector::Selector;

/// The longest side of a page that the manifest does not say.
const SIDE: u32 = 2048;

/// An asset that writes files.
struct Written<'a> {
    id: &'a GroupId,
    tags: &'a [String],
    /// Width and height of a frame, where the manifest says it.
    size: Option<[u32; 2]>,
}

/// Checks every atlas.
pub(super) fn check(
    project: &Project,
    groups: &[Group],
    tilesets: &[Tileset],
    all: &Gathered,
    cx: &mut Context<'_>,
) -> Vec<Atlas> {
    let size = |group: &Group| if let Size::Frame(size) = group.recipe.size { Some(size) } else { None };
    let groups = groups.iter().filter(|group| group.path.is_some());
    let groups = groups.map(|group| Written { id: &group.id, tags: &group.tags, size: size(group) });
    let tilesets = tilesets.iter().map(|set| Written { id: &set.id, tags: &set.tags, size: Some(set.size) });
    let written: Vec<Written<'_>> = groups.chain(tilesets).collect();
    let largest = project.scales.iter().max().copied().unwrap_or(1);
    let mut atlases = Vec::new();
    for (name, raw) in &all.atlases {
        let members = members(name, raw, &written, cx);
        let packing = Packing {
            padding: raw.padding.as_ref().map_or(1, |n| n.value.u32()),
            extrude: raw.extrude.as_ref().map_or(0, |n| n.value.u32()),
            side: raw.size.as_ref().map_or(SIDE, |n| n.value.u32()) / largest,
        };
        let own = raw.path.as_ref();
        let path = own.map_or_else(|| Some(format!("atlases/{}", name.value)), |path| output(path, path.span, cx));
        check_pages(name, raw, &members, packing, cx);
        let members = members.iter().map(|member| member.id.clone()).collect();
        let place = place(name.span, cx);
        atlases.extend(path.map(|path| Atlas { name: name.value.clone(), members, packing, path, place }));
    }
    atlases
}

/// The assets that an atlas names, sorted.
fn members<'a>(
    name: &At<String>,
    raw: &RawAtlas,
    written: &'a [Written<'a>],
    cx: &mut Context<'_>,
) -> Vec<&'a Written<'a>> {
    let Some(of) = &raw.of else {
        let problem = Problem::error("missing-key", name.span, format!("the atlas `{}` has no `of`", name.value));
        cx.report_missing(problem.help("write `of = [\"tag:..\"]`, the assets on it"));
        return Vec::new();
    };
    if of.value.0.is_empty() {
        let message = format!("the atlas `{}` is made of nothing", name.value);
        let problem = Problem::error("empty-atlas", of.span, message);
        cx.report(problem.help("name assets, patterns or tags, or remove the atlas"));
    }
    let mut found: BTreeSet<(&GroupId, usize)> = BTreeSet::new();
    for text in &of.value.0 {
        let before = found.len();
        match Selector::parse(text) {
            Ok(selector) => {
                let named = written.iter().enumerate().filter(|(_, one)| selector.names(one.id, one.tags));
                let mut any = false;
                found.extend(named.inspect(|_| any = true).map(|(at, one)| (one.id, at)));
                if before == found.len() && !any {
                    cx.report(nothing(text, written));
                }
            }
            Err(error) => {
                let bad = Diagnostic::error(error.code(), format!("`{}` {error}", text.value)).hint(error.hint());
                cx.report(Problem::new(text.span, bad));
            }
        }
    }
    found.into_iter().map(|(_, at)| &written[at]).collect()
}

/// The problem of a selector that names nothing.
fn nothing(text: &At<String>, written: &[Written<'_>]) -> Problem {
    let message = format!("`{}` names no asset that writes an image", text.value);
    let problem = Problem::error("empty-atlas", text.span, message).help("`dgx-pixels list` shows all assets");
    match text.strip_prefix("tag:") {
        Some(tag) => {
            let tags: BTreeSet<&str> = written.iter().flat_map(|one| one.tags).map(String::as_str).collect();
            problem.suggest(tag, tags)
        }
        None => {
            let names: BTreeSet<&str> = written.iter().map(|one| one.id.asset()).collect();
            problem.suggest(text, names)
        }
    }
}

/// Reports a frame that no page holds.
fn check_pages(name: &At<String>, raw: &RawAtlas, members: &[&Written<'_>], packing: Packing, cx: &mut Context<'_>) {
    let sized = members.iter().filter_map(|member| Some((member, member.size?)));
    let Some((member, [width, height])) = sized.into_iter().find(|(_, size)| !packing.holds(*size)) else { return };
    let span = raw.size.as_ref().map_or(name.span, |size| size.span);
    let message = format!(
        "no page of the atlas `{}` holds `{}`: its frame of {width} x {height} with its margin needs more than {} pixels",
        name.value, member.id, packing.side
    );
    let problem = Problem::error("atlas-page", span, message);
    cx.report(problem.help("set a larger `size`, or less `padding` or `extrude`; `scale` enlarges pages, too"));
}
