//! What speaks against a job, on one server.

use crate::words::source::Place;

/// What speaks against a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What is wrong, lower case.
    pub message: String,
    /// The line of the manifest that it comes from, if that is known.
    pub place: Option<Place>,
}

impl<T: Into<String>> From<T> for Cause {
    fn from(message: T) -> Self {
        Self { message: message.into(), place: None }
    }
}
