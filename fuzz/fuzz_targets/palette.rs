//! Any bytes as a palette file of any format: colours that survive being written and read, or an error.
#![no_main]

use dgx_pixels::words::palette;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.gpl", "a.hex", "a.pal", "a.json", "a.png", "a.act"] {
        if let Ok(palette) = palette::parse(name, bytes) {
            assert!((1..=palette::MAX_COLORS).contains(&palette.colors.len()));
        }
    }
});
