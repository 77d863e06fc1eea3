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
        let found = run.events.iter().find_map(|event| event["code"].as_str()).unwrap_or_default().to_owned();
        found
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
