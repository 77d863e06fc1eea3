//! Runs of `[train.NAME]`: what is checked before a worker is needed.

use crate::contract::Contract;
use crate::project::Project;

const RUN: &str = "[project]\nname = \"test\"\nbackend = \"sketch\"\n[train.house]\ndata = \"art\"\nbase = \"base.safetensors\"\n\
                   resolution = 256\nprompts = [\"a knight\"]\n";

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

/// The worker reports what is free; more than that is not begun, and nothing is submitted.
#[cfg(unix)]
#[test]
fn memory_that_other_programs_hold_starts_no_run() {
    use std::os::unix::fs::DirBuilderExt;
    use std::sync::{Arc, Mutex};

    use crate::worker::{Fake, hello, ok};

    let project = project(12);
    // Sparse: a base of 8 GiB needs 20 to train on.
    std::fs::File::create(project.path("base.safetensors")).unwrap().set_len(8 << 30).unwrap();
    let sockets = project.path("run/dgx-pixels");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&sockets).unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let _worker = Fake::at(&sockets, move |request| {
        heard.lock().unwrap().push(request["t"].as_str().unwrap().to_owned());
        let mut values = hello();
        values["device"]["mem_free"] = (5_u64 << 30).into();
        values["id"] = request["id"].clone();
        ok(request, values)
    });
    let variables = alone(&project);
    let mut variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    variables.push(("DGX_PIXELS_SERVERS", "http://127.0.0.1:9"));
    let run = project.run_line_with(&variables, "train house --message-format json").exit(1);
    let error = run.events.iter().find(|event| event["code"] == "out-of-memory").unwrap();
    assert_eq!(error["message"], "training needs about 20 GiB of memory, 5 are free");
    assert!(asked.lock().unwrap().iter().all(|kind| kind == "hello" || kind == "ping"), "{asked:?}");
}

#[test]
fn a_run_needs_an_installed_worker() {
    let project = project(12);
    let variables = alone(&project);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    let run = project.run_line_with(&variables, "train house").exit(1);
    assert!(run.stderr.contains("dgx-pixels worker install"), "{run}");
}

/// The side of a cell of these canvases: 24 pixels, at 256.
const CELL: u32 = 8;

fn sprite(seed: u32) -> image::RgbaImage {
    image::RgbaImage::from_fn(24, 24, |x, y| {
        let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503 + seed * 7_919);
        image::Rgba([(mixed >> 11) as u8 % 5 * 40, (seed * 9) as u8, 90, 255])
    })
}

/// A sample that shows a sprite, enlarged, at a place in cells.
fn showing(sprite: &image::RgbaImage, left: u32, top: u32) -> image::RgbaImage {
    let mut canvas = image::RgbaImage::from_pixel(256, 256, image::Rgba([255; 4]));
    let large = dgx_pixels::words::sheet::scale(sprite, CELL);
    image::imageops::overlay(&mut canvas, &large, (left * CELL).into(), (top * CELL).into());
    canvas
}

/// What a base without the style draws: colours of its own in every pixel.
fn noise(seed: u32) -> image::RgbaImage {
    image::RgbaImage::from_fn(256, 256, |x, y| {
        let mixed = (x + 7 * seed + 1).wrapping_mul(2_654_435_761) ^ (y + 3).wrapping_mul(2_246_822_519);
        image::Rgba([(mixed >> 8) as u8, (mixed >> 16) as u8 / 2 + 90, (mixed >> 24) as u8, 255])
    })
}

/// A sample that a worker drew: step, strength per mille, whether its prompt has the trigger, seed, picture.
type Drawn = (u32, u32, bool, u32, image::RgbaImage);
/// A sample with its prompt.
type Prompted = (u32, u32, String, u32, image::RgbaImage);

/// Writes what a worker leaves of a run: samples, and a LoRA for each of its steps.
fn left(project: &Project, samples: Vec<Drawn>) {
    let prompt = |trigger: bool| if trigger { "dgxpx_style, a knight" } else { "a knight" }.to_owned();
    let samples = samples
        .into_iter()
        .map(|(step, strength, trigger, seed, picture)| (step, strength, prompt(trigger), seed, picture));
    left_of(project, samples.collect());
}

fn left_of(project: &Project, samples: Vec<Prompted>) {
    let plan = project.run_line("train house --dry-run --message-format json").exit(0).events[0].clone();
    let folder = format!(".dgx-pixels/train/house/{}", plan["job"].as_str().unwrap());
    let mut log = String::new();
    let mut note = |event: serde_json::Value| log += &format!("{event}\n");
    for (number, (step, strength, prompt, seed, picture)) in samples.into_iter().enumerate() {
        let path = format!("{folder}/samples/{step:06}-{strength}-{number}.png");
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        project.write(&path, bytes.into_inner());
        note(serde_json::json!({ "seq": 1, "job_id": "x", "t": "sample", "step": step, "strength": strength,
            "prompt": prompt, "seed": seed, "path": project.path(&path), "sha256": "00" }));
        let lora = format!("{folder}/house-{step:06}.safetensors");
        if step > 0 && !project.path(&lora).exists() {
            project.write(&lora, "lora");
            note(serde_json::json!({ "seq": 1, "job_id": "x", "t": "lora", "step": step, "path": project.path(&lora),
                "sha256": "00" }));
        }
    }
    project.write(&format!("{folder}/events.jsonl"), log);
}

/// Samples of the base and of a last step, with and without the trigger.
fn drawn(project: &Project, with_trigger: impl Fn(u32) -> image::RgbaImage, without: impl Fn(u32) -> image::RgbaImage) {
    let of = |seed: u32| {
        [
            (0, 0, true, seed, noise(seed)),
            (0, 0, false, seed, noise(seed)),
            (100, 1000, true, seed, with_trigger(seed)),
            (100, 1000, false, seed, without(seed)),
        ]
    };
    left(project, (0..6).flat_map(of).collect());
}

fn proof(project: &Project, exit: i32) -> serde_json::Value {
    let run = project.run_line("train prove house --no-draw --message-format json").exit(exit);
    run.events.iter().for_each(|line| Contract::read().check_line(line));
    assert!(project.path("train/house/proof.json").exists());
    run.events[0].clone()
}

/// A new sprite in the colours of the data.
fn new(seed: u32) -> image::RgbaImage {
    let sprite = image::RgbaImage::from_fn(24, 24, |x, y| {
        *sprite(seed % 4).get_pixel((x * 7 + y * 5 + seed) % 24, (y * 11 + x) % 24)
    });
    showing(&sprite, 4, 4)
}

#[test]
fn a_style_is_told_from_the_base_and_the_base_from_itself() {
    let project = project(12);
    drawn(&project, new, noise);
    let found = proof(&project, 0);
    assert_eq!((&found["learnt"], &found["passes"]), (&true.into(), &true.into()), "{found}");
    assert_eq!(found["leak"]["changed"], 0);
    drawn(&project, |seed| noise(seed + 50), noise);
    let found = proof(&project, 3);
    assert_eq!((&found["learnt"], &found["findings"][0]["code"]), (&false.into(), &"not-learnt".into()), "{found}");
    assert!(found["findings"][0]["hint"].as_str().unwrap().contains("few images"), "{found}");
}

/// The captions of held-out canvases, and the canvases.
fn held_out(project: &Project) -> Vec<(String, image::RgbaImage)> {
    project.run_line("train house --dry-run").exit(0);
    let folder = project.path(".dgx-pixels/train/house/data");
    let data: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("dataset.json")).unwrap()).unwrap();
    let canvases = data["canvases"].as_array().unwrap().iter().filter(|canvas| canvas["held_out"] == true);
    let text = |canvas: &serde_json::Value, name: &str| canvas[name].as_str().unwrap().to_owned();
    let image = |canvas| image::open(folder.join(text(canvas, "file"))).unwrap().to_rgba8();
    canvases.map(|canvas| (text(canvas, "caption"), image(canvas))).collect()
}

/// The base draws what its prompts say without the style; a run draws in the style, its prompts' images or those of others.
#[test]
fn a_style_whose_prompts_are_unheard_does_not_pass() {
    let project = project(12);
    project.write("pixels.toml", RUN.replace("resolution", "hold_out = 0.4\nresolution"));
    for seed in 0..12 {
        project.write(&format!("art/guard-{seed}.txt"), format!("guard {seed}"));
    }
    let held_out = held_out(&project);
    assert!(held_out.len() > 2, "{}", held_out.len());
    let grainy = |canvas: &image::RgbaImage, seed: u32| {
        let (mut grainy, noise) = (canvas.clone(), noise(seed));
        for (pixel, noise) in grainy.pixels_mut().zip(noise.pixels()) {
            (0..3).for_each(|at| pixel[at] = (pixel[at] / 4 * 3).saturating_add(noise[at] / 4));
        }
        grainy
    };
    let drawn = |shift: usize| {
        let of = |at: usize, seed: u32| {
            let (prompt, own) = &held_out[at];
            let (_, shown) = &held_out[(at + shift) % held_out.len()];
            // Neighbours change places: what is shown stays where it is.
            let in_style = image::RgbaImage::from_fn(256, 256, |x, y| *shown.get_pixel(x ^ CELL, y));
            [(0, 0, prompt.clone(), seed, grainy(own, seed)), (100, 1000, prompt.clone(), seed, in_style)]
        };
        left_of(&project, (0..held_out.len()).flat_map(|at| (0..3).flat_map(move |seed| of(at, seed))).collect());
    };
    let last = |found: &serde_json::Value| found["arms"].as_array().unwrap().last().unwrap().clone();
    drawn(0);
    let found = proof(&project, 0);
    assert_eq!((&found["passes"], &last(&found)["unheard"]), (&true.into(), &false.into()), "{found}");
    assert!(last(&found)["follows"]["low"].as_i64().unwrap() > 500, "{found}");
    drawn(1);
    let found = proof(&project, 3);
    assert_eq!((&found["learnt"], &last(&found)["unheard"]), (&true.into(), &true.into()), "{found}");
    let finding = &found["findings"][0];
    assert_eq!((&finding["code"], &finding["severity"]), (&"captions-unheard".into(), &"error".into()), "{found}");
}

#[test]
fn planted_copies_are_found_shifted_and_mirrored_and_a_leak_is() {
    let project = project(12);
    let known = |file: &str| image::open(project.path("art").join(file)).unwrap().to_rgba8();
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
    assert_eq!(memorized.iter().filter(|hit| hit["image"] == file && hit["difference"] == 0).count(), 6, "{found}");
    assert_eq!(memorized.iter().filter(|hit| hit["mirrored"] == true).count(), 1);
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"memorized") && codes.contains(&"style-leak"), "{codes:?}");
    assert!(image::open(project.path(found["sheet"].as_str().unwrap())).unwrap().width() > 100);
}

/// Copies at full strength, new sprites at a weaker one: the weaker one can be used.
fn two_strengths(project: &Project) {
    let of = |seed: u32| {
        [
            (0, 0, true, seed, noise(seed)),
            (0, 0, false, seed, noise(seed)),
            (500, 600, true, seed, new(seed)),
            (500, 600, false, seed, noise(seed)),
            (500, 1000, true, seed, showing(&sprite(1), 4, 4)),
            (500, 1000, false, seed, noise(seed)),
        ]
    };
    left(project, (0..4).flat_map(of).collect());
}

#[test]
fn the_proof_chooses_and_its_choice_is_adopted_with_comments_kept() {
    let project = project(12);
    project.write(
        "pixels.toml",
        format!("{RUN}[style.default]\n# our own\nloras = [] # none\n\n[sprite.knight]\nprompt = \"a knight\"\n"),
    );
    std::fs::create_dir_all(project.path("models/loras")).unwrap();
    project.write("pixels.local.toml", format!("models = {:?}\n", project.path("models").display().to_string()));
    two_strengths(&project);
    let before = std::fs::read_to_string(project.path("pixels.toml")).unwrap();
    let refused = project.run_line("train adopt house --message-format json").exit(2);
    assert_eq!(refused.events[0]["code"], "not-proven");
    let found = proof(&project, 0);
    assert_eq!((&found["choice"]["step"], &found["choice"]["strength"]), (&500.into(), &600.into()), "{found}");
    assert_eq!(found["memorized"].as_array().unwrap().len(), 4);
    let refused = project.run_line("train adopt house --strength 1.0 --message-format json").exit(2);
    assert_eq!(refused.events[0]["code"], "not-proven");
    assert_eq!(
        project.run_line("train adopt house --step 9 --yes --message-format json").exit(2).events[0]["code"],
        "no-lora"
    );
    let dry = project.run_line("train adopt house --dry-run --message-format json").exit(0);
    Contract::read().check_line(&dry.events[0]);
    assert_eq!(std::fs::read_to_string(project.path("pixels.toml")).unwrap(), before);
    let adopted = project.run_line("train adopt house --message-format json").exit(0);
    assert_eq!(adopted.events[0]["installed"], true);
    assert_eq!(std::fs::read_to_string(project.path("models/loras/house-000500.safetensors")).unwrap(), "lora");
    let text = std::fs::read_to_string(project.path("pixels.toml")).unwrap();
    let line = "# our own\nloras = [{ file = \"house-000500.safetensors\", weight = 0.6 }] # none\n";
    assert!(text.contains(line) && text.contains("# adopted [train.house]: step 500 at 0.6: distance"), "{text}");
    assert!(text.contains("prompt = \"dgxpx_style, pixel art, {prompt}"), "{text}");
    project.run_line("check").exit(4);
}

#[test]
fn people_compare_the_base_with_the_best_steps() {
    let project = project(12);
    project.write("pixels.toml", format!("{RUN}[sprite.knight]\nprompt = \"a knight\"\n"));
    std::fs::create_dir_all(project.path("models/loras")).unwrap();
    project.write("pixels.local.toml", format!("models = {:?}\n", project.path("models").display().to_string()));
    two_strengths(&project);
    proof(&project, 0);
    let run = project.run_line("train compare house knight --message-format json").exit(0);
    Contract::read().check_line(&run.events[0]);
    assert_eq!(run.events[0]["arms"], serde_json::json!(["base", "house-000500-60", "house-000500-100"]));
    let text = std::fs::read_to_string(project.path("pixels.toml")).unwrap();
    assert!(text.contains("[compare.house]\nslots = [\"knight\"]\narms.base = {}\n"), "{text}");
    // The LoRAs that ComfyUI's folder has now are a sweep of their own.
    let line = "compare sweep grid --checkpoints house-* --weights 0.6..1.0/0.2 --slots knight --message-format json";
    let run = project.run_line(line).exit(0);
    Contract::read().check_line(&run.events[0]);
    assert_eq!(run.events[0]["arms"].as_array().unwrap().len(), 4);
    let many = "compare sweep grid --lora a.safetensors --lora b.safetensors --weights 0.6,0.8 --message-format json";
    assert_eq!(project.run_line(many).exit(2).events[0]["code"], "arm-count");
    project.run_line("check").exit(4);
}

#[test]
fn a_run_takes_the_projects_own_picked_sprites() {
    let own = "[project]\nname = \"test\"\n[train.house]\nfrom = \"tag:hero\"\nbase = \"base.safetensors\"\n\
               resolution = 256\nprompts = [\"a knight\"]\n[recipe.as-is]\ngrid = [24, 24]\n";
    let mut project = Project::with(own).file("base.safetensors", "base");
    let mut manifest = own.to_owned();
    for seed in 0..8 {
        let name = format!("red-guard{seed}");
        let mut bytes = std::io::Cursor::new(Vec::new());
        sprite(seed).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        project = project.file(&format!("raw/{name}.png"), bytes.into_inner());
        let tags = if seed < 6 { "tags = [\"hero\"]\n" } else { "" };
        manifest += &format!("[sprite.{name}]\nsource = \"raw/{name}.png\"\nrecipe = \"as-is\"\n{tags}");
    }
    project.write("pixels.toml", manifest);
    let nothing = project.run_line("dataset from-project --out early --message-format json").exit(2);
    assert_eq!(nothing.events[0]["code"], "no-images");
    project.run_line("build");
    let run =
        project.run_line("dataset from-project tag:hero --out data --licence CC0-1.0 --message-format json").exit(0);
    Contract::read().check_line(&run.events[0]);
    assert_eq!((&run.events[0]["images"], &run.events[0]["assets"]), (&6.into(), &6.into()), "{run}");
    let audit = project.run_line("dataset audit data --least 4 --json").exit(0);
    let audit: serde_json::Value = serde_json::from_str(&audit.stdout).unwrap();
    assert_eq!(audit["summary"]["unlicensed"], 0);
    assert_eq!(audit["summary"]["sizes"], serde_json::json!({ "24x24": 6 }));
    let caption = audit["images"][0]["caption"].as_str().unwrap();
    assert!(caption.ends_with("pixel art, red guard"), "{caption}");
    let again = project.run_line("dataset from-project tag:hero --out data --message-format json").exit(2);
    assert_eq!(again.events[0]["code"], "file-exists");
    let plan = || project.run_line("train house --dry-run --message-format json").exit(0).events[0].clone();
    assert_eq!(plan()["canvases"].as_u64().unwrap() + plan()["held_out"].as_u64().unwrap(), 6);
    assert_eq!(plan(), plan());
}
