//! From text to a checked manifest: every bad manifest stands beside its rendered problems.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dgx_pixels::manifest::{LoadOptions, load, schema};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_committed_schema_is_fresh() {
    let path = root().join("pixels.schema.json");
    let fresh = schema();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, format!("{:#}\n", fresh)).unwrap();
    }
    let committed: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(committed, fresh, "run the tests with UPDATE_FIXTURES=1");
}

#[test]
fn the_example_is_valid() {
    let text = fs::read_to_string(root().join("pixels.toml.example")).unwrap();
    assert!(text.starts_with("#:schema ./pixels.schema.json\n"));
    let loaded = load(root(), &LoadOptions::text(text.clone())).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.sources.render(&loaded.warnings, false));
    let json: serde_json::Value = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
    let schema = schema();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Every `bad/NAME.toml` is loaded as `pixels.toml`; a folder `bad/NAME/` as a project. `NAME.txt` is what is said.
#[test]
fn bad_manifests_are_explained() {
    let folder = root().join("tests/fixtures/manifest/bad");
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension == "toml"));
    paths.sort();
    let mut codes = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in &paths {
        let (rendered, found) = explain(path);
        codes.extend(found);
        let expected = path.with_extension("txt");
        if update {
            fs::write(&expected, &rendered).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != rendered {
            wrong.push(format!("{}:\n{rendered}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\nrun the tests with UPDATE_FIXTURES=1", wrong.join("\n"));
    assert!(codes.len() >= 4, "{} codes: {codes:?}", codes.len());
}

fn explain(path: &Path) -> (String, Vec<&'static str>) {
    let options = if path.is_dir() {
        LoadOptions { env: Some(Default::default()), ..Default::default() }
    } else {
        LoadOptions::text(fs::read(path).unwrap())
    };
    match load(path, &options) {
        Ok(loaded) => {
            let codes = loaded.warnings.iter().map(|problem| problem.code).collect();
            (loaded.sources.render(&loaded.warnings, false), codes)
        }
        Err(problems) => (problems.render(false), problems.list().iter().map(|problem| problem.code).collect()),
    }
}
