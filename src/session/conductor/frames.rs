//! Frames that do not belong together: one that is empty or cut off, or one whose raw has another grid than the others'.

use image::RgbaImage;

use crate::generate::files::{self, Crossing};
use crate::process::gate;
use crate::words::ask::Part;
use crate::words::project::{Group, Slot};
use crate::words::raw::Raw;
use crate::words::recipe::{Framing, Gate, GridChoice, Recipe, Repair};
use crate::words::sprite::{GateFailure, Metrics, Sprites, Verdict};
use crate::words::timing::Timing;

/// The metric that names the frame of another grid, from 1. Groups without such a frame do not have it.
const ODD_FRAME: &str = "odd_frame";
/// The metrics that name the frame whose subject goes on beyond its image, and the frame of the same sheet in which it
/// does.
pub(super) const CUT_FRAME: &str = "cut_frame";
pub(super) const CUT_INTO: &str = "cut_into";

/// The default gate for the seam of a texture, in per mille of the steps inside it. It is no part of a recipe, so that
/// the keys of textures without a gate of their own stay.
const SEAM: i64 = 1500;

/// Default gates of frames, likewise no part of a recipe: the pixels that no motion explains in one of them, or from the
/// last to the first, in per mille, and how far they stray, in pixels.
const FLICKER: i64 = 300;
const LOOP: i64 = 400;
const STRAYS: i64 = 2;

/// By how much more of its border a frame's subject covers than that of the others, in per mille, if it is cut off.
const CUT: i64 = 50;

/// A grid that the evidence for it leaves no doubt of.
const CERTAIN: i64 = 1000;

/// The least confidence in a grid that is compared with others, unless the recipe's gate says another.
const CONFIDENT: i64 = 600;

/// The width of a raw, and what was found in it alone.
pub(super) type Alone = (u32, Metrics);

/// The verdict of the gates on one raw alone.
pub(super) fn verdict_alone(metrics: &Metrics, recipe: &Recipe) -> Verdict {
    Verdict::of(&failures_alone(metrics, recipe))
}

/// The gates that one raw alone fails.
pub(in crate::session) fn failures_alone(metrics: &Metrics, recipe: &Recipe) -> Vec<GateFailure> {
    gate::failures(metrics, recipe).into_iter().chain(seam(metrics, recipe)).chain(things(metrics)).collect()
}

/// An image of several things that shows another number of them.
fn things(metrics: &Metrics) -> Option<GateFailure> {
    let (value, threshold) = (*metrics.get("things")?, *metrics.get("things_wanted")?);
    (value != threshold).then_some(GateFailure { metric: "things", value, threshold, minimum: value < threshold })
}

/// A texture whose seam can be seen, where its recipe has no gate for it.
fn seam(metrics: &Metrics, recipe: &Recipe) -> Option<GateFailure> {
    let is_open = recipe.framing == Framing::Tile && !recipe.gates.contains_key(&Gate::Seam);
    let value = *metrics.get(Gate::Seam.word()).filter(|seam| is_open && **seam > SEAM)?;
    Some(GateFailure { metric: Gate::Seam.word(), value, threshold: SEAM, minimum: false })
}

/// The verdict of the gates, and of what no gate of a single image can see.
pub(in crate::session) fn verdict(sprites: &Sprites, group: &Group) -> Verdict {
    let failures: Vec<GateFailure> = all_failures(sprites, group).collect();
    let gates = if let Verdict::Fail(why) = Verdict::of(&failures) { Some(why) } else { None };
    let named = failures.iter().filter_map(|failure| {
        let (frame, what) = frame_of(failure.metric, sprites, group)?;
        Some(format!("frame {} {what}", frame + 1))
    });
    let empty = empty(sprites, group).map(|at| format!("frame {} is empty", at + 1));
    let odd = number(sprites, ODD_FRAME).map(|frame| format!("frame {} has another grid", frame + 1));
    let cut = number(sprites, CUT_FRAME).map(|frame| format!("frame {} is cut off", frame + 1));
    let all: Vec<String> = gates.into_iter().chain(named).chain(empty).chain(odd).chain(cut).collect();
    if all.is_empty() { Verdict::Pass } else { Verdict::Fail(all.join(", ")) }
}

/// The verdict on a sprite that moves: the sprite itself was judged before, so that only its frames are.
pub(in crate::session) fn verdict_moved(sprites: &Sprites, group: &Group) -> Verdict {
    let is_of_frames = |failure: &GateFailure| Gate::OF_FRAMES.iter().any(|gate| gate.word() == failure.metric);
    let own = gate::failures(&sprites.found.metrics, &group.recipe).into_iter().filter(is_of_frames);
    let failures: Vec<GateFailure> = own.chain(unsteady(sprites, group)).collect();
    Verdict::of(&failures)
}

/// The gates that a group fails, those of its frames too.
fn all_failures(sprites: &Sprites, group: &Group) -> impl Iterator<Item = GateFailure> {
    failures_alone(&sprites.found.metrics, &group.recipe).into_iter().chain(unsteady(sprites, group))
}

/// The frame of which a gate speaks, by its number from 0, and what it does, where it is one of several.
fn frame_of(metric: &str, sprites: &Sprites, group: &Group) -> Option<(usize, &'static str)> {
    let named = |metric: &str, what| Some((number(sprites, metric)?, what));
    match metric {
        _ if metric == Gate::Flicker.word() => named("flicker_frame", "flickers"),
        _ if metric == Gate::Baseline.word() => {
            let own = group.recipe.gates.contains_key(&Gate::Baseline);
            named(if own { "baseline_frame" } else { "strays_frame" }, "strays")
        }
        _ if metric == Gate::Loop.word() => {
            sprites.frames.len().checked_sub(1).map(|last| (last, "does not lead back to the first"))
        }
        "fit" => named("fit_frame", "leaves its frame"),
        _ => None,
    }
}

/// The number of a frame among the metrics, from 0 where they count from 1.
pub(super) fn number(sprites: &Sprites, metric: &str) -> Option<usize> {
    sprites.found.metrics.get(metric).and_then(|number| usize::try_from(*number - 1).ok())
}

/// The frame that keeps a group from passing, by its number from 0, and why, where it is one frame alone.
pub(super) fn failing(sprites: &Sprites, group: &Group) -> Option<(usize, String)> {
    let odd = number(sprites, ODD_FRAME).map(|frame| (frame, "another grid than the other frames".to_owned()));
    let empty = empty(sprites, group).map(|frame| (frame, "empty".to_owned()));
    let cut = number(sprites, CUT_FRAME).map(|frame| (frame, "cut off".to_owned()));
    let named = |failure: GateFailure| {
        let (frame, _) = frame_of(failure.metric, sprites, group)?;
        Some((frame, Verdict::of(&[failure]).to_string()))
    };
    odd.or(empty).or(cut).or_else(|| all_failures(sprites, group).find_map(named))
}

/// The first of several frames that shows nothing. Where things are cut out of one image, a missing one is a miscount.
fn empty(sprites: &Sprites, group: &Group) -> Option<usize> {
    let is_empty = |frame: &RgbaImage| frame.pixels().all(|pixel| pixel.0[3] == 0);
    sprites.frames.iter().position(is_empty).filter(|_| sprites.frames.len() > 1 && group.things == 0)
}

/// What keeps restored frames from being an animation, where the recipe has no gate for it. Frames that an artist drew at
/// their own size are as they were meant to be, and so are those that nobody steadies.
fn unsteady(sprites: &Sprites, group: &Group) -> Vec<GateFailure> {
    let (metrics, recipe) = (&sprites.found.metrics, &group.recipe);
    if !is_steadied(recipe) || sprites.found.pitch == [1000; 2] {
        return Vec::new();
    }
    let repeats = group.timing.as_ref().is_some_and(Timing::is_loop);
    let stands = recipe.repair != Repair::Rising;
    let gates = [
        (Gate::Baseline, "strays", STRAYS, stands),
        (Gate::Flicker, Gate::Flicker.word(), FLICKER, true),
        (Gate::Loop, Gate::Loop.word(), LOOP, repeats),
    ];
    let open = gates.into_iter().filter(|(gate, .., applies)| *applies && !recipe.gates.contains_key(gate));
    let failure = |(gate, metric, threshold, _): (Gate, &str, i64, bool)| {
        let value = *metrics.get(metric).filter(|value| **value > threshold)?;
        Some(GateFailure { metric: gate.word(), value, threshold, minimum: false })
    };
    open.filter_map(failure).collect()
}

/// Whether somebody steadies frames of this recipe, so that they have gates of their own.
fn is_steadied(recipe: &Recipe) -> bool {
    matches!(recipe.framing, Framing::Subject | Framing::Placed) && recipe.repair != Repair::Off && !recipe.adopted
}

/// Whether frames can have different grids at all: several, whose grid is not given.
pub(super) fn can_differ(frames: usize, recipe: &Recipe) -> bool {
    frames > 1 && recipe.grid == GridChoice::Auto
}

/// Notes the frame of another grid among the metrics, and the one that its image cuts off, if there are any.
pub(super) fn compare(sprites: &mut Sprites, alone: &[Alone], recipe: &Recipe) {
    let least = recipe.gates.get(&Gate::Grid).copied().unwrap_or(CONFIDENT).max(1);
    let cells: Vec<Option<Cell>> = alone.iter().map(|(width, metrics)| Cell::of(*width, metrics, least)).collect();
    let mut sorted: Vec<Cell> = cells.iter().flatten().copied().collect();
    sorted.sort_by_key(|cell| (cell.pitch, -cell.confidence));
    let usual = sorted.get(sorted.len().saturating_sub(1) / 2);
    let odd = usual.and_then(|usual| cells.iter().position(|cell| cell.is_some_and(|cell| cell.differs(usual))));
    let cut = if sprites.found.pitch == [1000; 2] { None } else { cut_off(alone, recipe) };
    let noted = [(ODD_FRAME, odd), (CUT_FRAME, cut)];
    let noted = noted.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at? as i64 + 1)));
    sprites.found.metrics.extend(noted);
}

/// The frame that covers most of the border of its image, where the others do not, and no gate of the recipe speaks of
/// the border.
fn cut_off(alone: &[Alone], recipe: &Recipe) -> Option<usize> {
    let borders: Vec<i64> =
        alone.iter().map(|(_, metrics)| metrics.get(Gate::Border.word()).copied().unwrap_or(0)).collect();
    let mut sorted = borders.clone();
    sorted.sort_unstable();
    let usual = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    let most = borders.iter().zip(0..).reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    let open = is_steadied(recipe) && !recipe.gates.contains_key(&Gate::Border);
    (open && most.0 - usual > CUT).then_some(most.1)
}

/// Notes the frame whose subject goes on in the frame beside it, where one sheet shows both.
pub(super) fn across(sprites: &mut Sprites, raws: &[Raw], group: &Group) {
    let part = |slot: &Slot| slot.ask.sources()?.first()?.part;
    let parts: Option<Vec<Part>> = group.slots().iter().map(part).collect();
    let Some(parts) = parts.filter(|parts| parts.len() == raws.len() && is_steadied(&group.recipe)) else { return };
    let images: Vec<&RgbaImage> = raws.iter().map(|raw| &raw.pixels).collect();
    if let Some(Crossing { frame, into }) = files::crossing(&images, &parts) {
        let noted = [(CUT_FRAME, frame), (CUT_INTO, into)];
        sprites.found.metrics.extend(noted.map(|(name, at)| (name.to_owned(), at as i64 + 1)));
    }
}

/// The cells of one raw.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Thousandths of a pixel.
    pitch: u64,
    confidence: i64,
}

impl Cell {
    fn of(width: u32, metrics: &Metrics, least: i64) -> Option<Self> {
        let columns = u64::try_from(*metrics.get("cells_w")?).ok().filter(|columns| *columns > 0)?;
        let confidence = *metrics.get("grid")?;
        (confidence >= least).then_some(Self { pitch: 1000 * u64::from(width) / columns, confidence })
    }

    /// Whether its cells are not those of the other. Where there is doubt, cells that are a whole number of the other's
    /// are the same: a frame may show nothing finer.
    fn differs(&self, other: &Self) -> bool {
        let (small, large) = (self.pitch.min(other.pitch).max(1), self.pitch.max(other.pitch));
        let multiple = (large + small / 2) / small;
        let is_whole = (multiple * small).abs_diff(large) * 10 <= large;
        if multiple == 1 || self.confidence.min(other.confidence) < CERTAIN { !is_whole } else { true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(cells: &[(i64, i64)]) -> Option<i64> {
        let frames = vec![RgbaImage::new(1, 1); cells.len()];
        let mut sprites = Sprites { frames, found: Default::default() };
        let metrics = |(cells, grid): &(i64, i64)| {
            (256, [("cells_w", *cells), ("grid", *grid)].map(|(name, value)| (name.to_owned(), value)).into())
        };
        compare(&mut sprites, &cells.iter().map(metrics).collect::<Vec<_>>(), &Recipe::default());
        sprites.found.metrics.get(ODD_FRAME).copied()
    }

    #[test]
    fn a_frame_of_other_cells_is_odd() {
        assert_eq!(odd(&[(32, 900), (32, 900), (42, 900), (32, 900)]), Some(3));
        assert_eq!(odd(&[(42, 900), (32, 900), (32, 900)]), Some(1));
        assert_eq!(odd(&[(32, 1000), (16, 1000), (32, 1000)]), Some(2));
        assert_eq!(odd(&[(32, 900), (33, 700), (31, 800)]), None);
    }

    #[test]
    fn doubt_is_no_other_grid() {
        assert_eq!(odd(&[(32, 900), (42, 300), (32, 900)]), None);
        assert_eq!(odd(&[(32, 900), (16, 900), (32, 900)]), None);
        assert_eq!(odd(&[(32, 100), (42, 300), (50, 100)]), None);
    }
}
