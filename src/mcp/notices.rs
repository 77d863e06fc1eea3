//! Notices of change: which resources a job or a decision changed, for clients that listen.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, RoleServer, SubscriptionContext};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::resources::{LOCK, MANIFEST, asset};
use super::{Server, Shared};
use crate::session::Delivery;
use crate::words::event::Event;

/// Notices that wait for a slow client.
pub(super) const BACKLOG: usize = 16;

/// Resources of one client, which it wants to hear of.
const MOST_URIS: usize = 4096;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Assets came or went.
    list: bool,
    /// Resources with other contents.
    uris: BTreeSet<String>,
}

impl Changes {
    fn fold(&mut self, event: &Event) {
        match event {
            Event::Processed { group, .. } => drop(self.uris.insert(asset(&group.name))),
            Event::Picked { slot, .. } => {
                self.uris.insert(asset(&slot.group.name));
                self.uris.insert(LOCK.to_owned());
            }
            Event::Added(_) => {
                self.list = true;
                self.uris.insert(MANIFEST.to_owned());
            }
            Event::Finished(outcome) if outcome.made + outcome.wrote + outcome.pruned > 0 => {
                self.uris.insert(LOCK.to_owned());
            }
            _ => {}
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Server {
    /// The changes from now on.
    fn changes(&self) -> Receiver<Arc<Changes>> {
        let changes = self.0.changes.subscribe();
        self.0.watching.get_or_init(|| {
            tokio::spawn(watch(Arc::downgrade(&self.0)));
        });
        changes
    }

    /// What of a filter this server can tell.
    pub(super) fn tells(&self, requested: &SubscriptionFilter) -> SubscriptionFilter {
        let mut filter = SubscriptionFilter::new();
        filter.resources_list_changed = requested.resources_list_changed;
        filter.resource_subscriptions = requested
            .resource_subscriptions
            .as_ref()
            .map(|uris| uris.iter().filter(|uri| uri.starts_with("pixels://")).take(MOST_URIS).cloned().collect());
        filter
    }

    /// Tells a client of the era without a handshake what it listens for.
    pub(super) async fn tell(&self, context: SubscriptionContext) {
        let mut changes = self.changes();
        loop {
            let changed = tokio::select! {
                changed = changes.recv() => changed,
                () = context.cancelled() => return,
            };
            let Ok(changed) = changed.or_else(missed) else { return };
            // A client that is gone needs no notice.
            if changed.list && context.accepted().resources_list_changed == Some(true) {
                let _ = context.sink().notify_resource_list_changed().await;
            }
            for uri in context.accepted().resource_subscriptions.iter().flatten() {
                if changed.uris.contains(uri) {
                    let _ = context.sink().notify_resource_updated(uri.clone()).await;
                }
            }
        }
    }

    /// Tells a client of the era with a handshake, in the background, until it is gone.
    pub(super) fn tell_peer(&self, peer: Peer<RoleServer>) {
        let (mut changes, wanted) = (self.changes(), Arc::clone(&self.1));
        tokio::spawn(async move {
            while let Ok(changed) = changes.recv().await.or_else(missed) {
                if peer.is_transport_closed() {
                    return;
                }
                if changed.list {
                    let _ = peer.notify_resource_list_changed().await;
                }
                for uri in wanted.of(&changed.uris) {
                    let _ = peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(uri)).await;
                }
            }
        });
    }
}

/// A client that missed notices goes on with the next one.
fn missed(error: RecvError) -> Result<Arc<Changes>, RecvError> {
    match error {
        RecvError::Lagged(_) => Ok(Arc::default()),
        RecvError::Closed => Err(error),
    }
}

/// Gathers what happens, and tells it when a job ends or a decision was taken.
async fn watch(server: Weak<Shared>) {
    let Some(mut feed) = server.upgrade().map(|server| server.project.subscribe().1) else { return };
    let mut changes = Changes::default();
    while let Some(delivery) = feed.next().await {
        let Some(server) = server.upgrade() else { return };
        let is_end = match &delivery {
            Delivery::Event(event) => {
                changes.fold(&event.event);
                matches!(&event.event, Event::Job { state, .. } if state.is_over()) || event.job.is_none()
            }
            Delivery::Gap { .. } => false,
        };
        if is_end && !changes.is_empty() {
            // Nobody may listen at the moment.
            let _ = server.changes.send(Arc::new(std::mem::take(&mut changes)));
        }
    }
}

/// Resources that one client of the era with a handshake subscribed to.
#[derive(Default)]
pub(super) struct Subscribed(std::sync::Mutex<BTreeSet<String>>);

impl Subscribed {
    /// Adds one; says whether there is room.
    pub(super) fn add(&self, uri: &str) -> bool {
        let mut uris = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        uris.len() < MOST_URIS && (uris.insert(uri.to_owned()) || uris.contains(uri))
    }

    pub(super) fn remove(&self, uri: &str) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(uri);
    }

    fn of(&self, changed: &BTreeSet<String>) -> Vec<String> {
        let uris = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        changed.intersection(&uris).cloned().collect()
    }
}
