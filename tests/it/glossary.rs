//! One word per idea: the synonyms that `docs/glossary.md` does without appear in no help, message or document.

use std::collections::BTreeSet;
use std::path::Path;

use crate::project::Project;
use crate::sources::{sources, string_literals};

/// Words that a reader meets nowhere, and what is written instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("trouble", "problem, error"),
    ("troubles", "problems, errors"),
    ("misfit", "mismatch"),
    ("misfits", "mismatches"),
    ("is had", "exists, is available"),
    ("are had", "exist, are available"),
    ("be had", "be available"),
    ("tell", "report, show, list"),
    ("tells", "reports, shows, lists"),
    ("told", "reported, shown"),
    ("mend", "fix, resolve"),
    ("mends", "fixes, resolves"),
    ("whoever", "a direct subject"),
    ("nobody", "no user, no one"),
    ("somebody", "a user, another process"),
    ("somebody's", "external"),
    ("the ask", "prompt or style"),
    ("this ask", "prompt or style"),
    ("another ask", "another prompt or style"),
    ("settle", "resolve"),
    ("settles", "resolves"),
    ("settled", "resolved"),
    ("figures", "metrics"),
    ("stuff", "a noun that says what it is"),
    ("pile", "queue, group"),
    ("piles", "queues, groups"),
    ("circle", "cycle"),
    ("unsound", "invalid"),
    ("lets go", "releases"),
    ("without a word", "by default"),
    ("not ours", "external"),
    ("begin a project", "create a project"),
    ("began a project", "created a project"),
    ("picture", "image"),
    ("pictures", "images"),
];

/// A file and the words that it may have, with the reason.
const ALLOWED: &[(&str, &[&str], &str)] = &[(
    "docs/restoration.md",
    &["picture", "pictures"],
    "the page distinguishes raws, logical pictures and sprites as its literature does",
)];

#[test]
fn help_has_no_synonyms() {
    let project = Project::new();
    let mut found = Vec::new();
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut pages = 0;
    while let Some(command) = commands.pop() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let help = project.run(&arguments).exit(0).stdout;
        found.extend(synonyms(&format!("help of `{}`", command.join(" ")), &help));
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        // Longer descriptions go on in lines of their own.
        let listed = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let names = listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        commands.extend(names.map(|name| [command.as_slice(), &[name.to_owned()]].concat()));
        pages += 1;
    }
    assert!(pages > 30, "only {pages} pages");
    report(found);
}

#[test]
fn messages_have_no_synonyms() {
    let mut found = Vec::new();
    let mut literals = 0;
    for (path, text) in sources() {
        for (line, literal) in string_literals(&text).into_iter().filter(|(_, literal)| literal.contains(' ')) {
            found.extend(synonyms(&format!("{path}:{line}"), &literal));
            literals += 1;
        }
    }
    assert!(literals > 500, "only {literals} literals");
    report(found);
}

#[test]
fn documents_have_no_synonyms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documents = [
        "README.md",
        "bevy_dgx_pixels/README.md",
        "docs/engines.md",
        "docs/glossary.md",
        "docs/json.md",
        "docs/models.md",
        "docs/restoration.md",
        "pixels.toml.example",
        "pixels.schema.json",
        "examples/bevy-dungeon/README.md",
        "examples/restore/README.md",
        "scripts/bench/README.md",
    ];
    let mut found = Vec::new();
    for document in documents {
        let text = std::fs::read_to_string(root.join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
        for (number, line) in text.lines().enumerate() {
            found.extend(synonyms(&format!("{document}:{}", number + 1), &without_code(line)));
        }
    }
    report(found);
}

#[test]
fn the_glossary_lists_each_word_once() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/glossary.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    let words: Vec<&str> = rows.filter_map(|row| row.split(" | ").next()).flat_map(|words| words.split(", ")).collect();
    assert!(words.len() > 20, "{words:?}");
    assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{words:?}");
}

#[test]
fn synonyms_are_found_as_whole_words() {
    assert_eq!(synonyms("x", "Trouble: it is had, but storytelling and mended are not").len(), 2);
    assert!(synonyms("x", &without_code("`figures` of `the ask`")).is_empty());
}

#[track_caller]
fn report(found: Vec<String>) {
    assert!(found.is_empty(), "{} synonyms, see docs/glossary.md:\n{}", found.len(), found.join("\n"));
}

/// The forbidden words of a text, each with its place and what to write instead.
fn synonyms(place: &str, text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let is_there = |forbidden: &str| {
        let forbidden: Vec<&str> = forbidden.split(' ').collect();
        words.windows(forbidden.len()).any(|window| window == forbidden)
    };
    let is_allowed =
        |word: &str| ALLOWED.iter().any(|(file, words, _)| place.starts_with(file) && words.contains(&word));
    let found = FORBIDDEN.iter().filter(|(word, _)| is_there(word) && !is_allowed(word));
    found.map(|(word, better)| format!("{place}: `{word}`, better {better}: {}", text.trim())).collect()
}

/// A line of a document without what stands between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}
