//! The files for Phaser and Pixi, read by what these engines do with them.

use std::collections::BTreeSet;

use dgx_pixels::export::index::read;
use dgx_pixels::words::index::Entry;
use serde_json::Value;

use crate::project::{GAME, Project};

fn game() -> (Project, Vec<Entry>) {
    let project = Project::with(GAME);
    let export = "export = [\"phaser\", \"pixi\", \"index\"]\nscale = [1, 2]\npadding = 1\n";
    project.edit("pixels.toml", "export = [\"bevy\", \"aseprite\"]", export);
    project.edit("pixels.toml", "frames = 2\n", "frames = 12\ncolumns = 5\ndurations = 80\nplayback = \"pingpong\"\n");
    project.append(
        "pixels.toml",
        "[animation.guard-walk]\nof = \"guard\"\naction = \"walk\"\nframes = 2\nrepeat = false\n",
    );
    project.build(&[]).exit(0);
    let entries = read(&project.read("assets/pixels.index.json")).unwrap().assets;
    (project, entries)
}

/// The files of an asset at each of its scales.
fn files<'a>(project: &'a Project, entry: &'a Entry, suffix: &'a str) -> impl Iterator<Item = (u32, Value)> + 'a {
    entry.images.iter().map(move |image| {
        let path = format!("assets/{}{suffix}", image.path.strip_suffix(".png").unwrap());
        let file: Value = serde_json::from_slice(&project.read(&path)).unwrap();
        assert_eq!(file["meta"]["image"].as_str().unwrap(), image.path.rsplit('/').next().unwrap());
        assert_eq!(file["meta"]["size"], serde_json::json!({ "w": image.size[0], "h": image.size[1] }));
        (image.scale, file)
    })
}

/// Where a frame lies, by the file and by the index.
fn lies(frame: &Value, entry: &Entry, number: usize, scale: u32) {
    let own = entry.frames[number];
    let [x, y, w, h] = [own.x, own.y, own.w, own.h].map(|length| length * scale);
    assert_eq!(frame["frame"], serde_json::json!({ "x": x, "y": y, "w": w, "h": h }), "{} {number}", entry.name);
    assert_eq!((&frame["rotated"], &frame["trimmed"]), (&Value::Bool(false), &Value::Bool(false)));
}

/// `createFromAseprite` goes through the tags, and looks each frame up by its number as text.
#[test]
fn phaser_finds_every_frame_of_every_animation() {
    let (project, entries) = game();
    let mut keys = BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.animation.is_some()) {
        for (scale, file) in files(&project, entry, ".phaser.json") {
            let frames = file["frames"].as_array().unwrap();
            let textures: Vec<&str> = frames.iter().map(|frame| frame["filename"].as_str().unwrap()).collect();
            let tags = file["meta"]["frameTags"].as_array().unwrap();
            assert_eq!((frames.len(), tags.len()), (entry.frames.len(), 1));
            let number = |key: &str| usize::try_from(tags[0][key].as_u64().unwrap()).unwrap();
            let mut found = 0;
            for i in number("from")..=number("to") {
                assert_eq!(textures[i], i.to_string());
                assert_eq!(frames[i]["duration"].as_u64(), entry.frames[i].duration.map(u64::from));
                lies(&frames[i], entry, i, scale);
                found += 1;
            }
            assert_eq!(found, entry.frames.len());
            let direction = if entry.name == "knight-walk" { "pingpong" } else { "forward" };
            assert_eq!((&tags[0]["name"], &tags[0]["direction"]), (&(*entry.name).into(), &direction.into()));
            // All animations of a game have one name each, whatever their action is.
            assert!(scale > 1 || keys.insert(entry.name.clone()));
        }
    }
    assert_eq!(keys.len(), 5);
}

#[test]
fn pixi_finds_every_texture_and_its_anchor() {
    let (project, entries) = game();
    let mut textures = BTreeSet::new();
    for entry in &entries {
        for (scale, file) in files(&project, entry, ".pixi.json") {
            assert_eq!(file["meta"]["scale"], Value::String(scale.to_string()));
            let frames = file["frames"].as_object().unwrap();
            assert_eq!(frames.len(), entry.frames.len());
            let name = |i: usize| match entry.frames.len() {
                1 => entry.name.clone(),
                _ => format!("{}/{i}", entry.name),
            };
            for i in 0..frames.len() {
                let frame = &frames[&name(i)];
                lies(frame, entry, i, scale);
                let anchor = entry.pivot.map(|[x, y]| {
                    let [w, h] = entry.grid.cell;
                    serde_json::json!({ "x": f64::from(x) / f64::from(w), "y": f64::from(y) / f64::from(h) })
                });
                assert_eq!(frame.get("anchor"), anchor.as_ref(), "{}", entry.name);
                assert!(scale > 1 || textures.insert(name(i)), "two textures are called {}", name(i));
            }
            let round = entry.animation.as_ref().map(|animation| animation.round.iter().map(|i| name(*i)).collect());
            let round: Option<Vec<String>> = round;
            assert_eq!(file.get("animations"), round.map(|round| serde_json::json!({ &*entry.name: round })).as_ref());
        }
    }
    let frames: usize = entries.iter().map(|entry| entry.frames.len()).sum();
    assert!(frames > 47);
    assert_eq!(textures.len(), frames);
}
