//! Imports point left, and third parties stay behind their fences.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const LAYERS: [&[&str]; 7] = [
    &["draft", "failpoint", "plain_file", "threads"],
    &["words"],
    &["workflow"],
    &["manifest", "plan", "generate", "process", "assemble", "export", "store"],
    &["session"],
    &["serve", "mcp", "tui"],
    // Parses the command line and starts the front ends above.
    &["cli"],
];

/// The layer whose modules know the words and not each other.
const STAGES: usize = 3;

const FENCES: [(&str, &[&str]); 28] = [
    // What the front end itself fails at; everything else has a typed error with a code.
    ("anyhow", &["cli"]),
    ("clap", &["cli"]),
    ("ctrlc", &["cli"]),
    ("indicatif", &["cli"]),
    // `words::text` strips escape sequences with it, for front ends that are no command line, too.
    ("anstream", &["cli", "words"]),
    ("reqwest", &["generate"]),
    ("rustls", &["generate"]),
    ("tokio_tungstenite", &["generate"]),
    ("tokio", &["generate", "session", "serve", "mcp"]),
    ("axum", &["serve", "mcp"]),
    ("tower_http", &["serve", "mcp"]),
    ("prometheus_client", &["serve"]),
    ("rmcp", &["mcp"]),
    ("ratatui", &["tui"]),
    ("ratatui_image", &["tui"]),
    // Only as `ratatui::crossterm`: two versions would share one terminal.
    ("crossterm", &["tui"]),
    ("sysinfo", &["tui"]),
    ("zeromq", &["generate"]),
    ("notify_debouncer_full", &["session"]),
    ("toml", &["manifest", "words"]),
    ("toml_edit", &["manifest"]),
    ("annotate_snippets", &["manifest"]),
    ("gif", &["export", "words"]),
    ("asefile", &["words"]),
    ("guillotiere", &["assemble"]),
    ("imageproc", &["process"]),
    ("rayon", &["process", "assemble", "generate", "store", "session", "threads"]),
    ("globset", &["words"]),
];

#[test]
fn imports_point_left() {
    let wrong: Vec<String> = sources().iter().flat_map(|(module, text)| violations(top(module), text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_planted_violation_is_caught() {
    assert_eq!(violations("plan", "use crate::store::Blobs;\n").len(), 1);
    assert_eq!(violations("process", "use crate::{words, generate::Backend};\n").len(), 1);
    assert_eq!(violations("store", "fn f() { clap::Command::new(\"x\"); }\n").len(), 1);
    assert!(violations("session", "use crate::plan::Plan; // crate::cli is right of it\n").is_empty());
}

#[test]
fn no_modules_import_each_other_in_a_cycle() {
    let cycles = Imports::of(&sources()).cycles();
    assert!(cycles.is_empty(), "modules that import each other:\n{}", cycles.join("\n"));
}

#[test]
fn a_planted_cycle_is_caught_and_parent_and_child_are_none() {
    let source = |module: &str, text: &str| (module.to_owned(), text.to_owned());
    let mut sources = vec![
        source("plan", "pub mod a; pub mod b; pub use a::A;"),
        source("plan::a", "use super::b::B;\nuse super::Plan;"),
        source("plan::b", "fn f() {}"),
    ];
    assert_eq!(Imports::of(&sources).cycles(), [""; 0]);
    // Through the re-export of their parent.
    sources[2].1 = "use crate::plan::{A, C};".to_owned();
    assert_eq!(Imports::of(&sources).cycles(), ["plan::a, plan::b"]);
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

/// The top-level module of a module.
fn top(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// Every source with its module, such as `manifest::check::names`.
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
            let parts = path.strip_prefix(src).unwrap().with_extension("");
            let mut parts: Vec<String> = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            parts.pop_if(|last| last == "mod");
            let module = parts.join("::");
            // The others are the binary's own.
            if !["lib", "main", "huge_pages"].contains(&&*module) {
                found.push((module, fs::read_to_string(&path).unwrap()));
            }
        }
    }
}

/// Which module imports which; a re-export counts as an import of the module that it comes from.
struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    fn of(sources: &[(String, String)]) -> Self {
        let modules: BTreeSet<&str> = sources.iter().map(|(module, _)| module.as_str()).collect();
        let paths: BTreeMap<&str, Vec<String>> =
            sources.iter().map(|(module, text)| (module.as_str(), absolute(module, text, &modules))).collect();
        let edges = paths.iter().map(|(module, own)| {
            let imported = own.iter().map(|path| origin(path, &modules, &paths, 0));
            let is_relative = |other: &String| within(other, module) || within(module, other);
            ((*module).to_owned(), imported.filter(|other| !other.is_empty() && !is_relative(other)).collect())
        });
        Self(edges.collect())
    }

    /// Groups of modules that reach each other.
    fn cycles(&self) -> Vec<String> {
        let reach: BTreeMap<&String, BTreeSet<&String>> = self.0.keys().map(|from| (from, self.reach(from))).collect();
        let groups = reach.iter().map(|(from, reached)| {
            let both = reached.iter().filter(|to| reach.get(*to).is_some_and(|back| back.contains(from)));
            both.map(|name| name.as_str()).collect::<BTreeSet<&str>>()
        });
        let groups: BTreeSet<BTreeSet<&str>> = groups.filter(|group| !group.is_empty()).collect();
        groups.into_iter().map(|group| group.into_iter().collect::<Vec<_>>().join(", ")).collect()
    }

    fn reach<'a>(&'a self, from: &'a String) -> BTreeSet<&'a String> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(next) = open.pop() {
            open.extend(self.0.get(next).into_iter().flatten().filter(|to| seen.insert(*to)));
        }
        seen
    }
}

fn within(module: &str, outer: &str) -> bool {
    module == outer || module.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"))
}

/// The paths that a source names, as paths from the crate's root; tests at its end do not count.
fn absolute(module: &str, text: &str, modules: &BTreeSet<&str>) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code: String = code.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("::") {
        let start = code[..at].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |before| before + 1);
        // Only where a path begins.
        if !code[..start].ends_with("::") {
            expand(&code[start..], "", &mut paths);
        }
    }
    paths.into_iter().filter_map(|path| from_root(module, &path, modules)).collect()
}

/// The paths of a use tree or an expression: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(text: &str, prefix: &str, paths: &mut Vec<String>) {
    let name = word(text);
    let rest = &text[name.len()..];
    let path = if prefix.is_empty() { name } else { format!("{prefix}::{name}") };
    match rest.strip_prefix("::") {
        Some(list) if list.starts_with('{') => {
            let (mut depth, mut start) = (0, 1);
            for (at, c) in list.char_indices() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                if (c == ',' && depth == 1) || depth == 0 {
                    expand(list[start..at].trim(), &path, paths);
                    start = at + 1;
                }
                if depth == 0 {
                    break;
                }
            }
        }
        Some(next) => expand(next, &path, paths),
        None => paths.push(path),
    }
}

fn from_root(module: &str, path: &str, modules: &BTreeSet<&str>) -> Option<String> {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    let join = |base: &str| if base.is_empty() { rest.to_owned() } else { format!("{base}::{rest}") };
    match first {
        "crate" => Some(rest.to_owned()),
        "self" => Some(join(module)),
        "super" => {
            let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
            if rest.starts_with("super") { from_root(parent, rest, modules) } else { Some(join(parent)) }
        }
        child if modules.contains(format!("{module}::{child}").as_str()) => Some(format!("{module}::{path}")),
        _ => None,
    }
}

/// The module that a path's item comes from, through re-exports.
fn origin(path: &str, modules: &BTreeSet<&str>, paths: &BTreeMap<&str, Vec<String>>, depth: u32) -> String {
    let mut module = String::new();
    let mut rest = path.split("::").peekable();
    while let Some(part) = rest.peek() {
        let deeper = if module.is_empty() { (*part).to_owned() } else { format!("{module}::{part}") };
        if !modules.contains(deeper.as_str()) {
            break;
        }
        module = deeper;
        rest.next();
    }
    let Some(item) = rest.next().filter(|_| depth < 8) else { return module };
    let ends = format!("::{item}");
    let again = paths.get(module.as_str()).into_iter().flatten().find(|other| other.ends_with(&ends) && *other != path);
    match again.filter(|other| within(other, &module)) {
        Some(other) => origin(other, modules, paths, depth + 1),
        None => module,
    }
}
