//! Colour and the shape of messages: `error: what`, `hint: what next`, always on stderr.

use std::io::{self, Write};
use std::sync::OnceLock;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use anyhow::Context;

use super::args::Color;

use crate::words::text::printable;

pub(super) use crate::words::text::count;

/// Red and bold: errors.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Yellow and bold: warnings and preserved files.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Green and bold: what was made.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Cyan and bold: hints.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// Bold: names.
pub(super) const NAME: Style = Style::new().bold();
/// Dim: what matters less.
pub(super) const DIM: Style = Style::new().dimmed();

/// Chooses once for both streams.
pub(super) fn choose(color: Color) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether stderr takes colour.
pub(super) fn stderr_is_coloured() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// `text` in a style; the stream takes it off again where no colour is wanted.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints an error and the next step. Both may hold foreign text.
pub(super) fn error(message: &str, hint: Option<&str>) {
    anstream::eprintln!("{}: {}", paint(ERROR, "error"), printable(message));
    hint_line(hint.map(printable).as_deref());
}

/// Prints a warning.
pub(super) fn warning(message: &str, hint: Option<&str>) {
    anstream::eprintln!("{}: {message}", paint(WARNING, "warning"));
    hint_line(hint);
}

/// Prints the next step where nothing went wrong.
pub(super) fn hint(text: &str) {
    hint_line(Some(text));
}

fn hint_line(hint: Option<&str>) {
    if let Some(hint) = hint {
        anstream::eprintln!("  {}: {hint}", paint(HINT, "hint"));
    }
}

/// The first error of stdout.
static LOST: OnceLock<anyhow::Error> = OnceLock::new();

/// A line of the result, to stdout.
pub(super) fn out(line: &str) {
    text(&format!("{line}\n"));
}

/// Lines of the result, to stdout. The first error is kept and reported at the end.
pub(super) fn text(text: &str) {
    if let Err(error) = print(text).context("cannot write to stdout") {
        let _ = LOST.set(error);
    }
}

/// A closed pipe is no error: what reads the result has enough of it.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Why a part of the result could not be printed, if one could not.
pub(super) fn lost() -> Option<&'static anyhow::Error> {
    LOST.get()
}
