//! Any bytes as `pixels.toml`: problems with places, or a manifest that plans; never a panic.
#![no_main]

use std::path::Path;

use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::plan::{Inputs, Planner, State};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match load(Path::new("/nowhere"), &LoadOptions::text(bytes.to_vec())) {
        // Large plans only cost time.
        Ok(loaded) if loaded.manifest.groups.iter().map(|group| group.slots().len()).sum::<usize>() < 500 => {
            let inputs = Inputs::default();
            let _ = Planner::new(&loaded.manifest, &inputs).plan(&State::default());
        }
        Ok(_) => {}
        Err(problems) => assert!(!problems.render(false).is_empty()),
    }
});
