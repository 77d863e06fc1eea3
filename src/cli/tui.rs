//! `dgx-pixels tui`: the project in the terminal.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::args::{FirstScreen, Global, TerminalImages, Tui};
use super::watch::Summed;
use super::{Exit, project, report, style};
use crate::session::jobs::Jobs;
use crate::session::{self, Cancel, Error, Project};
use crate::tui::{self, ImageMode, Left, Options, Screen};
use crate::words::event::{Event, Observer};

/// Shows the project until the user leaves; jobs may go on without the screen.
pub(super) fn run(global: &Global, args: &Tui) -> session::Result<Exit> {
    let observer = Arc::new(Later::default());
    let project = Project::open(&project::root(global)?, args.profile.name().as_deref())?;
    let project = project.observed_by(Arc::clone(&observer) as Arc<dyn Observer>);
    match tui::run(&project, &options(args), &global.cancel)? {
        Left::Quit => Ok(Exit::Success),
        Left::Stopped => Err(Error::Cancelled),
        Left::GoesOn(jobs) => {
            _ = observer.0.set(Summed::new(global, report::observer(global)));
            style::say("the build goes on (Ctrl-C stops it; what was captured is kept)");
            finish(&jobs, &global.cancel)
        }
    }
}

/// Waits for the jobs; the exit code is that of the last one.
fn finish(jobs: &Jobs, cancel: &Cancel) -> session::Result<Exit> {
    let last = jobs.list().jobs.into_iter().find(|job| !job.is_over());
    let stopped = jobs.clone();
    let _stops = cancel.on_cancel(move || {
        stopped.list().jobs.iter().filter(|job| !job.is_over()).for_each(|job| _ = stopped.cancel(job.id));
    });
    while !jobs.are_idle() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let code = last.and_then(|job| jobs.get(job.id).ok()?.exit).unwrap_or(0);
    let all = [Exit::Success, Exit::Failed, Exit::Usage, Exit::Gate, Exit::Stale, Exit::Interrupted];
    Ok(all.into_iter().find(|exit| *exit as u8 == code).unwrap_or(Exit::Failed))
}

fn options(args: &Tui) -> Options {
    let screen = match args.screen {
        FirstScreen::Build => Screen::Build,
        FirstScreen::Gallery => Screen::Gallery,
        FirstScreen::Compare => Screen::Compare,
        FirstScreen::Prompt => Screen::Prompt,
        FirstScreen::Servers => Screen::Servers,
    };
    let images = match args.images {
        TerminalImages::Auto => ImageMode::Auto,
        TerminalImages::Off => ImageMode::Off,
        TerminalImages::Half => ImageMode::Half,
        TerminalImages::Sixel => ImageMode::Sixel,
        TerminalImages::Kitty => ImageMode::Kitty,
        TerminalImages::Iterm2 => ImageMode::Iterm2,
    };
    Options { targets: args.targets.clone(), screen, images }
}

/// Says nothing while the screen has the terminal.
#[derive(Default)]
struct Later(OnceLock<Summed>);

impl Observer for Later {
    fn on(&self, event: &Event) {
        if let Some(speaks) = self.0.get() {
            speaks.on(event);
        }
    }
}
