//! The protocol over standard input and output.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use rmcp::service::{ServerInitializeError, ServiceExt};
use tokio::io::{AsyncRead, ReadBuf};

use super::flow::{Reader, Writer};
use super::{Options, Server, internal};
use crate::session::jobs::Jobs;
use crate::session::{Project, Result};

/// How often a server whose client is gone looks whether its jobs are over.
const POLL: Duration = Duration::from_millis(100);

/// How long the last answers to a client that closed standard input may take.
const UNREAD: Duration = Duration::from_secs(10);

/// Serves one client until it closes standard input and its jobs are over. Nothing else may write to standard output.
///
/// # Errors
/// This system starts no threads, or what the client sends is not the protocol.
pub fn serve_stdio(project: &Project, options: Options) -> Result<()> {
    let jobs = match options.read_only {
        true => Jobs::look(project),
        false => Jobs::within(project, options.budget)?,
    };
    let server = Server::new(project, jobs, options, None);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(internal)?;
    let ended = runtime.block_on(serve(server));
    // Standard input may be read on a thread that nothing wakes.
    runtime.shutdown_background();
    ended
}

async fn serve(server: Server) -> Result<()> {
    let (stdin, stdout) = rmcp::transport::io::stdio_pipes();
    let flow = &server.0.flow;
    let stdin = Reader { inner: Watched { inner: stdin, server: server.clone() }, flow: flow.clone() };
    let stdout = Writer { inner: stdout, flow: flow.clone() };
    match server.clone().serve((stdin, stdout)).await {
        Ok(running) => tokio::select! {
            ended = running.waiting() => drop(ended),
            () = left_unread(&server) => {}
        },
        Err(ServerInitializeError::ConnectionClosed(_)) => {}
        Err(error) => return Err(internal(error)),
    }
    server.0.is_client_gone.store(true, Ordering::SeqCst);
    while !server.0.jobs.are_idle() {
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

/// Ends some time after the client closed standard input: one that reads no more answers does not hold the server.
async fn left_unread(server: &Server) {
    while !server.0.is_client_gone.load(Ordering::SeqCst) {
        tokio::time::sleep(POLL).await;
    }
    tokio::time::sleep(UNREAD).await;
}

/// Standard input that says when it ends: what is cancelled from then on was not cancelled by the client.
struct Watched<R> {
    inner: R,
    server: Server,
}

impl<R: AsyncRead + Unpin> AsyncRead for Watched<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if matches!(read, Poll::Ready(Err(_))) || (read.is_ready() && buffer.filled().len() == before) {
            self.server.0.is_client_gone.store(true, Ordering::SeqCst);
            self.server.client_left();
        }
        read
    }
}
