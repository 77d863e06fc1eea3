//! Server-sent events: numbered, and resumable by the number that a client saw last.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};

use super::answer::Answer;
use super::app::App;
use super::openapi::{Api, Doc};
use crate::session::{Delivery, Numbered, Snapshot, Subscription};

/// Proxies cut streams that say nothing for long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What happens within so long of an event that was sent is sent together, longer the more streams there are: a build has
/// better things to do than to wake hundreds of them for each event.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// So many streams double the pause.
const FEW_STREAMS: u32 = 32;

pub(super) fn routes() -> Api {
    Api::new().get("/events", events, Doc::new("Follows all that happens in the project").events::<Numbered>()).get(
        "/snapshot",
        snapshot,
        Doc::new("Shows where the project stands").answers::<Snapshot>(),
    )
}

async fn snapshot(State(app): State<App>) -> Answer {
    app.json(&app.project().snapshot())
}

/// One event as it is sent.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) data: Arc<str>,
}

/// A stream of events as an answer.
pub(super) fn stream(entries: impl Stream<Item = Entry> + Send + 'static) -> Response {
    let events = entries.map(|entry| {
        let event = Event::default().event(entry.name).data(entry.data);
        Ok::<_, Infallible>(if entry.id.is_empty() { event } else { event.id(entry.id) })
    });
    let mut answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Nginx would collect it.
    answer.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}

/// What a client saw last: `NUMBER`, or `RUN-NUMBER`.
fn last_event(headers: &HeaderMap) -> Option<&str> {
    headers.get("last-event-id").and_then(|id| id.to_str().ok())
}

/// The plain number that a client saw last.
pub(super) fn last_number(headers: &HeaderMap) -> Option<u64> {
    last_event(headers)?.parse().ok()
}

/// All events of the project. A client that comes back gets what it missed; one that is new, or was away for too long,
/// gets a `snapshot` first.
async fn events(State(app): State<App>, headers: HeaderMap) -> Answer {
    let run = app.run_id().to_owned();
    let seen = last_event(&headers).and_then(|id| id.strip_prefix(run.as_str())?.strip_prefix('-')?.parse().ok());
    let permit = app.stream()?;
    let mut closing = app.closing();
    let entries = async_stream::stream! {
        let _permit = permit;
        let entry = |seq: u64, name, data: Arc<str>| Entry { id: format!("{run}-{seq}"), name, data };
        let resumed = seen.and_then(|seen| app.project().resume(seen));
        let mut subscription = match resumed {
            Some((missed, subscription)) => {
                for event in missed {
                    if let Ok(data) = app.event_text(&event) {
                        yield entry(event.seq, "event", data);
                    }
                }
                subscription
            }
            None => {
                let (snapshot, subscription) = app.project().subscribe();
                if let Ok(data) = app.text(&snapshot) {
                    yield entry(snapshot.seq, "snapshot", data.into());
                }
                subscription
            }
        };
        loop {
            let next = match subscription.try_next() {
                Some(next) => Some(next),
                None => tokio::select! {
                    next = later(&mut subscription, pause(app.open_streams())) => next,
                    _ = closing.wait_for(|closing| *closing) => None,
                },
            };
            match next {
                None => break,
                Some(Delivery::Event(event)) => {
                    if let Ok(data) = app.event_text(&event) {
                        yield entry(event.seq, "event", data);
                    }
                }
                // It was too slow: it starts anew.
                Some(Delivery::Gap { .. }) => {
                    let (snapshot, anew) = app.project().subscribe();
                    subscription = anew;
                    if let Ok(data) = app.text(&snapshot) {
                        yield entry(snapshot.seq, "snapshot", data.into());
                    }
                }
            }
        }
    };
    Ok(stream(entries))
}

fn pause(streams: usize) -> Duration {
    let streams = u32::try_from(streams).unwrap_or(u32::MAX);
    PAUSE.saturating_mul(1 + streams / FEW_STREAMS).min(LONGEST_PAUSE)
}

/// The next event after a pause.
async fn later(subscription: &mut Subscription, pause: Duration) -> Option<Delivery> {
    tokio::time::sleep(pause).await;
    subscription.next().await
}
