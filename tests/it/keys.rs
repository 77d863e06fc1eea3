//! What a change of each field of the manifest does, per backend; every field of the schema has a row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use dgx_pixels::export::specs;
use dgx_pixels::manifest::{LoadOptions, Problems, load, schema};
use dgx_pixels::plan::{FileInput, Inputs, Plan, Planner, SlotPlan, State};
use dgx_pixels::session::{Look, Options, open, versions};
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::project::Manifest;
use dgx_pixels::workflow;
use serde_json::Value;
use toml::Table;

use crate::planner::settled;
use crate::project::{KNIGHT, Project};
use crate::server::Server;

const BASE: &str = r#"
[project]
name = "test"
export = ["bevy"]
[vars]
place = "cave"
[style.dark]
prompt = "dark {prompt}"
[style.night]
cfg = 2.5
[recipe.tiny]
colors = 4
[recipe.soft]
margin = 1
[sprite.thing]
prompt = "thing of the {place}"
size = 16
candidates = 2
reroll = 0
[sprite.other]
prompt = "other"
style = "dark"
recipe = "tiny"
size = 16
[animation.walk]
of = "thing"
action = "walk"
frames = 2
[animation.idle]
still = "thing"
frames = 8
motion = { breathe = 1, blink = [2, 2, 4, 4], sway = { mask = [0, 4, 8, 8] }, bob = 1 }
[texture.grass]
prompt = "grass"
[texture.dirt]
prompt = "dirt"
[tileset.meadow]
of = "grass"
over = "dirt"
size = 16
layout = "blob47"
[texture.water]
prompt = "water"
[texture.sand]
prompt = "sand"
[tileset.coast]
terrains = ["water", "sand"]
size = 16
layout = "corner16"
[profile.other]
[train.other]
data = "art"
"#;

/// Takes the place of `prompt` and what belongs to it where files are the source.
const SOURCES: [(&str, &str, &str); 7] = [
    ("sprite", "thing", "raw/thing.png"),
    ("sprite", "other", "raw/other.png"),
    ("animation", "walk", "raw/walk-*.png"),
    ("texture", "grass", "raw/grass.png"),
    ("texture", "dirt", "raw/dirt.png"),
    ("texture", "water", "raw/water.png"),
    ("texture", "sand", "raw/sand.png"),
];

const FILES: [&str; 10] = ["thing", "other", "walk-1", "walk-2", "walk-3", "grass", "dirt", "water", "sand", "new"];

/// The backends of the columns.
const BACKENDS: [&str; 3] = ["comfyui", "sketch", "files"];

/// `{style}` is every place where the keys of a style may be, `{recipe}` those of a recipe, `{asset}` every drawn kind.
/// A row: fields | what is put in their table | what changes with comfyui, sketch, files. `items`: other slots; `ask`:
/// images are asked for anew; `requests`: further seeds of the same ask; `sprite`: pixels are made again; `file`: files
/// are; `refused:CODE`: it is this error there.
const TABLE: &str = include_str!("../fixtures/keys.txt");

struct Row<'a> {
    field: String,
    change: &'a str,
    effects: Vec<&'a str>,
}

fn rows() -> Vec<Row<'static>> {
    let mut rows = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [fields, change, effects] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        for field in fields.split(' ').flat_map(expanded) {
            rows.push(Row { field, change, effects: effects.split_whitespace().collect() });
        }
    }
    rows
}

fn expanded(field: &str) -> Vec<String> {
    let assets = ["sprite.*", "animation.*", "texture.*"];
    let (word, places): (&str, Vec<String>) = match field.split('.').next().unwrap() {
        "{asset}" => ("{asset}", assets.map(str::to_owned).to_vec()),
        "{recipe}" => ("{recipe}", assets.into_iter().chain(["recipe.*"]).map(str::to_owned).collect()),
        "{style}" => {
            let inline = assets.map(|place| format!("{place}.style"));
            ("{style}", inline.into_iter().chain(["style.*".to_owned(), "profile.*.style".to_owned()]).collect())
        }
        word => (word, vec![word.to_owned()]),
    };
    places.into_iter().map(|place| field.replacen(word, &place, 1)).collect()
}

/// Every leaf of the schema, with `*` for names.
fn leaves() -> BTreeSet<String> {
    fn walk(node: &Value, root: &Value, path: &str, leaves: &mut BTreeSet<String>) {
        let node = node["$ref"].as_str().map_or(node, |name| root.pointer(&name[1..]).unwrap());
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let named = node["properties"].as_object().into_iter().flatten().map(|(key, value)| (below(key), value));
        let any = node["additionalProperties"].as_object().map(|_| (below("*"), &node["additionalProperties"]));
        let same = ["anyOf", "oneOf", "allOf"].into_iter().flat_map(|word| node[word].as_array().into_iter().flatten());
        let same = same.chain(node["items"].as_object().map(|_| &node["items"])).map(|value| (path.to_owned(), value));
        let inner: Vec<(String, &Value)> = named.chain(any).chain(same).collect();
        if inner.is_empty() {
            leaves.insert(path.to_owned());
        }
        inner.into_iter().for_each(|(path, value)| walk(value, root, &path, leaves));
    }
    let (mut found, schema) = (BTreeSet::new(), schema(&specs()));
    walk(&schema, &schema, "", &mut found);
    found
}

/// The table that a field is in, in the base manifest.
fn place(field: &str) -> Vec<&str> {
    let parts: Vec<&str> = field.split('.').collect();
    let name = match parts[0] {
        "project" | "vars" => return vec![parts[0]],
        "include" => return Vec::new(),
        "style" if parts[2] == "inherits" => "dark",
        "recipe" if parts[2] == "inherits" => "tiny",
        "style" | "recipe" => "default",
        "sprite" => "thing",
        "animation" if ["still", "motion"].contains(&parts[2]) => "idle",
        "animation" => "walk",
        "texture" => "grass",
        "tileset" if ["terrains", "transitions"].contains(&parts[2]) => "coast",
        "tileset" => "meadow",
        _ => "other",
    };
    let style = (parts.len() > 3 && parts[2] == "style").then_some("style");
    [parts[0], name].into_iter().chain(style).collect()
}

fn base(backend: &str) -> Table {
    let mut base: Table = toml::from_str(BASE).unwrap();
    if backend != "files" {
        set(&mut base, "project", "backend", backend.into());
        return base;
    }
    for (kind, name, source) in SOURCES {
        let asset = base[kind][name].as_table_mut().unwrap();
        for key in ["prompt", "candidates", "reroll", "style", "frames", "action"] {
            asset.remove(key);
        }
        asset.insert("source".to_owned(), source.into());
    }
    let walk = base["animation"].as_table_mut().unwrap();
    set(walk, "walk", "source", vec!["raw/walk-1.png", "raw/walk-2.png"].into());
    base
}

fn set(base: &mut Table, table: &str, key: &str, value: toml::Value) {
    base[table].as_table_mut().unwrap().insert(key.to_owned(), value);
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(into)), toml::Value::Table(from)) => merge(into, from),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// The manifest, or the codes of its problems.
fn parse(manifest: &Table, profile: Option<&str>) -> Result<Manifest, String> {
    let mut options = LoadOptions { formats: specs(), ..LoadOptions::text(toml::to_string(manifest).unwrap()) };
    let files = options.files.as_mut().unwrap();
    files.extend(FILES.map(|name| (format!("raw/{name}.png"), Vec::new())));
    files.insert("more.toml".to_owned(), b"[sprite.more]\nsource = \"raw/new.png\"\nsize = 16\n".to_vec());
    files.extend(workflows().map(|(name, graph)| (format!("workflows/{name}.json"), graph.to_string().into_bytes())));
    options.profile = profile.map(str::to_owned);
    let codes = |problems: Problems| {
        problems.list().iter().map(|problem| problem.diagnostic.code.to_string()).collect::<Vec<_>>().join("+")
    };
    load(Path::new("."), &options).map(|loaded| Arc::unwrap_or_clone(loaded.manifest)).map_err(codes)
}

fn inputs() -> Inputs {
    let file = |name: &str| FileInput { bytes: Digest::of(name.as_bytes()), pixels: Some(Digest::of(name.as_bytes())) };
    let files: BTreeMap<_, _> = FILES.iter().map(|name| (format!("raw/{name}.png"), Ok(file(name)))).collect();
    Inputs { files, workflows: workflows().into(), versions: versions(), ..Inputs::default() }
}

/// The project's own: one of its kind, and the built-in one with a param.
fn workflows() -> [(String, Value); 2] {
    let own = serde_json::json!({
        "1": { "class_type": "Own", "inputs": { "text": "{prompt}", "model": "{checkpoint}", "seed": "{seed}" } },
        "2": { "class_type": "SaveImage", "inputs": { "images": ["1", 0], "filename_prefix": "{prefix}" } },
    });
    let mut sdxl = workflow::parse("sdxl", workflow::built_in("sdxl", None).unwrap().text).unwrap();
    sdxl["sampler"]["inputs"]["denoise"] = "{denoise}".into();
    sdxl["sampler"]["_meta"]["defaults"] = serde_json::json!({ "denoise": 1.0 });
    [("own".to_owned(), own), ("sdxl".to_owned(), sdxl)]
}

/// The strongest change between two plans against one state.
fn effect(before: &Plan, after: &Plan) -> &'static str {
    let ids = |plan: &Plan| plan.items.keys().cloned().collect::<BTreeSet<_>>();
    let slots = |plan: &Plan| -> BTreeMap<_, _> {
        let slots = plan.items.values().flat_map(|item| item.slots.clone());
        slots.map(|slot| (slot.id.clone(), slot)).collect()
    };
    let (old, new) = (slots(before), slots(after));
    if ids(before) != ids(after) || !old.keys().eq(new.keys()) {
        return "items";
    }
    let asks = |slots: &BTreeMap<_, dgx_pixels::plan::SlotPlan>| -> Vec<_> {
        slots.values().map(|slot| slot.keys.as_ref().map(|keys| keys.asks.clone())).collect()
    };
    let mut pairs = before.items.values().zip(after.items.values());
    if asks(&old) != asks(&new) {
        "ask"
    } else if after.requests().count() > 0 {
        "requests"
    } else if pairs.clone().any(|(old, new)| old.key != new.key) {
        "sprite"
    } else if pairs.any(|(old, new)| (old.export, &old.outputs) != (new.export, &new.outputs)) {
        "file"
    } else {
        "nothing"
    }
}

struct Column {
    base: Table,
    before: Plan,
    state: State,
    inputs: Inputs,
}

impl Column {
    fn of(backend: &str) -> Self {
        let (base, inputs) = (base(backend), inputs());
        let manifest = parse(&base, None).unwrap_or_else(|codes| panic!("the base for {backend} is wrong: {codes}"));
        let state = settled(&manifest, &inputs);
        let before = Planner::new(&manifest, &inputs).plan(&state);
        Self { base, before, state, inputs }
    }

    fn effect(&self, row: &Row) -> String {
        let mut changed = self.base.clone();
        let mut table = &mut changed;
        for part in place(&row.field) {
            let inner = table.entry(part).or_insert_with(|| Table::new().into());
            if !inner.is_table() {
                *inner = Table::new().into();
            }
            table = inner.as_table_mut().unwrap();
        }
        // A change of two keys.
        merge(
            table,
            toml::from_str(&row.change.replace("; ", "\n")).unwrap_or_else(|error| panic!("{}: {error}", row.change)),
        );
        let profile = row.field.starts_with("profile").then_some("other");
        match parse(&changed, profile) {
            Ok(manifest) => effect(&self.before, &Planner::new(&manifest, &self.inputs).plan(&self.state)).to_owned(),
            Err(codes) => format!("refused:{codes}"),
        }
    }
}

/// Locks and stores hold these digests: other bytes would make every project generate and process again.
#[test]
fn the_keys_of_a_project_never_change() {
    let mut lines = Vec::new();
    for backend in BACKENDS {
        for item in Column::of(backend).before.items.into_values() {
            let key = item.key.map_or_else(|| "-".to_owned(), |key| key.to_string());
            lines.push(format!("{backend} {} {key} file {} | {}", item.id, item.export, item.parts));
            let asks = |slot: &SlotPlan| slot.keys.iter().flat_map(|keys| keys.asks.clone()).collect::<Vec<_>>();
            lines.extend(item.slots.iter().map(|slot| format!("  {} {:?}", slot.id, asks(slot))));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_field_of_the_schema_has_a_row() {
    let rows: BTreeSet<String> = rows().into_iter().map(|row| row.field).collect();
    let (leaves, none) = (leaves(), BTreeSet::<&String>::new());
    assert_eq!(leaves.difference(&rows).collect::<BTreeSet<_>>(), none, "fields without a row");
    assert_eq!(rows.difference(&leaves).collect::<BTreeSet<_>>(), none, "rows without a field");
}

#[test]
fn every_field_changes_the_keys_that_its_row_names() {
    let columns = BACKENDS.map(Column::of);
    let mut wrong = Vec::new();
    for row in rows() {
        let found: Vec<String> = columns.iter().map(|column| column.effect(&row)).collect();
        if found != row.effects {
            wrong.push(format!("{} | {} | {}", row.field, row.change, found.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "these change other keys than their rows say:\n{}", wrong.join("\n"));
}

/// Through a whole build, on a server that counts.
#[test]
fn no_field_of_a_recipe_asks_for_anything_or_moves_a_pick() {
    let (mut base, server) = (base("comfyui"), Server::new());
    let fields = rows().into_iter().filter(|row| row.field.starts_with("recipe.") && row.effects[0] == "sprite");
    let project = Project::with(&toml::to_string(&base).unwrap());
    project.draw(&server);
    let picks = |project: &Project| -> Vec<_> {
        let entries = project.parsed_lock().entries.into_values();
        entries.flat_map(|entry| entry.slots.into_values().map(|slot| (slot.pick, slot.candidates))).collect()
    };
    let before = picks(&project);
    let mut changed = 0;
    for row in fields.filter(|row| !row.field.ends_with("inherits")) {
        base.remove("recipe");
        base.insert("recipe".to_owned(), toml::from_str::<Table>("tiny = {}").unwrap().into());
        base["recipe"]
            .as_table_mut()
            .unwrap()
            .insert("default".to_owned(), toml::from_str::<Table>(row.change).unwrap().into());
        project.write("pixels.toml", toml::to_string(&base).unwrap());
        project.draw(&server).asked(&[]);
        assert_eq!(picks(&project), before, "{}", row.field);
        changed += 1;
    }
    assert!(changed > 20, "{changed}");
}

/// What changed of the only asset, as `why` names it.
fn changes(project: &Project) -> Vec<String> {
    let (workspace, state) = open(&project.path(""), &Options::default(), Look::Outputs).unwrap();
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = planner.plan(&state);
    let id = plan.items.keys().next().unwrap();
    let changes = workspace.changes(&planner, &plan, id, &state).unwrap();
    let fields = changes.fields.iter().map(ToString::to_string);
    fields.chain(changes.parts.iter().map(|part| format!("{part}?"))).collect()
}

#[test]
fn changed_fields_have_their_old_and_new_values() {
    let project = Project::with(KNIGHT);
    project.append("pixels.toml", "palette = \"endesga-32\"\n").build(&[]).exit(0);
    assert_eq!(changes(&project), [""; 0]);
    project.edit("pixels.toml", "endesga-32", "pico-8");
    assert_eq!(changes(&project), ["palette: endesga-32 -> pico-8"]);
    project.edit("pixels.toml", "size = 16", "size = [16, 24]").edit(
        "pixels.toml",
        "\"sketch\"",
        "\"sketch\"\nscale = [2]",
    );
    let lines = ["canvas: 16 -> 16x24", "palette: endesga-32 -> pico-8", "size: 16 -> 16x24"];
    assert_eq!(
        changes(&project),
        [lines.as_slice(), &["paths: sprites/knight.png -> sprites/knight@2x.png", "scale: 1 -> 2"]].concat()
    );
}

#[test]
fn a_changed_prompt_is_named_beside_what_it_was() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0);
    project.edit("pixels.toml", "prompt = \"knight\"", "prompt = \"old king\"");
    assert_eq!(changes(&project), ["prompt: knight -> old king"]);
}

/// In another clone, or once the store is gone.
#[test]
fn without_stored_keys_only_parts_are_named() {
    let project = Project::with(KNIGHT);
    project.build(&[]).exit(0).remove(".dgx-pixels");
    project.edit("pixels.toml", "\"knight\"", "\"king\"").edit("pixels.toml", "size = 16", "size = 24");
    assert_eq!(changes(&project), ["prompt?", "canvas?", "recipe?"]);
}
