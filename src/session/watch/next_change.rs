//! Waiting for a change, and for its end: a file that is being written is not read before it is closed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use notify_debouncer_full::DebouncedEvent;
use notify_debouncer_full::notify::EventKind;
use notify_debouncer_full::notify::event::{AccessKind, AccessMode, ModifyKind};

use super::watcher::News;

/// A program that writes a file for longer than this is not waited for.
const LONGEST_WRITE: Duration = Duration::from_secs(2);

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something changed, and nothing is being written any more.
    Changed,
    /// The watch was cancelled.
    Cancelled,
}

/// Waits for a change.
pub(super) fn next_change(news: &Receiver<News>, concerns: &dyn Fn(&Path) -> bool) -> Waited {
    let mut open = Open::default();
    let mut next = news.recv().ok();
    let mut until: Option<Instant> = None;
    loop {
        match next {
            None | Some(News::Cancelled) => return Waited::Cancelled,
            Some(News::Changed(events)) => {
                let changed = events.iter().filter(|event| open.fold(event, concerns)).count() > 0;
                if changed && until.is_none() {
                    until = Some(Instant::now() + LONGEST_WRITE);
                }
            }
            Some(News::Unknown) => until = until.or_else(|| Some(Instant::now())),
        }
        next = match until {
            None => news.recv().ok(),
            Some(_) if open.0.is_empty() => return Waited::Changed,
            Some(until) => match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(news) => Some(news),
                Err(_) => return Waited::Changed,
            },
        };
    }
}

/// Files that were changed and not closed yet, where the system tells of both.
#[derive(Default)]
struct Open(BTreeSet<PathBuf>);

impl Open {
    /// Notes an event; says whether it is more than a look at a file.
    fn fold(&mut self, event: &DebouncedEvent, concerns: &dyn Fn(&Path) -> bool) -> bool {
        for path in event.paths.iter().filter(|path| concerns(path)) {
            match event.kind {
                EventKind::Modify(ModifyKind::Data(_)) if cfg!(target_os = "linux") => {
                    self.0.insert(path.clone());
                }
                EventKind::Access(AccessKind::Close(AccessMode::Write))
                | EventKind::Remove(_)
                | EventKind::Modify(ModifyKind::Name(_)) => {
                    self.0.remove(path);
                }
                _ => {}
            }
        }
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            EventKind::Access(_) => event.need_rescan(),
            _ => true,
        }
    }
}
