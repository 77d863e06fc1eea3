//! Prints the digest of the OKLab conversion of all 2^24 colours. It must be equal on every machine, or restoration is
//! not reproducible.

fn main() {
    println!("{}", dgx_pixels::words::color::conversion_digest());
}
