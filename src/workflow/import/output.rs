//! The node whose images are the result: the saver of the last stage. It becomes a node that keeps a PNG.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::draft::Draft;
use super::stages;
use super::{By, Wanted};
use crate::words::suggest::words;
use crate::workflow::graph::{is_named_output, needed, title};
use crate::workflow::{FileError, ValidationError, WorkflowError};

/// Inputs that take the images of a saver whose class is not known.
const IMAGES: [&str; 4] = ["images", "image", "img", "pixels"];

/// Words in classes that do not end in a still image.
const MOVING: [&str; 5] = ["video", "webm", "gif", "audio", "mp4"];

/// The most removed nodes that a note lists.
const LISTED: usize = 6;

/// The most endings of different images that are compared: each is followed through the graph.
const MOST_ENDINGS: usize = 64;

/// A node that may be the result.
struct Ending {
    id: String,
    /// Where its images come from.
    images: (String, u64),
}

/// Finds the node whose images are the result, and removes the nodes that it does not need.
pub(super) fn find(draft: &mut Draft<'_>, wanted: &[&Wanted]) -> Result<String, WorkflowError> {
    let id = match wanted.last() {
        Some(wanted) => named(draft, &wanted.node),
        None => found(draft)?,
    };
    save(draft, &id);
    drop_unused(draft, &id, true);
    if draft.nodes()[&id]["inputs"].get("filename_prefix").is_some() {
        draft.bind("prefix", &id, "filename_prefix", By::Link);
    }
    if title(&draft.nodes()[&id]) != "dgx:output" {
        draft.nodes_mut()[&id]["_meta"]["title"] = json!("dgx:output");
    }
    Ok(id)
}

/// Removes the nodes that the result does not need.
pub(super) fn drop_unused(draft: &mut Draft<'_>, output: &str, tells: bool) {
    let needed: BTreeSet<String> = needed(draft.nodes(), [output]).into_iter().map(str::to_owned).collect();
    let unused: Vec<String> = draft.nodes().keys().filter(|id| !needed.contains(*id)).cloned().collect();
    let called: Vec<String> = unused.iter().map(|id| format!("`{id}` ({})", draft.class(id))).collect();
    let nodes = draft.nodes_mut();
    unused.iter().for_each(|id| drop(nodes.remove(id)));
    match called.as_slice() {
        [] => {}
        _ if !tells => {}
        [one] => draft.note(format!("node {one} does not contribute to the image and was removed")),
        many => {
            let (shown, more) = (many[..many.len().min(LISTED)].join(", "), many.len().saturating_sub(LISTED));
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            draft.note(format!("nodes {shown}{more} do not contribute to the image and were removed"));
        }
    }
    draft.drop_stale_bindings();
}

/// The node of the command line; behind a node that saves nothing a saver is added.
fn named(draft: &mut Draft<'_>, id: &str) -> String {
    for node in draft.nodes_mut().values_mut().filter(|node| title(node) == "dgx:output") {
        node["_meta"]["title"] = json!("");
    }
    if ending(draft, id).is_some_and(|_| draft.output_type(id, 0) != Some("IMAGE")) {
        return id.to_owned();
    }
    let class = draft.known_class(id);
    let Some(slot) = class.and_then(|class| class.outputs.iter().position(|of| of == "IMAGE")) else {
        return id.to_owned();
    };
    let mut save = "save".to_owned();
    while draft.nodes().contains_key(&save) {
        save.push('_');
    }
    let node = json!({ "class_type": "SaveImage", "inputs": { "images": [id, slot], "filename_prefix": "ComfyUI" } });
    draft.nodes_mut().insert(save.clone(), node);
    save
}

fn found(draft: &mut Draft<'_>) -> Result<String, WorkflowError> {
    let marked = |draft: &Draft<'_>| -> Vec<String> {
        draft.nodes().iter().filter(|(_, node)| is_named_output(node)).map(|(id, _)| id.clone()).collect()
    };
    let marked = marked(draft);
    if let [one] = marked.as_slice() {
        return Ok(one.clone());
    }
    let ids = if marked.is_empty() { draft.ids() } else { marked };
    let endings: Vec<Ending> = ids.iter().filter_map(|id| ending(draft, id)).collect();
    let tiers: [fn(&Draft<'_>, &str) -> bool; 3] = [saves, |draft, id| draft.class(id).starts_with("Preview"), ends];
    let tier = tiers
        .iter()
        .map(|is_meant| -> Vec<&Ending> { endings.iter().filter(|ending| is_meant(draft, &ending.id)).collect() });
    let tier = tier.into_iter().find(|tier| !tier.is_empty()).unwrap_or_default();
    let chosen = last(draft, &tier).map(|ending| ending.id.clone());
    let ids: Vec<String> = tier.iter().map(|ending| ending.id.clone()).collect();
    match chosen {
        Some(id) => {
            let others: Vec<&String> = ids.iter().filter(|other| **other != id).collect();
            if !others.is_empty() {
                draft.note(format!(
                    "{} is taken for the result, the last of those that save images; {} {} too: `--bind output=NODE` \
                     takes another one",
                    draft.called(&id),
                    words(&others),
                    if others.len() == 1 { "does" } else { "do" },
                ));
            }
            Ok(id)
        }
        None => {
            let error =
                if ids.is_empty() { ValidationError::NoOutput } else { ValidationError::SeveralOutputs { nodes: ids } };
            Err(WorkflowError::File(draft.name.clone(), FileError::Invalid(error)))
        }
    }
}

/// The ending that continues all others: it is made of their images, or of more stages. Of several with the same image
/// it is the first. Of too many it is not looked for.
fn last<'a>(draft: &Draft<'_>, endings: &[&'a Ending]) -> Option<&'a Ending> {
    let mut images = BTreeSet::new();
    let distinct: Vec<&Ending> = endings.iter().copied().filter(|ending| images.insert(&ending.images)).collect();
    if distinct.len() > MOST_ENDINGS {
        return None;
    }
    let stages: BTreeSet<String> = stages::find(draft).into_iter().map(|stage| stage.id).collect();
    let behind: Vec<(BTreeSet<&str>, BTreeSet<&str>)> = distinct
        .iter()
        .map(|ending| {
            let needed = needed(draft.nodes(), [ending.images.0.as_str()]);
            let own = needed.iter().copied().filter(|id| stages.contains(*id)).collect();
            (needed, own)
        })
        .collect();
    let continues = |one: usize, other: usize| {
        let (images, others) = (&distinct[one].images, &distinct[other].images);
        let is_made_of = images.0 != others.0 && behind[one].0.contains(&*others.0);
        let (more, fewer) = (&behind[one].1, &behind[other].1);
        images == others || is_made_of || (more.len() > fewer.len() && more.is_superset(fewer))
    };
    // No other one continues the ending that is looked for: it replaces the one before it, and stays.
    let found = (1..distinct.len()).fold(0, |found, next| if continues(found, next) { found } else { next });
    (0..distinct.len()).all(|other| continues(found, other)).then(|| distinct.get(found).copied()).flatten()
}

/// The images of a node that may be the result.
fn ending(draft: &Draft<'_>, id: &str) -> Option<Ending> {
    if is_moving(draft, id) {
        return None;
    }
    let known = draft.known_class(id);
    let links = draft.links(id);
    let by_type = |(input, from, slot): &&(String, String, u64)| match draft.output_type(from, *slot) {
        Some(of) => of == "IMAGE",
        None => match known.and_then(|class| class.inputs.get(input)).and_then(|input| input.kind.link_type()) {
            Some(of) => of == "IMAGE",
            None => IMAGES.contains(&input.as_str()),
        },
    };
    let (_, from, slot) = links.iter().find(by_type)?;
    Some(Ending { id: id.to_owned(), images: (from.clone(), *slot) })
}

fn is_moving(draft: &Draft<'_>, id: &str) -> bool {
    let class = draft.class(id).to_ascii_lowercase();
    MOVING.iter().any(|word| class.contains(word))
}

/// Whether a node saves, by its class.
fn saves(draft: &Draft<'_>, id: &str) -> bool {
    let class = draft.class(id);
    let is_saver = class.starts_with("Save") || class.to_ascii_lowercase().contains("save");
    is_saver && (ends(draft, id) || draft.input(id, "filename_prefix").is_some())
}

/// Whether nothing takes what a node makes.
fn ends(draft: &Draft<'_>, id: &str) -> bool {
    draft.users(id).is_empty() && draft.known_class(id).is_none_or(|class| class.is_output || class.outputs.is_empty())
}

/// Makes the result a PNG on the server: previews are temporary, a socket keeps nothing, other savers have their own
/// formats and places.
fn save(draft: &mut Draft<'_>, id: &str) {
    let class = draft.class(id).to_owned();
    // Somebody wrote a placeholder into it for this program.
    let is_own = draft.has_its_own(id) && !class.to_ascii_lowercase().contains("webp");
    let found = ending(draft, id).filter(|_| class != "SaveImage" && !is_own);
    let Some(Ending { images: (from, slot), .. }) = found else { return };
    let prefix = draft.input(id, "filename_prefix").filter(|prefix| prefix.is_string()).cloned();
    let inputs = json!({ "images": [from, slot], "filename_prefix": prefix.unwrap_or_else(|| json!("ComfyUI")) });
    draft.nodes_mut()[id]["class_type"] = json!("SaveImage");
    draft.nodes_mut()[id]["inputs"] = inputs;
    draft.nodes_mut()[id].as_object_mut().and_then(|node| node.remove("unnamed"));
    let what = if class.starts_with("Preview") || class == "SaveImageWebsocket" {
        "which keeps no file"
    } else {
        "which may keep another format at another place"
    };
    draft.note(format!("node `{id}` was a {class}, {what}; it is a SaveImage now"));
}

/// A node that the image needs, and whose values have no names.
pub(super) fn unnamed(draft: &Draft<'_>) -> Vec<String> {
    let unnamed = draft.nodes().iter().filter(|(_, node)| node["unnamed"] == Value::Bool(true));
    unnamed.map(|(id, _)| draft.called(id)).collect()
}
