//! Training data: what an audit finds, what prepared canvases are made of, and what starts no run.

use std::collections::BTreeSet;
use std::path::Path;

use dgx_pixels::words::sheet::scale;
use image::{Rgba, RgbaImage};
use serde_json::Value;

use crate::contract::Contract;
use crate::project::{Project, Run};

/// Sprites whose pixels depend on a seed; their left and right halves differ.
fn sprite(side: u32, seed: u32) -> RgbaImage {
    RgbaImage::from_fn(side, side, |x, y| {
        let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503 + seed * 7_919);
        match (mixed >> 11) % 6 {
            0 | 1 if x > side / 3 => Rgba([0; 4]),
            other => Rgba([(other * 40) as u8, (seed * 3 % 200) as u8, (255 - other * 30) as u8, 255]),
        }
    })
}

fn bytes(image: &RgbaImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    match format {
        image::ImageFormat::Jpeg => {
            image::DynamicImage::ImageRgba8(image.clone()).to_rgb8().write_to(&mut bytes, format)
        }
        _ => image.write_to(&mut bytes, format),
    }
    .unwrap();
    bytes.into_inner()
}

fn png(image: &RgbaImage) -> Vec<u8> {
    bytes(image, image::ImageFormat::Png)
}

/// A nearest-neighbour enlargement to a side that may be no multiple.
fn enlarged(image: &RgbaImage, side: u32) -> RgbaImage {
    RgbaImage::from_fn(side, side, |x, y| {
        let at = |x: u32| (2 * x + 1) * image.width() / (2 * side);
        *image.get_pixel(at(x), at(y))
    })
}

/// A folder `art` of twelve sprites of 24 pixels at several scales.
fn art() -> Project {
    let project = Project::new();
    for seed in 0..12 {
        let k = [1, 2, 4][seed as usize % 3];
        project.write(&format!("art/knights/guard-{seed}_front.png"), png(&scale(&sprite(24, seed), k)));
    }
    project
}

fn audit(project: &Project) -> (Run<'_>, Value) {
    let run = project.run_line("dataset audit art --json");
    let value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    Contract::read().check("dataset-audited", &value);
    (run, value)
}

/// The codes of all findings about a file, or about the whole for an empty name.
fn codes(audit: &Value, file: &str) -> BTreeSet<String> {
    let images = audit["images"].as_array().unwrap().iter().filter(|image| image["file"] == file);
    let whole = audit["findings"].as_array().unwrap().iter().filter(|_| file.is_empty());
    let findings = images.flat_map(|image| image["findings"].as_array().unwrap()).chain(whole);
    findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn sprites_at_several_scales_are_taken_back_to_native_pixels() {
    let project = art();
    let (run, audit) = audit(&project);
    assert_eq!(run.code(), Some(0), "{run}");
    assert_eq!(audit["trainable"], true);
    assert_eq!(audit["summary"]["sizes"], serde_json::json!({ "24x24": 12 }));
    assert_eq!(audit["summary"]["scales"], serde_json::json!({ "1x": 4, "2x": 4, "4x": 4 }));
    assert_eq!(audit["summary"]["missing_views"], serde_json::json!(["back", "side"]));
    let caption = "dgxpx_style, pixel art, guard, knights, front view, white background";
    assert_eq!(audit["images"][0]["caption"], caption);
    let people = project.run_line("dataset audit art --sheet sheet.png").exit(0);
    assert!(people.stdout.contains("12 images, 12 usable, 12 distinct"), "{people}");
    assert!(image::open(project.path("sheet.png")).unwrap().width() > 300);
}

/// One image that would have to be resampled, or that was, and no run starts: nothing is written.
#[test]
fn an_image_that_would_be_resampled_starts_no_run() {
    let smooth = image::imageops::resize(&sprite(24, 3), 96, 96, image::imageops::FilterType::CatmullRom);
    let cases = [
        ("broken.png", png(&enlarged(&sprite(30, 99), 99)), "broken-scale"),
        ("lossy.jpg", bytes(&scale(&sprite(24, 98), 8), image::ImageFormat::Jpeg), "lossy-image"),
        ("smooth.png", png(&smooth), "too-many-colors"),
        ("cut.png", png(&sprite(24, 97))[..200].to_vec(), "image-truncated"),
        ("empty.png", Vec::new(), "image-empty"),
        ("dance.gif", b"GIF89a\x10\0\x10\0".to_vec(), "image-format"),
        ("flat.png", png(&RgbaImage::from_pixel(16, 16, Rgba([9, 9, 9, 255]))), "flat-image"),
        ("clear.png", png(&RgbaImage::new(16, 16)), "transparent"),
    ];
    for (name, content, code) in cases {
        let project = art().file(&format!("art/{name}"), content);
        let (run, audit) = audit(&project);
        assert_eq!(run.code(), Some(3), "{name}: {run}");
        assert!(codes(&audit, name).contains(code), "{name}: {audit}");
        let run = project.run_line("dataset prepare art --out data").exit(2);
        assert!(run.stderr.contains("cannot be trained on"), "{run}");
        assert!(!project.path("data").exists(), "{name}");
    }
}

#[test]
fn an_enlarged_jpeg_is_restored_where_that_is_wanted() {
    let hero = sprite(32, 5);
    let solid = RgbaImage::from_fn(32, 32, |x, y| match hero.get_pixel(x / 2 * 2, y / 2 * 2) {
        Rgba([_, _, _, 0]) => Rgba([255, 255, 255, 255]),
        pixel => *pixel,
    });
    let project = art().file("art/hero.jpg", bytes(&scale(&solid, 16), image::ImageFormat::Jpeg));
    let run = project.run_line("dataset audit art --restore --json");
    let audit: Value = serde_json::from_str(&run.stdout).unwrap();
    let hero = audit["images"].as_array().unwrap().iter().find(|image| image["file"] == "hero.jpg").unwrap().clone();
    assert_eq!(hero["restored"], true, "{hero}");
    assert!(codes(&audit, "hero.jpg").contains("restored-image"));
    project.run_line("dataset prepare art --restore --out data").exit(0);
}

#[test]
fn copies_mirror_images_and_scaled_copies_are_found_and_no_copy_is_trained_on_twice() {
    let project = art();
    let first = sprite(24, 0);
    project.write("art/z-copy.png", png(&scale(&first, 5)));
    project.write("art/z-mirror.png", png(&image::imageops::flip_horizontal(&first)));
    let (_, audit) = audit(&project);
    let pairs: BTreeSet<String> =
        audit["alike"].as_array().unwrap().iter().map(|pair| pair["likeness"].to_string()).collect();
    assert_eq!(pairs, ["\"equal\"", "\"mirrored\""].map(str::to_owned).into());
    assert_eq!(audit["summary"]["distinct"], 12);
    let run = project.run_line("dataset prepare art --out data --message-format json").exit(0);
    run.events.iter().for_each(|line| Contract::read().check_line(line));
    assert_eq!(run.events[0]["left_out"], serde_json::json!(["z-copy.png"]));
}

#[test]
fn too_few_images_and_none_are_refused() {
    let project = Project::new();
    std::fs::create_dir(project.path("art")).unwrap();
    assert!(codes(&audit(&project).1, "").contains("no-images"));
    for seed in 0..40 {
        project.write(&format!("art/{seed}.png"), png(&scale(&sprite(16, 1), 1 + seed % 3)));
    }
    let (run, found) = audit(&project);
    assert_eq!(run.code(), Some(3));
    assert!(codes(&found, "").contains("too-few-images") && codes(&found, "7.png").contains("near-duplicate"));
    project.run_line("dataset audit none").exit(2);
    project.run_line("dataset audit art --least 1").exit(0);
}

/// The canvases of a prepared folder, by file.
fn canvases(project: &Project, folder: &str) -> Vec<(Value, RgbaImage)> {
    let text = std::fs::read_to_string(project.path(folder).join("dataset.json")).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    Contract::read().check("dataset-prepared", &list);
    let canvases = list["canvases"].as_array().unwrap().clone();
    assert!(!canvases.is_empty());
    let open = |canvas: &Value| image::open(project.path(folder).join(canvas["file"].as_str().unwrap())).unwrap();
    canvases.into_iter().map(|canvas| (canvas.clone(), open(&canvas).to_rgba8())).collect()
}

/// Native pixels come back from every canvas, whatever its size and whether it is shared: nothing was resampled.
#[test]
fn every_native_pixel_is_a_square_of_a_canvas() {
    let project = art();
    for (at, side) in [16_u32, 16, 16, 48, 130].into_iter().enumerate() {
        project.write(&format!("art/more/m{at}.png"), png(&sprite(side, 20 + at as u32)));
    }
    for options in ["", "--no-sheets", "--cell 8 --background magenta", "--resolution 512 --hold-out 0"] {
        project.run_line(&format!("dataset prepare art --out data {options}")).exit(0);
        let mut seen = BTreeSet::new();
        for (canvas, pixels) in canvases(&project, "data") {
            let list = std::fs::read_to_string(project.path("data/dataset.json")).unwrap();
            let cell = serde_json::from_str::<Value>(&list).unwrap()["cell"].as_u64().unwrap() as u32;
            for sprite in canvas["sprites"].as_array().unwrap() {
                let number = |value: &Value, at: usize| value[at].as_u64().unwrap() as u32;
                let [left, top, width, height] = [0, 1, 2, 3].map(|at| number(&sprite["crop"], at));
                let file = sprite["file"].as_str().unwrap();
                let source = image::open(project.path("art").join(file)).unwrap().to_rgba8();
                let k = if file.starts_with("knights") { source.width() / 24 } else { 1 };
                for (x, y) in (0..width * cell).flat_map(|x| (0..height * cell).map(move |y| (x, y))) {
                    let own = source.get_pixel((left + x / cell) * k, (top + y / cell) * k);
                    let drawn = pixels.get_pixel(number(&sprite["at"], 0) + x, number(&sprite["at"], 1) + y);
                    assert!(own[3] == 0 || own == drawn, "{file} {x} {y}");
                }
                seen.insert(file.to_owned());
            }
        }
        assert_eq!(seen.len(), 17, "{options}");
    }
}

#[test]
fn the_same_folder_and_options_make_the_same_bytes_and_no_foreign_file_is_touched() {
    let project = art();
    project.run_line("dataset prepare art --out one --jobs 1").exit(0);
    project.run_line("dataset prepare art --out two --jobs 4").exit(0);
    assert_eq!(
        project.files("one"),
        project.files("two").into_iter().map(|(path, bytes)| { (path.replacen("two", "one", 1), bytes) }).collect()
    );
    let before = project.files("one").len();
    project.run_line("dataset prepare art --out one --cell 8").exit(0);
    assert_ne!(project.files("one").len(), before);
    project.write("mine/notes.txt", "mine");
    project.run_line("dataset prepare art --out mine").exit(2);
    assert_eq!(std::fs::read_to_string(project.path("mine/notes.txt")).unwrap(), "mine");
}

#[test]
fn similar_images_are_held_out_together() {
    let project = art();
    for seed in 0..12 {
        project.write(&format!("art/copies/c{seed}.png"), png(&image::imageops::flip_horizontal(&sprite(24, seed))));
    }
    project.run_line("dataset prepare art --out data --hold-out 0.2").exit(0);
    let (mut held, mut trained) = (BTreeSet::new(), BTreeSet::new());
    for (canvas, _) in canvases(&project, "data") {
        let names = canvas["sprites"].as_array().unwrap().iter().map(|sprite| sprite["file"].as_str().unwrap());
        let numbers = names.map(|name| name.chars().filter(char::is_ascii_digit).collect::<String>());
        let side = if canvas["held_out"] == true { &mut held } else { &mut trained };
        side.extend(numbers);
    }
    assert!(!held.is_empty() && held.is_disjoint(&trained), "{held:?} {trained:?}");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_names_with_line_ends_stay_harmless() {
    let project = art();
    let outside = Project::new().file("secret.png", png(&sprite(24, 50)));
    std::os::unix::fs::symlink(outside.path("secret.png"), project.path("art/link.png")).unwrap();
    std::os::unix::fs::symlink(outside.path(""), project.path("art/folder")).unwrap();
    let (run, found) = audit(&project);
    assert_eq!(run.code(), Some(3));
    assert!(codes(&found, "").contains("symbolic-link"));
    for link in ["link.png", "folder"] {
        std::fs::remove_file(project.path("art").join(link)).unwrap();
    }
    project.write("art/red\nrm -rf\u{1b}[31m.png", png(&sprite(24, 51)));
    let run = project.run_line("dataset audit art --verbose").exit(0);
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
    project.run_line("dataset prepare art --out data").exit(0);
    assert!(canvases(&project, "data").iter().all(|(canvas, _)| !canvas["caption"].as_str().unwrap().contains('\n')));
}

#[test]
fn captions_of_users_and_notes_are_taken() {
    let project = art();
    project.write(
        "art/dataset.toml",
        "trigger = \"dgxpx_house\"\nlicence = \"CC0-1.0\"\n[image.knights]\ntags = [\"castle\"]\n",
    );
    project.write("art/knights/guard-1_front.txt", "a guard\nwith a halberd");
    project.write("art/knights/guard-2_front.txt", "");
    project.write("art/knights/guard-3_front.txt", "word ".repeat(10_000));
    let (_, found) = audit(&project);
    assert_eq!(found["images"][1]["caption"], "dgxpx_house, a guard with a halberd");
    assert_eq!(
        found["images"][2]["caption"],
        "dgxpx_house, pixel art, guard, knights, castle, front view, white background"
    );
    assert!(codes(&found, "knights/guard-2_front.png").contains("caption"));
    assert!(codes(&found, "knights/guard-3_front.png").contains("caption"));
    assert_eq!(found["summary"]["unlicensed"], 0);
    project.write("art/dataset.toml", "license = 1");
    let run = project.run_line("dataset audit art --message-format json").exit(2);
    assert_eq!(run.events[0]["code"], "bad-dataset-notes");
    let run = project.run_line("dataset audit art --template {who} --message-format json").exit(2);
    assert!(!Path::new("x").exists() && run.events[0]["code"] == "bad-dataset-notes");
}

/// One image of 16 pixels shows too little; a folder of them does not pass.
#[test]
fn small_art_that_was_enlarged_by_a_broken_factor_starts_no_run() {
    for (side, size) in [(16, 20), (16, 24), (20, 26), (32, 48), (48, 60), (64, 80)] {
        let project = Project::new();
        for seed in 0..12 {
            project.write(&format!("art/native-{seed}.png"), png(&sprite(side, seed)));
        }
        assert_eq!(audit(&project).0.code(), Some(0), "{side}");
        for seed in 0..12 {
            project.write(&format!("art/native-{seed}.png"), png(&enlarged(&sprite(side, seed), size)));
        }
        let (run, found) = audit(&project);
        assert_eq!(run.code(), Some(3), "{side} to {size}: {run}");
        for seed in 0..12 {
            let codes = codes(&found, &format!("native-{seed}.png"));
            assert!(codes.contains("broken-scale"), "{side} to {size}, {seed}: {codes:?}");
        }
    }
}

/// Bad files, each with what it is said to be; no run starts with it, and nothing is written.
#[test]
fn bad_files_are_errors_with_their_place_and_a_way_out() {
    let gif: Vec<u8> = {
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, 16, 16, &[0, 0, 0, 255, 255, 255]).unwrap();
        for _ in 0..90 {
            let frame = gif::Frame { width: 16, height: 16, buffer: vec![1; 256].into(), ..gif::Frame::default() };
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        bytes
    };
    // A JPEG of four components begins so; no decoder has to see the rest.
    let cmyk = [&[0xff, 0xd8, 0xff, 0xee, 0, 14][..], b"Adobe\0d\0\0\0\0\x02", &[0xff, 0xd9]].concat();
    let mut cut = png(&sprite(24, 60));
    cut.truncate(cut.len() * 2 / 3);
    let cases: [(&str, Vec<u8>); 4] = [
        ("cut.png", cut),
        ("dance.gif", gif),
        ("cmyk.jpg", cmyk),
        ("long.png", png(&RgbaImage::from_fn(20_000, 2, |x, _| Rgba([(x % 7 * 30) as u8, 9, 9, 255])))),
    ];
    for (name, content) in cases {
        let project = art().file(&format!("art/{name}"), content);
        let (run, found) = audit(&project);
        assert_eq!(run.code(), Some(3), "{name}: {run}");
        let image = found["images"].as_array().unwrap().iter().find(|image| image["file"] == name).unwrap();
        let error = image["findings"].as_array().unwrap().iter().find(|found| found["severity"] == "error");
        let error = error.unwrap_or_else(|| panic!("{name}: {image}"));
        assert_eq!(error["subject"]["name"], name, "{error}");
        project.run_line("dataset prepare art --out data").exit(2);
        assert!(!project.path("data").exists(), "{name}");
    }
}

#[test]
fn folders_that_are_no_data_set_say_why() {
    let project = Project::new();
    let code = |project: &Project, line: &str| {
        let run = project.run_line(&format!("{line} --message-format json")).exit(2);
        (run.events[0]["code"].as_str().unwrap().to_owned(), run.events[0]["hint"].is_string())
    };
    assert_eq!(code(&project, "dataset prepare none --out data"), ("no-such-file".to_owned(), true));
    std::fs::create_dir(project.path("art")).unwrap();
    assert_eq!(code(&project, "dataset prepare art --out data"), ("unfit-dataset".to_owned(), true));
    project.write("art/one.png", png(&sprite(24, 1)));
    assert_eq!(code(&project, "dataset prepare art --out data"), ("unfit-dataset".to_owned(), true));
    assert!(codes(&audit(&project).1, "").contains("too-few-images"));
    let files = (0..10_001).map(|at| project.path("many").join(format!("{at}.png")));
    std::fs::create_dir(project.path("many")).unwrap();
    files.for_each(|file| std::fs::write(file, b"").unwrap());
    assert_eq!(code(&project, "dataset audit many"), ("too-many-files".to_owned(), true));
}
