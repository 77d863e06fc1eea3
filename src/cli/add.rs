//! `dgx-pixels add`: one more asset in pixels.toml, its comments kept.

use std::path::Path;

use anyhow::Context;

use super::args::{Add, AddKind, Global};
use super::{Exit, project, style};
use crate::manifest::edit::{self, NewValue};
use crate::manifest::{self, LoadOptions, MoreAssets, prompts};
use crate::session::Error;
use crate::store::write_whole;
use crate::words::asset::Kind;

/// Appends an asset; nothing is built.
pub fn run(global: &Global, args: &Add) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let mut keys: Vec<(&str, NewValue)> = Vec::new();
    if let Some(preset) = &args.preset {
        keys.push(("preset", typed("preset", preset)?));
    }
    if let Some(prompt) = &args.prompt {
        keys.push(("prompt", NewValue::Text(prompt.clone())));
    }
    for (key, value) in [("of", &args.of), ("over", &args.over), ("action", &args.action), ("layout", &args.layout)] {
        if let Some(value) = value {
            keys.push((key, NewValue::Text(value.clone())));
        }
    }
    for (key, text) in [("size", &args.size), ("palette", &args.palette), ("style", &args.style)] {
        if let Some(text) = text {
            keys.push((key, typed(key, text)?));
        }
    }
    let numbers = [("frames", args.frames), ("candidates", args.candidates), ("directions", args.directions)];
    keys.extend(numbers.into_iter().filter_map(|(key, number)| Some((key, NewValue::Number(number?.into())))));
    write(global, &root, kind(args.kind), &args.name, &keys)?;
    Ok(Exit::Success)
}

fn typed(key: &str, text: &str) -> anyhow::Result<NewValue> {
    Ok(prompts::value(key, text).map_err(Error::Usage)?)
}

fn kind(kind: AddKind) -> Kind {
    match kind {
        AddKind::Sprite => Kind::Sprite,
        AddKind::Animation => Kind::Animation,
        AddKind::Texture => Kind::Texture,
        AddKind::Tileset => Kind::Tileset,
    }
}

/// Appends an asset to pixels.toml once it is known that the manifest is right with it.
pub fn write(global: &Global, root: &Path, kind: Kind, name: &str, keys: &[(&str, NewValue)]) -> anyhow::Result<()> {
    let more = MoreAssets { name: "the new asset".to_owned(), text: edit::table(kind, name, keys), alone: false };
    let options = LoadOptions { more: Some(more), ..crate::session::load_options(None) };
    manifest::load(root, &options).map_err(crate::session::Error::from)?;
    let path = root.join("pixels.toml");
    let text = std::fs::read_to_string(&path).context("cannot read `pixels.toml`")?;
    write_whole(&path, edit::add(&text, kind, name, keys).as_bytes(), "manifest")
        .context("cannot write `pixels.toml`")?;
    if !global.quiet {
        style::out(&format!("added [{kind}.{name}] to pixels.toml"));
    }
    Ok(())
}
