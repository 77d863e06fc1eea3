//! Changes to `pixels.toml` that keep its comments and its order: `mv` renames an asset, `add` appends one, `adopt` names its image.

use std::path::PathBuf;

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::check::valid_name;
use super::load::Loaded;
use super::put::replace;
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::workflow::ImportedStyle;

/// A file with its new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// Relative to the project.
    pub path: PathBuf,
    /// All of its new text.
    pub text: String,
}

/// A text as a TOML string.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The tables of assets.
const KINDS: [Kind; 4] = Kind::ALL;

/// Renames an asset and every reference to it (`of`, `over`, `terrains`, `transitions`, `reference`, `inputs`); returns the
/// changed files.
///
/// # Errors
/// `bad-name`, `reserved-name`, `non-ascii-name`, `not-an-asset`, `name-taken`.
pub fn rename(loaded: &Loaded, from: &str, to: &str) -> Result<Vec<Edited>, Diagnostic> {
    valid_name(to)?;
    let names = || {
        let groups = loaded.manifest.groups.iter().map(|group| group.id.asset());
        groups.chain(loaded.manifest.tilesets.iter().map(|tileset| tileset.id.asset()))
    };
    if !names().any(|name| name == from) {
        return Err(about(from, "not-an-asset", format!("no asset is called `{from}`")));
    }
    if let Some(taken) = names().find(|name| name.eq_ignore_ascii_case(to) && *name != from) {
        let message = format!("an asset is already called `{taken}`");
        return Err(about(taken, "name-taken", message).hint("give it another name"));
    }
    let mut edited = Vec::new();
    for (path, text) in loaded.sources.files() {
        if path == "pixels.local.toml" {
            continue;
        }
        let unreadable = || Diagnostic::error("syntax", format!("`{path}` is not TOML"));
        let new = rename_in(text, from, to).ok_or_else(unreadable)?;
        if new != text {
            edited.push(Edited { path: path.into(), text: new });
        }
    }
    Ok(edited)
}

fn about(name: &str, code: &'static str, message: String) -> Diagnostic {
    Diagnostic::error(code, message).about(Subject::Asset(name.to_owned()))
}

/// One file with an asset's name replaced; line ends stay as they are.
fn rename_in(text: &str, from: &str, to: &str) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut changed = false;
    for kind in KINDS {
        let Some(table) = document.get_mut(kind.word()) else { continue };
        changed |= match table {
            Item::Table(table) => rename_key(table, from, to),
            Item::Value(Value::InlineTable(table)) => rename_inline_key(table, from, to),
            _ => false,
        };
        let Some(assets) = table.as_table_like_mut() else { continue };
        for (_, asset) in assets.iter_mut() {
            changed |= references(asset, from, to);
        }
    }
    let atlases = document.get_mut("atlas").and_then(Item::as_table_like_mut);
    for (_, atlas) in atlases.into_iter().flat_map(|atlases| atlases.iter_mut()) {
        changed |= members(atlas, from, to);
    }
    if !changed {
        return Some(text.to_owned());
    }
    let new = document.to_string();
    let crlf = text.contains("\r\n") && !new.contains("\r\n");
    Some(if crlf { new.replace('\n', "\r\n") } else { new })
}

/// Renames a key in its place: all entries are removed and inserted again in order.
fn rename_key(table: &mut Table, from: &str, to: &str) -> bool {
    if !table.contains_key(from) {
        return false;
    }
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let entries: Vec<(Key, Item)> = keys.iter().filter_map(|key| table.remove_entry(key)).collect();
    for (key, item) in entries {
        table.insert_formatted(&renamed(key, from, to), item);
    }
    true
}

fn rename_inline_key(table: &mut InlineTable, from: &str, to: &str) -> bool {
    if !table.contains_key(from) {
        return false;
    }
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let entries: Vec<(Key, Value)> = keys.iter().filter_map(|key| table.remove_entry(key)).collect();
    for (key, value) in entries {
        table.insert_formatted(&renamed(key, from, to), value);
    }
    true
}

/// The key with its spaces and comments.
fn renamed(key: Key, from: &str, to: &str) -> Key {
    if key.get() != from {
        return key;
    }
    Key::new(to).with_leaf_decor(key.leaf_decor().clone()).with_dotted_decor(key.dotted_decor().clone())
}

/// Renames what an asset refers to.
fn references(asset: &mut Item, from: &str, to: &str) -> bool {
    let Some(asset) = asset.as_table_like_mut() else { return false };
    let mut changed = false;
    for key in ["of", "over", "reference", "still"] {
        changed |= asset.get_mut(key).is_some_and(|value| reference(value, from, to));
    }
    if let Some(of) = asset.get_mut("recolor").and_then(|recolor| recolor.as_table_like_mut()?.get_mut("of")) {
        changed |= reference(of, from, to);
    }
    if let Some(inputs) = asset.get_mut("inputs").and_then(Item::as_table_like_mut) {
        for (_, value) in inputs.iter_mut() {
            changed |= reference(value, from, to);
        }
    }
    if let Some(terrains) = asset.get_mut("terrains").and_then(Item::as_array_mut) {
        changed |= terrains.iter_mut().fold(false, |changed, one| reference_value(one, from, to) | changed);
    }
    if let Some(transitions) = asset.get_mut("transitions") {
        changed |= renamed_transitions(transitions, from, to);
    }
    changed
}

/// Renames a texture in the keys of transitions: `grass/sand`.
fn renamed_transitions(transitions: &mut Item, from: &str, to: &str) -> bool {
    let keys = transitions.as_table_like().map(|table| table.iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>());
    let renamed = |name: &str| match name.strip_prefix(from) {
        Some(rest) if rest.is_empty() || rest.starts_with('@') => format!("{to}{rest}"),
        _ => name.to_owned(),
    };
    let keys = keys.unwrap_or_default().into_iter().filter_map(|key| {
        let (upper, lower) = key.split_once('/')?;
        let new = format!("{}/{}", renamed(upper), renamed(lower));
        (new != key).then_some((key, new))
    });
    let keys: Vec<(String, String)> = keys.collect();
    keys.iter().fold(false, |changed, (key, new)| {
        let renamed = match transitions {
            Item::Table(table) => rename_key(table, key, new),
            Item::Value(Value::InlineTable(table)) => rename_inline_key(table, key, new),
            _ => false,
        };
        renamed | changed
    })
}

/// Renames an asset among those of an atlas.
fn members(atlas: &mut Item, from: &str, to: &str) -> bool {
    let of = atlas.as_table_like_mut().and_then(|atlas| atlas.get_mut("of")).and_then(Item::as_value_mut);
    match of {
        Some(Value::Array(list)) => {
            list.iter_mut().fold(false, |changed, one| reference_value(one, from, to) | changed)
        }
        Some(one) => reference_value(one, from, to),
        None => false,
    }
}

/// Renames `knight`, `knight@s` and `knight#2`.
fn reference(item: &mut Item, from: &str, to: &str) -> bool {
    item.as_value_mut().is_some_and(|value| reference_value(value, from, to))
}

fn reference_value(value: &mut Value, from: &str, to: &str) -> bool {
    let Some(rest) = value.as_str().and_then(|text| text.strip_prefix(from)) else { return false };
    if !(rest.is_empty() || rest.starts_with(['@', '#'])) {
        return false;
    }
    let new = Value::from(format!("{to}{rest}"));
    replace(value, new);
    true
}

/// Names the image that a group is made from; returns the file that changed.
///
/// # Errors
/// `not-an-asset`, `syntax`.
pub fn adopt(loaded: &Loaded, id: &GroupId, file: &str) -> Result<Edited, Diagnostic> {
    let member = id.name.split_once('@').map(|(_, member)| member);
    in_asset(loaded, id.kind, id.asset(), |asset| match (asset.get_mut("adopted"), member) {
        (Some(Item::Value(before @ Value::String(_))), None) => replace(before, file.into()),
        (Some(Item::Value(Value::InlineTable(files))), Some(member)) => {
            files.insert(member, file.into());
            files.fmt();
        }
        (Some(Item::Table(files)), Some(member)) => drop(files.insert(member, toml_edit::value(file))),
        (_, None) => drop(asset.insert("adopted", toml_edit::value(file))),
        (_, Some(member)) => {
            let files: InlineTable = [(member, Value::from(file))].into_iter().collect();
            asset.insert("adopted", toml_edit::value(files));
        }
    })
}

/// Removes an asset; returns the file that changed. The comments right above its table go with it.
///
/// # Errors
/// `not-an-asset`.
pub fn remove(loaded: &Loaded, name: &str) -> Result<Edited, Diagnostic> {
    for (path, text) in loaded.sources.files().filter(|(path, _)| *path != "pixels.local.toml") {
        let Ok(mut document) = text.parse::<DocumentMut>() else { continue };
        for kind in KINDS {
            let assets = document.get_mut(kind.word()).and_then(Item::as_table_like_mut);
            if assets.and_then(|assets| assets.remove(name)).is_none() {
                continue;
            }
            let by_lines = without_lines(text, kind, name).filter(|text| {
                // Lines are removed only where nothing else goes with them.
                let is_same = |text: &str| text.parse::<toml::Table>().ok().map(without_empty);
                is_same(text) == is_same(&document.to_string())
            });
            return Ok(Edited { path: path.into(), text: by_lines.unwrap_or_else(|| document.to_string()) });
        }
    }
    Err(about(name, "not-an-asset", format!("no asset is called `{name}`")))
}

fn without_empty(mut tables: toml::Table) -> toml::Table {
    tables.retain(|_, table| table.as_table().is_none_or(|table| !table.is_empty()));
    tables
}

/// A text without the lines of an asset's tables, and without the comments right above each.
fn without_lines(text: &str, kind: Kind, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let header = |line: &str| {
        let inner = line.strip_prefix('[')?.split_once(']')?.0.trim_matches('[');
        Key::parse(inner).ok()
    };
    let is_own = |line: &str| {
        header(line).is_some_and(|keys| keys.len() > 1 && keys[0].get() == kind.word() && keys[1].get() == name)
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut inside = false;
    for (at, line) in lines.iter().enumerate() {
        if header(line).is_some() {
            if is_own(line) && !inside {
                while kept.last().is_some_and(|line| line.starts_with('#') && !line.starts_with("#:")) {
                    kept.pop();
                }
            } else if !is_own(line) && inside {
                kept.extend(remarks(&lines[..at], &kept));
            }
            inside = is_own(line);
        }
        if !inside {
            kept.push(line);
        }
    }
    if inside {
        kept.extend(remarks(&lines, &kept));
        return Some(format!("{}\n", kept.concat().trim_end()));
    }
    Some(kept.concat())
}

/// What stands behind the last key of a removed table belongs to what follows, with one blank line at most before it.
fn remarks<'a>(lines: &[&'a str], kept: &[&str]) -> Vec<&'a str> {
    let is_blank = |line: &str| line.trim().is_empty();
    let count = lines.iter().rev().take_while(|line| is_blank(line) || line.trim_start().starts_with('#')).count();
    let remarks = lines[lines.len() - count..].iter().copied();
    let has_blank = kept.last().is_none_or(|line| is_blank(line));
    remarks.skip_while(|line| has_blank && is_blank(line)).collect()
}

/// Changes the table of an asset, wherever it is.
fn in_asset(
    loaded: &Loaded,
    kind: Kind,
    name: &str,
    change: impl FnOnce(&mut dyn TableLike),
) -> Result<Edited, Diagnostic> {
    for (path, text) in loaded.sources.files().filter(|(path, _)| *path != "pixels.local.toml") {
        let Ok(mut document) = text.parse::<DocumentMut>() else { continue };
        let assets = document.get_mut(kind.word()).and_then(Item::as_table_like_mut);
        let Some(asset) = assets.and_then(|assets| assets.get_mut(name)).and_then(Item::as_table_like_mut) else {
            continue;
        };
        change(asset);
        return Ok(Edited { path: path.into(), text: document.to_string() });
    }
    Err(about(name, "not-an-asset", format!("no asset is called `{name}`")))
}

/// A value of a new table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
    /// `[width, height]`, or one number for both.
    Pair([u32; 2]),
    /// `{ name = value }`.
    Table(Vec<(String, NewValue)>),
}

impl NewValue {
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
            Self::Pair([width, height]) if width == height => i64::from(*width).into(),
            Self::Table(entries) => {
                entries.iter().map(|(name, value)| (name.as_str(), value.value())).collect::<InlineTable>().into()
            }
            Self::Pair(pair) => pair.iter().map(|side| i64::from(*side)).collect(),
        }
    }
}

/// The text of a manifest with one more asset at its end.
pub fn add(text: &str, kind: Kind, name: &str, keys: &[(&str, NewValue)]) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = text.trim_end().to_owned();
    if !new.is_empty() {
        new.push_str(end);
        new.push_str(end);
    }
    new.push_str(&table(kind, name, keys).replace('\n', end));
    new
}

/// The table `[style.NAME]` of an imported workflow.
pub fn style_table(style: &ImportedStyle) -> String {
    let loras = style.loras.iter().map(|(file, weight)| format!("{{ file = {}, weight = {weight} }}", quoted(file)));
    let lines = [
        ("workflow", Some(quoted(&style.workflow))),
        ("checkpoint", style.checkpoint.as_deref().map(quoted)),
        ("vae", style.vae.as_deref().map(quoted)),
        ("loras", Some(format!("[{}]", loras.collect::<Vec<_>>().join(", ")))),
        ("canvas", style.canvas.map(|[width, height]| format!("[{width}, {height}]"))),
        ("steps", style.steps.as_ref().map(ToString::to_string)),
        ("cfg", style.cfg.as_ref().map(ToString::to_string)),
        ("sampler", style.sampler.as_deref().map(quoted)),
        ("scheduler", style.scheduler.as_deref().map(quoted)),
    ];
    let lines = lines.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}\n", value?)));
    format!("[style.{}]\n{}", Key::new(&style.workflow).display_repr(), lines.collect::<String>())
}

/// One asset as a manifest has it.
pub fn table(kind: Kind, name: &str, keys: &[(&str, NewValue)]) -> String {
    let mut text = format!("[{kind}.{}]\n", Key::new(name).display_repr());
    for (key, value) in keys {
        text.push_str(&format!("{key} = {}\n", value.value()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{LoadOptions, load};

    const MANIFEST: &str = "\
# the project
[project]
name = \"test\" # said once

[sprite.knight]   # the hero
prompt = \"a knight\"
matrix.color = [\"red\"]   # one

[sprite.knight.gates]
grid = 500

[sprite.orc]
prompt = \"an orc\"
inputs = { pose = 'knight@red', other = \"knight-like.png\" }

[animation.walk]
of = \"knight\" # its base
frames = 2
";

    fn loaded(text: &str) -> Loaded {
        let mut options = LoadOptions::text(text);
        options.files.as_mut().unwrap().insert("knight-like.png".to_owned(), Vec::new());
        load(".".as_ref(), &options).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn a_renamed_asset_keeps_its_comments_and_its_place() {
        let expected = MANIFEST
            .replace("[sprite.knight", "[sprite.paladin")
            .replace("'knight@red'", "\"paladin@red\"")
            .replace("of = \"knight\"", "of = \"paladin\"");
        let edited = rename(&loaded(MANIFEST), "knight", "paladin").unwrap();
        assert_eq!(edited, [Edited { path: "pixels.toml".into(), text: expected }]);
    }

    #[test]
    fn inline_tables_stay() {
        let text = "project.name = \"test\"\r\nsprite = { knight = { prompt = \"a\" }, orc = { prompt = \"b\" } }\r\n";
        let edited = rename(&loaded(text), "knight", "paladin").unwrap();
        // Manifests are read with unix line ends; who writes the file gives it back its own.
        assert_eq!(edited[0].text, text.replace("\r\n", "\n").replace("knight", "paladin"));
        let text =
            "sprite.orc.prompt = \"b\"\nsprite.knight.prompt = \"a\"\nsprite.knight.size = 5\nproject.name = \"x\"\n";
        let edited = rename(&loaded(text), "knight", "paladin").unwrap();
        assert_eq!(edited[0].text, text.replace("knight", "paladin"));
    }

    #[test]
    fn terrains_and_their_transitions_are_renamed() {
        let land = "[texture.sand]\nprompt = \"b\"\n[texture.water]\nprompt = \"c\"\n[texture.wet-sand]\nprompt = \"d\"\n\
            [tileset.land]\nterrains = [\"water\", \"wet-sand\", \"sand\"] # low to high\nsize = 16\n\
            transitions = { \"sand/wet-sand\" = { width = 2 }, \"wet-sand/water\" = {} }\n";
        let text = format!("project.name = \"x\"\n{land}");
        let expected = text
            .replace("[texture.sand]", "[texture.beach]")
            .replace(", \"sand\"]", ", \"beach\"]")
            .replace("\"sand/wet", "\"beach/wet");
        assert_eq!(rename(&loaded(&text), "sand", "beach").unwrap()[0].text, expected);
        let table = text.replace("transitions = { \"sand/wet-sand\" = { width = 2 }, \"wet-sand/water\" = {} }", "")
            + "[tileset.land.transitions]\n\"sand/wet-sand\".width = 2 # narrow\n";
        let edited = rename(&loaded(&table), "sand", "beach").unwrap();
        assert!(
            edited[0].text.ends_with("transitions]\n\"beach/wet-sand\".width = 2 # narrow\n"),
            "{}",
            edited[0].text
        );
    }

    #[test]
    fn an_invalid_name_is_an_error() {
        let loaded = loaded(MANIFEST);
        let code = |from, to| rename(&loaded, from, to).unwrap_err().code;
        assert_eq!(code("ork", "orc2"), "not-an-asset");
        assert_eq!(code("knight", "Orc"), "name-taken");
        assert_eq!(code("knight", "con"), "reserved-name");
        assert!(rename(&loaded, "knight", "Knight").is_ok());
    }

    #[test]
    fn an_added_asset_loads() {
        let keys = [
            ("prompt", NewValue::Text("a \"wise\" owl".into())),
            ("preset", NewValue::List(vec!["creature".into(), "8bit".into()])),
            ("size", NewValue::Pair([16, 24])),
            ("candidates", NewValue::Number(2)),
        ];
        let text = add(MANIFEST, Kind::Sprite, "owl", &keys);
        assert!(text.ends_with(
            "\n\n[sprite.owl]\nprompt = 'a \"wise\" owl'\npreset = [\"creature\", \"8bit\"]\nsize = [16, 24]\ncandidates = 2\n"
        ), "{text}");
        assert!(loaded(&text).manifest.groups.iter().any(|group| group.id.name == "owl"));
    }
}
