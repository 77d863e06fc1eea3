//! `candidates`: every captured candidate, restored alone and judged as a build judges it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use image::RgbaImage;
use rayon::prelude::*;
use serde::Serialize;

use super::conductor::failures_alone;
use super::image::save;
use super::job::no_threads;
use super::select::slots;
use super::studio::{Fallback, Studio};
use super::{Error, Existing, Look, Opened, Operation, Options, Result};
use crate::assemble::contact::{self, Cell, Row};
use crate::plain_file;
use crate::plan::{Planner, SlotPlan, Want};
use crate::store;
use crate::threads::{self, Aside};
use crate::words::asset::SlotId;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Short};
use crate::words::image_file;
use crate::words::lock::{By, Candidate, SlotEntry};
use crate::words::sprite::{GateFailure, Metrics, Sprites, Verdict};

/// The version of [`Candidates`]: fields are added without a new one, never changed or removed.
const VERSION: u32 = 1;

/// The folder of the restored candidates, below `.dgx-pixels`.
pub(super) const FOLDER: &str = "candidates";

/// The answer of [`candidates`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Candidates {
    /// The version of this form.
    pub version: u32,
    /// The slots that the target means.
    pub slots: Vec<SlotCandidates>,
}

/// The candidates of one slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SlotCandidates {
    /// The slot.
    pub slot: SlotId,
    /// Its candidates by number; those for the present prompt and style come first.
    pub candidates: Vec<ShownCandidate>,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ShownCandidate {
    /// Its number, as `pick` takes it.
    pub n: u32,
    /// Its seed.
    pub seed: u64,
    /// The verdict under the present recipe; at its capture, where its raw is not on this machine.
    pub verdict: Verdict,
    /// 0 to 1000, higher is better; at its capture.
    pub score: i64,
    /// The gates that fail, with their thresholds.
    pub failed: Vec<GateFailure>,
    /// The metrics that the gates judge, where its raw is on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// Who picked it, if it is the pick.
    pub picked: Option<By>,
    /// No reroll drops it.
    pub kept: bool,
    /// It answers the present prompt and style.
    pub current: bool,
    /// The gates may choose it: it is current and no reroll dropped it.
    pub counts: bool,
    /// Its raw.
    pub raw: Digest,
    /// The backend and its version.
    pub backend: String,
    /// The device, if the backend reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// How many milliseconds a server worked on it, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub millis: Option<u64>,
    /// Its restored image, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<String>,
    /// Why it has no restored image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Diagnostic>,
}

/// The candidates of every slot that a target means; writes their restored images below `.dgx-pixels`.
///
/// # Errors
/// `unknown-target`, `not-generated`, or the project cannot be opened.
pub fn candidates(operation: &Operation, target: &str) -> Result<Candidates> {
    drawn(operation, target, |_, _| Ok(()))
}

/// As [`candidates`], and draws them with their raws on a contact sheet.
///
/// # Errors
/// As of [`candidates`]; the sheet is too large, exists, or cannot be written.
pub fn candidates_sheet(operation: &Operation, target: &str, file: &Path, existing: Existing) -> Result<Candidates> {
    drawn(operation, target, |studio, found| {
        let rows: Vec<Row> = found.iter().map(|(slot, candidates)| row(studio, slot, candidates)).collect();
        save(&contact::draw(&rows).map_err(Diagnostic::from)?, file, existing)
    })
}

/// A candidate with its sprites, if it could be restored.
type Restored = (ShownCandidate, Option<Arc<Sprites>>);

fn drawn(
    operation: &Operation,
    target: &str,
    then: impl FnOnce(&Studio, &[(SlotId, Vec<Restored>)]) -> Result<()>,
) -> Result<Candidates> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let studio = Studio { planner: &planner, plan, workspace, state, fallback: Fallback::MadeLast };
    let mut found = Vec::new();
    for slot in slots(&planner, plan, target)? {
        if operation.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        found.push((slot.id.clone(), of_slot(&studio, slot)));
    }
    then(&studio, &found)?;
    let shown = |(slot, candidates): (SlotId, Vec<Restored>)| SlotCandidates {
        slot,
        candidates: candidates.into_iter().map(|(candidate, _)| candidate).collect(),
    };
    Ok(Candidates { version: VERSION, slots: found.into_iter().map(shown).collect() })
}

/// The candidates of one slot, restored.
pub(super) fn of_slot(studio: &Studio, slot: &SlotPlan) -> Vec<Restored> {
    let Some(entry) = studio.state.lock.slot(&slot.id) else { return Vec::new() };
    let asks: Vec<Digest> = slot.keys.iter().flat_map(|keys| keys.asks.iter().copied()).collect();
    let current: BTreeSet<Short> = asks.iter().map(Digest::short).collect();
    let mut lines: Vec<&Candidate> = entry.candidates.iter().collect();
    lines.sort_by_key(|line| (!current.contains(&line.ask), line.ask, line.n));
    // Sources have an ask each, and count on.
    lines.sort_by_key(|line| (!current.contains(&line.ask), if asks.len() > 1 { line.n } else { 0 }));
    let restored = || lines.par_iter().map(|line| candidate(studio, slot, entry, &asks, line)).collect();
    threads::aside(Aside::Draw, restored)
}

fn candidate(studio: &Studio, slot: &SlotPlan, entry: &SlotEntry, asks: &[Digest], line: &Candidate) -> Restored {
    let current = asks.iter().find(|ask| ask.short() == line.ask);
    let request = current.map(|ask| Want::new(*ask, line.n, line.seed).request);
    let record = request.and_then(|request| studio.workspace.records.captures.get(&request));
    let provenance = studio.state.lock.provenance.get(&line.from);
    let pick = entry.pick.as_ref().or(slot.pick.as_ref());
    let kept = entry.rerolls.get(&line.ask).is_some_and(|reroll| reroll.keep.contains(&line.n));
    let mut shown = ShownCandidate {
        n: line.n,
        seed: line.seed,
        verdict: line.verdict.clone(),
        score: line.score,
        failed: Vec::new(),
        metrics: None,
        picked: pick.filter(|pick| pick.ask == line.ask && pick.n == line.n).map(|pick| pick.by),
        kept,
        current: current.is_some(),
        counts: current.is_some() && entry.counts(line.ask, line.n),
        raw: line.raw,
        backend: provenance.map_or_else(String::new, |provenance| provenance.backend.clone()),
        device: provenance.and_then(|provenance| provenance.device.clone()),
        millis: record.and_then(|record| record.millis),
        restored: None,
        error: None,
    };
    let Some(group) = studio.planner.group(&slot.id.group) else { return (shown, None) };
    match studio.alone(group, &line.raw) {
        Err(why) => {
            shown.error = Some(why);
            (shown, None)
        }
        Ok(sprites) => {
            shown.failed = failures_alone(&sprites.found.metrics, &group.recipe);
            let alone = Verdict::of(&shown.failed);
            // What the other frames say of one cannot be seen in it alone.
            if !(alone.passes() && line.verdict.is_among_frames()) {
                shown.verdict = alone;
            }
            shown.metrics = Some(sprites.found.metrics.clone());
            shown.restored = sprites.frames.first().and_then(|image| keep(studio, &slot.id, shown.n, line.ask, image));
            (shown, Some(sprites))
        }
    }
}

/// Writes a restored candidate; where that is not possible it has no path.
fn keep(studio: &Studio, slot: &SlotId, n: u32, ask: Short, image: &RgbaImage) -> Option<String> {
    let bytes = image_file::encode(image).ok()?;
    let name = format!("{FOLDER}/{}/{slot}.{n}-{}.png", slot.group.kind, &ask.to_string()[..4]);
    let path = studio.workspace.folders.work.join(&name);
    if !store::read_if_there(&path).is_ok_and(|there| there.as_deref() == Some(&bytes)) {
        // A checkout may have links there, which would lead elsewhere.
        studio.make_work();
        plain_file::make_folders(&studio.workspace.folders.root, path.parent()?).ok()?;
        store::write_unflushed(&path, &bytes, "candidate").ok()?;
    }
    Some(format!("{}/{name}", store::FOLDER))
}

/// A row of the contact sheet: each restored candidate beside its raw.
fn row(studio: &Studio, slot: &SlotId, candidates: &[Restored]) -> Row {
    let cell = |(shown, sprites): &Restored| {
        let restored = sprites.as_ref().and_then(|sprites| sprites.frames.first()).cloned();
        let raw = studio.raw(&shown.raw).ok().flatten().map(|raw| raw.pixels);
        let mark = match (shown.picked, shown.verdict.passes()) {
            (Some(_), _) => " pick",
            (None, false) => " fails",
            (None, true) => "",
        };
        let images = restored.map(contact::Image::Pixels).into_iter().chain(raw.map(contact::Image::Photo));
        Cell { images: images.collect(), caption: format!("{} {}{mark}", shown.n, shown.score) }
    };
    Row { caption: slot.to_string(), cells: candidates.iter().map(cell).collect() }
}
