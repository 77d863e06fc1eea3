//! Runs of `[train.NAME]`: what is checked before a worker is needed.

use crate::contract::Contract;
use crate::project::Project;

const RUN: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\n[train.house]\ndata = \"art\"\nbase = \"base.safetensors\"\n\
                   resolution = 512\nprompts = [\"a knight\"]\n";

fn project(images: u32) -> Project {
    let project = Project::with(RUN).file("base.safetensors", "base");
    for seed in 0..images {
        let sprite = image::RgbaImage::from_fn(24, 24, |x, y| {
            let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503 + seed * 7_919);
            image::Rgba([(mixed >> 11) as u8 % 5 * 40, (seed * 9) as u8, 90, 255])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        sprite.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        project.write(&format!("art/guard-{seed}.png"), bytes.into_inner());
    }
    project
}

/// Sockets and installation of this project alone: no worker of this machine is touched.
fn alone(project: &Project) -> [(String, String); 2] {
    let path = |name: &str| project.path(name).display().to_string();
    [("XDG_RUNTIME_DIR".to_owned(), path("run")), ("DGX_PIXELS_WORKER".to_owned(), path("worker"))]
}

#[test]
fn a_plan_prepares_the_data_and_the_same_data_is_the_same_job() {
    let project = project(12);
    let plan = || {
        let run = project.run_line("train house --dry-run --message-format json").exit(0);
        run.events.iter().for_each(|line| Contract::read().check_line(line));
        run.events[0].clone()
    };
    let first = plan();
    assert_eq!(first, plan());
    assert!(first["job"].as_str().unwrap().starts_with("house-"));
    assert_eq!(first["canvases"].as_u64().unwrap() + first["held_out"].as_u64().unwrap(), 12);
    project.write("art/guard-1.txt", "another caption");
    assert_ne!(first["job"], plan()["job"]);
}

#[test]
fn what_is_missing_is_said_before_a_worker_is_needed() {
    let project = project(2);
    let code = |line: &str| {
        let variables = alone(&project);
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        let run = project.run_line_with(&variables, &format!("{line} --message-format json"));

        run.events.iter().find_map(|event| event["code"].as_str()).unwrap_or_default().to_owned()
    };
    assert_eq!(code("train hose"), "unknown-train");
    assert_eq!(code("train house"), "unfit-dataset");
    for seed in 0..4_u8 {
        project.write(&format!("art/x{seed}.png"), crate::project::png(16, [seed, 0, 0]));
    }
    assert_eq!(code("train house --cancel"), "no-worker");
    assert_eq!(code("train --list"), "");
    assert_eq!(code("worker status"), "");
    std::fs::remove_file(project.path("base.safetensors")).unwrap();
    assert_eq!(code("train house"), "no-base");
}

#[test]
fn a_run_needs_an_installed_worker() {
    let project = project(12);
    let variables = alone(&project);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    let run = project.run_line_with(&variables, "train house").exit(1);
    assert!(run.stderr.contains("dgx-pixels worker install"), "{run}");
}

/// The side of a cell of these canvases: 24 pixels, at 512.
const CELL: u32 = 16;

fn sprite(seed: u32) -> image::RgbaImage {
    image::RgbaImage::from_fn(24, 24, |x, y| {
        let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503 + seed * 7_919);
        image::Rgba([(mixed >> 11) as u8 % 5 * 40, (seed * 9) as u8, 90, 255])
    })
}

/// A sample that shows a sprite, enlarged, at a place in cells.
fn showing(sprite: &image::RgbaImage, left: u32, top: u32) -> image::RgbaImage {
    let mut canvas = image::RgbaImage::from_pixel(512, 512, image::Rgba([255; 4]));
    let large = dgx_pixels::words::sheet::scale(sprite, CELL);
    image::imageops::overlay(&mut canvas, &large, (left * CELL).into(), (top * CELL).into());
    canvas
}

/// What a base without the style draws: colours of its own in every pixel.
fn noise(seed: u32) -> image::RgbaImage {
    image::RgbaImage::from_fn(512, 512, |x, y| {
        let mixed = (x + 7 * seed + 1).wrapping_mul(2_654_435_761) ^ (y + 3).wrapping_mul(2_246_822_519);
        image::Rgba([(mixed >> 8) as u8, (mixed >> 16) as u8 / 2 + 90, (mixed >> 24) as u8, 255])
    })
}

/// Writes what a worker leaves: samples of the base and of the last step, with and without the trigger.
fn drawn(project: &Project, with_trigger: impl Fn(u32) -> image::RgbaImage, without: impl Fn(u32) -> image::RgbaImage) {
    let plan = project.run_line("train house --dry-run --message-format json").exit(0).events[0].clone();
    let folder = format!(".dgx-pixels/train/house/{}", plan["job"].as_str().unwrap());
    let mut log = String::new();
    for (at, seed) in (0..6_u32).flat_map(|seed| [(0, seed), (1, seed), (2, seed), (3, seed)]) {
        let (step, trigger) = (at / 2 * 100, at % 2 == 0);
        let picture = match (step, trigger) {
            (0, _) => noise(seed),
            (_, true) => with_trigger(seed),
            (_, false) => without(seed),
        };
        let path = format!("{folder}/samples/{step:06}-{seed}-{trigger}.png");
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        project.write(&path, bytes.into_inner());
        let prompt = if trigger { "dgxpx_style, a knight" } else { "a knight" };
        let sample = serde_json::json!({ "seq": 1, "job_id": "x", "t": "sample", "step": step, "prompt": prompt,
            "seed": seed, "path": project.path(&path), "sha256": "00" });
        log += &format!("{sample}\n");
    }
    project.write(&format!("{folder}/events.jsonl"), log);
}

fn proof(project: &Project, exit: i32) -> serde_json::Value {
    let run = project.run_line("train house --prove --message-format json").exit(exit);
    run.events.iter().for_each(|line| Contract::read().check_line(line));
    assert!(project.path("train/house/proof.json").exists());
    run.events[0].clone()
}

#[test]
fn a_style_is_told_from_the_base_and_the_base_from_itself() {
    let project = project(12);
    // New sprites in the colours of the data.
    let new = |seed: u32| {
        let sprite = image::RgbaImage::from_fn(24, 24, |x, y| {
            *sprite(seed % 4).get_pixel((x * 7 + y * 5 + seed) % 24, (y * 11 + x) % 24)
        });
        showing(&sprite, 4, 4)
    };
    drawn(&project, new, noise);
    let found = proof(&project, 0);
    assert_eq!((&found["learnt"], &found["passes"]), (&true.into(), &true.into()), "{found}");
    assert_eq!(found["leak"]["changed"], 0);
    drawn(&project, |seed| noise(seed + 50), noise);
    let found = proof(&project, 3);
    assert_eq!((&found["learnt"], &found["findings"][0]["code"]), (&false.into(), &"not-learnt".into()), "{found}");
}

#[test]
fn planted_copies_are_found_shifted_and_mirrored_and_a_leak_is() {
    let project = project(12);
    let known = |file: &str| image::open(project.path("art").join(file)).unwrap().to_rgba8();
    let data = std::fs::read_to_string(project.path(".dgx-pixels/train/house/data/dataset.json"));
    assert!(data.is_err());
    project.run_line("train house --dry-run").exit(0);
    let data = std::fs::read_to_string(project.path(".dgx-pixels/train/house/data/dataset.json")).unwrap();
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["cell"], CELL);
    let trained = data["canvases"].as_array().unwrap().iter().find(|canvas| canvas["held_out"] == false).unwrap();
    let file = trained["sprites"][0]["file"].as_str().unwrap();
    let mirrored = image::imageops::flip_horizontal(&known(file));
    let copy = |seed: u32| if seed == 3 { showing(&mirrored, 7, 1) } else { showing(&known(file), seed, 3) };
    drawn(&project, copy, |seed| showing(&sprite(seed + 30), 4, 4));
    let found = proof(&project, 3);
    let memorized = found["memorized"].as_array().unwrap();
    assert_eq!(memorized.len(), 6, "{found}");
    assert!(memorized.iter().all(|hit| hit["image"] == file && hit["difference"] == 0));
    assert_eq!(memorized.iter().filter(|hit| hit["mirrored"] == true).count(), 1);
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"memorized") && codes.contains(&"style-leak"), "{codes:?}");
}
