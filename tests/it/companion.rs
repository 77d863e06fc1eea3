//! The crate for Bevy reads the index that is written here. It is compiled by itself, so that its text is compared.

use std::collections::BTreeSet;
use std::path::Path;

use dgx_pixels::words::index::VERSION;
use serde_json::Value;
use toml::Table;

const CRATE: &str = "bevy_dgx_pixels";
const GAME: &str = "examples/bevy-dungeon";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table(path: &str) -> Table {
    read(path).parse().unwrap()
}

/// The lines of a type's body, each with the attribute above it.
fn body(source: &str, head: &str) -> Vec<(bool, String)> {
    let from = source.find(&format!("pub {head} {{")).unwrap_or_else(|| panic!("no {head}"));
    let lines = source[from..].lines().skip(1).take_while(|line| *line != "}").map(str::trim);
    let mut fields = Vec::new();
    let mut is_default = false;
    for line in lines.filter(|line| !line.starts_with("///")) {
        if line.starts_with("#[") {
            is_default = line.contains("default");
            continue;
        }
        let name = line.trim_start_matches("pub ").split([':', ',']).next().unwrap();
        fields.push((is_default, name.to_owned()));
        is_default = false;
    }
    fields
}

#[test]
fn it_reads_the_version_that_is_written() {
    let source = read(&format!("{CRATE}/src/index.rs"));
    assert!(source.contains(&format!("pub const VERSION: u32 = {VERSION};")));
    let schema: Value = serde_json::from_str(&read("docs/index.schema.json")).unwrap();
    let written = schema["properties"]["version"]["description"].as_str().unwrap();
    assert_eq!(written, format!("The version of this format, {VERSION}."));
    let readme = read(&format!("{CRATE}/README.md"));
    assert!(readme.contains(&format!("| 0.1 | 0.20 | 1.97.1 | {VERSION} |")), "its table of versions");
}

#[test]
fn it_reads_no_field_that_the_schema_does_not_have() {
    let source = read(&format!("{CRATE}/src/index.rs"));
    let schema: Value = serde_json::from_str(&read("docs/index.schema.json")).unwrap();
    let mut fields = 0;
    for name in ["Index", "Entry", "AxisValue", "IndexImage", "Frame", "Animation", "Tiles", "Tile"] {
        let definition = if name == "Index" { &schema } else { &schema["definitions"][name] };
        let required: Vec<&str> = definition["required"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
        for (is_default, field) in body(&source, &format!("struct {name}")) {
            assert!(definition["properties"].get(&field).is_some(), "{name} has no `{field}`");
            assert!(is_default || required.contains(&field.as_str()), "`{field}` of {name} may be absent");
            fields += 1;
        }
    }
    assert!(fields > 30, "only {fields} fields");
    for name in ["Kind", "MaskKind"] {
        let known: BTreeSet<String> =
            body(&source, &format!("enum {name}")).into_iter().map(|(_, variant)| variant.to_lowercase()).collect();
        let written = schema["definitions"][name]["oneOf"].as_array().unwrap().iter();
        let written: BTreeSet<String> = written.map(|of| of["const"].as_str().unwrap().to_owned()).collect();
        assert_eq!(known, written, "{name}");
    }
}

#[test]
fn its_manifests_name_one_bevy_one_rust_and_one_licence() {
    for folder in [CRATE, GAME] {
        let manifest = table(&format!("{folder}/Cargo.toml"));
        let package = &manifest["package"];
        assert_eq!(package["license"].as_str(), Some("MIT OR Apache-2.0"), "{folder}");
        let toolchain = table(&format!("{folder}/rust-toolchain.toml"));
        assert_eq!(toolchain["toolchain"]["channel"], package["rust-version"], "{folder}");
        assert_eq!(package["rust-version"].as_str(), Some("1.97.1"), "the READMEs name it");
        // A workspace of its own: the build of the tool compiles no Bevy.
        assert!(manifest.contains_key("workspace"), "{folder}");
        let dependencies =
            ["dependencies", "dev-dependencies"].iter().filter_map(|kind| manifest.get(*kind)?.as_table());
        let bevy = dependencies.flatten().filter(|(name, _)| name.starts_with("bevy") && *name != CRATE);
        let mut count = 0;
        for (name, dependency) in bevy {
            assert_eq!(dependency["version"].as_str(), Some("0.20"), "{folder}: {name}");
            assert_eq!(dependency["default-features"].as_bool(), Some(false), "{folder}: {name}");
            count += 1;
        }
        assert!(count > 8, "{folder} has {count}");
        assert!(read(&format!("{folder}/Cargo.lock")).contains("name = \"bevy_app\"\nversion = \"0.20."), "{folder}");
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(read(&format!("{CRATE}/{licence}")), read(licence));
    }
}

#[test]
fn the_readmes_use_what_it_exports() {
    let exported = read(&format!("{CRATE}/src/lib.rs"));
    let exported: BTreeSet<&str> =
        exported.lines().filter(|line| line.starts_with("pub use")).flat_map(words).collect();
    let readme = read("README.md");
    let section = readme.split("\n## In Bevy\n").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(section.contains("Bevy 0.20, Rust 1.97.1"));
    for name in ["Autotiles", "DgxPixelsPlugin", "FrameEvent", "PixelSprite", "PixelsReport", "Player", "TerrainMap"] {
        assert!(section.contains(name), "the README does not show {name}");
        assert!(exported.contains(name), "{name} is not exported");
    }
    let own = read(&format!("{CRATE}/README.md"));
    let used = own.lines().find_map(|line| line.strip_prefix("use bevy_dgx_pixels::{")).unwrap();
    assert_eq!(words(used).into_iter().filter(|word| !exported.contains(word)).count(), 0, "{used}");
}

/// Tools outside of the game find these fields by name.
#[test]
fn its_readme_lists_every_field_of_the_report() {
    let source = read(&format!("{CRATE}/src/report.rs"));
    let readme = read(&format!("{CRATE}/README.md"));
    let section = readme.split("\n## The report\n").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(section.contains("\"bevy_dgx_pixels::PixelsReport\""));
    for name in ["PixelsReport", "ReportedAsset"] {
        for (_, field) in body(&source, &format!("struct {name}")) {
            assert!(section.contains(&format!("`{field}`")), "`{field}` of {name}");
        }
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty()).collect()
}
