//! The stages of a graph: the nodes that draw noise, the first one first, and what else they need.

use std::collections::HashSet;

use serde_json::Value;

use super::draft::Draft;
use super::known::Side;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// The node.
    pub(super) id: String,
    /// The node that has its two sides: itself, or its guider.
    pub(super) guider: String,
}

impl Stage {
    /// Where the text of a side comes from.
    pub(super) fn sides(&self, draft: &Draft<'_>, side: Side) -> Vec<(String, u64)> {
        let links = draft.links(&self.guider);
        let is = |input: &str| match Side::of(input) {
            Some(of) => of == side,
            None => side == Side::Positive && ["conditioning", "cond1"].contains(&input),
        };
        let own: Vec<_> = links.iter().filter(|(input, ..)| is(input)).collect();
        let pipes = links.iter().filter(|(input, ..)| input.contains("pipe"));
        let found = if own.is_empty() { pipes.collect() } else { own };
        found.into_iter().map(|(_, from, slot)| (from.clone(), *slot)).collect()
    }

    /// Whether it adds noise of its own: without noise its seed means nothing.
    pub(super) fn has_noise(&self, draft: &Draft<'_>) -> bool {
        let add = draft.value(&self.id, "add_noise");
        let is_off = add.is_some_and(|add| *add == Value::Bool(false) || add == "disable");
        let noise = draft.link(&self.id, "noise").map(|(from, _)| from);
        !is_off && noise.is_none_or(|from| draft.class(&from) != "DisableNoise")
    }
}

/// All stages: those that continue no other one first.
pub(super) fn find(draft: &Draft<'_>) -> Vec<Stage> {
    let ids: Vec<String> = draft.ids().into_iter().filter(|id| is_stage(draft, id)).collect();
    let after = after(draft, &ids);
    let (later, first): (Vec<&String>, Vec<&String>) = ids.iter().partition(|id| draws_on(draft, id, &after));
    let stage = |id: &String| {
        let guider = draft.link(id, "guider").map_or_else(|| id.clone(), |(from, _)| from);
        Stage { id: id.clone(), guider }
    };
    first.into_iter().chain(later).map(stage).collect()
}

fn is_stage(draft: &Draft<'_>, id: &str) -> bool {
    let has_seed = ["seed", "noise_seed"].iter().any(|seed| draft.input(id, seed).is_some());
    let links = draft.links(id);
    let has_side = |input: &str| {
        ["guider", "conditioning"].contains(&input) || input.contains("pipe") || Side::of(input) == Some(Side::Positive)
    };
    (has_seed || draft.link(id, "noise").is_some()) && links.iter().any(|(input, ..)| has_side(input))
}

/// Whether a stage continues the picture of another one.
fn draws_on(draft: &Draft<'_>, id: &str, after: &HashSet<String>) -> bool {
    let is_picture = |input: &str| {
        let other = ["model", "clip", "vae", "guider", "noise", "sigmas", "sampler", "control_net"];
        Side::of(input).is_none() && !input.contains("pipe") && !other.contains(&input)
    };
    draft.links(id).iter().any(|(input, from, _)| is_picture(input) && after.contains(from))
}

/// The stages, and all nodes behind them.
fn after(draft: &Draft<'_>, stages: &[String]) -> HashSet<String> {
    let mut seen = HashSet::new();
    let mut open = stages.to_vec();
    while let Some(id) = open.pop() {
        if !seen.contains(&id) {
            open.extend(draft.users(&id).iter().map(|(user, ..)| user.clone()));
            seen.insert(id);
        }
    }
    seen
}
