//! For which family of models a file was made: a LoRA of another family does nothing, and ComfyUI keeps silent about it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value};

use super::text::clean;
use crate::plain_file::{self, Links};

/// The longest header that is read; the format's own bound.
const HEADER: u64 = 100_000_000;

/// A family of models whose parts fit each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Stable Diffusion 1.x.
    Sd1,
    /// Stable Diffusion 2.x.
    Sd2,
    /// Stable Diffusion XL and what is tuned from it (Pony, Illustrious).
    Sdxl,
    /// Stable Diffusion 3.x.
    Sd3,
    /// Flux.
    Flux,
    /// Another one, by its own word.
    Other(String),
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sd1 => f.write_str("SD 1.5"),
            Self::Sd2 => f.write_str("SD 2"),
            Self::Sdxl => f.write_str("SDXL"),
            Self::Sd3 => f.write_str("SD 3"),
            Self::Flux => f.write_str("Flux"),
            Self::Other(word) => f.write_str(word),
        }
    }
}

/// The names under which a file's metadata tells its family, the better one first.
pub const FAMILY: [&str; 2] = ["modelspec.architecture", "ss_base_model_version"];

/// The family that a file's metadata names, in the header of the file.
pub fn of_metadata(metadata: &Value) -> Option<Family> {
    of_first(|name| metadata.get(name).and_then(Value::as_str))
}

/// The family that texts of a file's metadata name, as a server told them.
pub fn of_words(words: &BTreeMap<String, String>) -> Option<Family> {
    of_first(|name| words.get(name).map(String::as_str))
}

fn of_first<'a>(text: impl Fn(&str) -> Option<&'a str>) -> Option<Family> {
    let word = FAMILY.into_iter().find_map(|name| text(name).filter(|text| !text.is_empty()))?;
    // `stable-diffusion-xl-v1-base/lora`: the part before the slash is the model's.
    let word = word.split('/').next().unwrap_or(word).to_ascii_lowercase();
    let has = |part: &str| word.contains(part);
    Some(if has("xl") || has("pony") || has("illustrious") {
        Family::Sdxl
    } else if has("diffusion-3") || has("sd3") || has("sd_3") {
        Family::Sd3
    } else if has("diffusion-v2") || has("sd_v2") {
        Family::Sd2
    } else if has("diffusion-v1") || has("sd_v1") {
        Family::Sd1
    } else if has("flux") {
        Family::Flux
    } else {
        Family::Other(clean(&word, 40))
    })
}

/// The family of a file by its header: what it says of itself, else the names and shapes of its tensors.
pub fn of_header(header: &Value) -> Option<Family> {
    let tensors = header.as_object()?;
    tensors.get("__metadata__").and_then(of_metadata).or_else(|| of_tensors(tensors))
}

fn of_tensors(tensors: &Map<String, Value>) -> Option<Family> {
    let has = |part: &str| tensors.keys().any(|name| name.contains(part));
    if has("double_blocks") || has("single_transformer_blocks") {
        return Some(Family::Flux);
    }
    if has("joint_blocks") {
        return Some(Family::Sd3);
    }
    if has("lora_te2_") || has("conditioner.embedders.1.") {
        return Some(Family::Sdxl);
    }
    // Attention to the prompt is as wide as what the text encoder gives.
    let width = tensors.iter().find_map(|(name, tensor)| {
        let reads_prompt = name.contains("attn2") && (name.contains("to_k") || name.contains("to_v"));
        let is_first = !name.contains("lora_up") && !name.contains("lora_B") && !name.contains("lora.up");
        let shape = tensor.get("shape")?.as_array()?;
        (reads_prompt && is_first && shape.len() >= 2).then(|| shape.get(1)?.as_u64())?
    });
    match width? {
        768 => Some(Family::Sd1),
        1024 => Some(Family::Sd2),
        2048 => Some(Family::Sdxl),
        _ => None,
    }
}

/// The family of a `.safetensors` file on this machine; nothing else of it is read.
pub fn of_file(path: &Path) -> Option<Family> {
    of_header(&header(path).ok()?)
}

fn header(path: &Path) -> io::Result<Value> {
    let mut file = plain_file::open(path, Links::Follow)?;
    let mut length = [0; 8];
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > HEADER {
        return Err(io::Error::other("its header is too long"));
    }
    let mut header = Vec::new();
    file.take(length).read_to_end(&mut header)?;
    serde_json::from_slice(&header).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_names_a_family() {
        let of = |key: &str, word: &str| of_metadata(&json!({ key: word })).map(|family| family.to_string());
        assert_eq!(of("modelspec.architecture", "stable-diffusion-xl-v1-base/lora").as_deref(), Some("SDXL"));
        assert_eq!(of("modelspec.architecture", "stable-diffusion-v1/lora").as_deref(), Some("SD 1.5"));
        assert_eq!(of("ss_base_model_version", "sdxl_base_v1-0").as_deref(), Some("SDXL"));
        assert_eq!(of("ss_base_model_version", "sd_v1").as_deref(), Some("SD 1.5"));
        assert_eq!(of("ss_base_model_version", "sd_v2").as_deref(), Some("SD 2"));
        assert_eq!(of("modelspec.architecture", "flux-1-dev/lora").as_deref(), Some("Flux"));
        assert_eq!(of("modelspec.architecture", "aura\u{1b}[31m").as_deref(), Some("aura"));
        assert_eq!(of("other", "x"), None);
    }

    #[test]
    fn without_metadata_names_and_shapes_of_tensors_tell() {
        let key = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight";
        let of = |width: u64| of_header(&json!({ key: { "dtype": "F16", "shape": [8, width] } }));
        assert_eq!(
            (of(768), of(2048), of(1024), of(5)),
            (Some(Family::Sd1), Some(Family::Sdxl), Some(Family::Sd2), None)
        );
        assert_eq!(of_header(&json!({ "lora_te2_text.lora_down.weight": {} })), Some(Family::Sdxl));
        assert_eq!(of_header(&json!({ "transformer.double_blocks.0.lora_A.weight": {} })), Some(Family::Flux));
        assert_eq!(of_header(&json!([])), None);
    }

    #[test]
    fn a_file_is_read_up_to_its_header() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        let header = json!({ "__metadata__": { "ss_base_model_version": "sdxl_base_v1-0" } }).to_string();
        let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), b"data"].concat();
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(of_file(&path), Some(Family::Sdxl));
        std::fs::write(&path, u64::MAX.to_le_bytes()).unwrap();
        assert_eq!(of_file(&path), None);
    }
}
