//! Prints the digest of the OKLab conversion of all 2^24 colours: equal on every machine, or restoration is not.

fn main() {
    println!("{}", dgx_pixels::words::color::conversion_digest());
}
