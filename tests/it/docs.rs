//! README, `--help`, completions and schema say the same.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use dgx_pixels::manifest::{LoadOptions, load};

use crate::project::command;
use crate::sources::sources;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn dgx_pixels(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).env("XDG_CACHE_HOME", folder.join(".cache")).output().unwrap()
}

fn said(args: &[&str]) -> String {
    String::from_utf8(dgx_pixels(root(), args).stdout).unwrap()
}

/// The blocks of a file between "```LANGUAGE" and "```".
fn blocks(text: &str, language: &str) -> Vec<String> {
    let (mut blocks, mut inside) = (Vec::new(), None);
    for line in text.lines() {
        match (&mut inside, line.strip_prefix("```")) {
            (None, Some(word)) => inside = Some((word.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(inside.take()),
            (Some((_, block)), None) => *block += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks.into_iter().filter(|(word, _)| word == language).map(|(_, block)| block).collect()
}

/// The cells of the table whose first heading is `heading`, without the headings.
fn table<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |")));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_readme_lists_every_subcommand() {
    let help = said(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    let readme = read("README.md");
    let rows = table(&readme, "command");
    let listed: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert!(listed.len() > 20, "{listed:?}");
    assert_eq!(listed, commands.into_iter().filter(|command| *command != "help").collect::<Vec<_>>());
}

/// Whoever searches the README for a message finds it as it is printed.
#[test]
fn the_messages_of_the_readme_are_those_of_the_sources() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    let readme = read("README.md");
    let rows = table(&readme, "message");
    let messages: Vec<&str> = rows.iter().map(|row| row[0]).filter(|message| message.contains('`')).collect();
    assert!(messages.len() > 20, "{messages:?}");
    for message in messages {
        // Names and numbers are of the example.
        let mut pieces = message.split(|c: char| "`:.,\"()<>".contains(c) || c.is_ascii_digit()).map(str::trim);
        assert!(pieces.any(|piece| piece.len() >= 8 && sources.contains(piece)), "no source has `{message}`");
    }
}

#[test]
fn the_readme_has_the_exit_codes_of_the_help() {
    let help = said(&["--help"]).split_whitespace().collect::<Vec<_>>().join(" ");
    let codes = help.split("Exit codes: ").nth(1).and_then(|rest| rest.split('.').next()).unwrap();
    // A meaning may hold a comma: a code begins where a number does.
    let mut expected: Vec<String> = Vec::new();
    for part in codes.split(", ") {
        match part.starts_with(|c: char| c.is_ascii_digit()) || expected.is_empty() {
            true => expected.push(part.to_owned()),
            false => *expected.last_mut().unwrap() += &format!(", {part}"),
        }
    }
    let readme = read("README.md");
    let listed: Vec<String> = table(&readme, "exit code").iter().map(|row| row.join(" ")).collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_manifest_of_the_readme_is_valid() {
    let manifests = blocks(&read("README.md"), "toml");
    assert!(!manifests.is_empty());
    for text in manifests {
        let loaded = load(root(), &LoadOptions { formats: dgx_pixels::export::specs(), ..LoadOptions::text(text) })
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.is_empty(), "{}", loaded.sources.render(&loaded.warnings, false));
    }
}

#[test]
fn the_committed_completions_are_fresh() {
    for (shell, path) in [("bash", "dgx-pixels.bash"), ("zsh", "_dgx-pixels"), ("fish", "dgx-pixels.fish")] {
        let fresh = said(&["completions", shell]);
        let path = format!("completions/{path}");
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::create_dir_all(root().join("completions")).unwrap();
            std::fs::write(root().join(&path), &fresh).unwrap();
        }
        assert!(read(&path) == fresh, "{path} is old: run the tests with UPDATE_FIXTURES=1");
    }
}

#[test]
fn the_schema_command_prints_the_committed_schema() {
    let committed: serde_json::Value = serde_json::from_str(&read("pixels.schema.json")).unwrap();
    let printed: serde_json::Value = serde_json::from_str(&said(&["schema"])).unwrap();
    assert_eq!(printed, committed);
}

#[test]
fn links_and_pictures_of_the_documents_are_there() {
    let mut checked = 0;
    for document in [
        "README.md",
        "bevy_dgx_pixels/README.md",
        "docs/engines.md",
        "docs/glossary.md",
        "docs/json.md",
        "docs/models.md",
        "docs/restoration.md",
        "docs/tui.md",
        "scripts/bench/README.md",
        "examples/bevy-dungeon/README.md",
        "examples/restore/README.md",
    ] {
        let folder = root().join(document).parent().unwrap().to_owned();
        let text = read(document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("http")) {
            match target.strip_prefix('#') {
                Some(anchor) => assert!(anchors(&text).contains(anchor), "{document}: {target}"),
                None => assert!(folder.join(target).exists(), "{document}: {target}"),
            }
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} links");
}

/// What links to the headings of a document.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-")).collect()
}

/// The tables are written by `scripts/bench-peers --into`, which needs its marks.
#[test]
fn the_tables_of_restoration_are_filled() {
    let text = read("docs/restoration.md");
    for name in ["dev", "dev-real", "own", "own-real"] {
        let table =
            text.split(&format!("<!-- table {name} -->")).nth(1).and_then(|rest| rest.split("<!-- end -->").next());
        let rows = table.unwrap_or_default().lines().filter(|line| line.starts_with("| ours |")).count();
        assert_eq!(rows, 3, "table {name}");
    }
}
