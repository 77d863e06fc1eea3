//! Imports point left, and third parties stay behind their fences.

use std::fs;
use std::path::Path;

const LAYERS: [&[&str]; 6] = [
    &["failpoint"],
    &["words"],
    &["workflow"],
    &["manifest", "plan", "generate", "process", "assemble", "export", "store"],
    &["session"],
    &["cli"],
];

/// The layer whose modules know the words and not each other.
const STAGES: usize = 3;

const FENCES: [(&str, &[&str]); 9] = [
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstream", &["cli"]),
    ("reqwest", &["generate"]),
    ("tokio", &["generate", "session"]),
    ("tokio_tungstenite", &["generate"]),
    ("toml", &["manifest", "words"]),
    ("toml_edit", &["manifest"]),
    ("annotate_snippets", &["manifest"]),
];

#[test]
fn imports_point_left() {
    let wrong: Vec<String> = sources().iter().flat_map(|(module, text)| violations(module, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_planted_violation_is_caught() {
    assert_eq!(violations("plan", "use crate::store::Blobs;\n").len(), 1);
    assert_eq!(violations("process", "use crate::{words, generate::Backend};\n").len(), 1);
    assert_eq!(violations("store", "fn f() { clap::Command::new(\"x\"); }\n").len(), 1);
    assert!(violations("session", "use crate::plan::Plan; // crate::cli is right of it\n").is_empty());
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn violations(module: &str, text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let own = layer(module).unwrap_or_else(|| panic!("`{module}` is in no layer"));
    let imports = imported(&code);
    let rightward = imports.iter().filter(|name| layer(name).is_some_and(|other| other > own));
    let beside = imports.iter().filter(|name| own == STAGES && layer(name) == Some(STAGES) && name.as_str() != module);
    let wrong = rightward.chain(beside).map(|name| format!("src/{module} imports crate::{name}"));
    let fenced = FENCES.iter().filter(|(name, allowed)| !allowed.contains(&module) && uses(&code, name));
    wrong.chain(fenced.map(|(name, _)| format!("src/{module} uses {name}"))).collect()
}

/// The modules behind `crate::x` and `crate::{x, y::z}`.
fn imported(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => names.push(word(rest)),
            Some(list) => names.extend(top_level(list)),
        }
    }
    names
}

fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(word(list[start..at].trim()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn uses(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// Every source with the top-level module that it belongs to.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&src, &src, &mut found);
    assert!(found.len() > 50);
    found
}

fn walk(src: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(src, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let first =
                path.strip_prefix(src).unwrap().components().next().unwrap().as_os_str().to_string_lossy().into_owned();
            let module = first.trim_end_matches(".rs").to_owned();
            if module != "lib" && module != "main" {
                found.push((module, fs::read_to_string(&path).unwrap()));
            }
        }
    }
}
