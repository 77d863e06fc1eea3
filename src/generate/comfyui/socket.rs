//! The websocket of one server: progress, and a wake-up where something ended. Nothing depends on it.
//!
//! Every connection has a client id of its own: a server that sees an id twice goes deaf for it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use uuid::Uuid;

use super::client::Client;
use super::wire::{self, Frame, Preview};

/// The longest message that a connection bears; a longer one ends it.
const MOST: usize = 64 << 20;
/// The longest text that is read, and the longest preview that is passed on.
const READ: usize = 4 << 20;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// Between two attempts to connect.
const PAUSES: [u64; 4] = [1, 2, 5, 10];

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SocketEvent {
    /// A text frame.
    Frame(Frame),
    /// An unfinished image.
    Preview(Preview),
    /// There is a new connection: what ended meanwhile was not reported.
    Connected,
    /// The connection ended.
    Closed,
}

/// Keeps a connection as long as `events` is received, and publishes the client id that is connected now. A connection
/// that broke is opened again when there is something to do.
pub(super) async fn listen(
    client: Client,
    id: watch::Sender<Option<String>>,
    events: mpsc::Sender<SocketEvent>,
    mut busy: watch::Receiver<bool>,
) {
    let mut failures = 0;
    while !events.is_closed() {
        let ended = tokio::select! {
            busy = busy.wait_for(|busy| *busy) => busy.is_err(),
            () = events.closed() => true,
        };
        if ended {
            return;
        }
        let fresh = Uuid::new_v4().to_string();
        let began = std::time::Instant::now();
        let _ = converse(&client, &fresh, &id, &events).await;
        if id.send_replace(None).is_some() && events.send(SocketEvent::Closed).await.is_err() {
            return;
        }
        failures = if began.elapsed() > Duration::from_secs(30) { 0 } else { failures + 1 };
        let pause = PAUSES[(failures as usize).min(PAUSES.len() - 1)];
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(pause)) => {}
            () = events.closed() => return,
        }
    }
}

async fn converse(
    client: &Client,
    fresh: &str,
    id: &watch::Sender<Option<String>>,
    events: &mpsc::Sender<SocketEvent>,
) -> Option<()> {
    let mut request = client.socket_url(fresh).as_str().into_client_request().ok()?;
    request.headers_mut().extend(client.headers().clone());
    let config = WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
    let connecting = connect_async_with_config(request, Some(config), true);
    let (mut socket, _) = tokio::time::timeout(CONNECT, connecting).await.ok()?.ok()?;
    let features = r#"{"type":"feature_flags","data":{"supports_preview_metadata":true}}"#;
    socket.send(Message::text(features)).await.ok()?;
    id.send_replace(Some(fresh.to_owned()));
    events.send(SocketEvent::Connected).await.ok()?;
    loop {
        let message = tokio::select! {
            message = socket.next() => message?.ok()?,
            () = events.closed() => {
                let _ = socket.close(None).await;
                return None;
            }
        };
        let event = match message {
            Message::Text(text) if text.len() <= READ => match wire::frame(&text) {
                Frame::Other => continue,
                frame => SocketEvent::Frame(frame),
            },
            Message::Binary(bytes) if bytes.len() <= READ => match wire::preview(&bytes) {
                Some(preview) => SocketEvent::Preview(preview),
                None => continue,
            },
            _ => continue,
        };
        match &event {
            // Images and counts may be skipped when nobody keeps up; ends are waited for.
            SocketEvent::Preview(_) | SocketEvent::Frame(Frame::Progress { .. } | Frame::Status) => {
                drop(events.try_send(event))
            }
            _ => events.send(event).await.ok()?,
        }
    }
}
