//! Bars on a terminal: one for all images and assets with the time that is left, one a server with its steps.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, ServerState};
use crate::words::text::printable;

/// The bars of a build.
pub(super) struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    servers: Mutex<BTreeMap<String, ProgressBar>>,
    left: Mutex<Left>,
}

/// What is known of the images that servers draw.
#[derive(Default)]
struct Left {
    asked: u32,
    came: u32,
    began: Option<Instant>,
    /// For all that was planned, by what the store remembers.
    expected: Option<Duration>,
}

impl Left {
    /// From this build's own pace once two came, before that from history.
    fn time(&self) -> Option<Duration> {
        let open = self.asked.saturating_sub(self.came);
        let began = self.began.filter(|_| open > 0)?;
        if self.came >= 2 {
            return Some(began.elapsed() / self.came * open);
        }
        self.expected.map(|expected| expected.saturating_sub(began.elapsed()))
    }
}

impl Bars {
    /// Bars that appear with the first event.
    pub(super) fn new() -> Self {
        let all = MultiProgress::new();
        let overall = all.add(ProgressBar::new(0));
        overall.set_style(style("{spinner} {bar:24} {pos}/{len} {msg}"));
        // Without one more thread the bar moves with the events.
        if threads::can_start(1).is_ok() {
            overall.enable_steady_tick(Duration::from_millis(120));
        }
        Self { all, overall, servers: Mutex::default(), left: Mutex::default() }
    }

    /// Prints while the bars are out of the way.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        self.all.suspend(print);
    }

    /// Moves what an event moves.
    pub(super) fn on(&self, event: &Event) {
        match event {
            Event::Planned { make, seconds, .. } => {
                self.overall.set_length(*make as u64);
                self.left().expected = seconds.map(Duration::from_secs);
            }
            Event::Asked { slot, n, backend, .. } => {
                if !["sketch", "files"].contains(&backend.as_str()) {
                    let mut left = self.left();
                    left.asked += 1;
                    left.began.get_or_insert_with(Instant::now);
                }
                self.overall.inc_length(1);
                self.say(&format!("asked {backend} for {slot} #{n}"));
            }
            Event::Captured { slot, n, .. } => {
                self.left().came += 1;
                self.overall.inc(1);
                self.say(&format!("captured {slot} #{n}"));
            }
            Event::Processed { group, .. } => {
                self.overall.inc(1);
                self.say(&format!("made {group}"));
            }
            Event::Progress { slot, n, step, steps, server } => {
                let bar = self.server(server);
                bar.set_length(u64::from(*steps));
                bar.set_position(u64::from(*step));
                bar.set_message(format!("{slot} #{n}"));
            }
            Event::Server { server, state, diagnostic: Diagnostic { message, .. } } => {
                let word = match state {
                    ServerState::Up | ServerState::Returned => "is up",
                    ServerState::Busy => "is busy",
                    ServerState::Down => "is down",
                    ServerState::Stalled => "is stalled",
                };
                let text = if message.is_empty() { word.to_owned() } else { format!("{word}: {message}") };
                self.server(server).set_message(printable(&text));
            }
            _ => {}
        }
    }

    fn say(&self, what: &str) {
        let time = self.left().time();
        let whole = |left: Duration| super::duration(Duration::from_secs(left.as_secs() + 1)).replace(".0 s", " s");
        let time = time.map_or_else(String::new, |left| format!(", about {} left", whole(left)));
        self.overall.set_message(printable(&format!("{what}{time}")));
    }

    fn left(&self) -> std::sync::MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn server(&self, address: &str) -> ProgressBar {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let bar = self.all.add(ProgressBar::new(0));
            bar.set_style(style("  {prefix} {bar:16} {pos}/{len} {msg}"));
            bar.set_prefix(printable(address));
            bar
        };
        servers.entry(address.to_owned()).or_insert_with(new).clone()
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.overall.finish_and_clear();
        let _ = self.all.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_this_build_and_before_that_history() {
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds));
        let expected = Some(Duration::from_secs(60));
        let left = Left { asked: 10, came: 0, began: ago(10), expected };
        assert_eq!(left.time().map(|time| time.as_secs()), Some(49));
        let left = Left { asked: 10, came: 5, began: ago(20), expected };
        assert_eq!(left.time().map(|time| time.as_secs()), Some(20));
        assert_eq!(Left { asked: 3, came: 3, began: ago(1), expected }.time(), None);
        assert_eq!(Left::default().time(), None);
    }
}
