//! Commands, options and keys that messages name exist: a hint that names another helps nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::project::command;
use crate::sources::{sources, string_literals};

/// Keys of `pixels.local.toml`.
const LOCAL_KEYS: [&str; 8] = ["servers", "url", "token", "user", "password", "headers", "store", "models"];

/// What messages name of other programs, and of patterns.
const FOREIGN: [&str; 6] = ["--cache-none", "--listen", "--max-upload-size", "--cpu", "--preview-method", "[ab]"];

/// Every command by its words (`cache gc`), with its options (`--all`, `-n`).
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let mut commands = BTreeMap::new();
    let mut open = vec![String::new()];
    while let Some(name) = open.pop() {
        let words: Vec<&str> = name.split_whitespace().chain(["--help"]).collect();
        let output = command(Path::new(env!("CARGO_MANIFEST_DIR")), &words).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let options = help.split(|c: char| c.is_whitespace() || ",[]<>()=".contains(c));
        let options = options.filter(|word| word.starts_with('-')).map(str::to_owned).collect();
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let listed =
            listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty()));
        open.extend(listed.filter(|word| *word != "help").map(|word| format!("{name} {word}").trim().to_owned()));
        commands.insert(name, options);
    }
    commands
}

/// The keys of a schema at any depth.
fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get("properties") {
                found.extend(properties.keys().cloned());
            }
            fields.values().for_each(|value| keys(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

/// What stands between backticks in the messages of a source.
fn named(text: &str) -> Vec<(usize, String)> {
    let literals = string_literals(text).into_iter();
    let pieces = literals.flat_map(|(line, literal)| {
        let literal = literal.replace("\\\"", "\"").replace("{{", "{").replace("}}", "}");
        let pieces: Vec<String> = literal.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        pieces.into_iter().map(move |piece| (line, piece))
    });
    pieces.collect()
}

struct Known {
    commands: BTreeMap<String, BTreeSet<String>>,
    keys: BTreeSet<String>,
    tables: BTreeSet<String>,
}

impl Known {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pixels.schema.json");
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut keys = BTreeSet::from(LOCAL_KEYS.map(str::to_owned));
        self::keys(&schema, &mut keys);
        let tables = schema["properties"].as_object().unwrap().keys().cloned().collect();
        Self { commands: commands(), keys, tables }
    }

    /// What is wrong with words between backticks, if they name a command, an option, a key or a table.
    fn wrong(&self, piece: &str) -> Option<String> {
        if let Some(rest) = piece.strip_prefix("dgx-pixels ") {
            return self.wrong_command(rest);
        }
        let first = piece.split(' ').next().unwrap_or_default();
        if FOREIGN.contains(&first) {
            return None;
        }
        if piece.starts_with("--") {
            let option = first.split(['=', '{']).next().unwrap_or_default();
            let known = option == "--" || self.commands.values().any(|options| options.contains(option));
            return (!known).then(|| format!("no command has the option {option}"));
        }
        if self.commands.contains_key(first) && piece.contains(" --") {
            return self.wrong_command(piece);
        }
        if let Some(table) = piece.strip_prefix('[').and_then(|rest| rest.split([']', '.']).next()) {
            let is_name = !table.is_empty() && table.bytes().all(|byte| byte.is_ascii_lowercase());
            return (is_name && piece.ends_with(']') && !self.tables.contains(table))
                .then(|| format!("the manifest has no table [{table}]"));
        }
        let (key, _) = piece.split_once(" = ")?;
        let is_key = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        (is_key && !self.keys.contains(key)).then(|| format!("no table has the key {key}"))
    }

    fn wrong_command(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_command =
            |count: &usize| *count <= words.len() && self.commands.contains_key(&words[..*count].join(" "));
        let Some(length) = (1..3).rev().find(is_command) else {
            let is_option = words.first().is_some_and(|word| word.starts_with(['-', '{']));
            return (!is_option).then(|| format!("there is no command {line}"));
        };
        let options = &self.commands[&words[..length].join(" ")];
        let unknown = words.iter().find(|word| word.starts_with('-') && word.len() > 1 && !options.contains(**word));
        unknown.map(|word| format!("{} has no option {word}", words[..length].join(" ")))
    }
}

#[test]
fn messages_name_what_exists() {
    let known = Known::new();
    assert!(known.commands.len() > 30 && known.keys.len() > 60, "{:?}", known.commands.keys());
    let (mut checked, mut wrong) = (0, Vec::new());
    for (path, text) in sources().iter().filter(|(path, _)| !path.ends_with("cli/args/mod.rs")) {
        for (line, piece) in named(text) {
            checked += 1;
            wrong.extend(known.wrong(&piece).map(|why| format!("{path}:{line}: `{piece}`: {why}")));
        }
    }
    assert!(checked > 500, "only {checked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_does_not_exist_is_found() {
    let known = Known::new();
    for good in ["dgx-pixels build --yes", "cache gc --all", "--overwrite", "matte = \"none\"", "[sprite.NAME]", "a b"]
    {
        assert_eq!(known.wrong(good), None, "{good}");
    }
    for bad in ["dgx-pixels lists", "dgx-pixels plan --all", "build --all", "--no-such", "mat = 1", "[sprites.NAME]"] {
        assert!(known.wrong(bad).is_some(), "{bad}");
    }
}
