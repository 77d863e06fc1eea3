//! Workflows of a project: imported, listed, checked, and what a manifest says of them.

use std::path::Path;

use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::words::ask::Ask;
use dgx_pixels::workflow::{BUILT_IN, Catalogue, bind, files, models};
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::Project;

const OWN: &str = r#"
[project]
name = "test"
backend = "comfyui"
[style.default]
workflow = "own"
loras = []
[sprite.knight]
prompt = "knight"
size = 16
candidates = 2
"#;

/// An export of the editor, as small as it can be.
pub fn export() -> Value {
    json!({
        "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "a.safetensors" } },
        "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "a castle", "clip": ["1", 1] } },
        "3": { "class_type": "CLIPTextEncode", "inputs": { "text": "", "clip": ["1", 1] } },
        "4": { "class_type": "EmptyLatentImage", "inputs": { "width": 1024, "height": 1024, "batch_size": 1 } },
        "5": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0],
            "latent_image": ["4", 0], "seed": 7, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "normal",
            "denoise": 1 } },
        "6": { "class_type": "VAEDecode", "inputs": { "samples": ["5", 0], "vae": ["1", 2] } },
        "7": { "class_type": "SaveImage", "inputs": { "images": ["6", 0], "filename_prefix": "ComfyUI" } },
    })
}

/// The codes and helps that a manifest in memory is told.
fn told(manifest: &str, files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut options = LoadOptions::text(manifest);
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    options.files.as_mut().unwrap().extend(files);
    let list = match load(Path::new("."), &options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems.list().to_vec(),
    };
    list.into_iter()
        .map(|problem| (problem.diagnostic.code.to_string(), problem.diagnostic.hint.unwrap_or_default()))
        .collect()
}

fn assert_told(manifest: &str, files: &[(&str, &str)], wanted: &[(&str, &str)]) {
    let told = told(manifest, files);
    let fits = told.len() == wanted.len() && told.iter().zip(wanted).all(|(a, b)| a.0 == b.0 && a.1.contains(b.1));
    assert!(fits, "{manifest}\n{told:#?}\nwanted {wanted:#?}");
}

#[test]
fn every_built_in_workflow_fits_the_nodes_that_are_recorded() {
    for built_in in BUILT_IN {
        let inputs = "image = \"a.png\", mask = \"a.png\", control = \"a.png\"";
        let manifest = format!(
            "[project]\nname = \"x\"\nbackend = \"comfyui\"\n[sprite.a]\nprompt = \"a\"\nstyle = {{ workflow = \
             \"{}\" }}\ninputs = {{ {inputs} }}\n",
            built_in.name
        );
        let mut options = LoadOptions::text(manifest);
        options.files.as_mut().unwrap().insert("a.png".to_owned(), Vec::new());
        let loaded = load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}"));
        let Ask::Comfyui(ask) = &loaded.manifest.groups[0].slots()[0].ask else { unreachable!() };
        let bound = bind(ask, &Default::default()).unwrap();
        let images = bound.roles().into_iter().map(|role| (role.to_owned(), "a.png".to_owned())).collect();
        let graph = bound.filled(u64::MAX, "p", &images);
        assert_eq!(Catalogue::recorded().check(&graph), [], "{}", built_in.name);
        assert!(!graph.to_string().contains("\"{"), "{graph:#}");
        let named = files(&graph, Catalogue::recorded());
        assert!(named.contains(&("loras".to_owned(), "pixel-art-xl.safetensors".to_owned())), "{named:?}");
        assert_eq!(
            named.iter().any(|(folder, _)| folder == "controlnet"),
            ["sdxl-controlnet", "sdxl-pose"].contains(&built_in.name)
        );
    }
}

/// What the nodes of a graph that need no model make of an image, in red alone.
struct Nodes<'a> {
    graph: &'a Value,
    drawn: GrayImage,
}

impl Nodes<'_> {
    fn image(&self, id: &str) -> GrayImage {
        let inputs = &self.graph[id]["inputs"];
        let number = |name: &str| inputs[name].as_u64().unwrap() as u32;
        let input = |name: &str| self.image(inputs[name][0].as_str().unwrap());
        match self.graph[id]["class_type"].as_str().unwrap() {
            "VAEDecode" => self.drawn.clone(),
            "EmptyImage" => GrayImage::from_pixel(number("width"), number("height"), Luma([number("color") as u8])),
            "ImageCrop" => {
                let [x, y, width, height] = ["x", "y", "width", "height"].map(number);
                imageops::crop_imm(&input("image"), x, y, width, height).to_image()
            }
            "ImageCompositeMasked" => {
                let mut image = input("destination");
                imageops::replace(&mut image, &input("source"), number("x").into(), number("y").into());
                image
            }
            "ImageScale" => imageops::resize(&input("image"), number("width"), number("height"), FilterType::Triangle),
            "ImageToMask" => input("image"),
            class => panic!("{class}"),
        }
    }
}

#[test]
fn a_seamless_texture_is_rolled_by_half_and_redrawn_in_its_middle_alone() {
    let manifest = "[project]\nname = \"x\"\nbackend = \"comfyui\"\n[texture.a]\nprompt = \"a\"\nsize = 16\n\
                    style = { workflow = \"sdxl-seamless\", canvas = [128, 64] }\n";
    let loaded = load(Path::new("."), &LoadOptions::text(manifest)).unwrap_or_else(|problems| panic!("{problems}"));
    let Ask::Comfyui(ask) = &loaded.manifest.groups[0].slots()[0].ask else { unreachable!() };
    let graph = bind(ask, &Default::default()).unwrap().graph;
    let drawn = GrayImage::from_fn(128, 64, |x, y| Luma([(x + 3 * y) as u8]));
    let nodes = Nodes { graph: &graph, drawn: drawn.clone() };
    let rolled = GrayImage::from_fn(128, 64, |x, y| *drawn.get_pixel((x + 64) % 128, (y + 32) % 64));
    assert!(nodes.image("rolled") == rolled);
    let seam = nodes.image("seam");
    // The seams are redrawn from end to end, broadly in the middle. What is redrawn at the ends meets nothing beyond the
    // border, so that it is narrow there.
    let [across, down] = [128, 64].map(|length| move |at: u32, part: u32| at.abs_diff(length / 2) * part < length);
    for (x, y, pixel) in seam.enumerate_pixels() {
        let is_seam = across(x, 64) || down(y, 64);
        let is_middle = (across(x, 10) && down(y, 5)) || (across(x, 5) && down(y, 10));
        assert!(!(is_seam || is_middle) || pixel.0[0] == 255, "{x} {y} {pixel:?}");
        assert!(across(x, 4) || down(y, 4) || pixel.0[0] == 0, "{x} {y} {pixel:?}");
        let is_border = [0, 127].contains(&x) || [0, 63].contains(&y);
        assert!(!is_border || across(x, 16) || down(y, 16) || pixel.0[0] == 0, "{x} {y} {pixel:?}");
    }
    let of = |node: &str, input: &str| graph[node]["inputs"][input][0].as_str().unwrap().to_owned();
    assert_eq!([of("encode", "pixels"), of("join", "destination")], ["rolled", "rolled"]);
    assert_eq!([of("latent", "mask"), of("join", "mask"), of("save", "images")], ["seam", "seam", "join"]);
}

#[test]
fn a_workflow_takes_the_pictures_that_its_assets_give() {
    let asset = |rest: &str| {
        format!(
            "[project]\nname = \"x\"\nbackend = \"comfyui\"\n[sprite.a]\nprompt = \"a\"\nstyle = {{ workflow = {rest}"
        )
    };
    let png: &[(&str, &str)] = &[("a.png", "")];
    assert_told(&asset("\"sdxl-img2img\" }\ninputs = { image = \"a.png\" }\n"), png, &[]);
    assert_told(&asset("\"sdxl-img2img\" }\n"), png, &[("missing-input", "write `inputs = { image = \"..\" }`")]);
    assert_told(
        &asset("\"sdxl-img2img\" }\ninputs = { imgae = \"a.png\" }\n"),
        png,
        &[("missing-input", "did you mean `image`?")],
    );
    assert_told(
        &asset("\"sdxl\" }\ninputs = { image = \"a.png\" }\n"),
        png,
        &[("unused-input", "it has none; `sdxl-img2img`, `sdxl-inpaint`, `sdxl-controlnet` and `sdxl-pose` do")],
    );
    assert_told(&asset("\"sdxl-img2mg\" }\n"), png, &[("unknown-workflow", "did you mean `sdxl-img2img`?")]);
    // A backend that draws without a workflow needs none.
    let sketch = asset("\"sdxl-img2img\" }\n").replace("backend = \"comfyui\"", "backend = \"sketch\"");
    assert_told(&sketch, png, &[]);
}

#[test]
fn params_are_those_that_the_workflow_asks_for() {
    let manifest = |params: &str| {
        format!("{}[style.x]\nparams = {{ {params} }}\n", OWN.replace("size = 16", "size = 16\nstyle = \"x\""))
    };
    let mut own = export();
    own["5"]["inputs"]["denoise"] = json!("{denoise}");
    own["5"]["inputs"]["seed"] = json!("{seed}");
    own["1"]["inputs"]["ckpt_name"] = json!("{checkpoint}");
    let text = own.to_string();
    let files: &[(&str, &str)] = &[("workflows/own.json", &text)];
    assert_told(&manifest("denoise = 0.5"), files, &[]);
    let wanted: &[(&str, &str)] = &[("missing-param", "params = { denoise = .. }"), ("unused-param", "`denoise`?")];
    assert_told(&manifest("denose = 0.5"), files, wanted);
    assert_told(&manifest("denoise = 0.0000001"), files, &[("bad-decimal", "")]);
    assert_told(&manifest("denoise = 0.5, seed = 7"), files, &[("reserved-param", "key of the asset")]);
    assert_told(&manifest("denoise = 0.5, \"a b\" = 7"), files, &[("bad-name", "letters")]);
    assert_told(&manifest("denoise = [1]"), files, &[("wrong-type", "")]);
    own["5"]["inputs"]["seed"] = json!(7);
    assert_told(&manifest("denoise = 0.5"), &[("workflows/own.json", &own.to_string())], &[("no-seed", "{seed}")]);
}

#[test]
fn a_file_that_is_no_workflow_is_reported_with_its_path_and_its_place() {
    let mut shown = String::new();
    for text in [
        "{",
        "{ \"nodes\": [], \"links\": [] }",
        "{ \"1\": { \"class_type\": \"SaveImage\", \"inputs\": { \"images\": [\"2\", 0] } } }",
        "{ \"1\": { \"class_type\": \"X\", \"inputs\": {} } }",
    ] {
        let project = Project::with(OWN).file("workflows/own.json", text);
        shown += &format!("# {text}\n\n{}", project.transcript(&["plan", "workflow check own"]));
    }
    assert_snapshot!(shown);
}

#[test]
fn an_export_is_imported_checked_and_planned() {
    let project = Project::with(OWN).file("castle (API).json", export().to_string());
    assert_snapshot!(project.transcript(&[
        "workflow import 'castle (API).json' --name own",
        "workflow import 'castle (API).json' --name own",
        "workflow import 'castle (API).json' --name own --force",
        "workflow import 'castle (API).json'",
        "workflow list",
        "workflow show own",
        "workflow show sdxl-inpant",
        "workflow check",
        "plan",
    ]));
}

#[test]
fn an_import_that_is_impossible_shows_the_next_step() {
    let project = Project::with(OWN).file("ui.json", "{ \"nodes\": [], \"links\": [] }").file("x.json", "\u{1}");
    project.write("good.json", export().to_string());
    assert_snapshot!(project.transcript(&[
        "workflow import ui.json",
        "workflow import x.json",
        "workflow import none.json",
        "workflow import good.json --name ../x",
        "workflow import good.json --bind prompt",
        "workflow import good.json --bind prompt=77",
    ]));
    assert!(!project.exists("workflows"));
}

#[test]
fn a_check_finds_what_a_server_would_refuse() {
    let project = Project::with(OWN).file("good.json", export().to_string());
    project.run(&["workflow", "import", "good.json", "--name", "own"]).exit(0);
    project.edit("workflows/own.json", "\"denoise\": 1", "\"denoise\": 1.5");
    let info = json!({ "SaveImage": { "input": { "required": { "images": ["IMAGE"], "filename_prefix": ["STRING", {}] } },
        "output": [], "output_node": true } });
    project.write("info.json", info.to_string()).write("page.json", "<html>");
    assert_snapshot!(project.transcript(&[
        "workflow check own",
        "workflow check own --object-info info.json",
        "workflow check --object-info page.json",
    ]));
}

/// They are uploaded when they are needed.
#[test]
fn images_are_not_looked_for_among_the_files_of_a_server() {
    let graph = json!({
        "1": { "class_type": "LoadImage", "inputs": { "image": "{image}" } },
        "2": { "class_type": "SaveImage", "inputs": { "images": ["1", 0], "filename_prefix": "{prefix}" } },
    });
    let project = Project::with("[project]\nname = \"test\"\n").file("workflows/own.json", graph.to_string());
    let info = |option: Value| {
        json!({
            "LoadImage": { "input": { "required": { "image": [["old.png"], option] } }, "output": ["IMAGE", "MASK"] },
            "SaveImage": { "input": { "required": { "images": ["IMAGE"], "filename_prefix": ["STRING", {}] } },
                "output": [], "output_node": true },
        })
    };
    let shown = [json!({}), json!({ "image_upload": true })].map(|option| {
        project.write("info.json", info(option).to_string());
        project.run(&["workflow", "check", "own", "--object-info", "info.json"]).exit(0).shown()
    });
    assert_snapshot!(shown.concat());
}

#[test]
fn the_profiles_of_init_are_those_of_the_example_and_the_table() {
    let project = Project::new();
    project.run(&["init", "game", "--backend", "comfyui"]).exit(0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [example, table] =
        ["pixels.toml.example", "docs/models.md"].map(|path| std::fs::read_to_string(root.join(path)).unwrap());
    let styles = |text: String| {
        ["fast", "balanced", "quality"].map(|profile| {
            let formats = dgx_pixels::export::specs();
            let options = LoadOptions { profile: Some(profile.to_owned()), formats, ..LoadOptions::text(text.clone()) };
            let loaded = load(Path::new("."), &options).unwrap_or_else(|problems| panic!("{problems}"));
            let groups = loaded.manifest.groups.iter().find(|group| !group.slots().is_empty()).unwrap();
            let Ask::Comfyui(ask) = groups.slots()[0].ask.clone() else { unreachable!() };
            ask.style
        })
    };
    let written = styles(project.text("game/pixels.toml"));
    let of_example = styles(example);
    for (profile, (style, other)) in ["fast", "balanced", "quality"].iter().zip(written.iter().zip(&of_example)) {
        let row = format!(
            "| `{profile}` | {} | {} | `{}` | `{}` |",
            style.steps,
            f64::from(style.cfg) / 1000.0,
            style.sampler,
            style.scheduler
        );
        assert!(table.contains(&row), "{row}");
        assert_eq!((&style.loras, style.steps, style.cfg), (&other.loras, other.steps, other.cfg), "{profile}");
        for lora in &style.loras {
            let known = models::find(&lora.model.file).unwrap_or_else(|| panic!("{}", lora.model.file));
            assert_ne!(known.commercial, models::Commercial::No);
            assert!(table.contains(&format!("| `{}` | `models/{}` |", lora.model.file, known.folder)), "{known:?}");
        }
    }
    // Without tables of that name the way to them is told.
    let error =
        load(Path::new("."), &LoadOptions { profile: Some("fast".to_owned()), ..LoadOptions::text(OWN) }).unwrap_err();
    assert!(error.to_string().contains("init --backend comfyui"), "{error}");
}

/// Every file that the documentation names is known with the same licence, and no default forbids to sell a game.
#[test]
fn the_table_of_models_is_what_is_known() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/models.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains("huggingface"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 6);
    for row in rows {
        let known = models::find(row[0].trim_matches('`')).unwrap_or_else(|| panic!("{row:?}"));
        let commercial = match known.commercial {
            models::Commercial::Yes => "yes",
            models::Commercial::WithinUses => "with restrictions",
            models::Commercial::No => panic!("{row:?}"),
        };
        assert_eq!([row[1], row[3], row[4]], [&format!("`models/{}`", known.folder), known.licence, commercial]);
        assert!(row[5].contains(&known.page()), "{row:?}");
    }
    let style = dgx_pixels::words::style::Style::built_in();
    let files = std::iter::once(&style.checkpoint).chain(&style.vae).chain(style.loras.iter().map(|lora| &lora.model));
    for file in files {
        let known = models::find(&file.file).unwrap_or_else(|| panic!("{}", file.file));
        assert_ne!(known.commercial, models::Commercial::No, "{known:?}");
    }
}
