//! What a new index says otherwise than the one before.

use std::collections::BTreeMap;

use bevy_ecs::message::Message;

use crate::index::{Entry, Kind};

/// An asset of the index is not as it was. The images reload by themselves; this says why.
#[derive(Message, Clone, Debug, PartialEq, Eq)]
pub struct PixelsChanged {
    /// The kind of the asset.
    pub kind: Kind,
    /// Its name in the lock.
    pub name: String,
    /// What changed.
    pub change: Change,
}

/// What changed of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone; what is in memory stays.
    Removed,
    /// Frames, their places or their number, and maybe all else.
    Frames,
    /// Durations, order, events, pivot or the purpose of tiles, and maybe pixels.
    Timing,
    /// Pixels alone.
    Pixels,
}

/// The changes from one list of assets to another, in the order of the new one; what is gone comes last.
pub fn between<'a>(old: &[&'a Entry], new: &[&'a Entry]) -> Vec<PixelsChanged> {
    fn key(entry: &Entry) -> (Kind, &str) {
        (entry.kind, &entry.name)
    }
    let of = |entry: &Entry, change| PixelsChanged { kind: entry.kind, name: entry.name.clone(), change };
    let mut gone: BTreeMap<_, _> = old.iter().map(|entry| (key(entry), *entry)).collect();
    let mut changes = Vec::new();
    for entry in new {
        let change = gone.remove(&key(entry)).map_or(Some(Change::Added), |earlier| change(earlier, entry));
        changes.extend(change.map(|change| of(entry, change)));
    }
    changes.extend(gone.values().map(|entry| of(entry, Change::Removed)));
    changes
}

fn change(old: &Entry, new: &Entry) -> Option<Change> {
    let places = |entry: &Entry| entry.frames.iter().map(|f| [f.x, f.y, f.w, f.h]).collect::<Vec<_>>();
    let files = |entry: &Entry| entry.images.iter().map(|i| (i.path.clone(), i.scale, i.size)).collect::<Vec<_>>();
    if places(old) != places(new) || files(old) != files(new) {
        return Some(Change::Frames);
    }
    let says = |entry: &Entry| (entry.animation.clone(), entry.pivot, entry.tileset.clone(), entry.tags.clone());
    if says(old) != says(new) || old.frames != new.frames {
        return Some(Change::Timing);
    }
    (old.pixels != new.pixels || old.images != new.images).then_some(Change::Pixels)
}
