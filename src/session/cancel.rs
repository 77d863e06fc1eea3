//! Cancellation of one operation: a token that its owner triggers and its operation listens to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Cancels one operation. Clones are the same token.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    listeners: Mutex<Listeners>,
}

#[derive(Default)]
struct Listeners {
    next: u64,
    calls: BTreeMap<u64, Box<dyn Fn() + Send>>,
}

/// A registered listener; dropping it ends the registration.
#[must_use = "the listener is removed when this is dropped"]
pub struct Listening {
    cancel: Cancel,
    id: u64,
}

impl Cancel {
    /// Cancels, and calls every listener once on this thread.
    pub fn cancel(&self) {
        let listeners = self.listeners();
        if !self.0.cancelled.swap(true, Ordering::SeqCst) {
            listeners.calls.values().for_each(|call| call());
        }
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Calls `listener` when this is cancelled, or now if it already was. The listener must not use this token.
    pub fn listen(&self, listener: impl Fn() + Send + 'static) -> Listening {
        let mut listeners = self.listeners();
        if self.is_cancelled() {
            listener();
        }
        let id = listeners.next;
        listeners.next += 1;
        listeners.calls.insert(id, Box::new(listener));
        Listening { cancel: self.clone(), id }
    }

    /// Whether an operation listens, and so will end by itself soon after a cancellation.
    pub fn has_listeners(&self) -> bool {
        !self.listeners().calls.is_empty()
    }

    fn listeners(&self) -> std::sync::MutexGuard<'_, Listeners> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.cancel.listeners().calls.remove(&self.id);
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn listeners_are_called_once_and_late_ones_at_once() {
        let cancel = Cancel::default();
        let (sender, calls) = channel();
        let first = cancel.listen({
            let sender = sender.clone();
            move || sender.send("first").unwrap_or_default()
        });
        cancel.cancel();
        cancel.cancel();
        let _late = cancel.listen(move || sender.send("late").unwrap_or_default());
        assert_eq!(calls.try_iter().collect::<Vec<_>>(), ["first", "late"]);
        drop(first);
        assert!(cancel.has_listeners());
    }

    #[test]
    fn a_dropped_listener_is_not_called() {
        let cancel = Cancel::default();
        let (sender, calls) = channel();
        drop(cancel.listen(move || sender.send(()).unwrap_or_default()));
        assert!(!cancel.has_listeners());
        cancel.cancel();
        assert_eq!(calls.try_iter().count(), 0);
    }
}
