//! `dgx-pixels batch`: a list of prompts becomes a folder of pictures.

use std::path::Path;

use anyhow::Context;

use super::args::{Batch, Global};
use super::once::{self, Once};
use super::{Exit, generate, project};
use crate::manifest::prompts;
use crate::manifest::{MoreAssets, prompts::Prompt};
use crate::session::Error;

/// Larger lists are no lists that a person wrote.
const LARGEST: u64 = 256 << 20;

/// Generates every picture of a list; what is there already is not asked for again.
pub fn run(global: &Global, args: &Batch) -> anyhow::Result<Exit> {
    if args.out.exists() && !args.out.is_dir() {
        let message = format!("`{}` is not a folder", args.out.display());
        return Err(project::usage(message, "`--out` names the folder for the pictures"));
    }
    let name = args.file.display().to_string();
    let text = text(&args.file, args)?;
    if text.is_empty() {
        return Err(project::usage(format!("`{name}` has no prompts"), "write a prompt a line, or `name: prompt`"));
    }
    let out = args.out.clone();
    let wish = &args.wish;
    let once = Once {
        more: MoreAssets { name, text, alone: true },
        profile: wish.profile.name(),
        backend: wish.backend.clone(),
        place: Box::new(move |name| out.join(format!("{name}.png"))),
        force: args.force,
    };
    once::run(global, once)
}

/// The list as tables of a manifest.
fn text(file: &Path, args: &Batch) -> anyhow::Result<String> {
    let shown = file.display();
    let length = std::fs::metadata(file).map(|file| file.len());
    let length = length
        .map_err(|error| project::usage(format!("`{shown}` cannot be read: {error}"), "name a list of prompts"))?;
    if length > LARGEST {
        return Err(project::usage(format!("`{shown}` has more than 256 MiB"), "split the list"));
    }
    let bytes = std::fs::read(file).with_context(|| format!("`{shown}` cannot be read"))?;
    let shown = shown.to_string();
    let text = prompts::decode(&shown, &bytes).map_err(Error::Usage)?;
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let list: Vec<Prompt> = match extension.as_deref() {
        // The tables of a manifest say all that a manifest can say.
        Some("toml") => return Ok(text.to_owned()),
        Some("csv") => prompts::csv(&shown, text),
        _ => prompts::lines(&shown, text),
    }
    .map_err(Error::Usage)?;
    let mut common = generate::keys(&args.wish)?;
    if let Some(preset) = &args.preset {
        let preset = prompts::value("preset", preset).map_err(Error::Usage)?;
        common.push(("preset", preset));
    }
    Ok(prompts::tables(&list, &common))
}
