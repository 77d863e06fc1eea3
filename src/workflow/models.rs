//! Well-known model files: source, folder and licence.
//!
//! The defaults of styles allow commercial games. Files that do not are listed too, so that `doctor` can warn.

/// A well-known model file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The file's name in lower case; `*` stands for anything. Folders on a server do not matter.
    pub pattern: &'static str,
    /// The folder of ComfyUI's models.
    pub folder: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The licence, as its card names it.
    pub licence: &'static str,
    /// Whether its images may be sold in a game.
    pub commercial: Commercial,
    /// Who publishes it: a repository of huggingface.co.
    pub from: &'static str,
    /// The file there; empty if there are several.
    pub file: &'static str,
}

/// Whether images of a model may be used commercially.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commercial {
    /// They may.
    Yes,
    /// They may, except for the uses that the licence forbids (RAIL).
    WithinUses,
    /// Neither the model nor its images may, without another licence.
    No,
}

impl Known {
    /// The download address, if it is one file.
    pub fn url(&self) -> Option<String> {
        (!self.file.is_empty()).then(|| format!("https://huggingface.co/{}/resolve/main/{}", self.from, self.file))
    }

    /// The page with its licence.
    pub fn page(&self) -> String {
        format!("https://huggingface.co/{}", self.from)
    }
}

const fn known(
    pattern: &'static str,
    folder: &'static str,
    about: &'static str,
    (licence, commercial): (&'static str, Commercial),
    from: &'static str,
    file: &'static str,
) -> Known {
    Known { pattern, folder, about, licence, commercial, from, file }
}

const OPENRAIL_PP: (&str, Commercial) = ("openrail++", Commercial::WithinUses);
const OPENRAIL_M: (&str, Commercial) = ("creativeml-openrail-m", Commercial::WithinUses);
const MIT: (&str, Commercial) = ("MIT", Commercial::Yes);
const APACHE: (&str, Commercial) = ("Apache-2.0", Commercial::Yes);
const CC_BY_NC: (&str, Commercial) = ("CC-BY-NC-4.0", Commercial::No);
const FLUX_DEV: (&str, Commercial) = ("FLUX.1 [dev] Non-Commercial License", Commercial::No);
const SAI_NC: (&str, Commercial) = ("Stability AI Non-Commercial Research Community License", Commercial::No);

/// All well-known files.
pub const MODELS: [Known; 16] = [
    known(
        "sd_xl_base_1.0.safetensors",
        "checkpoints",
        "SDXL base 1.0",
        OPENRAIL_PP,
        "stabilityai/stable-diffusion-xl-base-1.0",
        "sd_xl_base_1.0.safetensors",
    ),
    known(
        "sdxl-vae-fp16-fix.safetensors",
        "vae",
        "the VAE of SDXL for half precision",
        MIT,
        "madebyollin/sdxl-vae-fp16-fix",
        "sdxl_vae.safetensors",
    ),
    known(
        "sdxl_vae.safetensors",
        "vae",
        "the VAE of SDXL for half precision",
        MIT,
        "madebyollin/sdxl-vae-fp16-fix",
        "sdxl_vae.safetensors",
    ),
    known(
        "pixel-art-xl.safetensors",
        "loras",
        "pixel art for SDXL",
        OPENRAIL_M,
        "nerijs/pixel-art-xl",
        "pixel-art-xl.safetensors",
    ),
    known(
        "lcm-lora-sdxl.safetensors",
        "loras",
        "few steps for SDXL",
        OPENRAIL_PP,
        "latent-consistency/lcm-lora-sdxl",
        "pytorch_lora_weights.safetensors",
    ),
    known(
        "hyper-sdxl-12steps-cfg-lora.safetensors",
        "loras",
        "12 steps for SDXL, with guidance and negative prompt",
        OPENRAIL_PP,
        "ByteDance/Hyper-SD",
        "Hyper-SDXL-12steps-CFG-lora.safetensors",
    ),
    known(
        "hyper-sdxl-8steps-cfg-lora.safetensors",
        "loras",
        "8 steps for SDXL, with guidance and negative prompt",
        OPENRAIL_PP,
        "ByteDance/Hyper-SD",
        "Hyper-SDXL-8steps-CFG-lora.safetensors",
    ),
    known(
        "sdxl_lightning_8step_lora.safetensors",
        "loras",
        "8 steps for SDXL, without guidance",
        OPENRAIL_PP,
        "ByteDance/SDXL-Lightning",
        "sdxl_lightning_8step_lora.safetensors",
    ),
    known("sdxl_lightning_*", "loras", "few steps for SDXL", OPENRAIL_PP, "ByteDance/SDXL-Lightning", ""),
    known(
        "controlnet-openpose-sdxl-1.0.safetensors",
        "controlnet",
        "poses for SDXL",
        APACHE,
        "xinsir/controlnet-openpose-sdxl-1.0",
        "diffusion_pytorch_model.safetensors",
    ),
    known(
        "*tcd-sdxl-lora*",
        "loras",
        "few steps for SDXL; its sampler is not a core node",
        MIT,
        "h1t/TCD-SDXL-LoRA",
        "",
    ),
    known("*dmd2_sdxl*", "loras", "4 steps for SDXL", CC_BY_NC, "tianweiy/DMD2", ""),
    known("sd_xl_turbo*", "checkpoints", "SDXL Turbo", SAI_NC, "stabilityai/sdxl-turbo", ""),
    known("flux1-schnell*", "diffusion_models", "FLUX.1 schnell", APACHE, "black-forest-labs/FLUX.1-schnell", ""),
    known("flux1-dev*", "diffusion_models", "FLUX.1 dev", FLUX_DEV, "black-forest-labs/FLUX.1-dev", ""),
    known("birefnet*", "background_removal", "background removal", MIT, "ZhengPeng7/BiRefNet", ""),
];

/// The well-known file of that name; folders do not matter.
pub fn find(name: &str) -> Option<&'static Known> {
    static ALL: [Known; 16] = MODELS;
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    ALL.iter().find(|known| matches(known.pattern, &name))
}

/// Whether a name matches a pattern with `*` at its start or end.
fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(rest), Some(_)) => name.contains(rest.trim_end_matches('*')),
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_in_any_folder() {
        assert_eq!(find("pixel\\Pixel-Art-XL.safetensors").map(|known| known.licence), Some("creativeml-openrail-m"));
        let dmd2 = find("sub/dmd2_sdxl_4step_lora_fp16.safetensors").unwrap();
        assert_eq!((dmd2.commercial, dmd2.url()), (Commercial::No, None));
        let lcm = find("lcm-lora-sdxl.safetensors").unwrap();
        let url =
            "https://huggingface.co/latent-consistency/lcm-lora-sdxl/resolve/main/pytorch_lora_weights.safetensors";
        assert_eq!(lcm.url().as_deref(), Some(url));
        assert_eq!(find("my-own.safetensors"), None);
    }
}
