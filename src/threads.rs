//! Threads: one that the system does not start is an error, never a panic in the middle of a build.

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
    rayon::ThreadPoolBuilder::new().num_threads(count).build_global().map_err(io::Error::other)
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

    #[test]
    fn threads_that_are_possible_are_counted_and_ended() {
        assert_eq!(possible(3), 3);
        can_start(2).unwrap();
    }
}
