//! What comes to the driver: calls of the backend, and results of tasks and sockets.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::scheduler::{AttemptId, FetchError, Input, ServerId};
use super::socket::SocketEvent;
use super::wire::Image;
use crate::generate::{BatchId, BatchRef, Captured, Change, Finding, Request};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::digest::Digest;

/// What comes to the driver.
pub(super) enum DriverEvent {
    /// Check everything that may be requested.
    Preflight { asks: Vec<(SlotId, Arc<Ask>)>, batch: BatchRef, reply: Sender<Vec<Finding>> },
    /// The check is over.
    Preflighted { findings: Vec<Finding>, reply: Sender<Vec<Finding>> },
    /// Requests.
    Submitted { requests: Vec<Request>, batch: BatchRef },
    /// A request is to be changed.
    Changed { batch: BatchId, request: Digest, change: Change },
    /// A batch was cancelled, or ended.
    Cancelled(BatchId),
    /// The process ends: `done` is sent when nothing is under way that a server should still hear of.
    Ending { done: Sender<()> },
    /// A prompt was sent, or not.
    Posted { batch: BatchId, input: Input },
    /// A task has a result for the scheduler.
    Input(Input),
    /// A server was probed; what it lacks for the open jobs is reported before that.
    Probed(ServerId, Input),
    /// An attempt ended: its images, how long it took, and whether there never will be any.
    Ended { attempt: AttemptId, images: Vec<Image>, took: Option<Duration>, failed: bool },
    /// An image was fetched, or not.
    Fetched { attempt: AttemptId, result: Box<Result<Captured, FetchError>> },
    /// Something happened on a socket.
    Socket(ServerId, SocketEvent),
}
