//! DGX-Pixels turns a declarative `pixels.toml` into folders of true, reproducible pixel art.

pub mod assemble;
pub mod asset;
pub mod cli;
pub mod color;
pub mod digest;
pub mod event;
pub mod export;
pub mod failpoint;
pub mod generate;
pub mod lock;
pub mod manifest;
pub mod palette;
pub mod pipeline;
pub mod plan;
pub mod process;
pub mod raw;
pub mod sprite;
pub mod store;
