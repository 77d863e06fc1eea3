//! Evidence of what a run learnt: its samples against the base's, with and without the trigger.
//!
//! The same prompts and seeds are drawn with the base and with each saved step at each strength. A sample's distance from
//! the data is the mean of six differences: of the confidence in its grid, and of the five features of pixel art.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::arm::{Arm, Leak};
use super::choice::{self, Choice};
use super::data::Data;
use super::draw::{ProveOptions, draw};
use super::interval::Interval;
use super::log;
use super::run::{Ready, ready};
use super::samples::{self, Sample, gist, unlike};
use super::{OnEvent, cells};
use crate::assemble::contact;
use crate::session::image::save;
use crate::session::job::no_threads;
use crate::session::{Error, Existing, Operation, Result};
use crate::store;
use crate::threads;
use crate::words::color::Lab;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::file_error::FileResult;

/// Fewer canvases are too few to learn a style from.
const FEW: usize = 20;
/// Data whose images have colours so far from all others', in thousandths of OKLab's unit, is of several styles.
const VARIED: i64 = 60;
/// A sheet of copies shows so many.
const SHOWN: usize = 60;

/// What a run learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The run.
    pub name: String,
    /// The id of its job.
    pub job: String,
    /// Whether an arm learnt the style, copied nothing, follows its prompts, and left the base as it was.
    pub passes: bool,
    /// Whether samples with the trigger are nearer to the data than the base's, beyond chance.
    pub learnt: bool,
    /// The step and strength to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// The samples, by step, strength and prompt.
    pub arms: Vec<Arm>,
    /// Below this difference from a training image, a sample is a copy.
    pub threshold: i64,
    /// Samples that are copies.
    pub memorized: Vec<Memorized>,
    /// Copies beside their training images, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// How much samples without the trigger changed at the last step, where there are such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leak: Option<Leak>,
    /// What is wrong, and the likely reason.
    pub findings: Vec<Diagnostic>,
}

/// A sample that is a copy of a training image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memorized {
    /// The sample.
    pub sample: String,
    /// Its step.
    pub step: u32,
    /// Its strength, per mille.
    pub strength: u32,
    /// The training image.
    pub image: String,
    /// Their difference, per mille.
    pub difference: i64,
    /// Whether it is mirrored.
    pub mirrored: bool,
}

/// Judges a run by its samples, which the worker draws; writes `train/NAME/proof.json`.
///
/// # Errors
/// The run has no samples and nothing to draw with, or no worker can be started.
pub fn prove(op: &Operation, name: &str, options: &ProveOptions, on: OnEvent<'_>) -> Result<Proof> {
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let ready = ready(op, name)?;
    let drawn = draw(op, &ready, options, on)?;
    let Ready { spec, plan, data, .. } = ready;
    let data = Data::load(Path::new(&spec.data), data)?;
    let threshold = data.threshold();
    let of = |folder: &Path| samples::of_job(folder, &data, threshold);
    let run = Path::new(&spec.out);
    let samples = drawn.as_deref().map(of).filter(|samples| has_steps(samples)).unwrap_or_else(|| of(run));
    if !has_steps(&samples) {
        let hint = format!(
            "train it with `dgx-pixels train {name}`; `prompts` of the run, or captions that are held out, are drawn"
        );
        return Err(Error::usage("no-samples", format!("`{name}` has no samples after its first step"), hint));
    }
    let loras = log::loras(run, &spec);
    let judged = Judged::of(&samples, &data, plan.canvases);
    let lora = |step: u32| Some(Path::new(loras.get(&step)?).file_name()?.to_string_lossy().into_owned());
    let choice = choice::choose(&judged.arms, lora, |a, b| paired(&samples, a, b));
    let proof = Proof {
        name: name.to_owned(),
        job: plan.job,
        passes: choice.is_some(),
        learnt: judged.learnt,
        choice,
        sheet: sheet(op, name, &samples, &data)?,
        arms: judged.arms,
        threshold,
        memorized: judged.memorized,
        leak: judged.leak,
        findings: judged.findings,
    };
    let path = PathBuf::from("train").join(name).join("proof.json");
    let text = serde_json::to_string_pretty(&proof).map_err(|error| Error::internal(error.to_string()))?;
    store::write_in_project(op.root, &op.root.join(&path), format!("{text}\n").as_bytes(), "train").writing(&path)?;
    Ok(proof)
}

fn has_steps(samples: &[Sample]) -> bool {
    samples.iter().any(|sample| sample.step > 0)
}

/// What samples say.
struct Judged {
    arms: Vec<Arm>,
    learnt: bool,
    memorized: Vec<Memorized>,
    leak: Option<Leak>,
    findings: Vec<Diagnostic>,
}

impl Judged {
    fn of(samples: &[Sample], data: &Data, canvases: usize) -> Self {
        let arms = arms(samples, data);
        let memorized: Vec<Memorized> = samples.iter().filter_map(memorized).collect();
        let learnt = arms.iter().any(is_nearer);
        let leak = arms
            .iter()
            .filter_map(|arm| Some((arm.step, arm.strength, arm.leak?)))
            .max_by_key(|(step, at, _)| (*step, *at));
        let findings = findings(&arms, data, canvases, &memorized);
        Self { arms, learnt, memorized, leak: leak.map(|(.., leak)| leak), findings }
    }
}

/// Beyond chance, and by at least a tenth.
fn is_nearer(arm: &Arm) -> bool {
    arm.gain.is_some_and(|gain| gain.high < 0 && -gain.mean * 10 >= arm.distance.mean - gain.mean)
}

fn arms(samples: &[Sample], data: &Data) -> Vec<Arm> {
    let keys: BTreeSet<(u32, u32, bool)> = samples.iter().map(key).collect();
    let several = keys.iter().filter(|(step, _, trigger)| *step > 0 && *trigger).count();
    let shown = Shown::of(data);
    let base_follows = shown.follows(samples, (0, 0, true)).is_some_and(|follows| !is_chance(follows));
    keys.into_iter()
        .map(|key| {
            let mut arm = measured(key, samples);
            if arm.trigger {
                arm.follows = shown.follows(samples, key);
                if arm.step > 0 {
                    let gains = gains(samples, key);
                    arm.gain = (!gains.is_empty()).then(|| Interval::among(&gains, several));
                    arm.leak = leak(samples, key);
                    arm.unheard = base_follows && arm.follows.is_some_and(is_chance);
                    let is_sound = arm.copies == 0 && !arm.unheard && !arm.leak.is_some_and(Leak::is_one);
                    arm.passes = is_nearer(&arm) && is_sound;
                }
            }
            arm
        })
        .collect()
}

/// Samples show their own images no more often than others, as far as is known.
fn is_chance(follows: Interval) -> bool {
    follows.low <= 500
}

fn key(sample: &Sample) -> (u32, u32, bool) {
    (sample.step, sample.strength, sample.trigger)
}

fn of_key(samples: &[Sample], wanted: (u32, u32, bool)) -> impl Iterator<Item = &Sample> {
    samples.iter().filter(move |sample| key(sample) == wanted)
}

/// The metrics of an arm.
fn measured(of: (u32, u32, bool), samples: &[Sample]) -> Arm {
    let own: Vec<&Sample> = of_key(samples, of).collect();
    let interval =
        |value: fn(&Sample) -> i64| Interval::of(&own.iter().map(|sample| value(sample)).collect::<Vec<_>>());
    Arm {
        step: of.0,
        strength: of.1,
        trigger: of.2,
        samples: own.len(),
        grid: interval(|sample| sample.measured.grid),
        gates: interval(|sample| if sample.measured.passes { 1000 } else { 0 }).mean,
        colors: interval(|sample| sample.measured.features.colors),
        palette: interval(|sample| sample.measured.features.palette),
        runs: interval(|sample| sample.measured.features.runs),
        outline: interval(|sample| sample.measured.features.outline),
        orphans: interval(|sample| sample.measured.features.orphans),
        distance: interval(|sample| sample.measured.distance),
        gain: None,
        follows: None,
        unheard: false,
        leak: None,
        copies: own.iter().filter(|sample| sample.copy.is_some()).count(),
        passes: false,
    }
}

/// How much nearer than the base's each sample is; negative is nearer.
fn gains(samples: &[Sample], of: (u32, u32, bool)) -> Vec<i64> {
    differences(samples, of, (0, 0, of.2))
}

/// The differences of the distances of two arms, sample by sample.
fn paired(samples: &[Sample], a: &Arm, b: &Arm) -> Vec<i64> {
    differences(samples, (a.step, a.strength, a.trigger), (b.step, b.strength, b.trigger))
}

fn differences(samples: &[Sample], a: (u32, u32, bool), b: (u32, u32, bool)) -> Vec<i64> {
    let by_prompt = |sample: &Sample| ((sample.prompt.clone(), sample.seed), sample.measured.distance);
    let others: BTreeMap<(String, u64), i64> = of_key(samples, b).map(by_prompt).collect();
    of_key(samples, a)
        .filter_map(|sample| Some(sample.measured.distance - others.get(&(sample.prompt.clone(), sample.seed))?))
        .collect()
}

/// What the captions of held-out canvases show.
struct Shown(Vec<(String, Vec<Lab>)>);

impl Shown {
    fn of(data: &Data) -> Self {
        let canvases = data.prepared.canvases.iter().zip(&data.canvases).filter(|(canvas, _)| canvas.held_out);
        Self(canvases.map(|(canvas, cells)| (canvas.caption.clone(), gist(cells))).collect())
    }

    /// For each sample of a held-out caption, the share of the other captions' images that are less like it than its own.
    fn follows(&self, samples: &[Sample], of: (u32, u32, bool)) -> Option<Interval> {
        let shares: Vec<i64> = of_key(samples, of).filter_map(|sample| self.share(sample)).collect();
        (!shares.is_empty()).then(|| Interval::of(&shares))
    }

    fn share(&self, sample: &Sample) -> Option<i64> {
        let (_, own) = self.0.iter().find(|(caption, _)| *caption == sample.prompt)?;
        let seen = gist(&sample.cells);
        let near = unlike(&seen, own);
        let others: Vec<f32> = self
            .0
            .iter()
            .filter(|(caption, _)| *caption != sample.prompt)
            .map(|(_, other)| unlike(&seen, other))
            .collect();
        let farther = others.iter().filter(|other| **other > near).count();
        (!others.is_empty()).then(|| (farther * 1000 / others.len()) as i64)
    }
}

fn leak(samples: &[Sample], (step, strength, _): (u32, u32, bool)) -> Option<Leak> {
    let base: Vec<&Sample> = of_key(samples, (0, 0, false)).collect();
    let pairs = of_key(samples, (step, strength, false)).filter_map(|after| {
        let before = base.iter().find(|before| (&before.prompt, before.seed) == (&after.prompt, after.seed))?;
        cells::difference(&after.cells, &before.cells)
    });
    let changed: Vec<i64> = pairs.collect();
    let others = base.iter().enumerate().flat_map(|(at, a)| base[at + 1..].iter().map(move |b| (a, b)));
    let among: Vec<i64> = others.filter_map(|(a, b)| cells::difference(&a.cells, &b.cells)).collect();
    let mean = |values: &[i64]| values.iter().sum::<i64>() / values.len() as i64;
    (!changed.is_empty() && !among.is_empty()).then(|| Leak { changed: mean(&changed), among_seeds: mean(&among) })
}

fn memorized(sample: &Sample) -> Option<Memorized> {
    let (near, _) = sample.copy.as_ref()?;
    Some(Memorized {
        sample: sample.file.clone(),
        step: sample.step,
        strength: sample.strength,
        image: near.file.clone(),
        difference: near.difference,
        mirrored: near.mirrored,
    })
}

/// Copies beside their training images.
fn sheet(op: &Operation, name: &str, samples: &[Sample], data: &Data) -> Result<Option<String>> {
    let cells = samples.iter().filter_map(|sample| {
        let (near, part) = sample.copy.as_ref()?;
        let known = data.known.iter().find(|known| known.file == near.file)?;
        let images = [&known.pixels, part].map(|pixels| contact::Image::Pixels(pixels.clone())).into();
        Some(contact::Cell {
            images,
            caption: format!("{} {}", sample.file, near.difference).chars().take(40).collect(),
        })
    });
    let cells: Vec<contact::Cell> = cells.take(SHOWN).collect();
    let path = PathBuf::from("train").join(name).join("copies.png");
    if cells.is_empty() {
        let _ = std::fs::remove_file(op.root.join(&path));
        return Ok(None);
    }
    let row = contact::Row { caption: "training images, and samples that are copies of them".to_owned(), cells };
    save(&contact::draw(&[row]).map_err(Diagnostic::from)?, &op.root.join(&path), Existing::Replace)?;
    Ok(Some(path.display().to_string()))
}

/// What is wrong: errors where no arm passes, else warnings.
fn findings(arms: &[Arm], data: &Data, canvases: usize, memorized: &[Memorized]) -> Vec<Diagnostic> {
    let severity = if arms.iter().any(|arm| arm.passes) { Severity::Warning } else { Severity::Error };
    let mut findings = Vec::new();
    let mut find = |code: &'static str, message: String, hint: String| {
        findings.push(Diagnostic { severity, ..Diagnostic::error(code, message) }.hint(hint));
    };
    if !arms.iter().any(is_nearer) {
        let message = "the run did not learn the style: its samples are not nearer to the data than the base's";
        find("not-learnt", message.to_owned(), reason(arms, data, canvases));
    }
    if let Some(Memorized { sample, image, mirrored, .. }) = memorized.first() {
        let mirrored = if *mirrored { ", mirrored" } else { "" };
        let message = format!("{} samples are copies: `{sample}` shows `{image}`{mirrored}", memorized.len());
        find("memorized", message, "train fewer steps, or on more images".to_owned());
    }
    let leak = arms.iter().filter_map(|arm| Some((arm, arm.leak.filter(|leak| leak.is_one())?)));
    if let Some((arm, Leak { changed, among_seeds })) = leak.max_by_key(|(_, leak)| leak.changed) {
        let at = format!("step {} at {}", arm.step, choice::decimal(arm.strength));
        let message = format!(
            "without the trigger the base changed by {changed} ({at}), more than another seed does ({among_seeds})"
        );
        find("style-leak", message, "train fewer steps, or with a lower rank".to_owned());
    }
    let followed: Vec<Interval> = arms.iter().filter(|arm| arm.step > 0).filter_map(|arm| arm.follows).collect();
    if !followed.is_empty() && followed.into_iter().all(is_chance) {
        // The base may follow its prompts no better: nothing is known of the run then.
        let severity = if arms.iter().any(|arm| arm.unheard) { severity } else { Severity::Warning };
        let message = "samples do not show what their prompts say, more than chance does";
        let hint = "captions may not describe their images: `dgx-pixels dataset audit --verbose` lists them";
        let found = Diagnostic { severity, ..Diagnostic::error("captions-unheard", message) };
        findings.push(found.hint(hint));
    }
    findings
}

/// Why a style was not learnt, most likely.
fn reason(arms: &[Arm], data: &Data, canvases: usize) -> String {
    let learning = || arms.iter().filter(|arm| arm.trigger && arm.step > 0);
    let strongest = learning().max_by_key(|arm| (arm.step, arm.strength));
    let is_too_strong = strongest.is_some_and(|strongest| {
        let base = arms.iter().find(|arm| arm.trigger && arm.step == 0);
        let weaker =
            learning().any(|arm| arm.strength < strongest.strength && arm.distance.high < strongest.distance.low);
        weaker || base.is_some_and(|base| strongest.grid.high < base.grid.low)
    });
    if is_too_strong {
        return "it is too strong: the base's images fall apart; train fewer steps, or with a lower rank".to_owned();
    }
    if canvases < FEW {
        return "it has few images: add more of the same style".to_owned();
    }
    if data.variety() > VARIED {
        return "its images are too varied: train on images of one style, with colours in common".to_owned();
    }
    "train more steps or with a higher rank".to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::arm::tests::arm;
    use super::*;
    use crate::words::compare::Random;

    /// How many of 200 runs are told from the base, of twelve arms with a dozen samples each.
    fn told(effect: i64) -> usize {
        let mut random = Random::new(11);
        let mut noise = || (0..6).map(|_| random.below(101) as i64 - 50).sum::<i64>();
        let mut told = 0;
        for _ in 0..200 {
            let base: Vec<i64> = (0..12).map(|_| 500 + noise()).collect();
            let is_told = (0..12).any(|at| {
                let own: Vec<i64> =
                    base.iter().map(|value| value + noise() + if at == 3 { effect } else { 0 }).collect();
                let gains: Vec<i64> = own.iter().zip(&base).map(|(own, base)| own - base).collect();
                is_nearer(&Arm { gain: Some(Interval::among(&gains, 12)), ..arm(500, 1000, Interval::of(&own)) })
            });
            told += usize::from(is_told);
        }
        told
    }

    #[test]
    fn what_was_not_learnt_is_seldom_told_from_the_base_and_what_was_is() {
        assert!(told(0) <= 20, "{}", told(0));
        assert!(told(-150) >= 160, "{}", told(-150));
    }
}
