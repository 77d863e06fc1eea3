//! The worker's Python package, which this program carries.

/// Its files, by name.
pub(super) const FILES: [(&str, &str); 18] = [
    ("requirements.lock", include_str!("../../../python/requirements.lock")),
    ("dgx_pixels_worker/__init__.py", include_str!("../../../python/dgx_pixels_worker/__init__.py")),
    ("dgx_pixels_worker/__main__.py", include_str!("../../../python/dgx_pixels_worker/__main__.py")),
    ("dgx_pixels_worker/base.py", include_str!("../../../python/dgx_pixels_worker/base.py")),
    ("dgx_pixels_worker/control.py", include_str!("../../../python/dgx_pixels_worker/control.py")),
    ("dgx_pixels_worker/data.py", include_str!("../../../python/dgx_pixels_worker/data.py")),
    ("dgx_pixels_worker/device.py", include_str!("../../../python/dgx_pixels_worker/device.py")),
    ("dgx_pixels_worker/drawing.py", include_str!("../../../python/dgx_pixels_worker/drawing.py")),
    ("dgx_pixels_worker/generate.py", include_str!("../../../python/dgx_pixels_worker/generate.py")),
    ("dgx_pixels_worker/jobs.py", include_str!("../../../python/dgx_pixels_worker/jobs.py")),
    ("dgx_pixels_worker/lora.py", include_str!("../../../python/dgx_pixels_worker/lora.py")),
    ("dgx_pixels_worker/protocol.py", include_str!("../../../python/dgx_pixels_worker/protocol.py")),
    ("dgx_pixels_worker/prove.py", include_str!("../../../python/dgx_pixels_worker/prove.py")),
    ("dgx_pixels_worker/sample.py", include_str!("../../../python/dgx_pixels_worker/sample.py")),
    ("dgx_pixels_worker/sampling.py", include_str!("../../../python/dgx_pixels_worker/sampling.py")),
    ("dgx_pixels_worker/schedule.py", include_str!("../../../python/dgx_pixels_worker/schedule.py")),
    ("dgx_pixels_worker/state.py", include_str!("../../../python/dgx_pixels_worker/state.py")),
    ("dgx_pixels_worker/train.py", include_str!("../../../python/dgx_pixels_worker/train.py")),
];

/// The names that ComfyUI accepts in a LoRA.
pub(super) const KEYS: (&str, &str) =
    ("dgx_pixels_worker/sdxl-keys.txt", include_str!("../../../python/dgx_pixels_worker/sdxl-keys.txt"));

/// The version of the package, which is that of this program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_package_is_carried() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let entries = std::fs::read_dir(root.join("dgx_pixels_worker")).unwrap().flatten();
        let there: BTreeSet<String> = entries
            .filter(|entry| entry.path().is_file())
            .map(|entry| format!("dgx_pixels_worker/{}", entry.file_name().to_string_lossy()))
            .collect();
        let carried: BTreeSet<String> =
            FILES.iter().chain([&KEYS]).map(|(name, _)| (*name).to_owned()).filter(|name| name.contains('/')).collect();
        assert_eq!(carried, there);
        let version = std::fs::read_to_string(root.join("dgx_pixels_worker/__init__.py")).unwrap();
        assert!(version.contains(&format!("__version__ = \"{VERSION}\"")));
    }
}
