//! `--fill sketch`: placeholder art where nothing else is, in files only; the lock never hears of it. What it stands
//! for does not count as failed: a person asked for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::anyhow;

use super::make::{ExportItem, restore, tiles};
use super::{Outcome, Workspace};
use crate::assemble;
use crate::export::write::{self, Existing, OutFile};
use crate::generate::sketch;
use crate::manifest::{self, LoadOptions};
use crate::plan::{Item, Plan, Planner, State, Step, Trouble, seed};
use crate::words::ask::Ask;
use crate::words::asset::GroupId;
use crate::words::event::Observer;
use crate::words::project::Origin;
use crate::words::raw::Raw;
use crate::words::sprite::Sprites;

/// Draws a placeholder for every item that could not be made and has no file.
pub fn missing(
    workspace: &mut Workspace,
    planner: &Planner,
    plan: &Plan,
    state: &State,
    outcome: &mut Outcome,
    observer: &dyn Observer,
) -> anyhow::Result<()> {
    let load =
        LoadOptions { backend: Some("sketch".to_owned()), ..super::open::load_options(workspace.profile.as_deref()) };
    let sketched =
        manifest::load(&workspace.folders.root, &load).map_err(|problems| anyhow!("{}", problems.render(false)))?;
    let inputs = Arc::clone(&workspace.inputs);
    let sketches = Planner::new(&sketched.manifest, &inputs);
    let mut drawn = BTreeMap::new();
    for (id, item) in &plan.items {
        if !matches!(item.step, Step::Fail(_) | Step::Wait) || planner.item(id).is_none() {
            continue;
        }
        let Ok(files) = files(workspace, &sketches, item, &mut drawn) else { continue };
        // What was never made stands as placeholders of an earlier manifest at best; those are drawn anew.
        let never_made = state.lock.entries.get(id).is_none_or(|entry| entry.made.is_none());
        let is_missing = |file: &OutFile| never_made || !workspace.folders.root.join(&file.path).exists();
        let missing: Vec<OutFile> = files.into_iter().filter(is_missing).collect();
        let outcomes = workspace.publish(&missing, Existing::Keep, observer);
        let stands = |outcome: &write::Outcome| matches!(outcome, write::Outcome::Wrote | write::Outcome::Unchanged);
        // A texture may have no file of its own: its placeholder stands in its tilesets.
        if item.outputs.is_empty() || outcomes.iter().any(stands) {
            outcome.filled += usize::from(!item.outputs.is_empty());
            outcome.failed.retain(|(name, _)| *name != id.name);
            outcome.waiting.retain(|name| *name != id.name);
        }
    }
    Ok(())
}

fn files(
    workspace: &Workspace,
    sketches: &Planner,
    plan: &crate::plan::ItemPlan,
    drawn: &mut BTreeMap<GroupId, Arc<Sprites>>,
) -> Result<Vec<OutFile>, Trouble> {
    let sprites = draw(sketches, &plan.id, drawn)?;
    let item = match sketches.item(&plan.id) {
        Some(Item::Group(group)) => ExportItem::group(group),
        Some(Item::Tileset(tileset)) => ExportItem::tileset(tileset),
        None => return Ok(Vec::new()),
    };
    item.render(sketches.manifest, &plan.id, &plan.outputs, &sprites, &workspace.in_project(""))
}

fn draw(
    sketches: &Planner,
    id: &GroupId,
    drawn: &mut BTreeMap<GroupId, Arc<Sprites>>,
) -> Result<Arc<Sprites>, Trouble> {
    if let Some(sprites) = drawn.get(id) {
        return Ok(Arc::clone(sprites));
    }
    let unknown = || Trouble { message: format!("`{id}` is not in the manifest"), hint: None };
    let item = sketches.item(id).ok_or_else(unknown)?;
    let bases: Vec<Arc<Sprites>> =
        item.made_from().into_iter().map(|of| draw(sketches, of, drawn)).collect::<Result<_, _>>()?;
    let sprites = match item {
        Item::Tileset(tileset) => tiles(bases.first().ok_or_else(unknown)?, bases.get(1).map(|over| &**over), tileset)?,
        Item::Group(group) => match (&group.origin, bases.first()) {
            (Origin::Mirror(_), Some(of)) => assemble::mirror(of),
            (Origin::Mirror(_), None) => return Err(unknown()),
            (Origin::Slots(slots), base) => {
                let raws = slots.iter().filter_map(|slot| match &slot.ask {
                    Ask::Sketch(ask) => Some(Raw::new(sketch::draw(ask, seed(slot, 1)))),
                    _ => None,
                });
                restore(&raws.collect::<Vec<_>>(), &group.recipe, base.map(|base| &base.found))?
            }
        },
    };
    let sprites = Arc::new(sprites);
    drawn.insert(id.clone(), Arc::clone(&sprites));
    Ok(sprites)
}
