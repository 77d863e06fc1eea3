//! `train adopt`: the LoRA that a proof chose becomes part of a style.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::run::{Ready, deliver, ready};
use super::{choice, log};
use crate::manifest::adoption::{self, LoraAdoption, Sweep};
use crate::plain_file;
use crate::plan::Planner;
use crate::session::compare::{Swept, cost, write_arms};
use crate::session::{Consent, Error, Look, Operation, Options, Result, edited_files};

/// What is adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdoptOptions {
    /// The style: `default`, or a named one.
    pub style: String,
    /// Another step than the proof's choice.
    pub step: Option<u32>,
    /// Another strength, per mille.
    pub strength: Option<u32>,
    /// Nothing is written.
    pub dry_run: bool,
}

/// What was adopted, or would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdoptedLora {
    /// The run.
    pub name: String,
    /// The step.
    pub step: u32,
    /// The strength, per mille.
    pub strength: u32,
    /// The file, as the style names it.
    pub lora: String,
    /// Where the file is.
    pub path: String,
    /// Whether it lies in ComfyUI's folder.
    pub installed: bool,
    /// The style that was changed.
    pub style: String,
    /// The file of the manifest.
    pub file: String,
    /// The evidence, as the comment has it.
    pub because: String,
    /// Images that a build generates with it and would not have without.
    pub generate: usize,
    /// Nothing was written.
    pub dry_run: bool,
}

/// What is read of `train/NAME/proof.json`.
#[derive(Deserialize)]
struct Proven {
    job: String,
    passes: bool,
    choice: Option<Chosen>,
    #[serde(default)]
    arms: Vec<ProvenArm>,
}

#[derive(Deserialize)]
struct Chosen {
    step: u32,
    strength: u32,
    says: String,
}

#[derive(Deserialize)]
struct ProvenArm {
    step: u32,
    strength: u32,
    trigger: bool,
    passes: bool,
    distance: Mean,
}

#[derive(Deserialize)]
struct Mean {
    mean: i64,
}

fn proven(op: &Operation, name: &str) -> Option<Proven> {
    let path = PathBuf::from("train").join(name).join("proof.json");
    let text = plain_file::read_own_text(&op.root.join(path), plain_file::LONGEST_OWN).ok()?;
    serde_json::from_str(&text).ok()
}

/// Writes the LoRA and its strength into a style, and the trigger into its prompt; comments and order stay.
///
/// # Errors
/// `not-proven`: no proof supports it, and there is no consent; `no-lora`: the LoRA of the step is not on this machine.
pub fn adopt(op: &Operation, name: &str, options: &AdoptOptions, consent: Consent) -> Result<AdoptedLora> {
    let ready = ready(op, name)?;
    let proven = proven(op, name).filter(|proven| proven.job == ready.plan.job);
    let (step, strength, because) = wanted(&ready, proven.as_ref(), options, consent)?;
    let loras = log::loras(Path::new(&ready.spec.out), &ready.spec);
    let Some(path) = loras.get(&step) else {
        let saved: Vec<String> = loras.keys().map(u32::to_string).collect();
        let hint = match saved.is_empty() {
            true => format!("train it with `dgx-pixels train {name}`"),
            false => format!("LoRAs were kept of steps {}", saved.join(", ")),
        };
        return Err(Error::usage("no-lora", format!("the LoRA of step {step} is not on this machine"), hint));
    };
    let _lock = if options.dry_run { None } else { Some(op.lock("train adopt")?) };
    let lora = file_name(&ready, step);
    let (workspace, state) = op.open(Options::default(), Look::Lock)?;
    let adoption = LoraAdoption {
        style: &options.style,
        run: name,
        file: &lora,
        weight: strength,
        trigger: &ready.plan.trigger,
        because: &because,
    };
    let edited = adoption::adopt_lora(&workspace.loaded, &adoption).map_err(Error::Usage)?;
    let before = Planner::new(&workspace.manifest, &workspace.inputs).plan(&state).requests().count();
    let generate = cost(op, &edited, before)?;
    let mut place = path.clone();
    if !options.dry_run {
        place = deliver(&ready, Path::new(path), &lora)?;
        edited_files::write(op, [&edited])?;
    }
    Ok(AdoptedLora {
        name: name.to_owned(),
        step,
        strength,
        installed: place != *path,
        path: place,
        lora,
        style: options.style.clone(),
        file: edited.path.to_string_lossy().into_owned(),
        because,
        generate,
        dry_run: options.dry_run,
    })
}

/// The name of a LoRA in ComfyUI's folder.
fn file_name(ready: &Ready, step: u32) -> String {
    let name = &ready.run.name;
    if step == ready.spec.steps { format!("{name}.safetensors") } else { format!("{name}-{step:06}.safetensors") }
}

/// Step, strength and evidence; refused where the proof says something else, or nothing.
fn wanted(
    ready: &Ready,
    proven: Option<&Proven>,
    options: &AdoptOptions,
    consent: Consent,
) -> Result<(u32, u32, String)> {
    let name = &ready.run.name;
    let chosen =
        proven.and_then(|proven| proven.choice.as_ref()).filter(|_| proven.is_some_and(|proven| proven.passes));
    let step = options.step.or(chosen.map(|chosen| chosen.step)).unwrap_or(ready.spec.steps);
    let strength = options.strength.or(chosen.map(|chosen| chosen.strength)).unwrap_or(1000);
    let is_choice = chosen.filter(|chosen| (chosen.step, chosen.strength) == (step, strength));
    if let Some(chosen) = is_choice {
        return Ok((step, strength, format!("[train.{name}]: {}", chosen.says)));
    }
    let passes = |arm: &&ProvenArm| arm.trigger && arm.passes && (arm.step, arm.strength) == (step, strength);
    let arm = proven.and_then(|proven| proven.arms.iter().find(passes));
    let at = format!("step {step} at {}", choice::decimal(strength));
    let why = match (proven, arm) {
        (Some(_), Some(arm)) => {
            return Ok((step, strength, format!("[train.{name}]: {at}, which passes: distance {}", arm.distance.mean)));
        }
        (None, _) => format!("the run `{name}` has no proof"),
        (Some(_), None) => format!("the proof of `{name}` does not support {at}"),
    };
    if consent == Consent::Given {
        return Ok((step, strength, format!("[train.{name}]: {at}, {why}")));
    }
    let hint = format!("`dgx-pixels train prove {name}` judges it; `--yes` adopts it all the same");
    Err(Error::usage("not-proven", why, hint))
}

/// So many steps and strengths are compared with the base.
const ARMS: usize = 4;

/// Writes `[compare.NAME]`: the present style against the steps and strengths of a proof that are nearest to the data, those
/// that pass first. People decide by `compare vote`.
///
/// # Errors
/// `not-proven`: there is no proof; `no-lora`; as of `compare sweep`.
pub fn compare_arms(op: &Operation, name: &str, slots: &[String], dry_run: bool) -> Result<Swept> {
    let ready = ready(op, name)?;
    let Some(proven) = proven(op, name).filter(|proven| proven.job == ready.plan.job) else {
        let hint = format!("`dgx-pixels train prove {name}` makes one");
        return Err(Error::usage("not-proven", format!("the run `{name}` has no proof"), hint));
    };
    let loras = log::loras(Path::new(&ready.spec.out), &ready.spec);
    let mut arms: Vec<&ProvenArm> =
        proven.arms.iter().filter(|arm| arm.trigger && arm.step > 0 && loras.contains_key(&arm.step)).collect();
    let choice = proven.choice.as_ref().map(|chosen| (chosen.step, chosen.strength));
    arms.sort_by_key(|arm| (Some((arm.step, arm.strength)) != choice, !arm.passes, arm.distance.mean));
    arms.truncate(ARMS);
    if arms.is_empty() {
        return Err(Error::usage("no-lora", format!("no LoRA of `{name}` is on this machine"), "train it here"));
    }
    let mut files = Vec::new();
    for arm in &arms {
        let file = file_name(&ready, arm.step);
        if let Some(path) = loras.get(&arm.step).filter(|_| !dry_run) {
            deliver(&ready, Path::new(path), &file)?;
        }
        files.push((file, arm.strength));
    }
    let trigger = Some(ready.plan.trigger.as_str());
    write_arms(op, &Sweep { comparison: name, slots, style: "default", loras: &files, trigger }, dry_run)
}
