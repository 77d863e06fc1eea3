//! The input images of a workflow; their roles follow from the nodes that use them.

use std::collections::{BTreeSet, HashMap};

use super::By;
use super::draft::Draft;

/// The roles of images; the first of several counts.
const ROLES: [&str; 4] = ["image", "control", "mask", "reference"];

/// Binds every node that loads an image to a role.
pub(super) fn find(draft: &mut Draft<'_>) {
    let roles = roles(draft);
    for id in draft.ids() {
        if draft.class(&id).starts_with("LoadImage") && !draft.is_bound(&id, "image") {
            let found = roles.get(&id).and_then(|found| found.first()).map_or(ROLES[0], |first| ROLES[*first]);
            let role = draft.free(if draft.class(&id) == "LoadImageMask" { "mask" } else { found });
            draft.bind(&role, &id, "image", By::Link);
        }
    }
}

/// The roles that the images of each node have in the end, as places in [`ROLES`]: they spread from the nodes that give
/// them against the links.
fn roles(draft: &Draft<'_>) -> HashMap<String, BTreeSet<usize>> {
    let mut roles: HashMap<String, BTreeSet<usize>> = HashMap::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for id in draft.ids() {
        let class = draft.class(&id);
        let given = draft.links(&id).into_iter().filter_map(|(input, from, _)| Some((from, given(class, &input)?)));
        open.extend(given);
    }
    while let Some((id, role)) = open.pop() {
        if roles.entry(id.clone()).or_default().insert(role) {
            let class = draft.class(&id);
            let passed = |input: &str| given(class, input).is_none() && ["image", "images"].contains(&input);
            let from = draft.links(&id).into_iter().filter(|(input, ..)| passed(input)).map(|(_, from, _)| from);
            open.extend(from.map(|from| (from, role)));
        }
    }
    roles
}

/// The role that an input gives to its image.
fn given(class: &str, input: &str) -> Option<usize> {
    let has = |words: &[&str]| words.iter().any(|word| class.contains(word));
    match input {
        _ if has(&["ControlNet", "Canny", "reprocessor"]) => Some(1),
        _ if has(&["ToMask"]) => Some(2),
        _ if has(&["CLIPVision", "IPAdapter"]) => Some(3),
        "pixels" => Some(0),
        _ => None,
    }
}
