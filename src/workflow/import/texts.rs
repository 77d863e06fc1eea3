//! Follows one side of guidance back to its texts, by the names of inputs and outputs, never by their numbers.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

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

/// The most outputs of such a node.
const MOST_OUTPUTS: usize = 32;

/// The most links that the use of an output is followed over.
const FURTHEST: usize = 1_000;

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

/// A walk back to texts. What it has followed once it does not follow again: stages share most of their texts.
#[derive(Debug, Default)]
pub(super) struct Walk {
    seen: HashSet<(String, u64, Side)>,
    expanded: HashSet<(String, Side)>,
    /// Whether a node reads both sides.
    mixed: HashMap<String, bool>,
    /// The outputs of the two sides of a node, by their use.
    used: HashMap<String, Option<[u64; 2]>>,
}

impl Walk {
    /// The texts that a side leads to, and that no walk before this one found.
    pub(super) fn texts(&mut self, draft: &Draft<'_>, starts: Vec<(String, u64)>, side: Side) -> Found {
        let mut found = Found::default();
        let mut open: VecDeque<(String, u64, Side)> = starts.into_iter().map(|(id, slot)| (id, slot, side)).collect();
        while let Some((id, slot, side)) = open.pop_front() {
            if !self.seen.insert((id.clone(), slot, side)) || draft.class(&id).contains("ZeroOut") {
                continue;
            }
            let Some(side) = self.side(draft, (&id, slot), side, &mut found.guessed) else {
                found.unclear.insert(id);
                continue;
            };
            if !self.expanded.insert((id.clone(), side)) {
                continue;
            }
            for (name, input) in next(inputs(draft, &id), side) {
                match input {
                    Input::Text => found.places.push(Place { node: id.clone(), input: name }),
                    Input::Link(from, slot) => open.push_back((from, slot, side)),
                }
            }
        }
        found
    }

    /// The side of an output that is reached on a side: what its name tells, else the same unless the node reads both.
    fn side(
        &mut self,
        draft: &Draft<'_>,
        (id, slot): (&str, u64),
        side: Side,
        guessed: &mut BTreeSet<String>,
    ) -> Option<Side> {
        let told = draft.output_name(id, slot).and_then(Side::of);
        if told.is_some() {
            return told;
        }
        if !*self.mixed.entry(id.to_owned()).or_insert_with(|| is_mixed(draft, id)) || is_pipe(draft, id, slot) {
            return Some(side);
        }
        if !self.used.contains_key(id) && self.used.len() > MOST_GUESSED {
            return None;
        }
        let [positive, negative] = (*self.used.entry(id.to_owned()).or_insert_with(|| by_use(draft, id)))?;
        let used = match slot {
            slot if slot == positive => Side::Positive,
            slot if slot == negative => Side::Negative,
            _ => return None,
        };
        guessed.insert(id.to_owned());
        Some(used)
    }
}

/// Whether a node reads both sides.
fn is_mixed(draft: &Draft<'_>, id: &str) -> bool {
    let inputs = inputs(draft, id);
    [Side::Positive, Side::Negative].iter().all(|side| inputs.iter().any(|(name, _)| Side::of(name) == Some(*side)))
}

/// The inputs to go on with: those of the side, else pipes, else texts, else all.
fn next(inputs: Vec<(String, Input)>, side: Side) -> Vec<(String, Input)> {
    let is_own = |name: &str| Side::of(name) == Some(side);
    let is_text = |name: &str, input: &Input| matches!(input, Input::Text) || is_text_name(name);
    let has_own = inputs.iter().any(|(name, _)| is_own(name));
    let is_sided = inputs.iter().any(|(name, _)| Side::of(name).is_some());
    let has_text = inputs.iter().any(|(name, input)| is_text(name, input));
    let wanted = |name: &str, input: &Input| {
        if has_own {
            is_own(name)
        } else if is_sided {
            name.contains("pipe")
        } else {
            !has_text || is_text(name, input)
        }
    };
    inputs.into_iter().filter(|(name, input)| wanted(name, input)).collect()
}

/// The inputs of a node that text may come from.
fn inputs(draft: &Draft<'_>, id: &str) -> Vec<(String, Input)> {
    let class = draft.known_class(id);
    let kind = |name: &str| class.and_then(|class| Some(&class.inputs.get(name)?.kind));
    let chosen = chosen(draft, id).or_else(|| passes(draft.class(id)).then(|| draft.links(id).first().map(first))?);
    let all = draft.nodes().get(id).and_then(|node| node["inputs"].as_object()).into_iter().flatten();
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
            let mut users = draft.users_of(id, slot).peekable();
            users.peek().is_some() && users.all(|(_, input, _)| input.contains("pipe"))
        }
    }
}

/// The outputs of the two sides of a node without names: each side has one output that feeds inputs of that side alone,
/// and the positive one comes first, as in every class that is known.
fn by_use(draft: &Draft<'_>, id: &str) -> Option<[u64; 2]> {
    let slots: Vec<u64> = draft.used_slots(id).take(MOST_OUTPUTS + 1).collect();
    if slots.len() > MOST_OUTPUTS {
        return None;
    }
    let sides: Vec<(u64, BTreeSet<Side>)> = slots.into_iter().map(|slot| (slot, uses(draft, id, slot))).collect();
    let only = |wanted: Side| -> Vec<u64> {
        sides.iter().filter(|(_, sides)| *sides == BTreeSet::from([wanted])).map(|(slot, _)| *slot).collect()
    };
    match (only(Side::Positive).as_slice(), only(Side::Negative).as_slice()) {
        ([positive], [negative]) if positive < negative => Some([*positive, *negative]),
        _ => None,
    }
}

/// The sides of the inputs that an output feeds, in the end.
fn uses(draft: &Draft<'_>, id: &str, slot: u64) -> BTreeSet<Side> {
    let mut sides = BTreeSet::new();
    let (mut open, mut seen) = (vec![(id.to_owned(), slot)], HashSet::new());
    let mut left = FURTHEST;
    while let Some((id, slot)) = open.pop() {
        for (user, input, _) in draft.users_of(&id, slot).take(left) {
            left -= 1;
            match Side::of(input) {
                Some(side) => drop(sides.insert(side)),
                None if NOT_CONDITIONING.contains(&input.as_str()) => {}
                None if !seen.insert(user.clone()) => {}
                None => open.extend(draft.used_slots(user).take(left).map(|slot| (user.clone(), slot))),
            }
        }
    }
    sides
}
