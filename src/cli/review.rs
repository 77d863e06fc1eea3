//! `dgx-pixels review`: the page of a project, live: it is served, watched, and opened in a browser.

use std::sync::Arc;

use super::args::{Global, Review};
use super::watch::Summed;
use super::{Exit, browser, project, report, serve};
use crate::serve::Server;
use crate::session::{self, Error, Project};
use crate::threads;

/// Serves and watches until a signal comes.
pub(super) fn run(global: &Global, args: &Review) -> session::Result<Exit> {
    let observer = Summed::new(global, report::brief(global));
    let project = Project::open(&project::root(global)?, args.serve.profile.name().as_deref())?;
    let project = project.observed_by(Arc::new(observer));
    let server = Server::bind(project.clone(), &serve::options(&args.serve))?;
    serve::announce(global, &server);
    if !args.no_open {
        browser::open(&server.url());
    }
    if !args.serve.read_only {
        let (options, shown, cancel) = (args.watch(), global.clone(), global.cancel.clone());
        let watch = move || {
            if let Err(error) = project.run(&cancel, |operation| session::watch(operation, &options)) {
                report::error(&shown, &error);
            }
        };
        threads::spawn("watch", watch).map_err(|error| Error::internal(format!("cannot start a thread: {error}")))?;
    }
    server.run(&global.cancel)?;
    report::goes_on();
    Ok(Exit::Success)
}
