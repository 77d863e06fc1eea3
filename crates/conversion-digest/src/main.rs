//! Prints the digest of the OKLab conversion of all 2^24 colours. It must be equal on every machine, or restoration is
//! not reproducible: another one than the known one is a failure.

use std::process::ExitCode;

use dgx_pixels::words::color::{CONVERSION_DIGEST, conversion_digest};

fn main() -> ExitCode {
    let found = conversion_digest().short().to_string();
    println!("{found}, known: {CONVERSION_DIGEST}");
    if found == CONVERSION_DIGEST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
