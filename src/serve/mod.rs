//! `dgx-pixels serve`: the HTTP API of a project, and whatever is mounted beside it, behind one guard.
//!
//! A server on loopback is within reach of every web page and of every user of the machine. So the guard stands before all
//! routes: a foreign `Host` or `Origin` is refused, a token is compared where there is one, and bodies, connections and
//! times are bounded. Handlers parse, call the session, and answer with what it returns.

mod answer;
mod app;
mod assets;
mod assistants;
mod body;
mod compare;
mod connection;
mod decisions;
mod events;
mod generate;
mod guard;
mod jobs;
mod listen;
mod login;
mod metrics;
mod openapi;
mod pictures;
mod process;
mod redact;
mod review;
mod scrape;
mod token;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::session::{Cancel, Error, Project, Result};
use crate::words::diagnostic::Diagnostic;
use connection::Bounded;
use guard::Guard;

pub use app::App;
pub use listen::{Access, Options};
pub use token::Token;

/// The longest that requests in progress may take when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// A server that listens and does not answer yet.
pub struct Server {
    app: App,
    guard: Arc<Guard>,
    listener: std::net::TcpListener,
    address: SocketAddr,
    login: Router,
    router: Router,
    closing: watch::Sender<bool>,
}

impl Server {
    /// Listens, and goes on with jobs that were cut off.
    ///
    /// # Errors
    /// `bad-address`, `address-taken`, `token-required`, what is wrong with the token's file.
    pub fn bind(project: Project, options: &Options) -> Result<Self> {
        let token = options.token()?;
        let (listener, address) = listen::bind(options)?;
        let login = login::routes(token.clone(), address.port());
        let guard = Arc::new(Guard::new(address, &options.hosts, token));
        let closing = watch::Sender::new(false);
        let app = App::open(project, options.access, closing.subscribe())?;
        Ok(Self { app, guard, listener, address, login, router: Router::new(), closing })
    }

    /// What handlers of other routers share with this one.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where it listens; the port is the true one.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that a browser of this machine opens.
    pub fn url(&self) -> String {
        listen::url(self.address)
    }

    /// Mounts further routes behind the same guard.
    #[must_use]
    pub fn merge(mut self, router: Router) -> Self {
        self.router = self.router.merge(router);
        self
    }

    /// Answers until `cancel` is cancelled, on threads of its own; returns when the server has stopped.
    ///
    /// # Errors
    /// The runtime cannot be started.
    pub fn run(self, cancel: &Cancel) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("serve").build();
        let runtime = runtime.map_err(|error| failed("no-threads", format!("cannot start threads: {error}")))?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let _stops = cancel.on_cancel(move || _ = stop.send(()));
        let jobs = self.app.jobs().clone();
        let ended = runtime.block_on(self.serve(async { drop(stopped.await) }));
        // What a job captured last is to be in its lock.
        let began = std::time::Instant::now();
        while !jobs.are_idle() && began.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(20));
        }
        // A handler that still computes is not waited for.
        runtime.shutdown_timeout(Duration::from_secs(1));
        ended
    }

    async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let listener = self.listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(self.listener));
        let listener = listener.map_err(|error| failed("listen-failed", format!("cannot listen: {error}")))?;
        let routes = routes(&self.app).merge(self.login).merge(self.router);
        let router = behind_guard(routes, &self.app, &self.guard);
        let (app, closing) = (self.app.clone(), self.closing);
        let (quiet, is_quiet) = tokio::sync::oneshot::channel::<()>();
        let stop = async move {
            stop.await;
            app.jobs().stop();
            // Streams never end by themselves.
            closing.send_replace(true);
            drop(quiet);
        };
        let serving = axum::serve(Bounded::new(listener), router).with_graceful_shutdown(stop);
        tokio::select! {
            ended = serving => ended.map_err(|error| failed("listen-failed", format!("the server ended: {error}"))),
            () = async { drop(is_quiet.await); tokio::time::sleep(GRACE).await } => Ok(()),
        }
    }
}

/// The routes of this module.
fn routes(app: &App) -> Router {
    let api = openapi::Api::new()
        .merge(assets::routes())
        .merge(decisions::routes())
        .merge(events::routes())
        .merge(generate::routes())
        .merge(jobs::routes())
        .merge(pictures::routes())
        .merge(process::routes());
    let api = api.router().method_not_allowed_fallback(answer::no_method).fallback(answer::not_found);
    let own = Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(scrape::show))
        .merge(review::routes())
        .merge(compare::routes());
    own.nest(openapi::BASE, api).with_state(app.clone())
}

/// Everything that is reachable stands behind the guard.
fn behind_guard(router: Router, app: &App, guard: &Arc<Guard>) -> Router {
    let router = router.method_not_allowed_fallback(answer::no_method).fallback(answer::not_found);
    guard::layer(router, app, guard)
}

/// Whether the server answers; says nothing of the project, for it needs no token.
async fn health() -> axum::Json<serde_json::Value> {
    axum::Json(serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

fn failed(code: &'static str, message: String) -> Error {
    Error::Failed(Diagnostic::error(code, message))
}
