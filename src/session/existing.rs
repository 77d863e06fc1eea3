//! What becomes of a file that is in the way.

/// What becomes of a file that is in the way of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays.
    Keep,
    /// The result replaces it.
    Replace,
}

impl Existing {
    /// Replaces it where that is wanted.
    pub fn replace_if(wanted: bool) -> Self {
        if wanted { Self::Replace } else { Self::Keep }
    }
}
