//! `watch`: build again whenever a file changes that a build rests on.
//!
//! A change counts by content, and the planner says whether it makes work: what was saved as it was, a comment in the
//! manifest and the files that a build writes itself start nothing.

mod next_change;
mod pending;
mod seen;
mod watcher;

use std::collections::BTreeSet;
use std::sync::mpsc::channel;

use serde::Serialize;

use self::next_change::{Waited, next_change};
use self::pending::Pending;
use self::seen::{Change, Seen};
use self::watcher::Watcher;
use super::{BuildOptions, Error, Generation, Operation, Result, build};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::Event;

/// How a project is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchOptions {
    /// Names, globs and `tag:` words; empty for everything.
    pub targets: Vec<String>,
    /// Whether builds send requests to servers.
    pub generation: Generation,
    /// How changes are noticed.
    pub notice: Notice,
}

/// How changes are noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notice {
    /// By the operating system, if it can; else by looking.
    #[default]
    System,
    /// By looking twice a second, for network and container disks whose changes no system reports.
    Poll,
}

/// What a watch did until it was cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// Builds that were carried out, the first one included.
    pub builds: usize,
}

/// Builds, and then builds again after every change, until it is cancelled. [`Event::Watching`] says that it waits.
///
/// # Errors
/// No file can be watched. What stands against a build is [`Event::Refused`], and the next change may mend it.
pub fn watch(operation: &Operation, options: &WatchOptions) -> Result<Watched> {
    let (sender, notices) = channel();
    let cancelled = sender.clone();
    let _listening = operation.cancel.on_cancel(move || drop(cancelled.send(watcher::News::Cancelled)));
    let mut watcher = Watcher::start(operation.root, options.notice, sender, &*operation.observer)?;
    let build =
        BuildOptions { targets: options.targets.clone(), generation: options.generation, ..BuildOptions::default() };
    let mut round = Round {
        operation,
        build,
        seen: Seen::default(),
        changed: BTreeSet::new(),
        pending: None,
        told: Vec::new(),
        builds: 0,
    };
    loop {
        loop {
            round.go()?;
            watcher.follow(round.seen.watched(operation.root), &*operation.observer)?;
            // Nothing told of a change in a folder before it was watched.
            if !round.seen.grew() {
                break;
            }
        }
        operation.observer.on(&Event::Watching { files: round.seen.count() });
        match next_change(&notices, &|path| round.seen.concerns(operation.root, path)) {
            Waited::Changed => {}
            Waited::Cancelled => return Ok(Watched { builds: round.builds }),
        }
    }
}

/// What is known between two changes.
struct Round<'a> {
    operation: &'a Operation<'a>,
    build: BuildOptions,
    /// What the files were when they were looked at last.
    seen: Seen,
    /// What changed and was not built yet, because more was being written.
    changed: BTreeSet<String>,
    /// What the last build left; nothing before the first.
    pending: Option<Pending>,
    /// Why nothing can be built, as it was told last.
    told: Vec<Diagnostic>,
    builds: usize,
}

impl Round<'_> {
    /// Looks for changes of content, and builds if they make work.
    fn go(&mut self) -> Result<()> {
        let Change { changed, resaved } = self.seen.changes(self.operation.root);
        for path in resaved {
            let message = format!("`{path}` was saved without a change");
            self.operation.observer.on(&Event::Noted { name: String::new(), message });
        }
        self.changed.extend(changed);
        if self.changed.is_empty() && self.pending.is_some() {
            return Ok(());
        }
        match Pending::look(self.operation, &self.build, &mut self.seen) {
            // A plan of a file that is half written is no plan; the system tells of the other half.
            _ if !self.seen.is_current(self.operation.root) => Ok(()),
            Ok(pending) => self.build_if_needed(pending),
            Err(error) => {
                self.changed.clear();
                self.refused(&error)
            }
        }
    }

    fn build_if_needed(&mut self, pending: Pending) -> Result<()> {
        let files = std::mem::take(&mut self.changed).into_iter().collect();
        let repaired = !self.told.is_empty();
        if let Some(last) = self.pending.as_ref().filter(|last| !pending.adds_to(last)) {
            if repaired {
                self.told.clear();
                let message = "nothing stands against a build any more, and nothing is to be built".to_owned();
                self.operation.observer.on(&Event::Noted { name: String::new(), message });
            }
            // What is left may be less than before, as after a build of another process.
            self.pending = Some(pending).filter(|pending| last != pending).or_else(|| Some(last.clone()));
            return Ok(());
        }
        if self.pending.is_some() {
            self.operation.observer.on(&Event::Changed { files });
        }
        // A failed build is not tried again before the next change.
        self.pending = Some(pending);
        match build(self.operation, &self.build) {
            Ok(_) => {
                self.builds += 1;
                self.told.clear();
                let left = Pending::look(self.operation, &self.build, &mut self.seen);
                self.pending = left.ok().or(self.pending.take());
                Ok(())
            }
            Err(error) => self.refused(&error),
        }
    }

    /// Tells why nothing can be built, once.
    fn refused(&mut self, error: &Error) -> Result<()> {
        if matches!(error, Error::Cancelled) {
            return Ok(());
        }
        if let Error::Manifest(problems) = error {
            self.seen.add_folders(self.operation.root, problems.folders());
            self.seen.add_files(self.operation.root, problems.files());
        }
        let mut diagnostics = error.diagnostics();
        if let (Error::Manifest(problems), Some(first)) = (error, diagnostics.first_mut()) {
            first.rendered = Some(problems.render(true));
        }
        self.pending.get_or_insert_default();
        if self.told != diagnostics {
            self.told = diagnostics.clone();
            self.operation.observer.on(&Event::Refused { diagnostics });
        }
        Ok(())
    }
}
