//! One call of a tool: run on a thread that may block, with progress, and ended when the client cancels it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rmcp::model::{CallToolResult, ProgressNotificationParam};
use rmcp::service::{RequestContext, RoleServer};
use tokio::sync::mpsc;

use super::answer::Answer;
use super::progress::{Progress, Update};
use super::{Server, internal};
use crate::session::{Cancel, Error, Result};

/// Clients give up after a minute without a word.
const HEARTBEAT: Duration = Duration::from_secs(4);

/// Updates that wait for a slow client.
const BACKLOG: usize = 256;

/// What a tool needs to know of its call.
pub(super) struct Call {
    /// Cancelled when the client cancels the call.
    pub(super) cancel: Cancel,
    /// Where it says how far it is.
    pub(super) progress: Arc<Progress>,
    /// What the client calls itself.
    pub(super) client: String,
}

impl Server {
    /// Runs a tool to its end; few of those that only read run at a time.
    pub(super) async fn run(
        &self,
        reads: bool,
        tool: impl FnOnce(&Self, &Call) -> Result<Answer> + Send + 'static,
        context: &RequestContext<RoleServer>,
    ) -> Result<Answer> {
        let (sender, mut updates) = mpsc::channel(BACKLOG);
        let cancel = Cancel::default();
        let client = context.client_info().map_or_else(String::new, |client| client.name);
        let call = Call { cancel: cancel.clone(), progress: Arc::new(Progress::to(sender)), client };
        let _reading = if reads { self.0.readers.acquire().await.ok() } else { None };
        let server = self.clone();
        let mut running = tokio::task::spawn_blocking(move || tool(&server, &call));
        let (mut last, mut is_cancelled) = (Update { text: "working".to_owned(), ..Update::default() }, false);
        loop {
            tokio::select! {
                ended = &mut running => return ended.unwrap_or_else(|panic| Err(internal(panic))),
                Some(update) = updates.recv() => {
                    last = Update { done: update.done.max(last.done), ..update };
                    notify(context, &last).await;
                }
                () = tokio::time::sleep(HEARTBEAT) => {
                    last.done += 0.001;
                    notify(context, &last).await;
                }
                () = context.ct.cancelled(), if !is_cancelled => {
                    is_cancelled = true;
                    if !self.0.is_client_gone.load(Ordering::SeqCst) {
                        cancel.cancel();
                    }
                }
            }
        }
    }

    /// The result of a call as the protocol has it.
    pub(super) fn result(&self, ended: Result<Answer>) -> CallToolResult {
        match ended {
            Ok(answer) => self.shown(answer),
            Err(error) => self.refused(&error),
        }
    }
}

impl Call {
    /// An error if the client cancelled the call.
    pub(super) fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

async fn notify(context: &RequestContext<RoleServer>, update: &Update) {
    let Some(token) = context.meta.get_progress_token() else { return };
    let mut progress = ProgressNotificationParam::new(token, update.done).with_message(update.text.clone());
    if let Some(total) = update.total {
        progress = progress.with_total(total.max(update.done));
    }
    // A client that is gone needs no progress.
    let _ = context.peer.notify_progress(progress).await;
}
