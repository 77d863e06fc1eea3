//! Results of nodes that ran.

use std::sync::Arc;

use image::RgbaImage;
use serde_json::Value;

/// What a node made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub width: u32,
    pub height: u32,
    pub count: u32,
    /// What an image is drawn from.
    pub number: u64,
    pub text: String,
    pub pixels: Option<Arc<RgbaImage>>,
}

/// A node's result in the cache, by content.
#[derive(Clone, Debug)]
pub struct Cached {
    pub made: Made,
    pub ui: Option<Value>,
}
