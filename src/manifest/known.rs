//! The names that a project knows, for what completes them: whatever is wrong with the manifest, there is an answer.

use std::collections::BTreeSet;
use std::path::Path;

use toml::Table;

use super::built_ins::BuiltIns;
use super::load::{LoadOptions, Loaded, load};
use crate::plain_file::{self, LONGEST_TEXT};
use crate::words::asset::Kind;
use crate::words::palette::builtin_names;

/// The names that a project knows, each sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Assets, and their members where there are several.
    pub assets: BTreeSet<String>,
    /// Tags of assets.
    pub tags: BTreeSet<String>,
    /// Profiles, styles and recipes of the manifest.
    pub profiles: BTreeSet<String>,
    /// Styles of the manifest.
    pub styles: BTreeSet<String>,
    /// Recipes of the manifest.
    pub recipes: BTreeSet<String>,
    /// Built-in presets.
    pub presets: BTreeSet<String>,
    /// Built-in palettes.
    pub palettes: BTreeSet<String>,
}

/// The names that the project in a folder knows; without a folder, or without a manifest that can be read, those that are
/// built in.
pub fn known(root: Option<&Path>) -> Known {
    let Some(root) = root else { return built_in() };
    let options = LoadOptions { profile: Some("default".to_owned()), ..LoadOptions::default() };
    match load(root, &options) {
        Ok(loaded) => Known::of(&loaded),
        // Of an invalid manifest the tables are known all the same.
        Err(_) => {
            let mut known = built_in();
            let text = plain_file::read_text(&root.join("pixels.toml"), LONGEST_TEXT).unwrap_or_default();
            known.read_tables(&text);
            let tables = toml::from_str::<Table>(&text).unwrap_or_default();
            known.assets.extend(Kind::ALL.into_iter().flat_map(|kind| names(&tables, kind.word())));
            known
        }
    }
}

fn built_in() -> Known {
    let presets = BuiltIns::default().presets.iter().map(|preset| preset.name.to_owned()).collect();
    let palettes = builtin_names().into_iter().map(str::to_owned).collect();
    Known { presets, palettes, ..Known::default() }
}

impl Known {
    /// The names of a manifest that was loaded.
    pub fn of(loaded: &Loaded) -> Self {
        let mut known = built_in();
        let groups = loaded.manifest.groups.iter().map(|group| (&group.id, &group.tags));
        for (id, tags) in groups.chain(loaded.manifest.tilesets.iter().map(|tileset| (&tileset.id, &tileset.tags))) {
            known.assets.extend([id.asset().to_owned(), id.name.clone()]);
            known.tags.extend(tags.iter().cloned());
        }
        loaded.sources.files().for_each(|(_, text)| known.read_tables(text));
        known
    }

    fn read_tables(&mut self, text: &str) {
        let tables = toml::from_str::<Table>(text).unwrap_or_default();
        self.profiles.extend(names(&tables, "profile"));
        self.styles.extend(names(&tables, "style"));
        self.recipes.extend(names(&tables, "recipe"));
    }
}

fn names(tables: &Table, table: &str) -> Vec<String> {
    tables.get(table).and_then(|table| Some(table.as_table()?.keys().cloned().collect())).unwrap_or_default()
}
