//! What an image was made with, as far as that can be found out: version, device, flags, and the digests of model files.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Settings;
use super::probe::ServerInfo;
use crate::draft;
use crate::plain_file::{self, LONGEST_OWN, Links};
use crate::words::ask::ComfyAsk;
use crate::words::checksum;
use crate::words::lock::{ModelFound, Provenance};
use crate::words::style::Model;
use crate::workflow;

/// Flags of a server that change pixels; their values follow them.
const FLAGS: [&str; 18] = [
    "--fast",
    "--deterministic",
    "--force-fp16",
    "--force-fp32",
    "--fp16-unet",
    "--bf16-unet",
    "--fp32-unet",
    "--fp8_e4m3fn-unet",
    "--fp8_e5m2-unet",
    "--fp8_e8m0fnu-unet",
    "--fp16-vae",
    "--bf16-vae",
    "--fp32-vae",
    "--cpu-vae",
    "--fp8_e4m3fn-text-enc",
    "--fp16-text-enc",
    "--fp32-text-enc",
    "--cpu",
];

/// The provenance of an ask's images from a server.
pub(super) fn of(
    known: Option<&ServerInfo>,
    ask: &ComfyAsk,
    workflows: &BTreeMap<String, Value>,
    settings: &Settings,
) -> Provenance {
    let bound = workflow::bind(ask, workflows).ok();
    let uses = |name: &str| bound.as_ref().is_some_and(|bound| bound.uses(name));
    let stats = known.map(|known| &known.stats);
    let version = stats.map_or("", |stats| stats.version.as_str());
    let found = |folder: &str, model: &Model| ModelFound {
        file: model.file.clone(),
        sha256: digest(settings, folder, &model.file).or_else(|| model.sha256.clone()),
    };
    Provenance {
        backend: format!("comfyui {}", if version.is_empty() { "of an unknown version" } else { version }),
        device: stats.and_then(|stats| stats.devices.first()).map(|(name, ..)| name.clone()),
        library: stats.filter(|stats| !stats.torch.is_empty()).map(|stats| format!("torch {}", stats.torch)),
        flags: stats.map(|stats| flags(&stats.argv)).unwrap_or_default(),
        checkpoint: uses("checkpoint").then(|| found("checkpoints", &ask.style.checkpoint)),
        vae: ask.style.vae.as_ref().filter(|_| uses("vae")).map(|vae| found("vae", vae)),
        loras: ask.style.loras.iter().map(|lora| found("loras", &lora.model)).collect(),
    }
}

/// The flags that change pixels, with their values, sorted.
fn flags(argv: &[String]) -> Vec<String> {
    let mut flags: Vec<String> = Vec::new();
    let mut open = false;
    for word in argv {
        if word.starts_with("--") {
            open = FLAGS.contains(&word.split('=').next().unwrap_or(word));
            if open {
                flags.push(word.clone());
            }
        } else if let Some(last) = flags.last_mut().filter(|_| open) {
            last.push(' ');
            last.push_str(word);
        }
    }
    flags.sort();
    flags
}

/// Where a model file lies on this machine, if it does.
pub(super) fn local(settings: &Settings, folder: &str, file: &str) -> Option<PathBuf> {
    let plain = |path: &Path| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let file = Path::new(file);
    let path = settings.models.as_ref()?.join(folder).join(file);
    (plain(file) && path.is_file()).then_some(path)
}

/// SHA-256 of a model file on this machine, in hexadecimal.
pub fn digest(settings: &Settings, folder: &str, file: &str) -> Option<String> {
    digest_of_file(settings.digests.as_deref(), &local(settings, folder, file)?)
}

/// SHA-256 of a file, in hexadecimal; it is remembered in `digests`.
pub fn digest_of_file(digests: Option<&Path>, path: &Path) -> Option<String> {
    let found = path.metadata().ok()?;
    let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let key = path.to_str()?.to_owned();
    let stamp = format!("{} {modified}", found.len());
    // One at a time: several images of one checkpoint wait for one reading of it.
    static READING: Mutex<()> = Mutex::new(());
    let _turn = READING.lock();
    let mut known = Digests::load(digests);
    if let Some(digest) = known.0.get(&key).filter(|known| known.stamp == stamp) {
        return Some(digest.sha256.clone());
    }
    let sha256 = sha256(path).ok()?;
    known.0.insert(key, Known256 { stamp, sha256: sha256.clone() });
    known.save(digests);
    Some(sha256)
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = plain_file::open(path, Links::Follow)?;
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => context.update(&buffer[..read]),
        }
    }
    Ok(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Digests by path, with length and time of change.
#[derive(Default, Serialize, Deserialize)]
struct Digests(BTreeMap<String, Known256>);

#[derive(Serialize, Deserialize)]
struct Known256 {
    stamp: String,
    sha256: String,
}

impl Digests {
    fn load(path: Option<&Path>) -> Self {
        let bytes = path.and_then(|path| plain_file::read_own(path, LONGEST_OWN).ok().flatten()).unwrap_or_default();
        checksum::unseal(&bytes).and_then(|digests| serde_json::from_slice(&digests).ok()).unwrap_or_default()
    }

    /// What cannot be remembered is computed again.
    fn save(&self, path: Option<&Path>) {
        let Some(path) = path else { return };
        if let Ok(text) = serde_json::to_string(self) {
            let _ = draft::write_unflushed(path, checksum::seal(&text).as_bytes(), "digests");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_flags_that_change_pixels_are_kept() {
        let words = "main.py --listen 0.0.0.0 --fast fp16_accumulation autotune --port 8188 --bf16-vae";
        let argv: Vec<String> = words.split(' ').map(str::to_owned).collect();
        assert_eq!(flags(&argv), ["--bf16-vae", "--fast fp16_accumulation autotune"]);
    }

    #[test]
    fn a_model_is_read_once_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models");
        std::fs::create_dir_all(models.join("loras")).unwrap();
        std::fs::write(models.join("loras/a.safetensors"), b"abc").unwrap();
        let digests = folder.path().join("digests.json");
        let settings = Settings { models: Some(models.clone()), digests: Some(digests.clone()), ..Settings::default() };
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(&settings, "loras", "a.safetensors").as_deref(), Some(abc));
        // What is remembered is what is answered, as long as the file is the same.
        let text = std::fs::read(&digests).unwrap();
        let text = String::from_utf8(checksum::unseal(&text).unwrap().into_owned()).unwrap();
        let text = text.replace("ba7816bf", "00000000");
        std::fs::write(&digests, checksum::seal(&text)).unwrap();
        assert!(digest(&settings, "loras", "a.safetensors").unwrap().starts_with("00000000"));
        std::fs::write(models.join("loras/a.safetensors"), b"abcd").unwrap();
        assert!(!digest(&settings, "loras", "a.safetensors").unwrap().starts_with("00000000"));
        assert_eq!(digest(&settings, "loras", "../loras/a.safetensors"), None);
    }
}
