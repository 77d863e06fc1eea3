//! The field `parts` of the lock: 16 bits for each group of fields, so that any clone can name what changed.

use super::Item;
use super::keys;
use super::slots::SlotPlan;
use crate::words::digest::{Digest, Encoder};
use crate::words::lock::Parts;
use crate::words::project::{Group, Origin};

/// 16 bits for each group of fields of an item.
pub(super) fn of_item(item: Item, slots: &[SlotPlan], export: &Digest) -> Parts {
    type Field = fn(&keys::Parts) -> &Option<Digest>;
    let fields: [(&str, Field); 5] = [
        ("prompt", |p| &p.prompt),
        ("graph", |p| &p.graph),
        ("canvas", |p| &p.canvas),
        ("inputs", |p| &p.inputs),
        ("models", |p| &p.models),
    ];
    let mut parts: Vec<(&str, String)> = Vec::new();
    for (word, field) in fields {
        let found: Vec<&Digest> = slots.iter().filter_map(|slot| field(&slot.keys.as_ref()?.parts).as_ref()).collect();
        let tag = match found.as_slice() {
            [] => "-".to_owned(),
            [one] => one.tag(),
            many => {
                let mut encoder = Encoder::new("parts");
                encoder.list(many.iter(), |e, digest| {
                    e.digest(digest);
                });
                encoder.finish().tag()
            }
        };
        parts.push((word, tag));
    }
    let recipe = match item {
        Item::Group(Group { origin: Origin::Still(_, motion), .. }) => keys::motion(motion).tag(),
        Item::Group(group) => keys::recipe(&group.recipe).tag(),
        Item::Tileset(_) => "-".to_owned(),
    };
    parts.push(("recipe", recipe));
    parts.push(("export", export.tag()));
    parts.into_iter().collect()
}
