//! The field `parts` of the lock: 16 bits for each group of fields, so that any clone can name what changed.

use super::Item;
use super::keys::{self, Parts};
use super::slots::SlotPlan;
use crate::words::digest::{Digest, Encoder};

/// The value of one word in `parts`.
pub fn part<'a>(parts: &'a str, word: &str) -> Option<&'a str> {
    parts.split(", ").find_map(|part| part.strip_prefix(word)?.strip_prefix(' '))
}

/// The text: a word and 16 bits for each group of fields.
pub(super) fn text(item: Item, slots: &[SlotPlan], export: &Digest) -> String {
    type Field = fn(&Parts) -> &Option<Digest>;
    let fields: [(&str, Field); 5] = [
        ("prompt", |p| &p.prompt),
        ("graph", |p| &p.graph),
        ("canvas", |p| &p.canvas),
        ("inputs", |p| &p.inputs),
        ("models", |p| &p.models),
    ];
    let mut words: Vec<String> = Vec::new();
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
        words.push(format!("{word} {tag}"));
    }
    let recipe = if let Item::Group(group) = item { keys::recipe(&group.recipe).tag() } else { "-".to_owned() };
    words.push(format!("recipe {recipe}"));
    words.push(format!("export {}", export.tag()));
    words.join(", ")
}
