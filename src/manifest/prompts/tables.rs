//! The tables of a manifest for a list, and where each of their parts comes from.

use std::ops::Range;

use toml_edit::Key as TomlKey;

use crate::manifest::edit::NewValue;
use crate::manifest::load::{MoreAssets, Origin, Piece};
use crate::words::asset::Kind;

/// One image of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Where it stands in the list, in bytes.
    pub at: Range<usize>,
    /// Its name: given, or derived from the prompt.
    pub name: String,
    /// Keys of a sprite, `prompt` among them.
    pub keys: Vec<Key>,
}

/// A key of a sprite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub key: &'static str,
    /// Its value.
    pub value: NewValue,
    /// Where the value stands in the list, in bytes.
    pub at: Range<usize>,
}

/// Tables, and the text that each of their parts comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// The tables as TOML.
    pub text: String,
    pieces: Vec<Piece>,
    /// What was given for all, as a command line has it.
    options: String,
}

impl Tables {
    /// The assets of these tables; problems in them have places in `list`, whose name is `name`, or in the options.
    pub fn assets(self, name: &str, list: &str) -> MoreAssets {
        let files = vec![(name.to_owned(), list.to_owned()), ("the command line".to_owned(), self.options)];
        MoreAssets {
            name: name.to_owned(),
            text: self.text,
            alone: true,
            origin: Some(Origin { files, pieces: self.pieces }),
        }
    }

    fn push(&mut self, line: &str, file: usize, at: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(line);
        self.pieces.push(Piece { made: start..self.text.len(), file, at });
    }
}

/// The tables for a list. `given` are options by key as they were written; `common` are the keys of all that have none
/// of their own.
pub fn tables(prompts: &[Prompt], given: &[(&str, &str)], common: &[(&'static str, NewValue)]) -> Tables {
    let mut tables = Tables::default();
    let mut options: Vec<(&str, Range<usize>)> = Vec::new();
    for (key, text) in given {
        let start = tables.options.len();
        tables.options.push_str(&format!("--{key} {text}"));
        options.push((key, start..tables.options.len()));
        tables.options.push(' ');
    }
    for prompt in prompts {
        let head = format!("[{}.{}]\n", Kind::Sprite, TomlKey::new(&prompt.name).display_repr());
        tables.push(&head, 0, prompt.at.clone());
        for Key { key, value, at } in &prompt.keys {
            tables.push(&line(key, value), 0, at.clone());
        }
        for (key, value) in common.iter().filter(|(key, _)| prompt.keys.iter().all(|own| own.key != *key)) {
            match options.iter().find(|(name, _)| name == key) {
                Some((_, at)) => tables.push(&line(key, value), 1, at.clone()),
                None => tables.push(&line(key, value), 0, prompt.at.clone()),
            }
        }
    }
    tables
}

fn line(key: &str, value: &NewValue) -> String {
    format!("{key} = {}\n", value.value())
}
