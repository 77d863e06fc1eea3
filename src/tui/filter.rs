//! The filter of the gallery: words that must all be there, `tag:hero`, a kind, a state.

use crate::session::{ListedItem, PlannedStep};
use crate::words::asset::Kind;
use crate::words::lock::By;

/// Whether an item passes a filter as it was typed.
pub(super) fn passes(item: &ListedItem, filter: &str) -> bool {
    filter.split_whitespace().all(|word| has(item, &word.to_lowercase()))
}

fn has(item: &ListedItem, word: &str) -> bool {
    if let Some(tag) = word.strip_prefix("tag:").or_else(|| word.strip_prefix('#')) {
        return item.tags.iter().any(|own| own.to_lowercase().starts_with(tag));
    }
    let contains = |text: &str| text.to_lowercase().contains(word);
    Kind::ALL.iter().any(|kind| kind.word() == word && *kind == item.kind)
        || state(item) == word
        || contains(&item.name)
        || item.tags.iter().any(|tag| contains(tag))
        || item.prompt.as_deref().is_some_and(contains)
}

/// The state of an item in one word; the filter takes the same words.
pub(super) fn state(item: &ListedItem) -> &'static str {
    let by_user = item.slots.iter().any(|slot| slot.pick.is_some_and(|pick| pick.by == By::User));
    match (&item.verdict, item.step) {
        (_, PlannedStep::Fail) => "error",
        (None, _) => "new",
        (Some(verdict), _) if !verdict.passes() && !by_user => "fails",
        (Some(_), PlannedStep::Fresh) if by_user => "picked",
        (Some(_), PlannedStep::Fresh) => "pass",
        (Some(_), _) => "stale",
    }
}

/// What needs a person comes first.
pub(super) fn urgency(item: &ListedItem) -> usize {
    let order = ["error", "fails", "stale", "new", "pass", "picked"];
    order.iter().position(|word| *word == state(item)).unwrap_or(order.len())
}
