//! How many pixels may be in memory at a time, over all threads. Work that would exceed it waits for its turn; the order
//! of results does not depend on it.

use std::io::Read;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::plain_file::{self, Links};
use crate::words::image_file;

/// The least budget: one large picture at a time. Restoring takes 12 to 25 bytes a pixel.
const LEAST: u64 = 16 << 20;
/// The budget of one thread: as large as two raws of a model.
const PER_THREAD: u64 = 2 << 20;
/// So many bytes of a file hold its size, unless somebody put much before it.
const HEAD: u64 = 64 << 10;

/// The pixels that may be in memory at a time.
pub(super) fn most() -> u64 {
    LEAST.max(PER_THREAD * rayon::current_num_threads() as u64)
}

/// The pixels that an image file announces. What does not say so early counts as more than any budget, so that it runs
/// alone.
pub(super) fn pixels_of(path: &Path) -> u64 {
    let mut head = Vec::new();
    match plain_file::open(path, Links::Follow).and_then(|file| file.take(HEAD).read_to_end(&mut head)) {
        Ok(_) => image_file::pixels(&head).unwrap_or(u64::MAX),
        // Whoever reads it will say why that is impossible.
        Err(_) => 0,
    }
}

/// Hands out permits for pixels to work on several threads.
pub(super) struct Budget {
    most: u64,
    used: Mutex<u64>,
    freed: Condvar,
}

/// Some pixels of a budget, until it is dropped.
pub(super) struct Permit<'a> {
    budget: &'a Budget,
    pixels: u64,
}

impl Budget {
    /// A budget of so many pixels.
    pub(super) fn new(most: u64) -> Self {
        Self { most, used: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits until so many pixels are free. More than there are at all waits for all of them.
    pub(super) fn acquire(&self, pixels: u64) -> Permit<'_> {
        let pixels = pixels.min(self.most);
        let mut used = self.used();
        while *used + pixels > self.most {
            if rayon::current_thread_index().is_some() {
                // This thread may be the one that has to finish what holds the others.
                drop(used);
                rayon::yield_now();
                used = self.used();
            } else {
                used = self.freed.wait(used).unwrap_or_else(PoisonError::into_inner);
            }
        }
        *used += pixels;
        Permit { budget: self, pixels }
    }

    fn used(&self) -> MutexGuard<'_, u64> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.budget.used() -= self.pixels;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Runs jobs of these sizes on a pool; returns the most that was in use at a time.
    fn peak(threads: usize, sizes: &[u64]) -> u64 {
        let (budget, now, peak) = (Budget::new(10), AtomicU64::new(0), AtomicU64::new(0));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.in_place_scope(|scope| {
            for size in sizes {
                let permit = budget.acquire(*size);
                let (now, peak, size) = (&now, &peak, (*size).min(10));
                scope.spawn(move |_| {
                    peak.fetch_max(now.fetch_add(size, Ordering::SeqCst) + size, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(size, Ordering::SeqCst);
                    drop(permit);
                });
            }
        });
        peak.into_inner()
    }

    #[test]
    fn what_runs_at_a_time_is_within_the_budget() {
        for threads in [1, 2, 8] {
            assert!(peak(threads, &[3; 200]) <= 10);
            assert_eq!(peak(threads, &[1, 400, 2, 9, 10, 5, 5, 5]), 10);
        }
    }

    #[test]
    fn a_thread_of_the_pool_may_wait_for_the_others() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let budget = Budget::new(10);
        let done = pool.install(|| {
            let done = AtomicU64::new(0);
            rayon::in_place_scope(|scope| {
                for _ in 0..20 {
                    let permit = budget.acquire(7);
                    let done = &done;
                    scope.spawn(move |_| {
                        done.fetch_add(1, Ordering::SeqCst);
                        drop(permit);
                    });
                }
            });
            done.into_inner()
        });
        assert_eq!(done, 20);
    }
}
