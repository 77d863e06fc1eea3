//! A cancel token: one side asks an operation to stop, the other side checks it or is called back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

type Callback = Box<dyn FnOnce() + Send>;

/// Asks an operation to stop. Clones are one token.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    cancelled: bool,
    next: u64,
    callbacks: BTreeMap<u64, Callback>,
}

/// A callback of a token; dropping it removes the callback.
#[must_use = "the callback is removed when this is dropped"]
pub struct Subscription {
    state: Weak<Mutex<State>>,
    id: u64,
}

impl Cancel {
    /// Asks for the end and runs all callbacks, on this thread.
    pub fn cancel(&self) {
        let callbacks = {
            let mut state = lock(&self.0);
            state.cancelled = true;
            std::mem::take(&mut state.callbacks)
        };
        callbacks.into_values().for_each(|callback| callback());
    }

    /// Whether the end was asked for.
    pub fn is_cancelled(&self) -> bool {
        lock(&self.0).cancelled
    }

    /// Whether an operation has a callback here, and so will end by itself soon after a cancellation.
    pub fn has_callbacks(&self) -> bool {
        !lock(&self.0).callbacks.is_empty()
    }

    /// Runs `callback` once the end is asked for: at once if it was already.
    pub fn on_cancel(&self, callback: impl FnOnce() + Send + 'static) -> Subscription {
        let mut state = lock(&self.0);
        let id = state.next;
        state.next += 1;
        if state.cancelled {
            drop(state);
            callback();
        } else {
            state.callbacks.insert(id, Box::new(callback));
        }
        Subscription { state: Arc::downgrade(&self.0), id }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(state) = self.state.upgrade() else { return };
        // The callback may own what subscribes to the same token: it is dropped outside of the lock.
        let callback = lock(&state).callbacks.remove(&self.id);
        drop(callback);
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn callbacks_run_once_and_not_after_their_subscription() {
        let (cancel, count) = (Cancel::default(), Arc::new(AtomicU32::new(0)));
        let add = |by: u32| {
            let count = Arc::clone(&count);
            move || _ = count.fetch_add(by, Ordering::SeqCst)
        };
        let _kept = cancel.on_cancel(add(1));
        drop(cancel.on_cancel(add(10)));
        cancel.cancel();
        cancel.clone().cancel();
        assert_eq!((count.load(Ordering::SeqCst), cancel.is_cancelled()), (1, true));
        let _late = cancel.on_cancel(add(100));
        assert_eq!(count.load(Ordering::SeqCst), 101);
    }
}
