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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::super::{App, Effect, ImageMode, Options, Screen};
    use super::*;
    use crate::session::Cancel;
    use crate::words::asset::{GroupId, Kind, SlotId};
    use crate::words::digest::Digest;
    use crate::words::event::Event;

    const IMAGES: usize = 25_000;

    /// Four events for each of many images.
    fn burst(project: &Project) {
        project
            .run(&Cancel::default(), |operation| {
                let plan =
                    Event::Planned { fresh: 0, make: 1, process: 0, generate: IMAGES, waiting: 0, seconds: None };
                operation.observer.on(&plan);
                for n in 0..IMAGES {
                    let slot = SlotId::only(GroupId::new(Kind::Sprite, format!("s{n}")));
                    let (server, model) = ("http://spark:8188".to_owned(), Some("base.safetensors".to_owned()));
                    let asked = Event::Asked { slot: slot.clone(), n: 1, seed: 1, backend: "comfyui".to_owned() };
                    let progress = |step| Event::Progress {
                        slot: slot.clone(),
                        n: 1,
                        step,
                        steps: 2,
                        server: server.clone(),
                        model: model.clone(),
                    };
                    let captured = Event::Captured { slot: slot.clone(), n: 1, raw: Digest::of(b"raw") };
                    [asked, progress(1), progress(2), captured].iter().for_each(|event| operation.observer.on(event));
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_burst_is_counted_to_the_last_event_whoever_is_slow() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixels.toml"), "project.name = \"t\"").unwrap();
        let project = Project::open(folder.path(), None).unwrap();
        let (sender, inputs) = channel();
        let feed = Feed::start(&project, sender).unwrap();
        let options = Options { targets: Vec::new(), screen: Screen::Build, images: ImageMode::Half };
        let mut app = App::new(&options, "", ratatui::layout::Size::new(80, 24));
        let (mut seen, all) = (0, 4 * IMAGES as u64 + 1);
        let emitting = project.clone();
        let emitter = std::thread::spawn(move || burst(&emitting));
        let (mut last, mut gaps) = (0, 0);
        while seen < all {
            // Ends when the feed says nothing any more: then something was lost.
            let input = inputs.recv_timeout(std::time::Duration::from_secs(60)).expect("all events arrive");
            assert!(matches!(input, Input::News));
            let (events, missed, snapshot) = feed.take();
            assert!(events.len() <= MOST, "{} wait", events.len());
            assert!(events.iter().all(|event| event.seq > std::mem::replace(&mut last, event.seq)), "in their order");
            seen += events.len() as u64 + missed;
            gaps += missed;
            let effects = app.update(Input::Events { events, missed, snapshot });
            assert!(missed == 0 || app.list_is_wanted() || effects.contains(&Effect::List));
        }
        emitter.join().unwrap();
        assert_eq!(seen, all, "{gaps} were missed, and each of them was counted");
        let (_, _, snapshot) = feed.take();
        assert_eq!((snapshot.seq, snapshot.counts.captured, snapshot.counts.requested), (all, IMAGES, IMAGES));
        assert!(snapshot.requests.is_empty() && snapshot.models["http://spark:8188"] == "base.safetensors");
        app.update(Input::Events { events: Vec::new(), missed: 0, snapshot: snapshot.clone() });
        assert_eq!(app.build.snapshot, *snapshot, "the screen stands where the project stands");
    }
}
