//! How servers, jobs and attempts are named between scheduler and driver.

/// A server, by its place in the list that the scheduler was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub usize);

/// A job; the driver numbers them, and never gives a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// One attempt at a job: it has a prompt id of its own on one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId {
    /// The job.
    pub job: JobId,
    /// The attempt's number: new ones continue after the greatest of `Job::earlier`, the first is 1.
    pub number: u32,
}
