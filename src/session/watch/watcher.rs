//! What tells of changes: the operating system, or a thread that looks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify_debouncer_full::notify::{self, Config, PollWatcher, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, DebouncedEvent, Debouncer, NoCache, new_debouncer_opt};
use same_file::Handle;

use super::Notice;
use crate::session::{Error, Result};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};

/// A change counts once nothing more happened to a file for this long: editors write and rename in one go.
const QUIET: Duration = Duration::from_millis(50);

/// How often files are looked at where no system tells of changes.
const POLL: Duration = Duration::from_millis(500);

/// What a watch waits for.
pub(super) enum News {
    /// Something happened to files.
    Changed(Vec<DebouncedEvent>),
    /// Something may have happened that nobody told of.
    Unknown,
    /// The watch is no longer wanted.
    Cancelled,
}

/// Watches folders; files are replaced too often to be watched themselves.
pub(super) struct Watcher {
    source: Source,
    sender: Sender<News>,
    /// The folders that are watched, as they were when that began.
    folders: BTreeMap<PathBuf, Handle>,
}

enum Source {
    System(Debouncer<RecommendedWatcher, NoCache>),
    Poll(Debouncer<PollWatcher, NoCache>),
}

impl Source {
    fn poll(sender: Sender<News>) -> Result<Self> {
        let config = Config::default().with_poll_interval(POLL);
        let started = new_debouncer_opt(QUIET, None, pass_on(sender), NoCache::new(), config);
        started.map(Self::Poll).map_err(|error| cannot_watch(&error))
    }

    fn system(sender: Sender<News>) -> notify::Result<Self> {
        new_debouncer_opt(QUIET, None, pass_on(sender), NoCache::new(), Config::default()).map(Self::System)
    }

    fn watch(&mut self, folder: &Path) -> notify::Result<()> {
        match self {
            Self::System(watcher) => watcher.watch(folder, RecursiveMode::NonRecursive),
            Self::Poll(watcher) => watcher.watch(folder, RecursiveMode::NonRecursive),
        }
    }

    fn unwatch(&mut self, folder: &Path) {
        // A folder that is gone is no longer watched anyway.
        let _ = match self {
            Self::System(watcher) => watcher.unwatch(folder),
            Self::Poll(watcher) => watcher.unwatch(folder),
        };
    }
}

fn pass_on(sender: Sender<News>) -> impl FnMut(DebounceEventResult) + Send + 'static {
    move |events| {
        let news = match events {
            Ok(events) if events.iter().any(|event| event.need_rescan()) => News::Unknown,
            Ok(events) => News::Changed(events),
            Err(_) => News::Unknown,
        };
        // Nobody waits any more when the watch has ended.
        let _ = sender.send(news);
    }
}

fn cannot_watch(error: &notify::Error) -> Error {
    Error::Failed(Diagnostic::error("watch", format!("cannot watch the project's files: {error}")))
}

impl Watcher {
    /// Watches the project's folder.
    pub(super) fn start(root: &Path, notice: Notice, sender: Sender<News>, observer: &dyn Observer) -> Result<Self> {
        let source = match notice {
            Notice::Poll => Source::poll(sender.clone())?,
            Notice::System => Source::system(sender.clone()).or_else(|error| {
                observer.on(&polls(&error));
                Source::poll(sender.clone())
            })?,
        };
        let mut watcher = Self { source, sender, folders: BTreeMap::new() };
        watcher.follow(BTreeSet::from([root.to_owned()]), observer)?;
        Ok(watcher)
    }

    /// Watches these folders and no others; one that was replaced is watched anew.
    pub(super) fn follow(&mut self, wanted: BTreeSet<PathBuf>, observer: &dyn Observer) -> Result<()> {
        let now: BTreeMap<PathBuf, Handle> = wanted
            .into_iter()
            .filter_map(|folder| Some((Handle::from_path(&folder).ok()?, folder)))
            .filter(|(_, folder)| folder.is_dir())
            .map(|(handle, folder)| (folder, handle))
            .collect();
        let is_same = |folder: &PathBuf, handle: &Handle| now.get(folder) == Some(handle);
        let stale: Vec<PathBuf> = self
            .folders
            .iter()
            .filter(|(folder, handle)| !is_same(folder, handle))
            .map(|(folder, _)| folder.clone())
            .collect();
        for folder in stale {
            self.source.unwatch(&folder);
            self.folders.remove(&folder);
        }
        for (folder, handle) in now {
            if self.folders.contains_key(&folder) {
                continue;
            }
            if let Err(error) = self.source.watch(&folder) {
                // One that went in between is told of by the folder above it.
                if !folder.is_dir() {
                    continue;
                }
                self.fall_back(&error, observer)?;
                self.source.watch(&folder).map_err(|error| cannot_watch(&error))?;
            }
            self.folders.insert(folder, handle);
        }
        Ok(())
    }

    /// The system has no room for more: from now on this process looks itself.
    fn fall_back(&mut self, error: &notify::Error, observer: &dyn Observer) -> Result<()> {
        if matches!(self.source, Source::Poll(_)) {
            return Err(cannot_watch(error));
        }
        observer.on(&polls(error));
        self.source = Source::poll(self.sender.clone())?;
        for folder in self.folders.keys() {
            self.source.watch(folder).map_err(|error| cannot_watch(&error))?;
        }
        Ok(())
    }
}

fn polls(error: &notify::Error) -> Event {
    let message = format!("the system does not report changes of files ({error}); they are compared twice a second");
    let hint = "on Linux a larger `fs.inotify.max_user_watches` helps";
    Event::warned("", Diagnostic::warning("watch-polls", message).hint(hint))
}
