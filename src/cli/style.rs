//! Colour and the shape of messages: `error: what`, `hint: what next`, always on stderr.

use std::io::{self, Write};
use std::sync::OnceLock;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use anyhow::Context;

use super::args::Color;

use crate::words::text::{escaped, only_colors, printable};

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
    format!("{style}{}{style:#}", printable(text))
}

/// Prints an error and the next step. Both may hold foreign text.
pub(super) fn error(message: &str, hint: Option<&str>) {
    say(&format!("{}: {}", paint(ERROR, "error"), printable(message)));
    hint_line(hint.map(printable).as_deref());
}

/// Prints a warning.
pub(super) fn warning(message: &str, hint: Option<&str>) {
    say(&format!("{}: {message}", paint(WARNING, "warning")));
    hint_line(hint.map(printable).as_deref());
}

/// Prints the next step where nothing went wrong.
pub(super) fn hint(text: &str) {
    hint_line(Some(text));
}

fn hint_line(hint: Option<&str>) {
    if let Some(hint) = hint {
        say(&format!("  {}: {hint}", paint(HINT, "hint")));
    }
}

/// The first error of stdout, and of stderr.
static LOST: OnceLock<anyhow::Error> = OnceLock::new();
static SILENT: OnceLock<anyhow::Error> = OnceLock::new();

/// A line of the result, to stdout.
pub(super) fn out(line: &str) {
    text(&format!("{line}\n"));
}

/// Lines of the result, to stdout.
pub(super) fn text(text: &str) {
    print(&mut anstream::stdout().lock(), "stdout", &only_colors(text), &LOST);
}

/// A line of JSON, to stdout.
pub(super) fn json(line: &str) {
    print(&mut anstream::stdout().lock(), "stdout", &(escaped(line) + "\n"), &LOST);
}

/// A line for people, to stderr.
pub(super) fn say(line: &str) {
    prompt(&format!("{line}\n"));
}

/// Text for people without an end of line, to stderr.
pub(super) fn prompt(text: &str) {
    print(&mut anstream::stderr().lock(), "stderr", &only_colors(text), &SILENT);
}

/// A closed pipe is no error; any other is kept and reported at the end, so that what runs goes on.
fn print(stream: &mut impl Write, name: &'static str, text: &str, lost: &OnceLock<anyhow::Error>) {
    let written = match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    };
    if let Err(error) = written.with_context(|| format!("cannot write to {name}")) {
        let _ = lost.set(error);
    }
}

/// Why a part of the result could not be printed, if one could not.
pub(super) fn lost() -> Option<&'static anyhow::Error> {
    LOST.get()
}

/// Whether a part of what people should read could not be printed.
pub(super) fn is_silent() -> bool {
    SILENT.get().is_some()
}

/// What a person does about a file that this checkout did not write.
pub(super) fn way_of(path: &str) -> String {
    let overwrite = "build with `--overwrite`, which copies it to `.dgx-pixels/kept` first";
    match path.ends_with(".png") {
        true => format!("`dgx-pixels adopt {path}` makes it the source of its asset; or move it away, or {overwrite}"),
        false => format!("move it away, or {overwrite}"),
    }
}
