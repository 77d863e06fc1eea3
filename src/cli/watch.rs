//! `dgx-pixels watch`: build again whenever a file changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::args::{Global, Watch};
use super::{Exit, project, report};
use crate::session;
use crate::words::event::{Event, Observer};

/// Watches until a signal ends it.
pub(super) fn run(global: &Global, args: &Watch) -> session::Result<Exit> {
    let (root, profile) = (project::root(global)?, args.profile.name());
    let lines = if args.generate { report::observer(global) } else { report::brief(global) };
    let observer = Summed::new(global, lines);
    let operation = project::operation(&root, profile.as_deref(), Arc::new(observer), &global.cancel);
    session::watch(&operation, &args.options())?;
    report::goes_on();
    Ok(Exit::Interrupted)
}

/// Sums up each build when it ends.
pub(super) struct Summed {
    global: Global,
    lines: Arc<dyn Observer>,
    /// When the last build began.
    began: Mutex<Instant>,
}

impl Summed {
    pub(super) fn new(global: &Global, lines: Arc<dyn Observer>) -> Self {
        Self { global: global.clone(), lines, began: Mutex::new(Instant::now()) }
    }
}

impl Observer for Summed {
    fn on(&self, event: &Event) {
        self.lines.on(event);
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Changed { .. } => *began = Instant::now(),
            Event::Finished(outcome) => report::summary(&self.global, outcome, began.elapsed()),
            _ => {}
        }
    }
}
