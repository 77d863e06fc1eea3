//! Any text as `pixels.lock`: what can be read is written as text that says the same, and any two sides merge.
#![no_main]

use dgx_pixels::words::lock::{self, Lock, Side};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (ours, theirs) = lock::sides(text);
    let (Ok(ours), Ok(theirs)) = (Lock::parse(&ours), Lock::parse(&theirs)) else { return };
    let again = Lock::parse(&ours.text()).expect("what we write can be read");
    assert_eq!(again.text(), ours.text());
    let merged = lock::merge(&ours, &theirs, &|_, _| true, Some(Side::Theirs)).expect("a side settles everything");
    assert!(Lock::parse(&merged.text()).is_ok());
});
