//! `dgx-pixels serve`: the HTTP API of a project.

#[cfg(feature = "mcp")]
use std::sync::Arc;

use serde::Serialize;

use super::args::{Global, Serve};
use super::{Exit, browser, project, report, style};
#[cfg(feature = "mcp")]
use crate::mcp;
#[cfg(feature = "mcp")]
use crate::serve::App;
use crate::serve::{Access, Options, Server};
use crate::session::{self, Project};

/// Where the server is.
#[derive(Debug, Serialize)]
struct Serving {
    /// What a browser of this machine opens.
    url: String,
    /// The address and the port on which it listens.
    address: String,
}

/// Counts calls of assistants among the metrics of the server.
#[cfg(feature = "mcp")]
struct Counter(App);

#[cfg(feature = "mcp")]
impl mcp::Meter for Counter {
    fn called(&self, call: &mcp::Called) {
        self.0.count_call(call.tool, call.seconds, call.bytes, call.refused.as_deref());
    }

    fn image(&self, client: &str) {
        self.0.count_image(client);
    }
}

/// Serves until a signal comes.
pub(super) fn run(global: &Global, args: &Serve) -> session::Result<Exit> {
    let project = Project::open(&project::root(global)?, args.profile.name().as_deref())?;
    let server = Server::bind(project, &options(args))?;
    #[cfg(feature = "mcp")]
    let server = {
        let options = mcp::Options { read_only: args.read_only, ..mcp::Options::default() };
        let (app, meter) = (server.app(), Arc::new(Counter(server.app().clone())));
        let router = mcp::router(app.project(), app.jobs(), options, Some(meter));
        server.merge(router)
    };
    announce(global, &server);
    if args.open {
        browser::open(&server.url());
    }
    server.run(&global.cancel)?;
    Ok(Exit::Success)
}

pub(super) fn options(args: &Serve) -> Options {
    Options {
        listen: args.listen.clone(),
        hosts: args.hosts.clone(),
        token_file: args.token_file.clone(),
        access: if args.read_only { Access::Read } else { Access::Write },
    }
}

pub(super) fn announce(global: &Global, server: &Server) {
    let serving = Serving { url: server.url(), address: server.address().to_string() };
    report::result(global, "serving", &serving, |serving| {
        style::say(&format!("serving {} (Ctrl-C stops)", serving.url));
    });
}
