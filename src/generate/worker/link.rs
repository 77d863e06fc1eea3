//! The connection for requests. A socket that failed is never used again: the library does not reconnect it.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use zeromq::{DealerSocket, Socket, SocketRecv, SocketSend, ZmqMessage};

use super::message::{Refusal, Request, read_reply, write_request};

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No worker serves the folder.
    #[error("no worker runs")]
    NoWorker,
    /// It did not answer in time.
    #[error("the worker did not answer in time")]
    Timeout,
    /// The socket failed.
    #[error("the worker cannot be reached: {0}")]
    Socket(String),
    /// The answer is not of the schema.
    #[error("the worker's answer cannot be read: {0}")]
    Malformed(String),
    /// The worker refused the request.
    #[error("{0}")]
    Refused(Refusal),
}

/// Requests over one socket at a time.
pub struct Link {
    address: String,
    token: Option<String>,
    socket: Option<DealerSocket>,
    last_id: u64,
}

impl Link {
    /// A link to an address; it connects with the first request.
    pub fn new(address: &str, token: Option<String>) -> Self {
        Self { address: address.to_owned(), token, socket: None, last_id: 0 }
    }

    /// Asks, and waits for the answer until the deadline. Requests may be sent again after any failure: the worker does
    /// nothing twice.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn ask(&mut self, request: &Request, deadline: Duration) -> Result<Value, LinkError> {
        self.last_id += 1;
        let until = Instant::now() + deadline;
        let millis = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        let bytes =
            write_request(self.last_id, self.token.as_deref(), millis, request).map_err(LinkError::Malformed)?;
        let answered = timeout_at(until, self.exchange(bytes)).await.unwrap_or(Err(LinkError::Timeout));
        if !matches!(answered, Ok(_) | Err(LinkError::Refused(_))) {
            self.socket = None;
        }
        answered
    }

    async fn exchange(&mut self, bytes: Vec<u8>) -> Result<Value, LinkError> {
        let failed = |error: zeromq::ZmqError| LinkError::Socket(error.to_string());
        let socket = match &mut self.socket {
            Some(socket) => socket,
            none => {
                let mut socket = DealerSocket::new();
                socket.connect(&self.address).await.map_err(failed)?;
                none.insert(socket)
            }
        };
        socket.send(ZmqMessage::from(bytes)).await.map_err(failed)?;
        loop {
            let message = socket.recv().await.map_err(failed)?;
            let body = message.iter().last().ok_or_else(|| LinkError::Malformed("it is empty".to_owned()))?;
            let (id, answer) = read_reply(body).map_err(LinkError::Malformed)?;
            // A late answer to an earlier request is nothing to this one.
            if id == self.last_id {
                return answer.map_err(LinkError::Refused);
            }
        }
    }
}
