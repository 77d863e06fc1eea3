//! Attempts at requests on servers, and who remembers them over the end of this process.

use std::io;

use serde::{Deserialize, Serialize};

use super::asset::SlotId;
use super::digest::Digest;

/// An attempt at a request on a server: what finds its picture again after this process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The request's key.
    pub request: Digest,
    /// The slot that wants it.
    pub slot: SlotId,
    /// The candidate's number.
    pub n: u32,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// The server's address, without a login.
    pub server: String,
    /// The id under which the server knows it.
    pub prompt: String,
    /// How the names of its files on the server begin.
    pub prefix: String,
}

/// Remembers attempts over the end of this process.
pub trait Ledger: Send + Sync {
    /// Notes an attempt; when this returns, a power cut does not undo it.
    fn sent(&self, sent: &Sent) -> io::Result<()>;

    /// An attempt came to nothing: its server will never have a picture of it.
    fn settled(&self, prompt: &str) -> io::Result<()>;

    /// Attempts of earlier processes whose end nobody knows.
    fn left(&self) -> Vec<Sent>;
}

/// Remembers nothing.
impl Ledger for () {
    fn sent(&self, _: &Sent) -> io::Result<()> {
        Ok(())
    }

    fn settled(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn left(&self) -> Vec<Sent> {
        Vec::new()
    }
}
