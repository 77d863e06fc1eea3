//! The flow of a client over standard input: it may ask no faster than it reads the answers. Otherwise answers that nobody
//! reads would fill the memory.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Calls of a client in progress; further ones are read when one of them ended.
const MOST_CALLS: usize = 1024;

/// Bytes that are read while the client reads no answer: a cancellation is heard.
const MOST_AHEAD: usize = 16 << 10;

/// The state of one client's flow. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Flow(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Calls in progress.
    calls: usize,
    /// An answer waits for the client.
    is_stalled: bool,
    /// Bytes that were read since.
    ahead: usize,
    /// The reader that waits.
    reader: Option<Waker>,
}

/// A call in progress.
pub(super) struct InProgress(Flow);

impl Flow {
    /// Counts a call for as long as the result lives.
    pub(super) fn call(&self) -> InProgress {
        self.state().calls += 1;
        InProgress(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.calls -= 1;
        state.wake();
    }
}

impl State {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Whether more may be read; else `reader` is woken when that changes.
    fn may_read(&mut self, reader: &Waker) -> bool {
        let may = self.calls < MOST_CALLS && !(self.is_stalled && self.ahead >= MOST_AHEAD);
        self.reader = (!may).then(|| reader.clone());
        may
    }
}

/// What a client sends, as fast as it may.
pub(super) struct Reader<R> {
    pub(super) inner: R,
    pub(super) flow: Flow,
}

impl<R: AsyncRead + Unpin> AsyncRead for Reader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.flow.state().may_read(context.waker()) {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        let mut state = self.flow.state();
        if state.is_stalled {
            state.ahead += buffer.filled().len() - before;
        }
        drop(state);
        read
    }
}

/// What a client is answered.
pub(super) struct Writer<W> {
    pub(super) inner: W,
    pub(super) flow: Flow,
}

impl<W> Writer<W> {
    fn noted<T>(&self, polled: Poll<T>) -> Poll<T> {
        let mut state = self.flow.state();
        state.is_stalled = polled.is_pending();
        if polled.is_ready() {
            state.ahead = 0;
            state.wake();
        }
        polled
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Writer<W> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.noted(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(context);
        self.noted(polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
