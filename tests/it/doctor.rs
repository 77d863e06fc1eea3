//! `doctor`: what it finds in project, servers and models, and that it changes nothing.

use fake_comfyui::{Fake, Options};
use serde_json::Value;

use crate::project::{Project, Run};

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

fn doctor<'a>(project: &'a Project, servers: &str, arguments: &[&str]) -> Run<'a> {
    project.run_with(&[("DGX_PIXELS_SERVERS", servers)], &[&["doctor"], arguments].concat())
}

/// `level area message` of every finding.
fn findings(run: &Run) -> Vec<String> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let list = report["findings"].as_array().unwrap();
    list.iter().map(|f| format!("{} {} {}", text(f, "level"), text(f, "area"), text(f, "message"))).collect()
}

fn has(run: &Run, wanted: &str) {
    let findings = findings(run);
    assert!(findings.iter().any(|finding| finding.contains(wanted)), "no {wanted} in {findings:#?}");
}

#[test]
fn a_healthy_project_has_no_problem_and_stays_as_it_is() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let before = project.files("");
    let run = doctor(&project, &fake.url(), &["--json"]).exit(0);
    has(&run, "ok servers");
    has(&run, "ComfyUI 0.3.64");
    has(&run, "NVIDIA GB10");
    has(&run, "ok models a server has all of 2 files");
    assert_eq!(project.files(""), before);
    assert_eq!((fake.prompts(), fake.inputs().len()), (0, 0));
}

#[test]
fn a_server_that_is_down_is_a_problem_only_if_none_is_up() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let nobody = "http://127.0.0.1:9";
    has(&doctor(&project, nobody, &["--json"]).exit(1), "problem servers http://127.0.0.1:9: nothing answers there");
    has(
        &doctor(&project, &format!("{},{nobody}", fake.url()), &["--json"]).exit(0),
        "warning servers http://127.0.0.1:9",
    );
    let without = Project::with("[project]\nname = \"x\"\nbackend = \"sketch\"\n");
    has(&doctor(&without, nobody, &["--json"]).exit(0), "note servers http://127.0.0.1:9");
}

#[test]
fn missing_nodes_and_files_are_told_with_what_mends_them() {
    let project = Project::with(COMFY);
    let fake = Fake::with(Options { without: vec!["KSampler"], ..Options::default() });
    fake.remove_model("checkpoints", "sd_xl_base_1.0.safetensors");
    let run = doctor(&project, &fake.url(), &[]).exit(1);
    assert!(run.stdout.contains("lacks KSampler"), "{}", run.stdout);
    assert!(run.stdout.contains("sd_xl_base_1.0.safetensors") && run.stdout.contains("models/checkpoints"));
    let models = doctor(&project, &fake.url(), &["--models"]).exit(0);
    assert!(
        models.stdout.contains("curl -L -C - --create-dirs -o models/checkpoints/sd_xl_base_1.0.safetensors https://")
    );
    assert!(models.stdout.contains("openrail++"), "{}", models.stdout);
    assert!(models.stdout.contains(&format!("sdxl-vae-fp16-fix.safetensors  on {}", fake.url())), "{}", models.stdout);
}

#[test]
fn what_may_not_be_sold_is_told() {
    let (fake, project) =
        (Fake::start(), Project::with(&COMFY.replace("[]", "[{ file = \"dmd2_sdxl_4step_lora.safetensors\" }]")));
    fake.model("loras", "dmd2_sdxl_4step_lora.safetensors", None);
    has(
        &doctor(&project, &fake.url(), &["--json"]).exit(0),
        "warning models `dmd2_sdxl_4step_lora.safetensors` is not for commercial use",
    );
}

#[test]
fn a_model_that_changed_under_its_name_is_told() {
    let (fake, project) = (Fake::start(), Project::with(COMFY));
    let models = project.path("models").display().to_string();
    project.write("models/checkpoints/sd_xl_base_1.0.safetensors", "one");
    let variables = [("DGX_PIXELS_SERVERS", fake.url()), ("DGX_PIXELS_MODELS", models)];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    project.build_with(&variables, &[]).exit(0).asked(1);
    has(&project.run_with(&variables, &["doctor", "--json"]).exit(0), "everything is up to date");
    project.write("models/checkpoints/sd_xl_base_1.0.safetensors", "another");
    has(&project.run_with(&variables, &["doctor", "--json"]).exit(0), "when its images were captured");
    let why = project.run_with(&variables, &["why", "knight"]).exit(0);
    assert!(why.stdout.contains("drift: `sd_xl_base_1.0.safetensors` is"), "{}", why.stdout);
    // Drift stales nothing.
    project.build_with(&variables, &[]).exit(0).asked(0);
}

#[test]
fn secrets_in_git_are_a_problem() {
    let project = Project::with("[project]\nname = \"x\"\nbackend = \"sketch\"\n");
    project.write("pixels.local.toml", "servers = [\"http://127.0.0.1:9\"]\n").write(".gitignore", "");
    let project = project.git_init();
    has(&project.run(&["doctor", "--json"]).exit(1), "problem project `pixels.local.toml` is in git");
}

#[test]
fn without_a_project_it_still_looks_at_the_servers() {
    let (fake, nowhere) = (Fake::start(), Project::new());
    let run = doctor(&nowhere, &fake.url(), &["--json"]).exit(0);
    has(&run, "note project there is no project here");
    has(&run, "ComfyUI 0.3.64");
}

#[test]
fn a_broken_manifest_is_one_finding_among_others() {
    let (fake, project) = (Fake::start(), Project::with("[project]\nnmae = \"x\"\n"));
    let run = doctor(&project, &fake.url(), &["--json"]).exit(1);
    has(&run, "problem project the manifest has");
}

#[test]
fn workflows_are_held_against_a_server() {
    let project = Project::with(COMFY);
    let fake = Fake::with(Options { without: vec!["ControlNetLoader"], ..Options::default() });
    project
        .run(&["workflow", "check", "--server", &fake.url()])
        .exit(1)
        .says("the server has no node `ControlNetLoader`");
    project.run(&["workflow", "check", "sdxl", "--server", &fake.url()]).exit(0);
    project.run(&["workflow", "check", "--server", &Fake::start().url()]).exit(0);
    let nobody = project.run(&["workflow", "check", "--server", "http://127.0.0.1:9"]).exit(2);
    assert!(nobody.stderr.contains("nothing answers there"), "{}", nobody.stderr);
}
