//! Bars on a terminal: one for all images and assets with the time that is left, one a server with its steps.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::threads;
use crate::words::diagnostic::Diagnostic;
use crate::words::event::{Event, ServerState};
use crate::words::text::printable;

/// The bars of a build.
pub(super) struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    servers: Mutex<BTreeMap<String, Server>>,
    left: Mutex<Left>,
}

/// The message takes what is left of a line and no more, so that a line never wraps.
const OVERALL: &str = "{spinner} {bar:10} {pos}/{len} {wide_msg}";
const SERVER: &str = "  {bar:8} {pos}/{len} {wide_msg}";

/// The bar of a server.
struct Server {
    bar: ProgressBar,
    /// What it draws.
    draws: String,
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
    pub(super) fn new(target: ProgressDrawTarget) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let overall = all.add(ProgressBar::new(0));
        overall.set_style(style(OVERALL));
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
                // A build that plans once more goes on from where it is.
                let whole = self.overall.position() + *make as u64;
                self.overall.set_length(whole.max(self.overall.length().unwrap_or(0)));
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
            Event::Progress { slot, n, step, steps, server, .. } => {
                self.progress(server, format!("{slot} #{n}"), (*step).into(), (*steps).into());
            }
            Event::Server { server, state, diagnostic: Diagnostic { message, .. } } => {
                let word = match state {
                    ServerState::Up | ServerState::Returned => "is up",
                    ServerState::Busy => "is busy",
                    ServerState::Down => "is down",
                    ServerState::Stalled => "is stalled",
                };
                let text = if message.is_empty() { word.to_owned() } else { format!("{word}: {message}") };
                self.on_server(server, |it| it.bar.set_message(printable(&format!("{} {text}", host(server)))));
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

    /// Moves a server's bar. A later stage of the same image has steps of its own; the bar never goes back.
    fn progress(&self, server: &str, draws: String, step: u64, steps: u64) {
        self.on_server(server, |it| {
            let same = it.draws == draws;
            let before = if same { (it.bar.position(), it.bar.length().unwrap_or(0)) } else { (0, 0) };
            it.bar.set_length(steps.max(before.1));
            it.bar.set_position(step.max(before.0));
            it.bar.set_message(printable(&format!("{} {draws}", host(server))));
            it.draws = draws;
        });
    }

    fn on_server(&self, address: &str, change: impl FnOnce(&mut Server)) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let bar = self.all.add(ProgressBar::new(0));
            bar.set_style(style(SERVER));
            Server { bar, draws: String::new() }
        };
        change(servers.entry(address.to_owned()).or_insert_with(new));
    }
}

/// An address without its scheme, which all servers share.
fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host).trim_end_matches('/')
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

    /// A terminal that keeps what is written.
    #[derive(Clone, Debug)]
    struct Screen(u16, std::sync::Arc<Mutex<Vec<String>>>);

    impl indicatif::TermLike for Screen {
        fn width(&self) -> u16 {
            self.0
        }
        fn height(&self) -> u16 {
            24
        }
        fn move_cursor_up(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> std::io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> std::io::Result<()> {
            self.1.lock().unwrap().push(crate::words::text::printable(text));
            Ok(())
        }
        fn clear_line(&self) -> std::io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn planned(make: usize) -> Event {
        Event::Planned { fresh: 0, make, process: 0, generate: 0, waiting: 0, seconds: None }
    }

    fn drawn(step: u32, steps: u32) -> Event {
        let group = crate::words::asset::GroupId::new(crate::words::asset::Kind::Sprite, "a-knight-with-a-long-name");
        let slot = crate::words::asset::SlotId::only(group);
        let server = "http://spark.example.org:8188/".to_owned();
        Event::Progress { slot, n: 1, step, steps, server, model: None }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [28, 40, 80, 200] {
            let screen = Screen(width, Default::default());
            let bars = Bars::new(ProgressDrawTarget::term_like(Box::new(screen.clone())));
            [planned(1000), drawn(3, 20)].iter().for_each(|event| bars.on(event));
            bars.say("captured a-knight-with-a-very-long-name-indeed #12");
            bars.all.println("x").unwrap();
            let lines = screen.1.lock().unwrap().clone();
            assert!(lines.iter().any(|line| line.contains("3/20")), "{lines:?}");
            let wide = lines.iter().find(|line| line.chars().count() > usize::from(width));
            assert_eq!(wide, None, "{width}");
        }
    }

    #[test]
    fn totals_never_fall() {
        let bars = Bars::new(ProgressDrawTarget::hidden());
        let total = || bars.overall.length().unwrap();
        bars.on(&planned(10));
        bars.overall.inc(4);
        bars.on(&planned(3));
        assert_eq!(total(), 10);
        bars.on(&planned(9));
        assert_eq!(total(), 13);
        bars.on(&drawn(20, 20));
        bars.on(&drawn(1, 8));
        let servers = bars.servers.lock().unwrap();
        let bar = &servers.values().next().unwrap().bar;
        assert_eq!((bar.position(), bar.length()), (20, Some(20)));
    }

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
