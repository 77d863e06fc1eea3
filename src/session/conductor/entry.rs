//! The lock's entry of a group that was made.

use super::Site;
use super::frames;
use super::progress::Progress;
use super::publish::Published;
use super::workers::Made;
use crate::assemble::{self, verify};
use crate::generate::sketch;
use crate::plan::Item;
use crate::process;
use crate::session::workspace::Workspace;
use crate::store::{FOLDER, encode, write_unflushed};
use crate::words::asset::GroupId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::lock::{self, Parts};
use crate::words::proof::Certificate;
use crate::words::recipe::Framing;
use crate::words::sprite::Sprites;
use crate::words::text::count;

/// From this factor of reduction on, in thousandths, detail is lost that no rule brings back.
const LARGE_REDUCTION: u32 = 3000;

/// Writes what was made into the lock; where only files were missing, the entry stays as it is.
pub(super) fn write(
    site: &Site,
    workspace: &mut Workspace,
    progress: &mut Progress,
    (id, key): (&GroupId, Digest),
    made: &Made,
    files: Published,
) {
    let Some((plan, item)) = progress.plan.items.get(id).zip(site.planner.item(id)) else { return };
    workspace.index.export(id, plan.export);
    progress.state.exported.insert(id.clone(), plan.export);
    let entry = progress.state.lock.entries.entry(id.clone()).or_default();
    let same = entry.made.as_ref().filter(|made| made.sprite == key);
    if same.is_some_and(|made| made.files == files) && entry.parts.get("export") == plan.parts.get("export") {
        return;
    }
    let version = match item {
        Item::Tileset(tileset) => assemble::VERSION + tileset.layout.revision(),
        Item::Group(_) => process::VERSION,
    };
    let process = same.map_or(version, |made| made.process);
    // A held pick answers an older ask: its parts stay, so that `why` can name what changed since.
    let held = plan.slots.iter().any(|slot| slot.held);
    entry.parts = if held { parts_of_held(&entry.parts, &plan.parts) } else { plan.parts.clone() };
    entry.with = item.with().to_vec();
    let verdict = made.verdict.clone();
    let proof = made.proof.as_ref().and_then(|proof| proof.as_ref().ok()).map(Certificate::from);
    entry.made = Some(lock::Made {
        sprite: key,
        pixels: made.pixels,
        process,
        verdict,
        files,
        proof,
        merged: made.merged.clone(),
    });
}

/// The parts of the ask as they were, recipe and export as they are.
fn parts_of_held(before: &Parts, now: &Parts) -> Parts {
    let is_ask = |name: &str| name != "recipe" && name != "export";
    let kept = |name| before.get(name).filter(|_| is_ask(name));
    now.iter().map(|(name, digest)| (name, kept(name).unwrap_or(digest))).collect()
}

/// Warns of a large reduction.
pub(super) fn warn_of_reduction(site: &Site, id: &GroupId, sprites: &Sprites) {
    let group =
        site.planner.group(id).filter(|group| matches!(group.recipe.framing, Framing::Subject | Framing::Placed));
    let factor = sprites.found.factor();
    let is_drawn = group.is_some_and(|group| group.base.is_none() && !group.slots().is_empty());
    if is_drawn && factor >= LARGE_REDUCTION {
        let factor = f64::from(factor) / 1000.0;
        let message = format!("reduced by a factor of {factor} to fit its frame, so that fine detail is lost");
        site.observer.on(&Event::warned(&id.name, Diagnostic::warning("large-reduction", message)));
    }
}

/// Warns of an action that the placeholder artist cannot draw, where it draws something else in its place.
pub(super) fn warn_of_action(site: &Site, id: &GroupId) {
    let slot = site.planner.group(id).and_then(|group| group.slots().first());
    let Some(ask) = slot.and_then(|slot| slot.ask.sketch()).filter(|ask| !sketch::draws_action(ask)) else { return };
    let action = ask.pose.action.as_deref().unwrap_or_default();
    let message = format!("`sketch` cannot draw the action `{action}`: it draws another movement in its place");
    let diagnostic = Diagnostic::warning("unknown-action", message);
    let hint = format!("it draws {}", sketch::ACTIONS.join(", "));
    site.observer.on(&Event::warned(&id.name, diagnostic.hint(hint)));
}

/// Says which frame is cut off, and what helps.
pub(super) fn warn_of_frame(site: &Site, id: &GroupId, sprites: &Sprites) {
    let number = |metric: &str| frames::number(sprites, metric).map(|frame| frame + 1);
    let (message, hint) = if let Some(frame) = number("fit_frame") {
        let pixels = sprites.found.metrics.get("fit").copied().unwrap_or_default();
        let pixels = count(usize::try_from(pixels).unwrap_or_default(), "pixel", "pixels");
        let message = format!("the subject leaves its frame by {pixels}, in frame {frame} most of all");
        (message, "make its `size` larger; where it is `of` another asset, it has the scale of that one")
    } else if let Some((frame, into)) = number(frames::CUT_FRAME).zip(number(frames::CUT_INTO)) {
        let message = format!("the subject of frame {frame} goes on in frame {into}: the line between them cuts it");
        (
            message,
            "leave a gap between the two, or name one file for each frame; `repair = false` takes them as they are",
        )
    } else if let Some(frame) = number(frames::CUT_FRAME) {
        let message = format!("the subject of frame {frame} leaves its image: the border cuts it off");
        (message, "leave room around it; `gates = { border = 1000 }` or `repair = false` takes it as it is")
    } else {
        return;
    };
    site.observer.on(&Event::warned(&id.name, Diagnostic::warning("leaves-frame", message).hint(hint)));
}

/// Draws the tiles that do not join, and tells where the picture is.
pub(super) fn warn_of_tiles(site: &Site, workspace: &Workspace, id: &GroupId, made: &Made) {
    let Some(Err(counter_example)) = &made.proof else { return };
    let diagnostic = Diagnostic::warning("tiles-do-not-join", counter_example.fault.to_string());
    let mut diagnostic = diagnostic.hint(counter_example.fault.hint());
    let name = format!("{FOLDER}/tiles/{}.png", id.name);
    let path = workspace.folders.work.join("tiles").join(format!("{}.png", id.name));
    let picture = verify::picture(counter_example).and_then(|picture| encode(&picture).ok());
    // The picture only helps; without room for it the build goes on.
    if picture.is_some_and(|bytes| write_unflushed(&path, &bytes, "tiles").is_ok()) {
        diagnostic = Diagnostic { message: format!("{}: `{name}` shows it", diagnostic.message), ..diagnostic };
    }
    site.observer.on(&Event::warned(&id.name, diagnostic));
}

/// Warns of half-transparent pixels that were cut, and of what the files lose.
pub(super) fn warn_of_losses(site: &Site, id: &GroupId, made: &Made) {
    let cut = made.sprites.found.cut_alpha;
    let is_restored = site.planner.group(id).is_some_and(|group| !group.slots().is_empty());
    let alpha = (cut > 0 && is_restored).then(|| {
        let pixels = count(cut as usize, "half-transparent pixel", "half-transparent pixels");
        let diagnostic = Diagnostic::warning("alpha-cut", format!("{pixels} became opaque or transparent"));
        diagnostic.hint("set `alpha = \"keep\"` in its recipe to keep them")
    });
    for diagnostic in alpha.into_iter().chain(made.losses.iter().cloned()) {
        site.observer.on(&Event::warned(&id.name, diagnostic));
    }
}
