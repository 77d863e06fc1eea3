//! Where the worker's model files are on this machine, and what it is asked to draw with them.

use std::path::{Path, PathBuf};

use super::message::{Drawing, DrawnLora};
use crate::words::ask::WorkerAsk;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::style::Model;
use crate::words::train::Hello;

/// The folders in which model files are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Models<'a> {
    /// The project: names may be paths in it.
    pub root: &'a Path,
    /// ComfyUI's folder of models, if it is on this machine.
    pub models: Option<&'a Path>,
}

impl Models<'_> {
    /// A file, or a folder of diffusers, by its path in the project or its name in a folder of ComfyUI.
    pub fn find(&self, folder: &str, name: &str) -> Option<PathBuf> {
        let places = [Some(self.root.join(name)), self.models.map(|models| models.join(folder).join(name))];
        places.into_iter().flatten().find_map(|place| std::fs::canonicalize(place).ok())
    }

    /// The folder with the vocabulary of CLIP, which a base of one file does not have: beside it, or ComfyUI's own.
    pub fn tokenizers(&self, base: &Path) -> Option<PathBuf> {
        let comfyui = self.models.and_then(Path::parent).map(|folder| folder.join("comfy/sd1_tokenizer"));
        let beside = base.parent().map(|folder| folder.join("tokenizer"));
        let is_there = |folder: &PathBuf| folder.join("vocab.json").is_file();
        [beside, comfyui].into_iter().flatten().find(is_there)
    }

    /// What the worker is asked for, or everything that is missing for it.
    ///
    /// # Errors
    /// Model files are missing.
    pub fn drawing(&self, ask: &WorkerAsk, seed: u64, out: &Path) -> Result<Drawing, Vec<Diagnostic>> {
        let mut missing = Vec::new();
        let mut found = |folder: &str, model: &Model| match self.find(folder, &model.file) {
            Some(path) => path.display().to_string(),
            None => {
                missing.push(self.missing(folder, &model.file));
                String::new()
            }
        };
        let style = &ask.style;
        let base = found("checkpoints", &style.checkpoint);
        let vae = style.vae.as_ref().map(|vae| found("vae", vae));
        let loras = style
            .loras
            .iter()
            .map(|lora| DrawnLora { path: found("loras", &lora.model), weight: f64::from(lora.weight) / 1000.0 });
        let loras = loras.collect();
        let tokenizers = self.tokenizers(Path::new(&base));
        if !base.is_empty() && Path::new(&base).is_file() && tokenizers.is_none() {
            missing.push(no_tokenizer(&style.checkpoint.file));
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        Ok(Drawing {
            base,
            vae,
            tokenizers: tokenizers.map(|folder| folder.display().to_string()),
            prompt: ask.prompt.clone(),
            negative: ask.negative.clone(),
            seed,
            steps: style.steps,
            cfg: f64::from(style.cfg) / 1000.0,
            w: style.canvas[0],
            h: style.canvas[1],
            sampler: style.sampler.clone(),
            scheduler: style.scheduler.clone(),
            loras,
            out_dir: out.display().to_string(),
        })
    }

    fn missing(&self, folder: &str, file: &str) -> Diagnostic {
        let message = format!("the file \"{file}\" is not on this machine, where the worker draws");
        let hint = match self.models {
            Some(models) => format!(
                "put it into `{}`; `dgx-pixels doctor --models` says where to get it",
                models.join(folder).display()
            ),
            None => format!(
                "`models` in `pixels.local.toml` is ComfyUI's folder of models, with the file in `{folder}`; \
                 it may also be a path in the project"
            ),
        };
        Diagnostic::error("missing-model", message).hint(hint).about(Subject::File(format!("models/{folder}/{file}")))
    }
}

fn no_tokenizer(file: &str) -> Diagnostic {
    let message = format!("the tokenizer of CLIP is missing, which `{file}` does not have");
    let hint = "put `vocab.json` and `merges.txt` into a folder `tokenizer` beside it; ComfyUI has them in \
                `comfy/sd1_tokenizer`";
    Diagnostic::error("no-tokenizer", message).hint(hint)
}

/// Why a worker cannot draw or train for this version, if it is of another one.
pub fn other_version(hello: &Hello) -> Option<Diagnostic> {
    const OURS: &str = env!("CARGO_PKG_VERSION");
    if hello.version == OURS && hello.caps.iter().any(|cap| cap == "generate") {
        return None;
    }
    let message = format!("the worker that runs has version {}, and this is {OURS}", hello.version);
    let hint = "end it with `dgx-pixels worker stop`, and install this version with `dgx-pixels worker install`";
    Some(Diagnostic::error("worker-version", message).hint(hint))
}
