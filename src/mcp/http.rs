//! The protocol over HTTP, to be mounted behind the guard of `dgx-pixels serve`.

use std::sync::Arc;

use axum::Router;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::{Meter, Options, Server};
use crate::session::Project;
use crate::session::jobs::Jobs;

/// The routes of a project's server at `/mcp`. The guard in front of them checks `Host`, `Origin` and token.
pub fn router(project: &Project, jobs: &Jobs, options: Options, meter: Option<Arc<dyn Meter>>) -> Router {
    let server = Server::new(project, jobs.clone(), options, meter);
    // The guard knows under which names the server may be called.
    let config = StreamableHttpServerConfig::default().disable_allowed_hosts();
    let sessions = Arc::new(LocalSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(server.another()), sessions, config);
    Router::new().nest_service("/mcp", service)
}
