//! Connections that can be cut from outside, as a crash or a bad link cuts them.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The switch of one connection.
#[derive(Clone, Default)]
pub struct Cut(Arc<Switch>);

#[derive(Default)]
struct Switch {
    is_cut: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Cut {
    /// Nothing more goes through, in either direction; the peer sees the connection end.
    pub fn cut(&self) {
        self.0.is_cut.store(true, Ordering::SeqCst);
        self.0.reader.wake();
        self.0.writer.wake();
    }

    fn check(&self) -> io::Result<()> {
        let is_cut = self.0.is_cut.load(Ordering::SeqCst);
        if is_cut { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// All connections that are open.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<Vec<Weak<Switch>>>>);

impl Connections {
    fn add(&self, cut: &Cut) {
        let mut connections = self.0.lock().unwrap();
        connections.retain(|switch| switch.strong_count() > 0);
        connections.push(Arc::downgrade(&cut.0));
    }

    /// Cuts every one of them.
    pub fn cut(&self) {
        for switch in self.0.lock().unwrap().drain(..).filter_map(|switch| switch.upgrade()) {
            Cut(switch).cut();
        }
    }
}

/// Accepts connections that can be cut.
pub struct CuttableListener {
    pub listener: TcpListener,
    pub connections: Connections,
}

impl Listener for CuttableListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            if let Ok((stream, address)) = self.listener.accept().await {
                stream.set_nodelay(true).ok();
                let cut = Cut::default();
                self.connections.add(&cut);
                return (Connection { stream, cut }, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

/// A connection that can be cut.
pub struct Connection {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.cut.0.reader.register(cx.waker());
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.cut.0.writer.register(cx.waker());
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
