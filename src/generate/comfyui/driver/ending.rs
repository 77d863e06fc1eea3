//! The end of the driver, by a panic too: every request still has its answer.

use std::collections::VecDeque;
use std::mem;

use super::{Driver, DriverEvent};
use crate::generate::{Arrival, BatchRef, Request};
use crate::words::diagnostic::Diagnostic;

/// The answer to requests that the driver leaves behind.
pub(crate) fn ended() -> Diagnostic {
    Diagnostic::error("servers-ended", "the connection to the servers has ended").hint("run the build again")
}

/// Requests that are not jobs yet; those that are left when this is dropped are answered.
pub(super) struct Submission<'a> {
    pub requests: VecDeque<Request>,
    pub batch: &'a BatchRef,
}

impl Drop for Submission<'_> {
    fn drop(&mut self) {
        for request in mem::take(&mut self.requests) {
            self.batch.reply(Arrival { key: request.key, result: Err(ended().into()) });
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // From here on senders notice the end.
        self.received.close();
        while let Ok(event) = self.received.try_recv() {
            if let DriverEvent::Submitted { requests, batch } = event {
                drop(Submission { requests: requests.into(), batch: &batch });
            }
        }
        for job in mem::take(&mut self.jobs).into_values() {
            job.batch.reply(Arrival { key: job.request.key, result: Err(ended().into()) });
        }
        self.batches.values_mut().for_each(super::BatchState::answer_held);
    }
}
