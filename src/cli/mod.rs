//! cli

pub mod palette;
