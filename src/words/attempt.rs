//! Attempts at requests on servers, and the log that keeps them beyond the end of this process.

use std::io;

use serde::{Deserialize, Serialize};

use super::asset::SlotId;
use super::digest::Digest;

/// An attempt at a request on a server: what finds its image again after this process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedAttempt {
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

/// Keeps attempts beyond the end of this process.
pub trait AttemptLog: Send + Sync {
    /// Records an attempt; when this returns, a power cut does not undo it.
    fn record(&self, attempt: &LoggedAttempt) -> io::Result<()>;

    /// Records that an attempt has failed: its server will never have an image of it.
    fn close(&self, prompt: &str) -> io::Result<()>;

    /// Attempts of earlier processes whose end is unknown.
    fn unfinished(&self) -> Vec<LoggedAttempt>;
}

/// Keeps nothing.
impl AttemptLog for () {
    fn record(&self, _: &LoggedAttempt) -> io::Result<()> {
        Ok(())
    }

    fn close(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn unfinished(&self) -> Vec<LoggedAttempt> {
        Vec::new()
    }
}
