//! Every key of one fixed input: keys are promises to locks and stores that exist, so none of these ever changes.
//!
//! Whoever changes an encoding gives it a new version and adds lines here.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::plan::{FileInput, Inputs, Versions, keys};
use dgx_pixels::session::pixels;
use dgx_pixels::words::ask::Ask;
use dgx_pixels::words::digest::Digest;
use dgx_pixels::words::lock::{ModelFound, Provenance};
use dgx_pixels::words::project::Manifest;
use dgx_pixels::words::raw::pixels_digest;
use dgx_pixels::words::sprite::{Restoration, Sprites};
use image::{Rgba, RgbaImage};

const MANIFEST: &str = r##"
[project]
name = "golden"
[sprite.comfyui]
prompt = "knight"
size = [16, 24]
palette = ["#000000", "#ffffff"]
gates = { grid = 600 }
inputs = { figure = "raw/a.png" }
style = { checkpoint = { file = "base.safetensors", sha256 = "00000000000000000000000000000000000000000000000000000000000000ff" } }
[sprite.sketch]
backend = "sketch"
preset = "character"
prompt = "knight"
size = 16
[sprite.files]
source = "raw/a.png"
[texture.grass]
prompt = "grass"
[tileset.meadow]
of = "grass"
size = 16
layout = "blob47"
"##;

/// What the versions of the inputs are does not matter here, only that they are always these.
fn inputs() -> Inputs {
    let file = FileInput { bytes: Digest::of(b"bytes"), pixels: Some(Digest::of(b"pixels")) };
    Inputs {
        files: BTreeMap::from([("raw/a.png".to_owned(), Ok(file))]),
        workflows: BTreeMap::new(),
        versions: Versions { process: 1, assembly: 1, motion: 1, image: 1 },
        ..Inputs::default()
    }
}

fn manifest() -> Manifest {
    let mut options = LoadOptions::text(MANIFEST);
    options.files.as_mut().unwrap().insert("raw/a.png".to_owned(), Vec::new());
    Arc::unwrap_or_clone(load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}")).manifest)
}

fn ask(ask: &Ask) -> Digest {
    let inputs = inputs();
    let digests = keys::input_digests(ask, &BTreeMap::new(), &inputs).unwrap();
    keys::ask_keys(ask, &digests, &inputs).unwrap().asks[0]
}

/// By name, one a line.
fn keys_of_the_input() -> String {
    let manifest = manifest();
    let group = |name: &str| manifest.groups.iter().find(|group| group.id.name == name).unwrap();
    let slot = |name: &str| &group(name).slots()[0];
    let image = RgbaImage::from_fn(2, 3, |x, y| Rgba([x as u8, y as u8, 7, 255]));
    let (raw, other) = (pixels_digest(&image), Digest::of(b"other"));
    let sprite = keys::sprite(1, &group("comfyui").recipe, &[raw, other], None);
    let provenance = Provenance {
        backend: "comfyui 0.44.1".to_owned(),
        device: Some("NVIDIA GB10".to_owned()),
        checkpoint: Some(ModelFound { file: "base.safetensors".to_owned(), sha256: None }),
        ..Provenance::default()
    };
    let rows = [
        ("ask comfyui", ask(&slot("comfyui").ask).to_string()),
        ("ask sketch", ask(&slot("sketch").ask).to_string()),
        ("ask files", ask(&slot("files").ask).to_string()),
        ("request", keys::request(&other, 7).to_string()),
        ("seed 1", keys::seed(&slot("comfyui").id, 1).to_string()),
        ("seed 2", keys::seed(&slot("comfyui").id, 2).to_string()),
        ("sprite", sprite.to_string()),
        ("sprite with a base", keys::sprite(1, &group("comfyui").recipe, &[raw], Some(&sprite)).to_string()),
        ("mirror", keys::mirror(&sprite).to_string()),
        ("tileset", keys::tileset(1, &manifest.tilesets[0], &sprite, &[]).to_string()),
        ("tileset with two", keys::tileset(1, &manifest.tilesets[0], &sprite, &[other]).to_string()),
        (
            "file",
            keys::export(&manifest, &inputs().versions, &["sprites/a.png".to_owned()], manifest.project.sheet, None)
                .to_string(),
        ),
        ("raw", raw.to_string()),
        ("pixels", pixels(&Sprites { frames: vec![image], found: Restoration::default() }).to_string()),
        ("provenance", provenance.id()),
    ];
    rows.iter().map(|(name, key)| format!("{name}: {key}\n")).collect()
}

#[test]
fn keys_are_forever() {
    insta::assert_snapshot!(keys_of_the_input());
}

#[test]
fn every_context_of_a_key_is_its_own() {
    let keys = keys_of_the_input();
    let mut values: Vec<&str> = keys.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), keys.lines().count());
}
