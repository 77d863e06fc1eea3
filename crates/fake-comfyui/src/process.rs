//! The server's process: it starts, ends, and starts again on the port that it had.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task;

use crate::connection::{Connections, Cut, CuttableListener};
use crate::state::Shared;
use crate::{routes, worker};

/// A command to the server's own thread; the sender hears when it is carried out.
pub(crate) enum Command {
    Down(mpsc::Sender<()>),
    Up(mpsc::Sender<()>),
    CutConnections,
    End,
}

/// Listens and works on this thread, and carries out commands until the last one.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    mut commands: UnboundedReceiver<Command>,
    ready: mpsc::Sender<SocketAddr>,
) {
    let port = shared.lock().options.port;
    let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await else { return };
    let address = listener.local_addr().unwrap();
    ready.send(address).ok();
    let connections = Connections::default();
    let mut process = Some(Process::start(&shared, listener, &connections));
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            () = shared.crash.notified() => {
                if let Some(process) = process.take() {
                    process.end(&shared, &connections).await;
                }
                continue;
            }
        };
        match command {
            Some(Command::Down(done)) => {
                if let Some(process) = process.take() {
                    process.end(&shared, &connections).await;
                }
                done.send(()).ok();
            }
            Some(Command::Up(done)) => {
                if process.is_none() {
                    process = Some(Process::start(&shared, bound(address).await, &connections));
                }
                done.send(()).ok();
            }
            Some(Command::CutConnections) => connections.cut(),
            Some(Command::End) | None => return,
        }
    }
}

/// The port was ours a moment ago.
async fn bound(address: SocketAddr) -> TcpListener {
    loop {
        if let Ok(listener) = TcpListener::bind(address).await {
            return listener;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What runs while a server is up.
struct Process {
    serves: task::JoinHandle<()>,
    works: task::JoinHandle<()>,
}

impl Process {
    fn start(shared: &Arc<Shared>, listener: TcpListener, connections: &Connections) -> Self {
        let listener = CuttableListener { listener, connections: connections.clone() };
        let service = routes::router(Arc::clone(shared)).into_make_service_with_connect_info::<Cut>();
        let serves = task::spawn(async move {
            axum::serve(listener, service).await.ok();
        });
        Self { serves, works: task::spawn(worker::work(Arc::clone(shared))) }
    }

    async fn end(self, shared: &Shared, connections: &Connections) {
        self.serves.abort();
        self.works.abort();
        self.serves.await.ok();
        self.works.await.ok();
        shared.lock().end_process();
        connections.cut();
    }
}
