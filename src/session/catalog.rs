//! `list`, kept between calls: a front end that shows many assets at a time asks often, and sees the last good state while
//! the manifest is broken.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Cancel, Error, Listed, Project, Result, list};
use crate::store::Stamp;
use crate::words::diagnostic::Diagnostic;

/// What changes a listing beside the files that are looked at each time, such as outputs, is seen so late.
const FRESH: Duration = Duration::from_millis(500);

/// The files that are looked at each time.
const FILES: [&str; 3] = ["pixels.toml", "pixels.local.toml", "pixels.lock"];

/// The assets of a project as they were listed last.
#[derive(Default)]
pub struct Catalog(Mutex<Option<Entry>>);

struct Entry {
    listed: Arc<Listed>,
    problems: Arc<[Diagnostic]>,
    of: Of,
    at: Instant,
}

/// What a listing rests on.
#[derive(PartialEq, Eq)]
struct Of {
    stamps: Vec<Stamp>,
    /// The project's last event: what this process does changes it.
    seq: u64,
}

impl Of {
    fn now(project: &Project) -> Self {
        let stamps = FILES.iter().map(|file| Stamp::of(&project.root().join(file))).collect();
        Self { stamps, seq: project.snapshot().seq }
    }
}

impl Catalog {
    /// The assets, and the problems of the manifest, where it has such: the assets are then those before it was broken.
    ///
    /// # Errors
    /// The project cannot be opened for another reason.
    pub fn get(&self, project: &Project, cancel: &Cancel) -> Result<(Arc<Listed>, Arc<[Diagnostic]>)> {
        if let Some(entry) = &*self.entry()
            && entry.at.elapsed() < FRESH
            && entry.of == Of::now(project)
        {
            return Ok((Arc::clone(&entry.listed), Arc::clone(&entry.problems)));
        }
        let of = Of::now(project);
        let (listed, problems) = match project.run(cancel, |operation| list(operation, &[])) {
            Ok(listed) => (Arc::new(listed), Vec::new()),
            Err(Error::Manifest(problems)) => (self.last(), problems.diagnostics()),
            Err(error) => return Err(error),
        };
        let problems: Arc<[Diagnostic]> = problems.into();
        let kept = Entry { listed: Arc::clone(&listed), problems: Arc::clone(&problems), of, at: Instant::now() };
        *self.entry() = Some(kept);
        Ok((listed, problems))
    }

    /// The next listing is made anew.
    pub fn forget(&self) {
        if let Some(entry) = &mut *self.entry() {
            entry.of.stamps.clear();
        }
    }

    fn last(&self) -> Arc<Listed> {
        let last = self.entry().as_ref().map(|entry| Arc::clone(&entry.listed));
        last.unwrap_or_else(|| Arc::new(Listed { version: 1, items: Vec::new() }))
    }

    fn entry(&self) -> std::sync::MutexGuard<'_, Option<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
