//! An arm of a comparison becomes part of the style that its slots have.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::edit::Edited;
use super::load::Loaded;
use super::put::put;
use crate::words::asset::Kind;
use crate::words::diagnostic::{Diagnostic, Subject};

/// What the comments of adoptions begin with: a new one takes the place of the last.
const COMMENT: &str = "# adopted ";

/// Which arm is adopted, and why.
#[derive(Clone, Copy, Debug)]
pub struct Adoption<'a> {
    /// The comparison.
    pub comparison: &'a str,
    /// The arm.
    pub arm: &'a str,
    /// The assets that are compared.
    pub assets: &'a BTreeSet<String>,
    /// The evidence, in one line.
    pub because: &'a str,
}

/// Writes the keys of an arm into the style that the compared assets have; returns its name and the changed file.
///
/// # Errors
/// `nothing-to-adopt`: the arm changes nothing. `many-styles`: the assets have several styles, or keys of their own.
pub fn adopt(loaded: &Loaded, adoption: &Adoption) -> Result<(String, Edited), Diagnostic> {
    let mut files: Vec<(String, DocumentMut)> = Vec::new();
    for (path, text) in loaded.sources.files() {
        if let Some(document) = text.parse().ok().filter(|_| path != "pixels.local.toml" && path.ends_with(".toml")) {
            files.push((path.to_owned(), document));
        }
    }
    let path = ["compare", adoption.comparison, "arms", adoption.arm];
    let arm = files.iter().find_map(|(_, document)| below(document.as_item(), &path)?.as_table_like());
    let keys: Vec<(String, Item)> =
        arm.into_iter().flat_map(TableLike::iter).map(|(key, item)| (key.to_owned(), item.clone())).collect();
    if keys.is_empty() {
        let message = format!("the arm `{}` changes no key of a style", adoption.arm);
        return Err(Diagnostic::error("nothing-to-adopt", message).hint("it is the present style: leave it as it is"));
    }
    let style = style_of(&files, adoption.assets)?;
    let has_style = |(_, document): &(String, DocumentMut)| below(document.as_item(), &["style", &style]).is_some();
    let at = files.iter().position(has_style).or_else(|| files.iter().position(|(path, _)| path == "pixels.toml"));
    let (path, document) = at.and_then(|at| files.get_mut(at)).ok_or_else(unreadable)?;
    let comment = format!("{COMMENT}{}\n", adoption.because);
    write(document, &style, keys, &comment).ok_or_else(unreadable)?;
    Ok((style, Edited { path: path.as_str().into(), text: document.to_string() }))
}

fn unreadable() -> Diagnostic {
    Diagnostic::error("syntax", "`pixels.toml` has no table for styles that could be changed")
}

fn below<'a>(item: &'a Item, path: &[&str]) -> Option<&'a Item> {
    path.iter().try_fold(item, |item, key| item.as_table_like()?.get(key))
}

/// The name of the one style that all assets have.
fn style_of(files: &[(String, DocumentMut)], assets: &BTreeSet<String>) -> Result<String, Diagnostic> {
    let mut styles: BTreeSet<String> = BTreeSet::new();
    for asset in assets {
        styles.insert(named_style(files, asset)?);
    }
    let mut names = styles.iter();
    match (names.next(), names.next()) {
        (Some(style), None) => Ok(style.clone()),
        (None, _) => Ok("default".to_owned()),
        (Some(first), Some(second)) => {
            let message = format!("the compared assets have several styles, such as `{first}` and `{second}`");
            let hint = "compare assets of one style, or write the arm into each style by hand";
            Err(Diagnostic::error("many-styles", message).hint(hint))
        }
    }
}

/// The style that an asset names; an animation without one has its base's.
fn named_style(files: &[(String, DocumentMut)], asset: &str) -> Result<String, Diagnostic> {
    let mut name = asset.to_owned();
    // No chain of bases is longer than the number of assets; a manifest that loaded has no cycle.
    for _ in 0..64 {
        let found = Kind::ALL
            .iter()
            .find_map(|kind| files.iter().find_map(|(_, document)| below(document.as_item(), &[kind.word(), &name])));
        let style = found.and_then(|table| below(table, &["style"]));
        match style.map(|style| style.as_str()) {
            Some(Some(style)) => return Ok(style.to_owned()),
            Some(None) => {
                let message = format!("`{asset}` has keys of a style of its own");
                let diagnostic = Diagnostic::error("many-styles", message).about(Subject::Asset(asset.to_owned()));
                return Err(
                    diagnostic.hint("name a style there, `style = \"NAME\"`, and write its keys in `[style.NAME]`")
                );
            }
            None => {}
        }
        match found.and_then(|table| below(table, &["of"])?.as_str()) {
            Some(base) => name = base.split(['@', '#']).next().unwrap_or_default().to_owned(),
            None => break,
        }
    }
    Ok("default".to_owned())
}

/// Sets keys of a style, with a comment above the first of them.
fn write(document: &mut DocumentMut, style: &str, keys: Vec<(String, Item)>, comment: &str) -> Option<()> {
    let styles = document.entry("style").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let is_inline = styles.is_inline_table();
    let styles = styles.as_table_like_mut()?;
    if styles.get(style).is_none() {
        styles.insert(
            style,
            if is_inline { Item::Value(Value::InlineTable(Default::default())) } else { Item::Table(Table::new()) },
        );
    }
    match styles.get_mut(style)? {
        Item::Table(table) => {
            let mut comment = Some(comment);
            for (key, item) in keys {
                let decor = table.key(&key).map(|key| key.leaf_decor().clone()).unwrap_or_default();
                set(table, &key, item);
                let text = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(COMMENT)).collect();
                if let Some(mut key) = table.key_mut(&key) {
                    *key.leaf_decor_mut() = decor;
                    key.leaf_decor_mut().set_prefix(format!("{}{kept}", comment.take().unwrap_or_default()));
                }
            }
        }
        // An inline table has no room for a comment; it goes above the line.
        item => {
            let table = item.as_table_like_mut()?;
            keys.into_iter().for_each(|(key, item)| set(table, &key, item));
            let mut key = document.key_mut("style")?;
            let text = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
            key.leaf_decor_mut().set_prefix(format!("{text}{comment}"));
        }
    }
    Some(())
}

/// Sets a key to a value, with the spaces and the comment of the old one; `params` keeps what the arm does not name.
fn set(table: &mut dyn TableLike, key: &str, item: Item) {
    if let (Some(old), Some(new)) = (table.get_mut(key).and_then(Item::as_table_like_mut), item.as_table_like())
        && key == "params"
    {
        for (name, value) in new.iter() {
            old.insert(name, value.clone());
        }
        return;
    }
    if let Ok(value) = item.into_value() {
        put(table, key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{LoadOptions, load};

    const MANIFEST: &str = "\
[project]
name = \"test\"

# how it looks
[style.default]
steps = 8 # fast
# the house's own
loras = [] # none yet

[sprite.knight]
prompt = \"a knight\"

[sprite.orc]
prompt = \"an orc\"
style = \"dark\"

[style.dark]
cfg = 2

[compare.house]
slots = [\"knight\"]
arms.base = {}
arms.ours = { loras = [{ file = \"house.safetensors\", weight = 0.8 }], steps = 6 }
";

    fn adopted(text: &str, assets: &[&str], arm: &str) -> Result<(String, String), String> {
        let loaded = load(".".as_ref(), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}"));
        let assets = assets.iter().map(|asset| (*asset).to_owned()).collect();
        let adoption = Adoption { comparison: "house", arm, assets: &assets, because: "`ours`: 40 votes" };
        let adopted = adopt(&loaded, &adoption).map_err(|found| found.code.to_string());
        adopted.map(|(style, edited)| (style, edited.text))
    }

    #[test]
    fn an_arm_becomes_the_style_and_comments_stay() {
        let expected = MANIFEST
            .replace("steps = 8 # fast", "steps = 6 # fast")
            .replace(
                "# the house's own\nloras = [] # none yet",
                "# adopted `ours`: 40 votes\n# the house's own\nloras = [{ file = \"house.safetensors\", weight = 0.8 }] # none yet",
            );
        let (style, text) = adopted(MANIFEST, &["knight"], "ours").unwrap();
        assert_eq!((style.as_str(), text.as_str()), ("default", expected.as_str()));
        // The comment of an adoption takes the place of the last one's.
        assert_eq!(adopted(&text, &["knight"], "ours").unwrap().1, expected);
    }

    #[test]
    fn a_style_that_is_named_is_the_one_that_changes() {
        let (style, text) = adopted(MANIFEST, &["orc"], "ours").unwrap();
        assert_eq!(style, "dark");
        assert!(text.contains("[style.dark]\ncfg = 2\n# adopted `ours`: 40 votes\nloras = [{"), "{text}");
    }

    #[test]
    fn a_manifest_without_styles_gets_the_default_one() {
        let plain = MANIFEST.replace(
            "# how it looks\n[style.default]\nsteps = 8 # fast\n# the house's own\nloras = [] # none yet\n",
            "",
        );
        let (_, text) = adopted(&plain, &["knight"], "ours").unwrap();
        assert!(text.contains("[style.default]\n# adopted `ours`: 40 votes\nloras = ["), "{text}");
        load(".".as_ref(), &LoadOptions::text(text)).unwrap();
    }

    #[test]
    fn what_cannot_be_adopted_is_said() {
        assert_eq!(adopted(MANIFEST, &["knight"], "base").unwrap_err(), "nothing-to-adopt");
        assert_eq!(adopted(MANIFEST, &["knight", "orc"], "ours").unwrap_err(), "many-styles");
        let own = MANIFEST.replace("style = \"dark\"", "style = { steps = 3 }");
        assert_eq!(adopted(&own, &["orc"], "ours").unwrap_err(), "many-styles");
    }
}
