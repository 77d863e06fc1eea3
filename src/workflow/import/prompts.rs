//! The texts of the two sides: of the first stage, and of all later ones. Several texts for one side are a question.

use std::collections::BTreeSet;

use super::By;
use super::draft::Draft;
use super::known::Side;
use super::stages::Stage;
use super::texts::{Found, Place, Walk};

/// Longer texts are cut in questions.
const SHOWN: usize = 60;

/// Binds the texts of all stages, and of nodes that read both sides.
pub(super) fn find(draft: &mut Draft<'_>, stages: &[Stage]) {
    let Some((first, later)) = stages.split_first() else { return };
    let mut shown: BTreeSet<Place> = BTreeSet::new();
    for side in [Side::Positive, Side::Negative] {
        let found = Walk::default().texts(draft, first.sides(draft, side), side);
        // A text that both sides share is the prompt's.
        let places = places(draft, &found, &shown);
        if side == Side::Positive {
            shown.extend(found.places.iter().cloned());
        }
        if !is_clear(draft, side, &found) {
            continue;
        }
        if !draft.has(side.name()) {
            match same(draft, &places) {
                Some(places) => bind(draft, side, &places, &found),
                None => ask(draft, side, &places),
            }
        }
        let mut walk = Walk::default();
        for stage in later {
            let found = walk.texts(draft, stage.sides(draft, side), side);
            let others = places_of_later(draft, &found, &shown, side);
            if is_clear(draft, side, &found) {
                repeat(draft, side, &others, &found);
            }
        }
    }
}

/// The places of a side that are open, without those of the other one.
fn places(draft: &Draft<'_>, found: &Found, others: &BTreeSet<Place>) -> Vec<Place> {
    let is_open = |place: &&Place| {
        !others.contains(*place)
            && !draft.is_bound(&place.node, &place.input)
            && !draft.is_kept(&place.node, &place.input)
    };
    let mut seen = BTreeSet::new();
    found.places.iter().filter(is_open).filter(|place| seen.insert(*place)).cloned().collect()
}

fn places_of_later(draft: &Draft<'_>, found: &Found, shown: &BTreeSet<Place>, side: Side) -> Vec<Place> {
    let none = BTreeSet::new();
    places(draft, found, if side == Side::Negative { shown } else { &none })
}

/// Asks about nodes whose outputs may be of either side.
fn is_clear(draft: &mut Draft<'_>, side: Side, found: &Found) -> bool {
    if draft.has(side.name()) {
        return true;
    }
    for id in &found.unclear {
        let message = format!("it is not known which output of {} is positive and which is negative", draft.called(id));
        let hint = "name both texts, `--bind prompt=NODE --bind negative=NODE`, or the server that has the node, \
                    `--server URL`";
        draft.ask(message, hint.to_owned());
    }
    found.unclear.is_empty()
}

fn text<'a>(draft: &'a Draft<'_>, place: &Place) -> &'a str {
    draft.input(&place.node, &place.input).and_then(|value| value.as_str()).unwrap_or_default()
}

/// The places to bind as one, if their texts are one: texts that are equal, and those of one encoder for its models.
/// Empty texts beside others stay empty.
fn same(draft: &Draft<'_>, places: &[Place]) -> Option<Vec<Place>> {
    let is_filled = |place: &&Place| !text(draft, place).trim().is_empty();
    let filled: Vec<&Place> = places.iter().filter(is_filled).collect();
    let kept: Vec<&Place> = if filled.is_empty() { places.iter().collect() } else { filled };
    let Some(first) = kept.first() else { return Some(Vec::new()) };
    // Which of several empty texts is meant does not show.
    if text(draft, first).trim().is_empty() && kept.iter().any(|place| place.node != first.node) {
        return None;
    }
    let is_same = |place: &&&Place| text(draft, place).trim() == text(draft, first).trim() || is_part(first, place);
    kept.iter().all(|place| is_same(&place)).then(|| kept.into_iter().cloned().collect())
}

/// Whether two inputs of one encoder are for its several models.
fn is_part(one: &Place, other: &Place) -> bool {
    const PARTS: [[&str; 3]; 2] = [["text_g", "text_l", "t5xxl"], ["clip_l", "clip_g", "t5xxl"]];
    let both = |parts: &[&str; 3]| parts.contains(&one.input.as_str()) && parts.contains(&other.input.as_str());
    one.node == other.node && PARTS.iter().any(both)
}

fn bind(draft: &mut Draft<'_>, side: Side, places: &[Place], found: &Found) {
    let by = if found.guessed.is_empty() { By::Link } else { By::Guess };
    for place in places {
        draft.bind(side.name(), &place.node, &place.input, by);
    }
    for id in &found.guessed {
        let note = format!(
            "the sides of {} follow from how its outputs are used: check that `prompt` and `negative` are not swapped, or \
             name the server that has the node, `--server URL`",
            draft.called(id)
        );
        draft.note_once(note);
    }
}

/// Binds the texts of a later stage that repeat those of the first one; asks about others.
fn repeat(draft: &mut Draft<'_>, side: Side, places: &[Place], found: &Found) {
    let Some(first) = draft.was(side.name()).and_then(|was| was.as_str()).map(|was| was.trim().to_owned()) else {
        return;
    };
    let alike = |text: &str| text == first || (!first.is_empty() && (text.contains(&first) || first.contains(text)));
    let mut others = Vec::new();
    for place in places.iter().filter(|place| !text(draft, place).trim().is_empty()).cloned().collect::<Vec<_>>() {
        let own = text(draft, &place).trim().to_owned();
        if alike(&own) {
            bind(draft, side, &[place], found);
        } else {
            others.push(place);
        }
    }
    if draft.is_explicit(side.name()) {
        others.iter().for_each(|place| draft.note_once(stays(draft, side, place)));
    } else if !others.is_empty() {
        ask(draft, side, &others);
    }
}

fn stays(draft: &Draft<'_>, side: Side, place: &Place) -> String {
    let text = short(text(draft, place));
    format!("{} also has a text for the {}, {text}, which stays as it is", draft.called(&place.node), side.name())
}

fn ask(draft: &mut Draft<'_>, side: Side, places: &[Place]) {
    let each = places
        .iter()
        .take(8)
        .map(|place| format!("{} of {}, `{}`", short(text(draft, place)), draft.called(&place.node), place.input));
    let each: Vec<String> = each.collect();
    let name = side.name();
    let message = match draft.has(name) {
        true => format!("another stage has its own text for the {name}: {}", each.join("; ")),
        false => format!("the {name} is made of several texts: {}", each.join("; ")),
    };
    let [first, last] = [&places[0], &places[places.len() - 1]].map(|Place { node, input }| format!("{node}.{input}"));
    let hint = format!(
        "`--bind {name}={last}` makes that one the {name} and leaves the others as they are; `--bind keep={first}` leaves \
         that one alone"
    );
    draft.ask(message, hint);
}

/// A text in quotes, shortened.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{:?}..", &text[..at]),
        None => format!("{text:?}"),
    }
}
