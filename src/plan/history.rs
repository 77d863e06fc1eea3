//! The serialized keys of an item, and what changed in them since the lock's entry was written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::changes::{Change, changes};
use super::item::{ItemPlan, Step};
use super::keys::{
    self, AskKey, FileKey, Key, MirrorKey, PartKey, RecolorKey, SpriteKey, StillKey, ThingsKey, TilesetKey,
};
use super::state::State;
use super::{Item, Plan, Planner};
use crate::words::ask::Input;
use crate::words::asset::GroupId;
use crate::words::digest::{Digest, Short};
use crate::words::lock::Entry;
use crate::words::project::{Group, Origin, Slot};

/// What changed of an item since the lock's entry was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Fields with their old and new values, where this machine knows the old ones.
    pub fields: Vec<Change>,
    /// Words of the lock's `parts` that differ and of which no old values are known here.
    pub parts: Vec<&'static str>,
}

/// The words of the lock's `parts` that concern an ask.
const ASK_PARTS: [&str; 5] = ["prompt", "graph", "canvas", "inputs", "models"];

/// A serialized key with its digest.
type Known = (Short, Value);

impl Planner<'_> {
    /// The serialized keys of everything that is up to date, but for those that `is_known` names: what a later
    /// [`Planner::changes`] needs as old values.
    pub fn new_keys(&self, plan: &Plan, is_known: &dyn Fn(Short) -> bool) -> Vec<Known> {
        let mut found = Vec::new();
        for item in plan.items.values().filter(|item| item.step == Step::Fresh) {
            let asks = item.slots.iter().filter(|slot| !slot.held);
            let unknown = |keys: &keys::AskKeys| keys.asks.iter().any(|ask| !is_known(ask.short()));
            for slot in asks.filter(|slot| slot.keys.as_ref().is_some_and(unknown)) {
                found.extend(self.slot(&slot.id).into_iter().flat_map(|slot| self.ask_keys(slot, plan)));
            }
            if item.key.is_some_and(|key| !is_known(key.short())) {
                found.extend(self.sprite_key(item, plan));
            }
            if !is_known(item.export.short()) {
                found.extend(self.file_key(item));
            }
        }
        found.retain(|(key, _)| !is_known(*key));
        found.sort_by_key(|(key, _)| *key);
        found.dedup_by_key(|(key, _)| *key);
        found
    }

    /// The keys that the lock and this checkout name as those of the item as it was.
    pub fn old_keys(&self, id: &GroupId, state: &State) -> Vec<Short> {
        let entry = state.lock.entries.get(id);
        let asks =
            entry.into_iter().flat_map(|entry| entry.slots.values()).filter_map(|slot| Some(slot.pick.as_ref()?.ask));
        let sprite = entry.and_then(|entry| Some(entry.made.as_ref()?.sprite.short()));
        asks.chain(sprite).chain(state.exported.get(id).map(Digest::short)).collect()
    }

    /// What changed of an item; `old` has the serialized forms of its [`Planner::old_keys`] as far as they are known.
    pub fn changes(&self, plan: &Plan, id: &GroupId, state: &State, old: &dyn Fn(Short) -> Option<Value>) -> Changes {
        let mut found = Changes::default();
        let (Some(item), Some(entry)) = (plan.items.get(id), state.lock.entries.get(id)) else { return found };
        let frames = [entry.slots.len(), item.slots.len()];
        let other_frames = frames[0] != frames[1] && !frames.contains(&0);
        if other_frames {
            let [before, after] = frames.map(|count| count.to_string());
            found.add(vec![Change { field: "frames".to_owned(), before, after }]);
        }
        match self.ask_changes(item, plan, entry, old) {
            Some(changes) => found.add(changes),
            // The parts of all frames are one tag: with other frames each of them differs.
            None if other_frames => {}
            None => found.parts.extend(ASK_PARTS.iter().filter(|word| entry.parts.differs(&item.parts, word))),
        }
        let before = entry.made.as_ref().and_then(|made| old(made.sprite.short()));
        match (before, self.sprite_key(item, plan)) {
            (Some(before), Some((_, now))) => {
                // Until every pick is known these differ without having changed.
                let open = |change: &Change| item.key.is_some() || !["raws", "base"].contains(&change.field.as_str());
                found.add(changes(&before, &now).into_iter().filter(open).collect());
            }
            _ => found.parts.extend(["recipe"].iter().filter(|word| entry.parts.differs(&item.parts, word))),
        }
        let before = state.exported.get(id).and_then(|key| old(key.short()));
        match (before, self.file_key(item)) {
            (Some(before), Some((_, now))) => found.add(changes(&before, &now)),
            _ => found.parts.extend(["export"].iter().filter(|word| entry.parts.differs(&item.parts, word))),
        }
        found
    }

    /// `None` where an old value is not known.
    fn ask_changes(
        &self,
        item: &ItemPlan,
        plan: &Plan,
        entry: &Entry,
        old: &dyn Fn(Short) -> Option<Value>,
    ) -> Option<Vec<Change>> {
        let mut found = Vec::new();
        for slot in &item.slots {
            let pick = entry.slots.get(&slot.id.frame.unwrap_or(0)).and_then(|own| own.pick.as_ref());
            let (Some(pick), Some(keys)) = (pick, &slot.keys) else { continue };
            if keys.asks.iter().any(|ask| ask.short() == pick.ask) {
                continue;
            }
            let before = old(pick.ask)?;
            let now = self.slot(&slot.id).map(|slot| self.ask_keys(slot, plan)).unwrap_or_default();
            let at = (pick.n as usize).saturating_sub(1);
            let Some((_, now)) = now.get(at).or_else(|| now.first()) else { continue };
            let mut changes = changes(&before, now);
            // Two backends have no other field in common.
            if before["backend"] != now["backend"] {
                changes.retain(|change| change.field == "backend");
            }
            found.extend(changes);
        }
        Some(found)
    }

    fn ask_keys(&self, slot: &Slot, plan: &Plan) -> Vec<Known> {
        let mut raws = BTreeMap::new();
        for (role, input) in slot.ask.inputs() {
            if let Some(raw) = picked(plan, input) {
                raws.insert(role.as_str(), raw);
            }
        }
        let keys = keys::input_digests(&slot.ask, &raws, self.inputs)
            .and_then(|digests| AskKey::of(&slot.ask, &digests, self.inputs));
        keys.unwrap_or_default().iter().filter_map(|key| known(key.digest(), key)).collect()
    }

    fn sprite_key(&self, item: &ItemPlan, plan: &Plan) -> Option<Known> {
        let of = self.item(&item.id)?;
        let bases: Vec<Digest> = of.made_from().iter().filter_map(|of| plan.items.get(of)?.key).collect();
        let versions = &self.inputs.versions;
        match of {
            Item::Tileset(tileset) => {
                let version = versions.assembly + tileset.layout.revision();
                let (of, others) = bases.split_first()?;
                let key = TilesetKey::new(version, tileset, of, others);
                known(key.digest(), &key)
            }
            Item::Group(group) if matches!(group.origin, Origin::Mirror(_)) => {
                let key = MirrorKey { of: *bases.first()? };
                known(key.digest(), &key)
            }
            Item::Group(Group { origin: Origin::Recolor(_, colors), .. }) => {
                let key = RecolorKey { of: *bases.first()?, colors };
                known(key.digest(), &key)
            }
            Item::Group(Group { origin: Origin::Part(_, number), .. }) => {
                let key = PartKey { of: *bases.first()?, number: *number };
                known(key.digest(), &key)
            }
            Item::Group(Group { origin: Origin::Still(_, motion), recipe, .. }) => {
                let masks = keys::masks(motion, self.inputs).ok()?;
                let key = StillKey::new(versions.motion, bases.first()?, motion, &masks, recipe);
                known(key.digest(), &key)
            }
            Item::Group(group) => {
                let raws: Vec<Digest> = item.slots.iter().filter_map(|slot| Some(slot.pick.as_ref()?.raw)).collect();
                let base = bases.first().copied();
                let key = SpriteKey { process: versions.process, recipe: &group.recipe, raws: &raws, base };
                let whole = ThingsKey { of: key.digest(), things: group.things };
                known(if group.things == 0 { key.digest() } else { whole.digest() }, &key)
            }
        }
    }

    fn file_key(&self, item: &ItemPlan) -> Option<Known> {
        let paths: Vec<String> = item.outputs.iter().map(|output| output.path.clone()).collect();
        let of = self.item(&item.id)?;
        let key = FileKey::new(&self.manifest.project, &self.inputs.versions, &paths, of.sheet(), of.timing());
        known(key.digest(), &key)
    }
}

impl Changes {
    /// Frames of an animation change together: each field is named once.
    fn add(&mut self, changes: Vec<Change>) {
        for change in changes {
            if self.fields.iter().all(|known| known.field != change.field) {
                self.fields.push(change);
            }
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.parts.is_empty()
    }
}

fn known(digest: Digest, key: &impl Serialize) -> Option<Known> {
    Some((digest.short(), serde_json::to_value(key).ok()?))
}

fn picked(plan: &Plan, input: &Input) -> Option<Digest> {
    let Input::Slot(id) = input else { return None };
    let is_it = |slot: &&super::SlotPlan| slot.id == *id;
    Some(plan.items.get(&id.group)?.slots.iter().find(is_it)?.pick.as_ref()?.raw)
}
