//! An image that a request takes as input.

use std::sync::Arc;

use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::raw::Raw;

/// An input by the digest of its pixels, which are read only when they are needed: a request may wait for hours.
#[derive(Clone)]
pub struct InputImage {
    /// The digest of its pixels.
    pub digest: Digest,
    load: Arc<dyn Fn() -> Result<Raw, Diagnostic> + Send + Sync>,
}

impl InputImage {
    /// An input that `load` reads; what it reads must have this digest.
    pub fn new(digest: Digest, load: impl Fn() -> Result<Raw, Diagnostic> + Send + Sync + 'static) -> Self {
        Self { digest, load: Arc::new(load) }
    }

    /// Reads it.
    pub fn read(&self) -> Result<Raw, Diagnostic> {
        (self.load)()
    }
}

impl std::fmt::Debug for InputImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InputImage").field("digest", &self.digest).finish_non_exhaustive()
    }
}
