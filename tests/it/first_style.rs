//! `init --backend comfyui`: the manifest names models that the server has.

use fake_comfyui::{Fake, Options};

use crate::project::Project;

const NEEDED: [&str; 4] = [
    "sd_xl_base_1.0.safetensors",
    "sdxl-vae-fp16-fix.safetensors",
    "lcm-lora-sdxl.safetensors",
    "pixel-art-xl.safetensors",
];

/// A server with these models alone.
fn with(models: &[(&str, &str)]) -> Fake {
    let mut options = Options::default();
    for folder in ["checkpoints", "loras", "vae"] {
        let files = models.iter().filter(|(of, _)| *of == folder).map(|(_, file)| (*file).to_owned());
        options.models.insert(folder.to_owned(), files.collect());
    }
    Fake::with(options)
}

/// A project that was begun beside a server, and what `init` said.
fn begun(fake: &Fake) -> (Project, String) {
    let project = Project::new();
    let servers = fake.url();
    let shown = project.run_line_with(&[("DGX_PIXELS_SERVERS", &servers)], "init --backend comfyui").exit(0).shown();
    let doctor = project.run_line_with(&[("DGX_PIXELS_SERVERS", &servers)], "doctor");
    doctor.exit(0).says("a server has all of");
    assert_eq!((fake.prompts(), fake.inputs().len()), (0, 0));
    (project, shown)
}

#[test]
fn a_server_with_the_default_models_needs_no_style() {
    let all = NEEDED.map(|file| match file {
        file if file.contains("vae") => ("vae", file),
        file if file.contains("base") => ("checkpoints", file),
        file => ("loras", file),
    });
    let (project, shown) = begun(&with(&all));
    assert!(!project.text("pixels.toml").contains("[style.default]"), "{}", project.text("pixels.toml"));
    assert!(shown.contains("checkpoints/sd_xl_base_1.0.safetensors"), "{shown}");
    assert!(project.text("pixels.toml").contains("[profile.fast.style]"));
    assert!(shown.contains("profiles whose LoRAs") && shown.contains("`balanced`"), "{shown}");
}

#[test]
fn models_in_folders_and_of_other_names_are_found() {
    let (project, shown) = begun(&with(&[
        ("checkpoints", "sd_xl_refiner_1.0.safetensors"),
        ("checkpoints", "sdxl/animaginexl-v3.safetensors"),
        ("loras", "flux/pixel-flux.safetensors"),
        ("loras", "sdxl\\pixel-art-xl.safetensors"),
    ]));
    let text = project.text("pixels.toml");
    assert!(text.contains("checkpoint = \"sdxl/animaginexl-v3.safetensors\"\nvae = \"none\""), "{text}");
    assert!(text.contains("pixel-art-xl.safetensors") && text.contains("weight = 1.2"), "{text}");
    // Nothing there saves steps.
    assert!(text.contains("steps = 28\n") && text.contains("[profile.quality.style]"), "{text}");
    assert!(!text.contains("[profile.fast.style]"), "{text}");
    assert!(shown.contains("loras/sdxl\\pixel-art-xl.safetensors"), "{shown}");
}

#[test]
fn a_server_with_another_family_gets_no_loras_of_sdxl() {
    let models = [("checkpoints", "v1-5-pruned-emaonly.safetensors"), ("loras", "pixel-art-xl.safetensors")];
    let (project, shown) = begun(&with(&models));
    let text = project.text("pixels.toml");
    assert!(text.contains("loras = []\ncanvas = [512, 512]") && !text.contains("[profile."), "{text}");
    assert!(shown.contains("is not of the SDXL family by its name"), "{shown}");
}

#[test]
fn without_a_server_or_a_checkpoint_the_defaults_are_written() {
    let project = Project::new();
    let nobody = [("DGX_PIXELS_SERVERS", "http://127.0.0.1:9")];
    let shown = project.run_line_with(&nobody, "init --backend comfyui").exit(0).shown();
    assert!(shown.contains("nothing answers there") && shown.contains("`dgx-pixels doctor --models`"), "{shown}");
    let fake = with(&[("checkpoints", "sd_xl_refiner_1.0.safetensors")]);
    let empty = Project::new();
    let servers = [("DGX_PIXELS_SERVERS", fake.url())];
    let servers: Vec<(&str, &str)> = servers.iter().map(|(name, url)| (*name, url.as_str())).collect();
    let shown = empty.run_line_with(&servers, "init --backend comfyui").exit(0).shown();
    assert!(shown.contains("has no checkpoint that draws from a prompt"), "{shown}");
    assert_eq!(
        empty.text("pixels.toml").replace(&name(&empty), ""),
        project.text("pixels.toml").replace(&name(&project), "")
    );
}

/// The name of a project is that of its folder.
fn name(project: &Project) -> String {
    project.path("").file_name().unwrap().to_string_lossy().into_owned()
}
