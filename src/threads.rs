//! Threads: one that the system does not start is an error, never a panic in the middle of a build.

use std::error::Error;
use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::thread::{Builder, JoinHandle, available_parallelism};

use crate::failpoint;

/// Starts a thread.
pub fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    failpoint::at("thread")?;
    Builder::new().name(name.to_owned()).spawn(run)
}

/// Starts the pool that computes, once; without `wanted`, with a thread for each processor or as many as the system starts.
/// Whatever uses the pool calls this first: the pool itself would end in a panic.
pub fn start_pool(wanted: Option<usize>) -> io::Result<()> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    let started = STARTED.get_or_init(|| pool(wanted).map_err(|error| error.to_string()));
    started.clone().map_err(io::Error::other)
}

fn pool(wanted: Option<usize>) -> io::Result<()> {
    let most = wanted.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let possible = possible(most);
    let count = match possible {
        _ if possible == most => most,
        0 | 1 => return Err(io::Error::other("the system starts no more threads")),
        _ if wanted.is_some() => return Err(io::Error::other(format!("the system starts {possible} of them"))),
        // The rest is for what is neither computation nor main thread.
        _ => (possible / 2).max(1),
    };
    match rayon::ThreadPoolBuilder::new().num_threads(count).build_global() {
        // Only a thread that did not start has a source. The other error is a pool that the process has already.
        Err(error) if error.source().is_some() => Err(io::Error::other(error)),
        _ => Ok(()),
    }
}

/// What reads beside builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Looks at files.
    Look,
    /// Makes images.
    Draw,
}

/// Computes on threads beside those of builds, so that it does not wait behind all that a build has to compute; on those
/// of builds where the system starts no others.
pub fn aside<T: Send>(what: Aside, work: impl FnOnce() -> T + Send) -> T {
    static POOLS: [OnceLock<Option<rayon::ThreadPool>>; 2] = [OnceLock::new(), OnceLock::new()];
    let start = || {
        start_pool(None).ok()?;
        rayon::ThreadPoolBuilder::new().num_threads(rayon::current_num_threads()).build().ok()
    };
    match POOLS[what as usize].get_or_init(start) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Whether the system starts so many threads now.
pub fn can_start(count: usize) -> io::Result<()> {
    if possible(count) == count { Ok(()) } else { Err(io::Error::other("the system starts no more threads")) }
}

/// How many of so many threads the system starts at a time.
fn possible(most: usize) -> usize {
    let mut started = Vec::new();
    for _ in 0..most {
        let (end, wait) = channel::<()>();
        match spawn("probe", move || _ = wait.recv()) {
            Ok(thread) => started.push((end, thread)),
            Err(_) => break,
        }
    }
    let count = started.len();
    for (end, thread) in started {
        drop(end);
        let _ = thread.join();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in a process that has uses of its own for it.
    #[test]
    fn a_pool_that_was_started_elsewhere_serves() {
        rayon::join(|| (), || ());
        pool(None).unwrap();
        start_pool(Some(2)).unwrap();
    }

    #[test]
    fn threads_that_are_possible_are_counted_and_ended() {
        assert_eq!(possible(3), 3);
        can_start(2).unwrap();
    }
}
