//! The terminal: raw mode, the alternate screen, bracketed paste and the mouse, and the way back on every way out.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write, stdin, stdout};
use std::sync::Once;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute, queue};
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::App;
use super::draw::draw;
use super::pictures::PictureCache;
use crate::failpoint;
use crate::session::{Error, Result};

/// A frame is written at once.
const BUFFER: usize = 1 << 17;

/// The terminal while it shows the program. Dropping it restores the terminal.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter() -> Result<Self> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            let hint = "run it in a terminal; `list`, `show` and `review` do without one";
            return Err(Error::usage("no-terminal", "`tui` needs a terminal for input and output", hint));
        }
        restore_on_panic();
        let entered = enable_raw_mode()
            .and_then(|()| {
                execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture, cursor::Hide)
            })
            .and_then(|()| {
                let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER, stdout()));
                Terminal::with_options(backend, TerminalOptions { viewport: Viewport::Fullscreen })
            });
        match entered {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                restore();
                Err(Error::usage("no-terminal", format!("the terminal cannot be used: {error}"), "try another one"))
            }
        }
    }

    pub(super) fn size(&self) -> Size {
        self.terminal.size().unwrap_or(Size::new(80, 24))
    }

    /// Draws the next frame whole. A terminal that shrank and grew again before a frame was drawn has the size of the frame
    /// before, but not what it showed.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Draws a frame; what the terminal was sent is whole or nothing.
    pub(super) fn draw(&mut self, app: &App, cache: &mut PictureCache) -> io::Result<()> {
        failpoint::at("frame")?;
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        cache.begin();
        self.terminal.draw(|frame| draw(frame, app, cache))?;
        if cache.moved() {
            // Cells under an image are not compared with what is there: all are drawn anew. `Terminal::clear` would ask
            // the terminal for its cursor, whose answer the keyboard's thread reads.
            let area = self.terminal.get_frame().area();
            self.terminal.resize(area)?;
            cache.begin();
            self.terminal.draw(|frame| draw(frame, app, cache))?;
        }
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Write::flush(self.terminal.backend_mut())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back; nothing can be done where it is gone.
fn restore() {
    _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    _ = disable_raw_mode();
}

/// A panic of any thread is told on a terminal that shows it.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
}
