//! Training runs.

use super::Context;
use super::gather::Gathered;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawTrain};
use crate::words::train::{Train, TrainData};

/// The base model, unless a run names another.
const BASE: &str = "sd_xl_base_1.0.safetensors";
/// The sides of canvases are multiples of this.
const STEP: u32 = 64;
/// Subcommands of `train`.
const RESERVED: [&str; 4] = ["adopt", "compare", "help", "prove"];

/// Checks all runs, sorted by name.
pub(super) fn check(gathered: &Gathered, cx: &mut Context<'_>) -> Vec<Train> {
    let mut trains: Vec<Train> = gathered.trains.iter().filter_map(|(name, raw)| train(name, raw, cx)).collect();
    trains.sort_by(|a, b| a.name.cmp(&b.name));
    trains
}

fn train(name: &At<String>, raw: &RawTrain, cx: &mut Context<'_>) -> Option<Train> {
    if let Some(reserved) = RESERVED.iter().find(|reserved| **reserved == name.value) {
        let problem = Problem::error("reserved-name", name.span, format!("no run can be called `{reserved}`"));
        cx.report(problem.help(format!("`train {reserved}` is a command")));
    }
    let data = data(name, raw, cx)?;
    if let Some(trigger) = &raw.trigger
        && (trigger.is_empty() || !trigger.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'))
    {
        let problem = Problem::error("bad-trigger", trigger.span, format!("`{}` is not one word", trigger.value));
        cx.report(problem.help("a rare word is best, such as `dgxpx_house`"));
    }
    let resolution = raw.resolution.as_ref().map_or(1024, |n| n.value.u32());
    if let Some(given) = raw.resolution.as_ref().filter(|_| !resolution.is_multiple_of(STEP)) {
        let problem = Problem::error("out-of-range", given.span, format!("{resolution} is no multiple of {STEP}"));
        cx.report(problem.help("SDXL is trained at 1024"));
    }
    let prompts = raw.prompts.iter().flat_map(|prompts| &prompts.value.0).map(|prompt| prompt.value.clone());
    Some(Train {
        name: name.value.clone(),
        data,
        base: raw.base.as_ref().map_or_else(|| BASE.to_owned(), |base| base.value.clone()),
        trigger: raw.trigger.as_ref().map(|trigger| trigger.value.clone()),
        steps: raw.steps.as_ref().map_or(2000, |n| n.value.u32()),
        rank: raw.rank.as_ref().map_or(16, |n| n.value.u32()),
        batch: raw.batch.as_ref().map_or(1, |n| n.value.u32()),
        resolution,
        hold_out: raw.hold_out.as_ref().map_or(100, |share| share.value.0 as u32),
        seed: raw.seed.as_ref().map_or(42, |n| n.value.u32()),
        prompts: prompts.take(16).collect(),
    })
}

/// The images: a folder, or sprites of the project.
fn data(name: &At<String>, raw: &RawTrain, cx: &mut Context<'_>) -> Option<TrainData> {
    let from: Vec<String> = raw.from.iter().flat_map(|from| &from.value.0).map(|target| target.value.clone()).collect();
    match (&raw.data, from.is_empty()) {
        (Some(data), true) => Some(TrainData::Folder(cx.relative(data, data.span)?)),
        (None, false) => Some(TrainData::From(from)),
        (None, true) => {
            let problem = Problem::error("missing-key", name.span, format!("`{}` has no `data`", name.value));
            cx.report(problem.help("write `data = \"art\"`, the folder of the images, or `from = \"tag:hero\"`"));
            None
        }
        (Some(data), false) => {
            let message = format!("`{}` has both `data` and `from`", name.value);
            cx.report(Problem::error("data-and-from", data.span, message).help("remove one of them"));
            None
        }
    }
}
