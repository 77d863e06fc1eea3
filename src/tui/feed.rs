//! The project's events, gathered until the screen takes them. Never more than [`MOST`] wait: a screen that is stopped costs
//! neither the build nor the memory.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Input;
use crate::session::{Delivery, Numbered, Project, Result, Snapshot};
use crate::threads;

/// Events that wait for the screen.
const MOST: usize = 2048;

/// Events that the screen has not seen.
pub(super) struct Feed {
    project: Project,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Arc<Numbered>>,
    missed: u64,
    told: bool,
}

impl Feed {
    /// Subscribes, and tells the screen when there is news.
    pub(super) fn start(project: &Project, sender: Sender<Input>) -> Result<Arc<Self>> {
        let (_, mut subscription) = project.subscribe();
        // Jobs may have begun before.
        let waiting = Waiting { told: true, ..Waiting::default() };
        let feed = Arc::new(Self { project: project.clone(), waiting: Mutex::new(waiting) });
        _ = sender.send(Input::News);
        let shared = Arc::clone(&feed);
        let follow = move || {
            while let Some(delivery) = subscription.wait() {
                if shared.add(delivery) && sender.send(Input::News).is_err() {
                    return;
                }
            }
        };
        threads::spawn("feed", follow).map_err(|error| super::no_threads(&error))?;
        Ok(feed)
    }

    /// Adds an event; says whether the screen is to be told.
    fn add(&self, delivery: Delivery) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match delivery {
            Delivery::Gap { missed } => waiting.missed += missed,
            Delivery::Event(event) => {
                if waiting.events.len() == MOST {
                    waiting.events.pop_front();
                    waiting.missed += 1;
                }
                waiting.events.push_back(event);
            }
        }
        !std::mem::replace(&mut waiting.told, true)
    }

    /// What happened since the last call, how many events are missing, and where the project stands now.
    pub(super) fn take(&self) -> (Vec<Arc<Numbered>>, u64, Box<Snapshot>) {
        let Waiting { events, missed, .. } =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        (events.into(), missed, Box::new(self.project.snapshot()))
    }
}
