//! Which server makes what, and what happens when one fails: a pure state machine.
//!
//! It has no sockets, no clock and no randomness: [`Fleet::on`] is told one piece of [`News`] with the time since the
//! start, and answers with [`Order`]s. The same news at the same times give the same orders.
//!
//! # The contract with who drives it
//!
//! - Every `Probe`, `Post`, `Peek`, `Look` and `Fetch` is answered by exactly one `Probed`, `Posted`, `Peeked`, `Looked`
//!   or `Fetched`, also when it fails; the driver bounds each by a time-out. `Withdraw`, `Answer` and `Tell` have no
//!   answer. Orders of one call are carried out in any order and at the same time.
//! - Frames of a socket become `Stirred` and `Over`; they only wake the fleet. What ended is known from `Peeked` and
//!   `Looked` alone, and the fleet asks for those itself, so that a deaf socket costs time and nothing else.
//! - [`News::Tick`] comes when [`Fleet::due`] says so, or later.
//! - A [`Ticket`] is one try of a job. The driver gives each a prompt id and a file prefix of its own and writes both
//!   to the journal before it posts. Tickets of an earlier, cut-off build come with [`Job::earlier`].
//! - What a server is known not to be able to do comes with [`Job::unable`] and [`News::Unable`]. For a server that was
//!   not there at first, the driver checks the open jobs while it probes, and tells what it found before `Probed`.
//! - Every job is answered exactly once. When [`Fleet::open`] is 0, the driver carries out the orders that it still has
//!   and may stop.

mod job;
mod news;
mod options;
mod order;

pub use job::{Earlier, Job, JobId, ServerId, Ticket, Work};
pub use news::{End, Fault, FetchError, Look, News, Peek, PostError, Sight};
pub use options::Options;
pub use order::{Answer, Order, Reason, Standing, Tell};

use std::time::Duration;

/// The servers and the jobs.
#[derive(Debug)]
pub struct Fleet {}

impl Fleet {
    /// A fleet of servers, named for messages (their addresses). They are known as [`ServerId`] in this order.
    /// Nothing happens before the first jobs come.
    pub fn new(_servers: Vec<String>, _options: Options) -> Self {
        Self {}
    }

    /// Takes one piece of news, `now` after the start, and says what is to be done.
    pub fn on(&mut self, _news: News, _now: Duration) -> Vec<Order> {
        Vec::new()
    }

    /// When [`News::Tick`] is wanted, as time since the start; `None` while nothing waits for the clock.
    pub fn due(&self) -> Option<Duration> {
        None
    }

    /// How many jobs are not answered yet.
    pub fn open(&self) -> usize {
        0
    }
}
