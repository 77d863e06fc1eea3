//! `doctor`: what it finds in project, servers and models, and that it changes nothing.

use fake_comfyui::{Fake, Options};
use insta::assert_snapshot;

use crate::project::Project;

const COMFY: &str = r#"
[project]
name = "test"
backend = "comfyui"
[style.default]
loras = []
[sprite.knight]
prompt = "knight"
size = 16
"#;

/// What doctor shows with these servers.
fn doctor(project: &Project, servers: &str, line: &str) -> String {
    project.run_line_with(&[("DGX_PIXELS_SERVERS", servers)], line).shown()
}

const DOWN: &str = "http://127.0.0.1:9";

#[test]
fn a_healthy_project_has_no_problem_and_stays_as_it_is() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let before = project.files("");
    assert_snapshot!(doctor(&project, &fake.url(), "doctor"));
    assert_eq!(project.files(""), before);
    assert_eq!((fake.prompts(), fake.inputs().len()), (0, 0));
}

#[test]
fn a_server_that_is_down_is_a_problem_only_if_none_is_up() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let without = Project::with("[project]\nname = \"x\"\nbackend = \"sketch\"\n");
    let both = format!("{},{DOWN}", fake.url());
    assert_snapshot!(
        doctor(&project, DOWN, "doctor") + &doctor(&project, &both, "doctor") + &doctor(&without, DOWN, "doctor")
    );
}

#[test]
fn missing_nodes_and_files_are_shown_with_the_next_step() {
    let project = Project::with(COMFY);
    let fake = Fake::with(Options { without: vec!["KSampler"], ..Options::default() });
    fake.remove_model("checkpoints", "sd_xl_base_1.0.safetensors");
    assert_snapshot!(doctor(&project, &fake.url(), "doctor") + &doctor(&project, &fake.url(), "doctor --models"));
}

#[test]
fn models_are_listed_without_a_project() {
    let fake = Fake::start();
    fake.remove_model("loras", "pixel-art-xl.safetensors");
    fake.model("loras", "pixel-art-xk.safetensors", None);
    fake.model("loras", "sdxl\\pixel-art-xl.safetensors", None);
    let project = Project::new();
    let models = |servers: &str| project.run_line_with(&[("DGX_PIXELS_SERVERS", servers)], "doctor --models");
    models(&fake.url())
        .exit(0)
        .says("there is no project here; the default style, which `generate` uses, needs:")
        .says(&format!("models/loras/pixel-art-xl.safetensors  missing on {}", fake.url()))
        .says("did you mean `sdxl\\pixel-art-xl.safetensors`?")
        .says(&format!("models/checkpoints/sd_xl_base_1.0.safetensors  on {}", fake.url()));
    models(DOWN).exit(0).says("models/checkpoints/sd_xl_base_1.0.safetensors  no server answers");
    assert!(project.files("").is_empty());
}

#[test]
fn a_model_that_is_not_for_commercial_use_is_a_warning() {
    let (fake, project) =
        (Fake::start(), Project::with(&COMFY.replace("[]", "[{ file = \"dmd2_sdxl_4step_lora.safetensors\" }]")));
    fake.model("loras", "dmd2_sdxl_4step_lora.safetensors", None);
    assert_snapshot!(doctor(&project, &fake.url(), "doctor"));
}

#[test]
fn a_model_that_changed_since_the_capture_is_a_warning_and_stales_nothing() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let models = project.path("models").display().to_string();
    project.write("models/checkpoints/sd_xl_base_1.0.safetensors", "one");
    let variables = [("DGX_PIXELS_SERVERS", fake.url()), ("DGX_PIXELS_MODELS", models)];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    project.build_with(&variables, &[]).exit(0).asked(1);
    let mut shown = project.run_line_with(&variables, "doctor").shown();
    project.write("models/checkpoints/sd_xl_base_1.0.safetensors", "another");
    for line in ["doctor", "why knight", "build"] {
        shown += &project.run_line_with(&variables, line).shown();
    }
    assert_snapshot!(shown);
}

#[test]
fn secrets_in_git_are_a_problem() {
    let project = Project::with("[project]\nname = \"x\"\nbackend = \"sketch\"\n");
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:9\"]\n").write(".gitignore", "");
    assert_snapshot!(project.git_init().transcript(&["doctor"]));
}

#[test]
fn without_a_project_or_with_a_broken_manifest_it_still_examines_the_servers() {
    let fake = Fake::start();
    let broken = Project::with("[project]\nnmae = \"x\"\n");
    assert_snapshot!(doctor(&Project::new(), &fake.url(), "doctor") + &doctor(&broken, &fake.url(), "doctor"));
}

#[test]
fn workflows_are_validated_against_a_server() {
    let project = Project::with(COMFY);
    let fake = Fake::with(Options { without: vec!["ControlNetLoader"], ..Options::default() });
    let check = |rest: &str| project.run_line(&format!("workflow check {rest}")).shown();
    assert_snapshot!(
        check(&format!("--server {}", fake.url()))
            + &check(&format!("sdxl --server {}", fake.url()))
            + &check(&format!("--server {DOWN}"))
    );
    project.run(&["workflow", "check", "--server", &Fake::start().url()]).exit(0);
}
