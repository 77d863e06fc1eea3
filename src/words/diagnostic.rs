//! One type for everything that a person must know: what is wrong, where, and what to do next.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::source::Place;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was not done because of it.
    Error,
    /// Worth a look; the operation goes on.
    Warning,
    /// For information only.
    Note,
}

/// What a diagnostic is about, where it is not a place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", content = "name", rename_all = "lowercase")]
pub enum Subject {
    /// An asset, a group or a slot, by its name in the manifest.
    Asset(String),
    /// A server, by its address without a login.
    Server(String),
    /// A file, relative to the project where it is inside of it.
    File(String),
}

/// A message with a stable code, the next step, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Diagnostic {
    /// A stable name in kebab case: programs match on this and never on the message. `docs/json.md` lists all.
    pub code: Cow<'static, str>,
    /// How serious it is.
    pub severity: Severity,
    /// What happened, lower case, names in backticks.
    pub message: String,
    /// The next command or edit, if one helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where in the project's files it is, if it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What it is about, if it is about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The whole diagnostic with the source lines that it is about, styled with ANSI sequences, where there are such.
    #[serde(skip)]
    pub rendered: Option<String>,
}

impl Diagnostic {
    /// An error without hint, place or subject.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { code, severity: Severity::Error, message, hint: None, place: None, subject: None, rendered: None }
    }

    /// A warning without hint, place or subject.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note without hint, place or subject.
    pub fn note(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// Adds what it is about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
