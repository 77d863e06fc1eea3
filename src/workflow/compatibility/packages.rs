//! Packages of well-known nodes that are not part of ComfyUI.

/// Prefixes, suffixes or whole names of classes, and their package.
const PACKAGES: [(&str, &str); 21] = [
    ("IPAdapter*", "ComfyUI_IPAdapter_plus"),
    ("*Preprocessor", "comfyui_controlnet_aux"),
    ("*PreProcessor", "comfyui_controlnet_aux"),
    ("SeamlessTile", "ComfyUI-seamless-tiling"),
    ("MakeCircularVAE", "ComfyUI-seamless-tiling"),
    ("CircularVAEDecode", "ComfyUI-seamless-tiling"),
    ("OffsetImage", "ComfyUI-seamless-tiling"),
    ("TCDModelSampling*", "ComfyUI-TCD"),
    ("LayeredDiffusion*", "ComfyUI-layerdiffuse"),
    ("HyperSDXL1StepUnetScheduler", "ComfyUI-HyperSDXL1StepUnetScheduler"),
    ("UltimateSDUpscale*", "ComfyUI_UltimateSDUpscale"),
    ("UnetLoaderGGUF*", "ComfyUI-GGUF"),
    ("*CLIPLoaderGGUF", "ComfyUI-GGUF"),
    ("ADE_*", "ComfyUI-AnimateDiff-Evolved"),
    ("ACN_*", "ComfyUI-Advanced-ControlNet"),
    ("VHS_*", "ComfyUI-VideoHelperSuite"),
    ("FaceDetailer*", "ComfyUI-Impact-Pack"),
    ("*(rgthree)", "rgthree-comfy"),
    ("*|pysssss", "ComfyUI-Custom-Scripts"),
    ("ETN_*", "comfyui-tooling-nodes"),
    ("CR *", "ComfyUI_Comfyroll_CustomNodes"),
];

/// The package of a class, if it is known.
pub(super) fn of(class: &str) -> Option<&'static str> {
    let is = |pattern: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => class.ends_with(end),
        (_, Some(start)) => class.starts_with(start),
        _ => class == pattern,
    };
    PACKAGES.iter().find(|(pattern, _)| is(pattern)).map(|(_, package)| *package)
}
