//! The project's own picked sprites: art that a user or the gates chose.

use std::sync::Arc;

use serde::Serialize;

use super::select::named;
use super::studio::{Fallback, Studio};
use super::{Look, Operation, Options, Result};
use crate::plan::{Plan, Planner, State};
use crate::words::asset::Kind;
use crate::words::lock::By;
use crate::words::project::{Group, Origin};
use crate::words::sprite::Sprites;

/// Own art, in the order of its names.
pub(super) struct OwnArt {
    /// The project's name.
    pub(super) project: String,
    pub(super) sprites: Vec<(Group, Arc<Sprites>)>,
    pub(super) left_out: Vec<LeftOut>,
}

/// An asset that is no own art.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: String,
}

/// The picked sprites that targets name, every frame of animations too; of all assets without targets.
pub(super) fn own_art(op: &Operation, targets: &[String]) -> Result<OwnArt> {
    let (workspace, state) = op.open(Options::default(), Look::Outputs)?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let mut left_out = Vec::new();
    let mut groups: Vec<&Group> = Vec::new();
    for id in named(&planner, targets)?.iter().filter(|id| id.kind != Kind::Tileset) {
        let Some(group) = planner.group(id) else { continue };
        match unfit(group, &plan, &state) {
            Some(why) => left_out.push(LeftOut { name: id.name.clone(), why: why.to_owned() }),
            None => groups.push(group),
        }
    }
    let studio =
        Studio { planner: &planner, plan: &plan, workspace: &workspace, state: &state, fallback: Fallback::MadeLast };
    let drawn = studio.draw(&groups.iter().map(|group| group.id.clone()).collect(), op.cancel)?;
    let mut sprites = Vec::new();
    for group in groups {
        match drawn.get(&group.id) {
            Some(Ok(found)) => sprites.push((group.clone(), Arc::clone(found))),
            Some(Err(why)) => left_out.push(LeftOut { name: group.id.name.clone(), why: why.message.clone() }),
            None => {}
        }
    }
    Ok(OwnArt { project: workspace.manifest.project.name.clone(), sprites, left_out })
}

/// Why a group is no own art.
fn unfit(group: &Group, plan: &Plan, state: &State) -> Option<&'static str> {
    let slots = plan.items.get(&group.id).map_or(&[][..], |item| &item.slots);
    let by_user = slots.iter().any(|slot| slot.pick.as_ref().is_some_and(|pick| pick.by == By::User));
    let made = state.lock.entries.get(&group.id).and_then(|entry| entry.made.as_ref());
    match &group.origin {
        Origin::Mirror(_) => Some("is the mirror image of another"),
        Origin::Still(..) => Some("is another one that moves"),
        Origin::Slots(_) if group.things > 0 => Some("shows several that are cut apart"),
        Origin::Slots(slots) if slots.iter().any(|slot| slot.ask.is_placeholder()) => Some("is a placeholder"),
        Origin::Slots(_) if slots.iter().any(|slot| slot.pick.is_none()) => Some("has no pick"),
        _ if made.is_some_and(|made| !made.verdict.passes()) && !by_user => Some("fails its gates"),
        _ => None,
    }
}
