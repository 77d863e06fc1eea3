//! `pixels.local.toml`: what this machine has.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::table::table;
use super::value::Named;
use super::{At, Int, Read, Reader, Span};

table! {
    /// Servers and folders of this machine; not committed.
    pub struct RawLocal "`pixels.local.toml`" {
        /// ComfyUI servers: addresses, or tables with `url` and what they want to see.
        servers: Vec<At<ServerValue>>,
        /// Seconds that an answer of a server may take to begin, and from there on to be whole (30).
        timeout: Int<1, 3600>,
        /// Seconds that a server with requests may show no sign of life before they go elsewhere (600).
        silence: Int<1, 86400>,
        /// Seconds that requests wait for servers that are down or stand still (300).
        patience: Int<0, 86400>,
        /// The folder of model files, to find them and their digests.
        models: String,
        /// The folder of the store, if not `.dgx-pixels/store`.
        store: String,
    }
}

table! {
    /// A ComfyUI server.
    pub struct RawServer "a server" {
        /// Its address, such as `http://spark:8188`.
        url: String,
        /// A bearer token.
        token: String,
        /// A user's name, for basic authentication.
        user: String,
        /// The user's password.
        password: String,
        /// Headers that a proxy in front of it wants to see: `{ CF-Access-Client-Id = "..", X-Api-Key = ".." }`.
        headers: Named<String>,
        /// Seconds that its answers may take, if not as long as those of all.
        timeout: Int<1, 3600>,
    }
}

/// A server by its address, or with what it wants to see.
#[derive(Clone, Debug)]
pub(crate) enum ServerValue {
    /// Its address.
    Url(String),
    /// With a token, or a user and a password.
    Table(Box<RawServer>),
}

impl Read for ServerValue {
    fn wanted() -> String {
        "an address or a table with `url`".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        match value {
            DeValue::String(url) => Some(Self::Url(url.as_ref().to_owned())),
            DeValue::Table(_) => RawServer::read(value, span, reader).map(|table| Self::Table(Box::new(table))),
            _ => reader.wrong_type(span, value),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, RawServer::schema(generator)] })
    }
}
