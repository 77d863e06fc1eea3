//! `dgx-pixels serve`: the HTTP API of a project.

use serde::Serialize;

use super::args::{Global, Serve};
use super::{Exit, browser, project, report, style};
#[cfg(feature = "mcp")]
use crate::mcp;
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

/// Serves until a signal comes.
pub(super) fn run(global: &Global, args: &Serve) -> session::Result<Exit> {
    let project = Project::open(&project::root(global)?, args.profile.name().as_deref())?;
    let server = Server::bind(project, &options(args))?;
    #[cfg(feature = "mcp")]
    let server = {
        let options = mcp::Options { read_only: args.read_only, ..mcp::Options::default() };
        let router = mcp::router(server.app().project(), options);
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
