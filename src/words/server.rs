//! Settings of this machine: servers, tokens, folders. None of it enters a key.

use std::path::PathBuf;
use std::time::Duration;

/// `pixels.local.toml` and the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// ComfyUI servers, at least one.
    pub servers: Vec<Server>,
    /// How long builds wait for servers.
    pub patience: Patience,
    /// The folder of model files.
    pub models: Option<PathBuf>,
    /// The folder of the store, if not the default one.
    pub store: Option<PathBuf>,
}

/// How long a server's answer may take to begin, and from there on to be whole.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// How long builds wait for servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a sign of life from a server that has requests; loading a model is silent for minutes.
    pub silence: Duration,
    /// For a server that is down or stands still, if no other one can do the requests.
    pub absence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { silence: Duration::from_secs(600), absence: Duration::from_secs(300) }
    }
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
    /// How long its answers may take.
    pub timeout: Duration,
}

impl Server {
    /// A server at an address that wants no login.
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), login: None, headers: Vec::new(), timeout: TIMEOUT }
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
