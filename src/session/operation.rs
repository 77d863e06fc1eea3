//! What every use case is given: the project's folder, the profile, where events go, and whether to stop.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use super::InProgress;
use super::backends::ServerPool;
use super::loader::Loader;
use super::opened::{Opened, OpenedLast};
use super::{Backends, Cancel, Consents, Error, LockMode, Look, Options, Result, Workspace, open_with};
use crate::plain_file;
use crate::plan::State;
use crate::store::{AcquireError, Folders, ProjectLock};
use crate::threads::{self, Aside};
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, Observer};

const MANIFEST: &str = "pixels.toml";

/// One operation on a project.
#[derive(Clone)]
pub struct Operation<'a> {
    /// The folder with `pixels.toml`; any folder, for what needs no project.
    pub root: &'a Path,
    /// The profile; `None` is the default one.
    pub profile: Option<&'a str>,
    /// Where events go.
    pub observer: Arc<dyn Observer>,
    /// Cancelled when the result is no longer wanted.
    pub cancel: &'a Cancel,
    /// What stays open between operations.
    pub resources: Arc<Resources>,
}

/// What an open project keeps between operations.
#[derive(Default)]
pub struct Resources {
    /// The parsed manifest.
    pub loader: Loader,
    /// The project as readers opened it last.
    pub opened: OpenedLast,
    /// The connections to servers.
    pub servers: ServerPool,
    /// The requests of the running build.
    pub requests: InProgress,
    /// The plan tokens of this process.
    pub consents: Consents,
}

impl<'a> Operation<'a> {
    /// An operation on a project that is not open otherwise.
    pub fn new(root: &'a Path, profile: Option<&'a str>, observer: Arc<dyn Observer>, cancel: &'a Cancel) -> Self {
        Self { root, profile, observer, cancel, resources: Arc::default() }
    }

    /// The folder, if it has a project. Some use cases need none.
    pub fn project(&self) -> Option<&'a Path> {
        Some(self.root).filter(|root| root.join(MANIFEST).is_file())
    }

    /// Takes the project's lock for as long as the result lives; emits [`Event::Waiting`] if another process has it.
    pub fn lock(&self, command: &str) -> Result<ProjectLock> {
        let cannot = |error: io::Error| {
            let code = plain_file::Refused::of(&error).map_or("project-lock", plain_file::Refused::code);
            let diagnostic = Diagnostic::error(code, format!("cannot write into `.dgx-pixels`: {error}"));
            Error::Failed(match plain_file::Refused::of(&error).and_then(plain_file::Refused::hint) {
                Some(hint) => diagnostic.hint(hint),
                None => diagnostic,
            })
        };
        self.try_lock(command).map_err(|error| match error {
            AcquireError::Cancelled => Error::Cancelled,
            AcquireError::Io(error) => cannot(error),
        })
    }

    fn try_lock(&self, command: &str) -> std::result::Result<ProjectLock, AcquireError> {
        let waiting = |holder: &str| {
            let holder = if holder.is_empty() { "another process" } else { holder }.to_owned();
            self.observer.on(&Event::Waiting { holder });
        };
        let work = Folders::make_work(self.root).map_err(AcquireError::Io)?;
        ProjectLock::acquire(&work, command, waiting, &|| self.cancel.is_cancelled())
    }

    /// As [`Self::lock`]; nothing where this process may not write there, so that it can only read. A reader needs no
    /// lock: files are replaced whole, and what it reads in between is what `check` would read.
    pub fn lock_if_writable(&self, command: &str) -> Result<Option<ProjectLock>> {
        match self.try_lock(command) {
            Err(AcquireError::Io(error))
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                Ok(None)
            }
            Ok(lock) => Ok(Some(lock)),
            Err(_) => self.lock(command).map(Some),
        }
    }

    /// Opens the project under this operation's profile.
    pub fn open(&self, options: Options, look: Look) -> Result<(Workspace, State)> {
        let profile = self.profile.map(str::to_owned);
        let (loader, root, options) = (&self.resources.loader, self.root, Options { profile, ..options });
        // Not behind what a build computes.
        threads::aside(Aside::Look, || open_with(loader, root, &options, look))
    }

    /// As [`Self::open`], for those who only read: what was opened before serves while nothing that it rests on changed.
    pub fn read(&self, options: Options, look: Look) -> Result<Arc<Opened>> {
        let profile = self.profile.map(str::to_owned);
        self.resources.opened.read(&self.resources.loader, self.root, &Options { profile, ..options }, look)
    }

    /// Emits what is worth a look in the manifest, and that the lock was rebuilt.
    pub fn warn_of_manifest(&self, workspace: &Workspace) {
        let loaded = &workspace.loaded;
        let warnings = loaded.warnings.iter().map(|problem| loaded.sources.diagnostic(problem));
        warnings
            .chain(workspace.rebuilt.clone())
            .for_each(|diagnostic| self.observer.on(&Event::warned("", diagnostic)));
    }

    /// The backends for a build; none that uses the network where the lock must not change.
    pub fn backends(&self, workspace: &Workspace, lock: LockMode) -> Backends {
        self.resources.servers.backends(workspace, lock)
    }
}
