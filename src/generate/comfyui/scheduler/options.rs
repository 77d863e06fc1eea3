//! How patient the scheduler is.

use std::time::Duration;

/// Bounds and times. The defaults suit diffusion servers on a local network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Requests in flight per server: one that runs and one that waits, so that its device never does.
    pub in_flight: usize,
    /// So many refusals in a row, and the server is down.
    pub refusals: u32,
    /// A server that was up and only times out is down after so long.
    pub slow: Duration,
    /// Jobs fail when every server that could do them was down for so long.
    pub grace: Duration,
    /// Jobs fail when every server that could do them was stalled for so long.
    pub stalled_grace: Duration,
    /// Without any sign of life for so long a server is stalled; loading a model is silent for minutes.
    pub stall: Duration,
    /// The shortest bound once jobs of the same model have run there.
    pub stall_least: Duration,
    /// With requests that wait and none that runs, or one that runs and does not begin, for so long a server is stalled.
    pub idle_stall: Duration,
    /// A job whose server died or stalled under it so many times is given up.
    pub attempts: u32,
    /// An image is downloaded so many times before the job is requested once more.
    pub fetches: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            in_flight: 2,
            refusals: 3,
            slow: Duration::from_secs(180),
            grace: Duration::from_secs(300),
            stalled_grace: Duration::from_secs(300),
            stall: Duration::from_secs(600),
            stall_least: Duration::from_secs(60),
            idle_stall: Duration::from_secs(60),
            attempts: 3,
            fetches: 3,
        }
    }
}
