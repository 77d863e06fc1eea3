//! `/ws`: frames to clients, with what the server does wrong about two sockets of one client.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use uuid::Uuid;

use super::{Params, Server};
use crate::state::{Shared, Socket};

pub async fn open(State(shared): Server, Query(params): Params, upgrade: WebSocketUpgrade) -> Response {
    let sid = params.get("clientId").filter(|sid| !sid.is_empty()).cloned();
    let sid = sid.unwrap_or_else(|| Uuid::new_v4().simple().to_string());
    upgrade.on_upgrade(|socket| async move { talk(&shared, &sid, socket).await })
}

async fn talk(shared: &Arc<Shared>, sid: &str, socket: WebSocket) {
    let (sender, frames) = unbounded_channel();
    {
        let mut state = shared.lock();
        state.record.sockets += 1;
        state.sockets.insert(sid.to_owned(), Socket { sender, takes_metadata: false });
        let mut status = json!({ "status": state.exec_info() });
        status["sid"] = json!(sid);
        state.send("status", &status, Some(sid));
        if let Some(node) = state.node.as_ref().filter(|_| state.client.as_deref() == Some(sid)) {
            state.send("executing", &json!({ "node": node }), Some(sid));
        }
    }
    exchange(shared, sid, socket, frames).await;
    // By name, not by socket: a newer one of the same client is forgotten with the older.
    shared.lock().sockets.remove(sid);
}

async fn exchange(shared: &Arc<Shared>, sid: &str, socket: WebSocket, mut frames: UnboundedReceiver<Message>) {
    let (mut out, mut input) = socket.split();
    let mut is_first = true;
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => if out.send(frame).await.is_err() { return },
                // The name was taken over: the socket stays open and hears nothing.
                None => {
                    while let Some(Ok(_)) = input.next().await {}
                    return;
                }
            },
            message = input.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if std::mem::take(&mut is_first) {
                        negotiate(shared, sid, &text);
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

fn negotiate(shared: &Shared, sid: &str, text: &str) {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    if message["type"] != "feature_flags" {
        return;
    }
    let mut state = shared.lock();
    let takes_metadata = message["data"]["supports_preview_metadata"] == true;
    if let Some(socket) = state.sockets.get_mut(sid) {
        socket.takes_metadata = takes_metadata;
    }
    let answer = json!({ "supports_preview_metadata": true, "max_upload_size": state.options.max_upload });
    state.send("feature_flags", &answer, Some(sid));
}
