//! From text to a checked manifest: every bad manifest stands beside its rendered problems.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dgx_pixels::export::specs;
use dgx_pixels::manifest::{LoadOptions, find_root, load, parse_recipe_file, schema};
use dgx_pixels::words::output;
use dgx_pixels::words::recipe::{Anchor, PaletteChoice, Size};
use proptest::prelude::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_committed_schema_is_fresh() {
    let path = root().join("pixels.schema.json");
    let fresh = schema(&specs());
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
    let loaded = load(root(), &LoadOptions { formats: specs(), ..LoadOptions::text(text.clone()) })
        .unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.sources.render(&loaded.warnings, false));
    let json: serde_json::Value = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
    let schema = schema(&specs());
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Every `bad/NAME.toml` is loaded as `pixels.toml`; a folder `bad/NAME/` as a project. `NAME.snap` holds the problems.
#[test]
fn bad_manifests_are_explained() {
    let folder = root().join("tests/fixtures/manifest/bad");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension == "toml"));
    paths.sort();
    let mut codes = BTreeSet::new();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    let mut wrong = Vec::new();
    for path in &paths {
        let (rendered, found) = explain(path);
        assert!(!found.is_empty(), "{} is not bad", path.display());
        codes.extend(found);
        let name = path.file_stem().unwrap().to_string_lossy();
        // One run shows every difference.
        let equal = std::panic::catch_unwind(|| insta::assert_snapshot!(&*name, rendered));
        wrong.extend(equal.is_err().then_some(name));
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(codes.len() >= 70, "{} codes: {codes:?}", codes.len());
}

fn explain(path: &Path) -> (String, Vec<String>) {
    let options = if path.is_dir() {
        LoadOptions { env: Some(Default::default()), ..Default::default() }
    } else {
        LoadOptions::text(fs::read(path).unwrap())
    };
    match load(path, &options) {
        Ok(loaded) => {
            let codes = loaded.warnings.iter().map(|problem| problem.diagnostic.code.to_string()).collect();
            (loaded.sources.render(&loaded.warnings, false), codes)
        }
        Err(problems) => (
            problems.render(false),
            problems.list().iter().map(|problem| problem.diagnostic.code.to_string()).collect(),
        ),
    }
}

fn memory(files: &[(&str, &str)]) -> LoadOptions {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    LoadOptions {
        profile: None,
        formats: specs(),
        files: Some(files.collect()),
        env: Some(Default::default()),
        ..LoadOptions::default()
    }
}

/// Whatever the formats are called: each of their files is in the search for clashes.
#[test]
fn every_output_of_the_planner_is_checked_for_clashes() {
    let formats: Vec<&str> = specs().iter().map(|format| format.id).collect();
    let text = format!(
        "[project]\nname = \"x\"\nscale = [1, 2]\nexport = {formats:?}\n\
        [texture.t]\nprompt = \"t\"\npath = \"t\"\n[tileset.s]\nof = \"t\"\nsize = 16\n\
        [animation.a]\nprompt = \"a\"\nframes = 2\n[sprite.a2]\nprompt = \"a\"\npath = \"animations/a2\"\n"
    );
    let loaded = load(root(), &memory(&[("pixels.toml", &text)])).unwrap();
    let manifest = &loaded.manifest;
    let groups = manifest.groups.iter().map(|group| output::of_group(&manifest.project, group));
    let tilesets = manifest.tilesets.iter().map(|tileset| output::of_tileset(&manifest.project, tileset));
    let outputs: Vec<_> = groups.chain(tilesets).flatten().collect();
    assert!(outputs.len() >= 20, "{}", outputs.len());
    for output in outputs {
        // A folder that is called as the file is shows that the file is known.
        let clash = format!("{text}[sprite.clash]\nprompt = \"c\"\npath = \"{}/x\"\n", output.path);
        let problems = load(root(), &memory(&[("pixels.toml", &clash)])).unwrap_err();
        assert_eq!(problems.list()[0].diagnostic.code, "output-clash", "{}", output.path);
    }
}

#[test]
fn a_huge_file_is_refused() {
    let text = "#".repeat((4 << 20) + 1);
    let problems = load(root(), &memory(&[("pixels.toml", &text)])).unwrap_err();
    assert_eq!(problems.list()[0].diagnostic.code, "file-too-large");
}

#[test]
fn an_unknown_profile_is_told() {
    let text = "[project]\nname = \"x\"\n[profile.draft]\n";
    let options = LoadOptions { profile: Some("darft".to_owned()), ..memory(&[("pixels.toml", text)]) };
    let problems = load(root(), &options).unwrap_err();
    assert_eq!(problems.list()[0].diagnostic.code, "unknown-profile");
    assert_eq!(problems.list()[0].diagnostic.hint.as_deref(), Some("did you mean `draft`?"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_project_is_refused() {
    let project = tempfile::tempdir().unwrap();
    let outside = tempfile::NamedTempFile::with_suffix(".png").unwrap();
    let manifest = "[project]\nname = \"x\"\n[sprite.a]\nsource = \"link.png\"\n[sprite.b]\nsource = \"folder/*.png\"\n[sprite.c]\nsource = \"in.png\"\n";
    fs::write(project.path().join("pixels.toml"), manifest).unwrap();
    fs::write(project.path().join("real.png"), "").unwrap();
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, project.path().join(name)).unwrap();
    link(outside.path(), "link.png");
    link(Path::new("real.png"), "in.png");
    link(outside.path().parent().unwrap(), "folder");
    let options = LoadOptions { env: Some(Default::default()), ..Default::default() };
    let problems = load(project.path(), &options).unwrap_err();
    let codes: Vec<_> = problems
        .diagnostics()
        .into_iter()
        .map(|d| (d.place.as_ref().map(|place| place.line), d.code.to_string()))
        .collect();
    let outside = |line| (Some(line), "outside-project".to_owned());
    assert_eq!(codes, [outside(4), outside(6)]);
}

#[test]
fn what_was_read_and_listed_is_known() {
    let project = tempfile::tempdir().unwrap();
    fs::create_dir_all(project.path().join("raw/deep")).unwrap();
    fs::create_dir(project.path().join("more")).unwrap();
    let manifest = "include = \"more/*.toml\"\n[project]\nname = \"x\"\n[recipe.default]\npalette = \"p.hex\"\n[sprite.a]\nsource = \"raw/**/a*.png\"\n";
    for (path, text) in [("pixels.toml", manifest), ("p.hex", "ff0000\n"), ("more/a.toml", ""), ("raw/deep/a1.png", "")]
    {
        fs::write(project.path().join(path), text).unwrap();
    }
    let options = LoadOptions { env: Some(Default::default()), ..Default::default() };
    let loaded = load(project.path(), &options).unwrap_or_else(|problems| panic!("{problems}"));
    let files: Vec<_> = loaded.files.iter().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(files, ["more/a.toml", "p.hex", "pixels.local.toml", "pixels.toml", "raw/deep/a1.png"]);
    let folders: Vec<_> = loaded.folders.iter().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(folders, ["more", "raw", "raw/deep"]);
    assert_eq!(find_root(&project.path().join("raw/deep")).unwrap(), project.path());
}

#[test]
fn a_recipe_file_has_its_keys_at_the_top_or_in_a_table() {
    let top = parse_recipe_file("r.toml", "size = 32\npreset = \"8bit\"\nanchor = \"top\"\n", root()).unwrap();
    let table =
        parse_recipe_file("r.toml", "[recipe]\nsize = 32\npreset = \"8bit\"\nanchor = \"top\"\n", root()).unwrap();
    assert_eq!(top, table);
    assert_eq!((top.size, top.anchor, top.palette), (Size::Frame([32, 32]), Anchor::Top, PaletteChoice::Colors(4)));
    let problems = parse_recipe_file("r.toml", "siez = 32\n", root()).unwrap_err();
    assert_eq!(problems.list()[0].diagnostic.code, "unknown-key");
}

/// The groups of steps in `src/manifest/check`, as its `mod.rs` has them.
const STEPS: [&[&str]; 5] = [
    &["context", "globs", "names", "paths", "templates"],
    &["gather", "order", "references", "sizes"],
    &["comparisons", "inherit", "profile", "project", "recipes", "styles"],
    &["adopted", "axes", "inputs", "prompt", "recolor", "resolve", "worker", "workflows"],
    &[
        "atlases",
        "borders",
        "groups",
        "images",
        "layouts",
        "outputs",
        "per_image",
        "rows",
        "sheets",
        "slots",
        "still",
        "terrains",
        "texts",
        "tilesets",
        "trains",
    ],
];

#[test]
fn steps_of_the_check_import_earlier_ones_only() {
    let group = |step: &str| STEPS.iter().position(|group| group.contains(&step));
    let folder = root().join("src/manifest/check");
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(&folder).unwrap();
        let step = path.iter().next().map_or("", |part| part.to_str().unwrap()).trim_end_matches(".rs").to_owned();
        if entry.file_type().is_file() && step != "mod" {
            let text = fs::read_to_string(entry.path()).unwrap();
            let found = imports.entry(step).or_default();
            found.extend(steps_after("manifest::check::", &text));
            if path.iter().count() == 1 || path.ends_with("mod.rs") {
                found.extend(steps_after("super::", &text));
            }
        }
    }
    assert_eq!(imports.len(), STEPS.concat().len(), "{:?}", imports.keys());
    for (step, others) in &imports {
        for other in others.iter().filter(|other| *other != step) {
            assert!(group(other) <= group(step), "`{step}` imports the later `{other}`");
        }
    }
}

/// The steps behind `prefix`: `prefix::a::B`, `prefix::{A, b}`.
fn steps_after(prefix: &str, text: &str) -> Vec<String> {
    let known = STEPS.concat();
    let word = |text: &str| text.trim().split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap().to_owned();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let found = code
        .join("\n")
        .split(prefix)
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').map(word).collect(),
            None => vec![word(rest)],
        })
        .collect::<Vec<String>>();
    found.into_iter().filter(|step| known.contains(&step.as_str())).collect()
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        drop(load(root(), &LoadOptions::text(text)).map_err(|problems| problems.render(true)));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(load(root(), &LoadOptions::text(bytes)).map_err(|problems| problems.render(true)));
    }

    /// Pieces of real manifests in any order, so that the checks are reached and not only the parser.
    #[test]
    fn no_manifest_makes_it_panic(lines in proptest::collection::vec(line(), 0..40)) {
        let text = format!("[project]\nname = \"x\"\n{}", lines.join("\n"));
        let done = load(root(), &LoadOptions::text(text)).map_err(|problems| problems.render(false));
        drop(done);
    }
}

fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "A", "default", "con", "é", "a@b", "s"]);
    let kind = prop::sample::select(vec!["sprite", "animation", "texture", "tileset", "style", "recipe", "profile"]);
    let key = prop::sample::select(vec![
        "prompt",
        "of",
        "over",
        "size",
        "frames",
        "matrix",
        "directions",
        "mirror",
        "inputs",
        "path",
        "source",
        "strip",
        "durations",
        "fps",
        "preset",
        "style",
        "recipe",
        "inherits",
        "palette",
        "colors",
        "gates",
        "seed",
        "key",
        "canvas",
        "cfg",
        "layout",
        "border",
        "tags",
        "action",
        "negative",
        "backend",
        "pixel_size",
        "grid",
    ]);
    let value = prop::sample::select(vec![
        "\"a\"",
        "\"b@s\"",
        "\"a#1\"",
        "\"{a} {direction}\"",
        "\"{\"",
        "\"x/{a}\"",
        "\"a.png\"",
        "\"*.png\"",
        "1",
        "4",
        "8",
        "16",
        "1.5",
        "-3.0005",
        "true",
        "[]",
        "[16, 16]",
        "[\"a\", \"b\"]",
        "{ a = [1, 2], b = [\"x y\"] }",
        "{ w = \"e\" }",
        "{ pose = \"a\" }",
        "{ width = 4 }",
        "\"character\"",
        "\"auto\"",
        "\"sketch\"",
        "\"\"",
        "2020-01-01",
    ]);
    prop_oneof![
        2 => (kind, name).prop_map(|(kind, name)| format!("[{kind}.\"{name}\"]")),
        5 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
    ]
}

#[test]
fn an_unknown_format_is_named_with_the_nearest() {
    let text = "[project]\nname = \"x\"\nexport = [\"gif\", \"bevi\"]\n";
    let problems = load(root(), &memory(&[("pixels.toml", text)])).unwrap_err().render(false);
    assert!(problems.contains("error[unknown-value]: `bevi` is not an exporter"), "{problems}");
    assert!(problems.contains("did you mean `bevy`?"), "{problems}");
}

#[test]
fn formats_keep_the_order_of_their_registration() {
    let text = "[project]\nname = \"x\"\nexport = [\"gif\", \"aseprite\", \"gif\", \"apng\"]\n";
    let loaded = load(root(), &memory(&[("pixels.toml", text)])).unwrap();
    let ids: Vec<&str> = loaded.manifest.project.formats.iter().map(|format| format.id).collect();
    assert_eq!(ids, ["aseprite", "apng", "gif"]);
}
