//! Progress of a call: events of the session as numbers that grow and a few words.

use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::mpsc::Sender;

use crate::words::event::{Event, ServerState};
use crate::words::text::{count, printable};

/// How far a call is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Update {
    /// Images and assets that are done, with the part of the one that is worked on.
    pub(super) done: f64,
    /// How many there are in all, once that is known.
    pub(super) total: Option<f64>,
    /// What happens.
    pub(super) text: String,
}

/// Turns events into updates. A client that is too slow misses some.
pub(super) struct Progress {
    to: Sender<Update>,
    now: Mutex<Update>,
}

impl Progress {
    /// Sends updates to a channel.
    pub(super) fn to(to: Sender<Update>) -> Self {
        Self { to, now: Mutex::default() }
    }

    /// One thing happened.
    pub(super) fn on(&self, event: &Event) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.fold(event) {
            let _ = self.to.try_send(now.clone());
        }
    }
}

impl Update {
    /// Folds an event in; says whether it is worth a message.
    fn fold(&mut self, event: &Event) -> bool {
        let whole = self.done.floor();
        match event {
            Event::Planned { make, generate, .. } => self.total = Some((make + generate) as f64),
            Event::Progress { step, steps, .. } if *steps > 0 => {
                let part = f64::from(*step) / f64::from(*steps);
                self.done = self.done.max(whole + part.clamp(0.0, 0.99));
            }
            Event::Captured { .. } | Event::Adopted { .. } | Event::Processed { .. } => self.done = whole + 1.0,
            _ => {}
        }
        match text(event) {
            Some(text) => {
                self.text = printable(&text);
                true
            }
            None => false,
        }
    }
}

/// What happened, in a few words.
fn text(event: &Event) -> Option<String> {
    Some(match event {
        Event::Waiting { holder } => format!("waits for {holder}"),
        Event::Planned { make, generate, .. } => {
            format!(
                "{} to be made, {} to be generated",
                count(*make, "asset", "assets"),
                count(*generate, "image", "images")
            )
        }
        Event::Asked { slot, n, .. } => format!("{slot} {n}: requested"),
        Event::Progress { slot, n, step, steps, .. } => format!("{slot} {n}: step {step} of {steps}"),
        Event::Captured { slot, n, .. } => format!("{slot} {n}: captured"),
        Event::Adopted { slot, n, .. } => format!("{slot} {n}: taken from the store"),
        Event::Processed { group, .. } => format!("{group}: made"),
        Event::Failed { name, diagnostic } => format!("{name}: {}", diagnostic.message),
        Event::Server { state: ServerState::Up, .. } => return None,
        Event::Server { state, diagnostic, .. } => {
            format!("a server is {state:?}: {}", diagnostic.message).to_lowercase()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::asset::{GroupId, Kind, SlotId};
    use crate::words::digest::Digest;

    #[test]
    fn progress_never_falls() {
        let slot = SlotId::only(GroupId::new(Kind::Sprite, "knight"));
        let step =
            |step| Event::Progress { slot: slot.clone(), n: 1, step, steps: 4, server: String::new(), model: None };
        let captured = Event::Captured { slot: slot.clone(), n: 1, raw: Digest([0; 32]) };
        let mut update = Update::default();
        let mut seen = Vec::new();
        for event in [step(1), step(4), captured.clone(), step(2), step(1), captured] {
            assert!(update.fold(&event));
            seen.push(update.done);
        }
        assert_eq!(seen, [0.25, 0.99, 1.0, 1.5, 1.5, 2.0]);
        assert_eq!(update.text, "knight 1: captured");
    }
}
