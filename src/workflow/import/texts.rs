//! Follows one side of guidance back to its texts, by the names of inputs and outputs, never by their numbers.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use super::draft::Draft;
use super::known::{Side, passes};
use crate::workflow::catalogue::Kind;

/// Inputs that lead to no text of a prompt.
const NOT_CONDITIONING: [&str; 20] = [
    "model",
    "clip",
    "vae",
    "image",
    "images",
    "pixels",
    "mask",
    "control_net",
    "latent",
    "latent_image",
    "samples",
    "clip_vision",
    "clip_vision_output",
    "style_model",
    "upscale_model",
    "image_embed",
    "ipadapter",
    "insightface",
    "instantid",
    "noise",
];

/// Words in the names of inputs whose text is no prompt.
const NOT_PROMPT: [&str; 9] =
    ["delimiter", "separator", "filename", "api_key", "find", "replace", "regex", "pattern", "system"];

/// Types of outputs that text or its encoding goes through.
const CARRIERS: [&str; 4] = ["CONDITIONING", "STRING", "GUIDER", "*"];

/// The most nodes whose sides are guessed by their use.
const MOST_GUESSED: usize = 20;

/// A text: a node and its input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) node: String,
    pub(super) input: String,
}

/// What a side leads to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The texts, the nearest first.
    pub(super) places: Vec<Place>,
    /// Nodes whose outputs have no names, and whose sides follow from their use.
    pub(super) guessed: BTreeSet<String>,
    /// Nodes whose outputs may be of either side.
    pub(super) unclear: BTreeSet<String>,
}

/// An input that text may come from.
enum Input {
    Text,
    Link(String, u64),
}

/// The texts that a side leads to.
pub(super) fn texts(draft: &Draft<'_>, starts: Vec<(String, u64)>, side: Side) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<(String, u64, Side)> = starts.into_iter().map(|(id, slot)| (id, slot, side)).collect();
    while let Some((id, slot, side)) = open.pop_front() {
        if !seen.insert((id.clone(), slot, side)) || draft.class(&id).contains("ZeroOut") {
            continue;
        }
        let told = draft.output_name(&id, slot).and_then(Side::of);
        let inputs = inputs(draft, &id);
        let has = |side: Side| inputs.iter().any(|(name, _)| Side::of(name) == Some(side));
        let side = match (told, has(Side::Positive) && has(Side::Negative)) {
            (Some(told), _) => told,
            (None, false) => side,
            (None, true) if is_pipe(draft, &id, slot) => side,
            (None, true) if found.guessed.len() > MOST_GUESSED => {
                found.unclear.insert(id.clone());
                continue;
            }
            (None, true) => match by_use(draft, &id, slot) {
                Some(used) => {
                    found.guessed.insert(id.clone());
                    used
                }
                None => {
                    found.unclear.insert(id.clone());
                    continue;
                }
            },
        };
        for (name, input) in next(inputs, side) {
            match input {
                Input::Text => found.places.push(Place { node: id.clone(), input: name }),
                Input::Link(from, slot) => open.push_back((from, slot, side)),
            }
        }
    }
    found
}

/// The inputs to go on with: those of the side, else pipes, else texts, else all.
fn next(inputs: Vec<(String, Input)>, side: Side) -> Vec<(String, Input)> {
    let of = |name: &str| Side::of(name) == Some(side);
    let is_sided = inputs.iter().any(|(name, _)| Side::of(name).is_some());
    let has_text = inputs.iter().any(|(name, input)| matches!(input, Input::Text) || is_text_name(name));
    let wanted: Box<dyn Fn(&str, &Input) -> bool> = if inputs.iter().any(|(name, _)| of(name)) {
        Box::new(|name, _| of(name))
    } else if is_sided {
        Box::new(|name, _| name.contains("pipe"))
    } else if has_text {
        Box::new(|name, input| matches!(input, Input::Text) || is_text_name(name))
    } else {
        Box::new(|_, _| true)
    };
    inputs.into_iter().filter(|(name, input)| wanted(name, input)).collect()
}

/// The inputs of a node that text may come from.
fn inputs(draft: &Draft<'_>, id: &str) -> Vec<(String, Input)> {
    let class = draft.known_class(id);
    let kind = |name: &str| class.and_then(|class| Some(&class.inputs.get(name)?.kind));
    let chosen = chosen(draft, id).or_else(|| passes(draft.class(id)).then(|| draft.links(id).first().map(first))?);
    let all = draft.nodes.get(id).and_then(|node| node["inputs"].as_object()).into_iter().flatten();
    let all = all.filter(|(name, _)| chosen.as_ref().is_none_or(|chosen| chosen == *name));
    let found = all.filter_map(|(name, value)| {
        let input = match draft.link(id, name) {
            Some((from, slot)) => {
                let carries = match (draft.output_type(&from, slot), kind(name)) {
                    (Some(of), _) => CARRIERS.contains(&of) || of.contains("PIPE"),
                    (None, Some(Kind::Link(of))) => CARRIERS.contains(&of.as_str()) || of.contains("PIPE"),
                    (None, Some(kind)) => matches!(kind, Kind::Text | Kind::Anything),
                    (None, None) => !NOT_CONDITIONING.contains(&name.as_str()),
                };
                carries.then_some(Input::Link(from, slot))?
            }
            None => {
                let is_text = match kind(name) {
                    Some(kind) => matches!(kind, Kind::Text),
                    None => is_text_name(name),
                };
                (value.is_string() && is_text).then_some(Input::Text)?
            }
        };
        let is_prompt = !NOT_PROMPT.iter().any(|word| name.contains(word));
        is_prompt.then(|| (name.clone(), input))
    });
    found.collect()
}

fn first((input, ..): &(String, String, u64)) -> String {
    input.clone()
}

/// Whether an input of an unknown class has the text of a prompt, by its name: `text_g`, `positive_prompt`, `string2`.
fn is_text_name(name: &str) -> bool {
    const NAMED: [&str; 14] = [
        "text", "prompt", "string", "str", "positive", "negative", "pos", "neg", "clip", "t5xxl", "value", "wildcard",
        "caption", "line",
    ];
    const QUALIFIED: [&str; 16] = [
        "a",
        "b",
        "c",
        "d",
        "g",
        "l",
        "base",
        "refiner",
        "global",
        "main",
        "user",
        "input",
        "populated",
        "style",
        "region",
        "target",
    ];
    let name = name.to_ascii_lowercase();
    let mut words = name.split('_').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let is = |word: &str| NAMED.contains(&word) || QUALIFIED.contains(&word) || word.is_empty();
    words.all(is) && NAMED.iter().any(|named| name.contains(named)) && name != "clip"
}

/// The one input that a switch hands on, if a value of its own says which.
fn chosen(draft: &Draft<'_>, id: &str) -> Option<String> {
    let has = |name: &String| draft.input(id, name).is_some();
    let by = |name: &str| draft.value(id, name);
    let numbered = ["select", "index", "Input"].iter().find_map(|name| by(name).and_then(Value::as_u64));
    let truth = ["switch", "boolean", "boolean_value"].iter().find_map(|name| by(name).and_then(Value::as_bool));
    let names = match (numbered, truth) {
        (Some(number), _) => vec![format!("input{number}"), format!("input_{number}"), format!("text{number}")],
        (None, Some(true)) => vec!["on_true".to_owned()],
        (None, Some(false)) => vec!["on_false".to_owned()],
        (None, None) if draft.class(id) == "Any Switch (rgthree)" => (1..=9).map(|at| format!("any_0{at}")).collect(),
        _ => Vec::new(),
    };
    names.into_iter().find(has)
}

/// Whether an output carries both sides together.
fn is_pipe(draft: &Draft<'_>, id: &str, slot: u64) -> bool {
    match draft.output_type(id, slot) {
        Some(of) => of.contains("PIPE"),
        None => {
            let mut users = draft.users(id).into_iter().filter(|(_, _, of)| *of == slot).peekable();
            users.peek().is_some() && users.all(|(_, input, _)| input.contains("pipe"))
        }
    }
}

/// The side of an output without a name: that of the inputs which it feeds, if another output feeds those of the other
/// side, and the positive side comes first, as in every class that is known.
fn by_use(draft: &Draft<'_>, id: &str, slot: u64) -> Option<Side> {
    let sides = |slot: u64| {
        let mut sides = BTreeSet::new();
        uses(draft, id, slot, &mut BTreeSet::new(), &mut sides);
        sides
    };
    let slots: BTreeSet<u64> = draft.users(id).into_iter().map(|(_, _, slot)| slot).collect();
    let only = |wanted: Side| slots.iter().copied().filter(|slot| sides(*slot) == BTreeSet::from([wanted])).collect();
    let (positive, negative): (Vec<u64>, Vec<u64>) = (only(Side::Positive), only(Side::Negative));
    match (positive.as_slice(), negative.as_slice()) {
        ([positive], [negative]) if positive < negative => match slot {
            slot if slot == *positive => Some(Side::Positive),
            slot if slot == *negative => Some(Side::Negative),
            _ => None,
        },
        _ => None,
    }
}

/// The sides of the inputs that an output feeds, in the end.
fn uses(draft: &Draft<'_>, id: &str, slot: u64, seen: &mut BTreeSet<(String, u64)>, sides: &mut BTreeSet<Side>) {
    if seen.len() > 200 || !seen.insert((id.to_owned(), slot)) {
        return;
    }
    for (user, input, _) in draft.users(id).into_iter().filter(|(_, _, of)| *of == slot) {
        match Side::of(&input) {
            Some(side) => drop(sides.insert(side)),
            None if NOT_CONDITIONING.contains(&input.as_str()) => {}
            None => {
                let slots: BTreeSet<u64> = draft.users(&user).into_iter().map(|(_, _, slot)| slot).collect();
                slots.into_iter().for_each(|slot| uses(draft, &user, slot, seen, sides));
            }
        }
    }
}
