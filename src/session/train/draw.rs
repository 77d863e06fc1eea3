//! The samples of a proof, drawn by the worker: prompts of held-out images first, each with and without the trigger.

use std::path::{Path, PathBuf};

use super::log;
use super::process::connect_or_start;
use super::run::{Ready, held_out, plain_prompts, reap};
use super::{OnEvent, TrainEvent, failed};
use crate::generate::worker::{Flow, Followed, folder};
use crate::session::{Error, Operation, Result};
use crate::words::digest::Encoder;
use crate::words::train::{JobPhase, ProofSpec, SavedLora, TrainSpec};

/// So many prompts are drawn.
const PROMPTS: usize = 6;

/// How a run is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProveOptions {
    /// Draws what is missing, in the worker; without it the samples that are there are judged.
    pub draw: bool,
    /// Seeds of each prompt.
    pub seeds: u32,
    /// Strengths of the LoRA, per mille.
    pub strengths: Vec<u32>,
}

/// Draws what a proof lacks; returns the folder of its samples, if there is one.
pub(super) fn draw(op: &Operation, ready: &Ready, options: &ProveOptions, on: OnEvent<'_>) -> Result<Option<PathBuf>> {
    let Some((job, spec)) = spec(ready, options) else { return Ok(None) };
    let out = PathBuf::from(&spec.out);
    if !options.draw || out.join("samples.json").is_file() {
        return Ok(out.is_dir().then_some(out));
    }
    let _cancelled = op.cancel.on_cancel(|| {});
    let mut started = connect_or_start(false, op.cancel)?;
    on(&TrainEvent::Worker { version: &started.hello.version, device: &started.hello.device });
    let submitted = started.worker.submit(&job, &spec).map_err(failed)?;
    let mut since = submitted.last_seq;
    if !submitted.state.is_over() {
        let idle = || if op.cancel.is_cancelled() { Flow::Leave } else { Flow::Continue };
        let followed = started.worker.follow(&job, &mut since, &mut |event| on(&TrainEvent::Job(event)), &idle);
        if followed.map_err(failed)? == Followed::Left {
            let _ = started.worker.cancel(&job, true);
            return Err(Error::Cancelled);
        }
    }
    let status = started.worker.status(&job).map_err(failed)?;
    match status.state {
        JobPhase::Done => Ok(Some(out)),
        JobPhase::Cancelled => Err(Error::Cancelled),
        state => {
            reap(&mut started);
            let why = status.error.map_or_else(|| state.word().to_owned(), |error| error.msg);
            let diagnostic = crate::words::diagnostic::Diagnostic::error(
                "train-failed",
                format!("the samples cannot be drawn: {why}"),
            );
            Err(Error::Failed(diagnostic.hint(format!(
                "`{}/stderr.log` has what the worker wrote; sockets: {}",
                out.display(),
                folder().display()
            ))))
        }
    }
}

/// The job that draws: the same LoRAs, prompts and seeds are the same job. `None` if there is nothing to draw.
fn spec(ready: &Ready, options: &ProveOptions) -> Option<(String, TrainSpec)> {
    let loras = log::loras(Path::new(&ready.spec.out), &ready.spec);
    let loras: Vec<SavedLora> = loras.into_iter().map(|(step, path)| SavedLora { step, path }).collect();
    let trigger = &ready.plan.trigger;
    let mut plain = held_out(&ready.data);
    plain.extend(plain_prompts(&ready.run).filter(|prompt| !plain.contains(prompt)).collect::<Vec<_>>());
    plain.truncate(PROMPTS);
    if loras.is_empty() || plain.is_empty() {
        return None;
    }
    let seeds = ready.spec.seed..ready.spec.seed.saturating_add(options.seeds);
    let pairs = seeds.flat_map(|seed| {
        plain.iter().flat_map(move |plain| [(format!("{trigger}, {plain}"), seed), (plain.clone(), seed)])
    });
    let (prompts, seeds): (Vec<String>, Vec<u32>) = pairs.unzip();
    let mut encoder = Encoder::new("dgx-pixels proof v1");
    encoder.text(&ready.plan.job);
    loras.iter().for_each(|lora| {
        encoder.uint(lora.step.into());
    });
    options.strengths.iter().for_each(|strength| {
        encoder.uint((*strength).into());
    });
    for (prompt, seed) in prompts.iter().zip(&seeds) {
        encoder.text(prompt).uint((*seed).into());
    }
    let digest = encoder.finish().to_string();
    let prefix = ready.plan.job.rsplit_once('-').map_or(ready.plan.job.as_str(), |(prefix, _)| prefix);
    let job = format!("{prefix}-{}", &digest[..16]);
    let out = Path::new(&ready.spec.out).with_file_name(&job);
    let proof = ProofSpec { loras, strengths: options.strengths.clone() };
    let spec = TrainSpec { out: out.display().to_string(), prompts, seeds, proof: Some(proof), ..ready.spec.clone() };
    Some((job, spec))
}
