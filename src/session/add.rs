//! Appends an asset to `pixels.toml`; its comments and its order stay.

use super::{Error, Operation, Result, load_options};
use crate::manifest::edit::{self, NewValue};
use crate::manifest::{self, LoadOptions, MoreAssets, prompts};
use crate::plain_file::{self, LONGEST_TEXT};
use crate::store::write_in_project;
use crate::words::asset::Kind;
use crate::words::event::{Added, Event};
use crate::words::file_error::FileResult;

/// An asset that the manifest does not have yet. Texts are written as on a command line: `32x48`, `item,icon`,
/// `#1a1c2c,#5d275d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsset {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// One preset, or several with commas.
    pub preset: Option<String>,
    /// What the image shows.
    pub prompt: Option<String>,
    /// The sprite of an animation, the texture of a tileset.
    pub of: Option<String>,
    /// The texture that a tileset lies over.
    pub over: Option<String>,
    /// What an animation shows.
    pub action: Option<String>,
    /// The layout of a tileset.
    pub layout: Option<String>,
    /// The frame in logical pixels.
    pub size: Option<String>,
    /// A palette by name, a file of the project, or colours.
    pub palette: Option<String>,
    /// A style of the manifest.
    pub style: Option<String>,
    /// What the image does not show.
    pub negative: Option<String>,
    /// Frames of an animation.
    pub frames: Option<u32>,
    /// Images to choose from.
    pub candidates: Option<u32>,
    /// Views of a sprite: 4 or 8.
    pub directions: Option<u32>,
    /// The first candidate's seed.
    pub seed: Option<u64>,
    /// Frames a second of an animation.
    pub fps: Option<u32>,
    /// A recipe of the manifest.
    pub recipe: Option<String>,
    /// An image that it starts from: a file of the project, or an asset.
    pub reference: Option<String>,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// Axes with their values, each as `color=red,blue`.
    pub matrix: Vec<String>,
    /// Directions and those that they mirror, each as `w=e`.
    pub mirror: Vec<String>,
    /// Images of the project in place of generated ones: files or globs.
    pub source: Vec<String>,
}

impl NewAsset {
    /// An asset with a name and nothing else.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            preset: None,
            prompt: None,
            of: None,
            over: None,
            action: None,
            layout: None,
            size: None,
            palette: None,
            style: None,
            negative: None,
            frames: None,
            candidates: None,
            directions: None,
            seed: None,
            fps: None,
            recipe: None,
            reference: None,
            tags: Vec::new(),
            matrix: Vec::new(),
            mirror: Vec::new(),
            source: Vec::new(),
        }
    }

    /// Its table beside those of the manifest.
    pub(super) fn more(&self) -> Result<MoreAssets> {
        let text = edit::table(self.kind, &self.name, &self.keys()?);
        Ok(MoreAssets { name: "the new asset".to_owned(), text, alone: false, origin: None })
    }

    /// The keys of its table, in the order in which they are written.
    fn keys(&self) -> Result<Vec<(&'static str, NewValue)>> {
        let texts = [
            ("preset", &self.preset),
            ("prompt", &self.prompt),
            ("of", &self.of),
            ("over", &self.over),
            ("action", &self.action),
            ("layout", &self.layout),
            ("size", &self.size),
            ("palette", &self.palette),
            ("style", &self.style),
            ("recipe", &self.recipe),
            ("reference", &self.reference),
            ("negative", &self.negative),
        ];
        let given = texts.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        let mut keys = given.map(|(key, text)| Ok((key, value(key, text)?))).collect::<Result<Vec<_>>>()?;
        let numbers = [
            ("frames", self.frames),
            ("fps", self.fps),
            ("candidates", self.candidates),
            ("directions", self.directions),
        ];
        keys.extend(numbers.into_iter().filter_map(|(key, number)| Some((key, NewValue::Number(number?.into())))));
        if let Some(first) = self.seed {
            keys.push(("seed", seed(first, 0)?));
        }
        let table = |key: &str, pairs: &[String], value: fn(&str) -> NewValue| {
            let pairs = pairs.iter().map(|pair| self::pair(key, pair).map(|(name, text)| (name, value(text))));
            pairs.collect::<Result<Vec<_>>>().map(NewValue::Table)
        };
        let matrix = table("matrix", &self.matrix, |text| NewValue::List(parts(text)))?;
        let mirror = table("mirror", &self.mirror, |text| NewValue::Text(text.to_owned()))?;
        let tables = [("matrix", matrix), ("mirror", mirror)];
        keys.extend(tables.into_iter().filter(|(_, table)| *table != NewValue::Table(Vec::new())));
        let lists = [("tags", &self.tags), ("source", &self.source)].into_iter().filter(|(_, list)| !list.is_empty());
        keys.extend(lists.map(|(key, list)| match (key, list.as_slice()) {
            ("source", [one]) => (key, NewValue::Text(one.clone())),
            _ => (key, NewValue::List(list.clone())),
        }));
        Ok(keys)
    }
}

fn parts(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A pair as on a command line: `w=e`.
fn pair<'a>(key: &str, text: &'a str) -> Result<(String, &'a str)> {
    let pair = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    let pair = pair.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value)).ok_or_else(|| {
        let hint = if key == "mirror" { "write it as `w=e`" } else { "write it as `color=red,blue`" };
        Error::usage("bad-value", format!("`{text}` is not a `{key}`"), hint)
    })
}

/// The value of a key from its text.
pub(super) fn value(key: &str, text: &str) -> Result<NewValue> {
    prompts::value(key, text).map_err(Error::Usage)
}

/// The seed that is `more` behind the first one.
pub(super) fn seed(first: u64, more: u32) -> Result<NewValue> {
    let seed = i64::try_from(first).ok().and_then(|seed| seed.checked_add(more.into()));
    let seed = seed.ok_or_else(|| Error::usage("bad-value", "the seed is too large", "seeds are 0 to 2^63-1"))?;
    Ok(NewValue::Number(seed))
}

/// Appends an asset to the manifest if the manifest stays valid with it, and emits [`Event::Added`]. Nothing is built.
pub fn add(operation: &Operation, asset: &NewAsset) -> Result<Added> {
    const FILE: &str = "pixels.toml";
    let _lock = operation.lock("add")?;
    let (kind, name, keys) = (asset.kind, asset.name.as_str(), asset.keys()?);
    let more = Some(asset.more()?);
    manifest::load(operation.root, &LoadOptions { more, ..load_options(None) })?;
    let path = operation.root.join(FILE);
    let text = plain_file::read_text(&path, LONGEST_TEXT).reading(FILE)?;
    write_in_project(operation.root, &path, edit::add(&text, kind, name, &keys).as_bytes(), "manifest")
        .writing(FILE)?;
    let added = Added { kind, name: name.to_owned(), file: FILE.to_owned() };
    operation.observer.on(&Event::Added(added.clone()));
    Ok(added)
}
