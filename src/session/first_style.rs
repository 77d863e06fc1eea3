//! The style of a new project: chosen from the model files that a server has.

use std::path::Path;

use crate::generate::comfyui::{Look, Looked, look};
use crate::manifest::{self, edit::quoted};
use crate::words::style::Style;

/// Words in the names of checkpoints of the SDXL family.
const SDXL: [&str; 6] = ["xl", "pony", "illustrious", "noob", "animagine", "juggernaut"];
/// Words in the names of checkpoints that draw no image from a prompt alone.
const OTHER_USE: [&str; 4] = ["refiner", "inpaint", "svd", "video"];
/// Words in the names of SD 1.x checkpoints, which draw on smaller canvases.
const SMALL: [&str; 4] = ["sd15", "v1-5", "sd-v1", "1.5"];

/// Models for a new project, and where they were found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FirstStyle {
    /// The server that has them; `None` if none answers.
    pub(super) server: Option<String>,
    /// Lines of the manifest; empty where the built-in style fits.
    pub(super) text: String,
    /// Profiles of the manifest whose models are there.
    pub(super) profiles: String,
    /// The chosen files, with the folder below ComfyUI's `models/`.
    pub(super) chosen: Vec<String>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

/// Asks the servers of a folder's settings, or of the environment, what they have.
pub(super) fn first_style(folder: &Path, profiles: &str) -> FirstStyle {
    let servers = manifest::local_settings(Some(folder)).servers;
    let looks = look(&servers).unwrap_or_default();
    let found = looks.iter().find_map(|look| Some((look, look.answer.as_ref().ok()?)));
    match found {
        Some((Look { address, .. }, looked)) => of(address, looked, profiles),
        None => {
            let said = looks.iter().map(|look| match &look.answer {
                Err(error) => format!("server `{}`: {error}", look.address),
                Ok(_) => String::new(),
            });
            let notes = said
                .chain(["the manifest has the default models; `dgx-pixels doctor --models` says where to get them"
                    .to_owned()]);
            FirstStyle { profiles: profiles.to_owned(), notes: notes.collect(), ..FirstStyle::default() }
        }
    }
}

/// The models of one server.
struct Models<'a>(&'a Looked);

impl Models<'_> {
    /// The files of a folder that a manifest can name.
    fn files(&self, folder: &str) -> Vec<&str> {
        let plain = |file: &&str| !file.contains("..") && !file.chars().any(char::is_control);
        self.0.known.models.get(folder).into_iter().flatten().map(String::as_str).filter(plain).collect()
    }

    /// A file by its name, in whatever folder.
    fn named(&self, folder: &str, name: &str) -> Option<&str> {
        self.files(folder).into_iter().find(|file| file.replace('\\', "/").rsplit('/').next() == Some(name))
    }

    /// The first file whose name has one of the words, and none of the others.
    fn with(&self, folder: &str, words: &[&str], without: &[&str]) -> Option<&str> {
        let has = |file: &str, words: &[&str]| words.iter().any(|word| file.to_lowercase().contains(word));
        self.files(folder).into_iter().find(|file| has(file, words) && !has(file, without))
    }
}

fn of(address: &str, looked: &Looked, profiles: &str) -> FirstStyle {
    let (models, usual) = (Models(looked), Style::built_in());
    let server = Some(address.to_owned());
    let all = models.files("checkpoints");
    let by_name = models.named("checkpoints", &usual.checkpoint.file);
    let sdxl = by_name.or_else(|| models.with("checkpoints", &SDXL, &OTHER_USE));
    let other = || all.iter().copied().find(|file| !OTHER_USE.iter().any(|word| file.to_lowercase().contains(word)));
    let Some(checkpoint) = sdxl.or_else(other) else {
        let note = format!(
            "`{address}` has no checkpoint that draws from a prompt: the manifest has the default models; `dgx-pixels doctor \
             --models` says where to get them"
        );
        return FirstStyle { server, profiles: profiles.to_owned(), notes: vec![note], ..FirstStyle::default() };
    };
    let is_sdxl = sdxl.is_some();
    let (mut notes, mut chosen) = (Vec::new(), vec![format!("checkpoints/{checkpoint}")]);
    let vae = usual.vae.as_ref().and_then(|vae| models.named("vae", &vae.file)).filter(|_| is_sdxl);
    chosen.extend(vae.map(|vae| format!("vae/{vae}")));
    let lora = |name: &str| models.named("loras", name).filter(|_| is_sdxl);
    let speed = lora(&usual.loras[0].model.file);
    let pixel = || models.with("loras", &["pixel"], &["sd15", "1.5", "flux", "sd3", "qwen", "wan"]).filter(|_| is_sdxl);
    let pixel = lora(&usual.loras[1].model.file).or_else(pixel);
    let loras: Vec<(&str, &str)> =
        [speed.map(|file| (file, "1.0")), pixel.map(|file| (file, "1.2"))].into_iter().flatten().collect();
    chosen.extend(loras.iter().map(|(file, _)| format!("loras/{file}")));
    if !is_sdxl {
        notes.push(format!("`{checkpoint}` is not of the SDXL family by its name: LoRAs and profiles were left out"));
    } else if pixel.is_none() {
        notes.push(format!(
            "`{address}` has no LoRA for pixel art: `dgx-pixels doctor --models -C DIR` names one with its licence, \
             `{}`",
            usual.loras[1].model.file
        ));
    }
    let is_usual = by_name == Some(&*usual.checkpoint.file)
        && vae == usual.vae.as_ref().map(|vae| vae.file.as_str())
        && loras.iter().map(|(file, _)| *file).eq(usual.loras.iter().map(|lora| lora.model.file.as_str()));
    let text = if is_usual {
        String::new()
    } else {
        let list: Vec<String> =
            loras.iter().map(|(file, weight)| format!("{{ file = {}, weight = {weight} }}", quoted(file))).collect();
        let [steps, cfg, sampler, scheduler] = if speed.is_some() {
            ["8", "1.5", "lcm", "sgm_uniform"]
        } else {
            // Without a LoRA that saves steps.
            ["28", "6.0", "dpmpp_2m", "karras"]
        };
        let small = !is_sdxl && SMALL.iter().any(|word| checkpoint.to_lowercase().contains(word));
        let canvas = if small { "canvas = [512, 512]\n" } else { "" };
        format!(
            "\n# What {address} had when this project was created.\n[style.default]\ncheckpoint = {}\nvae = {}\nloras = \
             [{}]\n{canvas}steps = {steps}\ncfg = {cfg}\nsampler = \"{sampler}\"\nscheduler = \"{scheduler}\"\n",
            quoted(checkpoint),
            quoted(vae.unwrap_or("none")),
            list.join(", ")
        )
    };
    let (profiles, left) = if is_sdxl { profiles_of(&models, profiles) } else { (String::new(), Vec::new()) };
    if !left.is_empty() {
        notes.push(format!("profiles whose LoRAs `{address}` lacks were left out: {}", left.join(", ")));
    }
    FirstStyle { server, text, profiles, chosen, notes }
}

/// The profiles whose files the server has, with their names there; and the names of the others.
fn profiles_of(models: &Models<'_>, profiles: &str) -> (String, Vec<String>) {
    let (mut kept, mut left) = (String::new(), Vec::new());
    for block in profiles.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let name = block.split("[profile.").nth(1).and_then(|rest| rest.split('.').next()).unwrap_or_default();
        let files: Vec<&str> = block.split('"').filter(|text| text.ends_with(".safetensors")).collect();
        let there: Option<Vec<(&str, &str)>> =
            files.iter().map(|file| Some((*file, models.named("loras", file)?))).collect();
        match there {
            Some(there) => {
                let named = there.into_iter().fold(block.to_owned(), |block, (file, there)| {
                    block.replace(&format!("\"{file}\""), &quoted(there))
                });
                kept.push_str(&format!("\n{named}\n"));
            }
            None => left.push(format!("`{name}`")),
        }
    }
    (kept, left)
}
