//! The node classes of the fake: a small catalogue of its own, as `/object_info` tells it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A class a line: `Name(input TYPE default min max, ?optional TYPE, choice @list) -> OUTPUTS`; `!` marks an output
/// node, `*` a class that lists its choices in the newer form.
const CLASSES: &str = "
CheckpointLoaderSimple(ckpt_name @checkpoints) -> MODEL CLIP VAE
CLIPSetLastLayer(clip CLIP, stop_at_clip_layer INT -1 -24 -1) -> CLIP
CLIPTextEncode(text STRING, clip CLIP) -> CONDITIONING
ControlNetApplyAdvanced(positive CONDITIONING, negative CONDITIONING, control_net CONTROL_NET, image IMAGE, strength FLOAT 1 0 10, start_percent FLOAT 0 0 1, end_percent FLOAT 1 0 1, ?vae VAE) -> CONDITIONING CONDITIONING
ControlNetLoader(control_net_name @controlnet) -> CONTROL_NET
DgxpBlock(image IMAGE, seconds FLOAT 2 0 3600, salt STRING) -> IMAGE
DgxpFail(image IMAGE, kind @kinds, salt STRING) -> IMAGE
DgxpPattern(width INT 64 1 8192, height INT 64 1 8192, batch_size INT 1 1 4096, seed INT 0 0 18446744073709551615, text STRING) -> IMAGE
DgxpSleep(image IMAGE, seconds FLOAT 2 0 3600, tick FLOAT 0.1 0.01 60, salt STRING) -> IMAGE
DifferentialDiffusion(model MODEL, ?strength FLOAT 1 0 1) -> MODEL
EmptyImage(width INT 512 1 16384, height INT 512 1 16384, batch_size INT 1 1 4096, color INT 0 0 16777215) -> IMAGE
EmptyLatentImage(width INT 512 16 16384, height INT 512 16 16384, batch_size INT 1 1 4096) -> LATENT
GrowMask(mask MASK, expand INT 0 -16384 16384, tapered_corners BOOLEAN true) -> MASK
ImageCompositeMasked(destination IMAGE, source IMAGE, x INT 0 0 16384, y INT 0 0 16384, resize_source BOOLEAN false, ?mask MASK) -> IMAGE
ImageCrop(image IMAGE, width INT 512 1 16384, height INT 512 1 16384, x INT 0 0 16384, y INT 0 0 16384) -> IMAGE
ImageScale(image IMAGE, upscale_method @methods, width INT 512 0 16384, height INT 512 0 16384, crop @crops) -> IMAGE
ImageToMask(image IMAGE, channel @channels) -> MASK
ImageUpscaleWithModel*(upscale_model UPSCALE_MODEL, image IMAGE) -> IMAGE
InpaintModelConditioning(positive CONDITIONING, negative CONDITIONING, vae VAE, pixels IMAGE, mask MASK, noise_mask BOOLEAN true) -> CONDITIONING CONDITIONING LATENT
KSampler(model MODEL, seed INT 0 0 18446744073709551615, steps INT 20 1 10000, cfg FLOAT 8 0 100, sampler_name @samplers, scheduler @schedulers, positive CONDITIONING, negative CONDITIONING, latent_image LATENT, denoise FLOAT 1 0 1) -> LATENT
LoadImage(image @input) -> IMAGE MASK
LoadImageMask(image @input, channel @channels) -> MASK
LoraLoader(model MODEL, clip CLIP, lora_name @loras, strength_model FLOAT 1 -100 100, strength_clip FLOAT 1 -100 100) -> MODEL CLIP
LoraLoaderModelOnly(model MODEL, lora_name @loras, strength_model FLOAT 1 -100 100) -> MODEL
ModelSamplingDiscrete(model MODEL, sampling @samplings, zsnr BOOLEAN false) -> MODEL
PrimitiveString(value STRING) -> STRING
PreviewImage!(images IMAGE) ->
SaveImage!(images IMAGE, filename_prefix STRING ComfyUI) ->
SetLatentNoiseMask(samples LATENT, mask MASK) -> LATENT
UpscaleModelLoader*(model_name @upscale_models) -> UPSCALE_MODEL
VAEDecode(samples LATENT, vae VAE) -> IMAGE
VAEEncode(pixels IMAGE, vae VAE) -> LATENT
VAEEncodeForInpaint(pixels IMAGE, vae VAE, mask MASK, grow_mask_by INT 6 0 64) -> LATENT
VAELoader(vae_name @vae) -> VAE
";

/// Lists that do not come from a folder of models.
const LISTS: &str = "
channels alpha red green blue
crops disabled center
kinds value oom exit
methods nearest-exact bilinear area bicubic lanczos
samplers euler euler_cfg_pp euler_ancestral euler_ancestral_cfg_pp heun heunpp2 dpm_2 dpm_2_ancestral lms dpm_fast dpm_adaptive dpmpp_2s_ancestral dpmpp_sde dpmpp_sde_gpu dpmpp_2m dpmpp_2m_sde dpmpp_2m_sde_gpu dpmpp_3m_sde dpmpp_3m_sde_gpu ddpm lcm ipndm deis res_multistep er_sde sa_solver ddim uni_pc uni_pc_bh2
samplings eps v_prediction lcm x0 img_to_img
schedulers simple sgm_uniform karras exponential ddim_uniform beta normal linear_quadratic kl_optimal
";

/// One node class.
#[derive(Clone, Debug)]
pub struct Class {
    pub name: String,
    pub inputs: Vec<Input>,
    pub outputs: Vec<String>,
    pub is_output: bool,
    newer_lists: bool,
}

/// One input of a class.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub is_optional: bool,
    pub kind: Kind,
}

/// What an input takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Int { default: i64, min: i64, max: u64 },
    Float { default: f64, min: f64, max: f64 },
    Text { default: String },
    Flag { default: bool },
    Choice { list: String },
    Link { kind: String },
}

/// All classes, by name.
pub fn classes() -> BTreeMap<String, Class> {
    CLASSES.lines().filter(|line| !line.is_empty()).map(class).map(|class| (class.name.clone(), class)).collect()
}

/// The lists that are the same on every server.
pub fn lists() -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::new();
    for line in LISTS.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ').map(str::to_owned);
        lists.insert(words.next().unwrap(), words.collect());
    }
    lists
}

fn class(line: &str) -> Class {
    let (head, rest) = line.split_once('(').unwrap();
    let (inputs, outputs) = rest.split_once(") ->").unwrap();
    Class {
        name: head.trim_end_matches(['!', '*']).to_owned(),
        inputs: inputs.split(", ").map(input).collect(),
        outputs: outputs.split_whitespace().map(str::to_owned).collect(),
        is_output: head.ends_with('!'),
        newer_lists: head.ends_with('*'),
    }
}

fn input(text: &str) -> Input {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |at: usize| words[at].parse::<f64>().unwrap();
    let kind = match words[1] {
        "INT" => Kind::Int { default: number(2) as i64, min: number(3) as i64, max: words[4].parse().unwrap_or(0) },
        "FLOAT" => Kind::Float { default: number(2), min: number(3), max: number(4) },
        "STRING" => Kind::Text { default: words.get(2).copied().unwrap_or_default().to_owned() },
        "BOOLEAN" => Kind::Flag { default: words[2] == "true" },
        list if list.starts_with('@') => Kind::Choice { list: list[1..].to_owned() },
        link => Kind::Link { kind: link.to_owned() },
    };
    Input { name: words[0].trim_start_matches('?').to_owned(), is_optional: words[0].starts_with('?'), kind }
}

impl Kind {
    /// The type's name; a choice has none.
    pub fn name(&self) -> &str {
        match self {
            Self::Int { .. } => "INT",
            Self::Float { .. } => "FLOAT",
            Self::Text { .. } => "STRING",
            Self::Flag { .. } => "BOOLEAN",
            Self::Choice { .. } => "COMBO",
            Self::Link { kind } => kind,
        }
    }

    /// The pair that stands in a catalogue and in errors; the flag asks for the newer form of a list.
    pub fn config(&self, lists: &BTreeMap<String, Vec<String>>, newer: bool) -> Value {
        match self {
            Self::Int { default, min, max } => {
                json!(["INT", { "default": default, "min": min, "max": top(*min, *max) }])
            }
            Self::Float { default, min, max } => json!(["FLOAT", { "default": default, "min": min, "max": max }]),
            Self::Text { default } => json!(["STRING", { "default": default }]),
            Self::Flag { default } => json!(["BOOLEAN", { "default": default }]),
            Self::Link { kind } => json!([kind, {}]),
            Self::Choice { list } if list == "input" => json!([lists.get(list), { "image_upload": true }]),
            Self::Choice { list } if newer => json!(["COMBO", { "multiselect": false, "options": lists.get(list) }]),
            Self::Choice { list } => json!([lists.get(list).cloned().unwrap_or_default(), {}]),
        }
    }
}

/// The table holds no negative maximum but that of layers counted from the end.
fn top(min: i64, max: u64) -> Value {
    if max == 0 && min < 0 { json!(-1) } else { json!(max) }
}

impl Class {
    /// Has its choices in the newer form.
    pub fn has_newer_lists(&self) -> bool {
        self.newer_lists
    }

    /// The class as `/object_info` shows it.
    pub fn info(&self, lists: &BTreeMap<String, Vec<String>>) -> Value {
        let mut sections: BTreeMap<&str, Map<String, Value>> = BTreeMap::from([("required", Map::new())]);
        let mut order: BTreeMap<&str, Vec<&str>> = BTreeMap::from([("required", Vec::new())]);
        for input in &self.inputs {
            let section = if input.is_optional { "optional" } else { "required" };
            order.entry(section).or_default().push(&input.name);
            let config = input.kind.config(lists, self.newer_lists);
            sections.entry(section).or_default().insert(input.name.clone(), config);
        }
        let module = if self.name.starts_with("Dgxp") { "custom_nodes.dgxp_lab_nodes" } else { "nodes" };
        json!({
            "input": sections, "input_order": order, "output": self.outputs, "output_name": self.outputs,
            "output_is_list": vec![false; self.outputs.len()], "name": self.name, "display_name": self.name,
            "description": "", "python_module": module, "category": "fake", "output_node": self.is_output,
        })
    }
}
