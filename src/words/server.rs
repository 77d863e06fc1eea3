//! Settings of this machine: servers, tokens, folders. None of it enters a key.

use std::path::PathBuf;

/// `pixels.local.toml` and the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// ComfyUI servers, at least one.
    pub servers: Vec<Server>,
    /// The folder of model files.
    pub models: Option<PathBuf>,
    /// The folder of the store, if not the default one.
    pub store: Option<PathBuf>,
}

/// A ComfyUI server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its address, without `/` at the end.
    pub url: String,
    /// How to log in, if it wants that.
    pub login: Option<Login>,
    /// Other headers that a proxy in front of it wants to see, by name.
    pub headers: Vec<(String, Secret)>,
}

impl Server {
    /// A server that wants no login.
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), login: None, headers: Vec::new() }
    }
}

/// How to log in to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A bearer token.
    Token(Secret),
    /// Basic authentication.
    Basic {
        /// The user's name.
        user: String,
        /// The user's password.
        password: Secret,
    },
}

/// Text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}
