//! What speaks against a job or a server.

use std::borrow::Cow;

use crate::words::diagnostic::Diagnostic;
use crate::words::source::Place;

/// What speaks against a job, on one server, or against a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The code of its diagnostic, if there is one.
    pub code: Option<Cow<'static, str>>,
    /// What is wrong, lower case.
    pub message: String,
    /// The next step, if one helps.
    pub hint: Option<String>,
    /// The line of the manifest that it comes from, if that is known.
    pub place: Option<Place>,
}

impl<T: Into<String>> From<T> for Cause {
    fn from(message: T) -> Self {
        Self { code: None, message: message.into(), hint: None, place: None }
    }
}

impl From<&Diagnostic> for Cause {
    fn from(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { code, message, hint, place, .. } = diagnostic.clone();
        Self { code: Some(code), message, hint, place }
    }
}
