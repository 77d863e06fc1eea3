//! `--fill sketch`: placeholder art where nothing else is, in files only; the lock never names it. What it stands for
//! does not count as failed: the user asked for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Site;
use super::moved::moved;
use super::progress::Progress;
use super::render::ExportItem;
use super::restore::{restore_group, tiles};
use crate::assemble;
use crate::export::write::{Existing, OutFile, Outcome};
use crate::generate::sketch;
use crate::manifest::{self, LoadOptions};
use crate::plan::{Item, ItemPlan, Planner, Step, seed};
use crate::session::Result;
use crate::session::options::Missing;
use crate::session::workspace::{Workspace, load_options, pinned};
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::project::Origin;
use crate::words::raw::Raw;
use crate::words::sprite::Sprites;

/// Draws a placeholder for every selected item that could not be made and has no file, if the options ask for it.
pub(super) fn missing(site: &Site, workspace: &mut Workspace, progress: &mut Progress) -> Result<()> {
    if site.options.missing != Missing::Sketch {
        return Ok(());
    }
    let (backend, pinned) = (Some("sketch".to_owned()), pinned(&progress.state.lock));
    let load = LoadOptions { backend, pinned, ..load_options(workspace.profile.as_deref()) };
    let sketched = manifest::load(&workspace.folders.root, &load)?;
    let inputs = Arc::clone(&workspace.inputs);
    let sketches = Planner::new(&sketched.manifest, &inputs);
    let mut drawn = BTreeMap::new();
    let items = progress.plan.items.iter().filter(|(id, _)| progress.selected.contains(*id));
    let items = items.filter(|(_, item)| matches!(item.step, Step::Fail(_) | Step::Wait));
    for (id, item) in items.filter(|(id, _)| site.planner.item(id).is_some()) {
        let Ok(files) = files(workspace, &sketches, item, &mut drawn) else { continue };
        // What was never made stands as placeholders of an earlier manifest at best; those are drawn anew.
        let never_made = progress.state.lock.entries.get(id).is_none_or(|entry| entry.made.is_none());
        let is_missing = |file: &OutFile| never_made || !workspace.folders.root.join(&file.path).exists();
        let missing: Vec<OutFile> = files.into_iter().filter(is_missing).collect();
        let published = workspace.publish(&missing, Existing::Preserve, &*site.observer);
        progress.outcome.wrote += published.iter().filter(|outcome| **outcome == Outcome::Wrote).count();
        let stands = |outcome: &Outcome| matches!(outcome, Outcome::Wrote | Outcome::Unchanged);
        // A texture may have no file of its own: its placeholder stands in its tilesets.
        if item.outputs.is_empty() || published.iter().any(stands) {
            progress.outcome.filled += usize::from(!item.outputs.is_empty());
            progress.outcome.failed.retain(|(name, _)| *name != id.name);
            progress.outcome.waiting.retain(|name| *name != id.name);
        }
    }
    Ok(())
}

fn files(
    workspace: &Workspace,
    sketches: &Planner,
    plan: &ItemPlan,
    drawn: &mut BTreeMap<GroupId, Arc<Sprites>>,
) -> std::result::Result<Vec<OutFile>, Diagnostic> {
    let sprites = draw(workspace, sketches, &plan.id, drawn)?;
    let item = match sketches.item(&plan.id) {
        Some(Item::Group(group)) => ExportItem::group(group),
        Some(Item::Tileset(tileset)) => ExportItem::tileset(tileset),
        None => return Ok(Vec::new()),
    };
    item.render(sketches.manifest, &plan.id, &plan.outputs, &sprites, &workspace.in_project("")).map(|(files, _)| files)
}

fn draw(
    workspace: &Workspace,
    sketches: &Planner,
    id: &GroupId,
    drawn: &mut BTreeMap<GroupId, Arc<Sprites>>,
) -> std::result::Result<Arc<Sprites>, Diagnostic> {
    if let Some(sprites) = drawn.get(id) {
        return Ok(Arc::clone(sprites));
    }
    let unknown = || Diagnostic::error("internal", format!("`{id}` is not in the manifest"));
    let item = sketches.item(id).ok_or_else(unknown)?;
    let bases: Vec<Arc<Sprites>> = item
        .made_from()
        .into_iter()
        .map(|of| draw(workspace, sketches, of, drawn))
        .collect::<std::result::Result<_, _>>()?;
    let sprites = match item {
        Item::Tileset(tileset) => tiles(&bases, tileset, sketches.manifest)?,
        Item::Group(group) => match (&group.origin, bases.first()) {
            (Origin::Mirror(_), Some(of)) => assemble::mirror(of),
            (Origin::Recolor(_, colors), Some(of)) => assemble::recolor(of, colors),
            (Origin::Part(_, number), Some(of)) => assemble::part(of, *number),
            (Origin::Still(_, motion), Some(of)) => moved(&workspace.folders.root, &workspace.inputs, of, motion)?,
            (Origin::Mirror(_) | Origin::Recolor(..) | Origin::Part(..) | Origin::Still(..), None) => {
                return Err(unknown());
            }
            (Origin::Slots(slots), base) => {
                let raws =
                    slots.iter().filter_map(|slot| Some(Raw::new(sketch::draw(slot.ask.sketch()?, seed(slot, 1)))));
                restore_group(&raws.collect::<Vec<_>>(), group, base.map(|base| &base.found))?
            }
        },
    };
    let sprites = Arc::new(sprites);
    drawn.insert(id.clone(), Arc::clone(&sprites));
    Ok(sprites)
}
