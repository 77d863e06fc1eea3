//! The input images of a workflow; their roles follow from the nodes that use them.

use std::collections::BTreeSet;

use super::By;
use super::draft::Draft;

/// Binds every node that loads an image to a role.
pub(super) fn find(draft: &mut Draft<'_>) {
    for id in draft.ids() {
        if draft.class(&id).starts_with("LoadImage") && !draft.is_bound(&id, "image") {
            let role = draft.free(role(draft, &id));
            draft.bind(&role, &id, "image", By::Link);
        }
    }
}

/// The role of an image, by the nodes that use it.
fn role(draft: &Draft<'_>, id: &str) -> &'static str {
    if draft.class(id) == "LoadImageMask" {
        return "mask";
    }
    let (mut open, mut seen) = (vec![id.to_owned()], BTreeSet::new());
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop().filter(|id| seen.insert(id.clone())) {
        for (user, input, _) in draft.users(&id) {
            let class = draft.class(&user);
            if class.contains("ControlNet") || class.contains("Canny") || class.contains("reprocessor") {
                found.insert("control");
            } else if class.contains("ToMask") {
                found.insert("mask");
            } else if class.contains("CLIPVision") || class.contains("IPAdapter") {
                found.insert("reference");
            } else if input == "pixels" {
                found.insert("image");
            } else if ["image", "images", "pixels"].contains(&input.as_str()) {
                open.push(user);
            }
        }
    }
    ["image", "control", "mask", "reference"].into_iter().find(|role| found.contains(role)).unwrap_or("image")
}
