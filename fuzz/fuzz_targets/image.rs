//! Any bytes as a picture, then through the whole restoration where it is small: sprites, or an error.
#![no_main]

use dgx_pixels::words::image_file;
use dgx_pixels::manifest::parse_recipe_file;
use dgx_pixels::words::raw::Raw;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(image) = image_file::decode(bytes, "a") else { return };
    if image.pixels.width() * image.pixels.height() > 64 * 64 {
        return;
    }
    let recipe = parse_recipe_file("recipe", "", std::path::Path::new(".")).expect("an empty recipe");
    let _ = dgx_pixels::process::process(&[Raw::new(image.pixels)], &recipe, None);
});
