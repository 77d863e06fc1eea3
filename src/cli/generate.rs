//! `dgx-pixels generate`: one-off pictures, or a new sprite of the project with `--add`.

use std::path::{Path, PathBuf};

use super::args::{Build, Generate, Global, Wish};
use super::once::{self, Once, Place};
use super::{Exit, add, build, project};
use crate::manifest::edit::NewValue;
use crate::manifest::{MoreAssets, prompts};
use crate::session::Error;
use crate::words::asset::Kind;

/// Generates pictures of one prompt.
pub fn run(global: &Global, args: &Generate) -> anyhow::Result<Exit> {
    let name = args.name.clone().unwrap_or_else(|| prompts::name_of(&args.prompt));
    if args.add {
        return added(global, args, &name);
    }
    let text = tables(args, &name)?;
    let more = MoreAssets { name: "the command line".to_owned(), text, alone: true };
    let place = place(args, &name)?;
    let Wish { backend, profile, .. } = &args.wish;
    once::run(global, Once { more, profile: profile.name(), backend: backend.clone(), place, force: args.force })
}

/// The keys of a sprite that the options ask for.
pub fn keys(wish: &Wish) -> anyhow::Result<Vec<(&'static str, NewValue)>> {
    let given =
        [("size", &wish.size), ("palette", &wish.palette), ("style", &wish.style), ("negative", &wish.negative)];
    let mut keys = Vec::new();
    for (key, text) in given.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
        let value = match (key, palette_file(text)) {
            ("palette", Some(path)) => colors(&path)?,
            _ => prompts::value(key, text).map_err(Error::Usage)?,
        };
        keys.push((key, value));
    }
    Ok(keys)
}

/// A palette is looked for where the command is given, not where the manifest is.
fn palette_file(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    path.is_file().then_some(path)
}

fn colors(path: &Path) -> anyhow::Result<NewValue> {
    let palette = super::process::palette_of(&path.to_string_lossy())?;
    Ok(NewValue::List(palette.colors.iter().map(ToString::to_string).collect()))
}

fn presets(text: &str) -> anyhow::Result<NewValue> {
    Ok(prompts::value("preset", text).map_err(Error::Usage)?)
}

fn tables(args: &Generate, name: &str) -> anyhow::Result<String> {
    let common = keys(&args.wish)?;
    let mut list = Vec::new();
    for number in 0..args.count {
        let name = if args.count == 1 { name.to_owned() } else { format!("{name}-{}", number + 1) };
        let mut keys = vec![("preset", presets(&args.preset)?), ("prompt", NewValue::Text(args.prompt.clone()))];
        if let Some(seed) = args.seed {
            let seed = i64::try_from(seed).ok().and_then(|seed| seed.checked_add(number.into()));
            let seed = seed.ok_or_else(|| project::usage("the seed is too large", "seeds are 0 to 2^63-1"))?;
            keys.push(("seed", NewValue::Number(seed)));
        }
        list.push(prompts::Prompt { line: 1, name, keys });
    }
    Ok(prompts::tables(&list, &common))
}

fn place(args: &Generate, name: &str) -> anyhow::Result<Place> {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("."));
    let is_file = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) && !out.is_dir();
    if is_file && args.count > 1 {
        let message = format!("`{}` is one file for {} pictures", out.display(), args.count);
        return Err(project::usage(message, format!("name a folder; the pictures become {name}-1.png ..")));
    }
    if !is_file && out.is_file() {
        return Err(project::usage(
            format!("`{}` is a file that is no PNG", out.display()),
            "`--out` names a folder or a `.png` file",
        ));
    }
    Ok(Box::new(move |name| if is_file { out.clone() } else { out.join(format!("{name}.png")) }))
}

/// A new sprite in the manifest, made at once.
fn added(global: &Global, args: &Generate, name: &str) -> anyhow::Result<Exit> {
    let mut keys = vec![("preset", presets(&args.preset)?), ("prompt", NewValue::Text(args.prompt.clone()))];
    keys.extend(self::keys(&args.wish)?);
    if args.count > 1 {
        keys.push(("candidates", NewValue::Number(args.count.into())));
    }
    if let Some(seed) = args.seed {
        let seed = i64::try_from(seed).map_err(|_| project::usage("the seed is too large", "seeds are 0 to 2^63-1"))?;
        keys.push(("seed", NewValue::Number(seed)));
    }
    let root = project::root(global)?;
    add::write(global, &root, Kind::Sprite, name, &keys)?;
    build::run(global, &Build::of(vec![format!("sprite:{name}")], args.wish.profile.clone()))
}
