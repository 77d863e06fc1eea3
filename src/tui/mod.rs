//! `dgx-pixels tui`: a project in the terminal. One sees, picks, re-rolls, compares and votes without leaving the keyboard.
//!
//! [`App`] is the whole state; an [`Input`] changes it and returns [`Effect`]s, without a terminal and without a clock.
//! This module feeds it: keys, the project's events, and the answers of the threads that carry out the effects. It draws when
//! something changed. It holds no lock: what writes is a use case of the session, as of `pick` and `build`.

mod app;
mod art;
mod asset;
mod asset_view;
mod build;
mod build_view;
mod canvas;
mod cards;
mod compare;
mod compare_view;
mod detail;
mod draw;
mod effect;
mod feed;
mod filter;
mod from_report;
mod gallery;
mod gallery_view;
mod grid;
mod grid_view;
mod half_block;
mod help;
mod images;
mod keyboard;
mod machine;
mod map;
mod mouse;
mod news;
mod pictures;
mod prompt;
mod prompt_view;
mod question;
mod screen;
mod servers;
mod servers_view;
mod sixel;
mod terminal;
mod text_field;
mod theme;
mod unused_memory;
mod viewer;
mod work;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::session::jobs::Jobs;
use crate::session::{self, Cancel, Error, Project};
use feed::Feed;
use pictures::Encoder;
use work::Workers;

pub use app::{App, Leave};
pub use art::Art;
pub use cards::Card;
pub use detail::{Choice, Detail, Slot};
pub use draw::draw;
pub use effect::{Answer, Effect, Input, Looks, Machine, Tried};
pub use grid::Gridded;
pub use half_block::paint;
pub use help::ALL as KEYS;
pub use images::{ImageMode, Images};
pub use pictures::PictureCache;
pub use screen::Screen;
pub use theme::{Depth, Theme};

/// Frames follow each other no faster.
const FRAME: Duration = Duration::from_micros(8_333);

/// How the screen is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Names, globs and `tag:` words of what is shown and built; everything if empty.
    pub targets: Vec<String>,
    /// The first screen.
    pub screen: Screen,
    /// How images are drawn.
    pub images: ImageMode,
}

/// How the user left.
pub enum Left {
    /// Nothing is in progress any more.
    Quit,
    /// These jobs go on without the screen.
    GoesOn(Jobs),
    /// A signal, or the terminal is gone.
    Stopped,
}

/// Shows a project until the user leaves.
///
/// # Errors
/// `no-terminal`; the project's jobs cannot be opened.
pub fn run(project: &Project, options: &Options, cancel: &Cancel) -> session::Result<Left> {
    let jobs = Jobs::open(project)?;
    let (sender, inputs) = channel();
    let stop = sender.clone();
    let _stops = cancel.on_cancel(move || _ = stop.send(Input::Stop));
    let mut screen = terminal::Screen::enter()?;
    let images = Images::ask(options.images);
    let encoded = sender.clone();
    let encoder = Encoder::start(&images, move |made| encoded.send(Input::Encoded(Box::new(made))).is_ok())?;
    keyboard::start(sender.clone())?;
    let feed = Feed::start(project, sender.clone())?;
    let workers = Workers::start(project, &jobs, &options.targets, &sender)?;
    let cache = PictureCache::new(images, encoder);
    let app = App::new(options, &cache.says(), screen.size());
    let left = Window { app, cache, feed, workers, inputs, resized: false, sender }.show(&mut screen);
    drop(screen);
    match left {
        Leave::GoOn if !jobs.are_idle() => Ok(Left::GoesOn(jobs)),
        Leave::GoOn => Ok(Left::Quit),
        Leave::Quit => {
            jobs.list().jobs.iter().filter(|job| !job.is_over()).for_each(|job| _ = jobs.cancel(job.id));
            wait(&jobs, cancel);
            Ok(Left::Quit)
        }
        Leave::Stop => {
            // They go on when the project's jobs are opened again.
            jobs.stop();
            wait(&jobs, &Cancel::default());
            Ok(Left::Stopped)
        }
    }
}

/// What a job captured last is to be in its lock.
fn wait(jobs: &Jobs, cancel: &Cancel) {
    let began = Instant::now();
    while !jobs.are_idle() && began.elapsed() < Duration::from_secs(5) && !cancel.is_cancelled() {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The running program.
struct Window {
    app: App,
    cache: PictureCache,
    feed: Arc<Feed>,
    workers: Workers,
    inputs: Receiver<Input>,
    /// Since the last frame.
    resized: bool,
    /// Keeps the channel open.
    #[expect(dead_code, reason = "the channel stays open as long as the window")]
    sender: Sender<Input>,
}

impl Window {
    fn show(mut self, screen: &mut terminal::Screen) -> Leave {
        let began = Instant::now();
        let mut drawn: Option<Instant> = None;
        let first = self.app.begin();
        self.workers.send(first);
        loop {
            if let Some(leave) = self.app.leave() {
                return leave;
            }
            if self.app.take_changed() {
                // A burst is folded before it is drawn.
                let rest = drawn.map_or(Duration::ZERO, |at| FRAME.saturating_sub(at.elapsed()));
                if !rest.is_zero() {
                    std::thread::sleep(rest);
                }
                self.fold(None, began.elapsed());
                if std::mem::take(&mut self.resized) && screen.forget().is_err() {
                    return Leave::Stop;
                }
                if screen.draw(&self.app, &mut self.cache).is_err() {
                    return Leave::Stop;
                }
                _ = self.app.take_changed();
                drawn = Some(Instant::now());
                // What was folded before the frame may have been the last key.
                continue;
            }
            let next = match self.app.deadline().map(|at| at.saturating_sub(began.elapsed())) {
                None => self.inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(rest) => self.inputs.recv_timeout(rest),
            };
            match next {
                Ok(input) => self.fold(Some(input), began.elapsed()),
                Err(RecvTimeoutError::Timeout) => self.fold(None, began.elapsed()),
                Err(RecvTimeoutError::Disconnected) => return Leave::Stop,
            }
        }
    }

    /// Folds an input and all that arrived since into the state.
    fn fold(&mut self, first: Option<Input>, now: Duration) {
        let mut effects = self.app.tick(now);
        let mut next = first.or_else(|| self.inputs.try_recv().ok());
        while let Some(input) = next {
            match input {
                Input::News => {
                    let (events, missed, snapshot) = self.feed.take();
                    effects.extend(self.app.update(Input::Events { events, missed, snapshot }));
                }
                Input::Encoded(made) => {
                    self.cache.keep(*made);
                    self.app.redraw();
                }
                input => {
                    self.resized |= matches!(input, Input::Resize(_));
                    effects.extend(self.app.update(input));
                }
            }
            next = self.inputs.try_recv().ok();
        }
        self.workers.send(effects);
    }
}

/// The system starts no more threads.
fn no_threads(error: &std::io::Error) -> Error {
    Error::internal(format!("cannot start a thread: {error}"))
}
