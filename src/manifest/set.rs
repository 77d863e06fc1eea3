//! Sets keys of recipes and assets in the manifest's files; comments and order stay.

use std::collections::BTreeMap;

use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::change::{BadChange, line};
use super::edit::Edited;
use super::load::Loaded;
use super::put::put;
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;

/// A table of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// `[recipe.NAME]`
    Recipe(String),
    /// `[sprite.NAME]`
    Asset(Kind, String),
}

impl TableName {
    fn path(&self) -> [&str; 2] {
        match self {
            Self::Recipe(name) => ["recipe", name],
            Self::Asset(kind, name) => [kind.word(), name],
        }
    }
}

/// The keys of a recipe as a manifest has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenRecipe {
    /// Its name.
    pub name: String,
    /// The text of each key's value.
    pub keys: BTreeMap<String, String>,
}

/// The recipes of a manifest, `default` first, which is there even if no file has it.
pub fn recipes(loaded: &Loaded) -> Vec<WrittenRecipe> {
    let mut found = vec![WrittenRecipe { name: "default".to_owned(), keys: BTreeMap::new() }];
    for (_, text) in loaded.sources.files() {
        let Ok(document) = text.parse::<DocumentMut>() else { continue };
        for (name, recipe) in
            document.get("recipe").and_then(Item::as_table_like).into_iter().flat_map(|all| all.iter())
        {
            let keys = recipe.as_table_like().into_iter().flat_map(|keys| keys.iter());
            let keys = keys.map(|(key, value)| (key.to_owned(), written(value))).collect();
            match found.first_mut().filter(|_| name == "default") {
                Some(default) => default.keys = keys,
                None => found.push(WrittenRecipe { name: name.to_owned(), keys }),
            }
        }
    }
    found
}

/// The text of a value without the comment behind it.
fn written(item: &Item) -> String {
    let value = item.as_value().map(|value| value.clone().decorated("", "").to_string());
    value.unwrap_or_else(|| item.to_string().trim().to_owned())
}

/// The files in which `KEY=VALUE` is set in each of the tables. A recipe that no file has is added to `pixels.toml`.
///
/// # Errors
/// A change is not of that form; an asset has no table.
pub fn set(loaded: &Loaded, tables: &[TableName], changes: &[String]) -> Result<Vec<Edited>, BadChange> {
    let lines: Vec<String> = changes.iter().map(|change| line(change)).collect::<Result<_, _>>()?;
    let files = loaded.sources.files().filter(|(path, _)| *path != "pixels.local.toml");
    let mut documents: Vec<(&str, &str, DocumentMut)> =
        files.filter_map(|(path, text)| Some((path, text, text.parse::<DocumentMut>().ok()?))).collect();
    for table in tables {
        let [kind, name] = table.path();
        let has = |document: &DocumentMut| {
            let all = document.get(kind).and_then(Item::as_table_like);
            all.is_some_and(|all| all.contains_key(name))
        };
        let at = documents.iter().position(|(.., document)| has(document));
        let at = at.or_else(|| matches!(table, TableName::Recipe(_)).then_some(0)).ok_or_else(|| no_table(name))?;
        let Some((.., document)) = documents.get_mut(at) else { return Err(no_table(name)) };
        for line in &lines {
            let change: DocumentMut = line.parse().map_err(|_| no_value(line))?;
            let all = document.entry(kind).or_insert_with(implicit);
            let own = all.as_table_like_mut().map(|all| all.entry(name).or_insert_with(toml_edit::table));
            let own = own.and_then(Item::as_table_like_mut).ok_or_else(|| no_table(name))?;
            merge(own, change.as_table());
        }
    }
    let edited = documents.into_iter().map(|(path, text, document)| (path, text, document.to_string()));
    let edited = edited.filter(|(_, text, new)| text != new);
    Ok(edited.map(|(path, _, new)| Edited { path: path.into(), text: new }).collect())
}

/// Takes over the values of a change; a value keeps the comment behind it.
fn merge(into: &mut dyn TableLike, change: &Table) {
    for (key, new) in change.iter() {
        match (into.get_mut(key), new) {
            (Some(old), Item::Table(new)) if old.is_table_like() => {
                if let Some(old) = old.as_table_like_mut() {
                    merge(old, new);
                }
            }
            (_, Item::Value(new)) => put(into, key, new.clone()),
            _ => drop(into.insert(key, new.clone())),
        }
    }
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

fn no_table(name: &str) -> BadChange {
    let message = format!("`{name}` has no table of its own in the manifest");
    BadChange::Form(Diagnostic::error("unknown-target", message).hint("name a recipe or an asset of the manifest"))
}

fn no_value(line: &str) -> BadChange {
    let message = format!("`{}` is no TOML", line.trim());
    BadChange::Form(Diagnostic::error("bad-value", message).hint("write it as KEY=VALUE, such as `palette=pico-8`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{LoadOptions, load};

    const MANIFEST: &str = "\
[project]
name = \"test\"

# how it looks
[recipe.default]
palette = \"pico-8\"   # the old one
outline = \"none\"

[sprite.knight]
prompt = \"a knight\"
size = 16 # small
";

    fn edited(tables: &[TableName], changes: &[&str]) -> String {
        let loaded = load(".".as_ref(), &LoadOptions::text(MANIFEST)).unwrap_or_else(|problems| panic!("{problems}"));
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        let edited = set(&loaded, tables, &changes).unwrap();
        load(".".as_ref(), &LoadOptions::text(edited[0].text.clone())).unwrap_or_else(|problems| panic!("{problems}"));
        edited[0].text.clone()
    }

    #[test]
    fn comments_and_order_stay() {
        let default = [TableName::Recipe("default".to_owned())];
        let expected =
            MANIFEST.replace("\"pico-8\"", "\"endesga-32\"").replace("\"none\"", "\"outer\"\ngates.grid = 500");
        assert_eq!(edited(&default, &["palette=endesga-32", "outline=outer", "gates.grid=500"]), expected);
        let knight = [TableName::Asset(Kind::Sprite, "knight".to_owned())];
        assert_eq!(edited(&knight, &["size=24x32"]), MANIFEST.replace("size = 16 #", "size = [24, 32] #"));
    }

    #[test]
    fn a_recipe_that_is_not_there_is_added() {
        let stone = [TableName::Recipe("stone".to_owned())];
        let expected = format!("{MANIFEST}\n[recipe.stone]\npalette = [\"#000000\", \"#ffffff\"]\n");
        let new = edited(&stone, &["palette=#000000,#ffffff"]);
        assert_eq!((new.matches("[recipe.stone]").count(), new.len()), (1, expected.len()), "{new}");
    }
}
